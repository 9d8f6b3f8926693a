/** What tickets are set up with, as its forms hold it, and what is wrong with it before the server is asked. */
import type { Troubles } from "../admin/types";
import { conditionTroubles } from "./conditions";
import { seconds } from "./duration";
import { CLOCK_KINDS, PRIORITIES, type CategorySetUp, type ClockKind, type Conditions, type Priority, type StateClass } from "./types";

export const DONE: readonly StateClass[] = ["resolved", "closed"];
export const PLACES = ["category", "assignee", "team", "queue", "requester"] as const;
/** Who may go a way beside roles. */
export const MOVERS = ["assignee", "customer", "rule"] as const;
export const HEARERS = ["assignee", "team", "leader", "watchers"] as const;
export const FIELD_TYPES = ["text", "number", "date", "choice", "choices", "yes-no"] as const;
export const IN_FORM = ["hidden", "shown", "required"] as const;

interface Placed {
  name: string;
  position: number;
  retired: boolean;
}

/** A transition; no `sources`: from every state; no `movers`: all staff and rules. */
export interface Way {
  target: string;
  sources: string[];
  movers: string[];
  required: string[];
  approver: string | null;
}

export interface FormSlot {
  field: string;
  required: boolean;
  customer: (typeof IN_FORM)[number];
}

/** Whoever is offered the ticket has the skill at this level, 1 to 5, or better. */
export interface AskedSkill {
  skill: string;
  level: number;
}

export interface TypeBody extends Placed {
  description: string;
  initial_state: string;
  priority: Priority;
  queue_id: string | null;
  team_id: string | null;
  transitions: Way[];
  form: FormSlot[];
  close_after_days: number | null;
  for_customers: boolean;
  /** Customers get mail at each step. */
  customer_mails: boolean;
  /** The routing engine offers its tickets to agents. */
  push: boolean;
  skills: AskedSkill[];
}

export interface StateBody extends Placed {
  customer_name: string;
  state_class: StateClass;
}

export interface CategoryBody extends Placed {
  parent_id: string | null;
  skills: AskedSkill[];
}

export interface FieldBody extends Placed {
  help: string;
  type: (typeof FIELD_TYPES)[number];
  choices: string[];
}

export interface ChainStep {
  clock: ClockKind;
  percent: number;
  notify: string[];
  assign_user: string | null;
  assign_team: string | null;
  raise_priority: boolean;
}

export type Targets = Partial<Record<Priority, Partial<Record<ClockKind, number | null>>>>;

export interface PolicyBody extends Placed {
  conditions: Conditions;
  targets: Targets;
  pauses: string[];
  chain: ChainStep[];
  calendar_id: string | null;
}

export type WithId<T> = T & { id: string };
export type TypeRow = WithId<TypeBody>;
export type StateRow = WithId<StateBody>;
export type CategoryRow = WithId<CategoryBody> & Pick<CategorySetUp, "path">;
export type FieldRow = WithId<FieldBody>;
export type PolicyRow = WithId<PolicyBody> & { version: number };

export interface TicketSetUp {
  types: TypeRow[];
  states: StateRow[];
  categories: CategoryRow[];
  fields: FieldRow[];
  policies: PolicyRow[];
}

export type Kind = keyof TicketSetUp;

/** What the server writes, and no form sends. */
export const WRITTEN = ["id", "path", "version"] as const;

export function bodyOf<T extends object>(row: T): Omit<T, (typeof WRITTEN)[number]> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !(WRITTEN as readonly string[]).includes(name))) as Omit<T, (typeof WRITTEN)[number]>;
}

/** Behind all others. */
export function lastPosition(rows: readonly { position: number }[]): number {
  return Math.max(-1, ...rows.map((row) => row.position)) + 1;
}

/** The positions that have to change so that a list stands in this order: as few as can be. */
export function placed(order: readonly { id: string; position: number }[]): { id: string; position: number }[] {
  const stay = longestRise(order.map((row) => row.position));
  const moves: { id: string; position: number }[] = [];
  let last = -1;
  order.forEach((row, index) => {
    const keeps = stay.has(index) && row.position > last;
    last = keeps ? row.position : last + 1;
    if (row.position !== last) moves.push({ id: row.id, position: last });
  });
  return moves;
}

/** The places of the longest part of a list that rises already. */
function longestRise(values: readonly number[]): ReadonlySet<number> {
  const lengths: number[] = [];
  const before: number[] = [];
  let end = -1;
  values.forEach((value, index) => {
    lengths[index] = 1;
    before[index] = -1;
    for (let other = 0; other < index; other += 1)
      if ((values[other] ?? 0) < value && (lengths[other] ?? 0) >= (lengths[index] ?? 0)) {
        lengths[index] = (lengths[other] ?? 0) + 1;
        before[index] = other;
      }
    if (end < 0 || (lengths[index] ?? 0) > (lengths[end] ?? 0)) end = index;
  });
  const found = new Set<number>();
  for (; end >= 0; end = before[end] ?? -1) found.add(end);
  return found;
}

function nameTroubles(name: string, others: readonly { name: string }[]): Troubles {
  const wanted = name.trim().toLocaleLowerCase();
  if (!wanted) return { name: { key: "nameMissing" } };
  return others.some((other) => other.name.trim().toLocaleLowerCase() === wanted) ? { name: { key: "nameTaken" } } : {};
}

export function stateTroubles(value: StateBody, others: readonly StateBody[]): Troubles {
  const troubles = nameTroubles(value.name, others);
  if (!value.customer_name.trim()) troubles.customer_name = { key: "nameMissing" };
  return troubles;
}

export function fieldTroubles(value: FieldBody, others: readonly FieldBody[]): Troubles {
  const troubles = nameTroubles(value.name, others);
  if (!hasChoices(value)) return troubles;
  const choices = value.choices.map((choice) => choice.trim());
  if (choices.length === 0) troubles.choices = { key: "choicesMissing" };
  choices.forEach((choice, index) => {
    if (!choice) troubles[`choices.${index}`] = { key: "choiceMissing" };
    else if (choices.indexOf(choice) < index) troubles[`choices.${index}`] = { key: "choiceAgain" };
  });
  return troubles;
}

export const hasChoices = (field: Pick<FieldBody, "type">): boolean => field.type === "choice" || field.type === "choices";

export function typeTroubles(value: TypeBody, others: readonly TypeBody[], states: readonly StateRow[]): Troubles {
  const troubles = nameTroubles(value.name, others);
  const initial = states.find((state) => state.id === value.initial_state);
  if (!initial) troubles.initial_state = { key: "stateMissing" };
  else if (DONE.includes(initial.state_class)) troubles.initial_state = { key: "stateDone" };
  value.transitions.forEach((way, index) => {
    if (!way.target) troubles[`transitions.${index}.target`] = { key: "stateMissing" };
    else if (way.sources.length === 1 && way.sources[0] === way.target) troubles[`transitions.${index}.sources`] = { key: "wayCircle" };
  });
  const reached = reach(value.initial_state, value.transitions);
  if (initial && !states.some((state) => reached.has(state.id) && DONE.includes(state.state_class))) troubles.transitions = { key: "endMissing" };
  const days = value.close_after_days;
  if (days !== null && !(Number.isInteger(days) && days >= 1 && days <= 3650))
    troubles.close_after_days = { key: "between", values: { least: 1, most: 3650 } };
  return troubles;
}

/** Every state that a ticket can come to, the first one too. */
export function reach(initial: string, ways: readonly Way[]): ReadonlySet<string> {
  const found = new Set([initial]);
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const way of ways) if (way.target && (way.sources.length === 0 || way.sources.some((source) => found.has(source)))) found.add(way.target);
  }
  return found;
}

/** A policy as its form holds it: durations are what is typed ("4 h"). */
export interface PolicyDraft extends Omit<PolicyBody, "targets"> {
  targets: Record<Priority, Record<ClockKind, string>>;
}

export function policyTroubles(value: PolicyDraft, others: readonly { name: string }[]): Troubles {
  const troubles = nameTroubles(value.name, others);
  Object.assign(troubles, conditionTroubles("conditions", value.conditions));
  let promises = 0;
  for (const priority of PRIORITIES)
    for (const clock of CLOCK_KINDS) {
      const typed = value.targets[priority][clock].trim();
      if (!typed) continue;
      promises += 1;
      if (seconds(typed) === null) troubles[`targets.${priority}.${clock}`] = { key: "durationWrong" };
    }
  if (promises === 0) troubles.targets = { key: "promiseMissing" };
  value.chain.forEach((step, index) => {
    const at = `chain.${index}`;
    if (!(Number.isInteger(step.percent) && step.percent >= 1 && step.percent <= 1000))
      troubles[`${at}.percent`] = { key: "between", values: { least: 1, most: 1000 } };
    if (step.notify.length === 0 && !step.assign_user && !step.assign_team && !step.raise_priority) troubles[at] = { key: "stepNothing" };
  });
  return troubles;
}
