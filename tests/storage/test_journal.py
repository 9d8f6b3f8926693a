from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.queues.models import Skill
from contactcenter.storage import migrations
from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.storage.journal import Insert, Journal, Update
from contactcenter.storage.records import decode, encode
from tests.fakes.waiting import until

MOMENT = datetime(2026, 5, 4, 3, 2, 1, 5, tzinfo=UTC)
FAST: dict[str, Any] = {"interval_s": 0.001, "retry_s": 0.005, "retry_max_s": 0.02}


def started(interaction_id: str = "i") -> Insert:
    values = {"id": interaction_id, "channel": "voice", "direction": "in", "state": "active", "caller_address": "x"}
    return Insert(Interaction, {**values, "started_at": MOMENT})


def happened(sequence: int, interaction_id: str = "i") -> Insert:
    values = {"interaction_id": interaction_id, "sequence": sequence, "at": MOMENT, "type": "t", "data": {"n": [1]}}
    return Insert(InteractionEvent, values)


async def sequences(database: Database) -> list[int]:
    """Event numbers in the order in which they were written."""
    async with database.session() as session:
        return list(await session.scalars(select(InteractionEvent.sequence).order_by(InteractionEvent.id)))


class Lock:
    """Another program that holds the file."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("BEGIN EXCLUSIVE")

    def release(self) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()


@pytest.fixture
async def sqlite(tmp_path: Path) -> Callable[[], Awaitable[Database]]:
    path = tmp_path / "cc.db"
    await migrations.upgrade(f"sqlite+aiosqlite:///{path}")

    async def opened() -> Database:
        return Database(f"sqlite+aiosqlite:///{path}", busy_timeout_ms=10)

    return opened


async def test_rows_are_written_in_order(database: Database, tmp_path: Path) -> None:
    journal = Journal(database, folder=tmp_path, batch_size=7, **FAST)
    await journal.start()
    journal.append(started())
    for number in range(50):
        journal.append(happened(number))
        journal.append(Update(Interaction, "i", {"note": f"note {number}", "talk_s": float(number)}))
    await journal.flush()
    assert await sequences(database) == list(range(50))
    async with database.session() as session:
        row = await session.get(Interaction, "i")
        assert row is not None
        assert (row.note, row.talk_s, row.started_at, row.data) == ("note 49", 49.0, MOMENT, [])
    assert journal.health.ok
    assert journal.health.pending == 0
    await journal.stop()


async def test_rows_are_written_without_being_asked(database: Database, tmp_path: Path) -> None:
    journal = Journal(database, folder=tmp_path, **FAST)
    await journal.start()
    journal.append(started())
    await until(lambda: journal.health.pending == 0)
    await journal.stop()
    assert await exists(database, "i")


async def exists(database: Database, interaction_id: str) -> bool:
    async with database.session() as session:
        return await session.get(Interaction, interaction_id) is not None


async def test_stop_writes_what_is_pending(database: Database, tmp_path: Path) -> None:
    journal = Journal(database, folder=tmp_path, interval_s=60)
    await journal.start()
    for number in range(500):
        journal.append(happened(number))
    await journal.stop()
    assert await sequences(database) == list(range(500))
    assert not (tmp_path / "journal.jsonl").exists()


async def test_update_of_no_row_and_no_values_is_no_error(database: Database, tmp_path: Path) -> None:
    journal = Journal(database, folder=tmp_path, **FAST)
    await journal.start()
    journal.append(Update(Interaction, "nobody", {"note": "x"}))
    journal.append(Update(Interaction, "nobody", {}))
    journal.append(started())
    await journal.flush()
    assert journal.health.rejected == 0
    await journal.stop()


async def test_a_row_the_database_refuses_does_not_hold_up_the_others(database: Database, tmp_path: Path) -> None:
    journal = Journal(database, folder=tmp_path, **FAST)
    await journal.start()
    journal.append(happened(1))
    journal.append(Insert(Skill, {"id": "s", "name": None}))
    journal.append(Update(Interaction, "i", {"started_at": datetime(2026, 1, 1)}))
    journal.append(happened(2))
    await journal.flush()
    await journal.stop()
    assert await sequences(database) == [1, 2]
    assert journal.health.rejected == 2
    kept = (tmp_path / "journal-rejected.jsonl").read_bytes().splitlines()
    assert decode(kept[0]) == Insert(Skill, {"id": "s", "name": None})


async def test_texts_no_database_takes_are_cleaned(database: Database, tmp_path: Path) -> None:
    journal = Journal(database, folder=tmp_path, **FAST)
    await journal.start()
    values = {**started().values, "note": "a\ud800b", "caller_name": "A\x00nn", "data": [{"k\x00": "v\x00"}]}
    journal.append(Insert(Interaction, values))
    await journal.flush()
    async with database.session() as session:
        row = await session.get(Interaction, "i")
        assert row is not None
        assert row.note == "a?b"
        assert row.caller_name in {"Ann", "A\x00nn"}
    assert journal.health.rejected == 0
    await journal.stop()


def test_unknown_columns_are_refused_at_once() -> None:
    with pytest.raises(ValueError, match="interactions has no column colour"):
        Update(Interaction, "i", {"colour": "red"})


async def test_a_locked_database_is_waited_for(sqlite: Callable[[], Awaitable[Database]], tmp_path: Path) -> None:
    database = await sqlite()
    journal = Journal(database, folder=tmp_path, **FAST)
    await journal.start()
    lock = Lock(tmp_path / "cc.db")
    for number in range(20):
        journal.append(happened(number))
    with pytest.raises(StorageUnavailable, match="locked"):
        await journal.flush()
    await until(lambda: not journal.health.ok)
    assert "locked" in str(journal.health.problem)
    assert journal.health.pending == 20
    lock.release()
    await until(lambda: journal.health.ok)
    assert await sequences(database) == list(range(20))
    await journal.stop()
    await database.stop()


async def test_overflow_goes_to_a_file_and_comes_back_in_order(
    sqlite: Callable[[], Awaitable[Database]], tmp_path: Path
) -> None:
    database = await sqlite()
    journal = Journal(database, folder=tmp_path, capacity=10, batch_size=4, **FAST)
    await journal.start()
    lock = Lock(tmp_path / "cc.db")
    for number in range(30):
        journal.append(happened(number))
    await until(lambda: not journal.health.ok)
    assert (journal.health.pending, journal.health.spilled) == (10, 20)
    lock.release()
    await until(lambda: journal.health.spilled == 0 and journal.health.ok)
    journal.append(happened(30))
    await journal.flush()
    assert await sequences(database) == list(range(31))
    assert not (tmp_path / "journal.jsonl").exists()
    await journal.stop()
    await database.stop()


async def test_a_full_disk_is_waited_for(sqlite: Callable[[], Awaitable[Database]], tmp_path: Path) -> None:
    database = await sqlite()
    pages = "40"

    @event.listens_for(database.engine.sync_engine, "checkout")
    def _limit(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.cursor().execute(f"PRAGMA max_page_count = {pages}")

    journal = Journal(database, folder=tmp_path, **FAST)
    await journal.start()
    journal.append(Insert(Interaction, {**started("big").values, "note": "x" * 400_000}))
    journal.append(Update(Interaction, "big", {"note": "x" * 200_000}))
    journal.append(started())
    await until(lambda: not journal.health.ok)
    assert journal.health.problem == "The disk of the database is full; free some space."
    assert journal.health.pending == 3
    pages = "100000"
    await until(lambda: journal.health.ok and journal.health.pending == 0)
    assert await exists(database, "big")
    await journal.stop()
    await database.stop()


@pytest.mark.e2e
async def test_a_database_that_drops_its_connections_loses_nothing(postgres_url: str, tmp_path: Path) -> None:
    await migrations.upgrade(postgres_url)
    database = Database(postgres_url)
    journal = Journal(database, folder=tmp_path, batch_size=5, **FAST)
    await journal.start()
    other = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
    drop = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    for number in range(200):
        journal.append(happened(number))
        if number % 50 == 25:
            async with asyncio.timeout(40):
                while not await other.fetch(drop):
                    await asyncio.sleep(0.005)
    await other.close()
    await until(lambda: journal.health.ok and journal.health.pending == 0)
    assert await sequences(database) == list(range(200))
    assert journal.health.rejected == 0
    await journal.stop()
    await database.stop()


@pytest.mark.parametrize("capacity", [5, 1000])
async def test_what_cannot_be_written_at_stop_is_written_at_the_next_start(
    sqlite: Callable[[], Awaitable[Database]], tmp_path: Path, capacity: int
) -> None:
    database = await sqlite()
    journal = Journal(database, folder=tmp_path, capacity=capacity, **FAST)
    await journal.start()
    lock = Lock(tmp_path / "cc.db")
    journal.append(started())
    for number in range(12):
        journal.append(happened(number))
    journal.append(Update(Interaction, "i", {"state": "ended", "ended_at": MOMENT}))
    await journal.stop()
    assert journal.health.pending == 0
    assert journal.health.spilled == 14
    lock.release()
    assert await sequences(database) == []
    again = Journal(database, folder=tmp_path, **FAST)
    await again.start()
    again.append(happened(12))
    await again.flush()
    assert await sequences(database) == list(range(13))
    async with database.session() as session:
        row = await session.get(Interaction, "i")
        assert row is not None
        assert (row.state, row.ended_at) == ("ended", MOMENT)
    await again.stop()
    await database.stop()


async def test_replay_after_a_crash_writes_nothing_twice_and_skips_torn_lines(
    database: Database, tmp_path: Path
) -> None:
    async with database.transaction() as session:
        session.add(InteractionEvent(interaction_id="i", sequence=0, at=MOMENT, type="t", data={}))
    lines = [encode(started()), encode(happened(0)), encode(happened(1)), encode(happened(2))[:40]]
    (tmp_path / "journal.jsonl").write_bytes(b"\n".join(lines))
    journal = Journal(database, folder=tmp_path, **FAST)
    await journal.start()
    journal.append(happened(3))
    await journal.flush()
    assert await sequences(database) == [0, 1, 3]
    assert await exists(database, "i")
    assert journal.health.rejected == 1
    assert (tmp_path / "journal-rejected.jsonl").read_bytes() == lines[3] + b"\n"
    await journal.stop()


async def test_when_the_disk_refuses_too_memory_keeps_the_rows(
    sqlite: Callable[[], Awaitable[Database]], tmp_path: Path
) -> None:
    database = await sqlite()
    folder = tmp_path / "no-folder"
    folder.touch()
    journal = Journal(database, folder=folder, capacity=2, **FAST)
    await journal.start()
    lock = Lock(tmp_path / "cc.db")
    for number in range(6):
        journal.append(happened(number))
    assert journal.health.pending == 6
    lock.release()
    await until(lambda: journal.health.pending == 0)
    assert await sequences(database) == list(range(6))
    await journal.stop()
    await database.stop()


async def test_rows_after_a_failure_are_safe_from_a_crash(
    sqlite: Callable[[], Awaitable[Database]], tmp_path: Path
) -> None:
    database = await sqlite()
    journal = Journal(database, folder=tmp_path, **FAST)
    await journal.start()
    lock = Lock(tmp_path / "cc.db")
    journal.append(happened(0))
    await until(lambda: not journal.health.ok)
    journal.append(happened(1))
    assert [decode(line) for line in (tmp_path / "journal.jsonl").read_bytes().splitlines()] == [happened(1)]
    lock.release()
    await until(lambda: journal.health.ok and not journal.health.pending and not journal.health.spilled)
    assert await sequences(database) == [0, 1]
    await journal.stop()
    await database.stop()


async def test_what_file_and_memory_hold_is_written_in_order(
    sqlite: Callable[[], Awaitable[Database]], tmp_path: Path
) -> None:
    database = await sqlite()
    journal = Journal(database, folder=tmp_path, capacity=2, **FAST)
    await journal.start()
    lock = Lock(tmp_path / "cc.db")
    for number in range(4):
        journal.append(happened(number))
    await until(lambda: not journal.health.ok)
    spill = tmp_path / "journal.jsonl"
    journal._spill.close()
    spill.rename(tmp_path / "aside")
    spill.mkdir()
    for number in range(4, 7):
        journal.append(happened(number))
    assert (journal.health.pending, journal.health.spilled) == (5, 2)
    spill.rmdir()
    (tmp_path / "aside").rename(spill)
    journal.append(happened(7))
    await journal.stop(timeout_s=0.05)
    lock.release()
    again = Journal(database, folder=tmp_path, **FAST)
    await again.start()
    await again.flush()
    assert await sequences(database) == list(range(8))
    await again.stop()
    await database.stop()


class Refusing(Database):
    """Takes nothing, and says so after some turns of the loop."""

    def __init__(self) -> None:
        super().__init__("sqlite+aiosqlite://")
        self.asked = asyncio.Event()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        self.asked.set()
        for _ in range(10):
            await asyncio.sleep(0)
        raise StorageUnavailable("The disk is full.")
        yield  # type: ignore[unreachable]  # it makes this a generator


@pytest.mark.parametrize("turns", range(20))
async def test_it_stops_at_whatever_moment_of_a_write_that_fails(tmp_path: Path, turns: int) -> None:
    database = Refusing()
    journal = Journal(database, folder=tmp_path)
    await journal.start()
    journal.append(happened(0))
    await database.asked.wait()
    for _ in range(turns):
        await asyncio.sleep(0)
    stopping = asyncio.create_task(journal.stop())
    await until(stopping.done)


async def test_an_unforeseen_failure_is_logged_and_tried_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(database, folder=tmp_path, **FAST)
    await journal.start()
    with monkeypatch.context() as patched:
        patched.setattr(journal, "_write_queue", None)
        journal.append(happened(0))
        await until(lambda: not journal.health.ok)
    await until(lambda: journal.health.ok)
    assert await sequences(database) == [0]
    await journal.stop()
