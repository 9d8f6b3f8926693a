import { describe, expect, it } from "vitest";
import { changedSince } from "../src/lib/changes";
import type { ContactRow } from "../src/lib/wallboard";
import { landing, move, prioritize, priorityToBeNext, undo } from "../src/lib/line";

const row = (id: string, position: number, priority: number, queue_id = "sales"): ContactRow => ({
  id,
  queue_id,
  caller: { address: "", name: null },
  queued_at: "2026-05-04T12:00:00Z",
  priority,
  position,
  offered_to: null,
});

describe("a contact in line", () => {
  it("is next with the least priority above those before it", () => {
    const line = [row("a", 1, 5), row("b", 2, 0), row("c", 3, 0), row("d", 1, 900, "support")];
    const next = (index: number) => priorityToBeNext(line[index] ?? row("", 1, 0), line);
    expect([0, 1, 2, 3].map(next)).toEqual([null, 6, 6, null]);
    expect(priorityToBeNext(row("b", 2, 0), [row("a", 1, 1000), row("b", 2, 0)])).toBeNull();
    expect(priorityToBeNext(row("b", 2, -8), [row("a", 1, -3), row("b", 2, -8)])).toBe(-2);
  });

  it("gets its old priority back", () => {
    const act = prioritize(row("a", 1, 2), 3);
    expect(undo(act, { queue_id: "sales", priority: 2 })).toEqual({
      name: "contact.prioritize",
      args: { interaction_id: "a", priority: 2 },
    });
  });

  it("goes back to the queue it came from, from nowhere but where it was moved to", () => {
    const act = move(row("a", 1, 2), "support");
    expect(act.args).toEqual({ interaction_id: "a", from_queue_id: "sales", queue_id: "support" });
    const back = undo(act, { queue_id: "sales", priority: 2 });
    expect(back.args).toEqual({ interaction_id: "a", from_queue_id: "support", queue_id: "sales", priority: 2 });
    expect(undo(back, { queue_id: "support", priority: 7 }).args).toEqual({
      interaction_id: "a",
      from_queue_id: "sales",
      queue_id: "support",
      priority: 7,
    });
  });
});

describe("a contact dragged to a place", () => {
  const at = (id: string, position: number, priority: number, minute: number): ContactRow => ({
    ...row(id, position, priority),
    queued_at: `2026-05-04T12:${String(minute).padStart(2, "0")}:00Z`,
  });
  const line = [at("a", 1, 5, 9), at("b", 2, 0, 1), at("c", 3, 0, 2), at("d", 4, 0, 3)];
  const to = (id: string, place: number) => landing(line.find((each) => each.id === id) ?? row("", 1, 0), line, place);

  it("gets the priority nearest to its own that brings it there", () => {
    expect(to("d", 0)).toEqual({ priority: 5, place: 0 });
    expect(to("d", 1)).toEqual({ priority: 1, place: 1 });
    expect(to("a", 3)).toEqual({ priority: 0, place: 3 });
    expect(to("b", 3)).toEqual({ priority: -1, place: 3 });
  });

  it("comes to stand beside those of one priority, never between them", () => {
    // Wanted between b and c, who have the same priority: before both is one step away, and behind both is none nearer.
    expect(to("d", 2)).toEqual({ priority: 1, place: 1 });
  });

  it("stays where it stands, and within what a priority may be", () => {
    expect(to("b", 1)).toBeNull();
    expect(landing(row("x", 1, 0), [row("x", 1, 0)], 3)).toBeNull();
    const full = [row("a", 1, 1000), row("b", 2, 1000)];
    expect(landing(full[1] ?? row("", 1, 0), full, 0)).toBeNull();
  });

  it("does not look at other queues", () => {
    expect(landing(row("x", 1, 0), [row("x", 1, 0), row("y", 1, 9, "support")], 1)).toBeNull();
  });
});

describe("changes of the set-up", () => {
  it("are seen by their numbers, also when the server has begun anew", () => {
    expect(changedSince({}, {})).toBe(false);
    expect(changedSince({ queue: 1 }, { queue: 1 })).toBe(false);
    expect(changedSince({}, { queue: 1 })).toBe(true);
    expect(changedSince({ queue: 1, skill: 2 }, { queue: 1, skill: 3 })).toBe(true);
    expect(changedSince({ queue: 1 }, {})).toBe(true);
  });
});
