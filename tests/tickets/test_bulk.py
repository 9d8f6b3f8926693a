"""Changes of many tickets at once as jobs: gone on with after a stop, each ticket changed once, taken back later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from contactcenter import actor
from contactcenter.api.problems import Problem
from contactcenter.permissions import Principal
from contactcenter.tickets.bulk import Bulk, BulkBody, BulkOut
from contactcenter.tickets.bulk_models import TicketBulk, TicketBulkChange, TicketBulkItem
from contactcenter.tickets.events import TicketChanged
from contactcenter.tickets.model import EntryKind
from contactcenter.tickets.models import TicketEntry
from contactcenter.tickets.views import TicketQuery
from tests.tickets.desk import CARA, Desk, desk, everywhere

COUNT = 12
LOW = BulkBody.model_validate({"conditions": {}, "change": {"priority": "low"}, "add_tags": ["moved"]})


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        await fill(made)
        yield made


async def fill(house: Desk) -> None:
    for number in range(COUNT):
        await house.make(subject=f"Ticket {number}", priority="high", requester=CARA)


async def rights(who: str) -> Principal | None:
    return everywhere(who)


async def interrupted(house: Desk, body: BulkBody = LOW, after: int = 5) -> BulkOut:
    """Stopped with the server, once so many tickets have been announced."""
    changed = asyncio.Semaphore(0)
    house.bus.subscribe(TicketChanged, lambda event: changed.release())
    job = await house.helpdesk.bulk.begin(body, everywhere())
    for _ in range(after):
        await changed.acquire()
    await house.helpdesk.bulk.stop()
    half = await house.helpdesk.bulk.get(job.id, everywhere())
    assert half.state == "running"
    assert after <= half.done < COUNT
    return half


def successor(house: Desk) -> Bulk:
    """The same after a restart."""
    return Bulk(house.tickets, house.helpdesk.views)


async def test_after_a_restart_it_goes_on_and_no_ticket_is_changed_twice(house: Desk) -> None:
    await go_on_and_back(house)


@pytest.mark.e2e
async def test_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    async with desk(tmp_path, postgres_url) as house:
        await fill(house)
        await go_on_and_back(house)


async def go_on_and_back(house: Desk) -> None:
    job = await interrupted(house)
    bulk = successor(house)
    await bulk.go_on(rights)
    await bulk.settled()
    done = await bulk.get(job.id, everywhere())
    assert (done.state, done.done, done.failed) == ("done", COUNT, 0)
    async with house.database.session() as session:
        changed = select(func.count()).where(TicketEntry.kind == EntryKind.CHANGED)
        assert await session.scalar(changed) == COUNT
    back = await bulk.undo(job.id, everywhere())
    await bulk.settled()
    assert (await bulk.get(back.id, everywhere())).done == COUNT
    rows = (await house.helpdesk.views.query(TicketQuery(), everywhere())).items
    assert {(row.priority, *row.tags) for row in rows} == {("high",)}


async def test_it_goes_on_in_the_name_of_who_asked(house: Desk) -> None:
    await interrupted(house)
    seen: list[str] = []
    house.bus.subscribe(TicketChanged, lambda event: seen.append(actor.current().id))
    bulk = successor(house)
    await bulk.go_on(rights)
    await bulk.settled()
    assert set(seen) == {"anna"}


async def test_who_may_no_longer_come_in_changes_nothing_more(house: Desk) -> None:
    async def nobody(who: str) -> None:
        return None

    job = await interrupted(house)
    bulk = successor(house)
    await bulk.go_on(nobody)
    now = await bulk.get(job.id, everywhere())
    assert (now.state, now.done) == ("failed", job.done)


async def test_cancelled_after_a_stop_it_does_not_go_on(house: Desk) -> None:
    job = await interrupted(house)
    bulk = successor(house)
    await bulk.cancel(job.id, everywhere())
    await bulk.go_on(rights)
    await bulk.settled()
    now = await bulk.get(job.id, everywhere())
    assert (now.state, now.done) == ("cancelled", job.done)


async def test_a_day_later_nothing_is_kept_of_it(house: Desk) -> None:
    bulk = house.helpdesk.bulk
    job = await bulk.begin(LOW, everywhere())
    await bulk.settled()
    await bulk.sweep()
    assert (await bulk.get(job.id, everywhere())).state == "done"
    house.clock[0] += timedelta(days=1, minutes=1).total_seconds()
    await bulk.sweep()
    with pytest.raises(Problem, match="no such bulk edit"):
        await bulk.get(job.id, everywhere())
    async with house.database.session() as session:
        for table in (TicketBulk, TicketBulkItem, TicketBulkChange):
            assert await session.scalar(select(func.count()).select_from(table)) == 0
