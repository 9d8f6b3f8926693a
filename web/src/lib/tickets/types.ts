/** Tickets as the API speaks of them. */
import type { Named } from "../contract";

export const STATE_CLASSES = ["open", "in_progress", "pending", "resolved", "closed", "reopened"] as const;
export type StateClass = (typeof STATE_CLASSES)[number];
export const PRIORITIES = ["low", "medium", "high", "urgent"] as const;
export type Priority = (typeof PRIORITIES)[number];
export const CLOCK_KINDS = ["first_response", "next_response", "resolution"] as const;
export type ClockKind = (typeof CLOCK_KINDS)[number];
export type ClockState = "idle" | "running" | "paused" | "met" | "missed";
export const CHANNELS = ["agent", "api", "portal", "voice", "chat", "email", "message", "social", "rule"] as const;
export type TicketChannel = (typeof CHANNELS)[number];

export interface Clock {
  kind: ClockKind;
  state: ClockState;
  counted_s: number;
  target_s: number | null;
  due_at: string | null;
  done_at: string | null;
  late: boolean;
  missed_before: number;
}

export type FieldValue = string | number | boolean | null | string[];

export interface TicketRow {
  id: string;
  number: string;
  subject: string;
  type: Named;
  category: Named | null;
  state: Named;
  state_class: StateClass;
  priority: Priority;
  channel: string;
  language: string;
  requester: Named | null;
  organisation: Named | null;
  queue: Named | null;
  team: Named | null;
  assignee: Named | null;
  tags: string[];
  fields: Record<string, FieldValue>;
  made_at: string;
  changed_at: string;
  answered_at: string | null;
  resolved_at: string | null;
  closed_at: string | null;
  reopened: number;
  sequence: number;
  due: Clock | null;
}

export interface TicketPage {
  items: TicketRow[];
  next_cursor: string | null;
}

export const LINK_KINDS = ["parent", "child", "duplicate", "duplicated", "related"] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

export interface TicketLink {
  kind: LinkKind;
  ticket: Named;
  subject: string;
  state: Named;
  state_class: StateClass;
  /** The state that somebody has to agree to first. */
  waits_for: Named | null;
}

export interface Approval {
  id: string;
  target: Named;
  approver: string;
  asked_at: string;
  asked_by: string;
  agreed: boolean | null;
  decided_at: string | null;
  decided_by: string;
  reason: string;
  /** What becomes of open tickets below it once it is agreed to. */
  children: "leave" | "resolve" | null;
}

export interface Ticket extends TicketRow {
  requester: (Named & { email: string | null; phone: string | null }) | null;
  clocks: Clock[];
  policy: Named | null;
  watchers: Named[];
  links: TicketLink[];
  approvals: Approval[];
  interactions: string[];
  states: Named[];
  merged_into: Named | null;
  close_at: string | null;
}

export type MessageKind = "public" | "note" | "side";
export type Author = "agent" | "customer" | "partner" | "rule" | "system";

export interface Attachment {
  id: string;
  name: string;
  media_type: string;
  size: number;
  scan: string;
}

export interface Message {
  id: number;
  kind: MessageKind;
  author: Author;
  author_id: string;
  author_name: string;
  channel: string;
  text: string;
  html: string;
  mentions: string[];
  attachments: Attachment[];
  side_id: string | null;
  at: string;
}

/** A side conversation, with an address or with a team. `ended_at`: its link opens nothing since. */
export interface Side {
  id: string;
  subject: string;
  email: string;
  team: Named | null;
  opened_at: string;
  opened_by: string;
  ended_at: string | null;
}

export interface MessageList {
  items: Message[];
  next_cursor: string | null;
}

export interface Entry {
  sequence: number;
  at: string;
  kind: string;
  author: Author;
  author_id: string;
  author_name: string;
  data: Record<string, unknown>;
}

export interface Patch {
  seen?: number | undefined;
  type?: string;
  subject?: string;
  category?: string | null;
  priority?: Priority;
  state?: string;
  requester?: string | null;
  organisation?: string | null;
  queue?: string | null;
  team?: string | null;
  assignee?: string | null;
  tags?: string[];
  fields?: Record<string, FieldValue>;
  /** What becomes of open tickets below one that is to be done. */
  children?: "leave" | "resolve";
}

/** Of a 409 "stale": by field what it is now and what was wanted. */
export interface Clash {
  now: unknown;
  yours: unknown;
  by: string;
  at: string;
}

export interface StateSetUp {
  id: string;
  name: string;
  state_class: StateClass;
  retired: boolean;
}

export interface TypeSetUp {
  id: string;
  name: string;
  description: string;
  initial_state: string;
  priority: Priority;
  form: { field: string; required: boolean }[];
  retired: boolean;
}

export interface CategorySetUp {
  id: string;
  name: string;
  parent_id: string | null;
  path: string[];
  retired: boolean;
}

export interface FieldSetUp {
  id: string;
  name: string;
  help: string;
  type: "text" | "number" | "date" | "choice" | "choices" | "yes-no";
  choices: string[];
  retired: boolean;
}

export interface SetUp {
  types: TypeSetUp[];
  states: StateSetUp[];
  categories: CategorySetUp[];
  fields: FieldSetUp[];
}

export interface Choices {
  assignees: Named[];
  people: Named[];
  teams: Named[];
  queues: Named[];
  tags: string[];
}

export type Operator = "is" | "is_not" | "in" | "not_in" | "contains" | "not_contains" | "at_least" | "at_most" | "within" | "empty" | "filled";
export type Scalar = string | number | boolean | null;

export interface Test {
  field: string;
  op: Operator;
  value?: Scalar | Scalar[];
}

export interface Conditions {
  all: Test[];
  any: Test[];
}

export const ORDERS = ["changed", "made", "due", "priority"] as const;
export type Order = (typeof ORDERS)[number];

export interface View {
  id: string;
  name: string;
  conditions: Conditions;
  columns: string[];
  order: Order;
  shared: boolean;
  position: number;
  ready: boolean;
  mine: boolean;
}

export interface Hit {
  ticket: TicketRow;
  marks: [string, boolean][][];
}

export interface Found {
  items: Hit[];
  facets: Record<string, Record<string, number>>;
  counted: number;
  more: boolean;
  next_before: number | null;
}

export interface BulkJob {
  id: string;
  state: "running" | "done" | "cancelled" | "failed";
  total: number;
  done: number;
  failed: number;
  /** The first of those; `number`: null where there is no such ticket for the reader. */
  failures: { ticket: string; number: string | null; problem: string }[];
  /** Why it ended before it was through. */
  problem: string | null;
  /** Tickets below them that were changed with them. */
  below: number;
  /** Changes of state that somebody has to agree to first. */
  asked: number;
  undoes: string | null;
}

export interface Stretch {
  start: string;
  end: string;
  counted_s: number;
  why: "counts" | "paused" | "done" | "unpromised";
  state: Named | null;
}

export interface ClockWhy {
  kind: ClockKind;
  state: ClockState;
  counted_s: number;
  target_s: number | null;
  due_at: string | null;
  calendar: boolean;
  stretches: Stretch[];
}

export interface ClocksWhy {
  at: string;
  policy: Named | null;
  clocks: ClockWhy[];
}

/** Who else has the ticket open. */
export interface LookerRow {
  id: string;
  name: string;
  since: string;
  typing: boolean;
}
