import { useCallback, useMemo, useState, useSyncExternalStore } from "react";
import { Problem } from "../lib/api";
import type { TopicView } from "../lib/live";
import { live, type Connection } from "../lib/socket";
import type { Store } from "../lib/store";

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

export function useConnection(): Connection {
  return useStore(live.connection);
}

export function useTopic(topic: string): TopicView {
  const watch = useCallback((listener: () => void) => live.feed.watch(topic, listener), [topic]);
  const view = useCallback(() => live.feed.view(topic), [topic]);
  return useSyncExternalStore(watch, view);
}

/** One collection's rows as a list, in the server's order. The contract gives the shape; nothing is checked twice. */
export function useRows<T>(view: TopicView, collection: string): T[] {
  const rows = view.collections[collection];
  return useMemo(() => Object.values(rows ?? {}) as T[], [rows]);
}

export interface CommandState {
  run: (name: string, args: Record<string, unknown>) => Promise<boolean>;
  pending: string | null;
  problem: Problem | null;
  clear: () => void;
}

/** Sends commands one at a time and keeps the last refusal for showing in place. */
export function useCommand(): CommandState {
  const [pending, setPending] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = useCallback(async (name: string, args: Record<string, unknown>) => {
    setPending(name);
    setProblem(null);
    try {
      await live.command(name, args);
      return true;
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(500, "unexpected", "", ""));
      return false;
    } finally {
      setPending(null);
    }
  }, []);
  const clear = useCallback(() => setProblem(null), []);
  return useMemo(() => ({ run, pending, problem, clear }), [run, pending, problem, clear]);
}
