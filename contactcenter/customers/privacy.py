"""What is known of a customer: taken out whole, forgotten with all that hangs on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, true, update
from sqlalchemy.orm import InstrumentedAttribute

from contactcenter.customers.models import (
    Customer,
    CustomerConsent,
    CustomerMerge,
    CustomerNote,
    CustomerSegment,
)
from contactcenter.customers.service import Customers
from contactcenter.customers.shown import whole
from contactcenter.customers.store import group_of
from contactcenter.identity.users import FORMER
from contactcenter.plugin import Exported, Person, PersonalData

_NAMES: tuple[tuple[InstrumentedAttribute[str], InstrumentedAttribute[str]], ...] = (
    (CustomerNote.author_name, CustomerNote.author_id),
    (CustomerConsent.recorded_by, CustomerConsent.recorded_by_id),
    (CustomerMerge.by_name, CustomerMerge.by_id),
)
"""Columns with a name, and whose it is."""
_AUTHORED: tuple[tuple[Any, Any, ColumnElement[bool]], ...] = (
    *((column.class_, by, column != FORMER) for column, by in _NAMES),
    (CustomerSegment, CustomerSegment.owner_id, true()),
)


async def _nothing(person: Person) -> AsyncIterator[Exported]:
    """What somebody wrote about customers is these customers' data."""
    for _ in ():
        yield Exported(document={})


class CustomerPrivacy:
    def __init__(self, customers: Customers) -> None:
        self._customers = customers
        self._database = customers.database

    @property
    def authors(self) -> PersonalData:
        """Of users: their names beside what they wrote, recorded and merged, and filters only they see."""
        return PersonalData(
            kind="customer-authors",
            words="Names beside notes, consents and merges",
            count=self.count_authored,
            export=_nothing,
            erase=self.forget_author,
        )

    @property
    def personal(self) -> PersonalData:
        return PersonalData(kind="customers", words="Customers", count=self.count, export=self.export, erase=self.erase)

    async def count(self, person: Person) -> int:
        async with self._database.session() as session:
            query = select(func.count()).select_from(Customer).where(Customer.id.in_(sorted(person.customers)))
            return await session.scalar(query) or 0

    async def export(self, person: Person) -> AsyncIterator[Exported]:
        """Each customer once, however many were merged into it, with notes, consents and sensitive fields opened."""
        async with self._database.session() as session:
            query = select(Customer).where(Customer.id.in_(sorted(person.customers)), Customer.id == Customer.root_id)
            for row in await session.scalars(query.order_by(Customer.id)):
                group = await group_of(session, row.id)
                notes = await session.scalars(select(CustomerNote).where(CustomerNote.customer_id.in_(group)))
                consents = await session.scalars(select(CustomerConsent).where(CustomerConsent.customer_id.in_(group)))
                document = (await whole(session, row)).model_dump(mode="json")
                document["notes"] = [{"at": each.at.isoformat(), "text": each.text} for each in notes]
                document["consents"] = [
                    {"at": each.at.isoformat(), "kind": each.kind, "given": each.given, "channel": each.channel}
                    for each in consents
                ]
                document["sensitive"] = await self._customers.store.opened(session, group)
                yield Exported(document=document)

    async def count_authored(self, person: Person) -> int:
        async with self._database.session() as session:
            counts = [
                await session.scalar(select(func.count()).select_from(table).where(by.in_(sorted(person.users)), left))
                for table, by, left in _AUTHORED
            ]
        return sum(count or 0 for count in counts)

    async def forget_author(self, person: Person, limit: int) -> int:
        """At once, whatever `limit` is: the notes stay, by somebody who was here."""
        users = sorted(person.users)
        if not users or not (count := await self.count_authored(person)):
            return 0
        async with self._database.transaction() as session:
            for column, by in _NAMES:
                await session.execute(update(column.class_).where(by.in_(users)).values({column.key: FORMER}))
            await session.execute(delete(CustomerSegment).where(CustomerSegment.owner_id.in_(users)))
        return count

    async def erase(self, person: Person, limit: int) -> int:
        """Identities, tags, search terms, secrets, notes, consents and merges go with the row."""
        async with self._database.transaction() as session:
            query = select(Customer.id).where(Customer.id.in_(sorted(person.customers))).limit(limit)
            ids = (await session.scalars(query)).all()
            if ids:
                of_them = update(Customer).where(Customer.organisation_id.in_(ids)).values(organisation_id=None)
                await session.execute(of_them)
                await session.execute(delete(Customer).where(Customer.id.in_(ids)))
        return len(ids)
