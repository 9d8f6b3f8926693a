import { SegmentedControl, useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useLocale } from "../../hooks/words";
import { CHARTS, clockOf, course, stepped, type ChartId, type Course, type Run } from "../../lib/whatif/compare";
import styles from "./whatif.module.css";

const HEIGHT = 200;

interface CoursesProps {
  now: Run;
  before: Run | null;
  /** What the run is compared with. */
  beside: string;
}

/** Both runs over the day, one figure a chart; or the same as a table. */
export default function Courses({ now, before, beside }: CoursesProps) {
  const { t } = useTranslation();
  const [as, setAs] = useState<"chart" | "table">("chart");
  return (
    <section className={`panel ${styles.tableCard ?? ""}`} aria-labelledby="whatif-day">
      <div className="row wrap">
        <h2 id="whatif-day" className="grow">
          {t("whatif.overDay")}
        </h2>
        <ul className={styles.legend}>
          <li>
            <i />
            {t("whatif.thisRun")}
          </li>
          {before && (
            <li>
              <i data-before />
              {beside}
            </li>
          )}
        </ul>
        <SegmentedControl
          size="xs"
          aria-label={t("whatif.as.label")}
          value={as}
          onChange={setAs}
          data={(["chart", "table"] as const).map((value) => ({ value, label: t(`whatif.as.${value}`) }))}
        />
      </div>
      {now.intervals.length === 0 ? (
        <p className="dim">{t("whatif.noIntervals")}</p>
      ) : as === "chart" ? (
        <div className={styles.charts}>
          {CHARTS.map((chart) => (
            <figure key={chart}>
              <figcaption>{t(`whatif.chart.${chart}`)}</figcaption>
              <Plot chart={chart} of={course(chart, now, before)} label={t("whatif.chartLabel", { what: t(`whatif.chart.${chart}`) })} />
            </figure>
          ))}
        </div>
      ) : (
        <CourseTable now={now} before={before} />
      )}
    </section>
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

function Plot({ chart, of, label }: { chart: ChartId; of: Course; label: string }) {
  const locale = useLocale();
  const scheme = useComputedColorScheme("light");
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data: uPlot.AlignedData = stepped(of);
  const latest = useRef(data);
  useEffect(() => {
    latest.current = data;
    plot.current?.setData(data);
  });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new uPlot(options(element, chart, locale), latest.current, element);
    plot.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [scheme, locale, chart]);
  return (
    <div className={styles.plot}>
      <div ref={box} role="img" aria-label={label} />
    </div>
  );
}

/** Quarters of an hour for a short run, whole hours else; wider apart the longer the day. */
const HOURS = [0.25, 0.5, 1, 2, 3, 4, 6, 12, 24].map((hours) => hours * 3600);

function options(element: HTMLElement, chart: ChartId, locale: string): uPlot.Options {
  const css = getComputedStyle(document.documentElement);
  const color = (name: string) => css.getPropertyValue(`--cc-${name}`).trim();
  const axis = { stroke: color("dim"), grid: { stroke: color("line"), width: 1 }, ticks: { show: false } };
  const share = chart === "service_level";
  const number = new Intl.NumberFormat(locale, share ? { style: "percent" } : { maximumFractionDigits: 1 });
  const line = (name: string, dash: number[]) => ({
    stroke: color(name),
    width: 2,
    dash,
    points: { show: false },
  });
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_, __, high) => [0, share ? 1 : Math.max(1, high * 1.1)] } },
    axes: [
      { ...axis, grid: { show: false }, incrs: HOURS, space: 52, size: 30, values: (_, splits) => splits.map(clockOf) },
      { ...axis, size: 48, values: (_, splits) => splits.map((value) => number.format(value)) },
    ],
    series: [{}, line("chart-amber", [6, 4]), line("accent", [])],
  };
}
