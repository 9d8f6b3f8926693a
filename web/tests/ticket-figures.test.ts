import { describe, expect, it } from "vitest";
import { bodyOf, cellOf, perFor, preset, presetOf, readAsked, share, writeAsked, type Asked, type Group } from "../src/lib/tickets/figures";

const NOW = new Date(2026, 2, 15, 10).getTime();
const ASKED: Asked = { first: "2026-03-01", last: "2026-03-15", per: "day", by: "type", filters: [{ field: "priority", op: "in", value: ["high"] }] };
const none = { count: 0, median_s: null, p90_s: null };
const GROUP: Group = {
  key: "incident",
  name: "Incident",
  made: 4,
  resolved: 3,
  reopened: 1,
  open: 2,
  first_response: { count: 3, median_s: 5400, p90_s: 7200 },
  first_response_open: none,
  resolution: none,
  resolution_open: none,
  ended: 3,
  came_back: 1,
  met_first_response: { decided: 4, met: 3 },
  met_next_response: { decided: 0, met: 0 },
  met_resolution: { decided: 1, met: 0 },
};

describe("spans", () => {
  it("end today, or are whole months", () => {
    expect(preset("week", NOW)).toEqual({ first: "2026-03-09", last: "2026-03-15" });
    expect(preset("thisMonth", NOW)).toEqual({ first: "2026-03-01", last: "2026-03-15" });
    expect(preset("lastMonth", NOW)).toEqual({ first: "2026-02-01", last: "2026-02-28" });
    expect(presetOf({ first: "2026-02-01", last: "2026-02-28" }, NOW)).toBe("lastMonth");
    expect(presetOf({ first: "2026-02-02", last: "2026-02-28" }, NOW)).toBeNull();
  });

  it("are cut the coarser the longer they are", () => {
    expect(perFor("2026-03-01", "2026-03-31")).toBe("day");
    expect(perFor("2026-01-01", "2026-03-31")).toBe("week");
    expect(perFor("2025-04-01", "2026-03-31")).toBe("month");
  });
});

describe("the address", () => {
  it("holds what is asked for and nothing that is not a day", () => {
    expect(readAsked(writeAsked(ASKED), NOW)).toEqual(ASKED);
    const found = readAsked(new URLSearchParams("first=yesterday&per=hour"), NOW);
    expect([found.first, found.last, found.per]).toEqual(["2026-02-14", "2026-03-15", "day"]);
  });

  it("is asked of the server in the reader's zone", () => {
    expect(bodyOf(ASKED, "Europe/Berlin")).toMatchObject({ zone: "Europe/Berlin", conditions: { all: ASKED.filters, any: [] } });
  });
});

describe("the file", () => {
  it("has counts, hours and percent", () => {
    expect((["made", "first_response_median", "resolution_median", "came_back", "met_first_response", "met_next_response"] as const).map((id) => cellOf(GROUP, id))).toEqual(["4", "1.50", "", "33.3", "75.0", ""]);
    expect(share(1, 0)).toBeNull();
  });
});
