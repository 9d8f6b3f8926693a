import { useTranslation } from "react-i18next";
import { ChartsOrTable, Legend } from "../../components/charts/ChartsOrTable";
import { Plot, type Line } from "../../components/charts/Plot";
import { useLocale } from "../../hooks/words";
import { CHARTS, clockOf, course, stepped, type ChartId, type Run } from "../../lib/whatif/compare";
import styles from "./whatif.module.css";

const BEFORE: Line = { color: "chart-amber", dash: "long" };
const NOW: Line = { color: "accent", dash: "none" };
/** Quarters of an hour for a short run, whole hours else; wider apart the longer the day. */
const ACROSS = { steps: [0.25, 0.5, 1, 2, 3, 4, 6, 12, 24].map((hours) => hours * 3600), gap: 52, margin: 0, word: clockOf };

interface CoursesProps {
  now: Run;
  before: Run | null;
  /** What the run is compared with. */
  beside: string;
}

/** Both runs over the day, one figure a chart; or the same as a table. */
export default function Courses({ now, before, beside }: CoursesProps) {
  const { t } = useTranslation();
  return (
    <ChartsOrTable
      id="whatif-day"
      title={t("whatif.overDay")}
      className={styles.tableCard ?? ""}
      words={{ label: t("whatif.as.label"), chart: t("whatif.as.chart"), table: t("whatif.as.table") }}
      aside={<Legend lines={[{ ...NOW, word: t("whatif.thisRun") }, ...(before ? [{ ...BEFORE, word: beside }] : [])]} />}
      charts={CHARTS.map((chart) => ({
        id: chart,
        caption: t(`whatif.chart.${chart}`),
        plot: (
          <Plot
            label={t("whatif.chartLabel", { what: t(`whatif.chart.${chart}`) })}
            data={stepped(course(chart, now, before))}
            lines={[BEFORE, NOW]}
            across={ACROSS}
            share={chart === "service_level"}
          />
        ),
      }))}
      table={<CourseTable now={now} before={before} />}
      empty={now.intervals.length === 0 ? <p className="dim">{t("whatif.noIntervals")}</p> : undefined}
    />
  );
}

function CourseTable({ now, before }: Omit<CoursesProps, "beside">) {
  const { t } = useTranslation();
  const locale = useLocale();
  const courses = CHARTS.map((chart) => ({ chart, of: course(chart, now, before) }));
  const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const share = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const show = (chart: ChartId, value: number | null | undefined) =>
    value === null || value === undefined ? t("common.none") : (chart === "service_level" ? share : tenths).format(value);
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("whatif.as.table")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("whatif.time")}</th>
            {CHARTS.map((chart) => (
              <th key={chart} scope="col" className="num">
                {t(`whatif.chart.${chart}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {courses[0]?.of.at.map((at, row) => (
            <tr key={at}>
              <td>{clockOf(at)}</td>
              {courses.map(({ chart, of }) => (
                <td key={chart} className="num">
                  {show(chart, of.now[row])}
                  {before && <span className="dim"> / {show(chart, of.before[row])}</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
