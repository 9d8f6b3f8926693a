/** A form's state without React: what was saved, what is typed, and which troubles are to be shown yet. */
import type { Problem } from "../api";
import type { Trouble, Troubles } from "./types";

/** Equal in value, whatever the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && same(left[key], right[key]));
}

/** "overflow[0].limit", "/overflow/0/limit" and "overflow.0.limit" name the same field. */
export function fieldPath(field: string): string {
  return field
    .replace(/\[(\w+|"[^"]*")\]/g, (_, key: string) => `.${key.replaceAll('"', "")}`)
    .replaceAll("/", ".")
    .replace(/^(\.|body\.)+/, "");
}

/** What becomes of a form when what is stored arrives anew: it is taken over; or what was typed is kept, and the person
 * told when somebody else's change lies below it. An answer to one's own save is no news. */
export function onArrival<T>(stored: T, known: T, form: { dirty: boolean; saving: boolean }): "take" | "keep" | "tell" {
  if (!form.dirty) return "take";
  return form.saving || same(stored, known) ? "keep" : "tell";
}

export interface ServerTrouble {
  path: string;
  detail: string;
}

/** The field a refusal names, if it names one. */
export function serverTrouble(problem: Problem | null): ServerTrouble | null {
  if (!problem || problem.status === 0) return null;
  const field = problem.extra.field;
  if (typeof field !== "string" || !field) return null;
  const text = problem.message.startsWith(`${field}: `) ? problem.message.slice(field.length + 2) : problem.message;
  return { path: fieldPath(field), detail: text.charAt(0).toLocaleUpperCase() + text.slice(1) };
}

export function isUnder(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}.`);
}

/** Where a trouble is to be said: at its own field, else at the nearest group around it that is on the page. */
export function shownAt(path: string, onPage: ReadonlySet<string>): string | null {
  for (let at = path; at; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) if (onPage.has(at)) return at;
  return null;
}

/** The first trouble at or below a path, in the order they were found. */
export function troubleUnder(troubles: Troubles, prefix: string): Trouble | null {
  const at = Object.keys(troubles).find((path) => isUnder(path, prefix));
  return at === undefined ? null : (troubles[at] ?? null);
}

/** A body without what the address says or the server alone writes. */
export function omit<T extends object, K extends keyof T>(value: T, ...keys: K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;
}

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const copy = [...list];
  const [item] = copy.splice(from, 1);
  if (item !== undefined) copy.splice(to, 0, item);
  return copy;
}

export function replaced<T>(list: readonly T[], index: number, item: T): T[] {
  return list.map((old, at) => (at === index ? item : old));
}

export function without<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, at) => at !== index);
}
