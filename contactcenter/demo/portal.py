"""The demo's portal: open, with one customer's account; the number is confirmed, so that the own calls are shown."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.identity.service import Identity
from contactcenter.portal.models import PortalAccount, PortalNumber, PortalSettings
from contactcenter.portal.set_up import PortalSetUp
from contactcenter.portal.settings import ConsentText, PortalSettingsBody

CUSTOMER = "customer1@example.com"
"""Who signs in, as demo/customers.py names the first of those who call again and again."""
_CONSENTS = [
    ConsentText(
        kind="newsletter",
        title="Newsletter",
        text="We write to you by email, at most once a month, about what is new.",
        version="1",
    ),
    ConsentText(
        kind="recording",
        title="Recording of calls",
        text="We record calls with you to get better. Recordings are deleted after 90 days.",
        version="1",
    ),
]


async def seed_portal(identity: Identity, password: str) -> None:
    """Where nobody has set it up and nobody has an account; what is there stays as it is."""
    async with identity.database.session() as session:
        rows = [
            await session.scalar(select(func.count()).select_from(each)) for each in (PortalSettings, PortalAccount)
        ]
        email = CustomerIdentity.kind == "email", CustomerIdentity.value == CUSTOMER
        owner = select(Customer.root_id).join(CustomerIdentity, CustomerIdentity.customer_id == Customer.id)
        customer_id = await session.scalar(owner.where(*email))
        phone = CustomerIdentity.customer_id == customer_id, CustomerIdentity.kind == "phone"
        number = await session.scalar(select(CustomerIdentity.value).where(*phone))
    if any(rows) or customer_id is None:
        return
    await PortalSetUp(identity.database).set(PortalSettingsBody(enabled=True, consents=_CONSENTS))
    at = identity.moment()
    account = PortalAccount(
        id=uuid.uuid4().hex,
        email=CUSTOMER,
        customer_id=customer_id,
        password_hash=await identity.passwords.hash(password),
        made_at=at,
        confirmed_at=at,
    )
    async with identity.database.transaction() as session:
        session.add(account)
        await session.flush()
        if number is not None:
            row = PortalNumber(id=uuid.uuid4().hex, account_id=account.id, value=number, shown=number, made_at=at)
            row.confirmed_at = at
            session.add(row)
