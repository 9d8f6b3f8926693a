import { SegmentedControl } from "@mantine/core";
import { useState, type ReactNode } from "react";
import styles from "./charts.module.css";
import type { Line } from "./Plot";

/** What each line is. */
export function Legend({ lines }: { lines: readonly (Pick<Line, "color" | "dash"> & { word: string })[] }) {
  return (
    <ul className={styles.legend}>
      {lines.map(({ color, dash, word }) => (
        <li key={word}>
          <i data-dash={dash} style={{ borderColor: `var(--cc-${color})` }} />
          {word}
        </li>
      ))}
    </ul>
  );
}

interface ChartsOrTableProps {
  id: string;
  title: string;
  /** Of the panel it stands in. */
  className: string;
  words: { label: string; chart: string; table: string };
  /** Beside the title. */
  aside?: ReactNode;
  charts: readonly { id: string; caption: ReactNode; plot: ReactNode }[];
  table: ReactNode;
  /** In place of both, where there is nothing to draw. */
  empty?: ReactNode;
}

/** Figures over time, one a chart; or the same as a table. */
export function ChartsOrTable({ id, title, className, words, aside, charts, table, empty }: ChartsOrTableProps) {
  const [as, setAs] = useState<"chart" | "table">("chart");
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <div className="row wrap">
        <h2 id={id} className="grow">
          {title}
        </h2>
        {aside}
        <SegmentedControl
          size="xs"
          aria-label={words.label}
          value={as}
          onChange={setAs}
          data={[
            { value: "chart", label: words.chart },
            { value: "table", label: words.table },
          ]}
        />
      </div>
      {empty ??
        (as === "table" ? (
          table
        ) : (
          <div className={styles.charts}>
            {charts.map((chart) => (
              <figure key={chart.id}>
                <figcaption>{chart.caption}</figcaption>
                {chart.plot}
              </figure>
            ))}
          </div>
        ))}
    </section>
  );
}
