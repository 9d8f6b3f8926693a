import { Tooltip } from "@mantine/core";
import {
  IconAlertOctagon,
  IconArrowBackUp,
  IconArrowDown,
  IconArrowUp,
  IconChevronsUp,
  IconCircle,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconClockExclamation,
  IconClockPause,
  IconHourglass,
  IconLock,
  IconMinus,
  IconProgress,
  IconTag,
  IconUserOff,
  type Icon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Mark, type Tone } from "../../components/Mark";
import { useNow } from "../../hooks/now";
import { useLocale } from "../../hooks/words";
import type { Named } from "../../lib/contract";
import { exact } from "../../lib/time";
import { span, standing, used, type Standing } from "../../lib/tickets/clock";
import { initials } from "../../lib/tickets/list";
import type { Clock, Priority, StateClass } from "../../lib/tickets/types";
import list from "./tickets.module.css";
import styles from "./parts.module.css";

const STATE: Record<StateClass, { icon: Icon; tone: Tone }> = {
  open: { icon: IconCircle, tone: "blue" },
  in_progress: { icon: IconProgress, tone: "violet" },
  pending: { icon: IconHourglass, tone: "amber" },
  resolved: { icon: IconCircleCheck, tone: "green" },
  closed: { icon: IconLock, tone: "grey" },
  reopened: { icon: IconArrowBackUp, tone: "red" },
};

/** A state by its own name, in the colour and with the sign of its class. */
export function StateMark({ state, of, plain = false }: { state: Named; of: StateClass; plain?: boolean }) {
  return (
    <Mark {...STATE[of]} plain={plain}>
      {state.name}
    </Mark>
  );
}

const PRIORITY: Record<Priority, { icon: Icon; tone: Tone }> = {
  low: { icon: IconArrowDown, tone: "grey" },
  medium: { icon: IconMinus, tone: "blue" },
  high: { icon: IconArrowUp, tone: "amber" },
  urgent: { icon: IconChevronsUp, tone: "red" },
};

export function PriorityMark({ priority, plain = true }: { priority: Priority; plain?: boolean }) {
  const { t } = useTranslation();
  return (
    <Mark {...PRIORITY[priority]} plain={plain}>
      {t(`tickets.priorityOf.${priority}`)}
    </Mark>
  );
}

const STANDING: Record<Standing, { icon: Icon; tone: Tone }> = {
  late: { icon: IconAlertOctagon, tone: "red" },
  soon: { icon: IconClockExclamation, tone: "amber" },
  fine: { icon: IconClock, tone: "green" },
  paused: { icon: IconClockPause, tone: "grey" },
  met: { icon: IconCircleCheck, tone: "green" },
  missed: { icon: IconCircleX, tone: "red" },
};

/** A span of time in its two greatest units. */
export function useSpan(): (seconds: number) => string {
  const { t } = useTranslation();
  return (seconds) => {
    const { days, hours, minutes } = span(seconds);
    if (days > 0) return hours > 0 ? t("tickets.clock.daysHours", { days, hours }) : t("tickets.clock.days", { days });
    if (hours > 0) return minutes > 0 ? t("tickets.clock.hoursMinutes", { hours, minutes }) : t("tickets.clock.hours", { hours });
    return t("tickets.clock.minutes", { minutes });
  };
}

export function useStandingWords(): (clock: Clock, now: number) => string {
  const { t } = useTranslation();
  const told = useSpan();
  return (clock, now) => {
    const how = standing(clock, now);
    if (how === "paused" || how === "met" || how === "missed") return t(`tickets.clock.${how}`);
    if (clock.due_at === null) return how === "late" ? t("tickets.clock.missed") : t("tickets.clock.none");
    const left = (Date.parse(clock.due_at) - now) / 1000;
    return how === "late" ? t("tickets.clock.late", { time: told(left) }) : t("tickets.clock.left", { time: told(left) });
  };
}

/** What is left of a promise: colour, word and sign; on hover which one, and the exact time. */
export function TimeLeft({ clock, plain = true }: { clock: Clock; plain?: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const words = useStandingWords();
  const how = standing(clock, now);
  const what = t(`tickets.clock.${clock.kind}`);
  const mark = (
    <span data-standing={how}>
      <Mark {...STANDING[how]} plain={plain}>
        {words(clock, now)}
      </Mark>
    </span>
  );
  return (
    <Tooltip label={clock.due_at ? t("tickets.clock.dueAt", { what, time: exact(clock.due_at, locale) }) : what}>{mark}</Tooltip>
  );
}

/** A promise as a picture: what is used up of it. */
export function ClockPicture({ clock }: { clock: Clock }) {
  const { t } = useTranslation();
  const now = useNow();
  const share = used(clock, now);
  const how = standing(clock, now);
  const percent = Math.round(share * 100);
  return (
    <div className={styles.clock} data-tone={STANDING[how].tone}>
      <div className="row">
        <span className="dim small grow">{t(`tickets.clock.${clock.kind}`)}</span>
        <TimeLeft clock={clock} />
      </div>
      {(clock.state === "running" || clock.state === "paused") && (
        <div
          className={styles.track}
          role="img"
          aria-label={t("tickets.clock.used", { percent })}
          style={{ "--share": `${percent}%` } as React.CSSProperties}
        />
      )}
      {clock.missed_before > 0 && <span className="dim small">{t("tickets.clock.missedBefore", { count: clock.missed_before })}</span>}
    </div>
  );
}

/** A person as a round sign with his name beside it. */
export function Who({ person, short = false }: { person: Named | null; short?: boolean }) {
  const { t } = useTranslation();
  if (!person)
    return (
      <span className={`${styles.who ?? ""} dim`}>
        <span className={styles.sign} data-nobody="">
          <IconUserOff size={14} aria-hidden />
        </span>
        {short ? <span className={list.hidden}>{t("tickets.nobody")}</span> : t("tickets.nobody")}
      </span>
    );
  const sign = (
    <span className={styles.sign} aria-hidden>
      {initials(person.name)}
    </span>
  );
  if (short)
    return (
      <Tooltip label={person.name}>
        <span className={styles.who}>
          {sign}
          <span className={list.hidden}>{person.name}</span>
        </span>
      </Tooltip>
    );
  return (
    <span className={styles.who}>
      {sign}
      <span className="truncate">{person.name}</span>
    </span>
  );
}

export function TagChip({ word, onRemove, removeLabel }: { word: string; onRemove?: () => void; removeLabel?: string }) {
  return (
    <span className={styles.tag}>
      <IconTag size={12} aria-hidden />
      {word}
      {onRemove && (
        <button type="button" className={styles.tagRemove} aria-label={removeLabel} onClick={onRemove}>
          ×
        </button>
      )}
    </span>
  );
}
