import { expect, test } from "vitest";
import { decoded, delimiterOf, encodingOf, guarded, records, written } from "../src/lib/csv";
import { guessed, mappingTrouble, NOTHING, parts, PART_ROWS, plus } from "../src/lib/customer-import";
import { reportOf } from "../src/lib/import-report";
import type { CustomField } from "../src/lib/customers";

const field = (id: string, name: string): CustomField => ({ id, name, type: "text", required: false, sensitive: false, choices: [] });

test("encodings are found", () => {
  expect(encodingOf(new TextEncoder().encode("Müller"))).toBe("utf-8");
  const latin = new Uint8Array([0x4d, 0xfc, 0x6c]);
  expect(encodingOf(latin)).toBe("windows-1252");
  expect(decoded(latin, "windows-1252")).toBe("Mül");
  const wide = new Uint8Array([0xff, 0xfe, 0x41, 0]);
  expect(encodingOf(wide)).toBe("utf-16le");
  expect(decoded(wide, "utf-16le")).toBe("A");
});

test("delimiters are found outside of quotes", () => {
  expect(delimiterOf('a;"b,c,d,e";f\n,,,,,,')).toBe(";");
  expect(delimiterOf("a\tb")).toBe("\t");
  expect(delimiterOf("alone")).toBe(",");
});

test("records know their line, quotes and line ends within", () => {
  const text = 'name,note\r\n\r\n"A ""B""","two\nlines"\rC,\n"open, to the end';
  expect(records(text, ",")).toEqual([
    { line: 1, cells: ["name", "note"] },
    { line: 3, cells: ['A "B"', "two\nlines"] },
    { line: 5, cells: ["C", ""] },
    { line: 6, cells: ["open, to the end"] },
  ]);
});

test("what is written is read the same", () => {
  const cells = ["", "a,b", 'say "x"', "two\r\nlines", " blank "];
  expect(records(written(cells), ",")[0]?.cells).toEqual(cells);
});

test("columns are guessed", () => {
  const headers = ["Full Name", "E-Mail", "Mobile", "Home phone", "PLZ", "Straße", "Tariff", "field.meter", "?", "Contact"];
  const fields = [field("tariff", "Tariff"), field("meter", "Meter no.")];
  expect(guessed(headers, fields)).toEqual([
    "name", "email", "phone", "phone", "postcode", "address", "field.tariff", "field.meter", "", "",
  ]);
  expect(mappingTrouble(["email", ""])).toEqual({ kind: "noName" });
  expect(mappingTrouble(["name", "city", "city"])).toEqual({ kind: "twice", target: "city" });
  expect(mappingTrouble(["name", "phone", "phone"])).toBeNull();
});

test("parts have a head and tell their lines back", () => {
  const rows = Array.from({ length: PART_ROWS + 1 }, (_, index) => ({ line: 10 + 2 * index, cells: ["Ann", `Lee\n${index}`, "x"] }));
  const found = parts(rows, ["first_name", "last_name", ""]);
  expect(found.map((part) => part.rows.length)).toEqual([PART_ROWS, 1]);
  const [first] = found;
  expect(first?.csv.startsWith('name\n"Ann Lee\n0"\n"Ann Lee\n1"')).toBe(true);
  if (!first) throw new Error();
  // The server names the last line of a record: the second ends on line 5 of the part.
  const after = plus(NOTHING, first, { added: 3, updated: 1, skipped: 2, problems: [{ line: 5, field: "name", problem: "no" }] });
  expect([after.added, after.updated, after.skipped, after.refused[0]?.row.line]).toEqual([3, 1, 2, 12]);
});

test("the report can be mended and brought in again, and holds no formulas", () => {
  const rows = [
    { line: 2, cells: ["=1+1", "x,y"] },
    { line: 3, cells: ["Anna"] },
  ];
  const line = { subject: "", field: null, verdict: "Bad." };
  const text = reportOf(["name", "phone"], rows, [{ ...line, line: 3, wrong: false }, { ...line, line: 2, wrong: true }], "Why");
  expect(text).toBe("\ufeffname,phone,Why\r\n'=1+1,\"x,y\",Bad.\r\n");
  expect(guarded("+49")).toBe("'+49");
});
