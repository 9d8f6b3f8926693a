import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { TICKETS, useTicketTick } from "../../hooks/tickets";
import { get, request } from "../../lib/api";
import { merge, type Asked, type Shown } from "../../lib/tickets/list";
import type { Conditions, Found, Hit, Order, TicketPage, TicketRow } from "../../lib/tickets/types";

export const PAGE = 50;

export const fetchPage = (conditions: Conditions, order: Order, cursor: string | null, limit: number, signal?: AbortSignal) =>
  request<TicketPage>("POST", "/tickets/query", { body: { conditions, order, cursor, limit }, ...(signal ? { signal } : {}) });

export interface ListState extends Shown {
  /** The sign that something has come or gone that is not shown yet. */
  changed: boolean;
  pending: boolean;
  fetching: boolean;
  error: Error | null;
  hasMore: boolean;
  fetchingMore: boolean;
  more: () => void;
  /** Shows the list as it is now. */
  renew: () => Promise<void>;
}

/** A list that follows what happens without jumping: see `merge`. */
export function useList(conditions: Conditions, order: Order, enabled: boolean): ListState {
  const tick = useTicketTick();
  const client = useQueryClient();
  const key = useMemo(() => [TICKETS, "list", conditions, order] as const, [conditions, order]);
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetchPage(conditions, order, pageParam, PAGE, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    enabled,
    refetchOnReconnect: false,
  });
  const held = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const [first, setFirst] = useState(tick);
  const probe = useQuery({
    queryKey: [...key, "now", tick],
    queryFn: ({ signal }) => fetchPage(conditions, order, null, Math.min(200, Math.max(PAGE, held.length)), signal),
    enabled: enabled && tick !== first && !list.isPending,
    gcTime: 0,
    placeholderData: keepPreviousData,
  });
  // What was read before the list itself is older than it.
  const fresh = probe.data && probe.dataUpdatedAt > list.dataUpdatedAt && !list.isPlaceholderData ? probe.data : null;
  const shown = useMemo<Shown>(
    () => (fresh ? merge(held, fresh.items, fresh.next_cursor === null) : { rows: held, moved: new Set<string>(), news: 0 }),
    [held, fresh],
  );
  return {
    ...shown,
    changed: shown.moved.size > 0 || shown.news > 0,
    pending: list.isPending,
    fetching: list.isFetching,
    error: list.error,
    hasMore: list.hasNextPage,
    fetchingMore: list.isFetchingNextPage,
    more: () => void list.fetchNextPage(),
    renew: async () => {
      setFirst(tick);
      client.setQueryData<InfiniteData<TicketPage>>(key, (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) });
      await client.invalidateQueries({ queryKey: key });
    },
  };
}

/** What of a search is asked for. */
export function useSearch(asked: Asked) {
  const tick = useTicketTick();
  const facets = asked.facets;
  const search = useInfiniteQuery({
    queryKey: [TICKETS, "search", asked.q, facets],
    queryFn: ({ pageParam, signal }) =>
      get<Found>("/tickets/search", { q: asked.q, ...facets, before: pageParam }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_before,
    placeholderData: keepPreviousData,
    enabled: asked.q !== "",
  });
  const seen = useRef(tick);
  useEffect(() => {
    // Hits are in the order of their numbers, so that reading them again moves nothing.
    if (tick !== seen.current && asked.q) void search.refetch();
    seen.current = tick;
  }, [tick, asked.q, search]);
  const hits: Hit[] = search.data?.pages.flatMap((page) => page.items) ?? [];
  const head = search.data?.pages[0];
  return { ...search, hits, facets: head?.facets ?? {}, counted: head?.counted ?? 0 };
}

export type Rows = readonly TicketRow[];
