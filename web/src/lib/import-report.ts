import { guarded, written } from "./csv";
import type { Row } from "./csv";

/** What becomes of one line of a file; `wrong`: it stays out, and `verdict` says why. */
export interface ImportLine {
  line: number;
  subject: string;
  field: string | null;
  verdict: string;
  wrong: boolean;
}

/** What is wrong first, in the order of the file otherwise. */
export const wrongFirst = (lines: readonly ImportLine[]): ImportLine[] => [...lines.filter((each) => each.wrong), ...lines.filter((each) => !each.wrong)];

/** The rows that stay out as CSV, under `headers` and with a column more that says why. */
export function reportOf(headers: readonly string[], rows: readonly Row[], lines: readonly ImportLine[], reason: string): string {
  const why = new Map(lines.filter((each) => each.wrong).map((each) => [each.line, [each.field, each.verdict].filter(Boolean).join(": ")]));
  const told = rows
    .filter((row) => why.has(row.line))
    .map((row) => written([...headers.map((_, index) => guarded(row.cells[index] ?? "")), guarded(why.get(row.line) ?? "")]));
  return `\ufeff${[written([...headers.map(guarded), reason]), ...told].join("\r\n")}\r\n`;
}
