"""A helpdesk beside the real routing engine: agents with pages, an invented clock, and a start that can be repeated."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from acd.commands import Command, RejectOffer, SetPresence
from acd.engine import Engine
from acd.model import Presence
from acd.shown import ContactView
from contactcenter.agents.service import Agents
from contactcenter.api.live import Live
from contactcenter.queues.models import Queue, QueueMember, Skill
from contactcenter.queues.service import Queues
from contactcenter.routing.driver import RoutingDriver
from contactcenter.tickets import push
from contactcenter.tickets.documents import TicketOut
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.push_board import PushBoard
from contactcenter.tickets.push_desk import tickets_in, view_of
from contactcenter.tickets.settings import TypeBody, TypeOut
from tests.fakes.seams import FakeLive
from tests.tickets.desk import Desk, desk, principal


@dataclass(slots=True)
class Recorded:
    """What the engine was told, to be told again to a new one."""

    commands: list[tuple[float, Any]] = field(default_factory=list)

    def append(self, at: float, what: Any) -> None:
        self.commands.append((at, what))


@dataclass(slots=True)
class Office:
    desk: Desk
    driver: RoutingDriver
    live: FakeLive
    agents: Agents
    queues: Queues
    board: PushBoard

    async def make(self, **values: Any) -> TicketOut:
        """In the queue `support`, and told to the engine."""
        made = await self.desk.make(**{"type": "incident", "queue": "support", **values})
        await self.board.settle()
        return made

    async def change(self, ticket: TicketOut, **values: Any) -> TicketOut:
        changed = await self.desk.change(ticket, **values)
        await self.board.settle()
        return changed

    def seen(self, ticket: TicketOut) -> ContactView | None:
        return view_of(self.driver.engine, ticket.id)

    def line(self, queue: str = "support") -> list[str]:
        return [view.contact_id for view in self.driver.engine.waiting(queue)]

    def rings(self, ticket: TicketOut) -> tuple[str, ...]:
        view = self.seen(ticket)
        return () if view is None else view.offered_to

    def presence(self, agent: str, presence: Presence = Presence.AVAILABLE) -> None:
        self.driver.submit(SetPresence(agent, presence))

    async def accept(self, agent: str, ticket: TicketOut) -> Any:
        model, handler = self.live.commands["ticket.accept"]
        answer = await handler(principal(agent), model(ticket=ticket.id))
        await self.board.settle()
        return answer

    def reject(self, agent: str, ticket: TicketOut) -> None:
        self.driver.submit(RejectOffer(ticket.id, agent))

    def rows(self, agent: str, collection: str) -> dict[str, dict[str, Any]]:
        topic = self.agents.topic(agent)
        return {row_id: dict(topic.get(collection, row_id) or {}) for row_id in topic.ids(collection)}

    def pass_s(self, seconds: float) -> None:
        self.desk.clock[0] += seconds
        self.driver._tick()

    async def set_type(self, key: str, **values: Any) -> None:
        """Changed as through its form."""
        set_up = self.desk.set_up
        shown = next(each for each in set_up.shown().types if each.id == key)
        body = TypeBody.model_validate(shown.model_dump(exclude={"id"}) | values)
        assert isinstance(await set_up.put("types", key, body), TypeOut)

    async def reread(self, ticket: TicketOut) -> Ticket:
        async with self.desk.database.session() as session:
            return await session.get_one(Ticket, ticket.id)

    async def settled(self) -> None:
        """Nothing is left to be told to the engine, and whom it has given a ticket has it."""
        queues = self.queues.ids()
        for view in tickets_in(self.driver.engine):
            async with self.desk.database.session() as session:
                row = await session.get(Ticket, view.contact_id)
            assert row is not None
            to_be = push.wanted(row, self.desk.set_up.catalog, queues)
            assert push.settle(row.id, to_be, view) == [], (view, to_be)
            assert view.agent_id == row.assignee_id
            assert row.id in self.board.cards
        assert set(self.board.cards) == {view.contact_id for view in tickets_in(self.driver.engine)}


@asynccontextmanager
async def office(folder: Path, *, pushed: tuple[str, ...] = ("incident",)) -> AsyncIterator[Office]:
    async with desk(folder) as held:
        async with held.database.transaction() as session:
            session.add_all([Queue(id="second", name="Second"), Skill(id="dutch", name="Dutch")])
            await session.flush()
            session.add_all(QueueMember(queue_id="support", user_id=each) for each in ("anna", "bert"))
            session.add(QueueMember(queue_id="second", user_id="bert"))
        made = await around(held, Engine())
        for key in pushed:
            await made.set_type(key, push=True)
        await made.board.restore()
        try:
            yield made
        finally:
            made.agents.stop()
            made.driver.stop()


async def around(held: Desk, engine: Engine) -> Office:
    """As at a start: everything but the database and the engine is new."""
    driver = RoutingDriver(engine, held.bus.publish, clock=lambda: held.now)
    live = FakeLive()
    queues = Queues(held.database, driver)
    agents = Agents(held.database, driver, cast(Live, live), held.bus)
    await queues.reload()
    await agents.reload()
    board = PushBoard(held.tickets, driver, agents, queues, cast(Live, live), held.bus)
    return Office(held, driver, live, agents, queues, board)


def told(commands: list[Command]) -> list[str]:
    return [type(each).__name__ for each in commands]
