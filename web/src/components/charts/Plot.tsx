import type uPlot from "uplot";
import styles from "./charts.module.css";
import { usePlot, type Draw } from "./usePlot";

const HEIGHT = 200;
/** Steps whose numbers are right with one digit after the point. */
const TENTHS = [0.1, 0.2, 0.5];
const WHOLE = Array.from({ length: 9 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
const DASHES = { none: [], long: [8, 4], short: [2, 3] } as const;

export interface Line {
  /** Of the scheme: "accent" is --cc-accent. */
  color: string;
  dash: keyof typeof DASHES;
}

/** The axis below: steps in units of the data, how many pixels apart they stand, and what one is called. */
export interface Across {
  steps: readonly number[];
  gap: number;
  /** Units left free at both ends. */
  margin: number;
  word: (at: number) => string;
}

interface PlotProps {
  label: string;
  /** What is known at each place of the first row; a line of its own for each of `lines`. */
  data: uPlot.AlignedData;
  lines: readonly Line[];
  across: Across;
  /** Shares of one, drawn up to 100 %. */
  share?: boolean;
  /** Values are counted: no steps between whole numbers. */
  whole?: boolean;
  /** Each value has a dot. */
  dots?: boolean;
}

/** Lines over time. */
export function Plot(props: PlotProps) {
  const box = usePlot(props, HEIGHT, draw);
  return (
    <div className={styles.plot}>
      <div ref={box} role="img" aria-label={props.label} />
    </div>
  );
}

const draw: Draw<PlotProps> = ({ locale, color, axis }, latest) => {
  const { lines, across, share = false, whole = false, dots = false } = latest.current;
  const number = new Intl.NumberFormat(locale, share ? { style: "percent" } : { maximumFractionDigits: 1 });
  const top = (high: number) => (share || !Number.isFinite(high) ? 1 : Math.max(1, high * 1.1));
  const { margin } = across;
  return {
    scales: {
      x: { time: false, ...(margin > 0 ? { range: (_: uPlot, low: number, high: number): uPlot.Range.MinMax => [low - margin, high + margin] } : {}) },
      y: { range: (_, __, high) => [0, top(high)] },
    },
    axes: [
      { ...axis, grid: { show: false }, incrs: [...across.steps], space: across.gap, size: 30, values: (_, splits) => splits.map((at) => latest.current.across.word(at)) },
      { ...axis, size: 48, ...(share ? {} : { incrs: whole ? WHOLE : [...TENTHS, ...WHOLE] }), values: (_, splits) => splits.map((value) => number.format(value)) },
    ],
    series: [{}, ...lines.map((line) => ({ stroke: color(line.color), width: 2, dash: [...DASHES[line.dash]], points: dots ? { show: true, size: 4, fill: color(line.color) } : { show: false } }))],
  };
};
