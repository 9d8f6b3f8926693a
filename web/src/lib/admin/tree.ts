/** The tree of results as a list in the order in which it is read: what stands below something follows it. */
import { isTaken } from "./hours";
import type { DispositionSetting, Troubles } from "./types";

/** As deep as the server takes it. */
export const DEEPEST = 6;

export type Items = readonly DispositionSetting[];
export type Step = "up" | "down" | "in" | "out";
export type Where = "before" | "after" | "inside";

/** By position among those of one parent; what leads nowhere stands at the top. */
export function inReadingOrder(items: Items): DispositionSetting[] {
  const known = new Set(items.map((item) => item.id));
  const below = new Map<string | null, DispositionSetting[]>();
  for (const item of [...items].sort((a, b) => a.position - b.position)) {
    const parent = item.parent_id !== null && known.has(item.parent_id) ? item.parent_id : null;
    below.set(parent, [...(below.get(parent) ?? []), { ...item, parent_id: parent }]);
  }
  const walk = (parent: string | null): DispositionSetting[] =>
    (below.get(parent) ?? []).flatMap((item) => [item, ...walk(item.id)]);
  return walk(null);
}

export function depths(items: Items): number[] {
  const found = new Map<string, number>();
  return items.map((item) => {
    const depth = item.parent_id === null ? 0 : (found.get(item.parent_id) ?? -1) + 1;
    found.set(item.id, depth);
    return depth;
  });
}

/** Where what stands below the item at `index` ends. */
export function endOf(items: Items, index: number): number {
  const levels = depths(items);
  const level = levels[index] ?? 0;
  let end = index + 1;
  while (end < items.length && (levels[end] ?? 0) > level) end += 1;
  return end;
}

export const isLeaf = (items: Items, index: number): boolean => endOf(items, index) === index + 1;

/** The queue that something above decides for the item at `index`, or null where it is free. */
export function queueAbove(items: Items, index: number): string | null {
  const item = items[index];
  const parent = item?.parent_id == null ? -1 : items.findIndex((other) => other.id === item.parent_id);
  return parent < 0 ? null : (items[parent]?.queue_id ?? queueAbove(items, parent));
}

/** What stands below a queue's own result is of that queue. */
export function inherited(items: Items): DispositionSetting[] {
  const queues = new Map<string, string | null>();
  return items.map((item) => {
    const above = item.parent_id === null ? null : (queues.get(item.parent_id) ?? null);
    const queue_id = above ?? item.queue_id;
    queues.set(item.id, queue_id);
    return queue_id === item.queue_id ? item : { ...item, queue_id };
  });
}

/** With everything below it; null when that cannot be: into itself, or too deep. */
export function movedTo(items: Items, id: string, target: string, where: Where): DispositionSetting[] | null {
  const from = items.findIndex((item) => item.id === id);
  const end = endOf(items, from);
  const block = items.slice(from, end);
  const rest = [...items.slice(0, from), ...items.slice(end)];
  const at = rest.findIndex((item) => item.id === target);
  const first = block[0];
  const goal = rest[at];
  if (!first || !goal) return null;
  const parent_id = where === "inside" ? goal.id : goal.parent_id;
  rest.splice(where === "before" ? at : endOf(rest, at), 0, { ...first, parent_id }, ...block.slice(1));
  return Math.max(...depths(rest)) < DEEPEST ? inherited(rest) : null;
}

/** One step by keyboard; null where there is no way. */
export function stepped(items: Items, id: string, step: Step): DispositionSetting[] | null {
  const item = items.find((other) => other.id === id);
  if (!item) return null;
  if (step === "out") return item.parent_id === null ? null : movedTo(items, id, item.parent_id, "after");
  const siblings = items.filter((other) => other.parent_id === item.parent_id);
  const place = siblings.findIndex((other) => other.id === id);
  const other = siblings[step === "down" ? place + 1 : place - 1];
  return other ? movedTo(items, id, other.id, step === "up" ? "before" : step === "down" ? "after" : "inside") : null;
}

export function added(items: Items, parent: string | null, id: string): DispositionSetting[] {
  const fresh = { id, label: "", parent_id: parent, queue_id: null, note_required: false, position: 0 };
  const at = parent === null ? items.length : endOf(items, items.findIndex((item) => item.id === parent));
  return inherited([...items.slice(0, at), fresh, ...items.slice(at)]);
}

export function removed(items: Items, index: number): DispositionSetting[] {
  return [...items.slice(0, index), ...items.slice(endOf(items, index))];
}

/** Those that hold the words, and the way to them. */
export function shownFor(items: Items, words: string, locale: string): ReadonlySet<string> {
  const wanted = words.toLocaleLowerCase(locale).split(/\s+/).filter(Boolean);
  const byId = new Map(items.map((item) => [item.id, item]));
  const shown = new Set<string>();
  for (const item of items) {
    const label = item.label.toLocaleLowerCase(locale);
    if (!wanted.every((word) => label.includes(word))) continue;
    for (let at: DispositionSetting | undefined = item; at && !shown.has(at.id); at = byId.get(at.parent_id ?? "")) shown.add(at.id);
  }
  return shown;
}

export function treeTroubles(items: Items): Troubles {
  const troubles: Troubles = {};
  items.forEach((item, index) => {
    const before = items.slice(0, index).filter((other) => other.parent_id === item.parent_id);
    if (!item.label.trim()) troubles[`items.${index}.label`] = { key: "labelMissing" };
    else if (isTaken(item.label, before.map((other) => other.label))) troubles[`items.${index}.label`] = { key: "labelTaken" };
  });
  return troubles;
}
