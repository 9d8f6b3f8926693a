import type { Disposition } from "./contract";

type Result = Omit<Disposition, "note_required">;

export interface DispositionGroup {
  /** The path above the leaves, e.g. "Billing › Refund"; "" at the top. */
  group: string;
  items: { value: string; label: string }[];
}

/** Only leaves can be chosen; they are listed under the path that leads to them, in the server's order. */
export function groupDispositions(all: readonly Result[], separator = " › "): DispositionGroup[] {
  const byId = new Map(all.map((item) => [item.id, item]));
  const parents = new Set(all.map((item) => item.parent_id).filter((id) => id !== null && byId.has(id)));
  const groups = new Map<string, DispositionGroup>();
  for (const item of all) {
    if (parents.has(item.id)) continue;
    const path = pathAbove(item, byId).join(separator);
    const group = groups.get(path) ?? { group: path, items: [] };
    group.items.push({ value: item.id, label: item.label });
    groups.set(path, group);
  }
  return [...groups.values()];
}

function pathAbove(item: Result, byId: ReadonlyMap<string, Result>): string[] {
  const path: string[] = [];
  const seen = new Set([item.id]);
  let parent = item.parent_id === null ? undefined : byId.get(item.parent_id);
  while (parent && !seen.has(parent.id)) {
    seen.add(parent.id);
    path.unshift(parent.label);
    parent = parent.parent_id === null ? undefined : byId.get(parent.parent_id);
  }
  return path;
}
