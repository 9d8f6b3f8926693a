import { describe, expect, it } from "vitest";
import { CARD, lineSpan, minutes, pictureOf, worstByLine } from "../src/lib/house/flows";
import type { FlowStep } from "../src/lib/house/types";

const step = (name: string, row: number, column: number, ...ways: [string, string][]): FlowStep => ({
  name,
  kind: "say",
  text: "",
  line: 1,
  row,
  column,
  reached: true,
  ways: ways.map(([to, label]) => ({ to, label, by: "caller", line: 1 })),
});

describe("the picture of a flow", () => {
  const steps = [step("a", 0, 0, ["b", "1"], ["c", "2"], ["b", "3"]), step("b", 1, 0, ["a", ""], ["b", "*"]), step("c", 1, 1, ["gone", ""])];
  const picture = pictureOf(steps);

  it("lays no card over another", () => {
    for (const one of picture.cards)
      for (const other of picture.cards)
        if (one !== other)
          expect(Math.abs(one.x - other.x) >= CARD.width || Math.abs(one.y - other.y) >= CARD.height).toBe(true);
  });

  it("stays within its size", () => {
    for (const { x, y } of picture.cards) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + CARD.width).toBeLessThanOrEqual(picture.width);
      expect(y + CARD.height).toBeLessThanOrEqual(picture.height);
    }
  });

  it("has one line for all ways to a step, and none to what is not there", () => {
    expect(picture.edges.map(({ from, to, label, back }) => [from, to, label, back])).toEqual([
      ["a", "b", "1, 3", false],
      ["a", "c", "2", false],
      ["b", "a", "", true],
    ]);
  });

  it("is empty of an empty flow", () => expect(pictureOf([]).cards).toEqual([]));
});

describe("a text by lines", () => {
  it("marks a line by the worst of its problems", () => {
    const problem = { column: 1, message: "", hint: "" };
    const found = worstByLine([
      { ...problem, line: 2, severity: "warning" },
      { ...problem, line: 2, severity: "error" },
      { ...problem, line: 2, severity: "warning" },
      { ...problem, line: 3, severity: "warning" },
    ]);
    expect([...found]).toEqual([
      [2, "error"],
      [3, "warning"],
    ]);
  });

  it("selects a line", () => {
    expect(lineSpan("ab\ncd\n", 2)).toEqual([3, 5]);
    expect(lineSpan("ab", 9)).toEqual([2, 2]);
  });

  it("says lengths as clocks do", () => expect([0, 9.6, 75].map(minutes)).toEqual(["0:00", "0:10", "1:15"]));
});
