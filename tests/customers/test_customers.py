from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from contactcenter.api.problems import Problem
from contactcenter.audit.models import AuditEntry
from contactcenter.customers.fields import FieldSetUp
from contactcenter.customers.segments import Segments
from contactcenter.customers.service import Customers
from contactcenter.customers.settings import (
    ConsentBody,
    CustomerBody,
    CustomerFilter,
    CustomerOut,
    FieldBody,
    NewField,
    NoteBody,
    SegmentBody,
)


def body(name: str, **values: Any) -> CustomerBody:
    return CustomerBody.model_validate({"name": name, **values})


def phone(number: str) -> dict[str, str]:
    return {"kind": "phone", "value": number}


def email(address: str) -> dict[str, str]:
    return {"kind": "email", "value": address}


async def names(customers: Customers, **asked: Any) -> list[str]:
    return [row.name for row in (await customers.page(CustomerFilter.model_validate(asked))).items]


async def test_a_customer_is_found_by_name_number_and_address(customers: Customers) -> None:
    await customers.make(
        body("Anna Müller-Lüdenscheidt", identities=[phone("030 2312 5123"), email("Anna.M@Example.com")])
    )
    await customers.make(body("Bernd Kelleﬀ", identities=[phone("+44 1632 960 123")], called="Bernie"))
    for query in (
        "muller",
        "ANNA lud",
        "müll anna",
        "anna.m@ex",
        "example.com",
        "030 231",
        "+4930231",
        "25123",
        "5-123",
    ):
        assert await names(customers, q=query) == ["Anna Müller-Lüdenscheidt"], query
    for query in ("bernie", "keller", "01632960123"[1:], "0044 1632", "960123"):
        expected = [] if query == "keller" else ["Bernd Kelleﬀ"]
        assert await names(customers, q=query) == expected, query
    for query in ("x", "annab", "%", "_", "anna bernd", "999", "\x00", "'"):
        assert await names(customers, q=query) == [], query
    assert await names(customers) == ["Anna Müller-Lüdenscheidt", "Bernd Kelleﬀ"]


async def test_a_change_moves_everything_with_it(customers: Customers) -> None:
    made = await customers.make(
        body("Ines Rossi", identities=[phone("03023125001"), email("a@b.de")], tags=["gold", "old"], vip=True)
    )
    assert [(each.kind, each.value) for each in made.identities] == [("phone", "+493023125001"), ("email", "a@b.de")]
    changed = await customers.change(
        made.id, body("Ines Berg", identities=[email("A@B.DE"), phone("03023125002")], tags=["gold", "new"])
    )
    assert [each.value for each in changed.identities] == ["a@b.de", "+493023125002"]
    assert changed.tags == ["gold", "new"]
    assert not changed.vip
    assert await names(customers, q="rossi") == []
    assert await names(customers, q="125001") == []
    assert await names(customers, q="ines 125002") == ["Ines Berg"]
    assert await names(customers, tag="new") == ["Ines Berg"]
    assert await names(customers, tag="old") == []
    await customers.remove(made.id)
    with pytest.raises(Problem) as problem:
        await customers.get(made.id)
    assert problem.value.status == 404
    async with customers.database.session() as session:
        for table in ("customers", "customer_identities", "customer_terms", "customer_tags"):
            assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == 0


@pytest.mark.parametrize(
    ("identity", "field"),
    [
        (phone("12"), "identities.0.value"),
        (phone("call me"), "identities.0.value"),
        (email("nobody"), "identities.0.value"),
        ({"kind": "handle", "value": "anna"}, "identities.0.value"),
        (phone("\x00"), "identities.0.value"),
    ],
)
async def test_what_is_no_identity_is_refused(customers: Customers, identity: dict[str, str], field: str) -> None:
    with pytest.raises(Problem) as problem:
        await customers.make(body("Anna", identities=[identity]))
    assert (problem.value.status, problem.value.extra["field"]) == (422, field)


async def test_people_of_an_organisation(customers: Customers) -> None:
    firm = await customers.make(body("Northwind", kind="organisation"))
    anna = await customers.make(body("Anna", organisation_id=firm.id))
    assert anna.organisation is not None
    assert anna.organisation.name == "Northwind"
    assert [person.name for person in (await customers.get(firm.id)).people] == ["Anna"]
    assert await names(customers, organisation=firm.id) == ["Anna"]
    assert await names(customers, kind="organisation") == ["Northwind"]
    for wrong in (
        body("Ben", organisation_id=anna.id),
        body("Ben", organisation_id="nobody"),
        body("Branch", kind="organisation", organisation_id=firm.id),
    ):
        with pytest.raises(Problem) as problem:
            await customers.make(wrong)
        assert problem.value.extra["field"] == "organisation_id"


async def fields(customers: Customers) -> FieldSetUp:
    set_up = FieldSetUp(customers.database)
    for field in (
        NewField(name="Contract", type="text"),
        NewField(name="Meter", type="number"),
        NewField(name="Since", type="date"),
        NewField(name="Tariff", type="choice", choices=["day", "night"]),
        NewField(name="Paperless", type="yes-no"),
        NewField(name="IBAN", type="text", sensitive=True),
    ):
        await set_up.make(field)
    return set_up


async def test_custom_fields_are_checked_and_filtered_by(customers: Customers) -> None:
    set_up = await fields(customers)
    values = {"contract": "A-1", "meter": 7, "since": "2026-01-31", "tariff": "day", "paperless": True}
    made = await customers.make(body("Anna", fields=values))
    await customers.make(body("Ben", fields={"paperless": False, "meter": 7.5, "tariff": "night"}))
    assert made.fields == values
    wrong = {"contract": 1, "meter": "7", "since": "31.1.2026", "tariff": "noon", "paperless": "yes", "nothing": "x"}
    for name, value in wrong.items():
        with pytest.raises(Problem) as problem:
            await customers.make(body("X", fields={name: value}))
        assert problem.value.extra["field"] == f"fields.{name}"
    for name, value in values.items():
        segment = await Segments(customers.database).make(
            SegmentBody.model_validate({"name": name, "filter": {"fields": {name: value}}})
        )
        assert await names(customers, segment=segment.id) == ["Anna"], name
    await set_up.change("contract", FieldBody(name="Contract", type="text", required=True))
    with pytest.raises(Problem) as problem:
        await customers.make(body("Cara"))
    assert problem.value.extra["field"] == "fields.contract"
    with pytest.raises(Problem):
        await set_up.change("contract", FieldBody(name="Contract", type="number"))
    with pytest.raises(Problem, match="Segments ask for it: meter"):
        await set_up.remove("meter")
    await Segments(customers.database).remove("meter")
    await set_up.remove("meter")
    assert "meter" not in (await customers.get(made.id)).fields


async def test_sensitive_values_are_sealed_and_told_only_on_demand(customers: Customers) -> None:
    await fields(customers)
    made = await customers.make(body("Anna", fields={"iban": "DE02120300000000202051", "contract": "A"}))
    assert made.sensitive == ["iban"]
    assert made.fields == {"contract": "A"}
    async with customers.database.session() as session:
        raw = (await session.execute(text("SELECT value FROM customer_secrets"))).scalar_one()
    assert b"1203" not in bytes(raw)
    assert await customers.reveal(made.id) == {"iban": "DE02120300000000202051"}
    kept = await customers.change(made.id, body("Anna"))
    assert kept.sensitive == ["iban"], "what is left out stays"
    gone = await customers.change(made.id, body("Anna", fields={"iban": None}))
    assert gone.sensitive == []


async def test_the_audit_trail_tells_what_was_done_and_not_to_whom(customers: Customers) -> None:
    await fields(customers)
    made = await customers.make(
        body("Anna Geheim", identities=[phone("03023125001")], fields={"iban": "DE0212", "contract": "geheim"})
    )
    await customers.change(made.id, body("Anna Geheimer", vip=True, fields={"iban": "DE0213"}))
    await customers.note(made.id, NoteBody(text="geheim"))
    await customers.consent(made.id, ConsentBody(kind="marketing", given=True, channel="voice"))
    await customers.reveal(made.id)
    async with customers.database.session() as session:
        entries = list(await session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
    told = [entry for entry in entries if entry.subject_kind == "customer"]
    assert [entry.act for entry in told] == [
        "customer.made",
        "customer.changed",
        "customer.noted",
        "customer.consent",
        "customer.revealed",
    ]
    whole = " ".join(f"{entry.subject_name} {entry.before} {entry.after}" for entry in told).lower()
    for word in ("anna", "geheim", "302312", "de021"):
        assert word not in whole
    assert "vip" in (told[1].after or "")
    assert "name" in (told[1].hidden or "")


async def test_notes_and_consents(customers: Customers) -> None:
    made = await customers.make(body("Anna"))
    noted = await customers.note(made.id, NoteBody(text="Calls back on Monday."))
    assert [note.text for note in noted.notes] == ["Calls back on Monday."]
    await customers.remove_note(made.id, noted.notes[0].id)
    given = await customers.consent(
        made.id, ConsentBody(kind="recording", given=True, channel="voice", text_version="2026-01")
    )
    assert [(each.kind, each.given, each.text_version) for each in given.consents] == [("recording", True, "2026-01")]
    other = await customers.make(body("Ben"))
    noted = await customers.note(other.id, NoteBody(text="x"))
    with pytest.raises(Problem):
        await customers.remove_note(made.id, noted.notes[0].id)


async def test_pages_follow_one_another(customers: Customers) -> None:
    wanted = sorted(f"Name {number % 3} {number:02}" for number in range(25))
    for name in wanted:
        await customers.make(body(name))
    for asked in ({}, {"q": "name"}):
        found: list[str] = []
        cursor: str | None = None
        while True:
            page = await customers.page(CustomerFilter.model_validate({**asked, "limit": 10, "cursor": cursor}))
            found += [row.name for row in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert found == wanted
    with pytest.raises(Problem) as problem:
        await customers.page(CustomerFilter(cursor="nonsense"))
    assert problem.value.status == 422


async def test_a_known_number_is_recognised(customers: Customers) -> None:
    firm = await customers.make(body("Northwind", kind="organisation"))
    anna: CustomerOut = await customers.make(
        body("Anna", identities=[phone("030 23125001")], organisation_id=firm.id, vip=True, tags=["Gold tier"])
    )
    for address in ("+493023125001", "03023125001", "004930 23125001"):
        known = await customers.callers.of_address(address)
        assert [each.id for each in known] == [anna.id], address
    assert known[0].organisation == "Northwind"
    assert known[0].tags == ("Gold tier",)
    for address in ("", "anonymous", "+493023125002", "anna"):
        assert await customers.callers.of_address(address) == (), address
    await customers.make(
        body("Ben", identities=[phone("03023125001"), {"kind": "handle", "channel": "sip", "value": "Ben"}])
    )
    assert [each.name for each in await customers.callers.of_address("+493023125001")] == ["Anna", "Ben"]
    assert [each.name for each in await customers.callers.of_address("ben")] == ["Ben"]
