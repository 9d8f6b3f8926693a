import { nameOf } from "./contract";
import type { AgentRow } from "./wallboard";

export type AgentColumn = "name" | "state" | "since" | "queue" | "handled" | "occupancy";
export interface AgentSort {
  column: AgentColumn;
  descending: boolean;
}

/** The word an agent is shown and filtered by: the work outweighs the presence. */
export function agentState(agent: AgentRow): string {
  return agent.activity === "idle" ? agent.presence : agent.activity;
}

/** The queues of everything in hand, each once; of an offer that rings, its queue. */
export function queuesOf(agent: AgentRow): string {
  const names = agent.work.map((each) => each.queue);
  return [...new Set(names.length > 0 ? names : [nameOf(agent.queue)])].join(", ");
}

/** In the order a supervisor looks for them: who is at work, who could be, who is not. */
const STATE_ORDER = ["offered", "busy", "wrap_up", "available", "not_responding", "paused", "off"];

export function sortAgents(agents: readonly AgentRow[], sort: AgentSort, locale: string): AgentRow[] {
  const text = new Intl.Collator(locale, { numeric: true });
  const compare: Record<AgentColumn, (a: AgentRow, b: AgentRow) => number> = {
    name: (a, b) => text.compare(a.name, b.name),
    state: (a, b) => STATE_ORDER.indexOf(agentState(a)) - STATE_ORDER.indexOf(agentState(b)),
    since: (a, b) => a.since.localeCompare(b.since),
    queue: (a, b) => text.compare(queuesOf(a), queuesOf(b)),
    handled: (a, b) => a.handled_today - b.handled_today,
    occupancy: (a, b) => (a.occupancy ?? -1) - (b.occupancy ?? -1),
  };
  const by = compare[sort.column];
  const sign = sort.descending ? -1 : 1;
  return [...agents].sort((a, b) => sign * by(a, b) || text.compare(a.name, b.name));
}
