import { useQuery } from "@tanstack/react-query";
import { get } from "../lib/api";
import type { Disposition, Labelled, Named } from "../lib/contract";

const items = async <T>(path: string, query: Record<string, string> = {}): Promise<T[]> =>
  (await get<{ items: T[] }>(path, query)).items;

const MINUTES_5 = 300_000;

export function usePauseReasons(enabled: boolean) {
  return useQuery({
    queryKey: ["pause-reasons"],
    queryFn: () => items<Labelled>("/pause-reasons"),
    staleTime: MINUTES_5,
    enabled,
  });
}

export function useQueues() {
  return useQuery({ queryKey: ["queues"], queryFn: () => items<Named>("/queues"), staleTime: MINUTES_5 });
}

export function useAgents(enabled: boolean) {
  return useQuery({ queryKey: ["agents"], queryFn: () => items<Named>("/agents"), staleTime: MINUTES_5, enabled });
}

export function useDispositions(queueId: string) {
  return useQuery({
    queryKey: ["dispositions", queueId],
    queryFn: () => items<Disposition>("/dispositions", { queue: queueId }),
    staleTime: MINUTES_5,
  });
}
