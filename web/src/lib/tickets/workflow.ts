/** The workflow of a type as a table: from which state to which there is a way. */
import type { Way } from "./setup";

const isPlain = (way: Way): boolean => way.movers.length === 0 && way.required.length === 0 && way.approver === null;

const leads = (way: Way, from: string): boolean => way.target !== from && (way.sources.length === 0 || way.sources.includes(from));

/** The numbers of the ways from one state to another. */
export function waysOf(ways: readonly Way[], from: string, to: string): number[] {
  return ways.flatMap((way, index) => (way.target === to && leads(way, from) ? [index] : []));
}

/** With a way from one state to another that all staff may go; beside the plain one to the same state, if there is one. */
export function joined(ways: readonly Way[], from: string, to: string): Way[] {
  const place = ways.findIndex((way) => way.target === to && isPlain(way) && way.sources.length > 0);
  if (place < 0) return [...ways, { target: to, sources: [from], movers: [], required: [], approver: null }];
  return ways.map((way, index) => (index === place ? { ...way, sources: [...way.sources, from] } : way));
}

/** Without any way from one state to the other; a way from every state becomes one from all the others. */
export function parted(ways: readonly Way[], from: string, to: string, states: readonly string[]): Way[] {
  return ways.flatMap((way) => {
    if (way.target !== to || !leads(way, from)) return [way];
    const all = way.sources.length === 0 ? states.filter((state) => state !== to) : way.sources;
    const sources = all.filter((state) => state !== from);
    return sources.length > 0 ? [{ ...way, sources }] : [];
  });
}

export interface Cell {
  /** Numbers of the ways there are. */
  ways: number[];
  /** Staff may go it, the customer may, only some may, something has to be filled in, somebody has to agree. */
  staff: boolean;
  customer: boolean;
  limited: boolean;
  required: boolean;
  approved: boolean;
}

export function cellOf(ways: readonly Way[], from: string, to: string): Cell {
  const found = waysOf(ways, from, to);
  const here = found.map((index) => ways[index]).filter((way) => way !== undefined);
  const staff = here.filter((way) => way.movers.length === 0 || way.movers.some((mover) => mover !== "customer" && mover !== "rule"));
  const customer = here.filter((way) => way.movers.includes("customer"));
  return {
    ways: found,
    staff: staff.length > 0,
    customer: customer.length > 0,
    limited: staff.length > 0 && staff.every((way) => way.movers.length > 0),
    required: staff.length > 0 && staff.every((way) => way.required.length > 0),
    approved: staff.length > 0 && staff.every((way) => way.approver !== null),
  };
}

export interface Drawn {
  id: string;
  column: number;
  row: number;
}

export interface Edge {
  from: string;
  to: string;
}

/** States in columns by how many steps they are from the first one; those that are never reached stand in the last. */
export function layout(initial: string, states: readonly string[], ways: readonly Way[]): Drawn[] {
  const steps = new Map([[initial, 0]]);
  let fresh = [initial];
  for (let step = 1; fresh.length > 0; step += 1) {
    const next = states.filter((to) => !steps.has(to) && fresh.some((from) => waysOf(ways, from, to).length > 0));
    for (const state of next) steps.set(state, step);
    fresh = next;
  }
  const most = Math.max(...steps.values());
  const taken = new Map<number, number>();
  return states.map((id) => {
    const column = steps.get(id) ?? most + 1;
    const row = taken.get(column) ?? 0;
    taken.set(column, row + 1);
    return { id, column, row };
  });
}

export function edges(states: readonly string[], ways: readonly Way[]): Edge[] {
  return states.flatMap((from) => states.filter((to) => waysOf(ways, from, to).length > 0).map((to) => ({ from, to })));
}
