import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { request } from "../lib/api";
import { bodyOf, type Asked, type Behind, type Figures, type Slice } from "../lib/tickets/figures";
import { TICKETS } from "./tickets";

const PATH = "/ticket-figures";
const MINUTE = 60_000;
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const useFigures = (asked: Asked, enabled: boolean) =>
  useQuery({
    queryKey: [TICKETS, "figures", asked],
    queryFn: ({ signal }) => request<Figures>("POST", PATH, { body: bodyOf(asked, zone()), signal }),
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
    enabled,
  });

/** The tickets behind one of the numbers, page by page. */
export const useBehind = (asked: Asked, slice: Slice) =>
  useInfiniteQuery({
    queryKey: [TICKETS, "figures", asked, slice],
    queryFn: ({ pageParam, signal }) =>
      request<Behind>("POST", `${PATH}/tickets`, { body: { ...bodyOf(asked, zone()), ...slice, cursor: pageParam, limit: 25 }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
