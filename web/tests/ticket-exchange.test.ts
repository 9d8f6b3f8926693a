import { describe, expect, it } from "vitest";
import { becomes, exportBody, guesses, ORIGIN, sortedValues, withField, withValue, type FoundValue, type Mapping } from "../src/lib/tickets/exchange";

const MAPPING: Mapping = { origin: "csv", fields: { Status: "state" }, values: {} };
const value = (name: string, count: number, sure: boolean): FoundValue => ({ value: name, label: "", count, becomes: sure ? name : "", sure });

describe("mapping", () => {
  it("changes one field and one value and leaves the rest", () => {
    expect(withField(MAPPING, "Prio", "priority").fields).toEqual({ Status: "state", Prio: "priority" });
    const once = withValue(MAPPING, "state", "new", "open");
    expect(withValue(once, "state", "old", "closed").values).toEqual({ state: { new: "open", old: "closed" } });
    expect(MAPPING.values).toEqual({});
  });

  it("takes what somebody has said for more than a guess", () => {
    const strange = value("strange", 1, false);
    expect(becomes(MAPPING, "state", strange)).toEqual({ becomes: "", sure: false });
    const said = withValue(MAPPING, "state", "strange", "open");
    expect(becomes(said, "state", strange)).toEqual({ becomes: "open", sure: true });
    const found = [{ target: "state", choices: [], values: [strange, value("open", 5, true)], more: false }];
    expect([guesses(MAPPING, found), guesses(said, found)]).toEqual([1, 0]);
  });

  it("shows guesses first, then what is most", () => {
    const sorted = sortedValues([value("a", 9, true), value("b", 1, false), value("c", 2, false), value("d", 10, true)]);
    expect(sorted.map((each) => each.value)).toEqual(["c", "b", "d", "a"]);
  });

  it("knows names of origins", () => {
    expect(["zendesk", "old.house-2"].every((name) => ORIGIN.test(name))).toBe(true);
    expect(["", "Old House", ".x", "x".repeat(41)].some((name) => ORIGIN.test(name))).toBe(false);
  });
});

describe("exports", () => {
  it("asks for columns of tables only, and for what was searched", () => {
    const columns = [{ name: "number", header: "Number" }];
    const archive = exportBody("archive", { conditions: { all: [], any: [] }, order: "made" }, columns);
    expect(archive).toMatchObject({ format: "archive", columns: [], order: "made" });
    const csv = exportBody("csv", { q: "fire", facets: { type: "incident" } }, columns);
    expect(csv).toMatchObject({ format: "csv", q: "fire", type: "incident", columns });
    expect("facets" in csv).toBe(false);
  });
});
