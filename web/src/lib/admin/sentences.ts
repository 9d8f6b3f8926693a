/** Rules in words, so that a person reads what the machine will do. */
import { isLeftFor, receiverKind } from "./queue";
import type { TFunction } from "i18next";
import { relaxed, sentence, type ExpressionWords } from "./expression";
import type { Expression, OverflowRule, RelaxStep, UsedBy } from "./types";

/** Names by id; an id without a name is shown itself. */
export type Names = ReadonlyMap<string, string>;

export function expressionWords(t: TFunction, skills: Names): ExpressionWords {
  return {
    skill: (id, level) => {
      const name = skills.get(id) ?? (id || t("admin.words.noSkill"));
      return level > 1 ? t("admin.words.skillLevel", { name, level }) : name;
    },
    and: (left, right) => t("admin.words.and", { left, right }),
    or: (left, right) => t("admin.words.or", { left, right }),
    not: (part) => t("admin.words.not", { part }),
    but: (left, right) => t("admin.words.but", { left, right }),
  };
}

/** "45 s", "5 min", "1 h 30 min" */
export function duration(t: TFunction, seconds: number): string {
  if (!Number.isFinite(seconds)) return "…";
  if (seconds < 120 || seconds % 1 !== 0) return t("admin.words.seconds", { value: seconds });
  const parts = [
    [Math.floor(seconds / 3600), "hours"],
    [Math.floor((seconds % 3600) / 60), "minutes"],
    [seconds % 60, "seconds"],
  ] as const;
  return parts
    .filter(([value]) => value > 0)
    .map(([value, unit]) => t(`admin.words.${unit}`, { value }))
    .join(" ");
}

export function list(locale: string, parts: readonly string[], type: "conjunction" | "disjunction" = "conjunction"): string {
  return new Intl.ListFormat(locale, { type, style: "long" }).format(parts);
}

export function overflowSentence(t: TFunction, locale: string, rule: OverflowRule, queues: Names): string {
  const limit = rule.limit ?? Number.NaN;
  const absent = list(
    locale,
    rule.absent.map((absence) => t(`admin.absent.${absence}`)),
    "disjunction",
  );
  const when = t(`admin.cause.${rule.cause}`, {
    limit: rule.cause === "full" ? (Number.isFinite(limit) ? limit : "…") : duration(t, limit),
    absent: absent || "…",
    count: rule.cause === "full" && Number.isFinite(limit) ? limit : 2,
  });
  const { kind } = rule.to;
  const value = rule.to.value?.trim() ?? "";
  const named = kind === "queue" || isLeftFor(kind) ? (queues.get(value) ?? value) : told(kind, value, queues);
  const key = named && (kind === "ticket" || isLeftFor(kind)) ? (`${kind as "ticket"}_named` as const) : kind;
  return t("admin.words.rule", { when, then: t(`admin.then.${key}`, { value: named || "…" }) });
}

/** Who gets a message, by name where it is known. */
function told(kind: string, value: string, names: Names): string {
  const [prefix, id] = kind === "message" && receiverKind(value) !== "mail" ? value.split(":", 2) : ["", value];
  return prefix ? (names.get(id ?? "") ?? id ?? "") : value;
}

export function relaxSentence(t: TFunction, locale: string, step: RelaxStep, skills: Names): string {
  const parts: string[] = [];
  if (step.level_down > 0) parts.push(t("admin.relax.saysLevel", { count: step.level_down }));
  if (step.drop.length > 0) {
    const dropped = list(
      locale,
      step.drop.map((id) => skills.get(id) ?? id),
    );
    parts.push(t("admin.relax.saysDrop", { skills: dropped, count: step.drop.length }));
  }
  if (step.reach !== null) parts.push(t("admin.relax.saysReach", { tier: step.reach }));
  return t("admin.relax.says", {
    after: duration(t, step.after_s),
    what: parts.length > 0 ? list(locale, parts) : t("admin.relax.saysNothing"),
  });
}

/** A step in words, with what is asked for from then on when that is not the same as before. */
export function relaxSentenceIn(
  t: TFunction,
  locale: string,
  steps: readonly RelaxStep[],
  index: number,
  required: readonly Expression[],
  skills: Names,
): string {
  const step = steps[index];
  if (!step) return "";
  const says = relaxSentence(t, locale, step, skills);
  const words = expressionWords(t, skills);
  const before = sentence(relaxed(required, steps.slice(0, index)), words);
  const after = sentence(relaxed(required, steps.slice(0, index + 1)), words);
  return before === after ? says : t("admin.relax.then", { step: says, what: after || t("admin.relax.thenAll") });
}

const nameOf = (user: string | { name: string }) => (typeof user === "string" ? user : user.name);
const counted = (users: UsedBy["agents"]) => (typeof users === "number" ? users : (users?.length ?? 0));

/** More agents than this are counted, not named. */
const NAMED = 5;

/** Lines of who uses something, whichever way the server counts them. */
export function usedByLines(t: TFunction, used: UsedBy | number | undefined): string[] {
  if (used === undefined) return [];
  if (typeof used === "number") return used > 0 ? [t("admin.words.agents", { count: used })] : [];
  const agents = counted(used.agents);
  return [
    ...(used.queues ?? []).map((queue) => t("admin.words.usedByQueue", { name: nameOf(queue) })),
    ...(used.flows ?? []).map((flow) => t("admin.words.usedByFlow", { name: nameOf(flow) })),
    ...(used.ticket_types ?? []).map((type) => t("admin.words.usedByTicketType", { name: nameOf(type) })),
    ...(used.ticket_categories ?? []).map((category) => t("admin.words.usedByTicketCategory", { name: nameOf(category) })),
    ...(Array.isArray(used.agents) && agents <= NAMED
      ? (used.agents as readonly (string | { name: string })[]).map((agent) => t("admin.words.usedByAgent", { name: nameOf(agent) }))
      : agents > 0
        ? [t("admin.words.agents", { count: agents })]
        : []),
  ];
}

export function usedByCount(used: UsedBy | number | undefined): { queues: number; agents: number } {
  if (used === undefined) return { queues: 0, agents: 0 };
  if (typeof used === "number") return { queues: 0, agents: used };
  return { queues: used.queues?.length ?? 0, agents: counted(used.agents) };
}
