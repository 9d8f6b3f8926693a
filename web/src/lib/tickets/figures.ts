/** Figures of tickets: what is asked for, in the address of the page, and what comes back. Seconds throughout. */
import { dayOf, readTest, writeTest } from "./list";
import type { Conditions, Test, TicketPage } from "./types";

export const PERS = ["day", "week", "month"] as const;
export type Per = (typeof PERS)[number];
export const BYS = ["assignee", "type", "category", "priority", "queue", "team", "channel", "organisation", "tags"] as const;
export type FigureId = "made" | "resolved" | "reopened" | "backlog" | "open" | "answered" | "done" | "came_back" | "missed_first_response" | "missed_next_response" | "missed_resolution";

export interface Times {
  count: number;
  median_s: number | null;
  p90_s: number | null;
}

export interface Kept {
  decided: number;
  met: number;
}

interface Volumes {
  made: number;
  resolved: number;
  reopened: number;
}

export interface Period extends Volumes {
  first: string;
  last: string;
  backlog: number | null;
  first_response: Times;
  resolution: Times;
}

export interface Group extends Volumes {
  key: string;
  name: string;
  open: number;
  first_response: Times;
  first_response_open: Times;
  resolution: Times;
  resolution_open: Times;
  ended: number;
  came_back: number;
  met_first_response: Kept;
  met_next_response: Kept;
  met_resolution: Kept;
}

export interface Figures {
  at: string;
  own: boolean;
  periods: Period[];
  total: Group;
  groups: Group[];
  more: number;
}

/** Which of the tickets behind the numbers: all of a figure, of one period, or of one group. */
export interface Slice {
  figure: FigureId;
  period: string | null;
  group: string | null;
}

/** The tickets of a slice; `conditions`: a list has the same ones, if one can. */
export interface Behind extends TicketPage {
  conditions: Conditions | null;
}

export interface Asked {
  first: string;
  last: string;
  per: Per;
  by: string;
  filters: Test[];
}

export const PRESETS = ["week", "month", "quarter", "year", "thisMonth", "lastMonth"] as const;
export type Preset = (typeof PRESETS)[number];
const BACK: Record<"week" | "month" | "quarter" | "year", number> = { week: 7, month: 30, quarter: 90, year: 365 };

/** The days of a span that ends on the day of `now` (milliseconds), in the viewer's zone. */
export function preset(name: Preset, now: number): { first: string; last: string } {
  const today = new Date(now);
  const day = (year: number, month: number, date: number) => dayOf(new Date(year, month, date, 12).getTime());
  const [year, month, date] = [today.getFullYear(), today.getMonth(), today.getDate()];
  if (name === "thisMonth") return { first: day(year, month, 1), last: day(year, month, date) };
  if (name === "lastMonth") return { first: day(year, month - 1, 1), last: day(year, month, 0) };
  return { first: day(year, month, date - BACK[name] + 1), last: day(year, month, date) };
}

/** Which span this is, if it has a name. */
export const presetOf = (asked: Pick<Asked, "first" | "last">, now: number): Preset | null =>
  PRESETS.find((name) => {
    const span = preset(name, now);
    return span.first === asked.first && span.last === asked.last;
  }) ?? null;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const days = (first: string, last: string) => Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000) + 1;

/** Days for some weeks, weeks for some months, months beyond. */
export function perFor(first: string, last: string): Per {
  const many = days(first, last);
  return many <= 45 ? "day" : many <= 200 ? "week" : "month";
}

export function readAsked(params: URLSearchParams, now: number): Asked {
  const given = (name: string) => (DAY.test(params.get(name) ?? "") ? (params.get(name) ?? "") : "");
  const span = preset("month", now);
  const first = given("first") || span.first;
  const last = given("last") || span.last;
  const per = PERS.find((each) => each === params.get("per")) ?? perFor(first, last);
  return { first, last, per, by: params.get("by") ?? BYS[0], filters: params.getAll("f").map(readTest).filter((test) => test !== null) };
}

export function writeAsked(asked: Asked): URLSearchParams {
  const params = new URLSearchParams({ first: asked.first, last: asked.last, per: asked.per, by: asked.by });
  for (const test of asked.filters) params.append("f", writeTest(test));
  return params;
}

/** As the server takes it. */
export const bodyOf = (asked: Asked, zone: string) => ({
  first: asked.first,
  last: asked.last,
  zone,
  per: asked.per,
  by: asked.by,
  conditions: { all: asked.filters, any: [] },
});

/** None of nothing is nothing. */
export const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** Columns of the table by group, as a file has them; times in hours with two places. */
export const COLUMNS = [
  "made",
  "resolved",
  "reopened",
  "open",
  "first_response_median",
  "first_response_p90",
  "first_response_open_median",
  "first_response_open_p90",
  "resolution_median",
  "resolution_p90",
  "resolution_open_median",
  "resolution_open_p90",
  "came_back",
  "met_first_response",
  "met_next_response",
  "met_resolution",
] as const;
export type ColumnId = (typeof COLUMNS)[number];

export function numberOf(row: Group, column: ColumnId): number | null {
  switch (column) {
    case "made":
    case "resolved":
    case "reopened":
    case "open":
      return row[column];
    case "came_back":
      return share(row.came_back, row.ended);
    case "met_first_response":
    case "met_next_response":
    case "met_resolution":
      return share(row[column].met, row[column].decided);
    default: {
      const median = column.endsWith("_median");
      const times = row[column.slice(0, median ? -7 : -4) as "first_response"];
      const found = median ? times.median_s : times.p90_s;
      return found === null ? null : found / 3600;
    }
  }
}

const SHARES: readonly ColumnId[] = ["came_back", "met_first_response", "met_next_response", "met_resolution"];
const COUNTS: readonly ColumnId[] = ["made", "resolved", "reopened", "open"];

export const unitOf = (column: ColumnId): "count" | "share" | "hours" => (SHARES.includes(column) ? "share" : COUNTS.includes(column) ? "count" : "hours");

/** A cell of the file: whole numbers, hours, or percent, with a point. */
export function cellOf(row: Group, column: ColumnId): string {
  const found = numberOf(row, column);
  if (found === null) return "";
  const unit = unitOf(column);
  return unit === "count" ? String(found) : unit === "share" ? (found * 100).toFixed(1) : found.toFixed(2);
}
