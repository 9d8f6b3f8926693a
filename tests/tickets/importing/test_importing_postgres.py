"""The same on PostgreSQL: stopped in the middle, gone on with, every ticket in once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from contactcenter.tickets.importing import running
from contactcenter.tickets.service import Tickets
from tests.tickets.importing.house import house
from tests.tickets.importing.test_jobs import COUNT, after, counts, many, successor


@pytest.mark.e2e
async def test_an_import_goes_on_after_a_crash(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path, postgres_url) as here:
        found = await here.upload(many())
        await here.exchange.imports.start_one(found.id)
        work = asyncio.create_task(here.exchange.imports.drain())
        monkeypatch.setattr(running, "BATCH", 10)
        monkeypatch.setattr(Tickets, "number", after(COUNT // 2, work.cancel))
        with pytest.raises(asyncio.CancelledError):
            await work
        half = await here.exchange.imports.get(found.id)
        assert half.state == "running"
        assert 0 < half.taken < COUNT
        exchange = successor(here)
        await exchange.imports.drain()
        done = await exchange.imports.get(found.id)
        assert (done.state, done.taken, done.refused) == ("done", COUNT, 1)
        assert await counts(here) == (COUNT, COUNT, COUNT)
