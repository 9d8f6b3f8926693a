"""Zendesk and Zammad: their documented formats become tickets with thread, people, moments and files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.tickets.models import TicketAttachment, TicketLink, TicketTag
from contactcenter.tickets.search import SearchQuery, find
from contactcenter.tickets.settings import FieldBody
from contactcenter.tickets.sight import EVERYTHING
from tests.tickets.importing.house import House, house, packed
from tests.tickets.importing.samples import PNG, ZAMMAD, ZENDESK


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def test_zendesk_with_everything_that_hangs_on_a_ticket(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        await here.desk.set_up.put("fields", None, FieldBody(name="Serial number", type="text"), "serial")
        done = await here.bring(packed(ZENDESK), "export.zip")
        assert (done.source, done.state, done.total) == ("zendesk", "done", 2)
        assert (done.taken, done.known, done.refused) == (2, 0, 0)
        problem, printer = await here.tickets()
        assert (printer.subject, printer.state_class, printer.type_id) == (
            "Help, my printer is on fire!",
            "resolved",
            "incident",
        )
        assert (printer.priority, printer.channel, printer.assignee_id, printer.team_id) == (
            3,
            "portal",
            "anna",
            "north",
        )
        assert (printer.made_at, printer.changed_at) == (at("2025-07-20T22:55:29"), at("2025-08-05T10:38:52"))
        assert (printer.answered_at, printer.fields) == (at("2025-07-22T09:30:00"), {"serial": "7453"})
        assert printer.sla_at is None
        assert printer.close_at is None
        assert printer.due_at is None
        said = await here.thread(printer)
        assert [(m.kind, m.author, m.author_id, m.author_name, m.text) for m in said] == [
            ("public", "customer", printer.requester_id, "Johnny Agent-Smith", "The fire is very colorful."),
            ("note", "agent", "", "Gone Colleague", "Is it the new one?"),
            ("public", "agent", "anna", "Anna", "Please use water.\nThank you"),
        ]
        assert [m.at for m in said][1:] == [at("2025-07-21T08:00:00"), at("2025-07-22T09:30:00")]
        kinds = [entry.kind for entry in await here.history(printer)]
        assert kinds == ["made", "noted", "replied", "changed"]
        assert (problem.subject, problem.state_class, problem.priority) == ("Printers catch fire.", "pending", 2)
        await _hangs(here, printer.id, problem.id)
        remarks = (await here.exchange.imports.remarks(done.id, 0, 100)).items
        assert [(each.record, each.field, each.value) for each in remarks] == [("35436", "attachments", "lost.pdf")]


async def _hangs(here: House, printer: str, problem: str) -> None:
    async with here.database.session() as session:
        assert list(await session.scalars(select(TicketTag.tag).where(TicketTag.ticket_id == printer))) == [
            "enterprise",
            "other_tag",
        ]
        (file,) = await session.scalars(select(TicketAttachment))
        assert (file.name, file.media_type, file.ticket_id) == ("fire.png", "image/png", printer)
        assert await here.files.read(file) == PNG
        (link,) = await session.scalars(select(TicketLink))
        assert (link.ticket_id, link.other_id, link.kind) == (problem, printer, "parent")
        johnny = await session.scalar(select(Customer).where(Customer.name == "Johnny Agent-Smith"))
        assert johnny is not None
        known = select(CustomerIdentity.kind, CustomerIdentity.channel, CustomerIdentity.value)
        held = {tuple(row) for row in await session.execute(known.where(CustomerIdentity.customer_id == johnny.id))}
        assert held == {
            ("email", "", "johnny@example.com"),
            ("external", "zendesk", "20978392"),
            ("phone", "", "+493023125001"),
        }
        catalog = here.desk.set_up.catalog
        for words in ("colorful", "35436", "7453"):
            found = await find(session, SearchQuery(q=words), EVERYTHING, catalog)
            assert [hit.ticket.id for hit in found.items] == [printer], words


async def test_zammad_with_everything_that_hangs_on_a_ticket(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        await here.desk.set_up.put(
            "fields", None, FieldBody(name="Product", type="choice", choices=["Scanner"]), "product"
        )
        done = await here.bring(packed(ZAMMAD), "zammad.zip")
        assert (done.source, done.taken, done.refused) == ("zammad", 1, 0)
        (ticket,) = await here.tickets()
        assert (ticket.subject, ticket.state_class, ticket.priority) == ("Feedback Form", "closed", 3)
        assert (ticket.channel, ticket.assignee_id, ticket.fields) == ("portal", "anna", {"product": "Scanner"})
        assert ticket.resolved_at == ticket.closed_at == at("2021-11-05T10:00:00")
        said = await here.thread(ticket)
        assert [(m.kind, m.author, m.author_name, m.text) for m in said] == [
            ("public", "customer", "Nicole Braun", "Works well\nMostly."),
            ("note", "agent", "Anna", "Asked the\nvendor."),
        ]
        async with here.database.session() as session:
            (file,) = await session.scalars(select(TicketAttachment))
            assert await here.files.read(file) == b"Hello"
            assert sorted(await session.scalars(select(TicketTag.tag))) == ["feedback", "web"]
            organisation = await session.get(Customer, ticket.organisation_id)
            assert organisation is not None
            assert organisation.name == "Zammad Foundation"
        # The one group there is no team here: said, not guessed.
        remarks = (await here.exchange.imports.remarks(done.id, 0, 100)).items
        assert [(each.field, each.value) for each in remarks] == [("team", "Support")]


async def test_nothing_is_taken_twice(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        await here.bring(packed(ZENDESK))
        before = [(row.id, row.sequence, row.changed_at) for row in await here.tickets()]
        again = await here.bring(packed(ZENDESK))
        assert (again.taken, again.known, again.refused) == (0, 2, 0)
        assert [(row.id, row.sequence, row.changed_at) for row in await here.tickets()] == before
        async with here.database.session() as session:
            assert len(list(await session.scalars(select(TicketAttachment)))) == 1
            assert len(list(await session.scalars(select(Customer).where(Customer.kind == "organisation")))) == 1
        elsewhere = await here.bring(packed(ZENDESK), origin="other.zendesk")
        assert elsewhere.taken == 2, "the same ids of another house are other tickets"


async def test_nothing_answers_what_happened_elsewhere(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        await here.bring(packed(ZENDESK))
        assert here.desk.told == []
        here.desk.pass_hours(24 * 400)
        assert await here.desk.helpdesk.due.sweep() == 0


TICKET = ZENDESK["tickets.json"]["tickets"][0]


@pytest.mark.parametrize(
    "data",
    [
        orjson.dumps(TICKET),
        orjson.dumps(TICKET) + b"\n" + orjson.dumps(ZENDESK["tickets.json"]["tickets"][1]) + b"\n",
        orjson.dumps({"tickets": [TICKET], "end_of_stream": True}),
        orjson.dumps({"tickets": [TICKET]}, option=orjson.OPT_INDENT_2),
        orjson.dumps([TICKET], option=orjson.OPT_INDENT_2),
        b"\xef\xbb\xbf" + orjson.dumps({"ticket": TICKET}),
    ],
    ids=["one", "lines", "answer", "indented", "list", "single"],
)
async def test_every_way_an_export_is_written(tmp_path: Path, data: bytes) -> None:
    async with house(tmp_path) as here:
        found = await here.upload(data)
        assert (found.state, found.source) == ("ready", "zendesk")
        assert found.total == data.count(b"generated_timestamp") + data.count(b"Printers catch fire.")


async def test_the_json_export_with_all_in_one_line_each(tmp_path: Path) -> None:
    """Full JSON export: comments and people within the ticket."""
    whole: dict[str, Any] = {
        **TICKET,
        "requester": ZENDESK["users.json"]["users"][0],
        "assignee": ZENDESK["users.json"]["users"][1],
        "organization": {"id": 509974, "name": "Northwind"},
        "comments": ZENDESK["tickets/35436/comments.json"]["comments"],
    }
    async with house(tmp_path) as here:
        done = await here.bring(orjson.dumps(whole) + b"\n")
        assert (done.taken, done.refused) == (1, 0)
        (ticket,) = await here.tickets()
        assert ticket.assignee_id == "anna"
        assert len(await here.thread(ticket)) == 3
