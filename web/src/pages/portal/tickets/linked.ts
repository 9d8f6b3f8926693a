import { useQuery, useQueryClient } from "@tanstack/react-query";
import { get, Problem } from "../../../lib/api";

const LOOK_AGAIN_MS = 30_000;

/** What a link opens to whoever has it: `t` a request, `s` a side conversation. */
export function useLinked<T>(kind: "t" | "s", token: string) {
  const queries = useQueryClient();
  const key = ["portal", "link", kind, token];
  const path = `/portal/${kind}/${encodeURIComponent(token)}`;
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get<T>(path, {}, signal),
    // What is no link any more will not be one again, and asking counts as guessing.
    refetchInterval: ({ state: { error } }) => (error instanceof Problem && [404, 410].includes(error.status) ? false : LOOK_AGAIN_MS),
    refetchOnWindowFocus: true,
  });
  return { path, query, change: (now: T) => queries.setQueryData<T>(key, now) };
}
