import { createContext, useContext } from "react";
import type { Patching } from "../../hooks/tickets";
import type { Problem } from "../../lib/api";
import type { Ticket } from "../../lib/tickets/types";

export interface Here {
  ticket: Ticket;
  /** Whether this person may change it. */
  works: boolean;
  merges: boolean;
  patch: Patching;
  /** What the server has against the last change, and about which field. */
  refusal: { field: string; detail: string; problem: Problem } | null;
}

export const HereContext = createContext<Here | null>(null);

/** The ticket on the page. */
export function useHere(): Here {
  const here = useContext(HereContext);
  if (!here) throw new Error("useHere outside a ticket's page");
  return here;
}
