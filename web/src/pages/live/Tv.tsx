import { Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocale } from "../../hooks/words";
import { AgentMark } from "../../components/Mark";
import { Ticking } from "../../components/Times";
import { useKeys } from "../../hooks/keys";
import { useNow } from "../../hooks/now";
import { sortAgents } from "../../lib/agents-table";
import type { AgentRow, QueueRow } from "../../lib/wallboard";
import { timeOfDay } from "../../lib/time";
import styles from "./tiles.module.css";
import { QueueTile } from "./QueueTile";

interface TvProps {
  queues: readonly QueueRow[];
  agents: readonly AgentRow[];
  onLeave: () => void;
}

const POINTER_MS = 3000;

/** The board for a screen on the wall: large, without controls; the way out shows when the pointer moves. */
export function Tv({ queues, agents, onLeave }: TvProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const moved = usePointerMoved();
  const leave = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    onLeave();
  };
  useKeys({ Escape: leave });
  useFullscreenEnd(onLeave);
  const shown = sortAgents(
    agents.filter((agent) => agent.presence !== "off"),
    { column: "state", descending: false },
    locale,
  );
  return (
    <div className={styles.tv}>
      <div className={styles.leave} data-moved={moved}>
        <Button variant="default" leftSection={<IconX size={18} aria-hidden />} onClick={leave}>
          {t("live.leaveTv")}
        </Button>
      </div>
      <div className={styles.tvHead}>
        <h1 style={{ fontSize: "1em" }}>{t("app.name")}</h1>
        <span>{timeOfDay(new Date(now).toISOString(), locale)}</span>
      </div>
      <div className={styles.tiles}>
        {queues.map((queue) => (
          <QueueTile key={queue.id} queue={queue} />
        ))}
      </div>
      <div className={styles.tvAgents}>
        {shown.map((agent) => (
          <div key={agent.id} className="panel">
            <span className="grow truncate">{agent.name}</span>
            <AgentMark presence={agent.presence} reason={agent.reason} activity={agent.activity} />
            <Ticking since={agent.since} />
          </div>
        ))}
      </div>
    </div>
  );
}

function usePointerMoved(): boolean {
  const [moved, setMoved] = useState(false);
  useEffect(() => {
    let timer = 0;
    const seen = () => {
      setMoved(true);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => setMoved(false), POINTER_MS);
    };
    window.addEventListener("pointermove", seen);
    return () => {
      window.removeEventListener("pointermove", seen);
      window.clearTimeout(timer);
    };
  }, []);
  return moved;
}

/** The browser itself ends full screen on Escape, without telling the page of the key. */
function useFullscreenEnd(onEnd: () => void): void {
  const end = useRef(onEnd);
  useEffect(() => {
    end.current = onEnd;
  });
  useEffect(() => {
    const changed = () => {
      if (!document.fullscreenElement) end.current();
    };
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, []);
}
