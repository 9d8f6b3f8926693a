import { DAY, timeText, type Stretch } from "../../lib/admin/hours";
import styles from "./week.module.css";

export interface DrawnBlock extends Stretch {
  /** The morning end of a span that began the day before. */
  spill?: boolean;
  word: string;
}

/** One day as a bar of 24 hours. */
export function DayBar({ blocks, tone }: { blocks: readonly DrawnBlock[]; tone?: "normal" | "special" | "emergency" }) {
  return (
    <div className={styles.day} data-tone={tone ?? "normal"}>
      {blocks.map((block, index) => (
        <span
          key={index}
          className={styles.block}
          data-spill={block.spill ?? false}
          style={{
            insetInlineStart: `${(block.from / DAY) * 100}%`,
            inlineSize: `${((Math.min(block.to, DAY) - block.from) / DAY) * 100}%`,
          }}
          title={block.word}
        >
          <span aria-hidden>{block.word}</span>
        </span>
      ))}
    </div>
  );
}

/** The hours over the bars. */
export function Hours() {
  return (
    <div className={styles.hours} aria-hidden>
      {[0, 6, 12, 18, 24].map((hour) => (
        <span key={hour} style={{ insetInlineStart: `${(hour / 24) * 100}%` }}>
          {timeText(hour * 60)}
        </span>
      ))}
    </div>
  );
}

export function spanWord(from: number, to: number): string {
  return `${timeText(from)}–${timeText(to > DAY ? to - DAY : to)}`;
}
