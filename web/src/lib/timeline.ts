/** Turns an interaction's events into words: the key of the sentence, what fills it, and how it looks. */
import type { InteractionEvent } from "./contract";

export interface TimelineEntry {
  id: string;
  at: string;
  key: string;
  values: Record<string, string>;
  /** Why, by a word of the server ("max-wait"), where the event has a reason. */
  reason: string;
  /** Where a contact goes that leaves a queue: a kind of place, and which. */
  to: { kind: string; value: string } | null;
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

/** Some events are told in other words by what is in them. */
function keyOf(event: InteractionEvent, values: Record<string, string>): string {
  const { type, data } = event;
  const base = type.replaceAll(".", "_");
  if (type === "call.muted" && data.muted === false) return "call_unmuted";
  if (type === "queue.entered" && data.again === true) return "queue_entered_again";
  if (type === "voicemail.opened" && data.again === true) return "voicemail_opened_again";
  if (type === "consent.asked" && data.given === true) return "consent_asked_given";
  if (type === "contact.relaxed" && !values.asks) return "contact_relaxed_all";
  const person = type.startsWith("contact.") && values.by ? "by" : "";
  const by = type === "call.ended" ? values.by : type === "flow.step" ? values.kind : person;
  return base + (by ? `_${by}` : "");
}

function target(value: unknown): TimelineEntry["to"] {
  if (typeof value !== "object" || value === null || !("kind" in value)) return null;
  return { kind: text(value.kind), value: "value" in value ? text(value.value) : "" };
}

export function timelineEntry(event: InteractionEvent): TimelineEntry {
  const values = Object.fromEntries(Object.entries(event.data).map(([key, value]) => [key, text(value)]));
  // A branch's text is the way it took, a queue step's the queue's id: what follows in the timeline says it in words.
  const silent = ["branch", "queue", "set"].includes(values.kind ?? "");
  return {
    id: String(event.id),
    at: event.at,
    key: keyOf(event, values),
    values,
    reason: event.type === "recording.failed" ? "" : (values.reason ?? ""),
    to: target(event.data.to),
    more: silent ? "" : (values.text ?? values.note ?? ""),
  };
}
