import i18next, { type TFunction } from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import adminTexts from "../src/i18n/admin.en.json";
import en from "../src/i18n/en.json";
import { expressionOf, expressionTroubles, relaxed, sentence, shown, skillsIn, tidy } from "../src/lib/admin/expression";
import { fitRule } from "../src/lib/admin/queue";
import { duration, expressionWords, overflowSentence, relaxSentence, relaxSentenceIn, usedByCount, usedByLines } from "../src/lib/admin/sentences";
import type { Expression, OverflowRule, RelaxStep } from "../src/lib/admin/types";

let t: TFunction;
beforeAll(async () => {
  const own = i18next.createInstance();
  t = await own.init({ lng: "en", resources: { en: { translation: { ...en, admin: adminTexts } } }, interpolation: { escapeValue: false } });
});

const skill = (id: string, level = 1): Expression => ({ type: "skill", skill: id, level });
const not = (of: Expression): Expression => ({ type: "not", of });
const any = (...of: Expression[]): Expression => ({ type: "any", of });
const all = (...of: Expression[]): Expression => ({ type: "all", of });
const NAMES = new Map([
  ["en", "English"],
  ["sales", "Sales"],
  ["support", "Support"],
  ["trainee", "Trainee"],
]);

describe("skill expressions", () => {
  const say = (...expressions: Expression[]) => sentence(expressions, expressionWords(t, NAMES));

  it("read as a person would say them", () => {
    expect(say(skill("en", 3), any(skill("sales"), skill("support")), not(skill("trainee")))).toBe(
      "English 3+ and (Sales or Support), not Trainee",
    );
    expect(say(not(skill("trainee")), skill("en"))).toBe("English, not Trainee");
    expect(say(any(skill("sales"), all(skill("en", 2), not(skill("trainee")))))).toBe("Sales or (English 2+, not Trainee)");
    expect(say(not(any(skill("sales"), skill("support"))))).toBe("not (Sales or Support)");
    expect(say(not(all(skill("sales"), skill("support"))))).toBe("not (Sales and Support)");
    expect(say(any(skill("sales")))).toBe("Sales");
    expect(say()).toBe("");
  });

  it("say what is not filled in yet, and skills without a name by their id", () => {
    expect(say(any(), skill(""), skill("gone", 2))).toBe("… and … and gone 2+");
  });

  it("show a not as a word of the part it stands before, and come back as they were", () => {
    const parts = [skill("en", 2), not(skill("en")), any(skill("en")), not(any(skill("en"))), all(), not(all())];
    expect(parts.map((part) => shown(part).kind)).toEqual(["has", "lacks", "any", "none", "all", "notAll"]);
    expect(parts.map((part) => expressionOf(shown(part)))).toEqual(parts);
    expect(shown(not(not(skill("en")))).kind).toBe("has");
    expect(tidy(all(not(not(not(skill("en"))))))).toEqual(all(not(skill("en"))));
  });

  it("name the part that is wrong", () => {
    const expressions = [skill("en"), any(skill(""), not(skill("gone"))), not(all())];
    expect(expressionTroubles(expressions, "required_skills", (id) => NAMES.has(id))).toEqual({
      "required_skills.1.of.0": { key: "skillMissing" },
      "required_skills.1.of.1": { key: "skillGone", values: { skill: "gone" } },
      "required_skills.2": { key: "groupEmpty" },
    });
    expect(skillsIn([...expressions, skill("en")])).toEqual(["en", "gone"]);
  });
});

describe("rules in words", () => {
  const rule = (part: Partial<OverflowRule>): OverflowRule => ({
    cause: "max-wait",
    to: { kind: "leave", value: null },
    limit: 300,
    absent: [],
    ...part,
  });
  const says = (part: Partial<OverflowRule>) => overflowSentence(t, "en-GB", rule(part), new Map([["q2", "Billing"]]));
  const step = (part: Partial<RelaxStep>) =>
    relaxSentence(t, "en-GB", { after_s: 60, level_down: 0, drop: [], reach: null, ...part }, NAMES);

  it("tell when and whereto", () => {
    expect(says({})).toBe("After 5 min of waiting, it goes back to the call flow.");
    expect(says({ cause: "full", limit: 1, to: { kind: "queue", value: "q2" } })).toBe(
      "When 1 contact is already in line, it goes to the queue Billing.",
    );
    expect(says({ cause: "join-empty", limit: null, absent: ["off", "paused"], to: { kind: "voicemail", value: null } })).toBe(
      "When a contact comes and every member is off or paused, it goes to voicemail.",
    );
    expect(says({ cause: "expected-wait", limit: 90, to: { kind: "message", value: "office@example.com" } })).toBe(
      "When the expected wait is longer than 90 s, it leaves a message for office@example.com.",
    );
    expect(says({ cause: "full", limit: null, to: { kind: "number", value: null } })).toBe(
      "When … contacts are already in line, it is put through to ….",
    );
    expect(says({ to: { kind: "ticket", value: "Complaint" } })).toContain("a ticket “Complaint” is opened");
  });

  it("tell what is asked for less", () => {
    expect(step({ level_down: 1, drop: ["en", "sales"], reach: 2 })).toBe(
      "After 60 s every level asked for is 1 lower, English and Sales are not asked for any more and members up to tier 2 are reached.",
    );
    expect(step({})).toBe("After 60 s nothing changes.");
  });

  it("tell what is asked for from then on", () => {
    const required = [skill("en", 3), any(skill("sales", 2), skill("support")), not(skill("trainee", 3))];
    const steps = [
      { after_s: 60, level_down: 1, drop: [], reach: null },
      { after_s: 90, level_down: 0, drop: [], reach: 2 },
      { after_s: 120, level_down: 0, drop: ["support", "trainee"], reach: null },
      { after_s: 180, level_down: 9, drop: ["en"], reach: null },
    ];
    const says = steps.map((_, index) => relaxSentenceIn(t, "en-GB", steps, index, required, NAMES).split("From then on: ")[1]);
    expect(says).toEqual(["English 2+ and (Sales or Support), not Trainee 3+.", undefined, "English 2+.", "every member fits."]);
    expect(relaxed([all(skill("en"), skill("sales", 4))], steps.slice(3))).toEqual([all(skill("sales", 1))]);
  });

  it("write durations as people do", () => {
    expect([45, 119, 120, 5400, 3661, 0.5, Number.NaN].map((seconds) => duration(t, seconds))).toEqual([
      "45 s",
      "119 s",
      "2 min",
      "1 h 30 min",
      "1 h 1 min 1 s",
      "0.5 s",
      "…",
    ]);
  });

  it("lose what their cause and target have no use for", () => {
    expect(fitRule(rule({ cause: "leave-empty", absent: ["off"] })).limit).toBeNull();
    expect(fitRule(rule({ absent: ["off"], to: { kind: "leave", value: "x" } }))).toEqual(
      rule({ to: { kind: "leave", value: null } }),
    );
  });

  it("list who uses something, however it is counted", () => {
    expect(usedByLines(t, { queues: [{ id: "q", name: "Sales" }], agents: 7, flows: ["main"] })).toEqual([
      "Queue Sales",
      "Flow main",
      "7 agents",
    ]);
    expect(usedByLines(t, { agents: [{ id: "a", name: "Ada" }] })).toEqual(["Agent Ada"]);
    expect([usedByLines(t, undefined), usedByLines(t, 0), usedByLines(t, 1)]).toEqual([[], [], ["1 agent"]]);
    expect(usedByCount({ queues: ["a"], agents: ["b", "c"] })).toEqual({ queues: 1, agents: 2 });
  });
});
