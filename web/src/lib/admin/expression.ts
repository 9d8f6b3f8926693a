/** Skill expressions: what the editor shows of them, how they are changed, and how they read. */
import type { Expression, GroupWanted, RelaxStep, Trouble, Troubles } from "./types";

/** How a part is offered to a person: `not` belongs to the part it stands before, so that nobody edits a bare "not". */
export const SKILL_KINDS = ["has", "lacks"] as const;
export const GROUP_KINDS = ["all", "any", "none", "notAll"] as const;
export type SkillKind = (typeof SKILL_KINDS)[number];
export type GroupKind = (typeof GROUP_KINDS)[number];

export type Shown =
  | { kind: SkillKind; skill: string; level: number }
  | { kind: GroupKind; of: Expression[] };

export const LEVELS = [1, 2, 3, 4, 5] as const;
export const MAX_DEPTH = 4;

/** Takes two nots in a row away, everywhere. */
export function tidy(expression: Expression): Expression {
  if (expression.type === "skill") return expression;
  if (expression.type === "not") {
    const inner = tidy(expression.of);
    return inner.type === "not" ? inner.of : { type: "not", of: inner };
  }
  return { type: expression.type, of: expression.of.map(tidy) };
}

export function shown(expression: Expression): Shown {
  if (expression.type === "skill") return { kind: "has", skill: expression.skill, level: expression.level };
  if (expression.type !== "not") return { kind: expression.type, of: expression.of };
  const inner = tidy(expression.of);
  if (inner.type === "not") return shown(inner.of);
  if (inner.type === "skill") return { kind: "lacks", skill: inner.skill, level: inner.level };
  return { kind: inner.type === "any" ? "none" : "notAll", of: inner.of };
}

export function isGroup(part: Shown): part is { kind: GroupKind; of: Expression[] } {
  return "of" in part;
}

export function expressionOf(part: Shown): Expression {
  if (!isGroup(part)) {
    const skill: Expression = { type: "skill", skill: part.skill, level: part.level };
    return part.kind === "has" ? skill : { type: "not", of: skill };
  }
  const group: GroupWanted = { type: part.kind === "all" || part.kind === "notAll" ? "all" : "any", of: part.of };
  return part.kind === "all" || part.kind === "any" ? group : { type: "not", of: group };
}

/** Every skill an expression names, each once. */
export function skillsIn(expressions: readonly Expression[]): string[] {
  const found = new Set<string>();
  const walk = (expression: Expression) => {
    if (expression.type === "skill") found.add(expression.skill);
    else if (expression.type === "not") walk(expression.of);
    else expression.of.forEach(walk);
  };
  expressions.forEach(walk);
  return [...found].filter(Boolean);
}

/** What is still asked for after these steps, as the engine takes them (acd/eligibility.py): a skill left out counts as
 * met wherever it stands, and under a "not" levels stay, since a lower one there would ask for more. */
export function relaxed(expressions: readonly Expression[], steps: readonly RelaxStep[]): Expression[] {
  const down = steps.reduce((sum, step) => sum + step.level_down, 0);
  const drop = new Set(steps.flatMap((step) => step.drop));
  const asked = (expression: Expression): Expression | null => {
    if (expression.type === "skill")
      return drop.has(expression.skill) ? null : { ...expression, level: Math.max(1, expression.level - down) };
    if (expression.type === "not") return skillsIn([expression]).some((skill) => drop.has(skill)) ? null : expression;
    const of = expression.of.map(asked).filter((part) => part !== null);
    const holds = expression.type === "all" ? of.length > 0 : of.length === expression.of.length;
    return holds ? { type: expression.type, of } : null;
  };
  return expressions.map(asked).filter((part) => part !== null);
}

/** The language's share of the sentence. */
export interface ExpressionWords {
  skill: (id: string, level: number) => string;
  and: (left: string, right: string) => string;
  or: (left: string, right: string) => string;
  not: (part: string) => string;
  /** "English, not Trainee" */
  but: (left: string, not: string) => string;
}

const join = (parts: readonly string[], word: (left: string, right: string) => string) =>
  parts.reduce((left, right) => word(left, right));

function phrase(expression: Expression, words: ExpressionWords, inside: boolean): string {
  const part = shown(expression);
  if (!isGroup(part)) {
    const skill = words.skill(part.skill, part.level);
    return part.kind === "has" ? skill : words.not(skill);
  }
  const group: GroupWanted = { type: part.kind === "all" || part.kind === "notAll" ? "all" : "any", of: part.of };
  const negated = part.kind === "none" || part.kind === "notAll";
  const text = groupPhrase(group, words);
  const bracketed = part.of.length > 1 && (inside || negated) ? `(${text})` : text;
  return negated ? words.not(bracketed) : bracketed;
}

function groupPhrase(group: GroupWanted, words: ExpressionWords): string {
  if (group.of.length === 0) return "…";
  const nested = group.of.length > 1;
  const say = (expression: Expression) => phrase(expression, words, nested);
  if (group.type === "any") return join(group.of.map(say), words.or);
  const isNot = (expression: Expression) => ["lacks", "none", "notAll"].includes(shown(expression).kind);
  const wanted = group.of.filter((part) => !isNot(part)).map(say);
  const unwanted = group.of.filter(isNot).map(say);
  const positive = wanted.length > 0 ? [join(wanted, words.and)] : [];
  return join([...positive, ...unwanted], words.but);
}

/** "English 3+ and (Sales or Support), not Trainee"; empty when nothing is asked for. */
export function sentence(expressions: readonly Expression[], words: ExpressionWords): string {
  return expressions.length === 0 ? "" : groupPhrase({ type: "all", of: [...expressions] }, words);
}

/** Troubles by path below `path`; the path of a part is its way through `of`, without the nots. */
export function expressionTroubles(
  expressions: readonly Expression[],
  path: string,
  known: (skill: string) => boolean,
): Troubles {
  const troubles: Troubles = {};
  const walk = (expression: Expression, at: string) => {
    const part = shown(expression);
    if (isGroup(part)) {
      if (part.of.length === 0) troubles[at] = { key: "groupEmpty" };
      part.of.forEach((inner, index) => walk(inner, `${at}.of.${index}`));
    } else {
      const trouble = skillTrouble(part.skill, known);
      if (trouble) troubles[at] = trouble;
    }
  };
  expressions.forEach((expression, index) => walk(expression, `${path}.${index}`));
  return troubles;
}

function skillTrouble(skill: string, known: (skill: string) => boolean): Trouble | null {
  if (!skill) return { key: "skillMissing" };
  return known(skill) ? null : { key: "skillGone", values: { skill } };
}
