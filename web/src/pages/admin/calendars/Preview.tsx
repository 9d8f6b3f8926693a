import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Loading } from "../../../components/Loading";
import { NotLoaded } from "../../../components/NotLoaded";
import { DayBar, Hours } from "../../../components/admin/Day";
import styles from "../../../components/admin/week.module.css";
import { paths } from "../../../hooks/admin";
import { useLocale, useProblemText } from "../../../hooks/words";
import { get } from "../../../lib/api";
import { previewBlocks, wallTime, type PreviewBlock } from "../../../lib/admin/hours";
import type { Calendar, PreviewDay } from "../../../lib/admin/types";
import { serverNow } from "../../../lib/time";

const AHEAD = 14;

/** The next two weeks as the server will open and close, of what is saved. */
export function Preview({ calendar, dirty }: { calendar: Calendar; dirty: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const problemText = useProblemText();
  const from = wallTime(new Date(serverNow()).toISOString(), calendar.zone).slice(0, 10);
  const query = useQuery({
    queryKey: ["admin", paths.calendar(calendar.id), "preview", from],
    queryFn: async ({ signal }) =>
      (await get<{ items: PreviewDay[] }>(`${paths.calendar(calendar.id)}/preview`, { from, days: AHEAD }, signal)).items,
  });
  const format = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  if (query.isPending) return <Loading bars={[14 * 32]} />;
  if (query.isError)
    return (
      <NotLoaded query={query}>{t("admin.loadFailed", { detail: problemText(query.error) })}</NotLoaded>
    );
  const blocks = previewBlocks(query.data);
  return (
    <div className="stack">
      {dirty && <p className="dim small">{t("admin.calendars.previewSaved")}</p>}
      <div className={styles.week} data-preview>
        <span />
        <Hours />
        {query.data.map((day, index) => (
          <PreviewRow
            key={day.date}
            day={day}
            date={format.format(new Date(`${day.date}T00:00:00Z`))}
            blocks={blocks[index] ?? []}
          />
        ))}
      </div>
    </div>
  );
}

function PreviewRow({ day, date, blocks }: { day: PreviewDay; date: string; blocks: readonly PreviewBlock[] }) {
  const { t } = useTranslation();
  const words = day.spans.map((span) => `${span.start}–${span.end}`).join(", ") || t("admin.calendars.closed");
  const why = [day.emergency ? t("admin.calendars.why.emergency") : "", day.name || (day.why === "hours" ? "" : t(`admin.calendars.why.${day.why}`))];
  return (
    <div className={styles.weekDay} role="group" aria-label={date}>
      <span className={styles.dayName}>{date}</span>
      <DayBar
        blocks={blocks.map((block) => ({ ...block, word: block.spill ? `–${block.span.end}` : `${block.span.start}–${block.span.end}` }))}
        tone={day.emergency ? "emergency" : day.why === "hours" ? "normal" : "special"}
      />
      <span className="small">
        {words}
        {why.some(Boolean) && <b> · {why.filter(Boolean).join(" · ")}</b>}
      </span>
    </div>
  );
}
