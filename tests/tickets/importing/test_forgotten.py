"""Who is forgotten leaves no value in reports of imports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from contactcenter.identity.users import FORMER
from contactcenter.plugin import Person
from contactcenter.tickets.importing.models import TicketImport, TicketImportRemark, TicketOrigin
from contactcenter.tickets.importing.privacy import personal
from tests.tickets.desk import CARA, CUSTOMER, Desk, desk


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


async def test_values_of_a_person_are_emptied_and_others_stay(house: Desk) -> None:
    ticket = await house.make(CUSTOMER, requester=CARA)
    remarks = [("1", "cc", "Cara@Example.com"), ("2", "phone", "+49 30-123"), ("Z-7", "mood", "blue"), ("4", "x", "y")]
    async with house.database.transaction() as session:
        row = TicketImport(id="i" * 32, name="a.csv", size=1, state="done", made_at=house.tickets.moment())
        row.made_by, row.made_by_id = "Anna", "anna"
        session.add(row)
        await session.flush()
        session.add(TicketOrigin(origin="csv", external_id="Z-7", ticket_id=ticket.id, import_id=row.id))
        for record, name, value in remarks:
            remark = TicketImportRemark(import_id=row.id, place=record, record=record, field=name, value=value)
            remark.reason = "It is unknown."
            session.add(remark)
    kind = personal(house.database)
    cara = Person(addresses=frozenset({"cara@example.com", "+4930123"}), customers=frozenset({CARA}))
    anna = Person(users=frozenset({"anna"}))
    assert (await kind.count(cara), await kind.count(anna), await kind.count(Person())) == (3, 1, 0)
    assert [each.document["value"] async for each in kind.export(cara)] == ["Cara@Example.com", "+49 30-123", "blue"]
    assert (await kind.erase(cara, 10), await kind.erase(anna, 10)) == (3, 1)
    assert (await kind.count(cara), await kind.count(anna)) == (0, 0)
    async with house.database.session() as session:
        kept = list(await session.scalars(select(TicketImportRemark.value).order_by(TicketImportRemark.id)))
        assert (kept, await session.scalar(select(TicketImport.made_by))) == (["", "", "", "y"], FORMER)
