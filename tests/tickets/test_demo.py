"""The demo's tickets show what there is to show, and are made once."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import select

from contactcenter.bus import Bus
from contactcenter.demo.seed import seed
from contactcenter.identity.service import Identity
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from contactcenter.tickets.demo import seed_tickets
from contactcenter.tickets.models import Ticket, TicketMessage
from tests.fakes.keys import open_vault
from tests.tickets.desk import BEGIN

PATTERN = "T-{serial:06d}"


@asynccontextmanager
async def empty(folder: Path) -> AsyncIterator[tuple[Database, Bus]]:
    url = f"sqlite+aiosqlite:///{folder}/demo.db"
    await upgrade(url)
    database, bus = Database(url), Bus()
    try:
        yield database, bus
    finally:
        await bus.close()
        await database.stop()


async def test_tickets_in_every_standing(tmp_path: Path) -> None:
    async with empty(tmp_path) as (database, bus):
        vault = await open_vault(database, tmp_path)
        await seed(database, Identity(database, bus), vault, "a long enough password", 0, "contactcenter")
        made = await seed_tickets(database, bus, number=PATTERN, now=BEGIN)
        assert made >= 36
        assert await seed_tickets(database, bus, number=PATTERN, now=BEGIN) == 0
        async with database.session() as session:
            tickets = list(await session.scalars(select(Ticket)))
            authors = Counter(await session.scalars(select(TicketMessage.author)))
    assert len(tickets) == made
    assert {row.state for row in tickets} == {"open", "in_progress", "pending", "resolved", "closed", "reopened"}
    assert {row.type_id for row in tickets} == {"question", "incident", "request", "complaint", "compliment"}
    soon = [row for row in tickets if row.due_at and 0 < row.due_at.timestamp() - BEGIN < 3600]
    assert len(soon) >= 3
    assert any(clock["late"] for row in tickets for clock in row.sla.values())
    assert all(row.made_at.timestamp() <= BEGIN for row in tickets)
    assert authors["agent"] > 20
    assert authors["customer"] >= made
    assert any(row.sla_policy == "complaints@1" for row in tickets)


async def test_nothing_without_the_people_of_the_demo(tmp_path: Path) -> None:
    async with empty(tmp_path) as (database, bus):
        assert await seed_tickets(database, bus, number=PATTERN, now=BEGIN) == 0
