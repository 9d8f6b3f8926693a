"""What has happened to tickets is told: to people of the house by notices, to customers by mail.

As with triggers (automation/runner.py) the history says what there is to tell, so that after a crash what was missed is
looked at again; that an entry was told of is written down with what was told, so that nothing is told twice.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.bus import Bus
from contactcenter.notifications.service import Notice, Notifications
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tickets import notices_kinds, notices_people
from contactcenter.tickets.automation.variables import fill, values_for
from contactcenter.tickets.events import TicketChanged, TicketEvent, TicketRemoved
from contactcenter.tickets.line import Line
from contactcenter.tickets.model import Author, EntryKind
from contactcenter.tickets.models import Ticket, TicketApproval, TicketEntry, TicketMessage, TicketTag
from contactcenter.tickets.notices import Happening, Tell, told
from contactcenter.tickets.notices_customer import CustomerMails
from contactcenter.tickets.notices_models import TicketNoticeMark, TicketTelling
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.values import IMPORTED, document_of

log = structlog.get_logger(__name__)

EVERY_S: Final = 15.0
MOST_MISSED: Final = 20_000
STALE: Final = timedelta(days=2)
"""What happened longer ago, as in an import, is history and no news."""
WITHOUT_ENTRY: Final = frozenset({"watcher", "links"})
AUTOMATION: Final = "Automation"
"""Who did it, where nobody did."""


class Herald:
    def __init__(self, tickets: Tickets, bus: Bus, notices: Notifications, mails: CustomerMails) -> None:
        self._tickets = tickets
        self._notices = notices
        self._mails = mails
        self._line: Line[tuple[str, int]] = Line("notices", lambda seen: self._meet(*seen))
        self._newest: int | None = None
        self._written: int | None = None
        self._tasks: list[asyncio.Task[None]] = []
        notices.register(*notices_kinds.ALL)
        self._unsubscribe = bus.subscribe(TicketEvent, self._heard)

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._line.run(), name="ticket-notices"),
            asyncio.create_task(self._keep(), name="ticket-notices-mark"),
        ]

    async def stop(self) -> None:
        self._unsubscribe()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def _heard(self, event: TicketEvent) -> None:
        if isinstance(event, TicketRemoved):
            return
        if isinstance(event, TicketChanged) and event.changes.keys() <= WITHOUT_ENTRY:
            return
        self._line.add([(event.ticket_id, event.sequence)])

    async def drain(self) -> None:
        """Until nothing waits any more. Raises StorageUnavailable; nothing is lost then."""
        await self._line.drain()

    async def _keep(self) -> None:
        caught_up = False
        while True:
            try:
                if not caught_up:
                    await self.catch_up()
                    caught_up = True
                await self.remember()
            except StorageUnavailable as error:
                log.warning("ticket_notices_wait", reason=str(error))
            except Exception:
                log.exception("ticket_notices_failed")
            await asyncio.sleep(EVERY_S)

    async def catch_up(self) -> int:
        """What happened after the history was last written down as told, as before a crash: how many entries."""
        async with self._tickets.database.session() as session:
            mark = await session.get(TicketNoticeMark, 1)
            if mark is None:
                return 0
            news = TicketEntry.id > mark.entry_id, TicketEntry.at >= self._tickets.moment() - STALE
            missed = select(TicketEntry.ticket_id, TicketEntry.sequence).where(*news).order_by(TicketEntry.id)
            entries = [(row.ticket_id, row.sequence) for row in await session.execute(missed.limit(MOST_MISSED))]
        self._line.add(entries)
        return len(entries)

    async def remember(self) -> None:
        """Writes down how far the history has been told. What was there when this was last called, and nothing waits
        since, has been announced and met by now."""
        if self._line:
            return
        async with self._tickets.database.session() as session:
            newest = int(await session.scalar(select(func.max(TicketEntry.id))) or 0)
        if self._newest is not None and self._newest != self._written:
            async with self._tickets.database.writing() as session:
                await session.merge(TicketNoticeMark(id=1, entry_id=self._newest))
                await session.execute(
                    delete(TicketTelling).where(TicketTelling.at < self._tickets.moment() - 2 * STALE)
                )
            self._written = self._newest
        self._newest = newest

    async def _meet(self, ticket_id: str, sequence: int) -> None:
        async with self._tickets.database.session() as session:
            query = select(TicketEntry).where(TicketEntry.ticket_id == ticket_id, TicketEntry.sequence == sequence)
            entry, row = await session.scalar(query), await session.get(Ticket, ticket_id)
            if entry is None or row is None or IMPORTED in entry.data or entry.at < self._tickets.moment() - STALE:
                return
            tells = list(told(await self._happening(session, row, entry)))
        catalog = self._tickets.set_up.catalog
        mails = self._mails.wanted(row, entry, catalog)
        if not tells and not mails:
            return
        async with self._tickets.database.writing() as session:
            if await session.get(TicketTelling, (ticket_id, sequence)) is not None:
                return
            users = await self._tell(session, row, entry, tells)
            mailed = mails and await self._mails.put(session, row, entry, catalog)
            if users or mailed:
                session.add(TicketTelling(ticket_id=ticket_id, sequence=sequence, at=self._tickets.moment()))
        await self._notices.announce(users)
        if mailed:
            self._mails.outbox.wake()

    async def _happening(self, session: AsyncSession, row: Ticket, entry: TicketEntry) -> Happening:
        message = await session.get(TicketMessage, entry.data["message"]) if entry.data.get("message") else None
        promise = self._tickets.set_up.catalog.promises.get(row.sla_policy or "")
        approval = None
        if entry.kind == EntryKind.DECIDED:
            approval = await session.get(TicketApproval, entry.data["approval"])
        return Happening(
            kind=EntryKind(entry.kind),
            author=Author(entry.author),
            author_id=entry.author_id,
            data=entry.data,
            mentions=() if message is None else tuple(message.mentions),
            chain=() if promise is None else promise.chain,
            asked_by="" if approval is None else approval.asked_by_id,
        )

    async def _tell(self, session: AsyncSession, row: Ticket, entry: TicketEntry, tells: list[Tell]) -> set[str]:
        heard: set[str] = {entry.author_id} if entry.author == Author.AGENT else set()
        told_now: set[str] = set()
        for tell in tells:
            team = tell.kind == notices_kinds.TEAM.key
            users = await notices_people.named(session, row, tell.hearers, unassigned_only=team)
            seeing = await notices_people.seeing(session, row, users - heard)
            told_now |= await self._notices.tell(session, await self._notice(session, row, entry, tell), seeing)
            heard |= seeing
        return told_now

    async def _notice(self, session: AsyncSession, row: Ticket, entry: TicketEntry, tell: Tell) -> Notice:
        facts = {"who": entry.author_name or AUTOMATION, **tell.facts}
        if tell.state is not None:
            state = self._tickets.set_up.catalog.states.get(tell.state)
            facts["state"] = tell.state if state is None else state.name
        if "text" in facts:
            tags = await session.scalars(select(TicketTag.tag).where(TicketTag.ticket_id == row.id))
            document, catalog = document_of(row, tags), self._tickets.set_up.catalog
            facts["text"] = fill(facts["text"], await values_for(session, row, document, catalog, entry.author_name))
        return Notice(
            kind=tell.kind,
            object_kind="ticket",
            object_id=row.id,
            title=f"{row.number} {row.subject}".strip(),
            link=f"/tickets/{row.number}",
            source=f"ticket:{row.id}:{entry.sequence}:{tell.kind}",
            facts=facts,
            customer_id=row.requester_id,
        )
