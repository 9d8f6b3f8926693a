"""The customer's record as the customer himself sees and changes it, within a transaction."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.audit.recorder import record
from contactcenter.customers.acts import CUSTOMER_CHANGED, customer_act
from contactcenter.customers.identities import Identity
from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.customers.service import Customers, document
from contactcenter.customers.settings import CustomerBody, IdentityBody
from contactcenter.customers.shown import whole
from contactcenter.customers.store import group_of, identities_of, root_of, write_terms
from contactcenter.customers.words import folded
from contactcenter.portal.models import PortalAccount
from contactcenter.portal.settings import ProfileBody


async def customer_of(session: AsyncSession, customers: Customers, account: PortalAccount) -> str:
    """Whose a confirmed email is: of the one person who has it, else of somebody new. Several who share one are none:
    nobody should see what is another's."""
    if account.customer_id is not None:
        return (await root_of(session, account.customer_id)).id
    having = select(Customer.root_id).join(CustomerIdentity, CustomerIdentity.customer_id == Customer.id)
    fits = CustomerIdentity.kind == "email", CustomerIdentity.value == account.email
    found = select(Customer.id).where(Customer.id.in_(having.where(*fits)), Customer.kind == "person")
    ids = (await session.scalars(found)).all()
    if len(ids) == 1:
        return ids[0]
    email = IdentityBody(kind="email", value=account.email)
    body = CustomerBody(name=account.name or account.email, language=account.language, identities=[email])
    # Custom fields that the house requires are the house's to fill in.
    return (await customers.add(session, body, {})).id


async def change(session: AsyncSession, customer_id: str, body: ProfileBody, at: datetime) -> None:
    """Raises Problem 404."""
    async with _Changing(session, customer_id, at) as row:
        row.name, row.called = body.name, body.called
        row.language, row.timezone = body.language, body.timezone
        row.sort_name = folded(body.name)[:200]


async def add_identity(session: AsyncSession, customer_id: str, identity: Identity, shown: str, at: datetime) -> None:
    """One that is there already stays as it is. Raises Problem 404."""
    async with _Changing(session, customer_id, at) as row:
        held = await identities_of(session, await group_of(session, row.id))
        if any((each.kind, each.value) == (identity.kind, identity.value) for each in held):
            return
        session.add(
            CustomerIdentity(
                id=uuid.uuid4().hex,
                customer_id=row.id,
                kind=identity.kind,
                channel=identity.channel,
                value=identity.value,
                shown=shown,
                position=max((each.position for each in held), default=-1) + 1,
            )
        )


async def remove_identity(session: AsyncSession, customer_id: str, kind: str, value: str, at: datetime) -> bool:
    """Whether it was there. Raises Problem 404."""
    async with _Changing(session, customer_id, at) as row:
        held = await identities_of(session, await group_of(session, row.id))
        gone = [each for each in held if (each.kind, each.value) == (kind, value)]
        for each in gone:
            await session.delete(each)
        return bool(gone)


async def phones_of(session: AsyncSession, customer_id: str) -> list[CustomerIdentity]:
    """Each number once, in the order they are shown."""
    held = await identities_of(session, await group_of(session, customer_id))
    return list({each.value: each for each in reversed(held) if each.kind == "phone"}.values())[::-1]


class _Changing:
    """What was and what is, in the trail; what it is found by, anew."""

    def __init__(self, session: AsyncSession, customer_id: str, at: datetime) -> None:
        self._session, self._customer_id, self._at = session, customer_id, at

    async def __aenter__(self) -> Customer:
        self._row = await root_of(self._session, self._customer_id, lock=True)
        self._before = document(await whole(self._session, self._row))
        return self._row

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        if error is not None:
            return
        row, session = self._row, self._session
        await session.flush()
        after = document(await whole(session, row))
        if after == self._before:
            return
        row.changed_at = self._at
        for part in await group_of(session, row.id):
            await write_terms(session, part)
        await record(session, customer_act(CUSTOMER_CHANGED, row.id, self._before, after))
