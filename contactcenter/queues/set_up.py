"""Changes to the set-up of routing, one at a time: checked, committed, told to the engine, announced."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from contactcenter.bus import Bus
from contactcenter.flows import template
from contactcenter.flows.lint import written_data
from contactcenter.flows.model import Flow, QueueStep
from contactcenter.flows.store import FlowStore
from contactcenter.queues.events import RoutingChanged, What
from contactcenter.queues.service import Queues
from contactcenter.storage.database import Database


class SetUp:
    """What every change needs. `reload_agents` reads the agents anew and tells the engine; `lock` is held from the
    first check to the announcement, so that what was checked is what is there."""

    def __init__(
        self,
        database: Database,
        queues: Queues,
        flows: FlowStore,
        bus: Bus,
        *,
        reload_agents: Callable[[], Awaitable[None]],
    ) -> None:
        self.database = database
        self.queues = queues
        self.flows = flows
        self.lock = asyncio.Lock()
        self._bus = bus
        self._reload_agents = reload_agents

    async def settle(self, what: What, changed_id: str | None = None, *, agents: bool = False) -> None:
        """After the commit: the engine learns of it, then everybody else."""
        await self.queues.reload()
        if agents:
            await self._reload_agents()
        self._bus.publish(RoutingChanged(what=what, id=changed_id))

    def flows_naming(self, queue_id: str) -> list[str]:
        return sorted(flow.name for flow in _all(self.flows) if queue_id in queues_named(flow))

    def flows_asking(self, skill_id: str) -> list[str]:
        return sorted(flow.name for flow in _all(self.flows) if skill_id in _skills_named(flow))


def queues_named(flow: Flow) -> set[str]:
    """Queues that a flow may lead to: written out, or in data that a queue step names in braces."""
    named: set[str] = set()
    sources: set[str] = set()
    for step in flow.steps.values():
        if isinstance(step, QueueStep):
            named.add(step.queue.queue)
            sources.update(slot.name for slot in template.slots(step.queue.queue))
    return named | {value for _, name, value in written_data(flow) if name in sources and value is not None}


def _skills_named(flow: Flow) -> set[str]:
    return {skill for step in flow.steps.values() if isinstance(step, QueueStep) for skill in step.queue.skills}


def _all(flows: FlowStore) -> Iterable[Flow]:
    return [flows.flow(name) for name in flows.names]
