/** What a supervisor does with a contact in line, and what takes it back. */
import type { ContactRow } from "./contract";

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
