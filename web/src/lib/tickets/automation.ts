/** Rules, macros, ready answers and webhooks as the API speaks of them, and what is wrong with them before it is asked. */
import type { Troubles } from "../admin/types";
import { conditionTroubles } from "./conditions";
import type { ClockKind, Conditions, FieldValue, Scalar } from "./types";

export const EVENTS = ["made", "changed", "customer_replied", "agent_replied", "partner_replied", "noted", "warned", "breached"] as const;
export type RuleEvent = (typeof EVENTS)[number];
export const SINCE = ["made", "acted", "customer_waits", "we_wait", "state"] as const;
export type Since = (typeof SINCE)[number];
export const ASSIGN = ["user", "turn", "least_open", "nobody"] as const;
export type AssignHow = (typeof ASSIGN)[number];
/** Of tickets what an action can set; custom fields beside them. */
export const SETTABLE = ["type", "category", "priority", "state", "queue", "team", "language"] as const;
/** Whom an action can have watch beside people by name. */
export const WATCHERS = ["assignee", "team"] as const;
/** Whom an action can tell something beside people by name. */
export const HEARERS = ["assignee", "team", "leader", "watchers"] as const;

export type Action =
  | { do: "set"; field: string; value: FieldValue }
  | { do: "tags"; add: string[]; remove: string[] }
  | { do: "assign"; how: AssignHow; user: string | null; team: string | null }
  | { do: "priority"; way: "raise" | "lower" }
  | { do: "say"; kind: "public" | "note"; text: string }
  | { do: "watch"; users: string[] }
  | { do: "notify"; users: string[]; text: string }
  | { do: "webhook"; webhook: string }
  | { do: "stop" };
export type ActionKind = Action["do"];
export const ACTIONS = ["set", "assign", "priority", "tags", "say", "watch", "notify", "webhook", "stop"] as const satisfies readonly ActionKind[];

/** What a new action of a kind begins as. */
export function freshAction(kind: ActionKind): Action {
  switch (kind) {
    case "set":
      return { do: "set", field: "state", value: "" };
    case "tags":
      return { do: "tags", add: [], remove: [] };
    case "assign":
      return { do: "assign", how: "turn", user: null, team: null };
    case "priority":
      return { do: "priority", way: "raise" };
    case "say":
      return { do: "say", kind: "note", text: "" };
    case "watch":
      return { do: "watch", users: ["team"] };
    case "notify":
      return { do: "notify", users: ["assignee"], text: "" };
    case "webhook":
      return { do: "webhook", webhook: "" };
    case "stop":
      return { do: "stop" };
  }
}

export interface Became {
  field: string;
  before: Scalar;
  after: Scalar;
}

export interface Timer {
  since: Since;
  hours: number;
  states: string[];
}

export interface RuleBody {
  name: string;
  description: string;
  enabled: boolean;
  position: number;
  events: RuleEvent[];
  became: Became[];
  clock: ClockKind | null;
  timer: Timer | null;
  conditions: Conditions;
  actions: Action[];
}

export interface Rule extends RuleBody {
  id: string;
  /** Why the product has turned it off. */
  stopped: string;
  /** What it names that has gone, in a sentence; empty for one that can work. */
  broken: string;
}

export const OUTCOMES = ["done", "nothing", "failed", "loop"] as const;
export type RunOutcome = (typeof OUTCOMES)[number];

export interface Run {
  id: number;
  rule_id: string;
  rule: string;
  ticket_id: string;
  number: string;
  at: string;
  event: string;
  outcome: RunOutcome;
  changes: string[];
  said: number;
  problem: string;
  chain: string[];
}

export interface DryRun {
  id: string;
  state: "running" | "done" | "cancelled" | "failed";
  total: number;
  done: number;
  touched: number;
  times: number;
  items: { ticket_id: string; number: string; subject: string; at: string; event: string }[];
}

export interface MacroBody {
  name: string;
  description: string;
  shared: boolean;
  position: number;
  actions: Action[];
}

/** `mine`: this person may change it. */
export type Macro = MacroBody & { id: string; mine: boolean };

export interface ReplyBody {
  name: string;
  text: string;
  language: string;
  shared: boolean;
  position: number;
}

export type ReadyReply = ReplyBody & { id: string; mine: boolean };

export interface TextVariable {
  name: string;
  summary: string;
  example: string;
}

/** What a macro would do to one ticket. */
export interface Preview {
  changes: Record<string, [unknown, unknown]>;
  messages: { kind: "public" | "note"; text: string }[];
  watchers: string[];
  webhooks: string[];
  notices: string[];
}

export interface WebhookBody {
  name: string;
  url: string;
  private: boolean;
  enabled: boolean;
}

export type Webhook = WebhookBody & { id: string; stopped: string };
export type WebhookMade = Webhook & { secret: string };

export interface Delivery {
  id: string;
  ticket_id: string | null;
  made_at: string;
  next_at: string | null;
  tries: number;
  state: "waiting" | "done" | "failed";
  status: number | null;
  problem: string;
}

/** What the server writes, and no form sends. */
const WRITTEN: readonly string[] = ["id", "stopped", "broken", "mine", "secret"];

export function bodyOf<T extends object>(row: T): Omit<T, "id" | "stopped" | "broken" | "mine" | "secret"> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !WRITTEN.includes(name))) as Omit<T, "id" | "stopped" | "broken" | "mine" | "secret">;
}

export function nameTroubles(name: string, others: readonly { name: string }[]): Troubles {
  const wanted = name.trim().toLocaleLowerCase();
  if (!wanted) return { name: { key: "nameMissing" } };
  return others.some((other) => other.name.trim().toLocaleLowerCase() === wanted) ? { name: { key: "nameTaken" } } : {};
}

const isEmpty = (value: FieldValue): boolean => value === null || value === "" || (Array.isArray(value) && value.length === 0);
/** What a ticket cannot be without. */
const NEEDED: readonly string[] = ["type", "priority", "state", "language"];

export function actionTroubles(path: string, actions: readonly Action[]): Troubles {
  const troubles: Troubles = {};
  if (actions.length === 0) troubles[path] = { key: "actionMissing" };
  actions.forEach((action, index) => {
    const at = `${path}.${index}`;
    if (action.do === "set" && NEEDED.includes(action.field) && isEmpty(action.value)) troubles[`${at}.value`] = { key: "valueChosenMissing" };
    if (action.do === "tags" && action.add.length === 0 && action.remove.length === 0) troubles[at] = { key: "stepNothing" };
    if (action.do === "assign" && action.how === "user" && !action.user) troubles[`${at}.user`] = { key: "personMissing" };
    if ((action.do === "say" || action.do === "notify") && !action.text.trim()) troubles[`${at}.text`] = { key: "textMissing" };
    if ((action.do === "watch" || action.do === "notify") && action.users.length === 0) troubles[`${at}.users`] = { key: "personMissing" };
    if (action.do === "webhook" && !action.webhook) troubles[`${at}.webhook`] = { key: "webhookMissing" };
  });
  return troubles;
}

export const MOST_HOURS = 24 * 366;

export function ruleTroubles(value: RuleBody, others: readonly { name: string }[]): Troubles {
  const troubles = nameTroubles(value.name, others);
  Object.assign(troubles, conditionTroubles("conditions", value.conditions), actionTroubles("actions", value.actions));
  if (value.timer === null && value.events.length === 0) troubles.events = { key: "eventMissing" };
  value.became.forEach((each, index) => {
    if (!each.field) troubles[`became.${index}.field`] = { key: "testMissing" };
  });
  if (value.timer) {
    const { hours, since, states } = value.timer;
    if (!(hours > 0 && hours <= MOST_HOURS)) troubles["timer.hours"] = { key: "hoursWrong", values: { most: MOST_HOURS } };
    if (since === "state" && states.length === 0) troubles["timer.states"] = { key: "stateMissing" };
  }
  return troubles;
}

/** As the server takes it: what belongs to the other sort of rule is left out. */
export function ruleSettings(value: RuleBody): RuleBody {
  const timed = value.timer !== null;
  const clocked = value.events.includes("warned") || value.events.includes("breached");
  const changed = value.events.includes("made") || value.events.includes("changed");
  return {
    ...value,
    name: value.name.trim(),
    events: timed ? [] : value.events,
    became: timed || !changed ? [] : value.became,
    clock: timed || !clocked ? null : value.clock,
    timer: value.timer && { ...value.timer, states: value.timer.since === "state" ? value.timer.states : [] },
  };
}

export function macroTroubles(value: MacroBody, others: readonly { name: string }[]): Troubles {
  return { ...nameTroubles(value.name, others), ...actionTroubles("actions", value.actions) };
}

const LANGUAGE = /^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4})?$/;

export function replyTroubles(value: ReplyBody, others: readonly { name: string }[]): Troubles {
  const troubles = nameTroubles(value.name, others);
  if (!value.text.trim()) troubles.text = { key: "textMissing" };
  if (!LANGUAGE.test(value.language)) troubles.language = { key: "languageWrong" };
  return troubles;
}

export function webhookTroubles(value: WebhookBody, others: readonly { name: string }[]): Troubles {
  const troubles = nameTroubles(value.name, others);
  if (!/^https?:\/\/[^\s/]+/.test(value.url)) troubles.url = { key: "addressMissing" };
  else if (!value.url.startsWith("https:") && !value.private) troubles.url = { key: "urlPlain" };
  return troubles;
}

/** Rows whose name or text has all of these words, those whose name begins with them first. */
export function searched<T extends { name: string }>(rows: readonly T[], words: string, more: (row: T) => string = () => ""): T[] {
  const wanted = words.trim().toLocaleLowerCase();
  if (!wanted) return [...rows];
  const fits = (text: string) => wanted.split(/\s+/).every((word) => text.toLocaleLowerCase().includes(word));
  const begins = (row: T) => (row.name.toLocaleLowerCase().startsWith(wanted) ? 0 : fits(row.name) ? 1 : 2);
  return rows.filter((row) => fits(`${row.name} ${more(row)}`)).sort((one, other) => begins(one) - begins(other));
}
