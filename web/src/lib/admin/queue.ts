/** What is wrong with a queue's settings before the server is asked, and what a new one begins with. */
import { expressionTroubles, skillsIn } from "./expression";
import { isTaken } from "./hours";
import type { Cause, OverflowRule, QueueSettings, RelaxStep, TargetKind, Trouble, Troubles } from "./types";

export function newQueue(): QueueSettings {
  return {
    id: "",
    name: "",
    position: 0,
    service_level_goal: 0.8,
    strategy: "longest-idle",
    required_skills: [],
    preferred_skills: [],
    relax: [],
    tier_delay_s: null,
    ring_timeout_s: 20,
    ring_next_s: 10,
    wrap_up_s: 60,
    wrap_up_forced: true,
    refusal_lapse_s: 30,
    fair_window_s: 3600,
    overflow: [],
    service_level_target_s: 20,
    weight: 0,
    ageing_s: null,
    cost: 1,
    target_wait_s: null,
    keeps_clock: true,
    calendar_id: null,
    members: [],
  };
}

/** Causes whose rule counts something; the others look at who is there. */
export function limitUnit(cause: Cause): "seconds" | "contacts" | null {
  if (cause === "full") return "contacts";
  return cause === "expected-wait" || cause === "max-wait" ? "seconds" : null;
}

/** Kinds of target that need a value, and those that can have one. */
export function valueOf(kind: TargetKind): "needed" | "possible" | "none" {
  if (kind === "queue" || kind === "number" || kind === "message") return "needed";
  return kind === "leave" ? "none" : "possible";
}

/** Kinds whose value is the queue whose agents get what the caller left; without one it is the queue itself. */
export function isLeftFor(kind: TargetKind): boolean {
  return kind === "voicemail" || kind === "callback";
}

export const RECEIVERS = ["team", "agent", "mail"] as const;

/** A message goes to `team:ID`, `agent:ID` or a mail address. */
export function receiverKind(value: string): (typeof RECEIVERS)[number] {
  return RECEIVERS.find((kind) => kind !== "mail" && value.startsWith(`${kind}:`)) ?? "mail";
}

/** The rule with what its cause and target have no use for taken away. */
export function fitRule(rule: OverflowRule): OverflowRule {
  const counts = limitUnit(rule.cause) !== null;
  return {
    cause: rule.cause,
    to: { kind: rule.to.kind, value: valueOf(rule.to.kind) === "none" ? null : rule.to.value },
    limit: counts ? rule.limit : null,
    absent: counts ? [] : rule.absent,
  };
}

/** As the engine has it (acd/widening.py). */
export const MAX_TIER = 100;

interface Known {
  skills: readonly string[];
  queues: readonly string[];
  /** Names of the other queues. */
  names: readonly string[];
}

type NumberRule = { at: keyof QueueSettings; least?: number; above?: number; most?: number; whole?: boolean };

const NUMBERS: readonly NumberRule[] = [
  { at: "ring_timeout_s", above: 0 },
  { at: "ring_next_s", above: 0 },
  { at: "wrap_up_s", least: 0 },
  { at: "refusal_lapse_s", above: 0 },
  { at: "fair_window_s", above: 0 },
  { at: "tier_delay_s", above: 0 },
  { at: "service_level_target_s", least: 0 },
  { at: "ageing_s", above: 0 },
  { at: "cost", above: 0 },
  { at: "target_wait_s", above: 0 },
  { at: "weight", whole: true },
  { at: "position", whole: true, least: 0 },
  { at: "service_level_goal", above: 0, most: 1 },
];

export function numberTrouble(value: number, rule: Omit<NumberRule, "at">): Trouble | null {
  if (!Number.isFinite(value)) return { key: "number" };
  if (rule.whole && !Number.isInteger(value)) return { key: "whole" };
  if (rule.least !== undefined && value < rule.least) return { key: "atLeast", values: { least: rule.least } };
  if (rule.above !== undefined && value <= rule.above) return { key: "above", values: { above: rule.above } };
  if (rule.most !== undefined && value > rule.most) return { key: "between", values: { least: rule.least ?? 0, most: rule.most } };
  return null;
}

function numberTroubles(queue: QueueSettings): Troubles {
  const troubles: Troubles = {};
  for (const rule of NUMBERS) {
    const value = queue[rule.at];
    const trouble = typeof value === "number" ? numberTrouble(value, rule) : null;
    if (trouble) troubles[rule.at] = trouble;
  }
  if (!(queue.service_level_goal > 0 && queue.service_level_goal <= 1))
    troubles.service_level_goal = { key: "between", values: { least: 1, most: 100 } };
  return troubles;
}

export function relaxTroubles(queue: QueueSettings): Troubles {
  const troubles: Troubles = {};
  const asked = skillsIn(queue.required_skills);
  queue.relax.forEach((step, index) => {
    const at = `relax.${index}`;
    const before = queue.relax[index - 1];
    if (!(step.after_s > 0)) troubles[`${at}.after_s`] = { key: "above", values: { above: 0 } };
    else if (before && step.after_s <= before.after_s)
      troubles[`${at}.after_s`] = { key: "stepOrder", values: { seconds: before.after_s } };
    if (!Number.isInteger(step.level_down) || step.level_down < 0 || step.level_down > 4)
      troubles[`${at}.level_down`] = { key: "between", values: { least: 0, most: 4 } };
    if (step.reach !== null && !(Number.isInteger(step.reach) && step.reach >= 1 && step.reach <= MAX_TIER))
      troubles[`${at}.reach`] = { key: "between", values: { least: 1, most: MAX_TIER } };
    if (isEmptyStep(step)) troubles[at] = { key: "stepEmpty" };
    const gone = asked.length > 0 ? step.drop.find((skill) => !asked.includes(skill)) : undefined;
    if (gone) troubles[`${at}.drop`] = { key: "stepPast", values: { skill: gone } };
  });
  return troubles;
}

export function isEmptyStep(step: RelaxStep): boolean {
  return step.level_down === 0 && step.drop.length === 0 && step.reach === null;
}

export function overflowTroubles(queue: QueueSettings, queues: readonly string[]): Troubles {
  const troubles: Troubles = {};
  queue.overflow.forEach((rule, index) => {
    const at = `overflow.${index}`;
    if (limitUnit(rule.cause) !== null) {
      if (rule.limit === null) troubles[`${at}.limit`] = { key: "limitMissing" };
      else if (!(rule.limit >= 0)) troubles[`${at}.limit`] = { key: "atLeast", values: { least: 0 } };
      else if (rule.cause !== "full" && rule.limit === 0) troubles[`${at}.limit`] = { key: "above", values: { above: 0 } };
      else if (rule.cause === "full" && !Number.isInteger(rule.limit)) troubles[`${at}.limit`] = { key: "whole" };
    } else if (rule.absent.length === 0) troubles[`${at}.absent`] = { key: "absentMissing" };
    const trouble = targetTrouble(rule, queue.id, queues);
    if (trouble) troubles[`${at}.to`] = trouble;
  });
  return troubles;
}

function isReceiver(value: string): boolean {
  const kind = receiverKind(value);
  return kind === "mail" ? /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value) : value.length > kind.length + 1;
}

function targetTrouble(rule: OverflowRule, own: string, queues: readonly string[]): Trouble | null {
  const value = rule.to.value?.trim() ?? "";
  if (!value) return valueOf(rule.to.kind) === "needed" ? { key: "targetMissing" } : null;
  if (rule.to.kind === "message") return isReceiver(value) ? null : { key: "receiverMissing" };
  if (rule.to.kind !== "queue" && !isLeftFor(rule.to.kind)) return null;
  if (rule.to.kind === "queue" && value === own) return { key: "targetSelf" };
  return queues.includes(value) ? null : { key: "queueGone" };
}

function memberTroubles(queue: QueueSettings): Troubles {
  const troubles: Troubles = {};
  queue.members.forEach((member, index) => {
    const at = `members.${index}`;
    const tier = numberTrouble(member.tier, { least: 1, most: MAX_TIER, whole: true });
    const position = numberTrouble(member.position, { whole: true, least: 0 });
    const weight = numberTrouble(member.weight, { above: 0 });
    if (tier) troubles[`${at}.tier`] = tier;
    if (position) troubles[`${at}.position`] = position;
    if (weight) troubles[`${at}.weight`] = weight;
  });
  return troubles;
}

export function queueTroubles(queue: QueueSettings, known: Known): Troubles {
  const isSkill = (skill: string) => known.skills.includes(skill);
  const troubles: Troubles = {
    ...numberTroubles(queue),
    ...expressionTroubles(queue.required_skills, "required_skills", isSkill),
    ...expressionTroubles(queue.preferred_skills, "preferred_skills", isSkill),
    ...relaxTroubles(queue),
    ...overflowTroubles(queue, known.queues),
    ...memberTroubles(queue),
  };
  if (!queue.name.trim()) troubles.name = { key: "nameMissing" };
  else if (isTaken(queue.name, known.names)) troubles.name = { key: "nameTaken" };
  return troubles;
}
