"""Tickets in tables: what columns and values become is proposed, shown, changed; bad rows are named."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from contactcenter.api.problems import Problem
from contactcenter.api.tables import MOST_SIGNS, UnreadableTable, csv_rows, xlsx_rows
from contactcenter.customers.models import Customer
from contactcenter.tickets.importing.incoming import moment_of
from contactcenter.tickets.importing.settings import ImportOut, MappingBody
from contactcenter.tickets.settings import FieldBody
from tests.tickets.importing.house import House, house, packed

HEAD = ["Ticket ID", "Betreff", "Beschreibung", "Status", "Priorität", "Kunde", "E-Mail", "Agent", "Erstellt", "Farbe"]
ROWS = [
    ["7", "Gerät defekt", "Es raucht.", "Erledigt", "hoch", "Jörg", "joerg@example.com", "anna@example.com",
     "03.01.2026 10:00", "Rot"],
    ["8", "", "Nur ein Text", "Warten auf Bauteil", "egal", "", "", "Nobody", "2026-01-04T08:00:00+01:00", "Lila"],
    ["9", "Kaputt", "", "offen", "niedrig", "Jörg", "joerg@example.com", "", "vorgestern", ""],
]  # fmt: skip


def table(delimiter: str = ";", encoding: str = "cp1252") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([HEAD, *ROWS])
    return out.getvalue().encode(encoding)


def sheet() -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in [HEAD, *ROWS]:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def colours(here: House) -> None:
    await here.desk.set_up.put("fields", None, FieldBody(name="Farbe", type="choice", choices=["Rot", "Blau"]), "farbe")


def becomes(found: ImportOut, target: str) -> dict[str, tuple[str, bool]]:
    (values,) = [each for each in found.values if each.target == target]
    return {each.value: (each.becomes, each.sure) for each in values.values}


@pytest.mark.parametrize("data", [table(), table(",", "utf-8-sig"), table("\t", "utf-16"), sheet()],
                         ids=["windows", "utf-8", "utf-16", "xlsx"])  # fmt: skip
async def test_the_way_from_a_table_to_tickets(tmp_path: Path, data: bytes) -> None:
    async with house(tmp_path) as here:
        await colours(here)
        found = await here.upload(data, "old.csv")
        assert (found.source, found.total) == ("csv", 3)
        assert found.mapping is not None
        assert list(found.mapping.fields.values()) == [
            "external_id", "subject", "description", "state", "priority", "requester_name", "requester_email",
            "assignee", "made_at", "field.farbe",
        ]  # fmt: skip
        assert becomes(found, "state") == {
            "Erledigt": ("resolved", True), "Warten auf Bauteil": ("open", False), "offen": ("open", True),
        }  # fmt: skip
        assert becomes(found, "priority") == {
            "hoch": ("high", True),
            "egal": ("medium", False),
            "niedrig": ("low", True),
        }
        assert becomes(found, "assignee") == {"anna@example.com": ("anna", True), "Nobody": ("", False)}
        mapping = found.mapping.model_copy(update={"values": {"state": {"Warten auf Bauteil": "pending"}}})
        await here.exchange.imports.map(found.id, mapping)
        preview = await here.exchange.imports.preview(found.id)
        assert (preview.looked, preview.refused, [each.subject for each in preview.samples]) == (
            3, 1, ["Gerät defekt", "Nur ein Text"],
        )  # fmt: skip
        await here.exchange.imports.start_one(found.id)
        await here.exchange.imports.drain()
        await _taken(here, await here.exchange.imports.get(found.id))


async def _taken(here: House, done: ImportOut) -> None:
    assert (done.state, done.taken, done.refused, done.position) == ("done", 2, 1, 3)
    first, second = await here.tickets()
    assert (first.subject, first.state_class, first.priority, first.assignee_id) == (
        "Gerät defekt",
        "resolved",
        3,
        "anna",
    )
    assert (first.made_at, first.fields) == (datetime(2026, 1, 3, 10, tzinfo=UTC), {"farbe": "Rot"})
    assert (second.subject, second.state_class, second.priority) == ("Nur ein Text", "pending", 2)
    async with here.database.session() as session:
        (jörg,) = await session.scalars(select(Customer).where(Customer.name == "Jörg"))
        assert first.requester_id == jörg.id
    assert [m.text for m in await here.thread(first)] == ["Es raucht."]
    told = (await here.exchange.imports.remarks(done.id, 0, 100)).items
    assert [(each.place, each.refused, each.field, each.value) for each in told] == [
        ("line 3", False, "priority", "egal"),
        ("line 3", False, "assignee", "Nobody"),
        ("line 3", False, "field.farbe", "Lila"),
        ("line 4", True, "made_at", "vorgestern"),
    ]
    assert not list(here.exchange.imports.folder.glob("*")), "the file is gone"


async def test_a_row_without_an_id_is_known_by_what_it_says(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        one = await here.bring(b"Subject,Status\nHello,open\nWorld,closed\n", "a.csv")
        again = await here.bring(b"Subject,Status\nHello,open\nWorld,open\n", "b.csv")
        assert ((one.taken, one.known), (again.taken, again.known)) == ((2, 0), (1, 1))


async def test_a_mapping_that_cannot_be_is_refused_with_its_place(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        found = await here.upload(b"A,B\n1,2\n", "a.csv")
        for change, field in (
            ({"fields": {"C": "subject"}}, "fields.C"),
            ({"fields": {"A": "nonsense"}}, "fields.A"),
            ({"fields": {"A": "subject", "B": "subject"}}, "fields.B"),
            ({"fields": {"A": "state"}}, "fields"),
            ({"fields": {"A": "subject"}, "values": {"state": {"x": "nowhere"}}}, "values.state.x"),
            ({"fields": {"A": "subject"}, "values": {"state": {"x": ""}}}, "values.state.x"),
            ({"fields": {"A": "subject"}, "values": {"subject": {"x": "y"}}}, "values.subject"),
        ):
            with pytest.raises(Problem) as caught:
                await here.exchange.imports.map(found.id, MappingBody.model_validate({"origin": "csv", **change}))
            assert (caught.value.status, caught.value.extra["field"]) == (422, field)
        with pytest.raises(Problem) as caught:
            await here.exchange.imports.start_one(found.id)
        assert caught.value.status == 422, "no column is the subject"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"only a head\n", "No ticket"),
        (b'{"tickets": [{"id": 1, ', "no JSON"),
        (b'[{"id": 1}, {"name": "x"}]', "No ticket of Zendesk"),
        (b"PK\x03\x04 and nothing", "damaged"),
        (packed({"readme.txt": b"hello"}), "No ticket of Zendesk"),
        (packed({"../../etc/tickets.json": {"tickets": []}}), "leads out"),
        (packed({"tickets.json": b"0" * 2**25}), "too tightly"),
    ],
    ids=["nothing", "head", "broken", "strange", "no-zip", "unrelated", "path", "bomb"],
)
async def test_what_cannot_be_read_is_said(tmp_path: Path, data: bytes, word: str) -> None:
    async with house(tmp_path) as here:
        found = await here.upload(data, "x.zip")
        assert found.state == "failed"
        assert word in found.problem


def test_a_sheet_that_lies_about_itself_is_refused() -> None:
    with pytest.raises(UnreadableTable):
        list(xlsx_rows(io.BytesIO(packed({"xl/workbook.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}))))
    with pytest.raises(UnreadableTable):
        list(xlsx_rows(io.BytesIO(b"PK\x03\x04nothing")))


@settings(max_examples=60, deadline=None)
@given(data=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore"))))
def test_any_bytes_are_rows_or_refused(data: bytes) -> None:
    for rows in (csv_rows, xlsx_rows):
        with suppress(UnreadableTable):
            for line, cells in rows(io.BytesIO(data)):
                assert line >= 1
                assert all(len(cell) <= MOST_SIGNS and "\x00" not in cell for cell in cells)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.lists(
            st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=12), min_size=2, max_size=4
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_written_is_read_again(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["a", "b"], *rows])
    found = [cells for _, cells in csv_rows(io.BytesIO(out.getvalue().encode("utf-8-sig")))]
    assert found[1:] == [row for row in rows if any(cell.strip() for cell in row)]


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(max_size=40), st.datetimes().map(str), st.integers().map(str)))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    at = moment_of(text)
    assert at is None or at.tzinfo is not None
