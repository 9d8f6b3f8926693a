/** Turns an interaction's events into words: the key of the sentence, what fills it, and how it looks. */
import type { InteractionEvent } from "./contract";

export interface TimelineEntry {
  id: string;
  at: string;
  key: string;
  values: Record<string, string>;
  /** What was said, or a note: shown below the sentence. */
  more: string;
}

/** A reference as text: events carry ids with names, or names alone. */
function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (typeof value === "object" && value !== null) {
    const { name, label } = value as { name?: unknown; label?: unknown };
    return text(name ?? label);
  }
  return "";
}

export function timelineEntry(event: InteractionEvent): TimelineEntry {
  const values = Object.fromEntries(Object.entries(event.data).map(([key, value]) => [key, text(value)]));
  const by = event.type === "call.ended" ? values.by : event.type === "flow.step" ? values.kind : "";
  // A branch's text is the way it took, a queue step's the queue's id: what follows in the timeline says it in words.
  const silent = ["branch", "queue", "set"].includes(values.kind ?? "");
  const muted = event.type === "call.muted" && event.data.muted === false ? "call.unmuted" : event.type;
  return {
    id: String(event.id),
    at: event.at,
    key: muted.replaceAll(".", "_") + (by ? `_${by}` : ""),
    values,
    more: silent ? "" : (values.text ?? values.note ?? ""),
  };
}
