/** From what a planner has set to what the server is asked, and back from its refusals to the fields. */
import { same } from "../admin/draft";
import { numberTrouble, queueTroubles } from "../admin/queue";
import type { AgentRouting, QueueSettings, RoutingProfile, Skill, Troubles } from "../admin/types";
import type { Named } from "../contract";
import { FACTORS, type Factor, type Load, type Made, type Question, type Rules } from "./types";

/** The set-up of today, on which days are run. */
export interface SetUp {
  queues: readonly QueueSettings[];
  agents: readonly AgentRouting[];
  skills: readonly Skill[];
  profiles: readonly RoutingProfile[];
}

export const MAX_RUNS = 30;
const SLOT_S = 1800;
const UNCHANGED = 100;
const NEW_ID = /^[a-z0-9][a-z0-9_.-]*$/;
const ID_LENGTH = 64;

export function freshQuestion(date: string): Question {
  return {
    kind: "day",
    date,
    made: { from: "08:00", to: "18:00", shape: "peaks", staff: "set-up", loads: {}, seed: 1 },
    name: "",
    runs: 1,
    staff: {},
    skills: {},
    rules: {},
    order: null,
    factors: { arrivals: {}, handling: {}, wrap_up: {}, patience: {} },
  };
}

export function freshLoad(members: number): Load {
  return { per_hour: 20, handling_s: 180, patience_s: 180, agents: Math.max(members, 1) };
}

export function loadOf(question: Question, queue: QueueSettings): Load {
  return question.made.loads[queue.id] ?? freshLoad(queue.members.length);
}

const ONLY_PEOPLE = ["id", "name", "position", "service_level_goal", "calendar_id", "members"];

export function rulesOf(queue: QueueSettings): Rules {
  return Object.fromEntries(Object.entries(queue).filter(([key]) => !ONLY_PEOPLE.includes(key))) as unknown as Rules;
}

/** What is kept of a queue's changed rules: only what differs from how it is set up. */
export function changedRules(queue: QueueSettings, rules: Partial<Rules>): Partial<Rules> {
  const known = queue as unknown as Record<string, unknown>;
  return Object.fromEntries(Object.entries(rules).filter(([key, value]) => !same(value, known[key])));
}

/** A record with one entry set, or without it when it changes nothing. */
export function withEntry<T>(record: Record<string, T>, key: string, value: T | undefined): Record<string, T> {
  const rest = Object.fromEntries(Object.entries(record).filter(([other]) => other !== key));
  return value === undefined ? rest : { ...rest, [key]: value };
}

export function skillsOf(agent: AgentRouting): Record<string, number> {
  return Object.fromEntries(agent.skills.map(({ skill_id, level }) => [skill_id, level]));
}

function secondsOf(time: string): number {
  const match = /^(\d{1,2}):(\d{2})$/.exec(time);
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 : Number.NaN;
}

export function lengthOf(made: Pick<Made, "from" | "to">): number {
  const passed = secondsOf(made.to) - secondsOf(made.from);
  return passed > 0 ? passed : passed + 86_400;
}

/** Contacts an hour for each half hour: two hills, the first the higher one, with the wanted mean. */
export function ratesOf(perHour: number, seconds: number, shape: Made["shape"]): number[] {
  const slots = Math.max(1, Math.ceil(seconds / SLOT_S));
  if (shape === "even" || slots < 4) return [perHour];
  const hill = (x: number, at: number, width: number) => Math.exp(-(((x - at) / width) ** 2));
  const weights = Array.from({ length: slots }, (_, slot) => {
    const x = (slot + 0.5) / slots;
    return 0.35 + hill(x, 0.28, 0.15) + 0.75 * hill(x, 0.7, 0.15);
  });
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / slots;
  return weights.map((weight) => Math.round((perHour * weight * 1000) / mean) / 1000);
}

export interface BaseBody {
  kind: Question["kind"];
  [key: string]: unknown;
}

function baseOf(question: Question, setUp: SetUp): BaseBody {
  if (question.kind === "day") return { kind: "day", date: question.date };
  const { made } = question;
  const seconds = lengthOf(made);
  const queues = setUp.queues.map((queue) => {
    const load = loadOf(question, queue);
    const arrivals = { per_hour: ratesOf(load.per_hour, seconds, made.shape), interval: SLOT_S };
    const coming = load.per_hour > 0 ? { arrivals: [arrivals] } : {};
    const patience = load.patience_s === null ? {} : { patience: load.patience_s };
    return [queue.id, { ...rulesOf(queue), handling: load.handling_s, ...patience, ...coming }];
  });
  return {
    kind: "generated",
    scenario: `${made.from} to ${made.to}`,
    from: made.from,
    to: made.to,
    seed: made.seed,
    queues: Object.fromEntries(queues) as unknown,
    agents: made.staff === "set-up" ? groupsOf(setUp) : countedGroups(question, setUp),
  };
}

/** Ids of set-up agents may have a form that new groups may not; those are numbered. */
export function groupId(agentId: string, index: number): string {
  return NEW_ID.test(agentId) && agentId.length <= ID_LENGTH ? agentId : `agent-${index + 1}`;
}

function groupsOf(setUp: SetUp): unknown[] {
  const profiles = new Map(setUp.profiles.map((profile) => [profile.id, profile]));
  return setUp.agents.flatMap((agent, index) => {
    if (agent.queues.length === 0) return [];
    const profile = agent.profile_id === null ? undefined : profiles.get(agent.profile_id);
    return {
      id: groupId(agent.agent_id, index),
      queues: Object.fromEntries(agent.queues.map(({ queue_id, tier, position, weight }) => [queue_id, { tier, position, weight }])),
      skills: skillsOf(agent),
      misses_before_not_responding: agent.misses_before_not_responding,
      ...(profile ? { capacity: { units: profile.units, channels: profile.channels } } : {}),
    };
  });
}

function countedGroups(question: Question, setUp: SetUp): unknown[] {
  return setUp.queues.flatMap((queue, index) => {
    const count = loadOf(question, queue).agents;
    return count > 0 ? { id: groupId(`${queue.id}-team`.slice(0, ID_LENGTH), index), count, queues: [queue.id] } : [];
  });
}

const NEW_PREFIX = "new-";

/** The id of agents that are added to a queue, from which their name can be told again. */
export function newAgentsId(queueId: string): string | null {
  const id = NEW_PREFIX + queueId;
  return NEW_ID.test(id) && id.length <= ID_LENGTH ? id : null;
}

/** Which queue an agent was added to, and which of them it is; null for one who was there before. */
export function newAgent(agentId: string, queueIds: readonly string[]): { queue: string; number: number } | null {
  for (const queue of queueIds) {
    const id = NEW_PREFIX + queue;
    if (agentId === id) return { queue, number: 1 };
    const number = agentId.startsWith(`${id}-`) ? agentId.slice(id.length + 1) : "";
    if (/^\d+$/.test(number)) return { queue, number: Number(number) };
  }
  return null;
}

function staffChanges(question: Question, setUp: SetUp) {
  const known = new Set(setUp.queues.map((queue) => queue.id));
  const changes = Object.entries(question.staff).filter(([queue, by]) => by !== 0 && known.has(queue));
  return {
    add: changes.filter(([, by]) => by > 0).map(([queue, count]) => {
      const id = newAgentsId(queue);
      return { count, queues: [queue], ...(id ? { id } : {}) };
    }),
    remove: changes.filter(([, by]) => by < 0).map(([queue, by]) => ({ queue, count: -by })),
  };
}

function skillChanges(question: Question, setUp: SetUp): Record<string, { skills: Record<string, number> }> {
  if (question.kind === "generated" && question.made.staff === "counted") return {};
  const ids = new Map(
    setUp.agents.map((agent, index) => [
      agent.agent_id,
      question.kind === "day" ? agent.agent_id : groupId(agent.agent_id, index),
    ]),
  );
  return Object.fromEntries(
    Object.entries(question.skills).flatMap(([agent, skills]) => {
      const id = ids.get(agent);
      return id === undefined ? [] : [[id, { skills }]];
    }),
  );
}

function factorChanges(question: Question): Partial<Record<Factor, Record<string, number>>> {
  const changes: Partial<Record<Factor, Record<string, number>>> = {};
  for (const factor of FACTORS) {
    const set = Object.entries(question.factors[factor]).filter(([, percent]) => percent !== UNCHANGED);
    if (set.length > 0) changes[factor] = Object.fromEntries(set.map(([queue, percent]) => [queue, percent / 100]));
  }
  return changes;
}

export function changesOf(question: Question, setUp: SetUp): Record<string, unknown> | null {
  const staff = staffChanges(question, setUp);
  const set = skillChanges(question, setUp);
  const agents = {
    ...(staff.add.length > 0 ? { add: staff.add } : {}),
    ...(staff.remove.length > 0 ? { remove: staff.remove } : {}),
    ...(Object.keys(set).length > 0 ? { set } : {}),
  };
  const known = new Set(setUp.queues.map((queue) => queue.id));
  const rules = Object.entries(question.rules).filter(([queue, changed]) => known.has(queue) && Object.keys(changed).length > 0);
  const changes = {
    ...(Object.keys(agents).length > 0 ? { agents } : {}),
    ...(rules.length > 0 ? { queues: Object.fromEntries(rules) } : {}),
    ...(question.order === null ? {} : { order: question.order }),
    ...factorChanges(question),
  };
  return Object.keys(changes).length > 0 ? changes : null;
}

export interface AskBody {
  base: BaseBody;
  changes: Record<string, unknown> | null;
  runs: number;
}

/** `name`: what the run is called when the planner gave it no name. */
export function askBody(question: Question, setUp: SetUp, name: string): AskBody {
  const changes = changesOf(question, setUp);
  const title = (question.name.trim() || name).slice(0, 200);
  const base = baseOf(question, setUp);
  return {
    base: base.kind === "generated" && changes === null ? { ...base, scenario: title } : base,
    changes: changes && { changes: title, ...changes },
    runs: question.runs,
  };
}

const FACTOR_RANGE = { least: 1, most: 2000 };

function madeTroubles(question: Question, setUp: SetUp): Troubles {
  const { made } = question;
  const troubles: Troubles = {};
  for (const at of ["from", "to"] as const) if (Number.isNaN(secondsOf(made[at]))) troubles[`made.${at}`] = { key: "timeMissing" };
  for (const queue of setUp.queues) {
    const load = loadOf(question, queue);
    const check = (field: keyof Load, rule: Parameters<typeof numberTrouble>[1]) => {
      const value = load[field];
      const trouble = value === null ? null : numberTrouble(value, rule);
      if (trouble) troubles[`made.loads.${queue.id}.${field}`] = trouble;
    };
    check("per_hour", { least: 0 });
    check("handling_s", { above: 0 });
    check("patience_s", { above: 0 });
    if (made.staff === "counted") check("agents", { least: 0, whole: true });
  }
  return troubles;
}

function factorTroubles(question: Question): Troubles {
  const troubles: Troubles = {};
  for (const factor of FACTORS)
    for (const [queue, percent] of Object.entries(question.factors[factor]))
      if (!(percent >= FACTOR_RANGE.least && percent <= FACTOR_RANGE.most))
        troubles[`factors.${factor}.${queue}`] = { key: "between", values: FACTOR_RANGE };
  return troubles;
}

/** Members a queue has in the base, as far as it is known before the day is read. */
export function staffOf(question: Question, queue: QueueSettings): number {
  const counted = question.kind === "generated" && question.made.staff === "counted";
  return counted ? loadOf(question, queue).agents : queue.members.length;
}

export function questionTroubles(question: Question, setUp: SetUp): Troubles {
  const troubles: Troubles = question.kind === "generated" ? madeTroubles(question, setUp) : {};
  if (question.kind === "day" && !/^\d{4}-\d{2}-\d{2}$/.test(question.date)) troubles.date = { key: "dateMissing" };
  const runs = numberTrouble(question.runs, { least: 1, whole: true });
  if (runs || question.runs > MAX_RUNS) troubles.runs = { key: "between", values: { least: 1, most: MAX_RUNS } };
  for (const queue of setUp.queues) {
    const by = question.staff[queue.id] ?? 0;
    if (!Number.isInteger(by)) troubles[`staff.${queue.id}`] = { key: "whole" };
    else if (staffOf(question, queue) + by < 0) troubles[`staff.${queue.id}`] = { key: "atLeast", values: { least: -staffOf(question, queue) } };
    const changed = question.rules[queue.id];
    if (changed) Object.assign(troubles, rulesTroubles(queue, changed, setUp));
  }
  return { ...troubles, ...factorTroubles(question) };
}

function rulesTroubles(queue: QueueSettings, changed: Partial<Rules>, setUp: SetUp): Troubles {
  const found = queueTroubles(
    { ...queue, ...changed },
    { skills: setUp.skills.map((skill) => skill.id), queues: setUp.queues.map((other) => other.id), names: [] },
  );
  // What today's set-up brings along is no fault of the question.
  const own = Object.entries(found).filter(([path]) => (path.split(".")[0] ?? "") in changed);
  return Object.fromEntries(own.map(([path, trouble]) => [`rules.${queue.id}.${path}`, trouble]));
}

/** Where on the page the field stands that the server names. */
export function pathOf(field: string, body: AskBody): string {
  const parts = field.split(".");
  const inBase = parts[0] === "base";
  if (inBase) parts.splice(0, parts[1] === "generated" || parts[1] === "day" ? 2 : 1);
  else if (parts[0] === "changes" && parts.length > 1) parts.shift();
  const [head = "", second = "", third = "", ...rest] = parts;
  const agents = (body.changes?.agents ?? {}) as { add?: { queues: string[] }[]; remove?: { queue: string }[] };
  if (head === "agents") {
    if (second === "add") return `staff.${agents.add?.[Number(third)]?.queues[0] ?? ""}`;
    if (second === "remove") return `staff.${agents.remove?.[Number(third)]?.queue ?? ""}`;
    return second === "set" ? `skills.${third}` : "made.staff";
  }
  if (head === "queues") return queuePath(second, third, rest, inBase, body);
  if ((FACTORS as readonly string[]).includes(head)) return `factors.${parts.join(".")}`;
  if (head === "from" || head === "to") return `made.${head}`;
  return head === "changes" || head === "scenario" ? "name" : parts.join(".");
}

const LOAD_FIELDS: Partial<Record<string, keyof Load>> = { arrivals: "per_hour", handling: "handling_s", patience: "patience_s" };

function queuePath(queue: string, field: string, rest: string[], inBase: boolean, body: AskBody): string {
  const load = LOAD_FIELDS[field];
  if (load) return `made.loads.${queue}.${load}`;
  const changed = (body.changes?.queues ?? {}) as Record<string, object>;
  return !inBase && queue in changed ? ["rules", queue, field, ...rest].filter(Boolean).join(".") : `made.loads.${queue}.per_hour`;
}

/** How many things are different, for the sentence above the button. */
export function countChanges(question: Question, setUp: SetUp): number {
  const factors = FACTORS.reduce((sum, factor) => sum + Object.values(question.factors[factor]).filter((percent) => percent !== UNCHANGED).length, 0);
  const staff = Object.values(question.staff).filter((by) => by !== 0).length;
  const rules = Object.values(question.rules).reduce((sum, changed) => sum + Object.keys(changed).length, 0);
  const skills = Object.keys(skillChanges(question, setUp)).length;
  return factors + staff + rules + skills + (question.order === null ? 0 : 1);
}

/** What was kept of an earlier question, with what has come since; null when it cannot be one. */
export function readQuestion(value: unknown, date: string): Question | null {
  if (typeof value !== "object" || value === null) return null;
  const fresh = freshQuestion(date);
  const found = value as Partial<Question>;
  if (found.kind !== "day" && found.kind !== "generated") return null;
  return {
    ...fresh,
    ...found,
    made: { ...fresh.made, ...found.made },
    factors: { ...fresh.factors, ...found.factors },
  };
}

export function namesOfAgents(setUp: { agents: readonly Named[] }): Map<string, string> {
  return new Map(setUp.agents.flatMap((agent, index) => [[agent.id, agent.name] as const, [groupId(agent.id, index), agent.name] as const]));
}
