import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, type ReactNode } from "react";
import type { AgentStateRow, HeldTicket, OfferRow, TodayRow, WorkRow } from "../lib/contract";
import { callOf, nextAction } from "../lib/desk";
import { listDevices } from "../lib/devices";
import type { TopicStatus } from "../lib/live";
import { followNetwork, softphone } from "../lib/phone";
import { startRinging, stopRinging } from "../lib/sound";
import type { PhoneState } from "../lib/softphone";
import { useRows, useStore, useTopic } from "./live";
import { useMe } from "./session";

export interface Desk {
  status: TopicStatus;
  state: AgentStateRow | null;
  today: TodayRow | null;
  /** Oldest first. */
  offers: OfferRow[];
  work: WorkRow[];
  /** Tickets in hand, by number. */
  tickets: HeldTicket[];
  call: WorkRow | null;
  phone: PhoneState;
}

const DeskContext = createContext<Desk | null>(null);

/** The agent's own work; null for those who take none. */
export function useDesk(): Desk | null {
  return useContext(DeskContext);
}

/** Keeps offers, work and the softphone in step, on whichever page the agent is. */
export function DeskProvider({ children }: { children: ReactNode }) {
  const me = useMe();
  const view = useTopic(`agent:${me.id}`);
  const phone = useStore(softphone.state);
  const states = useRows<AgentStateRow>(view, "state");
  const todays = useRows<TodayRow>(view, "today");
  const offered = useRows<OfferRow>(view, "offers");
  const work = useRows<WorkRow>(view, "work");
  const tickets = useRows<HeldTicket>(view, "tickets");
  const desk = useMemo<Desk>(
    () => ({
      status: view.status,
      state: states[0] ?? null,
      today: todays[0] ?? null,
      offers: [...offered].sort((a, b) => a.offered_at.localeCompare(b.offered_at)),
      work: [...work].sort((a, b) => (a.answered_at ?? "").localeCompare(b.answered_at ?? "")),
      tickets: [...tickets].sort((a, b) => a.number.localeCompare(b.number)),
      call: callOf(work),
      phone,
    }),
    [view.status, states, todays, offered, work, tickets, phone],
  );
  useSoftphone(desk);
  useRinging(desk);
  useFreshLists(work);
  return <DeskContext.Provider value={desk}>{children}</DeskContext.Provider>;
}

function useSoftphone({ status, work, phone }: Desk): void {
  useEffect(() => {
    if (status !== "live") return;
    const action = nextAction(work, phone);
    if (action.do === "end") softphone.end();
    else if (action.do === "reattach") void softphone.reattach(action.interactionId, { muted: action.muted });
  }, [status, work, phone]);
  useEffect(() => {
    const leave = followNetwork();
    const changed = () => void listDevices();
    const media = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
    media?.addEventListener("devicechange", changed);
    changed();
    return () => {
      leave();
      media?.removeEventListener("devicechange", changed);
      softphone.end();
    };
  }, []);
}

function useRinging({ offers, status, phone }: Desk): void {
  const rings = status === "live" && offers.some((o) => o.device === "browser" && o.id !== phone.interactionId);
  useEffect(() => {
    if (!rings) return;
    startRinging();
    return stopRinging;
  }, [rings]);
}

/** A finished call belongs into the lists of interactions at once. */
function useFreshLists(work: readonly WorkRow[]): void {
  const client = useQueryClient();
  const ids = work.map((row) => `${row.id}:${row.phase}`).join();
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ["interactions"] });
  }, [client, ids]);
}
