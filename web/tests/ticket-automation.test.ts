import { describe, expect, test } from "vitest";
import { ACTIONS, actionTroubles, bodyOf, freshAction, ruleSettings, ruleTroubles, searched, webhookTroubles, type RuleBody } from "../src/lib/tickets/automation";

const rule = (part: Partial<RuleBody> = {}): RuleBody => ({
  name: "Raise",
  description: "",
  enabled: true,
  position: 0,
  events: ["made"],
  became: [],
  clock: null,
  timer: null,
  conditions: { all: [], any: [] },
  actions: [{ do: "priority", way: "raise" }],
  ...part,
});
const keys = (troubles: Record<string, { key: string }>) => Object.fromEntries(Object.entries(troubles).map(([path, trouble]) => [path, trouble.key]));

describe("a rule", () => {
  test("answers something, and does something", () => {
    expect(ruleTroubles(rule(), [])).toEqual({});
    expect(keys(ruleTroubles(rule({ events: [], actions: [], name: " " }), []))).toEqual({ name: "nameMissing", events: "eventMissing", actions: "actionMissing" });
    expect(keys(ruleTroubles(rule(), [{ name: "raise" }]))).toEqual({ name: "nameTaken" });
  });
  test("of time needs no event, but a time and, for states, which", () => {
    expect(ruleTroubles(rule({ events: [], timer: { since: "made", hours: 0.5, states: [] } }), [])).toEqual({});
    for (const hours of [0, -1, Number.NaN, 9000]) expect(keys(ruleTroubles(rule({ timer: { since: "made", hours, states: [] } }), []))).toEqual({ "timer.hours": "hoursWrong" });
    expect(keys(ruleTroubles(rule({ timer: { since: "state", hours: 1, states: [] } }), []))).toEqual({ "timer.states": "stateMissing" });
  });
  test("is sent without what belongs to the other sort", () => {
    const became = [{ field: "state", before: null, after: "open" }];
    const timed = ruleSettings(rule({ events: ["breached"], became, clock: "resolution", timer: { since: "made", hours: 2, states: ["open"] } }));
    expect(timed).toMatchObject({ events: [], became: [], clock: null, timer: { states: [] } });
    expect(ruleSettings(rule({ events: ["noted"], became, clock: "resolution" }))).toMatchObject({ became: [], clock: null });
    expect(ruleSettings(rule({ events: ["changed", "warned"], became, clock: "resolution" }))).toMatchObject({ became, clock: "resolution" });
  });
  test("is sent without what the server writes", () => {
    expect(bodyOf({ ...rule(), id: "raise", stopped: "why" })).toEqual(rule());
  });
});

describe("an action", () => {
  test("says what is missing where it is missing", () => {
    const missing = Object.fromEntries(ACTIONS.map((kind) => [kind, keys(actionTroubles("a", [freshAction(kind)]))]));
    expect(missing).toMatchObject({ set: { "a.0.value": "valueChosenMissing" }, tags: { "a.0": "stepNothing" }, say: { "a.0.text": "textMissing" }, webhook: { "a.0.webhook": "webhookMissing" }, assign: {}, priority: {}, watch: {}, stop: {} });
    expect(keys(actionTroubles("a", [{ do: "assign", how: "user", user: null, team: null }, { do: "watch", users: [] }]))).toEqual({ "a.0.user": "personMissing", "a.1.users": "personMissing" });
  });
  test("can empty what a ticket can be without", () => {
    expect(actionTroubles("a", [{ do: "set", field: "team", value: null }, { do: "set", field: "fields.x", value: [] }])).toEqual({});
  });
});

describe("a webhook", () => {
  test("is encrypted unless it is inside the house", () => {
    const hook = { name: "CRM", url: "http://crm/x", private: false, enabled: true };
    expect(keys(webhookTroubles(hook, []))).toEqual({ url: "urlPlain" });
    expect(webhookTroubles({ ...hook, private: true }, [])).toEqual({});
    expect(keys(webhookTroubles({ ...hook, url: "ftp://crm" }, []))).toEqual({ url: "addressMissing" });
  });
});

describe("a search among names", () => {
  const rows = ["Say hello", "Hello again", "Other"].map((name) => ({ name, text: name === "Other" ? "hello there" : "" }));
  test("finds every word, beginnings first, then names, then texts", () => {
    expect(searched(rows, " hello", (row) => row.text).map((row) => row.name)).toEqual(["Hello again", "Say hello", "Other"]);
    expect(searched(rows, "hello say").map((row) => row.name)).toEqual(["Say hello"]);
    expect(searched(rows, "")).toEqual(rows);
    expect(searched(rows, "nothing")).toEqual([]);
  });
});
