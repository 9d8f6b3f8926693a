"""What was learned goes with whoever is forgotten, and is learned anew without him."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import func, select

from contactcenter.plugin import Exported, Person, PersonalData
from contactcenter.storage.database import Database
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.privacy import about
from contactcenter.tickets.suggesting import kept
from contactcenter.tickets.suggesting.examples import LEARNABLE


def personal(database: Database) -> PersonalData:
    """To be asked after the tickets themselves are forgotten, or what is learned anew would still hold them. By then
    nobody knows any more which were his: so it goes for everybody who may have had some."""

    async def count(person: Person) -> int:
        async with database.session() as session:
            if (held := await kept.held(session)).trained_at is None or held.model_id is None:
                return 0
            learned = (about(person), Ticket.made_at <= held.trained_at, *LEARNABLE)
            return await session.scalar(select(func.count()).select_from(Ticket).where(*learned)) or 0

    async def export(person: Person) -> AsyncIterator[Exported]:
        """Nothing: it holds words of many people and of nobody in particular."""
        nothing: tuple[Exported, ...] = ()
        for each in nothing:
            yield each

    async def erase(person: Person, limit: int) -> int:
        if not person.customers:
            return 0
        async with database.writing() as session:
            return int(await kept.let_go(session))

    words = "Tickets from which suggestions were learned"
    return PersonalData(kind="ticket-suggestions", words=words, count=count, export=export, erase=erase)
