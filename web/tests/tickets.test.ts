import { afterEach, describe, expect, test, vi } from "vitest";
import { span, standing, used } from "../src/lib/tickets/clock";
import { EMPTY_DRAFT, forgetDrafts, mentionAt, readDraft, replyAt, withMention, withWords, writeDraft } from "../src/lib/tickets/draft";
import { columnsOf, conditionsOf, daysOf, endOf, initials, listPath, merge, readAsked, readTest, withDays, withEnd, withFilter, withText, withTimes, writeAsked, writeTest } from "../src/lib/tickets/list";
import { Problem } from "../src/lib/api";
import { openBelow, waitingBelow } from "../src/lib/tickets/children";
import type { Clock, Test, Ticket, TicketRow } from "../src/lib/tickets/types";

const row = (id: string, sequence = 1) => ({ id, sequence }) as TicketRow;
const ids = (rows: readonly TicketRow[]) => rows.map((each) => each.id);

describe("a list that goes on while somebody looks", () => {
  test("new ones are counted, known ones renewed in their places", () => {
    const shown = merge([row("a"), row("b")], [row("c"), row("b", 2), row("a")], true);
    expect(ids(shown.rows)).toEqual(["a", "b"]);
    expect(shown.rows[1]?.sequence).toBe(2);
    expect(shown.news).toBe(1);
    expect(shown.moved.size).toBe(0);
  });
  test("what is gone is marked, what was pushed out at the end is not", () => {
    expect([...merge([row("a"), row("b")], [row("b")], true).moved]).toEqual(["a"]);
    expect(merge([row("a"), row("b")], [row("c"), row("a")], false).moved.size).toBe(0);
    expect([...merge([row("a"), row("b")], [row("c"), row("b")], false).moved]).toEqual(["a"]);
  });
  test("what this page has changed itself is not taken back by an older reading", () => {
    expect(merge([row("a", 5)], [row("a", 4)], true).rows[0]?.sequence).toBe(5);
  });
});

describe("the address of a list", () => {
  test.each<Test>([
    { field: "state", op: "in", value: ["open", "a:b,c"] },
    { field: "assignee", op: "in", value: [null, "me", "-"] },
    { field: "due_at", op: "filled" },
    { field: "priority", op: "at_least", value: "high" },
  ])("%o comes back as it went", (given) => {
    expect(readTest(writeTest(given))).toEqual(given);
  });
  test("nonsense is left out", () => {
    for (const text of ["", "state", "state:like:x", "state:is:a,b", "state:in:%E0%A4%A"]) expect(readTest(text)).toBeNull();
  });
  test("everything asked for is in it", () => {
    const filters = withFilter([], "state", ["open"]);
    const asked = { view: "due", q: "ink & paper", order: "made" as const, layout: "state" as const, filters, either: withFilter([], "team", ["north"]), facets: { type: "incident" } };
    expect(readAsked(writeAsked(asked))).toEqual(asked);
  });
  test("a filter without values goes", () => {
    expect(withFilter(withFilter([], "state", ["open"]), "state", [])).toEqual([]);
  });
});

test("columns that are not there are left out, and there is always one", () => {
  expect(columnsOf(["number", "nothing", "fields.device", "fields.gone"], ["device"])).toEqual(["number", "fields.device"]);
  expect(columnsOf([], [])).not.toEqual([]);
});

test("initials are letters", () => {
  expect(["Anna Berg", "Toni (synthetic)", "x", ""].map(initials)).toEqual(["AB", "TS", "X", "?"]);
});

describe("a promise", () => {
  const clock = (part: Partial<Clock>): Clock => ({
    kind: "resolution",
    state: "running",
    counted_s: 0,
    target_s: 36_000,
    due_at: new Date(36_000_000).toISOString(),
    done_at: null,
    late: false,
    missed_before: 0,
    ...part,
  });
  test("is fine, soon, late", () => {
    expect(standing(clock({}), 0)).toBe("fine");
    expect(standing(clock({}), 33_000_000)).toBe("soon");
    expect(standing(clock({}), 36_000_001)).toBe("late");
    expect(standing(clock({ state: "paused" }), 0)).toBe("paused");
    expect(standing(clock({ state: "paused", late: true }), 0)).toBe("late");
    expect(standing(clock({ state: "missed", late: true }), 0)).toBe("missed");
  });
  test("is used up between none and all of it", () => {
    expect(used(clock({}), 0)).toBe(0);
    expect(used(clock({}), 18_000_000)).toBeCloseTo(0.5);
    expect(used(clock({ late: true }), 0)).toBe(1);
    expect(used(clock({ target_s: null }), 0)).toBe(0);
  });
  test("has two units", () => {
    expect(span(90_061)).toEqual({ days: 1, hours: 1, minutes: 0 });
    expect(span(-5)).toEqual({ days: 0, hours: 0, minutes: 1 });
  });
});

describe("a mention", () => {
  test("is what follows an @ just before the cursor", () => {
    expect(mentionAt("ask @be", 7)).toEqual({ at: 4, word: "be" });
    expect(mentionAt("mail a@b.de", 11)).toBeNull();
    expect(mentionAt("ask @be", 3)).toBeNull();
  });
  test("takes the place of what was typed", () => {
    expect(withMention("ask @be now", { at: 4, word: "be" }, 7, "Ben")).toEqual({ text: "ask @Ben now", cursor: 9 });
  });
});

describe("a filter by days or words", () => {
  test("is from the beginning of the first to the end of the last day, in the viewer's zone", () => {
    const filters = withDays([{ field: "state", op: "in", value: ["open"] }], "made_at", { from: "2026-03-02", until: "2026-03-04" });
    expect(filters[1]).toEqual({ field: "made_at", op: "within", value: [new Date(2026, 2, 2).toISOString(), new Date(2026, 2, 5).toISOString()] });
    expect(daysOf(filters, "made_at")).toEqual({ from: "2026-03-02", until: "2026-03-04" });
    expect(filters.map((each) => readTest(writeTest(each)))).toEqual(filters);
  });
  test("may be open at either end, or be taken away", () => {
    const open = withDays([], "due_at", { from: "", until: "2026-03-04" });
    expect(open[0]?.value).toEqual([null, new Date(2026, 2, 5).toISOString()]);
    expect(open.map((each) => readTest(writeTest(each)))).toEqual(open);
    expect(daysOf(open, "due_at")).toEqual({ from: "", until: "2026-03-04" });
    expect(withDays(withDays([], "due_at", { from: "2026-03-04", until: "" }), "due_at", { from: "", until: "" })).toEqual([]);
    expect(daysOf([], "due_at")).toEqual({ from: "", until: "" });
    const kept: Test[] = [{ field: "due_at", op: "at_least", value: new Date(2026, 2, 4).toISOString() }];
    expect(daysOf(kept, "due_at")).toEqual({ from: "2026-03-04", until: "" });
  });
  test("is the end of a day, or so many times", () => {
    const ended = withEnd([], "was_open", "2026-03-04");
    expect(ended[0]?.value).toBe(new Date(2026, 2, 5).toISOString());
    expect(endOf(ended, "was_open")).toBe("2026-03-04");
    expect(withEnd(ended, "was_open", "")).toEqual([]);
    const twice = withTimes([], "reopened", 2);
    expect(twice.map((each) => readTest(writeTest(each)))).toEqual(twice);
    expect(withTimes(twice, "reopened", 0)).toEqual([]);
  });
  test("contains words, or is none", () => {
    expect(withText([], "subject", " ink ")).toEqual([{ field: "subject", op: "contains", value: "ink" }]);
    expect(withText(withText([], "subject", "ink"), "subject", " ")).toEqual([]);
  });
});

describe("the list of conditions", () => {
  test("asks for the same when its address is read", () => {
    const all: Test[] = [{ field: "was_resolved", op: "within", value: ["2026-03-02T23:00:00Z", "2026-03-03T23:00:00Z"] }, { field: "reopened", op: "at_least", value: 1 }, { field: "team", op: "empty" }];
    const any: Test[] = [{ field: "queue", op: "in", value: ["support"] }, { field: "assignee", op: "is", value: "me" }];
    const asked = readAsked(new URLSearchParams(listPath({ all, any }).split("?")[1]));
    expect(asked.view).toBe("all");
    expect(conditionsOf({ conditions: { all: [], any: [] } }, asked.filters, asked.either)).toEqual({ all, any });
  });
  test("leaves the choices of a view", () => {
    const own: Test[] = [{ field: "tags", op: "is", value: "fire" }];
    expect(conditionsOf({ conditions: { all: [], any: own } }, [], [{ field: "team", op: "empty" }]).any).toEqual(own);
  });
});

describe("a refusal for tickets below", () => {
  const problem = (type: string, extra: object) => new Problem(409, type, "", "T-3: no way leads there", extra as Record<string, unknown>);
  test("asks what becomes of them, or says why they cannot", () => {
    expect(openBelow(problem("/problems/children-open", { children: ["T-2", "T-3"] }))).toEqual({ numbers: ["T-2", "T-3"], why: null });
    expect(openBelow(problem("/problems/bad-ticket", { field: "children" }))).toEqual({ numbers: [], why: "T-3: no way leads there" });
    expect(openBelow(problem("/problems/bad-ticket", { field: "state" }))).toBeNull();
    expect(openBelow(null)).toBeNull();
  });
  test("those that wait are counted", () => {
    const link = (kind: string, waits: boolean) => ({ kind, waits_for: waits ? { id: "resolved", name: "Resolved" } : null });
    expect(waitingBelow({ links: [link("parent", true), link("parent", false), link("child", true)] } as unknown as Ticket)).toBe(1);
  });
});

describe("a ready answer", () => {
  test("is named after a / at the beginning of a word", () => {
    expect(replyAt("/", 1)).toEqual({ at: 0, word: "" });
    expect(replyAt("Hello /gre", 10)).toEqual({ at: 6, word: "gre" });
    expect(replyAt("line\n/how to", 12)).toEqual({ at: 5, word: "how to" });
    expect(replyAt("and/or", 6)).toBeNull();
    expect(replyAt("https://x", 9)).toBeNull();
    expect(replyAt("this / that", 11)).toBeNull();
  });
  test("stands where it was asked for", () => {
    expect(withWords("Hello /gre now", 6, 10, "Dear Cara,")).toEqual({ text: "Hello Dear Cara, now", cursor: 16 });
  });
});

describe("a draft", () => {
  const held = new Map<string, string>();
  const storage = {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
  };
  /** As a browser's storage: its keys are its own properties. */
  const kept = () => new Proxy(storage, { ownKeys: () => [...held.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) });
  afterEach(() => {
    held.clear();
    vi.unstubAllGlobals();
  });
  const file = { id: "f1", name: "a.txt", media_type: "text/plain", size: 3, scan: "clean" };

  test("is kept with its files, by person and ticket", () => {
    vi.stubGlobal("localStorage", kept());
    const draft = { ...EMPTY_DRAFT, kind: "note" as const, text: "half", attachments: [file] };
    writeDraft("anna", "t1", draft);
    expect(readDraft("anna", "t1")).toEqual(draft);
    expect(readDraft("ben", "t1")).toEqual(EMPTY_DRAFT);
    writeDraft("anna", "t1", { ...draft, text: " ", attachments: [] });
    expect(held.size).toBe(0);
  });
  test("goes when its person leaves the machine, others stay", () => {
    vi.stubGlobal("localStorage", kept());
    for (const who of ["anna", "ben"]) writeDraft(who, "t1", { ...EMPTY_DRAFT, text: "half" });
    held.set("scheme", "dark");
    forgetDrafts("anna");
    expect([...held.keys()]).toEqual(["cc-ticket-draft:ben:t1", "scheme"]);
  });
  test("that is broken, or of before there were files, is no trouble", () => {
    vi.stubGlobal("localStorage", kept());
    held.set("cc-ticket-draft:anna:t1", '{"kind":"what","text":7,"attachments":[{"x":1}]}');
    expect(readDraft("anna", "t1")).toEqual(EMPTY_DRAFT);
    held.set("cc-ticket-draft:anna:t1", '{"kind":"note","text":"old","mentions":["b"]}');
    expect(readDraft("anna", "t1")).toEqual({ ...EMPTY_DRAFT, kind: "note", text: "old", mentions: ["b"] });
    held.set("cc-ticket-draft:anna:t1", "{");
    expect(readDraft("anna", "t1")).toEqual(EMPTY_DRAFT);
  });
});
