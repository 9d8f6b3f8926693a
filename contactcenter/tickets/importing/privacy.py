"""What imports keep of people: values of what was not taken, and who has imported."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import ColumnElement, and_, false, func, or_, select, update

from contactcenter.identity.users import FORMER
from contactcenter.plugin import Exported, Person, PersonalData
from contactcenter.storage.database import Database
from contactcenter.tickets.importing.models import TicketImport, TicketImportRemark, TicketOrigin
from contactcenter.tickets.models import Ticket


def personal(database: Database) -> PersonalData:
    async def count(person: Person) -> int:
        async with database.session() as session:
            values = select(func.count()).select_from(TicketImportRemark).where(_values(person))
            made = select(func.count()).select_from(TicketImport).where(_made(person))
            return (await session.scalar(values) or 0) + (await session.scalar(made) or 0)

    async def export(person: Person) -> AsyncIterator[Exported]:
        async with database.session() as session:
            query = select(TicketImportRemark).where(_values(person)).order_by(TicketImportRemark.id)
            for row in await session.scalars(query):
                yield Exported(document={"place": row.place, "field": row.field, "value": row.value})

    async def erase(person: Person, limit: int) -> int:
        """At once, whatever `limit` is. What was wrong stays, without the value."""
        async with database.writing() as session:
            gone = await session.execute(update(TicketImportRemark).where(_values(person)).values(value=""))
            made = await session.execute(update(TicketImport).where(_made(person)).values(made_by=FORMER))
            return int(gone.rowcount + made.rowcount)  # type: ignore[attr-defined]  # of a change they have one

    words = "Values in reports of imports, and who has imported"
    return PersonalData(kind="ticket-imports", words=words, count=count, export=export, erase=erase)


def _values(person: Person) -> ColumnElement[bool]:
    """Those with an address of his, or of a ticket that he asked for."""
    held = func.replace(func.replace(func.lower(TicketImportRemark.value), " ", ""), "-", "")
    found: list[ColumnElement[bool]] = [held.contains(each, autoescape=True) for each in sorted(person.addresses)]
    if person.customers:
        his = select(TicketOrigin.external_id).join(Ticket, Ticket.id == TicketOrigin.ticket_id)
        found.append(TicketImportRemark.record.in_(his.where(Ticket.requester_id.in_(sorted(person.customers)))))
    return and_(TicketImportRemark.value != "", or_(false(), *found))


def _made(person: Person) -> ColumnElement[bool]:
    if not person.users:
        return false()
    return and_(TicketImport.made_by_id.in_(sorted(person.users)), TicketImport.made_by != FORMER)
