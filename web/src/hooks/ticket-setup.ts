import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { get, request } from "../lib/api";
import type { Role } from "../lib/admin/people";
import type { Calendar } from "../lib/admin/types";
import type { Named } from "../lib/contract";
import { bodyOf, placed, type Kind, type TicketSetUp } from "../lib/tickets/setup";
import { useWrite } from "./admin";
import { may, useMe } from "./session";
import { TICKETS, useChoices } from "./tickets";

const ROWS = ["admin", "/ticket-setup"] as const;
const PATH = "/ticket-setup";
const READY = ["agent", "supervisor", "quality", "planner", "editor", "administrator"];

export const setUpPath = (kind: Kind, id: string) => `${PATH}/${kind}/${encodeURIComponent(id)}`;

export const useSetUpRows = () => useQuery({ queryKey: ROWS, queryFn: ({ signal }) => get<TicketSetUp>(PATH, {}, signal) });

export const useMaySetUp = (): boolean => may(useMe(), "tickets.set_up");

/** Creates, replaces and removes; the pages of tickets ask anew too. */
export function useWriteSetUp() {
  const write = useWrite();
  const client = useQueryClient();
  const forget = () => void client.invalidateQueries({ queryKey: [TICKETS, "set-up"] });
  return {
    create: async (kind: Kind, body: object): Promise<{ id: string }> => {
      const made = await write.create(`${PATH}/${kind}`, body);
      forget();
      return made;
    },
    replace: async (kind: Kind, id: string, body: object): Promise<void> => {
      await write.replace(setUpPath(kind, id), body);
      forget();
    },
    remove: async (kind: Kind, id: string, keep: { leaving: { current: boolean } }, then: () => void): Promise<void> => {
      await write.remove(setUpPath(kind, id), keep, then);
      forget();
    },
    /** Several changes with one asking anew at the end. */
    quietly: {
      create: (kind: Kind, body: object) => request<{ id: string }>("POST", `${PATH}/${kind}`, { body }),
      replace: (kind: Kind, id: string, body: object) => request("PUT", setUpPath(kind, id), { body }),
      remove: (kind: Kind, id: string) => request("DELETE", setUpPath(kind, id)),
    },
    refresh: (): void => {
      write.refresh();
      forget();
    },
    /** Puts a list into this order. */
    order: async <K extends Kind>(kind: K, rows: TicketSetUp[K]): Promise<void> => {
      client.setQueryData<TicketSetUp>(ROWS, (held) => held && { ...held, [kind]: rows });
      try {
        for (const move of placed(rows)) {
          const row = (rows as readonly { id: string }[]).find((each) => each.id === move.id);
          if (row) await request("PUT", setUpPath(kind, move.id), { body: { ...bodyOf(row), position: move.position } });
        }
      } finally {
        write.refresh();
        forget();
      }
    },
  };
}

export interface Others {
  roles: Named[];
  people: Named[];
  assignees: Named[];
  teams: Named[];
  queues: Named[];
  calendars: Named[];
  skills: Named[];
}

/** What forms name beside tickets' own set-up; what a role may not see is not offered. */
export function useOthers() {
  const me = useMe();
  const choices = useChoices();
  const roles = useQuery({
    queryKey: ["admin", "/roles"],
    queryFn: async ({ signal }) => (await get<{ items: Role[] }>("/roles", {}, signal)).items,
    enabled: may(me, "users.manage", "roles.manage", "teams.manage"),
  });
  const calendars = useQuery({
    queryKey: ["admin", "/calendars"],
    queryFn: async ({ signal }) => (await get<{ items: Calendar[] }>("/calendars", {}, signal)).items,
    enabled: may(me, "routing.view"),
  });
  const skills = useQuery({
    queryKey: ["admin", "/skills"],
    queryFn: async ({ signal }) => (await get<{ items: Named[] }>("/skills", {}, signal)).items,
    enabled: may(me, "routing.view"),
  });
  const held = choices.data;
  const data = useMemo<Others | undefined>(
    () =>
      held && {
        roles: (roles.data ?? READY.map((id) => ({ id, name: id.charAt(0).toLocaleUpperCase() + id.slice(1) }))).map(({ id, name }) => ({ id, name })),
        people: held.people,
        assignees: held.assignees,
        teams: held.teams,
        queues: held.queues,
        calendars: (calendars.data ?? []).map(({ id, name }) => ({ id, name })),
        skills: (skills.data ?? []).map(({ id, name }) => ({ id, name })),
      },
    [held, roles.data, calendars.data, skills.data],
  );
  return { data, error: choices.error, refetch: () => choices.refetch() };
}
