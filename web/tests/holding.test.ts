import { describe, expect, test } from "vitest";
import { followed, notSent, pressed, type Holding, type Standing } from "../src/lib/holding";
import { OnceKeys } from "../src/lib/once";

const COMING: Standing = { content: "Hello, 1 file", empty: false, busy: true, failed: false };
const THERE: Standing = { ...COMING, busy: false };
const CHANGED: Standing = { ...COMING, content: "Hello you, 1 file" };
const FAILED: Standing = { ...THERE, failed: true };
const EMPTY: Standing = { content: "", empty: true, busy: false, failed: false };

/** What becomes of a message that is sent as the first stands, and then stands as the others do. */
const told = (first: Standing, ...then: Standing[]) => then.reduce<Holding<string>>(followed, pressed("note", first));

describe("a message", () => {
  test("goes out at once when its files are there", () => {
    expect(told(THERE)).toMatchObject({ is: "due", how: "note" });
  });
  test("waits for its files and then goes out as it was asked for", () => {
    expect(told(COMING).is).toBe("held");
    expect(told(COMING, COMING).is).toBe("held");
    expect(told(COMING, COMING, THERE)).toMatchObject({ is: "due", how: "note" });
  });
  test("that is changed while it waits does not go out, not even when it is changed back", () => {
    expect(told(COMING, CHANGED).is).toBe("changed");
    expect(told(COMING, CHANGED, COMING, THERE).is).toBe("changed");
    expect(told(COMING, { ...CHANGED, busy: false }).is).toBe("changed");
  });
  test("does not go out without a file that failed, not even when that arrives later", () => {
    expect(told(COMING, FAILED).is).toBe("failed");
    expect(told(COMING, { ...FAILED, busy: true }).is).toBe("failed");
    expect(told(COMING, FAILED, COMING, THERE).is).toBe("failed");
    expect(told(FAILED).is).toBe("failed");
  });
  test("is told why it did not go out until nothing of it is left", () => {
    expect(told(COMING, CHANGED, EMPTY).is).toBe("free");
    expect(told(COMING, FAILED, EMPTY).is).toBe("free");
  });
  test("that nobody sends stays", () => {
    expect(followed({ is: "free" }, THERE).is).toBe("free");
  });
});

test("what is typed after sending is kept", () => {
  expect(notSent("Hello", "Hello")).toBe("");
  expect(notSent("Hello\nAnd more", "Hello")).toBe("And more");
  expect(notSent("Hullo", "Hello")).toBe("Hullo");
});

describe("a key", () => {
  test("stays with its content until that is done", () => {
    const keys = new OnceKeys();
    const first = keys.of(["Hello", ["file"]]);
    expect(keys.of(["Hello", []])).not.toBe(first);
    expect(keys.of(["Hello", ["file"]])).toBe(first);
    keys.done();
    expect(keys.of(["Hello", ["file"]])).not.toBe(first);
  });
});
