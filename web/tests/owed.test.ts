import { describe, expect, it } from "vitest";
import type { InteractionEvent } from "../src/lib/contract";
import type { ContactRow, LaterRow } from "../src/lib/wallboard";
import { cancel, isLater, isOwed, reschedule, undoOwed } from "../src/lib/line";
import { standing } from "../src/lib/owed";

const DUE = "2026-05-04T14:00:00Z";
const NOW = Date.parse("2026-05-04T12:00:00Z");

const story = (...events: [string, Record<string, unknown>?][]): InteractionEvent[] =>
  events.map(([type, data = {}], id) => ({ id, at: "2026-05-04T12:00:00Z", type, data }));

describe("a callback that waits", () => {
  it("stands where its story says", () => {
    const queued: [string, Record<string, unknown>?][] = [["callback.made"], ["queue.entered"]];
    expect(standing(story(...queued))).toEqual({ at: "line", due: null });
    expect(standing(story(...queued, ["queue.left"]))).toEqual({ at: "later", due: null });
    const putOff = [...queued, ["queue.left"], ["contact.rescheduled", { at: DUE }]] as typeof queued;
    expect(standing(story(...putOff))).toEqual({ at: "later", due: DUE });
    expect(standing(story(...putOff, ["queue.entered", { again: true }], ["offer.made"]))).toEqual({ at: "line", due: null });
    expect(standing(story(...queued, ["offer.accepted"], ["customer.dialed"]))).toEqual({ at: "agent", due: null });
    expect(standing(story(...queued, ["offer.accepted"], ["callback.scheduled", { at: DUE }]))).toEqual({ at: "later", due: DUE });
  });

  it("goes back to when it was to come, or into the line", () => {
    const later = reschedule("c", DUE);
    expect(undoOwed(later, { due_at: null }, NOW)).toEqual(reschedule("c", null));
    expect(undoOwed(later, { due_at: DUE }, NOW)).toEqual(reschedule("c", DUE));
    expect(undoOwed(later, { due_at: DUE }, Date.parse(DUE) + 1)).toEqual(reschedule("c", null));
    expect(undoOwed(cancel("c"), { due_at: null }, NOW)).toBeNull();
  });

  it("is told from others", () => {
    expect(["callback", "voicemail", "voice", undefined].map(isOwed)).toEqual([true, true, false, false]);
    expect(isLater({ position: null, due_at: DUE } as LaterRow)).toBe(true);
    expect(isLater({ position: 1 } as ContactRow)).toBe(false);
  });
});
