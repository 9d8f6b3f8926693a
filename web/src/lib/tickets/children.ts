/** Open tickets below one that is to be done: what the server asks or says about them. */
import { Problem } from "../api";
import type { Patch, Ticket } from "./types";

export type ChildrenChoice = NonNullable<Patch["children"]>;

/** `numbers`: of those that are open; `why`: one of them cannot be done with it. */
export interface OpenBelow {
  numbers: string[];
  why: string | null;
}

/** What a refusal is about, when it is about tickets below. */
export function openBelow(error: unknown): OpenBelow | null {
  if (!(error instanceof Problem)) return null;
  if (error.type.endsWith("children-open")) return { numbers: Array.isArray(error.extra.children) ? error.extra.children.map(String) : [], why: null };
  return error.extra.field === "children" ? { numbers: [], why: error.detail } : null;
}

/** How many below it wait for somebody to agree. */
export const waitingBelow = (ticket: Pick<Ticket, "links">): number => ticket.links.filter((link) => link.kind === "parent" && Boolean(link.waits_for)).length;
