"""What is known of a customer: taken out whole, forgotten with all that hangs on it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import delete, func, select, update

from contactcenter.customers.models import Customer, CustomerConsent, CustomerNote
from contactcenter.customers.service import Customers
from contactcenter.customers.shown import whole
from contactcenter.customers.store import group_of
from contactcenter.plugin import Exported, Person, PersonalData


class CustomerPrivacy:
    def __init__(self, customers: Customers) -> None:
        self._customers = customers
        self._database = customers.database

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
