/** People, roles and teams as the server tells them, and what is made of them on the screens. */
import type { Named } from "../contract";
import { isTaken } from "./hours";
import type { Troubles } from "./types";

export type PersonState = "invited" | "active" | "disabled";
export const STATES: readonly PersonState[] = ["active", "invited", "disabled"];

/** Only what belongs to one of these; null: everywhere. */
export interface Where {
  teams: string[];
  queues: string[];
}

export interface HeldRole {
  role: string;
  where: Where | null;
}

export interface Person {
  id: string;
  email: string;
  name: string;
  state: PersonState;
  roles: (HeldRole & { name: string })[];
  teams: Named[];
  created_at: string;
  last_seen_at: string | null;
}

export interface PersonPage {
  items: Person[];
  total: number;
}

export interface PersonDraft {
  email: string;
  name: string;
  disabled: boolean;
  roles: HeldRole[];
  teams: string[];
}

/** A ready-made role cannot be changed. */
export interface Role {
  id: string;
  name: string;
  description: string;
  permissions: string[];
  ready_made: boolean;
  users: number;
}

/** `roles`: the ready-made ones that have it. */
export interface PermissionInfo {
  name: string;
  summary: string;
  roles: string[];
  scoped: boolean;
  own: boolean;
  dangerous: boolean;
}

export interface Team {
  id: string;
  name: string;
  parent_id: string | null;
  leader: Named | null;
  members: Named[];
}

export interface ImportResult {
  applied: boolean;
  good: number;
  bad: number;
  rows: { line: number; email: string; field: string | null; problem: string | null }[];
}

export const draftOf = (person: Person): PersonDraft => ({
  email: person.email,
  name: person.name,
  disabled: person.state === "disabled",
  roles: person.roles.map(({ role, where }) => ({ role, where })),
  teams: person.teams.map((team) => team.id),
});

export function personTroubles(value: PersonDraft): Troubles {
  const troubles: Troubles = {};
  if (!value.name.trim()) troubles.name = { key: "nameMissing" };
  if (!value.email.trim()) troubles.email = { key: "emailMissing" };
  else if (!/^[^@\s]+@[^@\s]+$/.test(value.email.trim())) troubles.email = { key: "emailWrong" };
  value.roles.forEach((held, index) => {
    if (!held.role) troubles[`roles.${index}.role`] = { key: "roleMissing" };
    else if (held.where && held.where.teams.length + held.where.queues.length === 0)
      troubles[`roles.${index}.where`] = { key: "whereMissing" };
  });
  return troubles;
}

export function nameTroubles(name: string, others: readonly Named[]): Troubles {
  if (!name.trim()) return { name: { key: "nameMissing" } };
  return isTaken(
    name,
    others.map((other) => other.name),
  )
    ? { name: { key: "nameTaken" } }
    : {};
}

/** By what stands before the dot of their names, in the server's order. */
export function grouped(permissions: readonly PermissionInfo[]): [string, PermissionInfo[]][] {
  const groups = new Map<string, PermissionInfo[]>();
  for (const permission of permissions) {
    const group = permission.name.split(".")[0] ?? "";
    groups.set(group, [...(groups.get(group) ?? []), permission]);
  }
  return [...groups];
}

/** "workforce_planning" as a heading. */
export function groupWord(group: string): string {
  const words = group.replaceAll("_", " ");
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** Teams that can stand above this one: not itself, and none below it. */
export function possibleParents(teams: readonly Team[], id: string): Team[] {
  const below = new Set([id]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const team of teams)
      if (team.parent_id !== null && below.has(team.parent_id) && !below.has(team.id)) {
        below.add(team.id);
        grown = true;
      }
  }
  return teams.filter((team) => !below.has(team.id));
}
