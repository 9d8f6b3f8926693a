/** Simulations as HTTP speaks them (docs/simulation.md). Times are seconds, moments ISO 8601, shares 0 to 1. */
import type { Order, QueueSettings } from "../admin/types";

export const LEVEL_KINDS = ["of_offered", "of_answered", "abandons_ignored", "abandons_credited"] as const;
export type LevelKind = (typeof LEVEL_KINDS)[number];

export interface Figures {
  offered: number;
  answered: number;
  abandoned: number;
  overflowed: number;
  left: number;
  unresolved: number;
  missed: number;
  service_levels: Record<LevelKind, number | null>;
  average_speed_of_answer_s: number | null;
  abandonment: number | null;
  waited: number | null;
  percentiles: Partial<Record<string, number>>;
  max_wait_s: number;
  talk_s: number | null;
  wait_cost: number;
}

export interface Interval {
  at: number;
  offered: number;
  answered: number;
  abandoned: number;
  service_level: number | null;
  waiting: number;
  ready: number;
}

export interface AgentReport {
  agent_id: string;
  handled: number;
  handling_s: number;
  staffed_s: number;
  occupancy: number | null;
}

export interface Report {
  start: number;
  duration_s: number;
  warm_up_s: number;
  occupancy: number | null;
  total: Figures;
  intervals: Interval[];
  queues: { queue_id: string; figures: Figures; intervals: Interval[] }[];
  agents: AgentReport[];
}

export interface Spread {
  mean: number;
  low: number | null;
  high: number | null;
  runs: number;
}

/** `runs` 0: it really was so. */
export interface Outcome {
  title: string;
  runs: number;
  report: Report;
  spreads: Partial<Record<string, Partial<Record<string, Spread>>>>;
}

export type SimulationState = "waiting" | "running" | "done" | "failed" | "cancelled";

export interface SimulationRow {
  id: string;
  title: string;
  state: SimulationState;
  progress: number;
  reason: string | null;
  asked_by: string | null;
  asked_at: string | null;
  ended_at: string | null;
}

export interface Simulation extends SimulationRow {
  report: Outcome | null;
  original: Outcome | null;
  recorded: Outcome | null;
  times: string[];
  queues: Partial<Record<string, string>>;
  agents: Partial<Record<string, string>>;
}

/** A queue's rules that a simulation can change: its settings without what only people need. */
export type Rules = Omit<QueueSettings, "id" | "name" | "position" | "service_level_goal" | "calendar_id" | "members">;

export interface Load {
  per_hour: number;
  handling_s: number;
  /** Null: nobody ever gives up. */
  patience_s: number | null;
  /** Agents who serve only this queue, when staff is counted. */
  agents: number;
}

export interface Made {
  from: string;
  to: string;
  shape: "even" | "peaks";
  staff: "set-up" | "counted";
  loads: Record<string, Load>;
  seed: number;
}

export const FACTORS = ["arrivals", "handling", "wrap_up", "patience"] as const;
export type Factor = (typeof FACTORS)[number];
export const EVERY_QUEUE = "all";

/** What a planner asks: a day and what would be different. Everything that changes nothing is left out. */
export interface Question {
  kind: "day" | "generated";
  /** yyyy-mm-dd in the server's zone. */
  date: string;
  made: Made;
  name: string;
  runs: number;
  /** So many agents more or fewer, by queue. */
  staff: Record<string, number>;
  /** Skills of an agent, all of them, by agent. */
  skills: Record<string, Record<string, number>>;
  rules: Record<string, Partial<Rules>>;
  order: Order | null;
  /** Per cent, by queue or for every queue. */
  factors: Record<Factor, Record<string, number>>;
}

