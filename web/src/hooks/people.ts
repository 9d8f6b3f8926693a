import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { get } from "../lib/api";
import type { PermissionInfo, Person, PersonPage, Role, Team } from "../lib/admin/people";
import type { Named } from "../lib/contract";
import { may, useMe } from "./session";

const ADMIN = "admin";
const PAGE = 50;
/** A page at a time, this many people are offered in a choice. */
const OFFERED = 200;

export interface PersonFilter {
  q: string;
  role: string | null;
  team: string | null;
  state: string | null;
  sort: string;
}

export const personPath = (id: string) => `/users/${encodeURIComponent(id)}`;
export const rolePath = (id: string) => `/roles/${encodeURIComponent(id)}`;
export const teamPath = (id: string) => `/teams/${encodeURIComponent(id)}`;

export function usePeople(filter: PersonFilter) {
  return useInfiniteQuery({
    queryKey: [ADMIN, "/users", filter],
    queryFn: ({ pageParam, signal }) => get<PersonPage>("/users", { ...filter, limit: PAGE, offset: pageParam }, signal),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const loaded = pages.reduce((sum, page) => sum + page.items.length, 0);
      return loaded < last.total && last.items.length > 0 ? loaded : undefined;
    },
    placeholderData: (before) => before,
  });
}

export function usePerson(id: string) {
  return useQuery({ queryKey: [ADMIN, personPath(id)], queryFn: ({ signal }) => get<Person>(personPath(id), {}, signal) });
}

const list = <T>(path: string) => ({
  queryKey: [ADMIN, path],
  queryFn: async ({ signal }: { signal: AbortSignal }) => (await get<{ items: T[] }>(path, {}, signal)).items,
});

export const useTeams = (enabled = true) => useQuery({ ...list<Team>("/teams"), enabled });
export const useRoles = () => useQuery(list<Role>("/roles"));
export const usePermissions = () => useQuery(list<PermissionInfo>("/permissions"));

/** Who can be put into a team: everybody where people may be seen, else the agents. */
export function useColleagues() {
  const all = may(useMe(), "users.manage");
  return useQuery({
    queryKey: [ADMIN, "colleagues", all],
    queryFn: async ({ signal }): Promise<Named[]> => {
      if (!all) return (await get<{ items: Named[] }>("/agents", {}, signal)).items;
      const found: Named[] = [];
      for (;;) {
        const page = await get<PersonPage>("/users", { limit: OFFERED, offset: found.length }, signal);
        found.push(...page.items.map(({ id, name }) => ({ id, name })));
        if (page.items.length === 0 || found.length >= page.total) return found;
      }
    },
  });
}

/** The first of those who have a role. */
export function useHolders(role: string) {
  return useQuery({
    queryKey: [ADMIN, "/users", "holders", role],
    queryFn: ({ signal }) => get<PersonPage>("/users", { role, limit: PAGE }, signal),
    enabled: may(useMe(), "users.manage") && role !== "",
  });
}
