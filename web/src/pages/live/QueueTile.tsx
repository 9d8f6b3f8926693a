import { IconAlertTriangle, IconArrowBarToDown, IconArrowDownRight, IconCircleCheck, IconCircleDashed, IconTicket, IconUserOff, IconHourglassHigh } from "@tabler/icons-react";
import { useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { Mark } from "../../components/Mark";
import { useStore } from "../../hooks/live";
import { useNow } from "../../hooks/now";
import { levelState, queueAlarms, type LevelState, type QueueAlarm } from "../../lib/alarms";
import type { QueueRow } from "../../lib/wallboard";
import { levelDefinition } from "../../lib/service-levels";
import { useLocale } from "../../hooks/words";
import { clock, relative, secondsSince } from "../../lib/time";
import styles from "./tiles.module.css";
import { percentText, speedText } from "./words";

const LEVEL_MARK = {
  met: { icon: IconCircleCheck, tone: "green" },
  near: { icon: IconArrowDownRight, tone: "amber" },
  missed: { icon: IconAlertTriangle, tone: "red" },
  none: { icon: IconCircleDashed, tone: "grey" },
} as const satisfies Record<LevelState, unknown>;

const ALARM_ICON = { wait: IconHourglassHigh, nobody: IconUserOff } as const satisfies Record<QueueAlarm, unknown>;

/** A contact is being dragged that may be dropped here. */
export interface Drop {
  onDrop: () => void;
}

interface QueueTileProps {
  queue: QueueRow;
  chosen?: boolean;
  /** Without it the tile is for looking at only. */
  onChoose?: () => void;
  drop?: Drop | undefined;
}

export function QueueTile({ queue, chosen = false, onChoose, drop }: QueueTileProps) {
  const { t } = useTranslation();
  const now = useNow();
  const alarms = queueAlarms(queue, now);
  const [over, setOver] = useState(false);
  return (
    <article
      className={`panel ${styles.tile ?? ""}`}
      data-chosen={chosen}
      data-drop={drop ? (over ? "over" : "open") : undefined}
      aria-label={queue.name}
      {...(drop && {
        onDragEnter: (event: DragEvent) => {
          event.preventDefault();
          setOver(true);
        },
        onDragOver: (event: DragEvent) => event.preventDefault(),
        // Also sent when the pointer goes on to something within the tile.
        onDragLeave: (event: DragEvent) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
        },
        onDrop: (event: DragEvent) => {
          event.preventDefault();
          setOver(false);
          drop.onDrop();
        },
      })}
    >
      {drop && (
        <p className={styles.dropHere}>
          <IconArrowBarToDown size={20} aria-hidden /> {t("live.dropHere")}
        </p>
      )}
      <div className={styles.tileTop}>
        <h2 className={styles.name}>
          {onChoose ? (
            <button
              type="button"
              className={styles.open}
              aria-expanded={chosen}
              aria-label={t("live.showWaiting", { queue: queue.name })}
              onClick={onChoose}
            >
              {queue.name}
            </button>
          ) : (
            queue.name
          )}
        </h2>
        <span className="row">
          {alarms.map((alarm) => (
            <Mark key={alarm} icon={ALARM_ICON[alarm]} tone="red">
              {t(`live.alarm.${alarm}`)}
            </Mark>
          ))}
        </span>
      </div>
      <div className={styles.big}>
        <div>
          <b>{queue.waiting}</b>
          <span className="dim small">{t("live.waiting")}</span>
        </div>
        <div>
          <b data-alarm={alarms.includes("wait")}>
            {queue.longest_wait_since ? clock(secondsSince(queue.longest_wait_since, now)) : t("common.none")}
          </b>
          <span className="dim small">{t("live.longest")}</span>
        </div>
      </div>
      {queue.tickets && <TicketsWaiting tickets={queue.tickets} now={now} />}
      <Level queue={queue} />
      <dl className={styles.figures}>
        <Figure word={t("live.ready")} value={queue.agents_ready} />
        <Figure word={t("live.busy")} value={queue.agents_busy} />
        <Figure word={t("live.paused")} value={queue.agents_paused} />
        <Figure word={t("live.offered")} value={queue.offered} />
        <Figure word={t("live.answered")} value={queue.answered} />
        <Figure word={t("live.abandoned")} value={queue.abandoned} />
        <Figure word={t("live.speed")} value={speedText(t, queue.average_speed_of_answer_s)} />
        <Figure word={t("live.abandonment")} value={percentText(t, queue.abandonment)} />
      </dl>
    </article>
  );
}

function TicketsWaiting({ tickets, now }: { tickets: NonNullable<QueueRow["tickets"]>; now: number }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const late = tickets.due_at !== null && Date.parse(tickets.due_at) < now;
  return (
    <p className="row wrap">
      <Mark icon={late ? IconAlertTriangle : IconTicket} tone={late ? "red" : "grey"} plain>
        {t("live.tickets", { count: tickets.waiting })}
      </Mark>
      {tickets.due_at && <span className="dim small">{t(late ? "live.ticketsLate" : "live.ticketsDue", { time: relative(tickets.due_at, now, locale) })}</span>}
    </p>
  );
}

function Level({ queue }: { queue: QueueRow }) {
  const { t } = useTranslation();
  const definition = useStore(levelDefinition);
  const state = levelState(queue, definition);
  const level = queue.service_levels[definition];
  const percent = Math.round((level ?? 0) * 100);
  const goal = Math.round(queue.service_level_target * 100);
  return (
    <div className={styles.level}>
      <div className="row" style={{ justifyContent: "space-between", alignItems: "baseline" }}>
        <span className="dim small">
          {t("live.serviceLevel", { seconds: queue.target_s })} · {t(`live.level.${definition}.name`)}
        </span>
        <b className={styles.share}>{percentText(t, level)}</b>
      </div>
      <div className={styles.track} aria-hidden>
        <div className={styles.fill} data-state={state} style={{ width: `${percent}%` }} />
        <div className={styles.goal} style={{ insetInlineStart: `${goal}%` }} />
      </div>
      <div className="row" style={{ justifyContent: "space-between" }}>
        <Mark {...LEVEL_MARK[state]} plain>
          {t(`live.sl.${state}`)}
        </Mark>
        <span className="dim small">{t("live.serviceGoal", { percent: goal })}</span>
      </div>
    </div>
  );
}

function Figure({ word, value }: { word: string; value: number | string }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd>{value}</dd>
    </div>
  );
}
