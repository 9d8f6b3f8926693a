/** The set-up as files: what the server says of them, and how it is put to people. */
import type { Problem } from "../api";
import { entries, NotAnArchive } from "../unzip";

export interface Difference {
  field: string;
  before: unknown;
  after: unknown;
}

export interface Change {
  section: string;
  id: string;
  what: "create" | "change" | "remove";
  fields: string[];
  differences: Difference[];
  line: number;
}

export interface Plan {
  changes: Change[];
  kept: number;
  sections: Record<string, string>;
}

export interface Progress {
  running: boolean;
  done: number;
  total: number;
  section: string;
}

export interface Mistake {
  file: string;
  line: number;
  message: string;
}

/** As much as one request may hold, with room for its quoting. */
export const MOST_BYTES = 900_000;

export type Unreadable = "empty" | "tooLarge" | "archive" | "text";

export class NotReadable extends Error {
  constructor(readonly reason: Unreadable) {
    super(reason);
  }
}

export interface Given {
  name: string;
  bytes: () => Promise<Uint8Array>;
}

/** The YAML files among what was given, archives opened, by their names without folders. Throws NotReadable. */
export async function textsOf(given: readonly Given[]): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  let size = 0;
  const take = async (each: Given) => {
    const name = baseName(each.name);
    if (!name.endsWith(".yaml") || name.startsWith(".")) return;
    const bytes = await each.bytes();
    size += bytes.length;
    if (size > MOST_BYTES) throw new NotReadable("tooLarge");
    texts[name] = decoded(bytes);
  };
  for (const each of given) {
    if (!each.name.toLowerCase().endsWith(".zip")) {
      await take(each);
      continue;
    }
    try {
      for (const packed of entries(await each.bytes(), MOST_BYTES)) await take(packed);
    } catch (error) {
      throw error instanceof NotAnArchive ? new NotReadable("archive") : error;
    }
  }
  if (Object.keys(texts).length === 0) throw new NotReadable("empty");
  return texts;
}

const baseName = (path: string) => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new NotReadable("text");
  }
}

/** What the server found wrong with the files, or null when it is another trouble. */
export function mistakesOf(problem: Problem | null): Mistake[] | null {
  if (problem?.type !== "/problems/invalid-files" || !Array.isArray(problem.extra.errors)) return null;
  return (problem.extra.errors as Mistake[]).filter((each) => typeof each.message === "string");
}

/** The lines around one, with their numbers. */
export function excerpt(text: string | undefined, line: number, around = 1): { number: number; text: string }[] {
  if (text === undefined || line < 1) return [];
  const lines = text.split(/\r?\n/);
  const from = Math.max(1, line - around);
  return lines.slice(from - 1, line + around).map((each, index) => ({ number: from + index, text: each }));
}

export interface Group {
  section: string;
  title: string;
  changes: Change[];
}

/** Changes by section, in the order in which they are applied. */
export function grouped(plan: Plan): Group[] {
  return Object.entries(plan.sections)
    .map(([section, title]) => ({ section, title, changes: plan.changes.filter((change) => change.section === section) }))
    .filter((group) => group.changes.length > 0);
}

export function counted(plan: Plan): Record<Change["what"], number> {
  const count = { create: 0, change: 0, remove: 0 };
  for (const change of plan.changes) count[change.what]++;
  return count;
}

/** A value as lines of YAML's kind, for reading. */
export function written(value: unknown, depth = 0): string[] {
  const indent = "  ".repeat(depth);
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${indent}[]`];
    return value.flatMap((item) => {
      const [first = "", ...rest] = written(item, depth + 1);
      return [`${indent}- ${first.trimStart()}`, ...rest];
    });
  }
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value);
    if (fields.length === 0) return [`${indent}{}`];
    return fields.flatMap(([key, item]) =>
      isPlain(item) ? [`${indent}${key}: ${scalar(item)}`] : [`${indent}${key}:`, ...written(item, depth + 1)],
    );
  }
  return [`${indent}${scalar(value)}`];
}

const isPlain = (value: unknown) =>
  typeof value !== "object" || value === null || (Array.isArray(value) ? value : Object.keys(value)).length === 0;

function scalar(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "[]";
  if (typeof value === "object") return "{}";
  return typeof value === "string" ? (value === "" || value !== value.trim() ? JSON.stringify(value) : value) : JSON.stringify(value);
}

export interface Line {
  kind: "same" | "gone" | "new";
  text: string;
}

const MOST_LINES = 400;

/** Both values line by line, by their longest common subsequence; long ones one after the other. */
export function compared(before: readonly string[], after: readonly string[]): Line[] {
  const gone = (text: string): Line => ({ kind: "gone", text });
  const fresh = (text: string): Line => ({ kind: "new", text });
  if (before.length > MOST_LINES || after.length > MOST_LINES) return [...before.map(gone), ...after.map(fresh)];
  const length = before.map(() => new Array<number>(after.length + 1).fill(0));
  length.push(new Array<number>(after.length + 1).fill(0));
  const at = (i: number, j: number) => length[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      (length[i] as number[])[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [left, right] = [before[i], after[j]];
    if (left !== undefined && left === right) {
      lines.push({ kind: "same", text: left });
      i++;
      j++;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(gone(left));
      i++;
    } else if (right !== undefined) {
      lines.push(fresh(right));
      j++;
    }
  }
  return lines;
}
