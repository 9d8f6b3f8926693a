import { useEffect, useRef, useState } from "react";
import type { WorkRow } from "../../lib/contract";
import { live } from "../../lib/socket";
import { kept } from "../../lib/store";

/** Whose note is being typed: when the call ends under it, the cursor goes on in the wrap-up's note. */
export const typing: { id: string | null } = { id: null };

const PAUSE_MS = 1000;
const key = (id: string) => `cc-note-${id}`;

export function forgetNote(id: string): void {
  kept.set(key(id), null);
}

/**
 * The note of one interaction: kept in this browser with every letter, on the server after a pause. The local copy is
 * the safety net when the connection is away, so a failed transfer needs no message: the next letter or saving sends it.
 */
export function useNote(row: WorkRow): [string, (note: string) => void] {
  const [note, setNote] = useState(() => kept.get(key(row.id)) ?? row.note ?? "");
  const sent = useRef(note);
  const { id } = row;
  useEffect(() => {
    if (note === sent.current) return;
    kept.set(key(id), note);
    const timer = setTimeout(() => {
      live.command("work.draft", { interaction_id: id, note }).then(
        () => (sent.current = note),
        () => undefined,
      );
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [id, note]);
  return [note, setNote];
}
