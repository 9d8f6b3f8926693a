/** Rows of the wallboard: who waits, who works, what the day was. */
import type { Activity, Named, Party, Presence } from "./contract";
import type { Clock, Priority } from "./tickets/types";

/** Each between 0 and 1, null before the first contact that counts. */
export interface ServiceLevels {
  of_offered: number | null;
  of_answered: number | null;
  abandons_ignored: number | null;
  abandons_credited: number | null;
}

/** What was done since midnight; `service_level` is the default among `service_levels`. */
export interface ServiceRow {
  offered: number;
  answered: number;
  abandoned: number;
  service_level: number | null;
  service_levels: ServiceLevels;
  average_speed_of_answer_s: number | null;
  abandonment: number | null;
}

export interface QueueRow extends ServiceRow {
  id: string;
  name: string;
  waiting: number;
  longest_wait_since: string | null;
  /** Those that wait beside the callers, and when the first is due. */
  tickets?: { waiting: number; due_at: string | null } | null;
  service_level_target: number;
  target_s: number;
  agents_ready: number;
  agents_busy: number;
  agents_paused: number;
}

export interface AgentRow {
  id: string;
  name: string;
  presence: Presence;
  reason: string | null;
  activity: Activity;
  since: string;
  queue: Named | string | null;
  interaction_id: string | null;
  /** Every contact in hand, in the order in which they were taken, then those being wrapped up. */
  work: AgentWork[];
  handled_today: number;
  occupancy: number | null;
}

export interface AgentWork {
  interaction_id: string;
  queue: string;
  channel: string | null;
  ticket?: string | null;
  state: "busy" | "interrupted" | "wrap_up";
}

export interface ContactRow {
  id: string;
  queue_id: string;
  channel?: string;
  caller: Party;
  /** It is a ticket: its place is changed in the ticket. */
  ticket?: { number: string; priority: Priority; due: Clock | null } | null;
  queued_at: string;
  priority: number;
  position: number;
  offered_to: Named | string | null;
}

/** A callback or a message that comes into the line at a time: without a place in it until then. */
export interface LaterRow extends Omit<ContactRow, "position"> {
  position: null;
  due_at: string;
}

export interface IntervalRow {
  start: string;
  offered: number;
  answered: number;
  abandoned: number;
}
