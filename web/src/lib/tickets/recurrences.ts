/** Tickets that are made again and again, as /api/v1/ticket-recurrences has them. */
import type { Troubles } from "../admin/types";
import { nameTroubles } from "./automation";
import type { FieldValue } from "./types";

export const FREQUENCIES = ["day", "week", "month", "year"] as const;
export type Frequency = (typeof FREQUENCIES)[number];

export interface Schedule {
  every: Frequency;
  interval: number | null;
  /** 0 is Monday. */
  weekdays: number[];
  day: number | null;
  at: string;
  timezone: string;
  starts: string;
  until: string | null;
}

export interface PlannedTicket {
  type: string;
  subject: string;
  description: string;
  description_kind: "public" | "note";
  category: string | null;
  priority: string | null;
  queue: string | null;
  team: string | null;
  assignee: string | null;
  tags: string[];
  fields: Record<string, FieldValue>;
}

export interface RecurrenceBody {
  name: string;
  enabled: boolean;
  ticket: PlannedTicket;
  schedule: Schedule;
}

export interface Recurrence extends RecurrenceBody {
  id: string;
  upcoming: string[];
  last_at: string | null;
  last_ticket: string;
  problem: string;
}

/** Every working day at nine, from today on. */
export function freshRecurrence(today: string, timezone: string): Recurrence {
  return {
    id: "",
    name: "",
    enabled: true,
    ticket: { type: "question", subject: "", description: "", description_kind: "note", category: null, priority: null, queue: null, team: null, assignee: null, tags: [], fields: {} },
    schedule: { every: "week", interval: 1, weekdays: [0, 1, 2, 3, 4], day: 1, at: "09:00", timezone, starts: today, until: null },
    upcoming: [],
    last_at: null,
    last_ticket: "",
    problem: "",
  };
}

/** As the server takes it: of the schedule what its kind has. */
export function scheduleBody(schedule: Schedule): Schedule {
  const dated = schedule.every === "month" || schedule.every === "year";
  return { ...schedule, weekdays: schedule.every === "week" ? [...schedule.weekdays].sort() : [], day: dated ? schedule.day : null, until: schedule.until ? schedule.until : null };
}

export function scheduleTroubles(schedule: Schedule): Troubles {
  const found: Troubles = {};
  between(found, "schedule.interval", schedule.interval, 99);
  if (schedule.every === "week" && schedule.weekdays.length === 0) found["schedule.weekdays"] = { key: "weekdayMissing" };
  if (schedule.every === "month" || schedule.every === "year") between(found, "schedule.day", schedule.day, 31);
  if (!schedule.at) found["schedule.at"] = { key: "timeMissing" };
  if (!schedule.timezone) found["schedule.timezone"] = { key: "zoneUnknown" };
  if (!schedule.starts) found["schedule.starts"] = { key: "dateMissing" };
  return found;
}

function between(found: Troubles, path: string, value: number | null, most: number): void {
  if (value === null || !(value >= 1 && value <= most)) found[path] = { key: "between", values: { least: 1, most } };
}

export function recurrenceTroubles(value: RecurrenceBody, others: readonly { name: string }[]): Troubles {
  const found = { ...nameTroubles(value.name, others), ...scheduleTroubles(value.schedule) };
  if (!value.ticket.subject.trim()) found["ticket.subject"] = { key: "subjectMissing" };
  return found;
}
