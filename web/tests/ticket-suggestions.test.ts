import { describe, expect, it } from "vitest";
import { cutAt, decided, keyOf, offered, suggesterTroubles, worthAsking, type HeldValues, type SuggesterSettings, type Suggestion, type Trial } from "../src/lib/tickets/suggesting";

const INVOICES: Suggestion = { field: "category", value: "invoices", name: "Invoices", confidence: 0.8, words: ["refund"] };
const URGENT: Suggestion = { field: "priority", value: "urgent", name: "Urgent", confidence: 0.6, words: [] };
const HELD: HeldValues = { category: null, priority: "medium", type: "question" };
const SETTINGS: SuggesterSettings = { category: true, priority: true, type: false, least_tickets: 500, least_accuracy: 70, least_confidence: 50, nightly: true };

describe("suggestions", () => {
  it("are offered while they would change something and are not put away", () => {
    expect(offered([INVOICES, URGENT], HELD, new Set())).toEqual([INVOICES, URGENT]);
    expect(offered([INVOICES, URGENT], { ...HELD, category: "invoices" }, new Set())).toEqual([URGENT]);
    expect(offered([INVOICES, URGENT], HELD, new Set([keyOf(URGENT)]))).toEqual([INVOICES]);
  });

  it("count as taken or not when somebody has chosen, by whatever way", () => {
    const shown = [INVOICES, URGENT];
    expect(decided(shown, HELD, HELD)).toEqual([]);
    expect(decided(shown, HELD, { ...HELD, category: "invoices" })).toEqual([{ field: "category", taken: true }]);
    expect(decided(shown, HELD, { ...HELD, priority: "high" })).toEqual([{ field: "priority", taken: false }]);
    expect(decided(shown, { ...HELD, category: "printers" }, HELD)).toEqual([]);
    expect(decided([], HELD, { ...HELD, category: "invoices" })).toEqual([]);
  });

  it("are asked for once there are words", () => {
    expect(worthAsking("Hi", "")).toBe(false);
    expect(worthAsking("   ", "        ")).toBe(false);
    expect(worthAsking("Refund", "me")).toBe(true);
  });
});

describe("how they are set", () => {
  it("is within what the server takes", () => {
    expect(suggesterTroubles(SETTINGS)).toEqual({});
    const wrong = suggesterTroubles({ ...SETTINGS, least_tickets: 49, least_accuracy: Number.NaN });
    expect(Object.keys(wrong)).toEqual(["least_tickets", "least_accuracy"]);
  });

  it("finds what would be shown", () => {
    const cuts = Array.from({ length: 10 }, (_, at) => ({ shown: 100 - at, right: 80 - at }));
    expect(cutAt({ cuts } as Trial, 50)).toEqual({ shown: 95, right: 75 });
    expect(cutAt({ cuts: [] as Trial["cuts"] } as Trial, 50)).toBeUndefined();
  });
});
