"""Reminders are their owner's: taken out and forgotten with him."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import ColumnElement, delete, false, func, select

from contactcenter.plugin import Exported, Person, PersonalData
from contactcenter.storage.database import Database
from contactcenter.tickets.planned.models import TicketReminder


def personal(database: Database) -> PersonalData:
    async def count(person: Person) -> int:
        async with database.session() as session:
            return await session.scalar(select(func.count()).select_from(TicketReminder).where(_of(person))) or 0

    async def export(person: Person) -> AsyncIterator[Exported]:
        async with database.session() as session:
            for row in await session.scalars(select(TicketReminder).where(_of(person)).order_by(TicketReminder.id)):
                document: dict[str, Any] = {"ticket": row.ticket_id, "at": row.at.isoformat(), "note": row.note}
                yield Exported(document=document)

    async def erase(person: Person, limit: int) -> int:
        """At once, whatever `limit` is."""
        async with database.transaction() as session:
            gone = await session.execute(delete(TicketReminder).where(_of(person)))
            return int(gone.rowcount)  # type: ignore[attr-defined]  # of a change it has one

    return PersonalData(kind="ticket-reminders", words="Reminders of tickets", count=count, export=export, erase=erase)


def _of(person: Person) -> ColumnElement[bool]:
    return TicketReminder.user_id.in_(sorted(person.users)) if person.users else false()
