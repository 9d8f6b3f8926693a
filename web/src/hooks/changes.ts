import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { changedSince, type Revisions } from "../lib/changes";
import { useRows, useTopic } from "./live";

interface ChangeRow {
  id: string;
  revision: number;
}

/** Everything that shows queues, agents, skills, reasons or results; see hooks/lists.ts and hooks/admin.ts. */
const SHOWN = ["queues", "agents", "pause-reasons", "dispositions", "admin"] as const;

/** Asks anew for what is shown of the set-up when somebody, anywhere, has changed it; also after a time without feed. */
export function useSetUpChanges(): void {
  const client = useQueryClient();
  const view = useTopic("set-up");
  const rows = useRows<ChangeRow>(view, "changes");
  const known = useRef<Revisions | null>(null);
  useEffect(() => {
    if (view.status !== "live") return;
    const before = known.current;
    known.current = Object.fromEntries(rows.map((row) => [row.id, row.revision]));
    if (before === null || !changedSince(before, known.current)) return;
    for (const key of SHOWN) void client.invalidateQueries({ queryKey: [key] });
  }, [client, view.status, rows]);
}
