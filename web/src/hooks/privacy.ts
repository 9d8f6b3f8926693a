import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Hold, PrivacyRequest, Retention } from "../lib/admin/privacy";
import { isUnderWay } from "../lib/admin/privacy";
import { get } from "../lib/api";

const KEY = "privacy";
const SOON_MS = 1000;

export function usePrivacyRequests() {
  return useQuery({
    queryKey: [KEY, "requests"],
    queryFn: async ({ signal }) => (await get<{ items: PrivacyRequest[] }>("/privacy/requests", {}, signal)).items,
    refetchInterval: (query) => (query.state.data?.some(isUnderWay) ? SOON_MS : false),
  });
}

export function useRetention() {
  return useQuery({
    queryKey: [KEY, "retention"],
    queryFn: ({ signal }) => get<Retention>("/privacy/retention", {}, signal),
    refetchInterval: (query) => {
      const run = query.state.data?.last_run;
      return run && run.ended_at === null ? SOON_MS : false;
    },
  });
}

export function useHolds() {
  return useQuery({
    queryKey: [KEY, "holds"],
    queryFn: async ({ signal }) => (await get<{ items: Hold[] }>("/privacy/holds", {}, signal)).items,
  });
}

/** Those in force on one interaction; asked only of who may see them. */
export function useHoldsOf(interactionId: string, enabled: boolean) {
  return useQuery({
    queryKey: [KEY, "holds", interactionId],
    queryFn: async ({ signal }) =>
      (await get<{ items: Hold[] }>(`/interactions/${encodeURIComponent(interactionId)}/holds`, {}, signal)).items,
    enabled,
  });
}

/** After an act: everything about privacy is asked anew. */
export function usePrivacyChanged() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: [KEY] });
}
