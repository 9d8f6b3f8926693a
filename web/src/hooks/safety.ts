import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { BackupProgress, Backups, Encryption, Use } from "../lib/admin/safety";
import { get, request } from "../lib/api";

const KEYS = "encryption";
const BACKUPS = "backups";
const SOON_MS = 700;
const LATER_MS = 30_000;

export function useEncryption() {
  return useQuery({
    queryKey: [KEYS, "shown"],
    queryFn: ({ signal }) => get<Encryption>("/encryption", {}, signal),
    refetchInterval: (query) => (query.state.data?.work ? SOON_MS : LATER_MS),
  });
}

/** What each key seals: every sealed file is looked at, so it is counted anew only when sealing has ended. */
export function useUse(working: boolean) {
  const queries = useQueryClient();
  const before = useRef(working);
  useEffect(() => {
    if (before.current && !working) void queries.invalidateQueries({ queryKey: [KEYS, "use"] });
    before.current = working;
  }, [queries, working]);
  return useQuery({
    queryKey: [KEYS, "use"],
    queryFn: ({ signal }) => get<Use>("/encryption/use", {}, signal),
  });
}

export function useReplaceKeys() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { what: "data" | "master"; keys: string[] }) =>
      request<Encryption>("POST", "/encryption/replacements", { body }),
    onSuccess: (shown) => queries.setQueryData([KEYS, "shown"], shown),
    onSettled: () => queries.invalidateQueries({ queryKey: [KEYS] }),
  });
}

export function useBackups() {
  return useQuery({
    queryKey: [BACKUPS, "shown"],
    queryFn: ({ signal }) => get<Backups>("/backups", {}, signal),
    refetchInterval: LATER_MS,
  });
}

/** How far the present work is; when it has ended the list is asked for anew. */
export function useBackupProgress(first: BackupProgress | undefined) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: [BACKUPS, "progress"],
    queryFn: ({ signal }) => get<BackupProgress>("/backups/progress", {}, signal),
    refetchInterval: (asked) => (asked.state.data?.work ? SOON_MS : LATER_MS),
  });
  const progress = query.data ?? first;
  const ended = progress?.last?.ended_at;
  const before = useRef(ended);
  useEffect(() => {
    if (before.current !== ended) void queries.invalidateQueries({ queryKey: [BACKUPS, "shown"] });
    before.current = ended;
  }, [queries, ended]);
  return progress;
}

/** `path`: "/backups" makes one, "/backups/NAME/check" checks one. */
export function useBeginBackup() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (path: string) => request("POST", path),
    onSettled: () => queries.invalidateQueries({ queryKey: [BACKUPS, "progress"] }),
  });
}
