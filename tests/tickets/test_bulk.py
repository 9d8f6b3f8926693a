"""Changes of many tickets at once as jobs: gone on with after a stop, each ticket changed once, taken back later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs
from structlog.typing import EventDict

from contactcenter import actor
from contactcenter.api.problems import Problem
from contactcenter.permissions import Principal
from contactcenter.tickets import writer
from contactcenter.tickets.bulk import Bulk
from contactcenter.tickets.bulk_documents import BulkBody, BulkOut
from contactcenter.tickets.bulk_models import TicketBulk, TicketBulkChange, TicketBulkItem
from contactcenter.tickets.bulk_steps import BROKEN
from contactcenter.tickets.events import TicketChanged
from contactcenter.tickets.model import EntryKind
from contactcenter.tickets.models import Ticket, TicketEntry
from contactcenter.tickets.values import Document
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
    assert now.problem == "Who has asked for it may no longer come in."


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


@dataclass(slots=True)
class Stumbling:
    """Goes wrong at these tickets, as a mistake in the program would."""

    check: Callable[[writer.Held, Document], Awaitable[None]]
    logged: list[EventDict]
    at: set[str] = field(default_factory=set)

    async def __call__(self, held: writer.Held, wanted: Document) -> None:
        if held.row.id in self.at:
            raise ZeroDivisionError
        await self.check(held, wanted)


@pytest.fixture
def stumbling(house: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stumbling]:
    with capture_logs() as logged:
        made = Stumbling(house.tickets.check, logged)
        monkeypatch.setattr(house.tickets, "check", made)
        yield made


async def ids(house: Desk) -> list[str]:
    async with house.database.session() as session:
        return list(await session.scalars(select(Ticket.id).order_by(Ticket.serial)))


async def tags(house: Desk) -> dict[str, list[str]]:
    rows = (await house.helpdesk.views.query(TicketQuery(), everywhere())).items
    return {row.id: list(row.tags) for row in rows}


def tagging(tag: str, chosen: list[str]) -> BulkBody:
    return BulkBody.model_validate({"ids": chosen, "add_tags": [tag]})


@pytest.mark.parametrize("places", [{0}, {COUNT - 1}, {2, 3, 7}, set(range(COUNT))])
async def test_one_that_goes_wrong_in_the_product_keeps_no_other(
    house: Desk, stumbling: Stumbling, places: set[int]
) -> None:
    every = await ids(house)
    stumbling.at = {every[place] for place in places}
    job = await house.helpdesk.bulk.begin(tagging("seen", every), everywhere())
    await house.helpdesk.bulk.settled()
    now = await house.helpdesk.bulk.get(job.id, everywhere())
    assert (now.state, now.done, now.failed) == ("done", COUNT, len(places))
    assert {each.ticket for each in now.failures} == stumbling.at
    assert {each.number for each in now.failures} == {f"T-{place + 1:06d}" for place in places}
    assert {each.problem for each in now.failures} == {BROKEN}
    told = [each for each in stumbling.logged if each["event"] == "tickets_bulk_ticket_failed"]
    assert {each["ticket"] for each in told} == stumbling.at
    assert [each["exc_info"] for each in told] == [True, *[False] * (len(places) - 1)]
    assert {each for each, has in (await tags(house)).items() if has} == set(every) - stumbling.at


async def test_what_went_wrong_is_tried_again_and_all_of_it_taken_back_at_once(
    house: Desk, stumbling: Stumbling
) -> None:
    bulk, every = house.helpdesk.bulk, await ids(house)
    stumbling.at = set(every[3:6])
    job = await bulk.begin(tagging("seen", every), everywhere())
    await bulk.settled()
    stumbling.at = set(every[5:6])
    begun = await bulk.again(job.id, everywhere())
    assert (begun.state, begun.done, begun.failed, begun.total) == ("running", COUNT - 3, 0, COUNT)
    await bulk.settled()
    now = await bulk.get(job.id, everywhere())
    assert (now.state, now.done, [each.ticket for each in now.failures]) == ("done", COUNT, every[5:6])
    stumbling.at = set()
    await bulk.again(job.id, everywhere())
    await bulk.settled()
    assert (await bulk.get(job.id, everywhere())).failed == 0
    assert all((await tags(house)).values())
    async with house.database.session() as session:
        changed = select(func.count()).where(TicketEntry.kind == EntryKind.CHANGED)
        assert await session.scalar(changed) == COUNT
    with pytest.raises(Problem) as refused:
        await bulk.again(job.id, everywhere())
    assert (refused.value.status, refused.value.type_slug) == (409, "nothing-left")
    await bulk.undo(job.id, everywhere())
    await bulk.settled()
    assert not any((await tags(house)).values())


async def test_one_that_was_stopped_goes_on_with_the_rest(house: Desk) -> None:
    job = await interrupted(house)
    bulk = successor(house)
    await bulk.cancel(job.id, everywhere())
    with pytest.raises(Problem, match="no such bulk edit"):
        await bulk.again(job.id, everywhere("bert"))
    assert (await bulk.again(job.id, everywhere())).done == job.done
    with pytest.raises(Problem) as refused:
        await bulk.again(job.id, everywhere())
    assert refused.value.type_slug == "running"
    await bulk.settled()
    now = await bulk.get(job.id, everywhere())
    assert (now.state, now.done, now.failed) == ("done", COUNT, 0)
    assert all((await tags(house)).values())


async def test_gone_on_with_at_once_it_is_not_done_by_two(house: Desk) -> None:
    """What is cancelled may still be at a ticket."""
    bulk = house.helpdesk.bulk
    job = await bulk.begin(tagging("seen", await ids(house)), everywhere())
    await bulk.cancel(job.id, everywhere())
    await bulk.again(job.id, everywhere())
    await bulk.settled()
    now = await bulk.get(job.id, everywhere())
    assert (now.state, now.done, now.failed) == ("done", COUNT, 0)


async def test_taking_back_that_went_wrong_is_tried_again(house: Desk, stumbling: Stumbling) -> None:
    bulk, every = house.helpdesk.bulk, await ids(house)
    job = await bulk.begin(tagging("seen", every), everywhere())
    await bulk.settled()
    stumbling.at = set(every[:2])
    back = await bulk.undo(job.id, everywhere())
    await bulk.settled()
    assert (await bulk.get(back.id, everywhere())).failed == 2
    stumbling.at = set()
    await bulk.again(back.id, everywhere())
    await bulk.settled()
    assert (await bulk.get(back.id, everywhere())).failed == 0
    assert not any((await tags(house)).values())


async def test_a_mistake_of_the_whole_ends_it_with_a_reason_and_it_can_be_gone_on_with(
    house: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    bulk = house.helpdesk.bulk
    with monkeypatch.context() as patched:
        patched.setattr(bulk, "_some", broken)
        with capture_logs():
            job = await bulk.begin(tagging("seen", await ids(house)), everywhere())
            await bulk.settled()
    now = await bulk.get(job.id, everywhere())
    assert (now.state, now.done, now.problem) == ("failed", 0, BROKEN)
    await bulk.again(job.id, everywhere())
    await bulk.settled()
    now = await bulk.get(job.id, everywhere())
    assert (now.state, now.done, now.problem) == ("done", COUNT, None)
