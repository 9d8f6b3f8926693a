/** The tree of categories while it is edited: moved as trees are everywhere, saved as the few changes that it takes. */
import { inReadingOrder, type Items } from "../admin/tree";
import type { DispositionSetting, Troubles } from "../admin/types";
import type { AskedSkill, CategoryBody, CategoryRow } from "./setup";

export interface Branch {
  id: string;
  name: string;
  parent_id: string | null;
  retired: boolean;
  skills: AskedSkill[];
}

/** An id that the server has not given. */
export const FRESH = "new:";

export function branchesOf(rows: readonly CategoryRow[]): Branch[] {
  return withTheRest(inReadingOrder(asItems(rows)), rows);
}

/** As the tree of results moves them. */
export function asItems(rows: readonly { id: string; name: string; parent_id: string | null; position?: number }[]): Items {
  return rows.map((row) => ({ id: row.id, label: row.name, parent_id: row.parent_id, queue_id: null, note_required: false, position: row.position ?? 0 }));
}

/** The branches in another order or below others. */
export function reordered(branches: readonly Branch[], items: readonly DispositionSetting[]): Branch[] {
  return withTheRest(items, branches);
}

/** What the tree of results does not know of, from where it was. */
function withTheRest(items: readonly DispositionSetting[], from: readonly Pick<Branch, "id" | "retired" | "skills">[]): Branch[] {
  const held = new Map(from.map((each) => [each.id, each]));
  return items.map((item) => ({
    id: item.id,
    name: item.label,
    parent_id: item.parent_id,
    retired: held.get(item.id)?.retired ?? false,
    skills: held.get(item.id)?.skills ?? [],
  }));
}

const asked = (skills: readonly AskedSkill[]): string => skills.map((each) => `${each.skill}:${each.level}`).sort().join();

export type Change = { how: "make"; id: string; body: CategoryBody } | { how: "put"; id: string; body: CategoryBody } | { how: "remove"; id: string; name: string };

/** What has to be done, in an order that never names what is not there: made from the root down, removed from below. */
export function changesTo(rows: readonly CategoryRow[], branches: readonly Branch[]): Change[] {
  const before = new Map(rows.map((row) => [row.id, row]));
  const kept = new Set(branches.map((branch) => branch.id));
  const counts = new Map<string | null, number>();
  const made: Change[] = [];
  const put: Change[] = [];
  for (const branch of branches) {
    const position = counts.get(branch.parent_id) ?? 0;
    counts.set(branch.parent_id, position + 1);
    const body = { name: branch.name.trim(), parent_id: branch.parent_id, position, retired: branch.retired, skills: branch.skills };
    const old = before.get(branch.id);
    if (!old) made.push({ how: "make", id: branch.id, body });
    else if (old.name !== body.name || old.parent_id !== body.parent_id || old.position !== position || old.retired !== body.retired || asked(old.skills) !== asked(body.skills)) put.push({ how: "put", id: branch.id, body });
  }
  const gone = rows.filter((row) => !kept.has(row.id)).sort((a, b) => b.path.length - a.path.length);
  return [...made, ...put, ...gone.map((row): Change => ({ how: "remove", id: row.id, name: row.name }))];
}

export function branchTroubles(branches: readonly Branch[]): Troubles {
  const troubles: Troubles = {};
  branches.forEach((branch, index) => {
    const name = branch.name.trim().toLocaleLowerCase();
    const beside = branches.slice(0, index).filter((other) => other.parent_id === branch.parent_id);
    if (!name) troubles[`items.${index}.name`] = { key: "nameMissing" };
    else if (beside.some((other) => other.name.trim().toLocaleLowerCase() === name)) troubles[`items.${index}.name`] = { key: "nameTaken" };
  });
  return troubles;
}
