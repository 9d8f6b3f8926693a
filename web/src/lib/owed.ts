/** Where a callback or a message stands, by what has happened to it. */
import type { InteractionEvent } from "./contract";

export interface Standing {
  at: "line" | "agent" | "later";
  /** When it comes into the line, where that is known. */
  due: string | null;
}

export function standing(events: readonly InteractionEvent[]): Standing {
  let found: Standing = { at: "line", due: null };
  for (const { type, data } of events) {
    if (type === "callback.scheduled" || type === "contact.rescheduled")
      found = { at: "later", due: typeof data.at === "string" ? data.at : null };
    else if (type === "queue.left") found = { at: "later", due: null };
    else if (type === "queue.entered" || type === "contact.moved") found = { at: "line", due: null };
    else if (type === "offer.accepted") found = { at: "agent", due: null };
  }
  return found;
}
