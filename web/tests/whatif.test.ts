import { describe, expect, it } from "vitest";
import { newQueue } from "../src/lib/admin/queue";
import type { AgentRouting, QueueSettings } from "../src/lib/admin/types";
import {
  askBody,
  changedRules,
  changesOf,
  countChanges,
  freshQuestion,
  lengthOf,
  newAgent,
  newAgentsId,
  pathOf,
  questionTroubles,
  ratesOf,
  readQuestion,
  type SetUp,
} from "../src/lib/whatif/ask";
import { agentPairs, clockOf, course, difference, half, metric, opening, partOf, sides, stepped } from "../src/lib/whatif/compare";
import { askedFor, draft, keepAsked, keepDraft, type Shelf } from "../src/lib/whatif/memory";
import type { Figures, Interval, Outcome, Question } from "../src/lib/whatif/types";

const member = (id: string) => ({ agent_id: id, name: id, tier: 1, position: 0, weight: 1 });
const queue = (id: string, part: Partial<QueueSettings> = {}): QueueSettings => ({ ...newQueue(), id, name: id, members: [member("ada"), member("Ben 2")], ...part });
const agent = (id: string, part: Partial<AgentRouting> = {}): AgentRouting => ({
  agent_id: id,
  name: id,
  skills: [{ skill_id: "english", level: 3 }],
  queues: [{ queue_id: "sales", tier: 1, position: 0, weight: 1 }],
  profile_id: null,
  misses_before_not_responding: 1,
  device: "browser",
  ...part,
});
const setUp: SetUp = {
  queues: [queue("sales", { calendar_id: "berlin", service_level_goal: 0.9 }), queue("support")],
  agents: [agent("ada"), agent("Ben 2", { profile_id: "writer" }), agent("idle", { queues: [] })],
  skills: [{ id: "english", name: "English", used_by: {} }],
  profiles: [{ id: "writer", name: "Writer", units: 2, channels: { voice: { max: 1, units: 2, blocks: [], interrupted_by: [] } }, used_by: 1 }],
};
const asked = (part: Partial<Question> = {}): Question => ({ ...freshQuestion("2026-11-20"), ...part });
const made = (part: Partial<Question["made"]> = {}): Question => asked({ kind: "generated", made: { ...asked().made, ...part } });
const factors = (part: Partial<Question["factors"]>): Question["factors"] => ({ ...asked().factors, ...part });

describe("a question", () => {
  it("about a day as it was asks for nothing else", () => {
    expect(askBody(asked(), setUp, "20 Nov again")).toEqual({ base: { kind: "day", date: "2026-11-20" }, changes: null, runs: 1 });
  });

  it("carries every change in the server's words, and no other", () => {
    const question = asked({
      name: " More ",
      staff: { sales: 2, support: -1, gone: 4 },
      skills: { "Ben 2": { english: 5 }, gone: {} },
      rules: { sales: { strategy: "ring-all" }, support: {} },
      order: "c-mu",
      factors: factors({ arrivals: { all: 120, sales: 100 }, handling: { support: 90 } }),
    });
    expect(askBody(question, setUp, "unused").changes).toEqual({
      changes: "More",
      agents: {
        add: [{ count: 2, queues: ["sales"], id: "new-sales" }],
        remove: [{ queue: "support", count: 1 }],
        set: { "Ben 2": { skills: { english: 5 } } },
      },
      queues: { sales: { strategy: "ring-all" } },
      order: "c-mu",
      arrivals: { all: 1.2 },
      handling: { support: 0.9 },
    });
    expect(countChanges(question, setUp)).toBe(8);
  });

  it("about a made-up day describes queues and agents as they are set up", () => {
    const { base } = askBody(made({ shape: "even", loads: { support: { per_hour: 0, handling_s: 200, patience_s: null, agents: 1 } } }), setUp, "Made up");
    const queues = base.queues as Record<string, Record<string, unknown>>;
    expect(base).toMatchObject({ kind: "generated", scenario: "Made up", from: "08:00", to: "18:00", seed: 1 });
    expect(queues.sales).toMatchObject({ strategy: "longest-idle", handling: 180, patience: 180, arrivals: [{ per_hour: [20], interval: 1800 }] });
    for (const own of ["id", "name", "position", "service_level_goal", "calendar_id", "members"]) expect(queues.sales).not.toHaveProperty(own);
    expect(queues.support).not.toHaveProperty("arrivals");
    expect(queues.support).not.toHaveProperty("patience");
    expect(base.agents).toEqual([
      { id: "ada", queues: { sales: { tier: 1, position: 0, weight: 1 } }, skills: { english: 3 }, misses_before_not_responding: 1 },
      {
        id: "agent-2",
        queues: { sales: { tier: 1, position: 0, weight: 1 } },
        skills: { english: 3 },
        misses_before_not_responding: 1,
        capacity: { units: 2, channels: { voice: { max: 1, units: 2, blocks: [], interrupted_by: [] } } },
      },
    ]);
  });

  it("names agents of a made-up day by the ids they have there", () => {
    const question = { ...made(), skills: { "Ben 2": {} } };
    expect(changesOf(question, setUp)).toEqual({ agents: { set: { "agent-2": { skills: {} } } } });
    expect(changesOf({ ...made({ staff: "counted" }), skills: { ada: {} } }, setUp)).toBeNull();
  });

  it("counts agents by queue when asked to", () => {
    const { base } = askBody(made({ staff: "counted", loads: { support: { per_hour: 5, handling_s: 60, patience_s: 30, agents: 0 } } }), setUp, "");
    expect(base.agents).toEqual([{ id: "sales-team", count: 2, queues: ["sales"] }]);
  });

  it("keeps of rules only what differs", () => {
    const before = queue("sales");
    expect(changedRules(before, { strategy: "longest-idle", wrap_up_s: 5, overflow: [] })).toEqual({ wrap_up_s: 5 });
  });
});

describe("arrivals over the day", () => {
  it("have the wanted mean, whatever their shape", () => {
    const rates = ratesOf(20, 36_000, "peaks");
    expect(rates).toHaveLength(20);
    expect(rates.reduce((sum, rate) => sum + rate, 0) / rates.length).toBeCloseTo(20, 2);
    expect(Math.max(...rates)).toBeGreaterThan(25);
    expect(ratesOf(20, 36_000, "even")).toEqual([20]);
    expect(ratesOf(20, 3600, "peaks")).toEqual([20]);
  });

  it("may run past midnight, or around the clock", () => {
    expect(lengthOf({ from: "22:00", to: "06:00" })).toBe(8 * 3600);
    expect(lengthOf({ from: "08:00", to: "08:00" })).toBe(86_400);
  });
});

describe("what cannot be asked", () => {
  it("is said at its field", () => {
    const question = asked({
      date: "",
      runs: 31,
      staff: { sales: -3, support: 0.5 },
      rules: { sales: { ring_timeout_s: 0, overflow: [{ cause: "max-wait", to: { kind: "queue", value: "sales" }, limit: 5, absent: [] }] } },
      factors: factors({ patience: { all: 0 }, arrivals: { sales: Number.NaN } }),
    });
    expect(questionTroubles(question, setUp)).toEqual({
      date: { key: "dateMissing" },
      runs: { key: "between", values: { least: 1, most: 30 } },
      "staff.sales": { key: "atLeast", values: { least: -2 } },
      "staff.support": { key: "whole" },
      "rules.sales.ring_timeout_s": { key: "above", values: { above: 0 } },
      "rules.sales.overflow.0.to": { key: "targetSelf" },
      "factors.patience.all": { key: "between", values: { least: 1, most: 2000 } },
      "factors.arrivals.sales": { key: "between", values: { least: 1, most: 2000 } },
    });
  });

  it("does not blame the question for what is set up", () => {
    const broken = { ...setUp, queues: [queue("sales", { ring_timeout_s: 0 }), queue("support")] };
    expect(questionTroubles(asked({ rules: { sales: { wrap_up_s: 5 } } }), broken)).toEqual({});
  });

  it("has loads only when the day is made up", () => {
    const loads = { sales: { per_hour: -1, handling_s: 0, patience_s: null, agents: 1.5 } };
    expect(questionTroubles(made({ loads, staff: "counted", from: "" }), setUp)).toEqual({
      "made.from": { key: "timeMissing" },
      "made.loads.sales.per_hour": { key: "atLeast", values: { least: 0 } },
      "made.loads.sales.handling_s": { key: "above", values: { above: 0 } },
      "made.loads.sales.agents": { key: "whole" },
    });
    expect(questionTroubles(asked({ made: { ...asked().made, loads } }), setUp)).toEqual({});
  });

  it("is found again from the server's words", () => {
    const body = askBody(asked({ staff: { sales: 2, support: -1 }, rules: { sales: { wrap_up_s: 1 } } }), setUp, "x");
    const fields = {
      "agents.remove.0.count": "staff.support",
      "changes.agents.add.0.count": "staff.sales",
      "agents.set.ada.skills": "skills.ada",
      "queues.sales.overflow.0.to": "rules.sales.overflow.0.to",
      "base.generated.queues.support.handling.mean": "made.loads.support.handling_s",
      "queues.support.arrivals": "made.loads.support.per_hour",
      "base.generated.from": "made.from",
      "base.day.date": "date",
      "changes.arrivals.all": "factors.arrivals.all",
      "changes.changes": "name",
      runs: "runs",
    };
    for (const [field, path] of Object.entries(fields)) expect([field, pathOf(field, body)]).toEqual([field, path]);
  });
});

describe("agents who are added", () => {
  it("can be told by their id again", () => {
    expect(newAgentsId("sales")).toBe("new-sales");
    expect([newAgentsId("Sales & Co"), newAgentsId("x".repeat(64))]).toEqual([null, null]);
    expect(newAgent("new-sales", ["sales"])).toEqual({ queue: "sales", number: 1 });
    expect(newAgent("new-sales-12", ["support", "sales"])).toEqual({ queue: "sales", number: 12 });
    expect([newAgent("ada", ["sales"]), newAgent("new-sales-x", ["sales"])]).toEqual([null, null]);
  });
});

const figures = (level: number | null): Figures => ({
  offered: 10,
  answered: 9,
  abandoned: 1,
  overflowed: 0,
  left: 0,
  unresolved: 0,
  missed: 0,
  service_levels: { of_offered: level, of_answered: level, abandons_ignored: level, abandons_credited: level },
  average_speed_of_answer_s: 12,
  abandonment: 0.1,
  waited: 0.5,
  percentiles: { "90": 40 },
  max_wait_s: 90,
  talk_s: 100,
  wait_cost: 1,
});
const interval = (at: number, offered: number): Interval => ({ at, offered, answered: offered, abandoned: 0, service_level: offered ? 1 : null, waiting: 0, ready: 1 });
const outcome = (level: number | null, agents: string[]): Outcome => ({
  title: "x",
  runs: 2,
  report: {
    start: 0,
    duration_s: 3600,
    warm_up_s: 0,
    occupancy: 0.8,
    total: figures(level),
    intervals: [interval(0, 4), interval(900, 0)],
    queues: [{ queue_id: "sales", figures: figures(level), intervals: [] }],
    agents: agents.map((agent_id, index) => ({ agent_id, handled: index, handling_s: 1, staffed_s: 2, occupancy: 0.5 })),
  },
  spreads: { total: { service_level: { mean: 0.8, low: 0.7, high: 0.9, runs: 2 } }, sales: { abandonment: { mean: 0.1, low: null, high: null, runs: 1 } } },
});

describe("side by side", () => {
  const level = metric("of_offered");

  it("knows which way is better", () => {
    expect(difference(level, 0.8, 0.7)).toMatchObject({ verdict: "better" });
    expect(difference(metric("asa"), 30, 20)).toEqual({ by: 10, verdict: "worse" });
    expect(difference(metric("occupancy"), 0.7, 0.8)).toMatchObject({ verdict: "less" });
    expect(difference(level, 0.8, 0.80004)).toEqual({ by: 0, verdict: "same" });
    expect([difference(level, null, 0.5), difference(level, 0.5, null), difference(level, 0.5, undefined)]).toEqual([null, null, null]);
  });

  it("shows all queues or one, with how sure it is", () => {
    const whole = partOf(outcome(0.8, []), null);
    const sales = partOf(outcome(0.8, []), "sales");
    expect(partOf(outcome(0.8, []), "gone")).toBeNull();
    expect([whole?.occupancy, sales?.occupancy]).toEqual([0.8, null]);
    expect(whole && half(whole, level)).toBeCloseTo(0.1);
    expect([sales && half(sales, metric("abandonment")), sales && half(sales, level)]).toEqual([null, null]);
  });

  it("is compared with the day unchanged before the day as it was", () => {
    const one = outcome(0.8, []);
    expect(sides({ original: one, recorded: one })).toEqual(["original", "recorded"]);
    expect(sides({ original: null, recorded: null })).toEqual([]);
  });

  it("goes by the time of day, though the runs begin at other hours", () => {
    const intervals = [interval(0, 4), interval(900, 0)];
    expect(course("offered", { intervals, opens: 28_800 }, { intervals, opens: 29_700 })).toEqual({
      at: [28_800, 29_700, 30_600],
      now: [4, 0, null],
      before: [null, 4, 0],
    });
    expect(course("service_level", { intervals, opens: 0 }, null).now).toEqual([1, null]);
    expect([opening(["08:15", "08:30"]), opening([]), clockOf(88_200), clockOf(29_700)]).toEqual([29_700, 0, "00:30", "08:15"]);
  });

  it("draws each interval at its own height, also one alone, and nothing over a gap", () => {
    expect(stepped({ at: [0, 900, 3600], now: [1, null, 0.5], before: [2, 4, null] })).toEqual([
      [0, 900, 900, 1800, 1800, 3600, 4500],
      [2, 2, 4, 4, null, null, null],
      [1, 1, null, null, null, 0.5, 0.5],
    ]);
  });

  it("pairs agents, and those who are only on one side", () => {
    expect(agentPairs(outcome(1, ["ada", "new"]), outcome(1, ["gone", "ada"])).map(({ id, handled, handledBefore, only }) => [id, handled, handledBefore, only])).toEqual([
      ["ada", 0, 1, null],
      ["new", 1, null, "now"],
      ["gone", null, 0, "before"],
    ]);
    expect(agentPairs(outcome(1, ["ada"]), null)[0]?.only).toBeNull();
  });
});

describe("what was asked before", () => {
  function shelf(): Shelf & { held: Map<string, string> } {
    const held = new Map<string, string>();
    return { held, getItem: (key) => held.get(key) ?? null, setItem: (key, value) => void held.set(key, value) };
  }

  it("is kept, the newest forty", () => {
    const store = shelf();
    for (let number = 0; number < 45; number++) keepAsked(store, String(number), asked({ runs: number + 1 }));
    keepAsked(store, "44", asked({ runs: 7 }));
    expect(askedFor(store, "44", "x")?.runs).toBe(7);
    expect([askedFor(store, "5", "x")?.runs, askedFor(store, "4", "x")]).toEqual([6, null]);
  });

  it("is read in the form of an older page, and not at all when it is nonsense", () => {
    const store = shelf();
    keepDraft(store, asked({ name: "kept" }));
    expect(draft(store, "x")?.name).toBe("kept");
    expect(readQuestion({ kind: "day", name: "old" }, "2026-01-01")).toEqual({ ...freshQuestion("2026-01-01"), name: "old" });
    for (const value of [null, 4, {}, { kind: "x" }]) expect(readQuestion(value, "x")).toBeNull();
    store.held.set("cc-whatif-draft", "{");
    store.held.set("cc-whatif-asked", '{"a": 1}');
    expect([draft(store, "x"), askedFor(store, "a", "x")]).toEqual([null, null]);
  });

  it("costs nothing where the browser keeps nothing", () => {
    const closed: Shelf = {
      getItem: () => null,
      setItem: () => {
        throw new Error("full");
      },
    };
    expect(() => keepDraft(closed, asked())).not.toThrow();
  });
});
