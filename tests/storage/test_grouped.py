"""Those who come at the same time share a transaction; a fault is only for who made it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.storage.database import Database
from contactcenter.storage.grouped import FULL, MOST, Grouped


class Things:
    """A table of numbers, each there once at most; what is below nought is refused by whoever writes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.groups: list[list[int]] = []
        self.grouped = Grouped(database, self._write)

    async def _write(self, session: AsyncSession, numbers: Sequence[int]) -> list[str]:
        self.groups.append(list(numbers))
        if any(number < 0 for number in numbers):
            raise ValueError("below nought")
        await session.execute(text("INSERT INTO things VALUES (:n)"), [{"n": number} for number in numbers])
        return [f"n{number}" for number in numbers]

    async def there(self) -> list[int]:
        async with self.database.session() as session:
            return list(await session.scalars(text("SELECT n FROM things ORDER BY n")))


@asynccontextmanager
async def begun(folder: Path) -> AsyncIterator[Things]:
    database = Database(f"sqlite+aiosqlite:///{folder}/things.db")
    async with database.transaction() as session:
        await session.execute(text("DROP TABLE IF EXISTS things"))
        await session.execute(text("CREATE TABLE things (n INTEGER PRIMARY KEY)"))
    yield Things(database)
    await database.stop()


@pytest.fixture
async def things(tmp_path: Path) -> AsyncIterator[Things]:
    async with begun(tmp_path) as made:
        yield made


async def test_who_comes_alone_waits_for_nobody(things: Things) -> None:
    assert await things.grouped.put(1) == "n1"
    assert await things.grouped.put(2) == "n2"
    assert things.groups == [[1], [2]]


async def test_who_comes_meanwhile_is_written_together_and_each_gets_his_answer(things: Things) -> None:
    numbers = range(MOST + 40)
    answers = await asyncio.gather(*(things.grouped.put(number) for number in numbers))
    assert answers == [f"n{number}" for number in numbers]
    assert len(things.groups) <= 3
    assert max(len(group) for group in things.groups) == MOST
    assert await things.there() == list(numbers)


class Slow:
    """A database whose commits last until they are let go."""

    joined = False

    def __init__(self) -> None:
        self.let_go = asyncio.Semaphore(0)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        yield
        await self.let_go.acquire()


@pytest.mark.parametrize("at_once", [1, 2])
async def test_a_full_group_need_not_wait_for_the_disk_to_have_the_one_before(at_once: int) -> None:
    slow, groups = Slow(), list[list[int]]()

    async def write(_session: AsyncSession, numbers: Sequence[int]) -> Sequence[int]:
        groups.append(list(numbers))
        return numbers

    async def put(numbers: range) -> list[asyncio.Task[int]]:
        tasks = [asyncio.create_task(grouped.put(number)) for number in numbers]
        for _ in range(5):
            await asyncio.sleep(0)
        return tasks

    grouped = Grouped(cast(Database, slow), write, at_once=at_once)
    asked = await put(range(1))
    asked += await put(range(1, FULL))
    assert groups == [[0]], "fewer are not worth it"
    asked += await put(range(FULL, 3 * FULL))
    assert groups == [[0], list(range(1, 3 * FULL))][:at_once]
    for _ in range(4):
        slow.let_go.release()
    assert await asyncio.gather(*asked) == list(range(3 * FULL))
    await grouped.settled()
    assert [number for group in groups for number in group] == list(range(3 * FULL)), "in their order"
    assert await asyncio.gather(*await put(range(2))) == [0, 1], "it goes on"


async def test_who_goes_away_takes_nobody_with_him(things: Things) -> None:
    first = asyncio.create_task(things.grouped.put(1))
    others = [asyncio.create_task(things.grouped.put(number)) for number in (2, 3)]
    await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.gather(*others) == ["n2", "n3"]
    assert {2, 3} <= {*await things.there()}


async def test_within_a_larger_transaction_it_is_part_of_that(things: Things) -> None:
    with contextlib.suppress(RuntimeError):
        async with things.database.together():
            assert await things.grouped.put(1) == "n1"
            raise RuntimeError
    assert await things.there() == []


@settings(max_examples=25)
@given(numbers=st.lists(st.integers(-3, 12), max_size=30))
def test_each_fault_is_only_for_who_made_it(numbers: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    async def run() -> tuple[list[str | BaseException], list[int]]:
        async with begun(tmp_path_factory.getbasetemp()) as things:
            tasks = [things.grouped.put(number) for number in numbers]
            return await asyncio.gather(*tasks, return_exceptions=True), await things.there()

    answers, there = asyncio.run(run())
    assert there == sorted({number for number in numbers if number >= 0})
    written: list[int] = []
    for number, answer in zip(numbers, answers, strict=True):
        if number < 0:
            assert isinstance(answer, ValueError)
        elif isinstance(answer, str):
            assert answer == f"n{number}"
            written.append(number)
        else:
            assert isinstance(answer, IntegrityError)
    assert sorted(written) == there
