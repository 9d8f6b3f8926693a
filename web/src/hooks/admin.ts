import { useQueries, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { get, request } from "../lib/api";
import type {
  AgentRouting,
  Calendar,
  DispositionSetting,
  Emergency,
  HolidayCountry,
  Order,
  PauseReason,
  QueueSettings,
  RoutingProfile,
  Skill,
  Strategy,
} from "../lib/admin/types";
import type { Named } from "../lib/contract";
import type { Names } from "../lib/admin/sentences";
import { may, useMe } from "./session";

const ADMIN = "admin";
const items = async <T>(path: string, signal?: AbortSignal): Promise<T[]> =>
  (await get<{ items: T[] }>(path, {}, signal)).items;

function useItems<T>(path: string) {
  return useQuery({ queryKey: [ADMIN, path], queryFn: ({ signal }) => items<T>(path, signal) });
}

function useOne<T>(path: string | null) {
  return useQuery({
    queryKey: [ADMIN, path],
    queryFn: ({ signal }) => get<T>(path ?? "", {}, signal),
    enabled: path !== null,
  });
}

export const paths = {
  queue: (id: string) => `/queues/${encodeURIComponent(id)}`,
  skill: (id: string) => `/skills/${encodeURIComponent(id)}`,
  agent: (id: string) => `/agents/${encodeURIComponent(id)}/routing`,
  profile: (id: string) => `/routing-profiles/${encodeURIComponent(id)}`,
  calendar: (id: string) => `/calendars/${encodeURIComponent(id)}`,
  dispositions: "/dispositions/settings",
};

export const useQueueNames = () => useItems<Named>("/queues");
export const useAgentNames = () => useItems<Named>("/agents");
export const useSkills = () => useItems<Skill>("/skills");
export const useStrategies = () => useItems<Strategy>("/strategies");
export const useProfiles = () => useItems<RoutingProfile>("/routing-profiles");
export const useCalendars = () => useItems<Calendar>("/calendars");
/** The zone a new calendar begins with; null when the server's machine does not say. */
export const useHouseZone = () =>
  useQuery({
    queryKey: [ADMIN, "/calendars", "house zone"],
    queryFn: async ({ signal }) => (await get<{ house_zone: string | null }>("/calendars", {}, signal)).house_zone,
  });
export const useHolidayCountries = () => useItems<HolidayCountry>("/holiday-countries");
export const usePauseSettings = () => useItems<PauseReason>("/pause-reasons/settings");
export const useDispositionSettings = () => useItems<DispositionSetting>(paths.dispositions);
export const useQueue = (id: string | null) => useOne<QueueSettings>(id === null ? null : paths.queue(id));
export const useAgentRouting = (id: string) => useOne<AgentRouting>(paths.agent(id));
export const useOrder = () => useOne<{ order: Order }>("/routing/order");

/** More than so many rows are not asked for one by one: their tables show names only. */
const DETAILS = 200;

/** The settings behind a list of names, as they come in. */
export function useDetails<T>(list: readonly Named[] | undefined, path: (id: string) => string): ReadonlyMap<string, T> {
  const wanted = list && list.length <= DETAILS ? list : [];
  const results = useQueries({
    queries: wanted.map((item) => ({
      queryKey: [ADMIN, path(item.id)],
      queryFn: ({ signal }: { signal: AbortSignal }) => get<T>(path(item.id), {}, signal),
      staleTime: 30_000,
    })),
  });
  const found = new Map<string, T>();
  wanted.forEach((item, index) => {
    const data = results[index]?.data;
    if (data !== undefined) found.set(item.id, data);
  });
  return found;
}

export function useNames(list: readonly Named[] | undefined): Names {
  return useMemo(() => new Map((list ?? []).map((item) => [item.id, item.name])), [list]);
}

export const options = (list: readonly Named[] | undefined) =>
  (list ?? []).map((item) => ({ value: item.id, label: item.name }));

export function useMayManage(): boolean {
  return may(useMe(), "routing.manage");
}

/** What else shows the same things: lists on other pages and "used by". */
function forget(client: QueryClient): void {
  for (const key of ["queues", "agents", "pause-reasons", "dispositions", ADMIN]) void client.invalidateQueries({ queryKey: [key] });
}

/** Creates, replaces and removes; afterwards everything shown is asked for anew, in the background. */
export function useWrite() {
  const client = useQueryClient();
  return {
    create: async <T extends { id: string }>(path: string, body: object): Promise<T> => {
      const made = await request<T>("POST", path, { body });
      forget(client);
      return made;
    },
    replace: async (path: string, body: unknown): Promise<void> => {
      await request("PUT", path, { body });
      forget(client);
    },
    remove: async (path: string, keep: { leaving: { current: boolean } }, then: () => void): Promise<void> => {
      await request("DELETE", path);
      keep.leaving.current = true;
      then();
      client.removeQueries({ queryKey: [ADMIN, path] });
      forget(client);
    },
    /** After a change that was sent otherwise. */
    refresh: (): void => forget(client),
    emergency: async (id: string, emergency: Emergency | null): Promise<void> => {
      await request("PUT", `${paths.calendar(id)}/emergency`, { body: emergency });
      forget(client);
    },
  };
}
