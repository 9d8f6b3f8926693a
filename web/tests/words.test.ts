import { describe, expect, it } from "vitest";
import { queuesOf, sortAgents } from "../src/lib/agents-table";
import { alarmChanges, levelState, queueAlarms } from "../src/lib/alarms";
import { Problem, problemFrom, withQuery } from "../src/lib/api";
import type { AgentRow, AgentWork, QueueRow, ServiceLevels } from "../src/lib/wallboard";
import { microphoneProblem } from "../src/lib/devices";
import { groupDispositions } from "../src/lib/dispositions";
import { filterQuery, readFilters, writeFilters } from "../src/lib/interaction-filters";
import { judge, sampleFrom } from "../src/lib/quality";
import { definitionFrom, LEVEL_DEFINITIONS } from "../src/lib/service-levels";
import { clock, dayStart, learnServerClock, relative, secondsSince, secondsUntil, serverNow } from "../src/lib/time";
import { timelineEntry } from "../src/lib/timeline";

const NOW = Date.parse("2026-05-04T12:00:00Z");

describe("time", () => {
  it("writes durations", () => {
    expect([5, 75, 3675, -1].map(clock)).toEqual(["0:05", "1:15", "1:01:15", "0:00"]);
  });

  it("counts from and to a moment, never below zero", () => {
    expect(secondsSince("2026-05-04T11:59:30Z", NOW)).toBe(30);
    expect(secondsSince("2026-05-04T12:00:30Z", NOW)).toBe(0);
    expect(secondsSince(null, NOW)).toBe(0);
    expect(secondsUntil("2026-05-04T12:00:10Z", NOW)).toBe(10);
    expect(secondsUntil("2026-05-04T11:00:00Z", NOW)).toBe(0);
  });

  it("is relative up to a week", () => {
    expect(relative("2026-05-04T11:57:00Z", NOW, "en")).toBe("3 minutes ago");
    expect(relative("2026-05-04T11:59:58Z", NOW, "en")).toBe("now");
    expect(relative("2026-05-02T12:00:00Z", NOW, "en")).toBe("2 days ago");
    expect(relative("2026-04-01T12:00:00Z", NOW, "en")).toBe("Apr 1, 2026");
  });

  it("follows the server's clock when the viewer's is wrong", () => {
    learnServerClock("Mon, 04 May 2026 12:00:00 GMT", NOW - 60_000);
    expect(serverNow() - Date.now()).toBeGreaterThan(59_000);
    learnServerClock("Mon, 04 May 2026 12:00:00 GMT", NOW);
    expect(Math.abs(serverNow() - Date.now())).toBeLessThan(50);
    learnServerClock("nonsense", NOW);
  });

  it("turns a day into an instant and refuses what is no day", () => {
    expect(dayStart("2026-02-03")).toBe(new Date(2026, 1, 3).toISOString());
    expect(dayStart("2026-02-28", 1)).toBe(new Date(2026, 2, 1).toISOString());
    expect(dayStart("yesterday")).toBeNull();
  });
});

describe("filters", () => {
  it("survive the address and drop what is not theirs", () => {
    const filters = readFilters(new URLSearchParams("q=lamp&outcome=handled&from=2026-01-02&to=tomorrow&evil=1"));
    expect(writeFilters(filters)).toEqual({ q: "lamp", outcome: "handled", from: "2026-01-02" });
    expect(readFilters(new URLSearchParams("outcome=nonsense")).outcome).toBe("");
  });

  it("ask for the last day to its end", () => {
    const query = filterQuery(readFilters(new URLSearchParams("to=2026-01-02")));
    expect(query.to).toBe(new Date(2026, 0, 3).toISOString());
    expect(withQuery("/x", { a: "", b: null, c: 1 })).toBe("/x?c=1");
  });
});

describe("problems", () => {
  it("keep what the server said", () => {
    const problem = problemFrom({ status: 429, type: "/problems/throttled", detail: "Wait.", retry_after_s: 12.2 });
    expect(problem).toBeInstanceOf(Problem);
    expect([problem.status, problem.detail, problem.retryAfter]).toEqual([429, "Wait.", 13]);
  });

  it("bear anything", () => {
    for (const value of [null, "text", 5, [], { status: "x" }]) expect(problemFrom(value).status).toBe(500);
  });
});

describe("microphone errors", () => {
  it.each([
    ["NotAllowedError", "Permission denied", "denied"],
    ["NotAllowedError", "Permission dismissed", "dismissed"],
    ["NotFoundError", "", "missing"],
    ["NotReadableError", "", "busy"],
    ["TypeError", "", "unknown"],
  ])("%s %s", (name, message, expected) => {
    expect(microphoneProblem(Object.assign(new Error(message), { name }))).toBe(expected);
  });
});

describe("quality", () => {
  const sample = (received: number, lost: number, jitterMs = 5, roundTripMs: number | null = 20) => ({
    at: 0,
    packetsReceived: received,
    packetsLost: lost,
    jitterMs,
    roundTripMs,
  });

  it("judges what came since the last reading", () => {
    expect(judge(null, sample(100, 0)).grade).toBe("unknown");
    expect(judge(sample(100, 50), sample(200, 50)).grade).toBe("good");
    expect(judge(sample(100, 0), sample(197, 3)).grade).toBe("fair");
    expect(judge(sample(100, 0), sample(190, 10)).grade).toBe("poor");
    expect(judge(sample(100, 0), sample(200, 0, 45)).grade).toBe("fair");
    expect(judge(sample(100, 0), sample(200, 0, 5, 700)).grade).toBe("poor");
    expect(judge(sample(100, 0), sample(100, 0)).grade).toBe("silent");
  });

  it("finds the figures in a report", () => {
    const report = [
      { type: "inbound-rtp", kind: "audio", packetsReceived: 7, packetsLost: 1, jitter: 0.012 },
      { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.034 },
    ];
    expect(sampleFrom(report, 5)).toEqual({ at: 5, packetsReceived: 7, packetsLost: 1, jitterMs: 12, roundTripMs: 34 });
    expect(sampleFrom([], 5)).toBeNull();
  });
});

const levels = (abandons_ignored: number | null): ServiceLevels => ({
  of_offered: null,
  of_answered: 1,
  abandons_ignored,
  abandons_credited: 0.75,
});

const queue = (part: Partial<QueueRow>): QueueRow => ({
  id: "q",
  name: "Sales",
  waiting: 0,
  longest_wait_since: null,
  service_level: 0.9,
  service_levels: levels(0.9),
  average_speed_of_answer_s: null,
  abandonment: null,
  service_level_target: 0.8,
  target_s: 20,
  offered: 0,
  answered: 0,
  abandoned: 0,
  agents_ready: 1,
  agents_busy: 0,
  agents_paused: 0,
  ...part,
});

describe("alarms", () => {
  it("grade the service level", () => {
    const state = (level: number | null) => levelState(queue({ service_levels: levels(level) }), "abandons_ignored");
    expect([0.8, 0.79, 0.69, null].map(state)).toEqual(["met", "near", "missed", "none"]);
  });

  it("grade by the definition asked for", () => {
    const row = queue({ service_levels: levels(0.5) });
    expect(LEVEL_DEFINITIONS.map((each) => [each, levelState(row, each)])).toEqual([
      ["abandons_ignored", "missed"],
      ["of_offered", "none"],
      ["of_answered", "met"],
      ["abandons_credited", "near"],
    ]);
    expect(["of_answered", "no such", null].map(definitionFrom)).toEqual([
      "of_answered",
      "abandons_ignored",
      "abandons_ignored",
    ]);
  });

  it("follow the definition that is shown", () => {
    const row = queue({ service_levels: levels(0.5) });
    const before = alarmChanges(null, [queue({})], NOW, "abandons_ignored").states;
    const said = (definition: (typeof LEVEL_DEFINITIONS)[number]) =>
      alarmChanges(before, [row], NOW, definition).changes.map((change) => change.alarm);
    expect(said("abandons_ignored")).toEqual(["level"]);
    expect(said("of_answered")).toEqual([]);
  });

  it("see long waits and empty queues", () => {
    const since = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
    expect(queueAlarms(queue({ waiting: 1, longest_wait_since: since(39) }), NOW)).toEqual([]);
    expect(queueAlarms(queue({ waiting: 1, longest_wait_since: since(40), agents_ready: 0 }), NOW)).toEqual([
      "wait",
      "nobody",
    ]);
  });

  it("are said once, when they change", () => {
    const late = queue({ waiting: 1, longest_wait_since: new Date(NOW - 60_000).toISOString() });
    const first = alarmChanges(null, [queue({})], NOW, "abandons_ignored");
    expect(first.changes).toEqual([]);
    const second = alarmChanges(first.states, [late], NOW, "abandons_ignored");
    expect(second.changes.map((change) => change.alarm)).toEqual(["wait"]);
    const third = alarmChanges(second.states, [late], NOW + 1000, "abandons_ignored");
    expect(third.changes).toEqual([]);
    expect(alarmChanges(third.states, [queue({})], NOW, "abandons_ignored").changes.map((change) => change.alarm)).toEqual(["over"]);
  });
});

describe("agents", () => {
  it("stand in the order a supervisor looks for them", () => {
    const agent = (name: string, part: Partial<AgentRow>): AgentRow => ({
      id: name,
      name,
      presence: "available",
      reason: null,
      activity: "idle",
      since: "2026-05-04T11:00:00Z",
      queue: null,
      interaction_id: null,
      work: [],
      handled_today: 0,
      occupancy: null,
      ...part,
    });
    const work = (queue: string): AgentWork => ({ interaction_id: "i", queue, channel: "chat", state: "busy" });
    const all = [
      agent("Off", { presence: "off" }),
      agent("Ready", {}),
      agent("Busy", { activity: "busy", handled_today: 3, work: ["B", "A", "B"].map(work), occupancy: 0.5 }),
    ];
    const names = (rows: AgentRow[]) => rows.map((row) => row.name);
    expect(names(sortAgents(all, { column: "state", descending: false }, "en"))).toEqual(["Busy", "Ready", "Off"]);
    expect(names(sortAgents(all, { column: "handled", descending: true }, "en"))).toEqual(["Busy", "Off", "Ready"]);
    expect(names(sortAgents(all, { column: "occupancy", descending: true }, "en"))[0]).toBe("Busy");
    expect(all.map(queuesOf)).toEqual(["", "", "B, A"]);
    expect(queuesOf(agent("Rung", { activity: "offered", queue: "Sales" }))).toBe("Sales");
  });
});

describe("dispositions", () => {
  it("offer the leaves under their path", () => {
    const item = (id: string, parent_id: string | null) => ({ id, label: id.toUpperCase(), parent_id });
    const groups = groupDispositions([item("a", null), item("b", "a"), item("c", "b"), item("d", "a"), item("e", null)]);
    expect(groups).toEqual([
      { group: "A › B", items: [{ value: "c", label: "C" }] },
      { group: "A", items: [{ value: "d", label: "D" }] },
      { group: "", items: [{ value: "e", label: "E" }] },
    ]);
  });

  it("bear a circle", () => {
    const all = [
      { id: "a", label: "A", parent_id: "b" },
      { id: "b", label: "B", parent_id: "a" },
      { id: "c", label: "C", parent_id: "a" },
    ];
    expect(groupDispositions(all).flatMap((group) => group.items.map((leaf) => leaf.value))).toEqual(["c"]);
  });
});

describe("timeline", () => {
  const entry = (type: string, data: Record<string, unknown>) => timelineEntry({ id: 1, at: "", type, data });

  it("names who and what", () => {
    expect(entry("offer.made", { agent: { id: "u", name: "Ada" } })).toMatchObject({
      key: "offer_made",
      values: { agent: "Ada" },
    });
    expect(entry("call.ended", { by: "caller" }).key).toBe("call_ended_caller");
    expect(entry("call.muted", { muted: false }).key).toBe("call_unmuted");
    expect(entry("flow.step", { step: "menu", kind: "menu", text: "Press 1" })).toMatchObject({
      key: "flow_step_menu",
      more: "Press 1",
    });
    expect(entry("flow.step", { step: "open", kind: "branch", text: "next" }).more).toBe("");
    expect(entry("wrapup.completed", { disposition: { id: "d", label: "Order" }, note: "ok" })).toMatchObject({
      values: { disposition: "Order" },
      more: "ok",
    });
  });
});
