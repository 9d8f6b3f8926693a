/** What a list of tickets shows: its state in the address, filters as tests, columns, and what is new since it was read. */
import { dayStart } from "../time";
import { ORDERS, type Conditions, type Operator, type Order, type Scalar, type Test, type TicketRow, type View } from "./types";

export type Layout = "table" | "state" | "assignee" | "priority";
const LAYOUTS: readonly Layout[] = ["table", "state", "assignee", "priority"];

export interface Asked {
  view: string;
  q: string;
  order: Order | null;
  layout: Layout;
  filters: Test[];
  /** At least one of these holds; none: nothing more is asked for. */
  either: Test[];
  /** Of a search. */
  facets: Record<string, string>;
}

export const FIRST_VIEW = "mine";
export const FACETS = ["state_class", "type", "assignee"] as const;
const OPERATORS: readonly Operator[] = ["is", "is_not", "in", "not_in", "contains", "not_contains", "at_least", "at_most", "within", "empty", "filled"];
const LISTED: readonly Operator[] = ["in", "not_in", "within"];
/** How often it was reopened: the one number among what lists ask about. */
export const TIMES = "reopened";

/** "state:in:open,new": every part percent-encoded, so that any value may be in it; nothing is "-". */
export function writeTest(test: Test): string {
  const values = test.value === undefined ? [] : Array.isArray(test.value) ? test.value : [test.value];
  const told = values.map((value) => (value === null ? "-" : encodeURIComponent(String(value)).replace(/^-$/, "%2D")));
  return [encodeURIComponent(test.field), test.op, told.join(",")].join(":");
}

export function readTest(text: string): Test | null {
  const [field = "", op = "", rest = ""] = text.split(":");
  if (!field || !OPERATORS.includes(op as Operator)) return null;
  try {
    const values = rest === "" ? [] : rest.split(",").map((each): Scalar => (each === "-" ? null : decodeURIComponent(each)));
    const test: Test = { field: decodeURIComponent(field), op: op as Operator };
    if (op === "empty" || op === "filled") return test;
    if (LISTED.includes(test.op)) return { ...test, value: values };
    if (values.length !== 1) return null;
    return { ...test, value: test.field === TIMES ? Number(values[0]) || 0 : (values[0] ?? null) };
  } catch {
    return null;
  }
}

export function readAsked(params: URLSearchParams): Asked {
  const order = params.get("order");
  const layout = params.get("layout");
  return {
    view: params.get("view") ?? FIRST_VIEW,
    q: params.get("q") ?? "",
    order: ORDERS.includes(order as Order) ? (order as Order) : null,
    layout: LAYOUTS.includes(layout as Layout) ? (layout as Layout) : "table",
    filters: params.getAll("f").map(readTest).filter((test) => test !== null),
    either: params.getAll("e").map(readTest).filter((test) => test !== null),
    facets: Object.fromEntries(FACETS.map((name) => [name, params.get(name) ?? ""]).filter(([, value]) => value)) as Record<string, string>,
  };
}

export function writeAsked(asked: Asked): URLSearchParams {
  const params = new URLSearchParams();
  if (asked.view !== FIRST_VIEW) params.set("view", asked.view);
  if (asked.q) params.set("q", asked.q);
  if (asked.order) params.set("order", asked.order);
  if (asked.layout !== "table") params.set("layout", asked.layout);
  for (const test of asked.filters) params.append("f", writeTest(test));
  for (const test of asked.either) params.append("e", writeTest(test));
  if (asked.q) for (const [name, value] of Object.entries(asked.facets)) params.set(name, value);
  return params;
}

/** The filter of a field set to these values; none takes it away. */
export function withFilter(filters: readonly Test[], field: string, values: readonly Scalar[], op: "in" | "not_in" = "in"): Test[] {
  const rest = filters.filter((test) => test.field !== field);
  return values.length > 0 ? [...rest, { field, op, value: [...values] }] : rest;
}

export function valuesOf(filters: readonly Test[], field: string): Scalar[] {
  const test = filters.find((each) => each.field === field);
  if (test?.value === undefined) return [];
  return Array.isArray(test.value) ? test.value : [test.value];
}

/** Days of the viewer's zone, as date fields have them; "" where it is open. */
export interface Days {
  from: string;
  until: string;
}

/** The filter of a moment set to these days, the last of them included; none takes it away. */
export function withDays(filters: readonly Test[], field: string, { from, until }: Days): Test[] {
  const rest = filters.filter((test) => test.field !== field);
  const start = from ? dayStart(from) : null;
  const end = until ? dayStart(until, 1) : null;
  return start || end ? [...rest, { field, op: "within", value: [start, end] }] : rest;
}

export function daysOf(filters: readonly Test[], field: string): Days {
  const of = (op: Operator) => filters.find((test) => test.field === field && test.op === op)?.value;
  const day = (value: Test["value"], less = 0) => (typeof value === "string" ? dayOf(Date.parse(value) - less) : "");
  const span = of("within");
  // The second moment of a span is not in it.
  return Array.isArray(span) ? { from: day(span[0]), until: day(span[1], 1) } : { from: day(of("at_least")), until: day(of("at_most")) };
}

/** The day of a moment in the viewer's zone, as date fields have it. */
export function dayOf(at: number): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return "";
  const two = (part: number) => String(part).padStart(2, "0");
  return `${String(moment.getFullYear()).padStart(4, "0")}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** The filter of a text set to what it contains; nothing takes it away. */
export function withText(filters: readonly Test[], field: string, text: string): Test[] {
  const rest = filters.filter((test) => test.field !== field);
  return text.trim() ? [...rest, { field, op: "contains", value: text.trim() }] : rest;
}

/** A view narrowed by filters; by `either` where it has no such choice of its own, as one of all tickets. */
export function conditionsOf(view: Pick<View, "conditions"> | null, filters: readonly Test[], either: readonly Test[] = []): Conditions {
  const any = view?.conditions.any ?? [];
  return { all: [...(view?.conditions.all ?? []), ...filters], any: any.length > 0 ? any : [...either] };
}

/** The list of all tickets that meet these. */
export function listPath({ all, any }: Conditions): string {
  return `/tickets?${writeAsked({ view: "all", q: "", order: null, layout: "table", filters: all, either: any, facets: {} }).toString()}`;
}

/** The filter set to what was open at the end of this day; "" takes it away. */
export function withEnd(filters: readonly Test[], field: string, day: string): Test[] {
  const rest = filters.filter((test) => test.field !== field);
  const end = day ? dayStart(day, 1) : null;
  return end ? [...rest, { field, op: "is", value: end }] : rest;
}

export function endOf(filters: readonly Test[], field: string): string {
  const value = valuesOf(filters, field)[0];
  return typeof value === "string" ? dayOf(Date.parse(value) - 1) : "";
}

/** The filter set to at least so many times; nought takes it away. */
export function withTimes(filters: readonly Test[], field: string, least: number): Test[] {
  const rest = filters.filter((test) => test.field !== field);
  return least > 0 ? [...rest, { field, op: "at_least", value: least }] : rest;
}

export interface Shown {
  rows: TicketRow[];
  /** Ids of rows that are no longer where they are shown. */
  moved: ReadonlySet<string>;
  /** How many there are by now that are not shown. */
  news: number;
}

/**
 * A list that was read again while somebody looks at it: rows keep their places and take their new values, new ones are
 * only counted, and those that changed and are not where they were are marked.
 */
export function merge(held: readonly TicketRow[], fresh: readonly TicketRow[], complete: boolean): Shown {
  const now = new Map(fresh.map((row) => [row.id, row]));
  const known = new Set(held.map((row) => row.id));
  // The older rows of further pages are not asked for again and stay as they are.
  const within = complete ? held.length : Math.min(held.length, fresh.length);
  const moved = new Set(held.filter((row, place) => place < within && !now.has(row.id)).map((row) => row.id));
  const news = fresh.filter((row) => !known.has(row.id)).length;
  if (!complete) {
    // As many as have come in have been pushed out at the end of the first page: those have not moved for another reason.
    const pushed = held.slice(Math.max(0, within - news), within).map((row) => row.id);
    for (const id of pushed) moved.delete(id);
  }
  const newer = (row: TicketRow) => {
    const found = now.get(row.id);
    return found && found.sequence >= row.sequence ? found : row;
  };
  return { rows: held.map(newer), moved, news };
}

export const COLUMNS = ["number", "subject", "requester", "organisation", "type", "category", "state", "priority", "assignee", "team", "queue", "channel", "tags", "due", "made_at", "changed_at"] as const;
export type Column = (typeof COLUMNS)[number];
/** What the API can put a list in order by. */
export const SORTED: Partial<Record<Column, Order>> = { changed_at: "changed", made_at: "made", due: "due", priority: "priority" };

export function columnsOf(chosen: readonly string[], fields: readonly string[]): string[] {
  const known = chosen.filter((name) => (COLUMNS as readonly string[]).includes(name) || (name.startsWith("fields.") && fields.includes(name.slice(7))));
  return known.length > 0 ? known : ["number", "subject", "state", "due"];
}

/** Two letters for a round sign. */
export function initials(name: string): string {
  const words = name.split(/\s+/).map((word) => word.replace(/[^\p{L}\p{N}]/gu, "")).filter(Boolean);
  const first = words[0]?.[0] ?? "?";
  const last = words.length > 1 ? (words[words.length - 1]?.[0] ?? "") : (words[0]?.[1] ?? "");
  return (first + last).toUpperCase();
}
