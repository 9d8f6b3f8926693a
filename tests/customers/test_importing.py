from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from contactcenter.api.problems import Problem
from contactcenter.audit.models import AuditEntry
from contactcenter.customers import importing
from contactcenter.customers.fields import FieldSetUp
from contactcenter.customers.importing import ImportBody, Importer, ImportOut, sheet_as_csv
from contactcenter.customers.models import Customer, CustomerTerm
from contactcenter.customers.service import Customers
from contactcenter.customers.settings import CustomerBody, CustomerFilter, NewField
from contactcenter.customers.shown import whole

FILE = """Customer;phone;E-Mail;vip;tags;organisation;field.meter
Anna Müller;030 23125001;anna@example.com;yes;gold;Northwind;7
Ben Berg;nonsense;;;;;
;030 23125002;;;;;
Cara Cruz;030 23125003;;;;Nobody;
Dora Dahl;030 23125004;;;a;;seven
Emil Ek;'+44 1632 960001;emil@example.com;no;a,b;;
"""
MAPPING = {"Customer": "name", "E-Mail": "email"}


async def taken(customers: Customers, text: str = FILE, **values: Any) -> ImportOut:
    return await Importer(customers).take(ImportBody(csv=text, mapping=MAPPING, **values))


async def prepare(customers: Customers) -> None:
    await FieldSetUp(customers.database).make(NewField(name="Meter", type="number"))
    await customers.make(CustomerBody(name="Northwind", kind="organisation"))


async def count(customers: Customers) -> int:
    return len((await customers.page(CustomerFilter(limit=200))).items)


async def test_good_lines_go_in_and_others_are_named(customers: Customers) -> None:
    await prepare(customers)
    preview = await taken(customers)
    assert (preview.applied, preview.added, preview.updated) == (False, 2, 0)
    assert await count(customers) == 1, "a preview writes nothing"
    assert [(each.line, each.field) for each in preview.problems] == [
        (3, "identities.0.value"),
        (4, "name"),
        (5, "organisation"),
        (6, "fields.meter"),
    ]
    done = await taken(customers, apply=True)
    assert (done.added, done.updated, done.problems) == (2, 0, preview.problems)
    again = await taken(customers, apply=True)
    assert (again.added, again.updated) == (0, 2), "known by number or address"
    anna = (await customers.page(CustomerFilter(q="anna"))).items
    assert [(row.vip, row.phone, row.email, row.tags) for row in anna] == [
        (True, "+493023125001", "anna@example.com", ["gold"])
    ]
    assert (await customers.get(anna[0].id)).fields == {"meter": 7}
    changed = "Customer,phone\nAnna Meier,+493023125001\n"
    assert (await taken(customers, changed, apply=True)).updated == 1
    kept = await customers.get(anna[0].id)
    assert (kept.name, kept.vip, len(kept.identities)) == ("Anna Meier", True, 2)


async def test_what_becomes_of_those_who_are_known(customers: Customers) -> None:
    file = "name,phone\nAnna,+493023125001\n"
    assert (await taken(customers, file, apply=True)).added == 1
    file = "name,phone\nAnna Meier,+493023125001\nBen,+493023125002\n"
    done = await taken(customers, file, apply=True, known="skip")
    assert (done.added, done.updated, done.skipped) == (1, 0, 1)
    assert [row.name for row in (await customers.page(CustomerFilter(q="anna"))).items] == ["Anna"]
    done = await taken(customers, file, apply=True, known="add")
    assert (done.added, done.updated, done.skipped) == (2, 0, 0)
    refused = (await taken(customers, file, known="skip")).problems
    assert [each.problem for each in refused] == ["belong to several customers; merge them first."] * 2


async def test_files_that_cannot_be_used(customers: Customers) -> None:
    for text in ("", "phone\n1", 'name\n"x', "name\n" + "x\n" * 501):
        with pytest.raises(Problem) as problem:
            await taken(customers, text)
        assert (problem.value.status, problem.value.extra["field"]) == (422, "csv"), text[:20]
    with pytest.raises(Problem):
        await Importer(customers).take(ImportBody(csv="a\nb", mapping={"a": "nothing"}))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.sampled_from('name,phone;email"\n\r\t+0123456789@.é\x00'), max_size=80))
async def test_whatever_is_in_the_file(customers: Customers, text: str) -> None:
    # Anything but a Problem fails the test.
    with suppress(Problem):
        out = await taken(customers, f"name,phone,email\n{text}", apply=False)
        assert all(each.line >= 2 for each in out.problems)


async def everything(customers: Customers) -> dict[str, Any]:
    """What stands in the database of each customer, by name, without ids and moments."""
    async with customers.database.session() as session:
        shown = {}
        for row in list(await session.scalars(select(Customer).where(Customer.id == Customer.root_id))):
            one = await whole(session, row)
            terms = select(CustomerTerm.term).where(CustomerTerm.customer_id == row.id)
            entries = select(AuditEntry).where(AuditEntry.subject_id == row.id).order_by(AuditEntry.id)
            secrets = await customers.store.opened(session, [row.id])
            shown[one.name] = (
                one.model_dump(exclude={"id": True, "identities": {"__all__": {"id"}}, "organisation": {"id"}}),
                row.sort_name,
                sorted(await session.scalars(terms)),
                [(each.act, each.hidden) for each in await session.scalars(entries)],
                secrets,
            )
        return shown


async def test_added_by_a_file_is_as_added_by_hand(customers: Customers) -> None:
    await prepare(customers)
    await FieldSetUp(customers.database).make(NewField(name="Iban", type="text", sensitive=True))
    file = (
        "name,phone,email,tags,organisation,field.meter,field.iban,address,city\n"
        "Anna Müller,030 23125001,ANNA@example.com,b;a,Northwind,7,DE02,Hauptstr. 1,Berlin\n"
    )
    done = await taken(customers, file, apply=True)
    assert (done.added, done.problems) == (1, [])
    by_file = (await everything(customers))["Anna Müller"]
    found = (await customers.page(CustomerFilter(q="anna"))).items[0]
    organisation = (await customers.get(found.id)).organisation
    assert organisation is not None
    await customers.remove(found.id)
    body = {
        "name": "Anna Müller",
        "tags": ["b", "a"],
        "organisation_id": organisation.id,
        "identities": [
            {"kind": "phone", "value": "030 23125001"},
            {"kind": "email", "value": "ANNA@example.com"},
            {"kind": "email", "value": "anna@example.com"},
        ],
        "addresses": [{"lines": "Hauptstr. 1", "city": "Berlin"}],
        "fields": {"meter": 7, "iban": "DE02"},
    }
    await customers.make(CustomerBody.model_validate(body))
    assert (await everything(customers))["Anna Müller"] == by_file
    assert by_file[4] == {"iban": "DE02"}


async def test_changed_by_a_file_is_as_changed_by_hand(customers: Customers) -> None:
    await prepare(customers)
    await FieldSetUp(customers.database).make(NewField(name="Iban", type="text", sensitive=True))
    body: dict[str, Any] = {
        "name": "Anna Müller",
        "tags": ["a"],
        "identities": [{"kind": "email", "value": "anna@example.com"}, {"kind": "phone", "value": "030 23125009"}],
        "fields": {"meter": 7, "iban": "DE02"},
    }
    by_file = await customers.make(CustomerBody.model_validate(body))
    file = (
        "name,phone,email,tags,organisation,field.meter,field.iban,city\n"
        "Anna Meier,030 23125001,ANNA@example.com,b,Northwind,8,DE03,Berlin\n"
    )
    done = await taken(customers, file, apply=True)
    assert (done.added, done.updated, done.problems) == (0, 1, [])
    northwind = (await customers.get(by_file.id)).organisation
    assert northwind is not None
    kept = (await everything(customers))["Anna Meier"]
    await customers.remove(by_file.id)
    by_hand = await customers.make(CustomerBody.model_validate(body))
    body |= {
        "name": "Anna Meier",
        "tags": ["a", "b"],
        "organisation_id": northwind.id,
        "addresses": [{"city": "Berlin"}],
    }
    body["identities"] += [{"kind": "phone", "value": "030 23125001"}, {"kind": "email", "value": "ANNA@example.com"}]
    body["fields"] = {"meter": 8, "iban": "DE03"}
    await customers.change(by_hand.id, CustomerBody.model_validate(body))
    assert (await everything(customers))["Anna Meier"] == kept
    assert kept[4] == {"iban": "DE03"}


async def test_a_changed_line_that_cannot_be_leaves_its_customer_as_he_was(customers: Customers) -> None:
    await prepare(customers)
    await taken(customers, apply=True)
    before = await everything(customers)
    file = "name,phone,organisation,field.meter\nAnna Meier,030 23125001,,seven\nAnna Meier,030 23125001,Nobody,\n"
    done = await taken(customers, file, apply=True)
    assert (done.updated, [each.field for each in done.problems]) == (0, ["fields.meter", "organisation"])
    assert await everything(customers) == before


async def test_hundreds_of_changed_lines_are_written_together(customers: Customers) -> None:
    rows = [f"{{}} {number},030 2312{number:04d}" for number in range(120)]
    await taken(customers, "\n".join(["name,phone", *rows]).format(*["Anna"] * 120), apply=True)
    asked = []
    event.listen(customers.database.engine.sync_engine, "before_cursor_execute", lambda *of: asked.append(of[2]))
    done = await taken(customers, "\n".join(["name,phone", *rows]).format(*["Berta"] * 120), apply=True)
    assert (done.added, done.updated, done.problems) == (0, 120, [])
    assert len(asked) < 40


async def test_lines_see_what_lines_before_them_have_brought(customers: Customers) -> None:
    file = (
        "name,kind,phone,organisation,tags\n"
        "Anna,person,030 23125001,,a\n"
        "Contoso,organisation,,,\n"
        "Ben,person,030 23125002,Contoso,\n"
        "Anna Meier,person,+493023125001,Contoso,b\n"
        "Ben,person,030 23125002,Contoso,\n"
    )
    preview = await taken(customers, file)
    assert (preview.added, preview.updated, preview.problems) == (3, 2, [])
    done = await taken(customers, file, apply=True)
    assert (done.added, done.updated, done.problems) == (3, 2, [])
    rows = (await customers.page(CustomerFilter(limit=10))).items
    held = {row.name: (row.organisation.name if row.organisation else "", row.tags) for row in rows}
    assert held == {"Anna Meier": ("Contoso", ["a", "b"]), "Ben": ("Contoso", []), "Contoso": ("", [])}


async def test_a_line_that_says_nothing_new_writes_nothing(customers: Customers) -> None:
    await prepare(customers)
    await taken(customers, apply=True)
    before = await everything(customers)
    asked = []
    event.listen(customers.database.engine.sync_engine, "before_cursor_execute", lambda *of: asked.append(of[2]))
    assert (await taken(customers, apply=True)).updated == 2
    assert await everything(customers) == before
    written = [each.split()[:3] for each in asked if each.startswith(("INSERT", "UPDATE", "DELETE"))]
    written = [each for each in written if each[2] != "audit_entries"]
    assert written == [["UPDATE", "customers", "SET"]], "but for the one that begins the transaction"


def sheet(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def test_a_sheet_is_brought_in_like_a_table(customers: Customers) -> None:
    text = sheet_as_csv(
        sheet([["name", "phone", "tags"], ["Anna Müller", "+493023125001", "a;b"], [], ["Ben, Berg", 4930, None]])
    )
    assert text.split("\r\n") == ["name,phone,tags", "Anna Müller,+493023125001,a;b", "", '"Ben, Berg",4930', ""]
    done = await Importer(customers).take(ImportBody(csv=text, apply=True))
    assert (done.added, [(each.line, each.field) for each in done.problems]) == (1, [(4, "identities.0.value")])


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04no", b"name\nAnna\n", sheet([["x"] * 400])[:-40]])
def test_what_is_no_sheet_is_refused(data: bytes) -> None:
    with pytest.raises(Problem) as caught:
        sheet_as_csv(data)
    assert (caught.value.status, caught.value.extra["field"]) == (422, "file")


def test_a_sheet_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_SHEET_ROWS", 2)
    with pytest.raises(Problem) as caught:
        sheet_as_csv(sheet([["name"], ["a"], ["b"]]))
    assert "too long" in caught.value.detail
