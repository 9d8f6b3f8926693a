import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { get, request } from "../lib/api";
import { bodyOf, type NoticeGroup, type NoticePage, type Preferences } from "../lib/notices";
import { useRows, useTopic } from "./live";
import { useMe } from "./session";

const NOTICES = "notices";
const RECENT = 10;

/** The newest, followed live. */
export function useRecentNotices() {
  const client = useQueryClient();
  const rows = useRows<{ count: number; revision: number }>(useTopic(`notices:${useMe().id}`), "unread");
  const revision = rows[0]?.revision ?? 0;
  useEffect(() => {
    if (revision > 0) void client.invalidateQueries({ queryKey: [NOTICES] });
  }, [revision, client]);
  return useQuery({ queryKey: [NOTICES, "recent"], queryFn: ({ signal }) => get<NoticePage>("/notifications", { limit: RECENT }, signal) });
}

export const useNotices = (unread: boolean) =>
  useInfiniteQuery({
    queryKey: [NOTICES, "all", unread],
    queryFn: ({ pageParam, signal }) => get<NoticePage>("/notifications", { unread: unread ? "true" : null, cursor: pageParam, limit: 30 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });

/** Marks what was told about a thing, or, of null, everything. */
export function useReadNotices() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ group, read = true }: { group: NoticeGroup | null; read?: boolean }) =>
      request("POST", "/notifications/read", { body: { ...(group && { object_kind: group.object_kind, object_id: group.object_id }), read } }),
    onSettled: () => client.invalidateQueries({ queryKey: [NOTICES] }),
  });
}

const PREFERENCES = ["notice-preferences"] as const;

export const usePreferences = () => useQuery({ queryKey: PREFERENCES, queryFn: ({ signal }) => get<Preferences>("/notifications/preferences", {}, signal) });

/** Keeps what was chosen; what is shown goes back when that fails. */
export function useKeepPreferences() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Preferences) => request<Preferences>("PUT", "/notifications/preferences", { body: bodyOf(wanted) }),
    onMutate: (wanted) => {
      const before = client.getQueryData<Preferences>(PREFERENCES);
      client.setQueryData(PREFERENCES, wanted);
      return before;
    },
    onError: (_error, _wanted, before) => client.setQueryData(PREFERENCES, before),
  });
}
