import {
  IconArrowBarToUp,
  IconArrowForwardUp,
  IconBellX,
  IconCheck,
  IconDialpad,
  IconDisc,
  IconFlag,
  IconHeadset,
  IconListCheck,
  IconMicrophoneOff,
  IconPencil,
  IconPhoneIncoming,
  IconPhoneOff,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlugConnected,
  IconPlugConnectedX,
  IconPoint,
  IconRefresh,
  IconSend,
  IconUsers,
  IconUsersPlus,
  IconX,
  type Icon,
} from "@tabler/icons-react";
import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLocale } from "../../hooks/words";
import type { Tone } from "../../components/Mark";
import { OUTCOMES, type InteractionEvent } from "../../lib/contract";
import { clock, exact, timeOfDay } from "../../lib/time";
import { timelineEntry, type TimelineEntry } from "../../lib/timeline";
import styles from "./interaction.module.css";

const LOOKS: Record<string, [Icon, Tone]> = {
  call_received: [IconPhoneIncoming, "blue"],
  flow_step: [IconListCheck, "grey"],
  flow_input: [IconDialpad, "grey"],
  queue_entered: [IconUsers, "blue"],
  queue_entered_again: [IconUsers, "blue"],
  contact_relaxed: [IconUsersPlus, "violet"],
  contact_relaxed_all: [IconUsersPlus, "violet"],
  contact_moved: [IconArrowForwardUp, "violet"],
  contact_prioritized: [IconArrowBarToUp, "violet"],
  queue_overflowed: [IconArrowForwardUp, "violet"],
  queue_left: [IconArrowForwardUp, "grey"],
  offer_made: [IconSend, "blue"],
  offer_accepted: [IconCheck, "green"],
  offer_rejected: [IconX, "amber"],
  offer_expired: [IconBellX, "amber"],
  offer_withdrawn: [IconX, "grey"],
  call_connected: [IconHeadset, "green"],
  call_ended: [IconPhoneOff, "grey"],
  call_held: [IconPlayerPause, "amber"],
  call_resumed: [IconPlayerPlay, "green"],
  call_muted: [IconMicrophoneOff, "grey"],
  call_digits: [IconDialpad, "grey"],
  agent_reconnecting: [IconPlugConnected, "red"],
  agent_reconnected: [IconPlugConnected, "green"],
  media_restarted: [IconRefresh, "amber"],
  recording_started: [IconDisc, "red"],
  recording_finished: [IconDisc, "grey"],
  recording_failed: [IconDisc, "amber"],
  agent_lost: [IconPlugConnected, "red"],
  media_lost: [IconPlugConnected, "red"],
  offer_unreachable: [IconBellX, "amber"],
  flow_failed: [IconX, "red"],
  wrapup_expired: [IconPencil, "violet"],
  wrapup_started: [IconPencil, "violet"],
  wrapup_extended: [IconPencil, "violet"],
  wrapup_completed: [IconPencil, "violet"],
  interaction_interrupted: [IconPlugConnectedX, "red"],
  interaction_ended: [IconFlag, "grey"],
};

/** Types with sentences of their own for who or what; their sign is that of the type. */
const BASE = /^(call_ended|flow_step|contact_prioritized|contact_moved)/;

interface TimelineProps {
  events: readonly InteractionEvent[];
  /** Start of the recording, when there is one: entries within it can be heard. */
  recordedFrom: string | null;
  recordedSeconds: number;
  onSeek: (seconds: number) => void;
}

export function Timeline({ events, recordedFrom, recordedSeconds, onSeek }: TimelineProps) {
  const first = events[0]?.at;
  return (
    <ol className={styles.timeline}>
      {events.map((event) => {
        const second = recordedFrom ? (Date.parse(event.at) - Date.parse(recordedFrom)) / 1000 : -1;
        const audible = second >= 0 && second <= recordedSeconds;
        const after = first ? (Date.parse(event.at) - Date.parse(first)) / 1000 : 0;
        return (
          <Entry key={event.id} event={event} after={after} {...(audible ? { onSeek: () => onSeek(second) } : {})} />
        );
      })}
    </ol>
  );
}

interface EntryProps {
  event: InteractionEvent;
  after: number;
  onSeek?: () => void;
}

function Entry({ event, after, onSeek }: EntryProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const entry = timelineEntry(event);
  const [Sign, tone] = LOOKS[entry.key] ?? LOOKS[BASE.exec(entry.key)?.[0] ?? ""] ?? [IconPoint, "grey"];
  const sentence = useSentence(entry);
  const why = useWhy(entry);
  const time = timeOfDay(event.at, locale, true);
  return (
    <li>
      <span className={styles.sign} data-tone={tone} aria-hidden>
        <Sign size={16} />
      </span>
      <div className={styles.what}>
        <div>{sentence}</div>
        {why && <div className="dim">{why}</div>}
        {entry.more && <div className={`dim ${styles.pre ?? ""}`}>{entry.more}</div>}
      </div>
      <div className={`dim small ${styles.when ?? ""}`}>
        <Tooltip label={exact(event.at, locale)}>
          {onSeek ? (
            <button type="button" className={styles.seek} onClick={onSeek} aria-label={`${time}: ${t("interaction.show")}`}>
              {time}
            </button>
          ) : (
            <time dateTime={event.at}>{time}</time>
          )}
        </Tooltip>
        <div>{t("interaction.after", { time: clock(after) })}</div>
      </div>
    </li>
  );
}

/** An event type this page does not know yet is shown by its name rather than hidden. */
function useSentence({ key, values }: { key: string; values: Record<string, string> }): string {
  const { t, i18n } = useTranslation();
  const named = (name: string) => `event.${name}` as "event.call_ended";
  const base = BASE.exec(key)?.[0] ?? key;
  const sentence = [key, base].map(named).find((name) => i18n.exists(name));
  if (!sentence) return key.replaceAll("_", " ");
  const outcome = OUTCOMES.find((known) => known === values.outcome);
  const replace = {
    ...values,
    agent: values.agent || t("event.someone"),
    queue: values.queue || t("event.aQueue"),
    outcome: outcome ? t(`outcome.${outcome}`) : (values.outcome ?? ""),
  };
  return t(sentence, { replace }) as string;
}

/** The reason and where it goes then, below the sentence; a word this page does not know yet is shown as it is. */
function useWhy({ reason, to, values }: TimelineEntry): string {
  const { t, i18n } = useTranslation();
  const word = (name: string, replace: Record<string, string>, otherwise: string) =>
    i18n.exists(name) ? t(name as "event.someone", { replace }) : otherwise;
  const why = reason ? word(`event.reason.${reason}`, { from: values.from || t("event.aQueue") }, reason.replaceAll("-", " ")) : "";
  const where = to ? word(`event.to.${to.kind}${to.value ? "_named" : ""}`, { value: to.value }, `${to.kind} ${to.value}`.trim()) : "";
  return [why, where].filter(Boolean).join(" ");
}
