import { describe, expect, it } from "vitest";
import { added, depths, inherited, inReadingOrder, movedTo, queueAbove, removed, shownFor, stepped, treeTroubles, type Items } from "../src/lib/admin/tree";
import type { DispositionSetting } from "../src/lib/admin/types";

const item = (id: string, parent_id: string | null = null, part: Partial<DispositionSetting> = {}): DispositionSetting => ({
  id,
  label: id,
  parent_id,
  queue_id: null,
  note_required: false,
  position: 0,
  ...part,
});
const ids = (items: Items | null) => items?.map((one) => (one.parent_id ? `${one.parent_id}>${one.id}` : one.id)).join(" ") ?? null;
const TREE = [item("a"), item("a1", "a"), item("a2", "a"), item("b"), item("b1", "b"), item("c")];

describe("the tree of results", () => {
  it("is read from the top, whatever order it comes in", () => {
    const mixed = TREE.map((one, position) => ({ ...one, position })).reverse();
    expect(ids(inReadingOrder(mixed))).toBe(ids(TREE));
    expect(depths(TREE)).toEqual([0, 1, 1, 0, 1, 0]);
    expect(ids(inReadingOrder([item("x", "gone")]))).toBe("x");
  });

  it("moves with all that stands below", () => {
    expect(ids(movedTo(TREE, "b", "a", "before"))).toBe("b b>b1 a a>a1 a>a2 c");
    expect(ids(movedTo(TREE, "a", "b", "after"))).toBe("b b>b1 a a>a1 a>a2 c");
    expect(ids(movedTo(TREE, "b", "a1", "inside"))).toBe("a a>a1 a1>b b>b1 a>a2 c");
    expect(movedTo(TREE, "a", "a1", "inside")).toBeNull();
  });

  it("walks by keyboard and stops at the ends", () => {
    expect(ids(stepped(TREE, "a2", "up"))).toBe("a a>a2 a>a1 b b>b1 c");
    expect(stepped(TREE, "a", "up")).toBeNull();
    expect(stepped(TREE, "c", "down")).toBeNull();
    expect(ids(stepped(TREE, "c", "in"))).toBe("a a>a1 a>a2 b b>b1 b>c");
    expect(ids(stepped(TREE, "a1", "out"))).toBe("a a>a2 a1 b b>b1 c");
    expect(stepped(TREE, "a", "out")).toBeNull();
  });

  it("goes no deeper than the server takes it", () => {
    const deep = ["0", "1", "2", "3", "4", "5"].map((id, at) => item(id, at === 0 ? null : String(at - 1)));
    expect(movedTo([...deep, item("x")], "x", "5", "inside")).toBeNull();
    expect(movedTo([...deep, item("x")], "x", "4", "inside")).not.toBeNull();
  });

  it("gives what stands below the queue of what stands above", () => {
    const sales = inherited([item("a", null, { queue_id: "sales" }), ...TREE.slice(1)]);
    expect(sales.map((one) => one.queue_id)).toEqual(["sales", "sales", "sales", null, null, null]);
    expect(queueAbove(sales, 1)).toBe("sales");
    expect(queueAbove(sales, 0)).toBeNull();
    expect(movedTo(sales, "c", "a", "inside")?.find((one) => one.id === "c")?.queue_id).toBe("sales");
    expect(added(sales, "a1", "new").find((one) => one.id === "new")).toMatchObject({ parent_id: "a1", queue_id: "sales" });
  });

  it("loses what stood below when something is removed", () => {
    expect(ids(removed(TREE, 0))).toBe("b b>b1 c");
  });

  it("is searched with the way to what is found", () => {
    expect([...shownFor(TREE, "b1", "en")].sort()).toEqual(["b", "b1"]);
    expect(shownFor(TREE, "", "en").size).toBe(TREE.length);
  });

  it("wants labels, each once at its place", () => {
    const wrong = [item("a"), item("b", null, { label: "A" }), item("c", "a", { label: "a" }), item("d", null, { label: " " })];
    expect(treeTroubles(wrong)).toEqual({ "items.1.label": { key: "labelTaken" }, "items.3.label": { key: "labelMissing" } });
  });
});
