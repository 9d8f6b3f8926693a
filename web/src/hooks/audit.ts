import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { auditQuery, type AuditFilters, type Entry, type EntryPage, type TrailState } from "../lib/admin/audit";
import { get, request } from "../lib/api";

const AUDIT = "audit";
const PAGE = 50;
const REFRESH_MS = 10_000;
const VERIFYING_MS = 1000;

export function useAuditEntries(filters: AuditFilters) {
  return useInfiniteQuery({
    queryKey: [AUDIT, "entries", filters],
    queryFn: ({ pageParam, signal }) => get<EntryPage>("/audit", { ...auditQuery(filters), cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    // Further pages stay as they were read: renewing them all would move what is being read.
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : REFRESH_MS),
  });
}

/** Everything done to one thing ("queue:sales"), newest first. */
export function useHistory(subject: string, wanted: boolean) {
  return useInfiniteQuery({
    queryKey: [AUDIT, "history", subject],
    queryFn: ({ pageParam, signal }) => get<EntryPage>("/audit", { subject, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled: wanted,
  });
}

export function useTrailState() {
  return useQuery({
    queryKey: [AUDIT, "state"],
    queryFn: ({ signal }) => get<TrailState>("/audit/state", {}, signal),
    refetchInterval: (query) => (query.state.data?.verification.running ? VERIFYING_MS : REFRESH_MS),
  });
}

export function useVerify() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request("POST", "/audit/verify"),
    onSettled: () => client.invalidateQueries({ queryKey: [AUDIT] }),
  });
}

const GENERATED = /^[0-9a-f]{32}$/;

/** The acts there are, in the server's words. */
function useActs() {
  const query = useQuery({
    queryKey: [AUDIT, "acts"],
    queryFn: ({ signal }) => get<TrailState>("/audit/state", {}, signal),
    select: (state) => new Map(state.kinds.map(({ name, summary }) => [name, summary])),
    staleTime: Infinity,
  });
  return query.data;
}

/** Acts, actors and subjects in words. What this page has no word for the server names; of ids that were generated the
 * beginning is enough to tell one from the next. */
export function useAuditWords() {
  const { t } = useTranslation();
  const acts = useActs();
  const word = (key: string, name: string) => t(key as "audit.title", { defaultValue: name });
  return {
    act: (name: string) => word(`audit.act.${name}`, acts?.get(name) ?? name),
    actor: ({ kind, name, id }: Entry["actor"]) => {
      const who = name || id;
      if (kind === "user") return who || word(`audit.kind.${kind}`, kind);
      return who ? `${word(`audit.kind.${kind}`, kind)} (${who})` : word(`audit.kind.${kind}`, kind);
    },
    subject: ({ kind, name, id }: Entry["subject"]) => {
      const what = word(`audit.subject.${kind}`, readable(kind));
      const which = name || (GENERATED.test(id) ? id.slice(0, 8) : id);
      return which === "" || ["all", "server", "trail"].includes(which) ? what : `${what} ${which}`;
    },
  };
}

function readable(kind: string): string {
  const words = kind.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
