/** What a supervisor does with a contact in line, and what takes it back. */
import type { ContactRow, LaterRow } from "./wallboard";

export type LineAct =
  | { name: "contact.prioritize"; args: { interaction_id: string; priority: number } }
  | {
      name: "contact.move";
      args: { interaction_id: string; from_queue_id: string; queue_id: string; priority?: number };
    };

/** The server's answer to either act. */
export interface Before {
  queue_id: string;
  priority: number;
}

/** What is done with a callback or a message that nobody has in hand. `at` null: now. */
export type OwedAct =
  | { name: "owed.cancel"; args: { interaction_id: string } }
  | { name: "owed.reschedule"; args: { interaction_id: string; at: string | null } };

/** The server's answer: when it was to be called; null while it was in line. */
export interface DueBefore {
  due_at: string | null;
}

export function isOwed(channel: string | undefined): boolean {
  return channel === "callback" || channel === "voicemail";
}

export function isLater(row: ContactRow | LaterRow): row is LaterRow {
  return row.position === null;
}

export function cancel(id: string): OwedAct {
  return { name: "owed.cancel", args: { interaction_id: id } };
}

export function reschedule(id: string, at: string | null): OwedAct {
  return { name: "owed.reschedule", args: { interaction_id: id, at } };
}

/** What is cancelled is closed for good; a time that has passed meanwhile is now. */
export function undoOwed(act: OwedAct, before: DueBefore, now: number): OwedAct | null {
  if (act.name === "owed.cancel") return null;
  const past = before.due_at !== null && Date.parse(before.due_at) <= now;
  return reschedule(act.args.interaction_id, past ? null : before.due_at);
}

const HIGHEST = 1000;

/** The lowest priority that puts it before everybody else in its line; null where it is first, or none is left. */
export function priorityToBeNext(row: ContactRow, line: readonly ContactRow[]): number | null {
  const others = line.filter((each) => each.queue_id === row.queue_id && each.position < row.position);
  if (others.length === 0) return null;
  const priority = Math.max(...others.map((each) => each.priority)) + 1;
  return priority > HIGHEST ? null : priority;
}

export function prioritize(row: ContactRow, priority: number): LineAct {
  return { name: "contact.prioritize", args: { interaction_id: row.id, priority } };
}

export function move(row: ContactRow, queueId: string): LineAct {
  return { name: "contact.move", args: { interaction_id: row.id, from_queue_id: row.queue_id, queue_id: queueId } };
}

/** A move is taken back only from where it led: a contact that went on by itself stays where it is. */
export function undo(act: LineAct, before: Before): LineAct {
  const { interaction_id } = act.args;
  if (act.name === "contact.prioritize") return { name: act.name, args: { interaction_id, priority: before.priority } };
  return { name: act.name, args: { interaction_id, from_queue_id: act.args.queue_id, ...before } };
}

const LOWEST = -HIGHEST;

/** Where a contact comes to stand with a priority: higher ones first, then the older ones. */
export interface Landing {
  priority: number;
  /** From 0, among the others of its line. */
  place: number;
}

/**
 * The priority that brings a contact nearest to a place in its line (from 0, among the others), and where it really comes
 * to stand: nobody can be put between two of one priority. Null where it stands there already, or no priority moves it
 * that way.
 */
export function landing(row: ContactRow, line: readonly ContactRow[], wanted: number): Landing | null {
  const others = line.filter((each) => each.queue_id === row.queue_id && each.id !== row.id).sort((a, b) => a.position - b.position);
  const present = others.filter((each) => each.position < row.position).length;
  const place = Math.max(0, Math.min(wanted, others.length));
  if (place === present) return null;
  const priorities = new Set(others.flatMap((each) => [each.priority - 1, each.priority, each.priority + 1]));
  let best: Landing | null = null;
  for (const priority of priorities) {
    if (priority < LOWEST || priority > HIGHEST) continue;
    const found = { priority, place: placeWith(row, others, priority) };
    if (place < present ? found.place >= present : found.place <= present) continue;
    if (!best || nearness(found, place, row) < nearness(best, place, row)) best = found;
  }
  return best;
}

function placeWith(row: ContactRow, others: readonly ContactRow[], priority: number): number {
  return others.filter((each) => {
    if (each.priority !== priority) return each.priority > priority;
    return each.queued_at === row.queued_at ? each.position < row.position : each.queued_at < row.queued_at;
  }).length;
}

/** The place counts first, then how little the priority changes. */
function nearness(found: Landing, place: number, row: ContactRow): number {
  return Math.abs(found.place - place) * 10 * HIGHEST + Math.abs(found.priority - row.priority);
}
