import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { compared, excerpt, grouped, NotReadable, textsOf, written } from "../src/lib/admin/configuration";
import { entries, NotAnArchive } from "../src/lib/unzip";

/** An archive as others make it: stored and deflated entries. */
function zipped(files: Record<string, { text: string; packed: boolean }>): Uint8Array {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, { text, packed }] of Object.entries(files)) {
    const data = packed ? deflateRawSync(text) : Buffer.from(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const head = Buffer.alloc(46);
    head.writeUInt32LE(0x02014b50, 0);
    head.writeUInt16LE(packed ? 8 : 0, 10);
    head.writeUInt32LE(data.length, 20);
    head.writeUInt32LE(Buffer.byteLength(text), 24);
    head.writeUInt16LE(Buffer.byteLength(name), 28);
    head.writeUInt32LE(at, 42);
    parts.push(local, Buffer.from(name), data);
    central.push(head, Buffer.from(name));
    at += 30 + Buffer.byteLength(name) + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, ...central, end]));
}

const given = (name: string, bytes: Uint8Array | string) => ({
  name,
  bytes: () => Promise.resolve(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes),
});

test("archives and files are read", async () => {
  const archive = zipped({ "set-up/queues.yaml": { text: "a: ü\n".repeat(99), packed: true }, "skills.yaml": { text: "b", packed: false }, "read.me": { text: "", packed: false }, "dir/": { text: "", packed: false } });
  expect(entries(archive, 9999).map((each) => each.name)).toEqual(["set-up/queues.yaml", "skills.yaml", "read.me"]);
  expect(await textsOf([given("x.zip", archive), given("teams.yaml", "c")])).toEqual({ "queues.yaml": "a: ü\n".repeat(99), "skills.yaml": "b", "teams.yaml": "c" });
});

test("what cannot be read is told", async () => {
  const reason = (files: Parameters<typeof textsOf>[0]) => textsOf(files).then(() => "", (error: unknown) => (error as NotReadable).reason);
  expect(await reason([given("a.txt", "")])).toBe("empty");
  expect(await reason([given("a.zip", "no archive at all, though long enough to be one")])).toBe("archive");
  expect(await reason([given("a.yaml", new Uint8Array([0xff, 0xfe, 0xfd]))])).toBe("text");
  expect(await reason([given("a.yaml", "x".repeat(1_000_000))])).toBe("tooLarge");
  const bomb = zipped({ "a.yaml": { text: "x".repeat(2_000_000), packed: true } });
  expect(await reason([given("a.zip", bomb)])).toBe("archive");
  // A size that lies is found out while unpacking.
  const lying = zipped({ "a.yaml": { text: "x".repeat(2_000_000), packed: true } });
  const head = Buffer.from(lying.buffer).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  new DataView(lying.buffer).setUint32(head + 24, 1, true);
  expect(await reason([given("a.zip", lying)])).toBe("archive");
});

test("broken archives never do more than be refused", async () => {
  const whole = zipped({ "a.yaml": { text: "hello ".repeat(20), packed: true } });
  for (let at = 0; at < whole.length; at++) {
    const broken = whole.slice();
    broken[at] = (broken[at] ?? 0) ^ 0xff;
    try {
      for (const each of entries(broken, 9999)) await each.bytes();
    } catch (error) {
      expect(error).toBeInstanceOf(NotAnArchive);
    }
  }
});

test("values read like YAML, and differ by lines", () => {
  expect(written({ a: [{ b: 1, c: "" }], d: [], e: null, f: { g: true } })).toEqual(["a:", "  - b: 1", '    c: ""', "d: []", "e: null", "f:", "  g: true"]);
  expect(compared(["a", "b", "c"], ["a", "x", "c"]).map(({ kind, text }) => `${kind} ${text}`)).toEqual(["same a", "gone b", "new x", "same c"]);
  expect(compared([], ["a"])).toEqual([{ kind: "new", text: "a" }]);
});

test("sections in their order, excerpts with numbers", () => {
  const change = { id: "a", what: "create" as const, fields: [], differences: [], line: 1 };
  const plan = { changes: [{ ...change, section: "two" }, { ...change, section: "one" }], kept: 0, sections: { one: "One", none: "None", two: "Two" } };
  expect(grouped(plan).map((group) => group.title)).toEqual(["One", "Two"]);
  expect(excerpt("a\nb\nc", 2)).toEqual([{ number: 1, text: "a" }, { number: 2, text: "b" }, { number: 3, text: "c" }]);
  expect(excerpt("a", 0)).toEqual([]);
});
