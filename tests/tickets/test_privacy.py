"""Who is forgotten is found in no ticket, thread, history or index; what was done stays counted."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from contactcenter.plugin import Cut, Held, Person
from contactcenter.tickets import search
from contactcenter.tickets.models import Ticket, TicketMessage
from contactcenter.tickets.privacy import TicketPrivacy
from contactcenter.tickets.search import SearchQuery
from contactcenter.tickets.settings import FieldBody
from contactcenter.tickets.sight import EVERYTHING
from tests.tickets.desk import CARA, CUSTOMER, Desk, desk

PERSON = Person(customers=frozenset({CARA}))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        await made.set_up.put("fields", None, FieldBody(name="Floor", type="text"), "floor")
        ticket = await made.make(
            requester=CARA, subject="Secretword one", description="Secretword two", fields={"floor": "Secretword three"}
        )
        await made.say(ticket, "Dear Secretword four")
        await made.say(ticket, "Thanks, Secretword five", CUSTOMER)
        await made.change(ticket, subject="Secretword six", tags=["secretword"])
        await made.make(subject="Another matter")
        yield made


def words_in(house: Desk) -> list[str]:
    """Every text anywhere in the database that still has the word."""
    path = house.database.url.database
    assert path is not None
    with sqlite3.connect(path) as database:
        lines = list(database.iterdump())
    database.close()
    return [line for line in lines if "secretword" in line.lower()]


async def test_it_is_taken_out_whole(house: Desk) -> None:
    privacy = TicketPrivacy(house.tickets)
    (exported,) = [each async for each in privacy.personal.export(PERSON)]
    assert exported.document["subject"] == "Secretword six"
    assert [each["text"] for each in exported.document["messages"]] == [
        "Secretword two",
        "Dear Secretword four",
        "Thanks, Secretword five",
    ]


async def test_forgotten_is_found_nowhere(house: Desk) -> None:
    personal = TicketPrivacy(house.tickets).personal
    assert words_in(house)
    assert (await personal.count(PERSON), await personal.erase(PERSON, 10)) == (1, 1)
    assert (await personal.count(PERSON), await personal.erase(PERSON, 10)) == (0, 0)
    async with house.database.session() as session:
        found = await search.find(session, SearchQuery(q="secretword"), EVERYTHING, house.set_up.catalog)
        row = await session.scalar(select(Ticket).order_by(Ticket.serial).limit(1))
    assert found.items == []
    assert row is not None
    assert (row.requester_id, row.subject, row.type_id, row.answered_at is not None) == (None, "", "question", True)
    assert words_in(house) == []


async def test_an_agent_who_was_here_is_nobody(house: Desk) -> None:
    authors = TicketPrivacy(house.tickets).authors
    anna = Person(users=frozenset({"anna"}))
    assert await authors.count(anna)
    assert await authors.erase(anna, 1)
    assert await authors.count(anna) == 0
    async with house.database.session() as session:
        names = set(await session.scalars(select(TicketMessage.author_name)))
    assert "Anna" not in names


async def test_what_is_done_long_ago_goes_unless_it_is_held(house: Desk) -> None:
    retention = TicketPrivacy(house.tickets).retention
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    async with house.database.transaction() as session:
        values = {"done": True, "resolved_at": long_ago, "queue_id": "support"}
        await session.execute(update(Ticket).where(Ticket.requester_id == CARA).values(values))
    cut = Cut(before=datetime(2021, 1, 1, tzinfo=UTC))
    for hold in (Held(person=PERSON), Held(queue="support")):
        kept = Cut(before=cut.before, held=(hold,))
        assert ((await retention.count_older(kept)).count, await retention.delete_older(kept, 9)) == (0, 0)
    elsewhere = Cut(before=cut.before, other_than=frozenset({"support"}))
    assert (await retention.count_older(elsewhere)).count == 0
    assert (await retention.count_older(cut)).count == 1
    assert await retention.delete_older(cut, 9) == 1
    assert words_in(house) == []
    async with house.database.session() as session:
        assert len(list(await session.scalars(select(Ticket.id)))) == 1
