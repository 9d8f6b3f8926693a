import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiKey, Security, SessionItem } from "../lib/account";
import { get, Problem } from "../lib/api";

const SECURITY = ["account", "security"] as const;
const SESSIONS = ["account", "sessions"] as const;
const KEYS = ["account", "keys"] as const;

export const useSecurity = () =>
  useQuery({ queryKey: SECURITY, queryFn: ({ signal }) => get<Security>("/account/security", {}, signal) });
export const useSessions = () =>
  useQuery({
    queryKey: SESSIONS,
    queryFn: async ({ signal }) => (await get<{ items: SessionItem[] }>("/account/sessions", {}, signal)).items,
  });
export const useApiKeys = () =>
  useQuery({
    queryKey: KEYS,
    queryFn: async ({ signal }) => (await get<{ items: ApiKey[] }>("/account/api-keys", {}, signal)).items,
  });

/** One act at a time on the account: what it says when it fails, and what is shown is read anew after it. */
export function useAct() {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (act: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
      await client.invalidateQueries({ queryKey: ["account"] });
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(500, "error", "", ""));
    }
    setBusy(false);
  };
  return { busy, problem, run };
}
