"""Tickets on open pages: that some have changed, that this one has, and who else has it open or is typing in it.

`tickets` tells no more than that something has changed, at most once a second: which tickets somebody sees is decided
where he asks for them. `ticket:<id>` opens to whoever has told `ticket.look` and was found to see it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import structlog
from pydantic import BaseModel, ConfigDict, Field

from contactcenter.api.fields import Ref
from contactcenter.api.live import Live
from contactcenter.api.problems import Problem
from contactcenter.audit.acts import NotAudited
from contactcenter.bus import Bus
from contactcenter.permissions import Principal
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tasks import ended
from contactcenter.tickets.events import (
    TicketChanged,
    TicketEvent,
    TicketRemoved,
    TicketSetUpChanged,
    TicketsImported,
)
from contactcenter.tickets.lookers import Lookers
from contactcenter.tickets.permissions import TICKETS_VIEW
from contactcenter.tickets.service import Tickets

log = structlog.get_logger(__name__)

TOPIC: Final = "tickets"
TICK_S: Final = 1.0
SWEEP_S: Final = 4.0
PLACED: Final = frozenset({"queue", "team", "assignee", "watcher"})
"""A change of these may end that somebody sees a ticket."""


class LookArgs(BaseModel):
    """`page` is a word of the page's own, for somebody with several."""

    model_config = ConfigDict(extra="forbid")

    ticket: Ref
    page: Annotated[str, Field(min_length=1, max_length=40)]


class TypingArgs(LookArgs):
    typing: bool = True


class TicketFeed:
    """`now` gives unix seconds."""

    def __init__(self, tickets: Tickets, live: Live, bus: Bus, *, now: Callable[[], float]) -> None:
        self._tickets = tickets
        self._live = live
        self._now = now
        self._lookers = Lookers()
        self._who: dict[str, Principal] = {}
        self._connections: Counter[str] = Counter()
        self._pending: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._sweeper: asyncio.Task[None] | None = None
        self._list = live.topic(TOPIC)
        live.allow(TOPIC, lambda principal, topic: principal.may(TICKETS_VIEW))
        live.allow("ticket:", self._may_see)
        not_audited = NotAudited("that a page is open")
        live.command("ticket.look", TICKETS_VIEW, LookArgs, not_audited)(self._look)
        live.command("ticket.typing", TICKETS_VIEW, TypingArgs, not_audited)(self._type)
        live.command("ticket.leave", TICKETS_VIEW, LookArgs, not_audited)(self._leave)
        live.on_connect(self._connected)
        live.on_disconnect(self._disconnected)
        bus.subscribe(TicketEvent, self._happened)
        bus.subscribe(TicketChanged, self._placed_elsewhere)
        bus.subscribe(TicketSetUpChanged, lambda event: self._tick("set-up"))
        bus.subscribe(TicketsImported, lambda event: self._tick("tickets"))

    def start(self) -> None:
        self._sweeper = asyncio.create_task(self._sweep(), name="tickets-lookers")

    async def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        await ended(self._sweeper)

    async def _look(self, principal: Principal, args: LookArgs) -> dict[str, Any]:
        """The id of the ticket's topic. Raises Problem 404."""
        async with self._tickets.database.session() as session:
            row = await self._tickets.row(session, args.ticket, principal)
            ticket_id = row.id
        scope = principal.scope(TICKETS_VIEW)
        assert scope is not None
        self._who[principal.user_id] = principal
        self._lookers.look(ticket_id, principal.user_id, args.page, principal.name, scope, self._now())
        self._show(ticket_id)
        return {"ticket": ticket_id}

    async def _type(self, principal: Principal, args: TypingArgs) -> None:
        if not self._lookers.type(args.ticket, principal.user_id, args.page, args.typing, self._now()):
            raise Problem(409, "not-looking", "Not open", "This page has not said that it has the ticket open.")
        self._show(args.ticket)

    async def _leave(self, principal: Principal, args: LookArgs) -> None:
        user = principal.user_id
        self._lookers.leave(args.ticket, user, args.page)
        if user not in self._lookers.rows(args.ticket, self._now()):
            await self._live.review(frozenset({user}))
        self._show(args.ticket)

    def _may_see(self, principal: Principal, topic: str) -> bool:
        ticket_id = topic.partition(":")[2]
        return self._lookers.granted(ticket_id, principal.user_id, principal.scope(TICKETS_VIEW))

    def _connected(self, principal: Principal, _sid: str) -> None:
        self._connections[principal.user_id] += 1

    def _disconnected(self, principal: Principal, _sid: str) -> None:
        user = principal.user_id
        self._connections[user] -= 1
        if self._connections[user] <= 0:
            del self._connections[user]
            self._who.pop(user, None)
            for ticket_id in self._lookers.leave_all(user):
                self._show(ticket_id)

    def _show(self, ticket_id: str) -> None:
        """Who has it open. With the last of them the topic goes."""
        topic = self._live.topic(f"ticket:{ticket_id}")
        rows = self._lookers.rows(ticket_id, self._now())
        for user, row in rows.items():
            topic.put("people", user, {**row, "since": datetime.fromtimestamp(row["since"], UTC)})
        for user in topic.ids("people"):
            if user not in rows:
                topic.remove("people", user)
        if not rows:
            self._live.give_up(topic)

    def _happened(self, event: TicketEvent) -> None:
        self._tick("tickets")
        if event.ticket_id in self._lookers.tickets():
            topic = self._live.topic(f"ticket:{event.ticket_id}")
            before = topic.get("ticket", event.ticket_id) or {"revision": 0}
            row = {"id": event.ticket_id, "sequence": event.sequence, "revision": before["revision"] + 1}
            topic.put("ticket", event.ticket_id, row | {"removed": isinstance(event, TicketRemoved)})

    def _tick(self, what: str) -> None:
        """Told at once after a pause, else when the second is over."""
        self._pending.add(what)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(0, self._tell)

    def _tell(self) -> None:
        pending, self._pending = self._pending, set()
        for what in pending:
            before = self._list.get("changes", what) or {"revision": 0}
            self._list.put("changes", what, {"id": what, "revision": before["revision"] + 1})
        again = asyncio.get_running_loop().call_later(TICK_S, self._tell) if pending else None
        self._timer = again

    async def _placed_elsewhere(self, event: TicketChanged) -> None:
        """Whoever sees it no more is sent away."""
        if not PLACED & event.changes.keys():
            return
        for user in self._lookers.narrow(event.ticket_id):
            principal = self._who.get(user)
            if principal is None or not await self._sees(event.ticket_id, principal):
                self._lookers.leave(event.ticket_id, user)
                await self._live.review(frozenset({user}))
                self._show(event.ticket_id)

    async def _sees(self, ticket_id: str, principal: Principal) -> bool:
        async with self._tickets.database.session() as session:
            try:
                await self._tickets.row(session, ticket_id, principal)
            except Problem:
                return False
            return True

    async def _sweep(self) -> None:
        """Those who said nothing any more, and typing that has ended."""
        while True:
            await asyncio.sleep(SWEEP_S)
            await self.sweep()

    async def sweep(self) -> None:
        gone = self._lookers.expire(self._now())
        users = frozenset[str]().union(*gone.values())
        if users:
            try:
                await self._live.review(users)
            except StorageUnavailable as error:
                log.warning("ticket_lookers_not_reviewed", reason=str(error))
        for ticket_id in {*gone, *self._lookers.tickets()}:
            self._show(ticket_id)
