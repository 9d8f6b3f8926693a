import { Button, Menu } from "@mantine/core";
import { IconCopy, IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFields } from "../../hooks/draft";
import { useLocale } from "../../hooks/words";
import { replaced, without } from "../../lib/admin/draft";
import { copyDay, DAY, DAYS, nextSpan, sortWeek, stretch, weekBlocks } from "../../lib/admin/hours";
import type { Span, WeeklySpan } from "../../lib/admin/types";
import admin from "./admin.module.css";
import styles from "./week.module.css";
import { DayBar, Hours, spanWord } from "./Day";
import { Wrong } from "./Fields";
import { Act } from "./OrderedList";

/** Names of the days, Monday first. 5 January 1970 was a Monday. */
export function useDayNames(length: "long" | "short"): string[] {
  const locale = useLocale();
  const format = new Intl.DateTimeFormat(locale, { weekday: length, timeZone: "UTC" });
  return DAYS.map((day) => format.format(new Date(Date.UTC(1970, 0, 5 + day))));
}

interface WeekProps {
  value: readonly WeeklySpan[];
  onChange: (value: WeeklySpan[]) => void;
}

/** The usual week as a picture, each day with its spans to change beside it. */
export function Week({ value, onChange }: WeekProps) {
  const { t } = useTranslation();
  const { editable } = useFields();
  const long = useDayNames("long");
  const short = useDayNames("short");
  const blocks = weekBlocks(value);
  const [MONDAY_TO_FRIDAY, ALL] = [[0, 1, 2, 3, 4], [...DAYS]];
  return (
    <div className="stack">
      <div className={styles.week} data-editable={editable}>
        <span />
        <Hours />
        {DAYS.map((day) => {
          const own = value.map((span, index) => ({ span, index })).filter((entry) => entry.span.day === day);
          const name = long[day] ?? "";
          return (
            <div key={day} className={styles.weekDay} role="group" aria-label={name}>
              <span className={styles.dayName}>
                <abbr title={name}>{short[day]}</abbr>
              </span>
              <DayBar
                blocks={(blocks[day] ?? []).map((block) => ({
                  ...block,
                  word: block.spill
                    ? t("admin.calendars.fromBefore", { until: spanWord(0, block.to).split("–")[1] ?? "" })
                    : ownWord(value, block),
                }))}
              />
              <div className={styles.spans}>
                {own.length === 0 && <span className="dim small">{t("admin.calendars.closed")}</span>}
                {own.map(({ span, index }, nth) => (
                  <SpanFields
                    key={nth}
                    path={`weekly.${index}`}
                    span={span}
                    name={name}
                    onChange={(changed) => onChange(replaced(value, index, { ...span, ...changed }))}
                    onRemove={() => onChange(without(value, index))}
                  />
                ))}
              </div>
              {editable && (
                  <div className={styles.spanActs}>
                    <Act
                      word={t("admin.calendars.addSpan", { day: name })}
                      onClick={() => onChange(sortWeek([...value, { day, ...nextSpan(own.map((entry) => entry.span)) }]))}
                    >
                      <IconPlus size={16} aria-hidden />
                    </Act>
                    <Menu position="bottom-end" shadow="md" withinPortal={false}>
                      <Menu.Target>
                        <Button size="compact-xs" variant="subtle" color="gray" c="var(--cc-dim)" px={8} h={32} aria-label={t("admin.calendars.copy", { day: name })} title={t("admin.calendars.copy", { day: name })}>
                          <IconCopy size={16} aria-hidden />
                        </Button>
                      </Menu.Target>
                      <Menu.Dropdown>
                        <Menu.Item onClick={() => onChange(copyDay(value, day, MONDAY_TO_FRIDAY))}>
                          {t("admin.calendars.toWeekdays")}
                        </Menu.Item>
                        <Menu.Item onClick={() => onChange(copyDay(value, day, ALL))}>{t("admin.calendars.toAll")}</Menu.Item>
                      </Menu.Dropdown>
                    </Menu>
                  </div>
              )}
            </div>
          );
        })}
      </div>
      <Wrong path="weekly" />
    </div>
  );
}

function ownWord(weekly: readonly WeeklySpan[], block: { day: number; from: number; to: number }): string {
  const span = weekly.find((other) => other.day === block.day && stretch(other)?.from === block.from);
  const at = span && stretch(span);
  return at ? spanWord(at.from, at.to) : spanWord(block.from, block.to);
}

interface SpanFieldsProps {
  path: string;
  span: Span;
  name: string;
  onChange: (span: Span) => void;
  onRemove: () => void;
}

/** An input of times knows no 24:00; midnight is 00:00 there. */
const untilMidnight = (time: string) => (time === "00:00" ? "24:00" : time);
const typed = (time: string) => (time === "24:00" ? "00:00" : time.slice(0, 5));

export function SpanFields({ path, span, name, onChange, onRemove }: SpanFieldsProps) {
  const { t } = useTranslation();
  const { editable, trouble } = useFields();
  const wrong = trouble(path) ?? trouble(`${path}.start`) ?? trouble(`${path}.end`);
  const at = stretch(span);
  if (!editable) return <span>{at ? spanWord(at.from, at.to) : `${span.start}–${span.end}`}</span>;
  return (
    <div className={styles.span} data-path={path}>
      <div className="row">
        <input
          type="time"
          aria-label={t("admin.calendars.start", { day: name })}
          aria-invalid={wrong !== undefined}
          value={typed(span.start)}
          onChange={(event) => onChange({ start: event.currentTarget.value, end: span.end })}
        />
        <span aria-hidden>–</span>
        <input
          type="time"
          aria-label={t("admin.calendars.end", { day: name })}
          aria-invalid={wrong !== undefined}
          value={typed(span.end)}
          onChange={(event) => onChange({ start: span.start, end: untilMidnight(event.currentTarget.value) })}
        />
        <Act word={t("admin.calendars.removeSpan", { day: name })} onClick={onRemove}>
          <IconX size={16} aria-hidden />
        </Act>
      </div>
      {at && !wrong && (at.to > DAY || at.to - at.from === DAY) && (
        <span className="dim small">{at.to > DAY ? t("admin.calendars.nextDay") : t("admin.calendars.wholeDay")}</span>
      )}
      {wrong && (
        <span className={`${admin.wrong ?? ""} small`} role="alert">
          {wrong}
        </span>
      )}
    </div>
  );
}
