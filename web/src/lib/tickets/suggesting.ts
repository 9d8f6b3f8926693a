/** Suggestions for tickets: what was learned from the own ones says what another one seems to be. */
import type { Troubles } from "../admin/types";

export const SUGGESTED = ["category", "priority", "type"] as const;
export type SuggestedField = (typeof SUGGESTED)[number];

export interface Suggestion {
  field: SuggestedField;
  value: string;
  name: string;
  /** From 0 to 1. */
  confidence: number;
  words: string[];
}

export interface SuggesterSettings {
  category: boolean;
  priority: boolean;
  type: boolean;
  least_tickets: number;
  /** Percent. */
  least_accuracy: number;
  /** Percent, in tens. */
  least_confidence: number;
  nightly: boolean;
}

export interface Cut {
  shown: number;
  right: number;
}

export interface Trial {
  tickets: number;
  learned: number;
  held_out: number;
  right: number;
  usual: string;
  usual_right: number;
  values: number;
  left_out: number;
  cuts: Cut[];
  confusion: { values: string[]; rows: number[][] };
}

export type Why = "" | "off" | "untrained" | "few" | "alike" | "wordless" | "inaccurate" | "baseline";

export interface FieldState {
  field: SuggestedField;
  on: boolean;
  why: Why;
  trial: Trial;
  accuracy: number;
  baseline: number;
  answers: { taken: number; refused: number };
}

export interface Suggester {
  settings: SuggesterSettings;
  state: "idle" | "running" | "failed" | "cancelled";
  progress: number;
  problem: string;
  tickets: number;
  trained_at: string | null;
  report: { tickets: number; terms: number; seconds: number };
  forgotten: boolean;
  fields: FieldState[];
}

export const TICKETS_RANGE = { least: 50, most: 20_000 } as const;
export const ACCURACY_RANGE = { least: 30, most: 99 } as const;

export function suggesterTroubles(value: SuggesterSettings): Troubles {
  const found: Troubles = {};
  for (const [path, range] of [
    ["least_tickets", TICKETS_RANGE],
    ["least_accuracy", ACCURACY_RANGE],
  ] as const)
    if (!(value[path] >= range.least && value[path] <= range.most)) found[path] = { key: "between", values: range };
  return found;
}

/** Of the held-out tickets, what a suggestion would have been shown for with this least confidence (percent). */
export function cutAt(trial: Trial, percent: number): Cut | undefined {
  return trial.cuts[Math.floor(percent / 10)];
}

/** Fewer letters say nothing. */
const LEAST_LETTERS = 8;
export const worthAsking = (subject: string, text: string): boolean => subject.trim().length + text.trim().length >= LEAST_LETTERS;

export type HeldValues = Readonly<Record<SuggestedField, string | null>>;

/** Those that would change something and have not been put away. */
export function offered(items: readonly Suggestion[], held: HeldValues, away: ReadonlySet<string>): Suggestion[] {
  return items.filter((each) => held[each.field] !== each.value && !away.has(keyOf(each)));
}

export const keyOf = ({ field, value }: Pick<Suggestion, "field" | "value">): string => `${field}:${value}`;

/** What has been decided by hand of those that were shown: whether it became what was suggested. */
export function decided(shown: readonly Suggestion[], before: HeldValues, now: HeldValues): { field: SuggestedField; taken: boolean }[] {
  return shown.filter(({ field }) => before[field] !== now[field] && now[field] !== null).map(({ field, value }) => ({ field, taken: now[field] === value }));
}
