"""Keeps the routing engine's tickets as the table has them, and gives an accepted one to its agent in the table.

The engine decides who is offered what, the table who has it. Both are brought together under one lock, so that nothing
is settled by a row that an agent's acceptance is about to change.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Sequence
from itertools import islice
from typing import Annotated, Any, Final

import structlog
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select

from acd.commands import AcceptOffer, Command
from acd.shown import ContactView
from contactcenter.agents.service import Agents
from contactcenter.api.fields import Ref
from contactcenter.api.live import Live
from contactcenter.api.problems import Problem
from contactcenter.bus import Bus
from contactcenter.permissions import Principal
from contactcenter.queues.events import RoutingChanged
from contactcenter.queues.service import Queues
from contactcenter.routing.driver import RoutingDriver, refusal
from contactcenter.routing.problems import insist
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tasks import ended
from contactcenter.tickets import acts, listing, push, writer
from contactcenter.tickets.acting import By, staff
from contactcenter.tickets.events import TicketEvent, TicketSetUpChanged, TicketsImported
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.permissions import TICKETS_WORK
from contactcenter.tickets.push_cards import Cards, cards_of
from contactcenter.tickets.push_desk import PushDesk, view_of
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.writer import Held

log = structlog.get_logger(__name__)

RETRY_S: Final = 1.0
"""While the database is away."""
BATCH: Final = 50
"""Tickets read and told at once."""


class AcceptArgs(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ticket: Annotated[Ref, Field(description="Its id, as it was offered.")]


class PushBoard:
    """`start` once the engine is back and knows agents and queues. `cards`: of the tickets the engine has, by id."""

    def __init__(
        self, tickets: Tickets, driver: RoutingDriver, agents: Agents, queues: Queues, live: Live, bus: Bus
    ) -> None:
        self.tickets = tickets
        self.queues = queues
        self._driver = driver
        self.cards = Cards()
        self.desk = PushDesk(driver, agents, queues, bus, self.cards)
        self._touched: set[str] = set()
        self._all = False
        self._brought_back: set[str] = set()
        self._lock = asyncio.Lock()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        bus.subscribe(TicketEvent, lambda event: self.touch(event.ticket_id))
        bus.subscribe(TicketSetUpChanged, lambda event: self.look_at_all())
        bus.subscribe(TicketsImported, lambda event: self.touch(*event.ticket_ids))
        bus.subscribe(RoutingChanged, self._routing_changed)
        live.command("ticket.accept", TICKETS_WORK, AcceptArgs, (acts.TICKET_CHANGED,))(self._accept)

    def start(self) -> None:
        self._look_back()
        self._task = asyncio.create_task(self._run(), name="tickets-push")

    async def stop(self) -> None:
        await ended(self._task)

    def view(self, ticket_id: str) -> ContactView | None:
        """How the engine has it, if it has."""
        return view_of(self._driver.engine, ticket_id)

    def touch(self, *ticket_ids: str) -> None:
        self._touched.update(ticket_ids)
        self._wake.set()

    def look_at_all(self) -> None:
        self._all = True
        self._wake.set()

    def _routing_changed(self, event: RoutingChanged) -> None:
        if event.what == "queue":
            self.look_at_all()

    async def _run(self) -> None:
        while True:
            try:
                await self.settle()
                await self._wake.wait()
            except StorageUnavailable as error:
                log.warning("tickets_push_waits", reason=str(error))
                await asyncio.sleep(RETRY_S)
            except Exception:
                log.exception("tickets_push_failed")
                await asyncio.sleep(RETRY_S)

    async def restore(self) -> None:
        """After a start: table and engine are brought together. Raises StorageUnavailable."""
        self._look_back()
        await self.settle()

    def _look_back(self) -> None:
        self._brought_back = set(self._driver.engine.contact_ids(push.CHANNEL))
        self.look_at_all()

    async def settle(self) -> None:
        """What has been touched so far, and all where that was asked for: in parts, so that nothing else waits for a
        long line; what has just been touched comes between. Raises StorageUnavailable; it is asked for again then."""
        self._wake.clear()
        whole, self._all = self._all, False
        try:
            ids = deque(await self._that_matter() if whole else ())
            while ids or self._touched:
                some = sorted(islice(self._touched, BATCH)) or [ids.popleft() for _ in range(min(BATCH, len(ids)))]
                await self._settle_some(some)
        except BaseException:
            self._all = self._all or whole
            raise

    async def _that_matter(self) -> list[str]:
        """Those that could wait, the most urgent first, and those that the engine has."""
        catalog = self.tickets.set_up.catalog
        pushed = [key for key, row in catalog.types.items() if row.push]
        could = (Ticket.type_id.in_(pushed), Ticket.done.is_(False), Ticket.assignee_id.is_(None))
        query = select(Ticket.id).where(*could, Ticket.queue_id.is_not(None), Ticket.merged_into.is_(None))
        query = query.order_by(Ticket.priority.desc(), func.coalesce(Ticket.due_at, Ticket.made_at), Ticket.serial)
        async with self.tickets.database.session() as session:
            found = await listing.every(session, query)
        return list(dict.fromkeys([*found, *self._driver.engine.contact_ids(push.CHANNEL), *self.cards]))

    async def _settle_some(self, ids: Collection[str]) -> None:
        async with self._lock:
            # Touched again from here on is read again.
            self._touched.difference_update(ids)
            try:
                await self._settle_read(ids)
            except BaseException:
                self._touched.update(ids)
                raise

    async def _settle_read(self, ids: Collection[str]) -> None:
        async with self.tickets.database.session() as session:
            rows = list(await session.scalars(select(Ticket).where(Ticket.id.in_(ids))))
            to_be = self._wanted(rows)
            matter = [row for row in rows if row.id in to_be]
            self.cards.put(await cards_of(session, matter, self.tickets.set_up.catalog))
        for ticket_id in ids:
            back = ticket_id in self._brought_back
            self._brought_back.discard(ticket_id)
            self._submit(push.settle(ticket_id, to_be.get(ticket_id), self.view(ticket_id), brought_back=back))
            if back:
                self.desk.restore(ticket_id, self.view(ticket_id))
            self.desk.show(ticket_id)
            if self.view(ticket_id) is None:
                self.cards.drop(ticket_id)

    def _wanted(self, rows: Sequence[Ticket]) -> dict[str, push.Wanted]:
        catalog, queues = self.tickets.set_up.catalog, self.queues.ids()
        found = {row.id: push.wanted(row, catalog, queues) for row in rows}
        return {key: each for key, each in found.items() if each is not None}

    def _submit(self, commands: Sequence[Command]) -> None:
        for command in commands:
            if refused := refusal(self._driver.submit(command)):
                log.error("ticket_push_refused", command=refused.command, code=refused.code, ticket=refused.contact_id)

    async def _accept(self, principal: Principal, args: AcceptArgs) -> dict[str, Any]:
        return {"number": await self.accept(args.ticket, principal.user_id, staff(principal))}

    async def accept(self, ticket_id: str, agent_id: str, by: By) -> str:
        """The agent it is offered to has it; its number. Raises Problem 409 when it is his no more: then it is as the
        table says, and if nobody has it offered to the next."""
        async with self._lock:
            insist(self._driver.submit(AcceptOffer(ticket_id, agent_id)))
            try:
                held = await self._assign(ticket_id, agent_id, by)
            except BaseException:
                self.touch(ticket_id)
                raise
        self.tickets.announce(held)
        return held.row.number

    async def _assign(self, ticket_id: str, agent_id: str, by: By) -> Held:
        async with self.tickets.database.writing() as session:
            held = await self.tickets.hold(session, ticket_id, None, None)
            to_be = self._wanted([held.row]).get(ticket_id)
            if to_be is None or to_be.agent_id is not None:
                raise Problem(409, "not-offered", "Not possible now", "Somebody else has dealt with it meanwhile.")
            await self.tickets.check(held, {"assignee": agent_id})
            await writer.change(held, {"assignee": agent_id}, by)
            await writer.reckon(held)
        return held
