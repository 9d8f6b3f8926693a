"""Names beside the versions of flows: whoever is forgotten leaves none; what he changed stays."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import ColumnElement, func, select, update

from contactcenter.flows.models import FlowVersion
from contactcenter.identity.users import FORMER
from contactcenter.plugin import Exported, Person, PersonalData
from contactcenter.storage.database import Database


async def _nothing(person: Person) -> AsyncIterator[Exported]:
    """How calls are answered is the house's, not the person's."""
    for _ in ():
        yield Exported(document={})


def personal(database: Database) -> PersonalData:
    async def count(person: Person) -> int:
        async with database.session() as session:
            return await session.scalar(select(func.count()).select_from(FlowVersion).where(*_named(person))) or 0

    async def erase(person: Person, limit: int) -> int:
        async with database.transaction() as session:
            found = list(await session.scalars(select(FlowVersion.id).where(*_named(person)).limit(limit)))
            await session.execute(update(FlowVersion).where(FlowVersion.id.in_(found)).values(by_name=FORMER))
        return len(found)

    return PersonalData(
        kind="flow-authors", words="Names beside versions of flows", count=count, export=_nothing, erase=erase
    )


def _named(person: Person) -> tuple[ColumnElement[bool], ...]:
    return FlowVersion.by_id.in_(sorted(person.users)), FlowVersion.by_name != FORMER
