import { describe, expect, it } from "vitest";
import { beside, fits, profileTroubles, usualChannels, withoutChannel } from "../src/lib/admin/capacity";
import { fieldPath, isUnder, moved, omit, replaced, same, serverTrouble, shownAt, without } from "../src/lib/admin/draft";
import {
  calendarTroubles,
  copyDay,
  instantOf,
  isThrown,
  minutes,
  nextSpan,
  previewBlocks,
  stretch,
  wallTime,
  weekBlocks,
  weeklyMinutes,
} from "../src/lib/admin/hours";
import { countryOptions, partOptions } from "../src/lib/admin/holidays";
import { freshId, pauseTroubles } from "../src/lib/admin/pauses";
import { newQueue, queueTroubles } from "../src/lib/admin/queue";
import { arrange } from "../src/lib/admin/table";
import type { Calendar, OverflowRule, QueueSettings, RelaxStep } from "../src/lib/admin/types";
import { Problem } from "../src/lib/api";

describe("queues", () => {
  const known = { skills: ["en", "sales"], queues: ["q1", "q2"], names: ["Billing"] };
  const troubles = (part: Partial<QueueSettings>) => queueTroubles({ ...newQueue(), name: "Sales", ...part }, known);
  const rule = (part: Partial<OverflowRule>): OverflowRule => ({
    cause: "max-wait",
    to: { kind: "leave", value: null },
    limit: 60,
    absent: [],
    ...part,
  });

  it("begin without trouble once they have a name", () => {
    expect(troubles({})).toEqual({});
    expect(troubles({ name: "  " })).toEqual({ name: { key: "nameMissing" } });
    expect(troubles({ name: "billing" })).toEqual({ name: { key: "nameTaken" } });
  });

  it("refuse numbers that cannot be", () => {
    const found = troubles({ ring_timeout_s: 0, wrap_up_s: Number.NaN, weight: 1.5, service_level_goal: 1.2, ageing_s: -1 });
    expect(Object.entries(found).map(([path, { key }]) => [path, key])).toEqual([
      ["ring_timeout_s", "above"],
      ["wrap_up_s", "number"],
      ["ageing_s", "above"],
      ["weight", "whole"],
      ["service_level_goal", "between"],
    ]);
  });

  it("refuse rules that cannot work, at the rule", () => {
    const found = troubles({
      id: "q1",
      overflow: [
        rule({ limit: null }),
        rule({ cause: "join-empty", limit: null }),
        rule({ to: { kind: "queue", value: "q1" } }),
        rule({ to: { kind: "queue", value: "q9" } }),
        rule({ to: { kind: "number", value: " " } }),
        rule({ to: { kind: "queue", value: "q2" } }),
        rule({ cause: "expected-wait", limit: 0 }),
        rule({ cause: "full", limit: 0 }),
        rule({ cause: "full", limit: 2.5 }),
      ],
    });
    expect(Object.entries(found).map(([path, { key }]) => [path, key])).toEqual([
      ["overflow.0.limit", "limitMissing"],
      ["overflow.1.absent", "absentMissing"],
      ["overflow.2.to", "targetSelf"],
      ["overflow.3.to", "queueGone"],
      ["overflow.4.to", "targetMissing"],
      ["overflow.6.limit", "above"],
      ["overflow.8.limit", "whole"],
    ]);
  });

  it("want relax steps in order, each with an effect", () => {
    const step = (after_s: number, part: Partial<RelaxStep> = {}) => ({ after_s, level_down: 1, drop: [], reach: null, ...part });
    const found = troubles({
      required_skills: [{ type: "skill", skill: "en", level: 1 }],
      relax: [step(60), step(60), step(90, { level_down: 0 }), step(120, { drop: ["sales"], reach: 0 })],
    });
    expect(Object.entries(found).map(([path, { key }]) => [path, key])).toEqual([
      ["relax.1.after_s", "stepOrder"],
      ["relax.2", "stepEmpty"],
      ["relax.3.reach", "between"],
      ["relax.3.drop", "stepPast"],
    ]);
  });
});

describe("members", () => {
  it("stand in tiers that the engine has", () => {
    const member = (tier: number) => ({ agent_id: String(tier), name: "A", tier, position: 0, weight: 1 });
    const found = queueTroubles({ ...newQueue(), name: "Sales", members: [member(1), member(100), member(101), member(0)] }, { skills: [], queues: [], names: [] });
    expect(Object.entries(found).map(([path, { key }]) => [path, key])).toEqual([
      ["members.2.tier", "between"],
      ["members.3.tier", "atLeast"],
    ]);
  });
});

describe("public holidays", () => {
  const known = [
    { code: "DE", subdivisions: [{ code: "BY", name: "Bayern" }, { code: "Augsburg", name: "Augsburg" }] },
    { code: "AT", subdivisions: [] },
  ];

  it("are of countries in the reader's language and order, the chosen one among them", () => {
    expect(countryOptions(known, "", "de").map(({ label }) => label)).toEqual(["Deutschland", "Österreich"]);
    expect(countryOptions(known, "XX1", "en").map(({ value }) => value)).toEqual(["AT", "DE", "XX1"]);
  });

  it("have parts only where there are some", () => {
    expect(partOptions(known, { country: "DE", subdivision: null })).toEqual([
      { value: "BY", label: "Bayern (BY)" },
      { value: "Augsburg", label: "Augsburg" },
    ]);
    expect(partOptions(known, { country: "AT", subdivision: "W" })).toEqual([{ value: "W", label: "W" }]);
    expect([partOptions(known, null), partOptions([], { country: "FR", subdivision: null })]).toEqual([[], []]);
  });
});

describe("opening hours", () => {
  const calendar = (part: Partial<Calendar>): Calendar => ({
    id: "c",
    name: "Office",
    zone: "Europe/Berlin",
    weekly: [{ day: 0, start: "09:00", end: "17:00" }],
    exceptions: [],
    holidays: null,
    emergency: null,
    ...part,
  });
  const keys = (part: Partial<Calendar>) =>
    Object.entries(calendarTroubles(calendar(part), ["Other"])).map(([path, { key }]) => [path, key]);

  it("understand times of day", () => {
    expect(["00:00", "24:00", "09:30", "09:30:00", "24:01", "9:00", ""].map(minutes)).toEqual([0, 1440, 570, 570, null, null, null]);
    expect(stretch({ start: "22:00", end: "06:00" })).toEqual({ from: 1320, to: 1800 });
    expect(stretch({ start: "00:00", end: "24:00" })).toEqual({ from: 0, to: 1440 });
    expect([stretch({ start: "24:00", end: "01:00" }), stretch({ start: "08:00", end: "08:00" })]).toEqual([null, null]);
  });

  it("are drawn with the night on the next day, Sunday's on Monday", () => {
    const week = weekBlocks([{ day: 6, start: "22:00", end: "02:00" }]);
    expect(week[6]).toEqual([{ from: 1320, to: 1440, day: 6, spill: false }]);
    expect(week[0]).toEqual([{ from: 0, to: 120, day: 6, spill: true }]);
    const days = [1, 2].map((day) => ({ date: `2026-05-0${day}`, day, why: "hours" as const, name: "", emergency: false }));
    const spans = [{ start: "22:00", end: "02:00" }];
    const preview = previewBlocks(days.map((day, index) => ({ ...day, spans: index === 0 ? spans : [] })));
    expect(preview[1]).toMatchObject([{ from: 0, to: 120, spill: true }]);
  });

  it("count overlaps once", () => {
    expect(
      weeklyMinutes([
        { day: 0, start: "22:00", end: "04:00" },
        { day: 1, start: "02:00", end: "05:00" },
      ]),
    ).toBe(7 * 60);
  });

  it("name what is wrong", () => {
    expect(keys({})).toEqual([]);
    expect(keys({ weekly: [] })).toEqual([["weekly", "calendarEmpty"]]);
    expect(
      keys({
        name: "other",
        zone: "Mars/Olympus",
        weekly: [
          { day: 0, start: "09:00", end: "17:00" },
          { day: 0, start: "16:00", end: "18:00" },
          { day: 1, start: "", end: "18:00" },
          { day: 2, start: "08:00", end: "08:00" },
        ],
        holidays: { country: "", subdivision: null },
        exceptions: [
          { date: "2026-12-24", name: "", spans: [] },
          { date: "2026-12-24", name: "", spans: [{ start: "08:00", end: "" }] },
          { date: "", name: "", spans: [] },
        ],
      }),
    ).toEqual([
      ["weekly.1", "spanOverlap"],
      ["weekly.2", "timeMissing"],
      ["weekly.3", "spanSame"],
      ["exceptions.1.date", "dateAgain"],
      ["exceptions.1.spans.0", "timeMissing"],
      ["exceptions.2.date", "dateMissing"],
      ["name", "nameTaken"],
      ["zone", "zoneUnknown"],
      ["holidays.country", "countryMissing"],
    ]);
  });

  it("are copied to other days in place of theirs", () => {
    const weekly = [
      { day: 0, start: "09:00", end: "12:00" },
      { day: 1, start: "10:00", end: "11:00" },
      { day: 6, start: "10:00", end: "11:00" },
    ];
    expect(copyDay(weekly, 0, [0, 1])).toEqual([
      { day: 0, start: "09:00", end: "12:00" },
      { day: 1, start: "09:00", end: "12:00" },
      { day: 6, start: "10:00", end: "11:00" },
    ]);
    expect(nextSpan([])).toEqual({ start: "09:00", end: "17:00" });
    expect(nextSpan([{ start: "09:00", end: "12:00" }])).toEqual({ start: "12:30", end: "16:30" });
  });

  it("turn a wall clock into an instant, over the change of clocks too", () => {
    expect(instantOf("2026-01-15T12:00", "Europe/Berlin")).toBe("2026-01-15T11:00:00.000Z");
    expect(instantOf("2026-07-15T12:00", "Europe/Berlin")).toBe("2026-07-15T10:00:00.000Z");
    expect(instantOf("2026-03-29T03:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
    expect(instantOf("", "Europe/Berlin")).toBeNull();
    expect(wallTime("2026-07-15T10:00:00Z", "Europe/Berlin")).toBe("2026-07-15T12:00");
    expect(wallTime(null, "Europe/Berlin")).toBe("");
  });

  it("know whether the switch is thrown", () => {
    const now = Date.parse("2026-05-04T12:00:00Z");
    const emergency = { closed: true, message: "", until: null };
    expect(isThrown(null, now)).toBe(false);
    expect(isThrown(emergency, now)).toBe(true);
    expect(isThrown({ ...emergency, until: "2026-05-04T12:00:01Z" }, now)).toBe(true);
    expect(isThrown({ ...emergency, until: "2026-05-04T12:00:00Z" }, now)).toBe(false);
  });
});

describe("routing profiles", () => {
  const profile = { id: "p", name: "Usual", units: 6, channels: usualChannels(), used_by: 0 };

  it("say how many fit", () => {
    const fit = (max: number, units: number) => fits(6, { max, units, blocks: [], interrupted_by: [] });
    expect([fit(1, 6), fit(3, 2), fit(9, 2), fit(2, 0), fit(2, 7)]).toEqual([1, 3, 3, 2, 0]);
  });

  it("say what comes beside what", () => {
    expect(beside(profile, "voice", "chat")).toBe("blocked");
    expect(beside(profile, "chat", "voice")).toBe("full");
    expect(beside(profile, "chat", "message")).toBe("fits");
    expect(beside(profile, "email", "voice")).toBe("interrupts");
    expect(beside({ ...profile, channels: { chat: { max: 1, units: 1, blocks: [], interrupted_by: [] } } }, "chat", "chat")).toBe("full");
  });

  it("lose a channel everywhere at once", () => {
    const left = withoutChannel(profile.channels, "chat");
    expect(Object.keys(left)).not.toContain("chat");
    expect(left.email?.interrupted_by).toEqual(["voice", "video", "message"]);
  });

  it("refuse what never fits", () => {
    expect(profileTroubles(profile, [])).toEqual({});
    const channels = { voice: { max: 0, units: 7, blocks: [], interrupted_by: ["voice"] } };
    expect(Object.keys(profileTroubles({ ...profile, channels }, []))).toEqual([
      "channels.voice.max",
      "channels.voice.units",
      "channels.voice.interrupted_by",
    ]);
    expect(profileTroubles({ ...profile, channels: {} }, ["usual"])).toEqual({
      name: { key: "nameTaken" },
      channels: { key: "channelNone" },
    });
  });
});

describe("pause reasons", () => {
  const reason = (id: string, label: string) => ({ id, label, paid: true, occupancy: false, position: 0 });

  it("are told apart", () => {
    expect(pauseTroubles([reason("a", "Break"), reason("b", " break"), reason("c", "")])).toEqual({
      "items.1.label": { key: "labelTaken" },
      "items.2.label": { key: "labelMissing" },
    });
  });

  it("get an id the server takes, never one that is there", () => {
    const id = freshId([], 1_780_000_000_000);
    expect(id).toMatch(/^[a-z0-9][a-z0-9_.-]*$/);
    expect(freshId([reason(id, "Break")], 1_780_000_000_000)).not.toBe(id);
  });
});

describe("forms", () => {
  it("know what has changed, by value", () => {
    expect(same({ a: [1, { b: null }], c: Number.NaN }, { c: Number.NaN, a: [1, { b: null }] })).toBe(true);
    expect([same([1], { 0: 1 }), same({ a: 1 }, { a: 1, b: undefined }), same(null, {}), same([1, 2], [2, 1])]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it("put a refusal at its field, whichever way the path is written", () => {
    expect(["overflow[0].limit", "/overflow/0/limit", "body.overflow.0.limit"].map(fieldPath)).toEqual(
      Array(3).fill("overflow.0.limit"),
    );
    const problem = new Problem(422, "bad", "This cannot work", "relax[1].drop: there is no skill 'x'.", { field: "relax[1].drop" });
    expect(serverTrouble(problem)).toEqual({ path: "relax.1.drop", detail: "There is no skill 'x'." });
    expect([serverTrouble(new Problem(409, "in-use", "", "")), serverTrouble(null)]).toEqual([null, null]);
    expect([isUnder("relax.1.drop", "relax"), isUnder("relaxed", "relax")]).toEqual([true, false]);
  });

  it("say a refusal at its field, or at what is around it on the page", () => {
    const page = new Set(["name", "overflow", "overflow.0.to", "weekly.0", "required_skills.0.of.1"]);
    const at = (path: string) => shownAt(path, page);
    expect(["overflow.0.to.value", "overflow.1.limit", "weekly.0.end", "required_skills.0.of.1.level", "name"].map(at)).toEqual([
      "overflow.0.to",
      "overflow",
      "weekly.0",
      "required_skills.0.of.1",
      "name",
    ]);
    expect([at("surprise"), at("")]).toEqual([null, null]);
  });

  it("change lists without touching them", () => {
    const list = ["a", "b", "c"];
    expect([moved(list, 0, 2), replaced(list, 1, "x"), without(list, 0)]).toEqual([
      ["b", "c", "a"],
      ["a", "x", "c"],
      ["b", "c"],
    ]);
    expect(list).toEqual(["a", "b", "c"]);
    expect(omit({ id: "1", name: "n" }, "id")).toEqual({ name: "n" });
  });
});

describe("tables", () => {
  const rows = [
    { name: "Äpfel 10", count: 2 },
    { name: "Äpfel 9", count: null },
    { name: "Birnen", count: 1 },
  ];
  const found = (words: string, column: string, descending = false) =>
    arrange(rows, {
      words,
      text: (row) => row.name,
      value: (row, id) => (id === "count" ? row.count : row.name),
      sorting: { column, descending },
      locale: "de",
    }).map((row) => row.name);

  it("find every word, in any order", () => {
    expect(found("10 äpfel", "name")).toEqual(["Äpfel 10"]);
    expect(found("kirschen", "name")).toEqual([]);
  });

  it("sort numbers in names as numbers, and what is not known last", () => {
    expect(found("", "name")).toEqual(["Äpfel 9", "Äpfel 10", "Birnen"]);
    expect(found("", "count")).toEqual(["Birnen", "Äpfel 10", "Äpfel 9"]);
    expect(found("", "count", true)).toEqual(["Äpfel 10", "Birnen", "Äpfel 9"]);
  });
});
