"""Imports as jobs: one at a time, stopped, gone on with, and whole after a crash in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem
from contactcenter.tickets.exchange import TicketExchange
from contactcenter.tickets.importing import running, taking
from contactcenter.tickets.importing.mapping import Wanted
from contactcenter.tickets.importing.models import TicketImport, TicketOrigin
from contactcenter.tickets.models import Ticket, TicketMessage
from contactcenter.tickets.service import Tickets
from tests.tickets.desk import everywhere
from tests.tickets.importing.house import House, house

COUNT = 60


def many(count: int = COUNT) -> bytes:
    base: dict[str, Any] = {"requester_id": 1, "status": "open", "created_at": "2025-01-01T00:00:00Z"}
    lines = [
        base | {"id": number, "subject": f"Ticket {number}", "comments": [
            {"id": number, "author_id": 1, "body": f"Words {number}", "public": True, "created_at": base["created_at"]}
        ]}
        for number in range(1, count + 1)
    ]  # fmt: skip
    lines.insert(7, {"id": 5000, "requester_id": 1, "status": "open", "subject": "x", "created_at": "gibberish"})
    return b"\n".join(orjson.dumps(line) for line in lines) + b"\nno json at all\n"


def after(count: int, act: Callable[[], object]) -> Callable[[Tickets, Any], Any]:
    """In place of Tickets.number: does something once so many have been given."""
    given, plain = [0], Tickets.number

    async def number(self: Tickets, at: Any) -> tuple[int, str]:
        given[0] += 1
        if given[0] == count:
            act()
            await asyncio.sleep(0)
        return await plain(self, at)

    return number


async def counts(here: House) -> tuple[int, int, int]:
    async with here.database.session() as session:
        found = [
            await session.scalar(select(func.count()).select_from(t)) for t in (Ticket, TicketMessage, TicketOrigin)
        ]
    return found[0] or 0, found[1] or 0, found[2] or 0


def successor(here: House) -> TicketExchange:
    """The same house after a crash."""
    folder = here.exchange.imports.folder
    return TicketExchange(here.desk.helpdesk, here.customers, here.files, here.desk.bus, folder, import_mb=64)


async def test_after_a_crash_it_goes_on_by_itself_and_none_is_taken_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as here:
        found = await here.upload(many())
        await here.exchange.imports.start_one(found.id)
        work = asyncio.create_task(here.exchange.imports.drain())
        monkeypatch.setattr(running, "BATCH", 5)
        monkeypatch.setattr(Tickets, "number", after(20, work.cancel))
        with pytest.raises(asyncio.CancelledError):
            await work
        half = await here.exchange.imports.get(found.id)
        assert half.state == "running"
        assert 15 <= half.position < COUNT
        exchange = successor(here)
        exchange.start()
        try:
            while (done := await exchange.imports.get(found.id)).state == "running":
                await asyncio.sleep(0.01)
        finally:
            await exchange.stop()
        # The line that is no JSON is no ticket, so it is only told of.
        assert (done.state, done.taken, done.refused, done.position) == ("done", COUNT, 1, COUNT + 1)
        assert await counts(here) == (COUNT, COUNT, COUNT)
        told = (await exchange.imports.remarks(found.id, 0, 100)).items
        assert [(each.place, each.field) for each in told] == [(f"line {COUNT + 2}", ""), ("line 8", "made_at")]


async def test_reading_begins_anew_after_a_crash(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        imports = here.exchange.imports
        import_id, path = imports.place()
        path.write_bytes(many())
        (imports.folder / f"{import_id}.stage").write_bytes(b"")
        async with here.database.transaction() as session:
            session.add(
                TicketImport(
                    id=import_id, name="x", size=1, state="reading", made_at=here.desk.tickets.moment(), made_by="",
                    made_by_id="",
                )
            )  # fmt: skip
        exchange = successor(here)
        await exchange.imports.drain()
        assert (await exchange.imports.get(import_id)).total == COUNT + 1


async def test_stopped_and_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path) as here:
        imports = here.exchange.imports
        found = await here.upload(many())
        await imports.start_one(found.id)
        stops: list[asyncio.Task[Any]] = []
        stop = lambda: stops.append(asyncio.create_task(imports.stop_one(found.id)))  # noqa: E731
        monkeypatch.setattr(Tickets, "number", after(10, stop))
        await imports.drain()
        await asyncio.gather(*stops)
        half = await imports.get(found.id)
        assert half.state == "cancelled"
        assert 0 < half.taken < COUNT
        await imports.start_one(found.id)
        await imports.drain()
        done = await imports.get(found.id)
        assert (done.state, done.taken) == ("done", COUNT)
        assert await counts(here) == (COUNT, COUNT, COUNT)


async def test_of_tickets_with_much_in_them_fewer_are_in_memory_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_SAID", 8)
    groups: list[int] = []
    plain = taking.Taking.write

    async def write(self: taking.Taking, session: AsyncSession, items: Sequence[taking.Item]) -> None:
        groups.append(len(items))
        await plain(self, session, items)

    monkeypatch.setattr(taking.Taking, "write", write)
    async with house(tmp_path) as here:
        found = await here.upload(many(30))
        assert (await here.exchange.imports.preview(found.id)).looked == 31
        await here.exchange.imports.start_one(found.id)
        await here.exchange.imports.drain()
        assert await counts(here) == (30, 30, 30)
        # The one that is refused for its date has nothing to write.
        assert sum(groups) == 30
        assert max(groups) == 8


async def test_one_at_a_time(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        imports = here.exchange.imports
        found = await here.upload(many(1))
        await imports.start_one(found.id)
        with pytest.raises(Problem) as caught:
            await imports.check_free()
        assert caught.value.status == 409
        for act in (imports.remove(found.id), imports.start_one(found.id)):
            with pytest.raises(Problem) as caught:
                await act
            assert caught.value.status == 409
        await imports.drain()
        await imports.remove(found.id)
        assert (await imports.every()).items == []
        assert (await counts(here))[0] == 1, "tickets stay"


async def test_what_nobody_goes_on_with_is_removed(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        imports = here.exchange.imports
        found = await here.upload(many(1))
        await imports.sweep()
        assert (await imports.get(found.id)).state == "ready"
        here.desk.clock[0] += timedelta(days=8).total_seconds()
        await imports.sweep()
        assert (await imports.get(found.id)).state == "cancelled"
        for path in imports.folder.glob("*"):
            path.unlink()
        with pytest.raises(Problem) as caught:
            await imports.start_one(found.id)
        assert caught.value.status == 409
        here.desk.clock[0] += timedelta(days=91).total_seconds()
        await imports.sweep()
        assert (await imports.every()).items == []


async def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        found = await here.upload(many(3))
        await here.exchange.imports.start_one(found.id)
        for path in here.exchange.imports.folder.glob("*"):
            path.unlink()
        await here.exchange.imports.drain()
        failed = await here.exchange.imports.get(found.id)
        assert (failed.state, failed.taken) == ("failed", 0)
        assert "upload it again" in failed.problem


async def test_who_brought_them_in_is_recorded(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        await here.bring(many(2))
        async with here.database.session() as session:
            row = await session.scalar(select(TicketImport))
            assert row is not None
            assert (row.made_by_id, row.state) == (everywhere().user_id, "done")


async def test_one_that_no_database_takes_does_not_stop_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as here:
        plain = taking.item_of

        def broken(want: Wanted, *rest: Any) -> taking.Item:
            item = plain(want, *rest)
            if want.external_id == "3":
                item.row.number = "T-000001"
            return item

        await here.desk.make()
        monkeypatch.setattr(running, "item_of", broken)
        done = await here.bring(many(9))
        assert (done.state, done.taken, done.refused, done.position) == ("done", 8, 2, 10)
        told = (await here.exchange.imports.remarks(done.id, 0, 100)).items
        assert ("3", "The database does not take it.") in [(each.record, each.reason) for each in told]
        assert await counts(here) == (9, 9, 8)
