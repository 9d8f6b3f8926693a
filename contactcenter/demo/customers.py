"""Customers of the demo: those of the public who call again and again, and a firm two of them work at."""

from __future__ import annotations

from sqlalchemy import func, select

from contactcenter.customers.fields import FieldSetUp
from contactcenter.customers.models import Customer
from contactcenter.customers.service import Customers
from contactcenter.customers.settings import CustomerBody, NewField
from contactcenter.demo.people import Person, regulars
from contactcenter.storage.database import Database
from contactcenter.vault.service import Vault

FIRM = "Harbour Logistics"
UNKNOWN = 2
"""So many of those who call again are no customers yet, to be made ones."""


async def seed_customers(database: Database, vault: Vault) -> None:
    """Into a register without customers; what is there stays as it is."""
    async with database.session() as session:
        if await session.scalar(select(func.count()).select_from(Customer)):
            return
    customers = Customers(database, vault)
    await FieldSetUp(database).make(NewField(id="customer-number", name="Customer number", type="text"))
    firm = await customers.make(CustomerBody.model_validate({"name": FIRM, "kind": "organisation"}))
    known = regulars()[:-UNKNOWN]
    for place, person in enumerate(known):
        await customers.make(_body(place, person, firm.id))
    # Two people with one telephone, so that an agent has to choose.
    shared = CustomerBody.model_validate({"name": "Greta Marsh", "identities": [_phone(known[-1])]})
    await customers.make(shared)


def _body(place: int, person: Person, firm: str) -> CustomerBody:
    return CustomerBody.model_validate(
        {
            "name": person.name,
            "identities": [_phone(person), {"kind": "email", "value": f"customer{place + 1}@example.com"}],
            "language": "de" if person.number.startswith("+49") else "en",
            "organisation_id": firm if place in (1, 2) else None,
            "vip": place == 0,
            "priority": 10 if place == 0 else 0,
            "tags": ["newsletter"] if place % 3 == 0 else [],
            "fields": {"customer-number": person.customer_number},
        }
    )


def _phone(person: Person) -> dict[str, str]:
    return {"kind": "phone", "value": person.number}
