import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { TICKETS } from "../../../hooks/tickets";
import { get, request } from "../../../lib/api";
import { POLL_MS, underWay, type Import, type ImportRow, type Mapping, type Preview, type Remark } from "../../../lib/tickets/exchange";

const KEY = "ticket-imports";
const path = (id: string) => `/ticket-imports/${encodeURIComponent(id)}`;

export const useImports = () =>
  useQuery({
    queryKey: [KEY],
    queryFn: async ({ signal }) => (await get<{ items: ImportRow[] }>("/ticket-imports", {}, signal)).items,
    refetchInterval: (query) => (query.state.data?.some((each) => underWay(each.state)) ? 2 * POLL_MS : false),
  });

export const useImport = (id: string) =>
  useQuery({
    queryKey: [KEY, id],
    queryFn: ({ signal }) => get<Import>(path(id), {}, signal),
    refetchInterval: (query) => (query.state.data && underWay(query.state.data.state) ? POLL_MS : false),
  });

export const useRemarks = (id: string, enabled: boolean) =>
  useInfiniteQuery({
    queryKey: [KEY, id, "remarks"],
    queryFn: ({ pageParam, signal }) => get<{ items: Remark[]; next_cursor: string | null }>(`${path(id)}/remarks`, { cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled,
  });

/** What somebody does with an import; the answer is what it is then. */
export function useActs(id: string) {
  const client = useQueryClient();
  const onSuccess = (now: Import) => {
    client.setQueryData([KEY, id], now);
    void client.invalidateQueries({ queryKey: [KEY], exact: true });
    void client.invalidateQueries({ queryKey: [KEY, id, "remarks"] });
  };
  const map = useMutation({ mutationFn: (body: Mapping) => request<Import>("PUT", `${path(id)}/mapping`, { body }), onSuccess });
  const preview = useMutation({ mutationFn: () => get<Preview>(`${path(id)}/preview`) });
  const start = useMutation({ mutationFn: () => request<Import>("POST", `${path(id)}/start`), onSuccess });
  const stop = useMutation({ mutationFn: () => request<Import>("POST", `${path(id)}/stop`), onSuccess });
  const remove = useMutation({
    mutationFn: () => request<undefined>("DELETE", path(id)),
    onSuccess: () => {
      client.removeQueries({ queryKey: [KEY, id] });
      void client.invalidateQueries({ queryKey: [KEY], exact: true });
    },
  });
  return { map, preview, start, stop, remove };
}

/** Lists, counts and what else shows tickets are read anew. */
export function useRenewTickets() {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: [TICKETS] });
}
