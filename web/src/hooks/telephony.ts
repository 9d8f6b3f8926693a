import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import type { CalledNumber, Contact, NumberList, Telephone, Trunk, TrunkState } from "../lib/admin/telephony";
import { get } from "../lib/api";
import { changedSince, type Revisions } from "../lib/changes";
import type { Named } from "../lib/contract";
import { useRows, useTopic } from "./live";

const ADMIN = "admin";

export const telephonePath = (username: string) => `/telephones/${encodeURIComponent(username)}`;
export const trunkPath = (id: string) => `/trunks/${encodeURIComponent(id)}`;
export const numberPath = (id: string) => `/called-numbers/${encodeURIComponent(id)}`;

const list = <T>(path: string) => ({
  queryKey: [ADMIN, path],
  queryFn: async ({ signal }: { signal: AbortSignal }) => (await get<{ items: T[] }>(path, {}, signal)).items,
});

/** Asks anew for what is shown when somebody, anywhere, has changed it. */
function useNews(topic: "telephones" | "trunks"): ReturnType<typeof useTopic> {
  const client = useQueryClient();
  const view = useTopic(topic);
  const rows = useRows<{ id: string; revision: number }>(view, "changes");
  const known = useRef<Revisions | null>(null);
  useEffect(() => {
    if (view.status !== "live") return;
    const before = known.current;
    known.current = Object.fromEntries(rows.map((row) => [row.id, row.revision]));
    if (before !== null && changedSince(before, known.current)) void client.invalidateQueries({ queryKey: [ADMIN] });
  }, [client, view.status, rows]);
  return view;
}

/** Telephones with where they are registered now; while the feed is away, as it was when they were asked for. */
export function useTelephones() {
  const query = useQuery(list<Telephone>("/telephones"));
  const view = useNews("telephones");
  const rows = useRows<{ id: string; contacts: Contact[] }>(view, "telephones");
  const live = view.status === "live";
  const data = useMemo(() => {
    if (!query.data || !live) return query.data;
    const contacts = new Map(rows.map((row) => [row.id, row.contacts]));
    return query.data.map((telephone) => ({ ...telephone, contacts: contacts.get(telephone.username) ?? [] }));
  }, [query.data, rows, live]);
  return { ...query, data, live };
}

/** Trunks with how they stand now. */
export function useTrunks() {
  const query = useQuery(list<Trunk>("/trunks"));
  const view = useNews("trunks");
  const rows = useRows<TrunkState>(view, "trunks");
  const live = view.status === "live";
  const data = useMemo(() => {
    if (!query.data || !live) return query.data;
    const states = new Map(rows.map((row) => [row.id, row]));
    return query.data.map((trunk) => ({ ...trunk, state: states.get(trunk.id) ?? trunk.state }));
  }, [query.data, rows, live]);
  return { ...query, data, live };
}

export function useNumbers() {
  useNews("trunks");
  return useQuery({ queryKey: [ADMIN, "/called-numbers"], queryFn: ({ signal }) => get<NumberList>("/called-numbers", {}, signal) });
}

export const numberName = (number: CalledNumber) => number.name || number.pattern;

/** Who takes contacts, in the order of their names. */
export const useWorkers = () => useQuery(list<Named>("/agents"));
