import { useMutation, useQuery, useQueryClient, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { get, Problem, request } from "../lib/api";
import type { Page } from "../lib/contract";
import type { CustomerLine } from "../lib/customers";
import { newId } from "../lib/ids";
import { live } from "../lib/socket";
import type { Choices, ClocksWhy, Entry, LookerRow, Message, MessageList, Patch, SetUp, Side, Ticket, TicketPage, View } from "../lib/tickets/types";
import { useRows, useTopic } from "./live";
import { may, useMe } from "./session";

const MINUTE = 60_000;
export const TICKETS = "tickets";
export const ticketPath = (id: string) => `/tickets/${encodeURIComponent(id)}`;

export const useTicketSetUp = (enabled = true) =>
  useQuery({ queryKey: [TICKETS, "set-up"], queryFn: ({ signal }) => get<SetUp>("/ticket-setup", {}, signal), staleTime: 5 * MINUTE, enabled });

export const useChoices = (enabled = true) =>
  useQuery({ queryKey: [TICKETS, "choices"], queryFn: ({ signal }) => get<Choices>("/ticket-choices", {}, signal), staleTime: MINUTE, enabled });

export const useViews = () =>
  useQuery({ queryKey: [TICKETS, "views"], queryFn: async ({ signal }) => (await get<{ items: View[] }>("/ticket-views", {}, signal)).items });

export const useCounts = () =>
  useQuery({
    queryKey: [TICKETS, "counts"],
    queryFn: ({ signal }) => get<{ counts: Record<string, number>; most: number }>("/ticket-views/counts", {}, signal),
  });

export const useTicket = (id: string) =>
  useQuery({ queryKey: [TICKETS, "one", id], queryFn: ({ signal }) => get<Ticket>(ticketPath(id), {}, signal) });

/** Everything that is there of a list, read page by page. */
async function all<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: T[]; next_cursor: string | null } = await get(path, { cursor, limit: 200 }, signal);
    found.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}

export const useMessages = (id: string) =>
  useQuery({ queryKey: [TICKETS, "one", id, "messages"], queryFn: ({ signal }) => all<Message>(`${ticketPath(id)}/messages`, signal) });

/** `mail`: whether somebody outside can be written to from here. */
export const useSides = (id: string, enabled = true) =>
  useQuery({ queryKey: [TICKETS, "one", id, "sides"], queryFn: ({ signal }) => get<{ items: Side[]; mail: boolean }>(`${ticketPath(id)}/sides`, {}, signal), enabled });

export const useEntries = (id: string, enabled: boolean) =>
  useQuery({ queryKey: [TICKETS, "one", id, "history"], queryFn: ({ signal }) => all<Entry>(`${ticketPath(id)}/history`, signal), enabled });

export const useClocksWhy = (id: string, enabled: boolean) =>
  useQuery({ queryKey: [TICKETS, "one", id, "clocks"], queryFn: ({ signal }) => get<ClocksWhy>(`${ticketPath(id)}/clocks`, {}, signal), enabled });

/** Customers by what is typed; a name that is chosen already is kept by whoever asks. */
export function useCustomers(q: string) {
  return useQuery({
    queryKey: ["customers", "choice", q],
    queryFn: ({ signal }) => get<Page<CustomerLine>>("/customers", { q, limit: 12 }, signal),
    enabled: may(useMe(), "customers.view"),
    placeholderData: (before) => before,
    staleTime: MINUTE,
  });
}

type Lists = TicketPage | InfiniteData<TicketPage>;

/** Puts what is known of a ticket by now in its place everywhere. */
export function keep(client: QueryClient, ticket: Ticket): void {
  const placed = (page: TicketPage): TicketPage => ({ ...page, items: page.items.map((row) => (row.id === ticket.id ? ticket : row)) });
  for (const part of ["list", "board"])
    client.setQueriesData<Lists>({ queryKey: [TICKETS, part] }, (held) => held && ("pages" in held ? { ...held, pages: held.pages.map(placed) } : placed(held)));
  client.setQueryData([TICKETS, "one", ticket.id], ticket);
  client.setQueryData([TICKETS, "one", ticket.number], ticket);
  for (const part of ["messages", "history", "clocks"])
    for (const key of [ticket.id, ticket.number]) void client.invalidateQueries({ queryKey: [TICKETS, "one", key, part] });
}

/** What an act answers with, the whole ticket, put in its place on the page. */
export function useAct<A>(act: (argument: A) => Promise<Ticket>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (ticket) => {
      keep(client, ticket);
      void client.invalidateQueries({ queryKey: [TICKETS, "counts"] });
    },
  });
}

/** Changes a ticket as this page has seen it: what others have changed meanwhile is refused with 409. */
export function usePatch(ticket: Pick<Ticket, "id" | "sequence">) {
  return useAct((patch: Patch) => request<Ticket>("PATCH", ticketPath(ticket.id), { body: { seen: ticket.sequence, ...patch } }));
}

export type Patching = ReturnType<typeof usePatch>;

export interface NewMessage {
  kind: Message["kind"];
  text: string;
  mentions: string[];
  attachments: string[];
  change?: Patch;
}

export function useSay(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...body }: NewMessage & { key: string }) => request<Message>("POST", `${ticketPath(id)}/messages`, { body, key }),
    onSuccess: (message) => {
      client.setQueryData<Message[]>([TICKETS, "one", id, "messages"], (held) =>
        held && !held.some((each) => each.id === message.id) ? [...held, message] : held,
      );
      // By its id and by its number.
      void client.invalidateQueries({ queryKey: [TICKETS, "one"] });
      void client.invalidateQueries({ queryKey: [TICKETS, "counts"] });
    },
  });
}

export interface NewSideMessage {
  /** The side conversation it goes on with, or with whom a new one begins. */
  side: string | { subject: string; email: string | null; team: string | null };
  text: string;
  attachments: string[];
  key: string;
}

/** Begins a side conversation or goes on in one; answers with its id. */
export function useAsk(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ side, key, ...body }: NewSideMessage): Promise<string> => {
      const path = `${ticketPath(id)}/sides`;
      if (typeof side !== "string") return (await request<Side>("POST", path, { body: { ...side, ...body }, key })).id;
      await request<Message>("POST", `${path}/${encodeURIComponent(side)}/messages`, { body, key });
      return side;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: [TICKETS, "one"] }),
  });
}

export type { MessageList };

/** A number that grows when any ticket has changed, at most once a second. */
export function useTicketTick(): number {
  const rows = useRows<{ id: string; revision: number }>(useTopic("tickets"), "changes");
  const client = useQueryClient();
  const setUp = rows.find((row) => row.id === "set-up")?.revision ?? 0;
  const first = useRef(setUp);
  useEffect(() => {
    if (setUp === first.current) return;
    first.current = setUp;
    void client.invalidateQueries({ queryKey: [TICKETS, "set-up"] });
  }, [setUp, client]);
  return rows.find((row) => row.id === "tickets")?.revision ?? 0;
}

const HERE_MS = 25_000;
const TYPING_MS = 4000;
const page = newId();

export interface Company {
  others: LookerRow[];
  typing: () => void;
  stopped: () => void;
}

/** Says that this page has the ticket open, follows it, and tells who else has. */
export function useCompany(id: string): Company {
  const me = useMe();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const topic = `ticket:${id}`;
  useEffect(() => {
    let gone = false;
    const look = () =>
      live.command("ticket.look", { ticket: id, page }).then(
        () => {
          if (gone) return;
          setOpen(true);
          // A server that has started anew did not know this page and has refused it.
          live.feed.askAgain(`ticket:${id}`);
        },
        (error: unknown) => {
          // Without a connection it is told again with the next beat; who may not see it any more is told by the page itself.
          if (!gone && error instanceof Problem && error.status === 404) void client.invalidateQueries({ queryKey: [TICKETS, "one"] });
        },
      );
    void look();
    const timer = setInterval(() => void look(), HERE_MS);
    const unwatch = live.connection.subscribe(() => {
      if (live.connection.get().status === "online") void look();
    });
    return () => {
      gone = true;
      clearInterval(timer);
      unwatch();
      setOpen(false);
      // Once the page has let go of it.
      setTimeout(() => live.leave(`ticket:${id}`), 0);
      void live.command("ticket.leave", { ticket: id, page }).catch(() => undefined);
    };
  }, [id, client]);
  const view = useTopic(open ? topic : "tickets");
  const people = useRows<LookerRow>(view, open ? "people" : "none");
  const states = useRows<{ id: string; revision: number }>(view, open ? "ticket" : "none");
  const revision = states[0]?.revision ?? 0;
  useEffect(() => {
    if (revision > 0) void client.invalidateQueries({ queryKey: [TICKETS, "one"] });
  }, [revision, client]);
  const told = useRef(0);
  const typing = useCallback(() => {
    const now = Date.now();
    if (now - told.current < TYPING_MS) return;
    told.current = now;
    void live.command("ticket.typing", { ticket: id, page, typing: true }).catch(() => undefined);
  }, [id]);
  const stopped = useCallback(() => {
    if (told.current === 0) return;
    told.current = 0;
    void live.command("ticket.typing", { ticket: id, page, typing: false }).catch(() => undefined);
  }, [id]);
  return { others: people.filter((row) => row.id !== me.id), typing, stopped };
}
