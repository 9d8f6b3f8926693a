/** Tables in files: how they are written, read record by record, and written again (RFC 4180). */

export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-15"] as const;
export type Encoding = (typeof ENCODINGS)[number];
export const DELIMITERS = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** By the mark at its beginning, else UTF-8 when it is that, else what Windows writes in the West. */
export function encodingOf(bytes: Uint8Array): Encoding {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return "utf-8";
  } catch {
    return "windows-1252";
  }
}

/** An XLSX is a ZIP. */
export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;

export const decoded = (bytes: Uint8Array, encoding: Encoding): string => new TextDecoder(encoding).decode(bytes);

/** The one that the head line has most of, outside of quotes; a comma when it has none. */
export function delimiterOf(text: string): Delimiter {
  const count = new Map<string, number>();
  let quoted = false;
  for (const sign of text) {
    if (sign === '"') quoted = !quoted;
    else if (!quoted && (sign === "\n" || sign === "\r")) break;
    else if (!quoted) count.set(sign, (count.get(sign) ?? 0) + 1);
  }
  return DELIMITERS.reduce((best, each) => ((count.get(each) ?? 0) > (count.get(best) ?? 0) ? each : best));
}

export interface Row {
  /** The line of the file on which it begins, from 1. */
  line: number;
  cells: string[];
}

/** Every record that is not blank. A quote that is never closed takes all that follows, as spreadsheets do. */
export function records(text: string, delimiter: string): Row[] {
  const found: Row[] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  let line = 1;
  let start = 1;
  const end = () => {
    cells.push(cell);
    if (cells.some((each) => each.trim() !== "")) found.push({ line: start, cells });
    cells = [];
    cell = "";
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (quoted) {
      if (sign === "\n") line++;
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') cell += text.charAt(at++);
      else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === delimiter) {
      cells.push(cell);
      cell = "";
    } else if (sign === "\n" || sign === "\r") {
      if (sign === "\r" && text[at + 1] === "\n") at++;
      line++;
      end();
      start = line;
    } else cell += sign;
  }
  if (cell !== "" || cells.length > 0) end();
  return found;
}

/** One record as a line of a file with commas, without its line end. */
export function written(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",");
}

/** A cell that a spreadsheet would take for a formula, made a text. */
export function guarded(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}
