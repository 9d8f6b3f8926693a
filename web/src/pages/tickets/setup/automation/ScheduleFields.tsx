import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ChoiceField, NumberField, SeveralField, TextField } from "../../../../components/admin/Fields";
import { useDayNames } from "../../../../components/admin/Week";
import { useMoments } from "../../../../hooks/ticket-automation";
import { useLocale } from "../../../../hooks/words";
import { FREQUENCIES, scheduleBody, scheduleTroubles, type Frequency, type Schedule } from "../../../../lib/tickets/recurrences";
import styles from "../setup.module.css";

/** A moment with its day of the week, as a clock in that zone shows it. */
export function useWhole(): (iso: string, zone: string) => string {
  const locale = useLocale();
  return (iso, zone) =>
    new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: zone }).format(new Date(iso));
}

/** When something comes again, with the next times it would. */
export function ScheduleFields({ schedule, onChange }: { schedule: Schedule; onChange: (part: Partial<Schedule>) => void }) {
  const { t } = useTranslation();
  const days = useDayNames("long");
  const zones = useMemo(() => {
    const known = Intl.supportedValuesOf("timeZone");
    return (known.includes(schedule.timezone) ? known : [schedule.timezone, ...known]).map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }));
  }, [schedule.timezone]);
  return (
    <>
      <div className={styles.pair}>
        <ChoiceField
          path="schedule.every"
          label={t("ticketAutomation.recurrences.every")}
          value={schedule.every}
          options={FREQUENCIES.map((value) => ({ value, label: t(`ticketAutomation.recurrences.everyOf.${value}`) }))}
          onChange={(every) => onChange({ every: (every ?? "day") as Frequency })}
        />
        <NumberField path="schedule.interval" label={t("ticketAutomation.recurrences.interval")} description={t("ticketAutomation.recurrences.intervalHint")} min={1} max={99} value={schedule.interval} onChange={(interval) => onChange({ interval })} />
        {schedule.every === "week" && (
          <SeveralField
            path="schedule.weekdays"
            label={t("ticketAutomation.recurrences.weekdays")}
            value={schedule.weekdays.map(String)}
            options={days.map((label, day) => ({ value: String(day), label }))}
            onChange={(chosen) => onChange({ weekdays: chosen.map(Number).sort() })}
          />
        )}
        {(schedule.every === "month" || schedule.every === "year") && (
          <NumberField
            path="schedule.day"
            label={t("ticketAutomation.recurrences.day")}
            description={t(schedule.every === "year" ? "ticketAutomation.recurrences.yearHint" : "ticketAutomation.recurrences.dayHint")}
            min={1}
            max={31}
            value={schedule.day}
            onChange={(day) => onChange({ day })}
          />
        )}
        <TextField path="schedule.at" label={t("ticketAutomation.recurrences.at")} type="time" value={schedule.at} onChange={(at) => onChange({ at: at.slice(0, 5) })} />
        <ChoiceField
          path="schedule.timezone"
          label={t("ticketAutomation.recurrences.zone")}
          value={schedule.timezone || null}
          options={zones}
          nothing={t("admin.noMatch")}
          onChange={(timezone) => onChange({ timezone: timezone ?? "" })}
        />
        <TextField path="schedule.starts" label={t("ticketAutomation.recurrences.starts")} type="date" value={schedule.starts} onChange={(starts) => onChange({ starts })} />
        <TextField
          path="schedule.until"
          label={t("ticketAutomation.recurrences.until")}
          description={t("ticketAutomation.recurrences.untilHint")}
          type="date"
          value={schedule.until ?? ""}
          onChange={(until) => onChange({ until: until || null })}
        />
      </div>
      <Upcoming schedule={schedule} />
    </>
  );
}

function Upcoming({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation();
  const whole = useWhole();
  const fits = Object.keys(scheduleTroubles(schedule)).length === 0;
  const moments = useMoments(scheduleBody(schedule), fits);
  if (!fits || !moments.data) return null;
  return (
    <div role="status">
      <p className="dim small">{t("ticketAutomation.recurrences.upcoming")}</p>
      {moments.data.length === 0 ? (
        <p>{t("ticketAutomation.recurrences.noneUpcoming")}</p>
      ) : (
        <ul className={styles.moments}>
          {moments.data.map((at) => (
            <li key={at}>
              <time dateTime={at}>{whole(at, schedule.timezone)}</time>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
