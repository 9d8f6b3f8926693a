import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { get, request } from "../lib/api";
import { worthAsking, type SuggestedField, type Suggester, type Suggestion } from "../lib/tickets/suggesting";
import { TICKETS, ticketPath } from "./tickets";

const SUGGESTER = "/ticket-suggester";
const KEY = ["admin", SUGGESTER] as const;
/** So long after the last key a text is asked about. */
const PAUSE_MS = 600;
const RUNNING_MS = 1000;

interface List {
  items: Suggestion[];
}

function usePaused<T>(value: T): T {
  const [held, setHeld] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setHeld(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return held;
}

/** What a ticket that is being written seems to be. Where nothing can be said, or that fails, there is just nothing. */
export function useSuggestionsFor(subject: string, text: string): readonly Suggestion[] {
  const [about, words] = [usePaused(subject.slice(0, 300)), usePaused(text.slice(0, 4000))];
  const query = useQuery({
    queryKey: [TICKETS, "suggestions", about, words],
    queryFn: ({ signal }) => request<List>("POST", "/ticket-suggestions", { body: { subject: about, text: words }, signal }),
    enabled: worthAsking(about, words),
    placeholderData: (before) => before,
    gcTime: 0,
    retry: false,
  });
  return worthAsking(subject, text) ? (query.data?.items ?? []) : [];
}

/** What a ticket could be instead; asked anew when it changes. */
export function useSuggestionsOf(id: string, sequence: number, enabled: boolean): readonly Suggestion[] {
  const query = useQuery({
    queryKey: [TICKETS, "one", id, "suggestions", sequence],
    queryFn: ({ signal }) => get<List>(`${ticketPath(id)}/suggestions`, {}, signal),
    enabled,
    placeholderData: (before) => before,
    retry: false,
  });
  return enabled ? (query.data?.items ?? []) : [];
}

/** Counts what became of a suggestion; nobody waits for it. */
export function useAnswer(): (answer: { field: SuggestedField; taken: boolean }) => void {
  return useMutation({ mutationFn: (answer: { field: SuggestedField; taken: boolean }) => request("POST", "/ticket-suggestions/answers", { body: answer }), retry: false }).mutate;
}

export const useSuggester = () =>
  useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => get<Suggester>(SUGGESTER, {}, signal),
    refetchInterval: (query) => (query.state.data?.state === "running" ? RUNNING_MS : query.state.data?.forgotten ? 15 * RUNNING_MS : false),
  });

export function useSetSuggester() {
  const client = useQueryClient();
  return async (body: Suggester["settings"]) => {
    client.setQueryData(KEY, await request<Suggester>("PUT", SUGGESTER, { body }));
  };
}

export function useTrain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<Suggester>("POST", `${SUGGESTER}/training`),
    onSuccess: (now) => client.setQueryData(KEY, now),
    // Somebody else may have begun it.
    onError: () => void client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useStopTraining() {
  const client = useQueryClient();
  return useMutation({ mutationFn: () => request("DELETE", `${SUGGESTER}/training`), onSettled: () => client.invalidateQueries({ queryKey: KEY }) });
}
