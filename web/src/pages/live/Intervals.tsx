import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import { usePlot, type Draw } from "../../components/charts/usePlot";
import { useLocale } from "../../hooks/words";
import type { IntervalRow } from "../../lib/wallboard";
import { timeOfDay } from "../../lib/time";
import styles from "./live.module.css";

const HEIGHT = 260;

export default function Intervals({ rows }: { rows: readonly IntervalRow[] }) {
  const { t } = useTranslation();
  const [as, setAs] = useState<"chart" | "table">("chart");
  const sorted = [...rows].sort((a, b) => a.start.localeCompare(b.start));
  return (
    <section className={`panel ${styles.section ?? ""}`} aria-label={t("live.intervals")}>
      <header>
        <h2 className="grow">{t("live.intervals")}</h2>
        <SegmentedControl
          size="xs"
          aria-label={t("live.intervals")}
          value={as}
          onChange={(value) => setAs(value)}
          data={[
            { value: "chart", label: t("live.chart") },
            { value: "table", label: t("live.table") },
          ]}
        />
      </header>
      {sorted.length === 0 && <p className="empty">{t("live.noIntervals")}</p>}
      {sorted.length > 0 && as === "chart" && <Chart rows={sorted} />}
      {sorted.length > 0 && as === "table" && <IntervalTable rows={sorted} />}
    </section>
  );
}

function IntervalTable({ rows }: { rows: readonly IntervalRow[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={t("live.table")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("live.interval")}</th>
            <th scope="col" className="num">
              {t("live.offered")}
            </th>
            <th scope="col" className="num">
              {t("live.answered")}
            </th>
            <th scope="col" className="num">
              {t("live.abandoned")}
            </th>
          </tr>
        </thead>
        <tbody>
          {[...rows].reverse().map((row) => (
            <tr key={row.start}>
              <td>{timeOfDay(row.start, locale)}</td>
              <td className="num">{row.offered}</td>
              <td className="num">{row.answered}</td>
              <td className="num">{row.abandoned}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Chart({ rows }: { rows: readonly IntervalRow[] }) {
  const { t } = useTranslation();
  const box = usePlot({ data: chartData(withQuietQuarters(rows)) }, HEIGHT, draw);
  return (
    <>
      <ul className={styles.legend}>
        <li>
          <i data-line style={{ background: "var(--cc-ink)" }} />
          {t("live.offered")}
        </li>
        <li>
          <i style={{ background: "var(--cc-accent)" }} />
          {t("live.answered")}
        </li>
        <li>
          <i style={{ background: "var(--cc-chart-amber)" }} />
          {t("live.abandoned")}
        </li>
      </ul>
      <div className={styles.chart}>
        <div ref={box} role="img" aria-label={t("live.chartLabel")} />
      </div>
    </>
  );
}

const QUARTER_MS = 900_000;

/** Quarters in which nothing happened have no row: without zeros the line would run across them as if they had. */
function withQuietQuarters(rows: readonly IntervalRow[]): IntervalRow[] {
  const all: IntervalRow[] = [];
  for (const row of rows) {
    const before = all.at(-1);
    if (before)
      for (let at = Date.parse(before.start) + QUARTER_MS; at < Date.parse(row.start); at += QUARTER_MS)
        all.push({ start: new Date(at).toISOString(), offered: 0, answered: 0, abandoned: 0 });
    all.push(row);
  }
  return all;
}

/** Abandoned sits on top of answered: its bar is drawn to the sum, then covered by the answered one. */
function chartData(rows: readonly IntervalRow[]): uPlot.AlignedData {
  return [
    rows.map((row) => Date.parse(row.start) / 1000),
    rows.map((row) => row.answered + row.abandoned),
    rows.map((row) => row.answered),
    rows.map((row) => row.offered),
  ];
}

const draw: Draw<{ data: uPlot.AlignedData }> = ({ locale, color, axis }) => {
  const bars = uPlot.paths.bars?.({ size: [0.6, 48], radius: 0.15 });
  const bar = (name: string) => ({ fill: color(name), width: 0, points: { show: false }, ...(bars ? { paths: bars } : {}) });
  return {
    scales: {
      x: { range: (_, low, high) => [low - 600, Math.max(high + 600, low + 4 * 3600)] },
      y: { range: (_, __, high) => [0, Math.max(4, Math.ceil(high * 1.1))] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 72,
        size: 32,
        values: (_, splits) =>
          splits.map((s) => new Date(s * 1000).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" })),
      },
      { ...axis, size: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
    ],
    series: [
      {},
      bar("chart-amber"),
      bar("accent"),
      { stroke: color("ink"), width: 2, points: { show: true, size: 6, fill: color("surface"), stroke: color("ink") } },
    ],
  };
};
