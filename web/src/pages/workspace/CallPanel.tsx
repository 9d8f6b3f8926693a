import { Button, Textarea } from "@mantine/core";
import {
  IconDeviceLandlinePhone,
  IconDialpad,
  IconMicrophone,
  IconMicrophoneOff,
  IconPhoneOff,
  IconPlayerPause,
  IconPlayerPauseFilled,
  IconPlayerPlay,
  IconPlayerRecord,
  IconPlayerRecordFilled,
  IconSettings,
  IconUser,
  IconWorld,
} from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Mark, PhaseMark } from "../../components/Mark";
import { Sentence } from "../../components/Sentence";
import { Ticking } from "../../components/Times";
import { useKeys } from "../../hooks/keys";
import { useCommand, useStore } from "../../hooks/live";
import { shortcuts } from "../../hooks/offer";
import { may, useMe } from "../../hooks/session";
import { useCallerName, useLocale, useProblemText } from "../../hooks/words";
import type { WorkRow } from "../../lib/contract";
import { softphone } from "../../lib/phone";
import type { PhoneState } from "../../lib/softphone";
import { timeOfDay } from "../../lib/time";
import { AudioPanel } from "./AudioPanel";
import { Keypad } from "./Keypad";
import { typing, useNote } from "./note";
import { PhoneTrouble } from "./PhoneTrouble";
import { QualityDot } from "./QualityDot";
import styles from "./workspace.module.css";

/** A forgotten pause ends by itself: long enough to read out a card number. */
const RECORDING_PAUSE_S = 120;

export function CallPanel({ row, phone }: { row: WorkRow; phone: PhoneState }) {
  const { t } = useTranslation();
  const name = useCallerName();
  const problemText = useProblemText();
  const command = useCommand();
  const locale = useLocale();
  const [note, setNote] = useNote(row);
  const mine = row.device === "browser" && phone.interactionId === row.id;
  return (
    <article className={styles.call} aria-label={t("call.label", { name: name(row.caller) })}>
      <Head row={row} phone={phone} />
      {mine && <AudioState row={row} phone={phone} />}
      {row.phase === "dialing" && <Sentence tone="grey">{t("owed.calling", { name: name(row.caller) })}</Sentence>}
      {row.recording_paused && row.recording_resumes_at && (
        <Sentence tone="amber">{t("call.recordingResumes", { time: timeOfDay(row.recording_resumes_at, locale, true) })}</Sentence>
      )}
      {row.phase === "held" && <Sentence tone="amber">{t("call.heldText")}</Sentence>}
      {row.phase === "reconnecting" && (!mine || phone.phase === "connected") && (
        <Sentence tone="amber">{t("call.reconnectingText")}</Sentence>
      )}
      {row.warning && <Sentence tone="amber">{row.warning}</Sentence>}
      {command.problem && (
        <Sentence tone="red" onDismiss={command.clear}>
          {problemText(command.problem)}
        </Sentence>
      )}
      <Controls row={row} phone={phone} run={command.run} pending={command.pending} />
      <Textarea
        label={t("call.notes")}
        description={t("call.notesHint")}
        autosize
        minRows={5}
        maxRows={16}
        maxLength={10_000}
        onFocus={() => (typing.id = row.id)}
        onBlur={() => (typing.id = null)}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </article>
  );
}

function Head({ row, phone }: { row: WorkRow; phone: PhoneState }) {
  const { t } = useTranslation();
  const name = useCallerName();
  const browser = row.device === "browser";
  return (
    <header className={styles.callHead}>
      <div className={styles.avatar} aria-hidden>
        <IconUser size={28} />
      </div>
      <div className="grow">
        <h2>{name(row.caller)}</h2>
        {row.caller.name && <div className="dim">{row.caller.address}</div>}
      </div>
      <div>
        <div className={styles.timer} role="timer" aria-label={t("call.duration")}>
          <Ticking since={row.answered_at} />
        </div>
        {browser && phone.phase === "connected" && <QualityDot quality={phone.quality} />}
      </div>
      <div className={styles.marks}>
        <PhaseMark phase={row.phase} />
        <Mark icon={IconPlayerRecordFilled} tone={row.recording ? "red" : row.recording_paused ? "amber" : "grey"}>
          {row.recording ? t("call.recording") : row.recording_paused ? t("call.recordingPaused") : t("call.notRecording")}
        </Mark>
        <Mark icon={browser ? IconWorld : IconDeviceLandlinePhone} tone="grey">
          {t(`call.device.${row.device}`)}
        </Mark>
      </div>
    </header>
  );
}

/** Anything that keeps the audio from being simply there. */
function AudioState({ row, phone }: { row: WorkRow; phone: PhoneState }) {
  const { t } = useTranslation();
  const again = (
    <Button size="compact-sm" variant="default" onClick={() => void softphone.reattach(row.id)}>
      {t("phone.reconnect")}
    </Button>
  );
  if (phone.phase === "elsewhere") {
    const here = () => void softphone.reattach(row.id, { steal: true, muted: row.muted });
    return (
      <Sentence tone="amber" action={<Button size="compact-sm" variant="default" onClick={here}>{t("phone.takeHere")}</Button>}>
        {t("phone.elsewhere")}
      </Sentence>
    );
  }
  if (phone.soundBlocked)
    return (
      <Sentence
        tone="amber"
        action={
          <Button size="compact-sm" variant="default" onClick={() => void softphone.unblockSound()}>
            {t("phone.unblock")}
          </Button>
        }
      >
        {t("phone.soundBlocked")}
      </Sentence>
    );
  if (phone.problem) return <PhoneTrouble problem={phone.problem} {...(phone.phase === "failed" ? { action: again } : {})} />;
  if (phone.phase === "connected" || phone.phase === "idle") return null;
  return <Sentence tone={phone.phase === "interrupted" ? "amber" : "grey"}>{t(`phone.phase.${phone.phase}`)}…</Sentence>;
}

interface ControlsProps {
  row: WorkRow;
  phone: PhoneState;
  run: (name: string, args: Record<string, unknown>) => Promise<boolean>;
  pending: string | null;
}

function Controls({ row, phone, run, pending }: ControlsProps) {
  const { t } = useTranslation();
  const keys = useStore(shortcuts);
  const me = useMe();
  const [open, setOpen] = useState<"keypad" | "audio" | null>(null);
  const browser = row.device === "browser";
  const muted = browser ? phone.muted : row.muted;
  const held = row.phase === "held";
  const ready = row.phase === "talking" || held;
  const of = { interaction_id: row.id };
  const mute = async () => {
    // The microphone is off at once; the server's part follows, and is undone here if it refuses.
    if (browser) softphone.setMuted(!muted);
    if (!(await run("call.mute", { ...of, muted: !muted })) && browser) softphone.setMuted(muted);
  };
  const hold = () => void run(held ? "call.resume" : "call.hold", of);
  const toggle = (panel: "keypad" | "audio") => setOpen((now) => (now === panel ? null : panel));
  const on = keys && ready;
  useKeys({
    m: on ? () => void mute() : undefined,
    h: on ? hold : undefined,
    k: on ? () => toggle("keypad") : undefined,
  });
  return (
    <>
      <div className={styles.controls}>
        <Control
          icon={muted ? <IconMicrophoneOff size={22} aria-hidden /> : <IconMicrophone size={22} aria-hidden />}
          word={muted ? t("call.unmute") : t("call.mute")}
          shortcut={keys ? "M" : ""}
          pressed={muted}
          disabled={!ready}
          onClick={() => void mute()}
        />
        <Control
          icon={held ? <IconPlayerPlay size={22} aria-hidden /> : <IconPlayerPause size={22} aria-hidden />}
          word={held ? t("call.resume") : t("call.hold")}
          shortcut={keys ? "H" : ""}
          pressed={held}
          disabled={!ready || pending === "call.hold" || pending === "call.resume"}
          onClick={hold}
        />
        <Control
          icon={<IconDialpad size={22} aria-hidden />}
          word={t("call.keypad")}
          shortcut={keys ? "K" : ""}
          expanded={open === "keypad"}
          disabled={!ready}
          onClick={() => toggle("keypad")}
        />
        {may(me, "recordings.pause") && (row.recording || row.recording_paused) && (
          <Control
            icon={
              row.recording_paused ? (
                <IconPlayerRecord size={22} aria-hidden />
              ) : (
                <IconPlayerPauseFilled size={22} aria-hidden />
              )
            }
            word={row.recording_paused ? t("call.resumeRecording") : t("call.pauseRecording")}
            pressed={row.recording_paused ?? false}
            disabled={!ready || pending === "recording.pause" || pending === "recording.resume"}
            onClick={() =>
              void (row.recording_paused
                ? run("recording.resume", of)
                : run("recording.pause", { ...of, seconds: RECORDING_PAUSE_S }))
            }
          />
        )}
        <Control
          icon={<IconSettings size={22} aria-hidden />}
          word={t("call.audio")}
          expanded={open === "audio"}
          disabled={!browser}
          onClick={() => toggle("audio")}
        />
        <Control
          danger
          icon={<IconPhoneOff size={22} aria-hidden />}
          word={t("call.hangup")}
          disabled={pending === "call.hangup"}
          onClick={() => void run("call.hangup", of)}
        />
      </div>
      {open === "keypad" && <Keypad onKey={(digit) => void run("call.digits", { ...of, digits: digit })} />}
      {open === "audio" && <AudioPanel muted={muted} phase={phone.phase} />}
    </>
  );
}

interface ControlProps {
  icon: ReactNode;
  word: string;
  onClick: () => void;
  shortcut?: string;
  pressed?: boolean;
  expanded?: boolean;
  disabled?: boolean;
  danger?: boolean;
}

function Control({ icon, word, onClick, shortcut, pressed, expanded, disabled, danger }: ControlProps) {
  return (
    <button
      type="button"
      className={styles.control}
      data-danger={danger ? "" : undefined}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-keyshortcuts={shortcut ? shortcut : undefined}
      disabled={disabled}
      onClick={onClick}
    >
      {icon}
      <span>{word}</span>
      {shortcut && <kbd aria-hidden>{shortcut}</kbd>}
    </button>
  );
}
