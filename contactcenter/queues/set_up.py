"""Changes to the set-up of routing, one at a time: checked, committed, told to the engine, announced."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from contactcenter.bus import Bus
from contactcenter.flows.model import Flow
from contactcenter.flows.store import FlowStore
from contactcenter.queues.calendars import Calendars
from contactcenter.queues.events import RoutingChanged, What
from contactcenter.queues.flow_uses import calendars_named, queues_named, skills_named
from contactcenter.queues.reach import Reach
from contactcenter.queues.service import Queues
from contactcenter.queues.targets import Unreachable, any_number
from contactcenter.storage.database import Database


class SetUp:
    """What every change needs. `reload_agents` reads the agents anew and tells the engine; `now` gives unix seconds;
    `lock` is held from the first check to the announcement, so that what was checked is what is there."""

    def __init__(
        self,
        database: Database,
        queues: Queues,
        calendars: Calendars,
        flows: FlowStore,
        bus: Bus,
        *,
        reach: Reach,
        now: Callable[[], float],
        reload_agents: Callable[[], Awaitable[None]],
        unreachable: Unreachable = any_number,
    ) -> None:
        self.database = database
        self.queues = queues
        self.calendars = calendars
        self.reach = reach
        self.now = now
        self.flows = flows
        self.unreachable = unreachable
        self.lock = asyncio.Lock()
        self._bus = bus
        self._reload_agents = reload_agents

    async def settle(self, what: What, changed_id: str | None = None, *, agents: bool = False) -> None:
        """After the commit: the engine learns of it, then everybody else."""
        await self.queues.reload()
        await self.reach.reload()
        if what == "calendar":
            await self.calendars.reload()
        if agents:
            await self._reload_agents()
        self._bus.publish(RoutingChanged(what=what, id=changed_id))

    def flows_leading_to(self, queue_id: str) -> list[str]:
        return self._flows(lambda flow: queue_id in queues_named(flow))

    def flows_by_skill(self) -> dict[str, list[str]]:
        """Flows that ask for a skill, by skill."""
        found: dict[str, list[str]] = {}
        for name in self.flows.names:
            for skill in skills_named(self.flows.flow(name)):
                found.setdefault(skill, []).append(name)
        return found

    def flows_opening_by(self, calendar_id: str) -> list[str]:
        return self._flows(lambda flow: calendar_id in calendars_named(flow))

    def _flows(self, uses: Callable[[Flow], bool]) -> list[str]:
        return [name for name in self.flows.names if uses(self.flows.flow(name))]
