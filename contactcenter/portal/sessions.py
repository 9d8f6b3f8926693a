"""Sessions of customers: accounts, and the ready-made role of customers."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contactcenter import actor as actors
from contactcenter.actor import Actor
from contactcenter.audit.acts import Subject
from contactcenter.customers.models import Customer
from contactcenter.identity.models import SessionRow
from contactcenter.permissions import Catalogue, Holding, Principal, Role
from contactcenter.portal.acts import account_subject
from contactcenter.portal.models import PortalAccount, PortalSession


class CustomerSessions:
    rows = PortalSession

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def id_of(self, owner: PortalAccount) -> str:
        return owner.id

    async def one(self, session: AsyncSession, owner_id: str) -> PortalAccount | None:
        account = await session.get(PortalAccount, owner_id)
        return account if account is not None and usable(account) else None

    async def principal(self, session: AsyncSession, owner: PortalAccount, row: SessionRow) -> Principal:
        """`customer_id` is what the customer is by now part of, where it was merged."""
        part = aliased(Customer)
        root = select(Customer.id, Customer.name).join(part, part.root_id == Customer.id)
        customer_id, name = (await session.execute(root.where(part.id == owner.customer_id))).one()
        role = str(Role.CUSTOMER)
        return Principal(
            owner.id,
            owner.email,
            name,
            (role,),
            row.id,
            self._catalogue.grants([Holding(role, self._catalogue.of_role(role))]),
            kind="customer",
            authenticated_at=row.authenticated_at.timestamp(),
            customer_id=customer_id,
        )

    def subject(self, owner_id: str, name: str = "") -> Subject:
        """Without the name: the trail tells of no customer who he is."""
        return account_subject(owner_id)

    def actor(self, principal: Principal) -> Actor:
        return replace(
            actors.current(), kind="customer", id=principal.user_id, name="", session_id=principal.session_id
        )


def usable(account: PortalAccount) -> bool:
    """Whether its email was confirmed and nobody has locked it."""
    return account.confirmed_at is not None and account.locked_at is None and account.customer_id is not None
