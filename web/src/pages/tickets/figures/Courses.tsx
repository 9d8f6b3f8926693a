import { SegmentedControl, useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useLocale } from "../../../hooks/words";
import type { Asked, FigureId, Period, Slice } from "../../../lib/tickets/figures";
import styles from "./figures.module.css";
import { usePeriodName, useTold } from "./words";

const HEIGHT = 200;
const CHARTS = ["volumes", "backlog", "first_response", "resolution"] as const;
type ChartId = (typeof CHARTS)[number];
const VOLUMES = ["made", "resolved", "reopened"] as const;
const COLORS = { made: "ink", resolved: "accent", reopened: "chart-amber" } as const;

interface CoursesProps {
  asked: Asked;
  periods: readonly Period[];
  onShow: (slice: Slice) => void;
}

/** The figures period by period, drawn or as a table whose numbers open the tickets behind them. */
export default function Courses({ asked, periods, onShow }: CoursesProps) {
  const { t } = useTranslation();
  const [as, setAs] = useState<"chart" | "table">("chart");
  return (
    <section className={`panel ${styles.card ?? ""}`} aria-labelledby="figures-time">
      <div className="row wrap">
        <h2 id="figures-time" className="grow">
          {t("ticketFigures.time")}
        </h2>
        <SegmentedControl
          size="xs"
          aria-label={t("ticketFigures.as.label")}
          value={as}
          onChange={setAs}
          data={(["chart", "table"] as const).map((value) => ({ value, label: t(`ticketFigures.as.${value}`) }))}
        />
      </div>
      {as === "chart" ? (
        <div className={styles.charts}>
          {CHARTS.map((chart) => (
            <figure key={chart}>
              <figcaption>
                {t(`ticketFigures.chart.${chart}`)}
                {chart === "volumes" && (
                  <ul className={styles.legend}>
                    {VOLUMES.map((name) => (
                      <li key={name}>
                        <i data-of={name} style={{ borderColor: `var(--cc-${COLORS[name]})` }} />
                        {t(`ticketFigures.figure.${name}`)}
                      </li>
                    ))}
                  </ul>
                )}
              </figcaption>
              <Plot chart={chart} asked={asked} periods={periods} label={t("ticketFigures.chartLabel", { what: t(`ticketFigures.chart.${chart}`) })} />
            </figure>
          ))}
        </div>
      ) : (
        <PeriodTable asked={asked} periods={periods} onShow={onShow} />
      )}
    </section>
  );
}

function PeriodTable({ asked, periods, onShow }: CoursesProps) {
  const { t } = useTranslation();
  const told = useTold();
  const name = usePeriodName(asked);
  const counted: FigureId[] = ["made", "resolved", "reopened", "backlog"];
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("ticketFigures.time")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("ticketFigures.period")}</th>
            {(["made", "resolved", "reopened", "backlog"] as const).map((each) => (
              <th key={each} scope="col" className="num" title={t(`ticketFigures.explain.${each}`)}>
                {t(`ticketFigures.figure.${each}`)}
              </th>
            ))}
            <th scope="col" className="num">
              {t("ticketFigures.column.first_response_median")}
            </th>
            <th scope="col" className="num">
              {t("ticketFigures.column.resolution_median")}
            </th>
          </tr>
        </thead>
        <tbody>
          {[...periods].reverse().map((period) => (
            <tr key={period.first}>
              <th scope="row">{name(period)}</th>
              {counted.map((figure) => {
                const value = period[figure as "made"] as number | null;
                return (
                  <td key={figure} className="num">
                    {value ? (
                      <button type="button" className={styles.number} onClick={() => onShow({ figure, period: period.first, group: null })}>
                        {told.count(value)}
                      </button>
                    ) : (
                      (value ?? t("common.none"))
                    )}
                  </td>
                );
              })}
              <td className="num">{told.time(period.first_response.median_s)}</td>
              <td className="num">{told.time(period.resolution.median_s)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** By number of the period; hours for times. What is not known is a gap. */
function seriesOf(chart: ChartId, periods: readonly Period[]): uPlot.AlignedData {
  const at = periods.map((_, place) => place);
  const hours = (seconds: number | null) => (seconds === null ? null : seconds / 3600);
  if (chart === "volumes") return [at, ...VOLUMES.map((name) => periods.map((period) => period[name]))];
  if (chart === "backlog") return [at, periods.map((period) => period.backlog)];
  return [at, periods.map((period) => hours(period[chart].median_s))];
}

function Plot({ chart, asked, periods, label }: { chart: ChartId; asked: Asked; periods: readonly Period[]; label: string }) {
  const locale = useLocale();
  const scheme = useComputedColorScheme("light");
  const name = usePeriodName(asked);
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = seriesOf(chart, periods);
  const latest = useRef({ data, names: periods.map(name) });
  useEffect(() => {
    latest.current = { data, names: periods.map(name) };
    plot.current?.setData(data);
  });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new uPlot(
      options(element, chart, locale, (place) => latest.current.names[place] ?? ""),
      latest.current.data,
      element,
    );
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

const STEPS = [1, 2, 5, 10, 20, 50, 100];
const DASHES: readonly number[][] = [[], [8, 4], [2, 3]];

function options(element: HTMLElement, chart: ChartId, locale: string, name: (place: number) => string): uPlot.Options {
  const css = getComputedStyle(document.documentElement);
  const color = (word: string) => css.getPropertyValue(`--cc-${word}`).trim();
  const axis = { stroke: color("dim"), grid: { stroke: color("line"), width: 1 }, ticks: { show: false } };
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const line = (word: string, dash: number[]) => ({ stroke: color(word), width: 2, dash, points: { show: true, size: 4, fill: color(word) } });
  const lines = chart === "volumes" ? VOLUMES.map((each, place) => line(COLORS[each], DASHES[place] ?? [])) : [line("accent", [])];
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: (_, low, high) => [low - 0.5, high + 0.5] }, y: { range: (_, __, high) => [0, Number.isFinite(high) ? Math.max(1, high * 1.1) : 1] } },
    axes: [
      { ...axis, grid: { show: false }, incrs: STEPS, space: 80, size: 30, values: (_, splits) => splits.map((place) => (Number.isInteger(place) ? name(place) : "")) },
      { ...axis, size: 48, values: (_, splits) => splits.map((value) => number.format(value)) },
    ],
    series: [{}, ...lines],
  };
}
