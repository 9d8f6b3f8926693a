"""Who was asked from outside in a side conversation can be forgotten: the address, and what was written to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true, update

from contactcenter.plugin import Exported, Person, PersonalData
from contactcenter.storage.database import Database
from contactcenter.tickets import search
from contactcenter.tickets.models import Ticket, TicketMessage
from contactcenter.tickets.side_models import TicketSide

SEPARATORS = (" ", "-", "(", ")", "/", ".")


def about(person: Person) -> ColumnElement[bool]:
    """By the address, written as those of a Person are: without separators."""
    column: Any = TicketSide.email
    for sign in SEPARATORS:
        column = func.replace(column, sign, "")
    until = true() if person.until is None else TicketSide.opened_at <= person.until
    return and_(TicketSide.email != "", column.in_(sorted(person.addresses)), until)


class SidePrivacy:
    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def personal(self) -> PersonalData:
        return PersonalData(
            kind="ticket-sides",
            words="Side conversations by mail",
            count=self.count,
            export=self.export,
            erase=self.erase,
        )

    async def count(self, person: Person) -> int:
        async with self._database.session() as session:
            return await session.scalar(select(func.count()).select_from(TicketSide).where(about(person))) or 0

    async def export(self, person: Person) -> AsyncIterator[Exported]:
        """What this address was written, without the ticket, which is about somebody else."""
        async with self._database.session() as session:
            for side in await session.scalars(select(TicketSide).where(about(person)).order_by(TicketSide.opened_at)):
                query = select(TicketMessage).where(TicketMessage.side_id == side.id).order_by(TicketMessage.id)
                said = [{"at": each.at.isoformat(), "text": each.text} for each in await session.scalars(query)]
                yield Exported(document={"email": side.email, "subject": side.subject, "messages": said})

    async def erase(self, person: Person, limit: int) -> int:
        async with self._database.writing() as session:
            sides = list(await session.scalars(select(TicketSide).where(about(person)).limit(limit)))
            for side in sides:
                side.email = side.subject = ""
            if sides:
                of_them = TicketMessage.side_id.in_([side.id for side in sides])
                await session.execute(update(TicketMessage).where(of_them).values(text="", html=""))
                tickets = {side.ticket_id for side in sides}
                for row in await session.scalars(select(Ticket).where(Ticket.id.in_(tickets))):
                    await search.index_again(session, row)
        return len(sides)
