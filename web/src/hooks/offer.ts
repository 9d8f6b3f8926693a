import { useCallback, useMemo, useState } from "react";
import { softphone } from "../lib/phone";
import { useCommand } from "./live";
import { Problem } from "../lib/api";
import type { TicketCard } from "../lib/contract";
import type { MicrophoneProblem } from "../lib/devices";
import type { PhoneProblem } from "../lib/softphone";
import { live } from "../lib/socket";
import { kept, Store } from "../lib/store";

export type OfferTrouble = PhoneProblem | { kind: "refused"; problem: Problem };

/** Why the last offer did not become a call; stays until dismissed, since the offer itself is gone by then. */
export const offerTrouble = new Store<OfferTrouble | null>(null);

export function useOffer() {
  const { run, pending } = useCommand();
  const [busy, setBusy] = useState<string | null>(null);
  const talk = useCallback(async (id: string, begin: (id: string) => Promise<boolean>): Promise<boolean> => {
    setBusy(id);
    offerTrouble.set(null);
    const accepted = await begin(id);
    setBusy(null);
    const { phase, problem } = softphone.state.get();
    if (!accepted && phase === "failed") {
      offerTrouble.set(problem);
      softphone.end();
    }
    return accepted;
  }, []);
  const accept = useCallback((id: string) => talk(id, (each) => softphone.accept(each)), [talk]);
  const dial = useCallback((id: string) => talk(id, (each) => softphone.dial(each)), [talk]);
  /** What needs no audio, such as a message to listen to. */
  const open = useCallback((id: string) => run("offer.accept", { interaction_id: id }), [run]);
  const take = useCallback(async (ticket: TicketCard): Promise<boolean> => {
    setBusy(ticket.id);
    offerTrouble.set(null);
    try {
      await live.command("ticket.accept", { ticket: ticket.id });
      return true;
    } catch (error) {
      offerTrouble.set({ kind: "refused", problem: error instanceof Problem ? error : new Problem(500, "unexpected", "", "") });
      return false;
    } finally {
      setBusy(null);
    }
  }, []);
  const decline = useCallback((id: string) => run("offer.reject", { interaction_id: id }), [run]);
  return useMemo(
    () => ({ accept, dial, open, take, decline, busy, declining: pending !== null }),
    [accept, dial, open, take, decline, busy, pending],
  );
}

/** Why the agent could not become Available: shown until solved or dismissed. */
export const microphoneTrouble = new Store<MicrophoneProblem | null>(null);

const SHORTCUTS = "cc-shortcuts";
export const shortcuts = new Store(kept.get(SHORTCUTS) !== "off");

export function setShortcuts(on: boolean): void {
  kept.set(SHORTCUTS, on ? null : "off");
  shortcuts.set(on);
}
