import { describe, expect, it } from "vitest";
import { auditQuery, countAuditFilters, fieldsOf, readAuditFilters, valueText, writeAuditFilters } from "../src/lib/admin/audit";

const words = { nothing: "nothing", yes: "yes", no: "no" };

describe("audit", () => {
  it("keeps its filters in the address", () => {
    const params = { q: "sales", act: "queue.changed", from: "2026-05-01" };
    const filters = readAuditFilters(new URLSearchParams(params));
    expect(writeAuditFilters(filters)).toEqual(params);
    expect(countAuditFilters(filters)).toBe(3);
  });

  it("asks for whole days", () => {
    const filters = readAuditFilters(new URLSearchParams({ from: "2026-05-01", to: "2026-05-01" }));
    const query = auditQuery(filters);
    expect(Date.parse(query.to ?? "") - Date.parse(query.from ?? "")).toBe(24 * 3600 * 1000);
  });

  it("says values in words", () => {
    expect([null, "", [], true, false, 0, "x"].map((value) => valueText(value, words))).toEqual([
      "nothing",
      "nothing",
      "nothing",
      "yes",
      "no",
      "0",
      "x",
    ]);
    expect(valueText({ a: [1, { b: "two  words" }] }, words)).toBe('{ "a": [ 1, { "b": "two  words" } ] }');
    expect(fieldsOf({ name: "x", note: null, members: [] })).toEqual([["name", "x"]]);
  });
});
