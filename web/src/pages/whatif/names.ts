import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useAgentNames, useQueueNames } from "../../hooks/admin";
import { namesOfAgents, newAgent } from "../../lib/whatif/ask";
import type { Simulation } from "../../lib/whatif/types";

export interface NamesIn {
  queue: (id: string) => string;
  agent: (id: string) => string;
}

/** Names of those in the runs: as the runs know them, else as they are called today; who was added by the queue. */
export function useNamesIn(...simulations: readonly (Simulation | undefined)[]): NamesIn {
  const { t } = useTranslation();
  const queues = useQueueNames().data;
  const agents = useAgentNames().data;
  const [first, second] = simulations;
  return useMemo(() => {
    const queueNames = new Map(queues?.map((queue) => [queue.id, queue.name]));
    const agentNames = namesOfAgents({ agents: agents ?? [] });
    const queue = (id: string) => first?.queues[id] ?? second?.queues[id] ?? queueNames.get(id) ?? id;
    const ids = [...new Set([first, second].flatMap((each) => each?.report?.report.queues.map((found) => found.queue_id) ?? []))];
    return {
      queue,
      agent: (id) => {
        const known = first?.agents[id] ?? second?.agents[id] ?? agentNames.get(id);
        if (known !== undefined) return known;
        const added = newAgent(id, ids);
        return added ? t("whatif.newAgent", { queue: queue(added.queue), number: added.number }) : id;
      },
    };
  }, [queues, agents, first, second, t]);
}
