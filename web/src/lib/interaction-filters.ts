/** The list's filters as they stand in the page's address. */
import { OUTCOMES, type Outcome } from "./contract";
import { dayStart } from "./time";

export interface Filters {
  q: string;
  queue: string;
  agent: string;
  outcome: Outcome | "";
  /** Calendar days of the viewer, yyyy-mm-dd, both included. */
  from: string;
  to: string;
}

const KEYS = ["q", "queue", "agent", "outcome", "from", "to"] as const;

export function readFilters(params: URLSearchParams): Filters {
  const text = (key: string) => params.get(key) ?? "";
  const outcome = OUTCOMES.find((known) => known === text("outcome")) ?? "";
  const day = (key: string) => (dayStart(text(key)) ? text(key) : "");
  return { q: text("q"), queue: text("queue"), agent: text("agent"), outcome, from: day("from"), to: day("to") };
}

export function writeFilters(filters: Filters): Record<string, string> {
  return Object.fromEntries(KEYS.filter((key) => filters[key]).map((key) => [key, filters[key]]));
}

export function countFilters(filters: Filters): number {
  return KEYS.filter((key) => filters[key]).length;
}

/** What the server is asked: days become instants, the last day is included to its end. */
export function filterQuery(filters: Filters): Record<string, string | null> {
  return { ...filters, q: filters.q.trim(), from: dayStart(filters.from), to: dayStart(filters.to, 1) };
}
