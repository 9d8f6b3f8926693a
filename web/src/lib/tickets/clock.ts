/** How a promise stands, in tone and in numbers that words are made of. */
import type { Clock, TicketRow } from "./types";

export type Standing = "late" | "soon" | "fine" | "paused" | "met" | "missed";
export const SOON_S = 3600;
/** Used up by so much, it is called soon even where hours are left. */
const SOON_SHARE = 0.8;

/** `now` in milliseconds. */
export function standing(clock: Clock, now: number): Standing {
  if (clock.state === "met" || clock.state === "missed" || clock.state === "paused") return clock.late && clock.state === "paused" ? "late" : clock.state;
  if (clock.due_at === null) return "fine";
  const left = (Date.parse(clock.due_at) - now) / 1000;
  if (left <= 0) return "late";
  return left <= SOON_S || used(clock, now) >= SOON_SHARE ? "soon" : "fine";
}

/** Share of the promise that is used up, 0 to 1; between two readings it goes on by the clock on the wall. */
export function used(clock: Clock, now: number): number {
  if (!clock.target_s) return 0;
  if (clock.late) return 1;
  if (clock.state === "running" && clock.due_at !== null) {
    const left = Math.max(0, (Date.parse(clock.due_at) - now) / 1000);
    return Math.max(Math.min(1, clock.counted_s / clock.target_s), 1 - Math.min(1, left / clock.target_s));
  }
  return Math.min(1, clock.counted_s / clock.target_s);
}

export interface Span {
  days: number;
  hours: number;
  minutes: number;
}

/** Two greatest units of a time span, rounded down; under a minute it is one minute. */
export function span(seconds: number): Span {
  const whole = Math.max(60, Math.abs(seconds));
  const days = Math.floor(whole / 86400);
  const hours = Math.floor((whole % 86400) / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (days > 0) return { days, hours, minutes: 0 };
  return { days, hours, minutes };
}

export function isDone(row: Pick<TicketRow, "state_class">): boolean {
  return row.state_class === "resolved" || row.state_class === "closed";
}
