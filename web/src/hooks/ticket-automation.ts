import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, request } from "../lib/api";
import type { Delivery, DryRun, Macro, Preview, ReadyReply, Rule, RuleBody, Run, TextVariable, Webhook, WebhookMade } from "../lib/tickets/automation";
import type { ChildrenChoice } from "../lib/tickets/children";
import type { Recurrence, Schedule } from "../lib/tickets/recurrences";
import type { Ticket } from "../lib/tickets/types";
import { TICKETS, ticketPath, useAct } from "./tickets";

const MINUTE = 60_000;
export type Shelf = "rules" | "macros" | "replies" | "webhooks" | "recurrences";
export const shelfPath = (what: Shelf, id?: string) => `/ticket-${what}${id === undefined ? "" : `/${encodeURIComponent(id)}`}`;
/** Among those that a restored document of the history has asked for anew. */
const key = (what: Shelf) => ["admin", "ticket-automation", what] as const;

function useShelf<T>(what: Shelf, enabled = true) {
  return useQuery({
    queryKey: key(what),
    queryFn: async ({ signal }) => (await get<{ items: T[] }>(shelfPath(what), {}, signal)).items,
    staleTime: MINUTE,
    enabled,
  });
}

export const useRules = () => useShelf<Rule>("rules");
export const useMacros = (enabled = true) => useShelf<Macro>("macros", enabled);
export const useReplies = (enabled = true) => useShelf<ReadyReply>("replies", enabled);
export const useWebhooks = (enabled = true) => useShelf<Webhook>("webhooks", enabled);

export const useRecurrences = () => useShelf<Recurrence>("recurrences");

/** When a schedule comes next. */
export const useMoments = (schedule: Schedule, enabled: boolean) =>
  useQuery({
    queryKey: [...key("recurrences"), "moments", schedule],
    queryFn: async () => (await request<{ items: string[] }>("POST", `${shelfPath("recurrences")}/moments`, { body: schedule })).items,
    enabled,
    placeholderData: (before) => before,
    retry: false,
  });

export const useTextVariables = () =>
  useQuery({
    queryKey: ["admin", "ticket-automation", "variables"],
    queryFn: async ({ signal }) => (await get<{ items: TextVariable[] }>("/ticket-variables", {}, signal)).items,
    staleTime: MINUTE,
  });

/** Creates, replaces and removes one of a shelf; its list is asked for anew. */
export function useShelved(what: Shelf) {
  const client = useQueryClient();
  const forget = () => client.invalidateQueries({ queryKey: key(what) });
  return {
    create: async <T extends { id: string }>(body: object): Promise<T> => {
      const made = await request<T>("POST", shelfPath(what), { body });
      // What was made is in the list before its page is opened.
      client.setQueryData<T[]>(key(what), (held) => held && [...held, made]);
      void forget();
      return made;
    },
    replace: async <T extends { id: string }>(id: string, body: object): Promise<T> => {
      const changed = await request<T>("PUT", shelfPath(what, id), { body });
      client.setQueryData<T[]>(key(what), (held) => held?.map((each) => (each.id === id ? changed : each)));
      void forget();
      return changed;
    },
    remove: async (id: string, leaving: { current: boolean }, then: () => void): Promise<void> => {
      await request("DELETE", shelfPath(what, id));
      leaving.current = true;
      then();
      client.setQueryData<{ id: string }[]>(key(what), (held) => held?.filter((each) => each.id !== id));
      void forget();
    },
  };
}

export function useRuleOrder() {
  const client = useQueryClient();
  return async (rows: readonly Rule[]): Promise<void> => {
    client.setQueryData<readonly Rule[]>(key("rules"), rows);
    try {
      await request("PUT", shelfPath("rules"), { body: { ids: rows.map((row) => row.id) } });
    } finally {
      void client.invalidateQueries({ queryKey: key("rules") });
    }
  };
}

export interface RunsAsked {
  rule: string;
  ticket: string;
  outcome: string;
}

export const useRuns = (asked: RunsAsked) =>
  useInfiniteQuery({
    queryKey: [...key("rules"), "runs", asked],
    queryFn: ({ pageParam, signal }) => get<{ items: Run[]; next_cursor: string | null }>(`${shelfPath("rules")}/runs`, { ...asked, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

const POLL_MS = 400;

/** Tries a rule on what has been: begin, how far it is, cancel. */
export function useDryRun() {
  const path = `${shelfPath("rules")}/dry-run`;
  const client = useQueryClient();
  const begin = useMutation({
    mutationFn: ({ id, rule, days }: { id: string | null; rule: RuleBody; days: number }) => request<DryRun>("POST", path, { body: { id, rule, days } }),
  });
  const id = begin.data?.id ?? null;
  const at = [...key("rules"), "dry-run", id] as const;
  const job = useQuery({
    queryKey: at,
    queryFn: ({ signal }) => get<DryRun>(`${path}/${id ?? ""}`, {}, signal),
    enabled: id !== null,
    refetchInterval: (query) => (query.state.data && query.state.data.state !== "running" ? false : POLL_MS),
    gcTime: 0,
  });
  const cancel = useMutation({
    mutationFn: () => request<DryRun>("DELETE", `${path}/${id ?? ""}`),
    onSuccess: (data) => client.setQueryData(at, data),
  });
  return { begin, cancel, job: job.data ?? begin.data ?? null, error: begin.error ?? job.error ?? cancel.error };
}

export const useDeliveries = (id: string) =>
  useQuery({
    queryKey: [...key("webhooks"), id, "deliveries"],
    queryFn: async ({ signal }) => (await get<{ items: Delivery[] }>(`${shelfPath("webhooks", id)}/deliveries`, {}, signal)).items,
    // While something waits it is looked at again.
    refetchInterval: (query) => (query.state.data?.some((each) => each.state === "waiting") ? 3000 : false),
  });

export function useHookActs(id: string) {
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: [...key("webhooks"), id, "deliveries"] });
  return {
    test: useMutation({ mutationFn: () => request<undefined>("POST", `${shelfPath("webhooks", id)}/test`), onSuccess: again }),
    renew: useMutation({ mutationFn: () => request<WebhookMade>("POST", `${shelfPath("webhooks", id)}/secret`) }),
  };
}

const onTicket = (ticket: string, what: "macros" | "replies", id: string) => `${ticketPath(ticket)}/${what}/${encodeURIComponent(id)}`;

/** What a macro would do to this ticket as it is now. */
export const usePreview = (ticket: Ticket, macro: string) =>
  useQuery({
    queryKey: [TICKETS, "one", ticket.id, "preview", macro, ticket.sequence],
    queryFn: ({ signal }) => get<Preview>(onTicket(ticket.id, "macros", macro), {}, signal),
    gcTime: 0,
    retry: false,
  });

export const useApply = (ticket: Ticket) =>
  useAct(({ macro, children }: { macro: string; children?: ChildrenChoice }) =>
    request<Ticket>("POST", `${onTicket(ticket.id, "macros", macro)}${children ? `?children=${children}` : ""}`),
  );

/** The text of a ready answer with everything filled in for this ticket. */
export const filledReply = async (ticket: string, reply: string): Promise<string> => (await get<{ text: string }>(onTicket(ticket, "replies", reply))).text;
