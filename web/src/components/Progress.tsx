import { Progress as Bar } from "@mantine/core";

/** A long work's way, in words and as a bar; `done` null: it is not known how far. */
export function Progress({ word, done, total }: { word: string; done: number | null; total: number }) {
  return (
    <div className="stack" role="status">
      <span>{word}</span>
      <Bar value={done === null ? 100 : (100 * done) / Math.max(1, total)} striped={done === null} animated={done === null} aria-label={word} />
    </div>
  );
}
