"""Reminders: a person hears of a ticket again when he has asked to, as long as he sees it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import bad
from contactcenter.api.problems import not_found
from contactcenter.notifications.service import Notice, Notifications
from contactcenter.permissions import Principal
from contactcenter.tickets import notices_kinds, notices_people
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.planned.models import TicketReminder
from contactcenter.tickets.planned.settings import NewReminder, ReminderList, ReminderOut
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.sight import seen_by

AHEAD: Final = timedelta(days=731)
MOST: Final = 50
"""That one person may have at one ticket."""
BATCH: Final = 100


class Reminders:
    def __init__(self, tickets: Tickets, notices: Notifications) -> None:
        self._tickets = tickets
        self._notices = notices

    async def of(self, principal: Principal, ticket_id: str | None = None) -> ReminderList:
        """Those to come, the next first; of one ticket (id or number), or of all that he sees. Raises Problem 404."""
        async with self._tickets.database.session() as session:
            row = None if ticket_id is None else await self._tickets.row(session, ticket_id, principal)
            query = select(TicketReminder, Ticket).join(Ticket, Ticket.id == TicketReminder.ticket_id)
            query = query.where(*_his(principal), seen_by(principal))
            if row is not None:
                query = query.where(TicketReminder.ticket_id == row.id)
            found = await session.execute(query.order_by(TicketReminder.at, TicketReminder.id).limit(500))
            return ReminderList(items=[_out(each, ticket) for each, ticket in found])

    async def add(self, ticket_id: str, body: NewReminder, principal: Principal) -> ReminderOut:
        """Raises Problem 404, 422."""
        now = self._tickets.moment()
        if not now < body.at <= now + AHEAD:
            raise bad("at", "must be a time to come, within two years.")
        async with self._tickets.database.writing() as session:
            ticket = await self._tickets.row(session, ticket_id, principal)
            his = select(TicketReminder.id).where(*_his(principal), TicketReminder.ticket_id == ticket.id)
            if len(list(await session.scalars(his))) >= MOST:
                raise bad("at", f"you have {MOST} reminders of this ticket already.")
            row = TicketReminder(ticket_id=ticket.id, user_id=principal.user_id, at=body.at, note=body.note)
            session.add(row)
            await session.flush()
            return _out(row, ticket)

    async def remove(self, ticket_id: str, reminder_id: int, principal: Principal) -> None:
        """Raises Problem 404."""
        async with self._tickets.database.writing() as session:
            ticket = await self._tickets.row(session, ticket_id, principal)
            his = (TicketReminder.id == reminder_id, TicketReminder.ticket_id == ticket.id, *_his(principal))
            if (await session.execute(delete(TicketReminder).where(*his))).rowcount == 0:  # type: ignore[attr-defined]
                raise not_found("reminder")

    async def sweep(self) -> int:
        """Tells of those whose time has come; how many. That it was told is written with the notice. Raises
        StorageUnavailable."""
        now, count = self._tickets.moment(), 0
        while True:
            async with self._tickets.database.writing() as session:
                due = (TicketReminder.told_at.is_(None), TicketReminder.at <= now)
                query = select(TicketReminder).where(*due).order_by(TicketReminder.at).limit(BATCH)
                rows = list(await session.scalars(query.with_for_update(skip_locked=True)))
                hearers = {each for row in rows for each in await self._tell(session, row, now)}
            await self._notices.announce(hearers)
            count += len(rows)
            if len(rows) < BATCH:
                return count

    async def _tell(self, session: AsyncSession, row: TicketReminder, now: datetime) -> set[str]:
        row.told_at = now
        ticket = await session.get_one(Ticket, row.ticket_id)
        notice = Notice(
            kind=notices_kinds.REMINDER.key,
            object_kind="ticket",
            object_id=ticket.id,
            title=f"{ticket.number} {ticket.subject}",
            link=f"/tickets/{ticket.number}",
            facts={"text": row.note},
            source=f"ticket-reminder:{row.id}",
            customer_id=ticket.requester_id,
        )
        seeing = await notices_people.seeing(session, ticket, {row.user_id})
        return await self._notices.tell(session, notice, seeing)


def _his(principal: Principal) -> tuple[ColumnElement[bool], ...]:
    return TicketReminder.user_id == principal.user_id, TicketReminder.told_at.is_(None)


def _out(row: TicketReminder, ticket: Ticket) -> ReminderOut:
    return ReminderOut(
        id=row.id, ticket_id=ticket.id, number=ticket.number, subject=ticket.subject, at=row.at, note=row.note
    )
