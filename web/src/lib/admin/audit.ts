/** The audit trail as the server tells it, and the filters kept in the address. */
import { dayStart } from "../time";

export interface Change {
  path: string;
  before: unknown;
  after: unknown;
}

export interface Entry {
  id: number;
  /** Its place in the chain; null for about a second until it is sealed. */
  seq: number | null;
  at: string;
  actor: { kind: string; id: string; name: string };
  address: string;
  session_id: string;
  request_id: string;
  act: string;
  subject: { kind: string; id: string; name: string };
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  changes: Change[];
  hidden: string[];
  mac: string | null;
}

export interface EntryPage {
  items: Entry[];
  next_cursor: number | null;
}

export interface Verification {
  running: boolean;
  done: number;
  total: number;
  ended_at: string | null;
  verified_until: number | null;
  finding: { kind: string; seq: number; sentence: string } | null;
}

export interface TrailState {
  first: number | null;
  last: number | null;
  unsealed: number;
  anchor: { seq: number; cut_at: string } | null;
  keep_days: number;
  verification: Verification;
  wrong: string | null;
  kinds: { name: string; summary: string }[];
  actors: { id: string; name: string }[];
}

export interface AuditFilters {
  q: string;
  actor: string;
  act: string;
  subject: string;
  from: string;
  to: string;
}

const NAMES = ["q", "actor", "act", "subject", "from", "to"] as const;

export function readAuditFilters(params: URLSearchParams): AuditFilters {
  const of = (name: (typeof NAMES)[number]) => params.get(name) ?? "";
  return { q: of("q"), actor: of("actor"), act: of("act"), subject: of("subject"), from: of("from"), to: of("to") };
}

export function writeAuditFilters(filters: AuditFilters): Record<string, string> {
  return Object.fromEntries(NAMES.filter((name) => filters[name] !== "").map((name) => [name, filters[name]]));
}

export function countAuditFilters(filters: AuditFilters): number {
  return NAMES.filter((name) => filters[name] !== "").length;
}

/** As the server takes them: whole days of the viewer's zone become moments. */
export function auditQuery(filters: AuditFilters): Record<string, string | null> {
  return { ...filters, from: dayStart(filters.from), to: dayStart(filters.to, 1) };
}

/** What a made or removed thing held, one row a field. */
export function fieldsOf(document: Record<string, unknown>): [string, unknown][] {
  return Object.entries(document).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0));
}

/** A value as text; true and false in words, documents as JSON. */
export function valueText(value: unknown, words: { nothing: string; yes: string; no: string }): string {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) return words.nothing;
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "string") return value;
  return JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
}
