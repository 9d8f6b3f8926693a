/** Which parts of the set-up name which others: told before anything is removed. Tickets are known to the server alone. */
import type { Kind, TicketSetUp } from "./setup";

export interface Use {
  how: "initial" | "way" | "form" | "required" | "pause" | "condition";
  kind: Kind;
  id: string;
  name: string;
}

const ASKED: Partial<Record<Kind, string>> = { types: "type", states: "state", categories: "category" };

export function usesOf(all: TicketSetUp, kind: Kind, id: string): Use[] {
  const found: Use[] = [];
  for (const { id: type, name, ...row } of all.types) {
    const told = (how: Use["how"]) => found.push({ how, kind: "types", id: type, name });
    if (kind === "states" && row.initial_state === id) told("initial");
    if (kind === "states" && row.transitions.some((way) => way.target === id || way.sources.includes(id))) told("way");
    if (kind === "fields" && row.form.some((slot) => slot.field === id)) told("form");
    if (kind === "fields" && row.transitions.some((way) => way.required.includes(id))) told("required");
  }
  const field = kind === "fields" ? `fields.${id}` : ASKED[kind];
  for (const policy of all.policies) {
    const told = (how: Use["how"]) => found.push({ how, kind: "policies", id: policy.id, name: policy.name });
    if (kind === "states" && policy.pauses.includes(id)) told("pause");
    const tests = [...policy.conditions.all, ...policy.conditions.any].filter((test) => test.field === field);
    if (tests.some((test) => kind === "fields" || (Array.isArray(test.value) ? test.value.includes(id) : test.value === id))) told("condition");
  }
  return found;
}

/** What the server will not let go of, so that nobody has to try. */
export const holds = (use: Use): boolean => use.how === "initial" || use.how === "way" || use.how === "form";
