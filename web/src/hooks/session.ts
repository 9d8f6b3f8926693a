import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext } from "react";
import { Problem, request } from "../lib/api";
import type { Me, Permission } from "../lib/contract";
import { live } from "../lib/socket";
import { forgetDrafts } from "../lib/tickets/draft";

export const ME = ["me"] as const;

async function fetchMe(): Promise<Me | null> {
  try {
    return await request<Me>("GET", "/session", { guest: true });
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

export function useMeQuery() {
  return useQuery({ queryKey: ME, queryFn: fetchMe, staleTime: Infinity, retry: 2, retryDelay: 1000 });
}

export const MeContext = createContext<Me | null>(null);

/** The person signed in; only under the frame, which renders nobody's pages. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("useMe outside the frame");
  return me;
}

/** Whoever may one of these finds something to set up. */
export const ADMIN = ["routing.view", "users.manage", "teams.manage", "roles.manage", "audit.view", "portal.set_up", "privacy.view", "customers.set_up", "configuration.manage", "providers.manage", "flows.view", "prompts.manage", "templates.manage", "branding.manage", "first_run.guide", "tickets.set_up"] as const satisfies Permission[];

export function may(me: Me, ...permissions: Permission[]): boolean {
  return permissions.some((permission) => me.permissions.includes(permission));
}

/** Ends the session and forgets everything that was shown. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    await request("DELETE", "/session").catch((error: unknown) => {
      if (!(error instanceof Problem && error.status === 401)) throw error;
    });
    live.close();
    const me = client.getQueryData<Me | null>(ME);
    if (me) forgetDrafts(me.id);
    // This one is watched by whatever is shown, so it stays and changes; the rest goes.
    client.setQueryData(ME, null);
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== ME[0] });
  }, [client]);
}
