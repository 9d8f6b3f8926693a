/** The shapes the server speaks: HTTP bodies and the rows of live topics. Times are ISO 8601 UTC strings. */
import type { Clock, Priority } from "./tickets/types";

export type Permission =
  | "interactions.view"
  | "interactions.view_own"
  | "recordings.listen"
  | "recordings.pause"
  | "wallboard.view"
  | "work.take"
  | "system.view"
  | "routing.view"
  | "routing.manage"
  | "telephones.view"
  | "telephones.manage"
  | "trunks.view"
  | "trunks.manage"
  | "directory.view"
  | "users.manage"
  | "roles.manage"
  | "teams.manage"
  | "queues.act"
  | "customers.view"
  | "customers.manage"
  | "customers.reveal"
  | "customers.merge"
  | "customers.import"
  | "customers.export"
  | "customers.remove"
  | "customers.set_up"
  | "configuration.manage"
  | "audit.view"
  | "audit.export"
  | "backups.view"
  | "backups.make"
  | "encryption.view"
  | "encryption.rotate"
  | "portal.accounts"
  | "portal.set_up"
  | "privacy.view"
  | "privacy.export"
  | "privacy.erase"
  | "privacy.hold"
  | "privacy.retain"
  | "providers.manage"
  | "flows.view"
  | "flows.manage"
  | "prompts.manage"
  | "templates.manage"
  | "branding.manage"
  | "first_run.guide"
  | "tickets.view"
  | "tickets.work"
  | "tickets.merge"
  | "tickets.share"
  | "tickets.export"
  | "tickets.figures"
  | "tickets.import"
  | "tickets.set_up"
  | "simulations.run";

export interface Me {
  id: string;
  email: string;
  name: string;
  /** Ids of ready-made or own roles. */
  roles: string[];
  permissions: string[];
}

export interface Party {
  address: string;
  name: string | null;
}

export interface Named {
  id: string;
  name: string;
}

export interface Labelled {
  id: string;
  label: string;
}

export interface DataItem {
  label: string;
  value: string;
}

export type Outcome =
  | "handled"
  | "abandoned"
  | "closed"
  | "overflowed"
  | "self_served"
  | "failed"
  | "voicemail"
  | "callback"
  | "message"
  | "ticket"
  | "transferred"
  | "unreached"
  | "cancelled";
export const OUTCOMES: readonly Outcome[] = [
  "handled",
  "abandoned",
  "self_served",
  "closed",
  "overflowed",
  "failed",
  "voicemail",
  "callback",
  "message",
  "ticket",
  "transferred",
  "unreached",
  "cancelled",
];

export interface Interaction {
  id: string;
  channel: string;
  direction: string;
  state: "active" | "ended";
  outcome: Outcome | null;
  caller: Party;
  queue: Named | null;
  agent: Named | null;
  disposition: Labelled | null;
  note: string | null;
  started_at: string;
  queued_at: string | null;
  answered_at: string | null;
  ended_at: string | null;
  wait_s: number | null;
  talk_s: number | null;
  has_recording: boolean;
}

export interface InteractionEvent {
  id: string | number;
  at: string;
  type: string;
  data: Record<string, unknown>;
}

export interface RecordingSegment {
  channel: 0 | 1;
  start_s: number;
  end_s: number;
}

export interface Recording {
  url: string;
  peaks_url: string;
  duration_s: number;
  segments: RecordingSegment[];
  channels: string[];
  started_at: string | null;
}

export interface InteractionDetail extends Interaction {
  customer_id: string | null;
  data: DataItem[];
  events: InteractionEvent[];
  recording: Recording | null;
  explanation: string | null;
}

export interface Peaks {
  duration_s: number;
  channels: number[][];
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Disposition extends Labelled {
  parent_id: string | null;
  /** Whoever gives it says more in a note. */
  note_required: boolean;
}

export interface SystemInfo {
  version: string;
  sip_address: string;
  notices: { level: string; text: string }[];
  ice_servers?: RTCIceServer[];
}

export type Presence = "off" | "available" | "paused" | "not_responding";
export type Activity = "idle" | "offered" | "busy" | "wrap_up";
export type Device = "browser" | "sip";

export interface AgentStateRow {
  presence: Presence;
  reason: string | null;
  since: string;
  activity: Activity;
  activity_since?: string;
  pending: { presence: Presence; reason: string | null } | null;
  device: Device;
}

/** The queue of a history row may be its name or the queue itself, as may its agent. */
export interface HistoryItem {
  id: string;
  started_at: string;
  queue: Named | string | null;
  agent: Named | string | null;
  outcome: Outcome | null;
  disposition: Labelled | string | null;
}

/** A customer in short, as the agent's page shows who is calling. */
export interface KnownCustomer {
  id: string;
  kind: string;
  name: string;
  called: string;
  organisation: string | null;
  language: string;
  timezone: string;
  vip: boolean;
  tags: string[];
}

/** What a customer is owed who called before: a call back, or that a message is heard. */
export interface Owed {
  since: string;
  tried: number;
  tries: number;
  due_at: string | null;
  speech_s: number | null;
}

/** A ticket as it is offered, in short. */
export interface TicketCard {
  id: string;
  number: string;
  subject: string;
  type: string;
  priority: Priority;
  requester: string | null;
  /** What breaks first. */
  due: Clock | null;
}

/** One that has been accepted and is in hand. */
export interface HeldTicket extends TicketCard {
  queue: Named | null;
  /** A call has come in between. */
  interrupted: boolean;
}

export interface OfferRow {
  ticket?: TicketCard | null;
  owed?: Owed | null;
  customer?: KnownCustomer | null;
  /** Everybody with the caller's number. */
  customers?: KnownCustomer[];
  id: string;
  queue: Named;
  channel: string;
  caller: Party;
  data: DataItem[];
  queued_at: string;
  offered_at: string;
  expires_at: string;
  history: HistoryItem[];
  device: Device;
}

/** `open`: a message is in hand, without a call; `dialing`: the customer is being called. */
export type WorkPhase = "connecting" | "talking" | "held" | "reconnecting" | "open" | "dialing" | "wrap_up";

export interface WrapUp {
  started_at: string;
  deadline: string | null;
  forced: boolean;
}

export interface WorkRow {
  customer?: KnownCustomer | null;
  customers?: KnownCustomer[];
  id: string;
  phase: WorkPhase;
  caller: Party;
  queue: Named;
  data: DataItem[];
  history: HistoryItem[];
  muted: boolean;
  recording: boolean;
  recording_paused?: boolean;
  recording_resumes_at?: string | null;
  channel?: string;
  owed?: Owed | null;
  answered_at: string | null;
  ended_at: string | null;
  device: Device;
  wrap_up: WrapUp | null;
  warning: string | null;
  note?: string | null;
}

export interface TodayRow {
  handled: number;
  talk_s: number;
  missed: number;
}

export interface NoticeRow {
  id: string;
  level: "info" | "warning" | "error";
  text: string;
  since: string;
}

/** The readable name of a reference that comes either as a row or as plain text. */
export function nameOf(value: Named | Labelled | string | null | undefined): string {
  if (value == null) return "";
  if (typeof value === "string") return value;
  return "name" in value ? value.name : value.label;
}
