"""Lists as CSV and XLSX, everything as an archive, and back again."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from contactcenter.api.problems import Problem
from contactcenter.api.uploads import Uploaded
from contactcenter.permissions import Principal, Role, Scope
from contactcenter.tickets import writer
from contactcenter.tickets.acting import customer, partner, staff
from contactcenter.tickets.documents import LinkBody
from contactcenter.tickets.exporting.settings import ExportBody
from contactcenter.tickets.model import EntryKind, MessageKind
from contactcenter.tickets.models import Ticket, TicketAttachment, TicketLink, TicketTag
from contactcenter.tickets.settings import CategoryBody, FieldBody
from contactcenter.tickets.side_models import TicketSide
from tests.tickets.desk import ANNA, CARA, CUSTOMER, everywhere, principal
from tests.tickets.importing.house import House, house

EVIL = '=HYPERLINK("http://evil.example","Click")'
COLUMNS = [{"name": name, "header": name.title()} for name in ("number", "subject", "tags", "made_at", "fields.weight")]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as made:
        await made.desk.set_up.put("fields", None, FieldBody(name="Weight", type="number"), "weight")
        yield made


async def taken_out(here: House, who: Principal | None = None, **body: Any) -> bytes:
    who = who or everywhere()
    exports = here.exchange.exports
    begun = await exports.begin(ExportBody.model_validate({"columns": COLUMNS, **body}), who)
    task = exports._jobs[begun.id].task
    assert task is not None
    await task
    job = exports.finished(begun.id, who)
    assert exports.get(begun.id, who).done == begun.total
    return await exports.read(job, 0, job.size)


async def test_a_list_as_csv_in_its_order_and_zone(here: House) -> None:
    await here.desk.make(subject=EVIL, tags=["b", "a"], fields={"weight": 2.5})
    here.desk.pass_hours(1)
    await here.desk.make(subject='Größe; "und" mehr')
    text = (await taken_out(here, format="csv", order="made", zone="Europe/Berlin")).decode("utf-8")
    assert text.startswith("\ufeffNumber,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["Subject"] for row in rows] == ['Größe; "und" mehr', f"'{EVIL}"]
    assert rows[1]["Made_At"] == "2026-03-02 10:00:00+01:00"
    assert (rows[1]["Tags"], rows[1]["Fields.Weight"]) == ("a, b", "2.5")


async def test_a_list_as_xlsx_holds_no_formulas(here: House) -> None:
    await here.desk.make(subject=EVIL, fields={"weight": 3})
    data = await taken_out(here, format="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    head, row = sheet.iter_rows()
    assert [cell.value for cell in head] == ["Number", "Subject", "Tags", "Made_At", "Fields.Weight"]
    assert (row[1].value, row[1].data_type) == (EVIL, "s")
    assert (row[3].value.isoformat(), row[4].value) == ("2026-03-02T09:00:00", 3)


async def test_what_is_searched_and_what_meets_conditions(here: House) -> None:
    await here.desk.make(subject="Printer", description="It burns")
    await here.desk.make(subject="Scanner", description="Dark", priority="urgent")
    found = (await taken_out(here, format="csv", q="burn")).decode()
    assert ("Printer" in found, "Scanner" in found) == (True, False)
    urgent = {"all": [{"field": "priority", "op": "is", "value": "urgent"}]}
    found = (await taken_out(here, format="csv", conditions=urgent)).decode()
    assert ("Printer" in found, "Scanner" in found) == (False, True)


async def test_a_role_for_a_queue_takes_out_its_tickets_only(here: House) -> None:
    await here.desk.make(subject="Mine", queue="support")
    await here.desk.make(subject="Theirs")
    lead = principal("lead", Role.SUPERVISOR, Scope(queues=frozenset({"support"})))
    assert "Theirs" not in (await taken_out(here, lead, format="csv")).decode()
    assert "Mine" in (await taken_out(here, lead, format="csv")).decode()
    with zipfile.ZipFile(io.BytesIO(await taken_out(here, lead, format="archive"))) as archive:
        assert archive.read("tickets.jsonl").count(b"\n") == 1
    assert "Mine" not in (await taken_out(here, principal("anna"), format="csv")).decode(), "an agent has not the right"


async def test_refusals_name_their_field_and_jobs_are_ones_own(here: House) -> None:
    exports = here.exchange.exports
    for body, field in (
        ({"format": "csv", "columns": []}, "columns"),
        ({"format": "csv", "columns": [{"name": "sla", "header": "x"}]}, "columns.0.name"),
        ({"format": "csv", "columns": COLUMNS, "conditions": {"all": [{"field": "nonsense", "op": "is"}]}}, None),
    ):
        with pytest.raises(Problem) as caught:
            await exports.begin(ExportBody.model_validate(body), everywhere())
        assert caught.value.status == 422
        assert field is None or caught.value.extra["field"] == field
    begun = await exports.begin(ExportBody.model_validate({"format": "csv", "columns": COLUMNS}), everywhere())
    with pytest.raises(Problem) as caught:
        exports.get(begun.id, everywhere("bert"))
    assert caught.value.status == 404
    await exports.drop(begun.id, everywhere())
    with pytest.raises(Problem, match="when the server was restarted"):
        exports.get(begun.id, everywhere())


async def _story(here: House) -> tuple[str, str]:
    """Two linked tickets with thread, note, answer from outside, file, states and people."""
    anna = staff(principal("anna"))
    await here.desk.set_up.put("categories", None, CategoryBody(name="Devices"), "devices")
    file = await here.files.take(Uploaded(name="x.txt", media_type="text/plain", data=b"Hello"), CUSTOMER)
    one = await here.desk.make(
        CUSTOMER, type="incident", requester=CARA, attachments=[file.id], tags=["hot"], category="devices",
        channel="portal", fields={"weight": 7},
    )  # fmt: skip
    here.desk.pass_hours(2)
    await here.desk.change(one, anna, assignee="anna", priority="high", queue="support")
    here.desk.pass_hours(1)
    await here.desk.say(one, "Which one?", anna)
    await here.desk.say(one, "Nobody knows", anna, kind="note")
    async with here.database.writing() as session:
        held = await here.desk.tickets.hold(session, one.id, None, None)
        opened = {"opened_at": held.at, "opened_by": "Anna", "ended_at": held.at}
        session.add(TicketSide(id="5" * 32, ticket_id=one.id, subject="Gearbox", email="van@example.com", **opened))
        outside = writer.Words(kind=MessageKind.SIDE, text="On Monday.", channel="portal", side_id="5" * 32)
        await writer.say(held, outside, partner("5" * 32, "van@example.com"))
        writer.enter(held, EntryKind.ASIDE_ENDED, anna, {"side": "5" * 32})
        await writer.reckon(held)
    here.desk.pass_hours(5)
    await here.desk.say(one, "The red one", customer(CARA, "Cara"))
    await here.desk.change(one, anna, state="resolved")
    two = await here.desk.make(ANNA, subject="Parent", requester=CARA)
    link = LinkBody(ticket=one.id, kind="parent")
    await here.desk.helpdesk.linking.link(two.id, link, anna, everywhere())
    here.desk.pass_hours(48)
    return one.id, two.id


OF_TICKET = (
    "subject", "state", "state_class", "done", "priority", "type_id", "category_id", "channel", "language", "queue_id",
    "assignee_id", "fields", "made_at", "changed_at", "answered_at", "resolved_at", "closed_at", "reopened", "sequence",
)  # fmt: skip


async def test_an_archive_comes_back_as_it_was(here: House, tmp_path: Path) -> None:
    one, two = await _story(here)
    data = await taken_out(here, format="archive")
    same = await here.bring(data, "archive.zip")
    assert (same.source, same.known, same.taken) == ("contactcenter", 2, 0), "they are here"
    async with house(tmp_path / "other") as there:
        there.desk.clock[0] = here.desk.now
        await there.desk.set_up.put("fields", None, FieldBody(name="Weight", type="number"), "weight")
        await there.desk.set_up.put("categories", None, CategoryBody(name="Devices"), "devices")
        done = await there.bring(data, "archive.zip")
        assert (done.state, done.taken, done.refused, done.remarks) == ("done", 2, 0, 0)
        async with here.database.session() as session:
            before = [await session.get_one(Ticket, each) for each in (one, two)]
        after = await there.tickets()
        for old, new in zip(before, after, strict=True):
            assert [getattr(old, name) for name in OF_TICKET] == [getattr(new, name) for name in OF_TICKET]
            assert await _told(here, old) == await _told(there, new)
        async with there.database.session() as session:
            (file,) = await session.scalars(select(TicketAttachment))
            assert await there.files.read(file) == b"Hello"
            assert list(await session.scalars(select(TicketTag.tag))) == ["hot"]
            (side,) = await session.scalars(select(TicketSide))
            assert (side.ticket_id, side.subject, side.email) == (after[0].id, "Gearbox", "van@example.com")
            assert (side.opened_by, side.ended_at) == ("Anna", side.opened_at)
            # Under an id of its own, so that no link to the one it was opens it.
            assert side.id != "5" * 32
            theirs = [m for m in await there.thread(after[0]) if m.kind == "side"]
            assert [(m.side_id, m.author_id) for m in theirs] == [(side.id, side.id)]
            told = [e for e in await there.history(after[0]) if e.data.get("side")]
            assert {e.data["side"] for e in told} == {side.id}
            (link,) = await session.scalars(select(TicketLink))
            assert (link.ticket_id, link.other_id, link.kind) == (after[1].id, after[0].id, "parent")
        again = await there.bring(data, "archive.zip")
        assert (again.taken, again.known) == (0, 2)


async def _told(house: House, ticket: Ticket) -> list[Any]:
    """Thread and history without ids, and without what promises there were."""
    said = [(m.kind, m.author, m.author_name, m.channel, m.text, m.at) for m in await house.thread(ticket)]
    happened = []
    for entry in await house.history(ticket):
        changes = dict(entry.data.get("changes", {}))
        changes.pop("sla_policy", None)
        happened.append((entry.kind, entry.author, entry.author_name, entry.at, changes))
    return [said, happened]
