import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { get, request } from "../lib/api";
import type { AgentRouting, QueueSettings } from "../lib/admin/types";
import type { Named } from "../lib/contract";
import type { AskBody, SetUp } from "../lib/whatif/ask";
import type { Simulation, SimulationRow } from "../lib/whatif/types";
import { paths, useAgentNames, useProfiles, useQueueNames, useSkills } from "./admin";

const PATH = "/simulations";
const LIST = ["simulations"] as const;
const of = (id: string) => ["simulation", id] as const;
const POLL_MS = 700;
const LIST_POLL_MS = 2000;
/** More agents than this are not asked for one by one: their skills and own queues cannot be changed then. */
export const MOST_AGENTS = 300;

export const underWay = (row: Pick<SimulationRow, "state">): boolean => row.state === "waiting" || row.state === "running";

export function useSimulations() {
  return useQuery({
    queryKey: LIST,
    queryFn: async ({ signal }) => (await get<{ items: SimulationRow[] }>(PATH, {}, signal)).items,
    refetchInterval: (query) => (query.state.data?.some(underWay) ? LIST_POLL_MS : false),
  });
}

export function useSimulation(id: string | null) {
  return useQuery({
    queryKey: of(id ?? ""),
    queryFn: ({ signal }) => get<Simulation>(`${PATH}/${encodeURIComponent(id ?? "")}`, {}, signal),
    enabled: id !== null,
    refetchInterval: (query) => (query.state.data && underWay(query.state.data) ? POLL_MS : false),
    staleTime: (query) => (query.state.data?.state === "done" ? Infinity : 0),
  });
}

export function useAsk() {
  const client = useQueryClient();
  return async (body: AskBody): Promise<string> => {
    const { id } = await request<{ id: string }>("POST", PATH, { body });
    void client.invalidateQueries({ queryKey: LIST });
    return id;
  };
}

export function useCancel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<undefined>("DELETE", `${PATH}/${encodeURIComponent(id)}`),
    onSettled: (_, __, id) => {
      void client.invalidateQueries({ queryKey: LIST });
      void client.invalidateQueries({ queryKey: of(id) });
    },
  });
}

interface Loading<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => Promise<unknown>;
}

/** All of a list in full, once every one is there. */
function useAll<T>(list: readonly Named[] | undefined, path: (id: string) => string): Loading<T[]> {
  return useQueries({
    queries: (list ?? []).map((item) => ({
      queryKey: ["admin", path(item.id)],
      queryFn: ({ signal }: { signal: AbortSignal }) => get<T>(path(item.id), {}, signal),
      staleTime: 30_000,
    })),
    combine: (results) => ({
      data: list && results.every((result) => result.data !== undefined) ? results.map((result) => result.data as T) : undefined,
      error: results.find((result) => result.error)?.error ?? null,
      refetch: () => Promise.all(results.filter((result) => result.data === undefined).map((result) => result.refetch())),
    }),
  });
}

export interface SetUpLoading extends Loading<SetUp> {
  agentNames: readonly Named[];
}

const NOBODY: readonly Named[] = [];

/** Queues, agents, skills and profiles as they are set up, which is what days are run on. */
export function useSetUp(): SetUpLoading {
  const queueNames = useQueueNames();
  const agentNames = useAgentNames();
  const skills = useSkills();
  const profiles = useProfiles();
  const queues = useAll<QueueSettings>(queueNames.data, paths.queue);
  const few = agentNames.data && (agentNames.data.length > MOST_AGENTS ? NOBODY : agentNames.data);
  const agents = useAll<AgentRouting>(few, paths.agent);
  const all: Loading<unknown>[] = [queueNames, agentNames, skills, profiles, queues, agents];
  const data = useMemo(
    () =>
      queues.data && agents.data && skills.data && profiles.data
        ? { queues: queues.data, agents: agents.data, skills: skills.data, profiles: profiles.data }
        : undefined,
    [queues.data, agents.data, skills.data, profiles.data],
  );
  return {
    data,
    error: all.find((query) => query.error)?.error ?? null,
    refetch: () => Promise.all(all.filter((query) => query.data === undefined).map((query) => query.refetch())),
    agentNames: agentNames.data ?? NOBODY,
  };
}
