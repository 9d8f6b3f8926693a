import { describe, expect, it } from "vitest";
import { branchesOf, branchTroubles, changesTo, FRESH } from "../src/lib/tickets/categories";
import { conditionTroubles, freshTest, operatorsOf, withOperator, type ConditionField } from "../src/lib/tickets/conditions";
import { duration, seconds } from "../src/lib/tickets/duration";
import { bodyOf, fieldTroubles, placed, policyTroubles, reach, typeTroubles, type CategoryRow, type PolicyDraft, type StateRow, type TicketSetUp, type TypeBody, type Way } from "../src/lib/tickets/setup";
import { holds, usesOf } from "../src/lib/tickets/uses";
import { cellOf, edges, joined, layout, parted, waysOf } from "../src/lib/tickets/workflow";

const way = (target: string, sources: string[], part: Partial<Way> = {}): Way => ({ target, sources, movers: [], required: [], approver: null, ...part });

describe("durations", () => {
  it.each([
    ["4 h", 14_400],
    ["4h", 14_400],
    ["30 min", 1800],
    ["1 h 30 min", 5400],
    ["1h30m", 5400],
    ["2 d", 172_800],
    ["1.5 h", 5400],
    ["1,5 h", 5400],
    ["1:30", 5400],
    ["4", 14_400],
    ["2 days 4 hours", 187_200],
    ["45 s", 45],
  ])("%s is %d seconds", (text, wanted) => expect(seconds(text)).toBe(wanted));
  it.each(["", "soon", "0 h", "-1 h", "4 x", "h", "400 d", "1 h and", "1:75"])("%j is none", (text) => expect(seconds(text)).toBeNull());
  it("reads what it writes", () => {
    for (const value of [1, 59, 60, 3600, 5400, 86_400, 90_061, 172_800, 604_800, 31_622_400]) expect(seconds(duration(value))).toBe(value);
    expect(duration(86_400)).toBe("24 h");
    expect(duration(604_800)).toBe("7 d");
    expect(duration(null)).toBe("");
  });
});

describe("order", () => {
  const rows = (...positions: number[]) => positions.map((position, index) => ({ id: String(index), position }));
  it("changes nothing that stands well", () => expect(placed(rows(0, 5, 9))).toEqual([]));
  it("moves one to the end", () => expect(placed(rows(1, 2, 3, 0))).toEqual([{ id: "3", position: 4 }]));
  it("moves one into a gap", () => expect(placed(rows(10, 1000, 30))).toEqual([{ id: "2", position: 1001 }]));
  it("always ends in order", () => {
    for (const positions of [[3, 0, 1, 2], [0, 0, 0], [5, 4, 3, 2, 1], [2, 0, 2, 1], [7]]) {
      const found = rows(...positions);
      const moves = new Map(placed(found).map((move) => [move.id, move.position]));
      const after = found.map((row) => moves.get(row.id) ?? row.position);
      after.forEach((position, index) => expect(position).toBeGreaterThan(index === 0 ? -1 : (after[index - 1] ?? Infinity)));
    }
  });
});

describe("workflow", () => {
  const ids = ["a", "b", "c"];
  it("adds to the plain way and leaves others alone", () => {
    const ways = [way("b", ["a"]), way("b", ["c"], { movers: ["customer"] })];
    expect(joined(ways, "c", "b")).toEqual([way("b", ["a", "c"]), way("b", ["c"], { movers: ["customer"] })]);
    expect(joined([], "a", "b")).toEqual([way("b", ["a"])]);
  });
  it("takes a way out of one from everywhere", () => expect(parted([way("c", [])], "a", "c", ids)).toEqual([way("c", ["b"])]));
  it("drops a way that leads from nowhere", () => expect(parted([way("b", ["a"])], "a", "b", ids)).toEqual([]));
  it("has no way after parting and one after joining", () => {
    const ways = [way("b", ["a"]), way("b", []), way("c", ["a", "b"], { approver: "supervisor" })];
    for (const from of ids)
      for (const to of ids.filter((id) => id !== from)) {
        expect(waysOf(parted(ways, from, to, ids), from, to)).toEqual([]);
        expect(waysOf(joined(parted(ways, from, to, ids), from, to), from, to)).toHaveLength(1);
      }
  });
  it("says who may and what is asked", () => {
    const cell = cellOf([way("b", ["a"], { movers: ["customer"] }), way("b", ["a"], { movers: ["supervisor"], required: ["category"] })], "a", "b");
    expect(cell).toMatchObject({ ways: [0, 1], staff: true, customer: true, limited: true, required: true, approved: false });
  });
  it("draws every state once, the first at the beginning", () => {
    const ways = [way("b", ["a"]), way("c", ["b"])];
    expect(layout("a", ids, ways)).toEqual([
      { id: "a", column: 0, row: 0 },
      { id: "b", column: 1, row: 0 },
      { id: "c", column: 2, row: 0 },
    ]);
    expect(edges(ids, ways)).toEqual([
      { from: "a", to: "b" },
      { from: "b", to: "c" },
    ]);
    expect(layout("a", ids, []).map((each) => each.column)).toEqual([0, 1, 1]);
  });
  it("knows what can be reached", () => expect([...reach("a", [way("b", ["a"]), way("d", ["c"]), way("e", [])])].sort()).toEqual(["a", "b", "e"]));
});

const states: StateRow[] = [
  { id: "open", name: "Open", customer_name: "Received", state_class: "open", position: 0, retired: false },
  { id: "done", name: "Done", customer_name: "Done", state_class: "resolved", position: 1, retired: false },
];
const type: TypeBody = {
  name: "Question",
  description: "",
  initial_state: "open",
  priority: "medium",
  queue_id: null,
  team_id: null,
  transitions: [way("done", ["open"])],
  form: [],
  close_after_days: 7,
  for_customers: true,
  customer_mails: true,
  push: false,
  skills: [],
  position: 0,
  retired: false,
};

describe("troubles", () => {
  it("finds none in a type that works", () => expect(typeTroubles(type, [], states)).toEqual({}));
  it("wants an end, a beginning that is none, and days", () => {
    expect(typeTroubles({ ...type, transitions: [] }, [], states).transitions?.key).toBe("endMissing");
    expect(typeTroubles({ ...type, initial_state: "done" }, [], states).initial_state?.key).toBe("stateDone");
    expect(typeTroubles({ ...type, close_after_days: 0 }, [], states).close_after_days?.key).toBe("between");
    expect(typeTroubles({ ...type, name: " question " }, [type], states).name?.key).toBe("nameTaken");
    expect(typeTroubles({ ...type, transitions: [...type.transitions, way("", [])] }, [], states)["transitions.1.target"]?.key).toBe("stateMissing");
  });
  it("wants choices where there are some", () => {
    const field = { name: "Size", help: "", type: "choices" as const, choices: [], position: 0, retired: false };
    expect(fieldTroubles(field, []).choices?.key).toBe("choicesMissing");
    expect(Object.keys(fieldTroubles({ ...field, choices: ["S", "", "S"] }, []))).toEqual(["choices.1", "choices.2"]);
  });
  it("wants a promise that can be read and steps that do something", () => {
    const none = { first_response: "", next_response: "", resolution: "" };
    const step = { clock: "resolution" as const, percent: 0, notify: [], assign_user: null, assign_team: null, raise_priority: false };
    const draft: PolicyDraft = {
      name: "Gold",
      position: 0,
      retired: false,
      conditions: { all: [{ field: "subject", op: "contains", value: "" }], any: [] },
      targets: { low: none, medium: none, high: none, urgent: none },
      pauses: [],
      chain: [step],
      calendar_id: null,
    };
    expect(Object.keys(policyTroubles(draft, [])).sort()).toEqual(["chain.0", "chain.0.percent", "conditions.all.0.value", "targets"]);
    const targets = { ...draft.targets, low: { ...none, resolution: "soon" } };
    expect(policyTroubles({ ...draft, targets }, [])["targets.low.resolution"]?.key).toBe("durationWrong");
  });
});

describe("conditions", () => {
  const field: ConditionField = { field: "priority", label: "Priority", kind: "choice", ordered: true, options: [{ value: "low", label: "Low" }] };
  it("offers an order only where there is one", () => {
    expect(operatorsOf(field)).toContain("at_least");
    expect(operatorsOf({ ...field, ordered: false })).not.toContain("at_least");
  });
  it("keeps what a test was about when the operator changes", () => {
    const test = { field: "priority", op: "is" as const, value: "low" };
    const listed = withOperator(test, "in", field);
    expect(listed.value).toEqual(["low"]);
    expect(withOperator(listed, "is_not", field).value).toBe("low");
    expect(withOperator(listed, "empty", field).value).toBeNull();
  });
  it("asks for what is not filled in", () => {
    const fresh = freshTest(field);
    expect(Object.keys(conditionTroubles("conditions", { all: [fresh], any: [{ ...fresh, op: "filled" }] }))).toEqual(["conditions.all.0.value"]);
    expect(conditionTroubles("conditions", { all: [{ ...fresh, value: false }], any: [] })).toEqual({});
  });
});

describe("categories", () => {
  const row = (id: string, parent_id: string | null, position: number, path = [id]): CategoryRow => ({ id, name: id.toUpperCase(), parent_id, position, retired: false, skills: [], path });
  const rows = [row("b", null, 1), row("a", null, 0), row("c", "a", 0, ["a", "c"])];
  it("reads as it stands", () => expect(branchesOf(rows).map((each) => each.id)).toEqual(["a", "c", "b"]));
  it("changes nothing that is as it was", () => expect(changesTo(rows, branchesOf(rows))).toEqual([]));
  it("makes from the root down and removes from below", () => {
    const branches = [
      { id: `${FRESH}1`, name: " New ", parent_id: null, retired: false, skills: [] },
      { id: `${FRESH}2`, name: "Below", parent_id: `${FRESH}1`, retired: false, skills: [] },
      { id: "b", name: "B", parent_id: null, retired: true, skills: [] },
    ];
    const changes = changesTo(rows, branches);
    expect(changes.map((change) => `${change.how} ${change.id}`)).toEqual([`make ${FRESH}1`, `make ${FRESH}2`, "put b", "remove c", "remove a"]);
    expect(changes[0]).toMatchObject({ body: { name: "New", position: 0 } });
  });
  it("keeps the skills asked for where it moves, and saves others", () => {
    const asking = rows.map((each) => (each.id === "c" ? { ...each, skills: [{ skill: "dutch", level: 3 }] } : each));
    expect(branchesOf(asking).map((each) => each.skills.length)).toEqual([0, 1, 0]);
    expect(changesTo(asking, branchesOf(asking))).toEqual([]);
    expect(changesTo(asking, branchesOf(rows))).toMatchObject([{ how: "put", id: "c", body: { skills: [] } }]);
  });
  it("wants names that differ beside each other", () => {
    const twice = [...branchesOf(rows), { id: "x", name: "b ", parent_id: null, retired: false, skills: [] }, { id: "y", name: " ", parent_id: "a", retired: false, skills: [] }];
    expect(branchTroubles(twice)).toEqual({ "items.3.name": { key: "nameTaken" }, "items.4.name": { key: "nameMissing" } });
  });
});

describe("uses", () => {
  const all: TicketSetUp = {
    types: [{ ...type, id: "question", form: [{ field: "size", required: false, customer: "shown" }], transitions: [way("done", ["open"], { required: ["colour"] })] }],
    states,
    categories: [],
    fields: [],
    policies: [
      { id: "gold", version: 2, name: "Gold", position: 0, retired: false, conditions: { all: [{ field: "type", op: "in", value: ["question"] }], any: [{ field: "fields.size", op: "filled" }] }, targets: {}, pauses: ["open"], chain: [], calendar_id: null },
    ],
  };
  it("names who names it", () => {
    expect(usesOf(all, "states", "open").map((each) => each.how)).toEqual(["initial", "way", "pause"]);
    expect(usesOf(all, "fields", "size").map((each) => each.how)).toEqual(["form", "condition"]);
    expect(usesOf(all, "fields", "colour").map((each) => each.how)).toEqual(["required"]);
    expect(usesOf(all, "types", "question").map((each) => [each.how, holds(each)])).toEqual([["condition", false]]);
    expect(usesOf(all, "types", "other")).toEqual([]);
  });
  it("sends no more than a form takes", () => expect(Object.keys(bodyOf(all.policies[0] ?? {})).sort()).not.toContain("version"));
});
