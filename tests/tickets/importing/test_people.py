"""Who asks in the tickets of a file: looked up and made for many at once, each once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from contactcenter.audit.models import AuditEntry
from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.customers.settings import CustomerBody, IdentityBody
from contactcenter.tickets.importing import running, taking
from contactcenter.tickets.importing.mapping import Wanted
from tests.tickets.importing.house import House, house


def table(rows: Sequence[tuple[str, str, str]]) -> bytes:
    """Of (name, address, number) a ticket each."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["id", "subject", "requester_name", "requester_email", "requester_phone"])
    writer.writerows([number, f"Ticket {number}", *row] for number, row in enumerate(rows, 1))
    return out.getvalue().encode()


async def people(here: House) -> dict[str, str]:
    """Those who were brought in: id by name."""
    async with here.database.session() as session:
        found = await session.execute(select(Customer.name, Customer.id).where(Customer.sort_name != "cara"))
        return {row.name: row.id for row in found}


async def test_somebody_is_made_once_and_known_by_any_of_what_was_said_of_him(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        first, second = ("Joan", "joan@example.com", "+4930123001"), ("Joe", "joe@example.com", "")
        done = await here.bring(
            table([first, second, ("J.", "JOAN@example.com", ""), ("Joan", "", "+4930123001"), ("", "", "")]),
            "people.csv",
        )
        assert (done.taken, done.refused, done.remarks) == (5, 0, 0)
        known = await people(here)
        assert set(known) == {"Joan", "Joe"}
        joan, joe = known["Joan"], known["Joe"]
        assert [ticket.requester_id for ticket in await here.tickets()] == [joan, joe, joan, joan, None]
        async with here.database.session() as session:
            told = list(await session.scalars(select(AuditEntry.subject_id).where(AuditEntry.act == "customer.made")))
            assert sorted(told) == sorted(known.values())


async def test_who_is_known_by_his_address_is_sooner_he_than_who_has_the_number(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        phone = CustomerBody(name="Phone", identities=[IdentityBody(kind="phone", value="+4930123001")])
        mail = CustomerBody(name="Mail", identities=[IdentityBody(kind="email", value="a@example.com")])
        _, known = [(await here.customers.make(body)).id for body in (phone, mail)]
        await here.bring(table([("Somebody", "a@example.com", "+4930123001")]), "people.csv")
        (ticket,) = await here.tickets()
        assert ticket.requester_id == known
        assert set(await people(here)) == {"Phone", "Mail"}


async def test_what_nobody_is_reached_at_is_said_of_the_row(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        done = await here.bring(table([("Joan", "joan@", ""), ("Joe", "joe@example.com", "12")]), "people.csv")
        assert done.taken == 2
        told = (await here.exchange.imports.remarks(done.id, 0, 10)).items
        assert [(each.record, each.field, each.value) for each in told] == [
            ("1", "email", "joan@"),
            ("2", "phone", "12"),
        ]
        async with here.database.session() as session:
            assert list(await session.scalars(select(CustomerIdentity.value))) == ["joe@example.com"]


async def test_a_row_that_the_database_does_not_take_leaves_no_customer_and_the_rest_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = taking.item_of

    def broken(want: Wanted, *rest: Any) -> taking.Item:
        item = plain(want, *rest)
        if want.external_id == "6":
            item.row.serial = 1
        return item

    async with house(tmp_path) as here:
        await here.desk.make()
        monkeypatch.setattr(running, "item_of", broken)
        rows = [(f"Person {number}", f"p{number % 4}@example.com", "") for number in range(12)]
        rows[5] = ("Nobody else", "nobody@example.com", "")
        done = await here.bring(table(rows), "people.csv")
        assert (done.taken, done.refused, done.position) == (11, 1, 12)
        known = await people(here)
        assert set(known) == {"Person 0", "Person 1", "Person 2", "Person 3"}
        asked = [ticket.requester_id for ticket in await here.tickets() if ticket.serial != 1]
        assert asked == [known[f"Person {number % 4}"] for number in range(12) if number != 5]


async def test_new_customers_cost_no_statements_of_their_own(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        rows = [(f"Person {number}", f"p{number}@example.com", f"+4930{1000000 + number}") for number in range(100)]
        found = await here.upload(table(rows), "people.csv")
        asked: list[str] = []
        await here.exchange.imports.start_one(found.id)
        event.listen(here.database.engine.sync_engine, "before_cursor_execute", lambda *of: asked.append(of[2]))
        await here.exchange.imports.drain()
        async with here.database.session() as session:
            assert await session.scalar(select(func.count()).select_from(Customer)) == 101
    # Two batches of fifty; what one ticket with its customer took by itself was some thirty.
    assert len(asked) < 90
