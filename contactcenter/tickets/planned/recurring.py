"""Tickets that are made again and again: what they are, and making the next one, once, also after a crash."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import bad, new_id
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.recorder import record
from contactcenter.tickets import acts
from contactcenter.tickets.acting import SYSTEM
from contactcenter.tickets.documents import NewTicket
from contactcenter.tickets.planned.models import TicketRecurrence
from contactcenter.tickets.planned.schedule import Schedule, next_after, upcoming
from contactcenter.tickets.planned.settings import RecurrenceBody, RecurrenceOut
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.settings import plain

log = structlog.get_logger(__name__)

SHOWN: Final = 5


class Recurring:
    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets
        self._database = tickets.database

    async def every(self) -> list[RecurrenceOut]:
        async with self._database.session() as session:
            return [self._out(row) for row in await _rows(session)]

    async def put(self, key: str | None, body: RecurrenceBody, asked: str | None = None) -> RecurrenceOut:
        """`key` None: a new one, under the id `asked` or one made from its name. Raises Problem 404, 409, 422."""
        await self._check(body)
        async with self._database.writing() as session:
            present = {row.id: row for row in await _rows(session)}
            if key is not None and key not in present:
                raise not_found("recurring ticket")
            made = new_id(asked, body.name, {each: row.name for each, row in present.items() if each != key})
            row = TicketRecurrence(id=made, last_ticket="", problem="") if key is None else present[key]
            before = None if key is None else _document(row)
            row.name, row.enabled = body.name, body.enabled
            row.ticket, row.schedule, row.problem = plain(body.ticket), plain(body.schedule), ""
            row.next_at = next_after(body.schedule, self._tickets.moment()) if body.enabled else None
            session.add(row)
            await record(session, acts.set_up_act("recurring", row.id, row.name, before, _document(row)))
            return self._out(row)

    async def remove(self, key: str) -> None:
        """The tickets it has made stay. Raises Problem 404."""
        async with self._database.writing() as session:
            row = await session.get(TicketRecurrence, key)
            if row is None:
                raise not_found("recurring ticket")
            await record(session, acts.set_up_act("recurring", row.id, row.name, _document(row), None))
            await session.delete(row)

    async def _check(self, body: RecurrenceBody) -> None:
        """Whether such a ticket could be made now. Raises Problem 422, with fields below `ticket`."""
        try:
            await self._tickets.check_new(_new(plain(body.ticket)), SYSTEM)
        except Problem as problem:
            if "field" not in problem.extra:
                raise
            raise bad(f"ticket.{problem.extra['field']}", problem.detail.partition(": ")[2]) from None

    def moments(self, schedule: Schedule) -> list[datetime]:
        return upcoming(schedule, self._tickets.moment(), SHOWN)

    async def sweep(self) -> int:
        """Makes what is due; how many. Of several that were missed while the server was away one is made, the first.
        Raises StorageUnavailable."""
        now, made = self._tickets.moment(), 0
        async with self._database.session() as session:
            query = select(TicketRecurrence).where(TicketRecurrence.next_at <= now)
            due = list(await session.scalars(query.order_by(TicketRecurrence.next_at)))
        for row in due:
            made += await self._make(row, now)
        return made

    async def _make(self, row: TicketRecurrence, now: datetime) -> bool:
        assert row.next_at is not None
        number, problem = "", ""
        try:
            # The key makes it once, also when it was made and this was not written down any more.
            once = sha256(f"{row.id} {row.next_at.timestamp():.0f}".encode()).hexdigest()[:40]
            number = (await self._tickets.make(_new(row.ticket), SYSTEM, key=f"recurring:{once}")).ticket.number
        except Problem as refused:
            problem = refused.detail
            log.warning("ticket_recurrence_refused", recurrence=row.id, reason=problem)
        async with self._database.writing() as session:
            held = await session.get(TicketRecurrence, row.id, with_for_update=True)
            if held is not None and held.next_at == row.next_at:
                held.next_at = next_after(Schedule.model_validate(held.schedule), now)
                held.problem = problem
                if number:
                    held.last_at, held.last_ticket = row.next_at, number
        return bool(number)

    def _out(self, row: TicketRecurrence) -> RecurrenceOut:
        schedule = Schedule.model_validate(row.schedule)
        return RecurrenceOut.model_validate(
            {
                "id": row.id,
                **_document(row),
                "upcoming": self.moments(schedule) if row.enabled else [],
                "last_at": row.last_at,
                "last_ticket": row.last_ticket,
                "problem": row.problem,
            }
        )


def _new(ticket: dict[str, Any]) -> NewTicket:
    return NewTicket.model_validate({**ticket, "channel": "rule"})


def _document(row: TicketRecurrence) -> dict[str, Any]:
    return {"name": row.name, "enabled": row.enabled, "ticket": row.ticket, "schedule": row.schedule}


async def _rows(session: AsyncSession) -> list[TicketRecurrence]:
    return list(await session.scalars(select(TicketRecurrence).order_by(TicketRecurrence.name, TicketRecurrence.id)))
