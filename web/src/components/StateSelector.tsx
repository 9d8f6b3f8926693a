import { Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../hooks/desk";
import { usePauseReasons } from "../hooks/lists";
import { useCommand, useConnection } from "../hooks/live";
import { microphoneTrouble } from "../hooks/offer";
import { usePresenceText, useProblemText } from "../hooks/words";
import type { Presence } from "../lib/contract";
import { checkMicrophone } from "../lib/devices";
import styles from "./frame.module.css";
import { AgentMark, PRESENCE } from "./Mark";
import { Sentence } from "./Sentence";
import { Ticking } from "./Times";

/** Sets the presence; before Available in the browser the microphone must be there. */
export function useSetPresence() {
  const desk = useDesk();
  const command = useCommand();
  const [checking, setChecking] = useState(false);
  const set = async (presence: Presence, reason: string | null = null) => {
    microphoneTrouble.set(null);
    if (presence === "available" && desk?.state?.device !== "sip") {
      setChecking(true);
      const trouble = await checkMicrophone();
      setChecking(false);
      if (trouble) {
        microphoneTrouble.set(trouble);
        return;
      }
    }
    await command.run("presence.set", reason ? { presence, reason } : { presence });
  };
  return { set, busy: checking || command.pending !== null, problem: command.problem, clear: command.clear };
}

export function StateSelector() {
  const { t } = useTranslation();
  const desk = useDesk();
  const connection = useConnection();
  const reasons = usePauseReasons(desk !== null);
  const presenceText = usePresenceText();
  const problemText = useProblemText();
  const { set, busy, problem, clear } = useSetPresence();
  const state = desk?.state;
  if (!state) return null;
  const offline = connection.status !== "online";
  const choice = (presence: Presence, label: string, reason: string | null = null) => {
    const Icon = PRESENCE[presence].icon;
    const tone = `var(--cc-${PRESENCE[presence].tone})`;
    return (
      <Menu.Item
        key={`${presence}${reason ?? ""}`}
        leftSection={<Icon size={18} color={tone} aria-hidden />}
        onClick={() => {
          // Off the button, so that Enter answers the next offer instead of opening this menu again.
          setTimeout(() => document.getElementById("content")?.focus(), 0);
          void set(presence, reason);
        }}
      >
        {label}
      </Menu.Item>
    );
  };
  return (
    <div className="row wrap">
      <Menu returnFocus={false} position="bottom-start" width={240} shadow="md" withinPortal={false} withInitialFocusPlaceholder={false} zIndex={200}>
        <Menu.Target>
          <button
            type="button"
            className={styles.stateButton}
            disabled={offline}
            aria-busy={busy}
            title={offline ? t("state.offline") : t("state.choose")}
          >
            <AgentMark presence={state.presence} reason={state.reason} activity={state.activity} plain />
            <span className="dim" aria-hidden>
              <Ticking since={state.activity === "idle" ? state.since : (state.activity_since ?? state.since)} />
            </span>
            <IconChevronDown size={16} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {choice("available", t("state.available"))}
          <Menu.Label>{t("state.pauseGroup")}</Menu.Label>
          {(reasons.data ?? []).map((reason) => choice("paused", reason.label, reason.id))}
          <Menu.Divider />
          {choice("off", t("state.off"))}
        </Menu.Dropdown>
      </Menu>
      {state.pending && (
        <span className="dim small">
          {t("state.pending", { state: presenceText(state.pending.presence, state.pending.reason) })}
        </span>
      )}
      {problem && (
        <Sentence tone="red" onDismiss={clear}>
          {problemText(problem)}
        </Sentence>
      )}
    </div>
  );
}
