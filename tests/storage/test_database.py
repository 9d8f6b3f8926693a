from __future__ import annotations

import errno
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from contactcenter.identity.models import Session, User
from contactcenter.interactions.models import Interaction
from contactcenter.queues.models import Queue
from contactcenter.storage import migrations
from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable, unavailable

MOMENT = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)


def interaction(interaction_id: str, started_at: datetime = MOMENT) -> Interaction:
    return Interaction(
        id=interaction_id, channel="voice", direction="in", state="active", caller_address="x", started_at=started_at
    )


async def test_moments_are_utc_in_and_out(database: Database) -> None:
    west = MOMENT.astimezone(timezone(timedelta(hours=-8)))
    async with database.transaction() as session:
        session.add(interaction("a", west))
    async with database.session() as session:
        row = await session.get(Interaction, "a")
        assert row is not None
        assert (row.started_at, row.started_at.tzinfo) == (MOMENT, UTC)
        assert row.ended_at is None
        later = select(Interaction.id).where(Interaction.started_at > west - timedelta(microseconds=1))
        assert (await session.scalars(later)).all() == ["a"]
        assert (await session.scalars(select(Interaction.id).where(Interaction.started_at > west))).all() == []


async def test_a_moment_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        async with database.transaction() as session:
            session.add(interaction("a", datetime(2026, 1, 1)))


async def test_a_failing_block_changes_nothing(database: Database) -> None:
    async def add_and_fail() -> None:
        async with database.transaction() as session:
            session.add(Queue(id="sales", name="Sales"))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await add_and_fail()
    async with database.session() as session:
        assert await session.get(Queue, "sales") is None


def signed_in(id: str, *, user_id: str) -> Session:
    moments = {"created_at": MOMENT, "last_seen_at": MOMENT, "authenticated_at": MOMENT}
    return Session(id=id, token_hash=id, user_id=user_id, method="password", device="", address="", **moments)


async def test_foreign_keys_hold_and_cascade(database: Database) -> None:
    async with database.transaction() as session:
        session.add(User(id="u", email="u@x", name="U", password_hash="", created_at=MOMENT))
        await session.flush()
        session.add(signed_in("s", user_id="u"))
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            session.add(signed_in("t", user_id="nobody"))
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM users"))
        assert (await session.scalars(select(Session))).all() == []


async def test_sqlite_is_set_up_for_a_server(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/a/b.db")
    async with database.session() as session:
        found = {
            name: await session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await database.stop()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


async def test_a_locked_file_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "cc.db"
    await migrations.upgrade(f"sqlite+aiosqlite:///{path}")
    database = Database(f"sqlite+aiosqlite:///{path}", busy_timeout_ms=20)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageUnavailable, match="locked by another program"):
        async with database.transaction() as session:
            session.add(Queue(id="sales", name="Sales"))
    other.execute("ROLLBACK")
    other.close()
    async with database.transaction() as session:
        session.add(Queue(id="sales", name="Sales"))
    await database.stop()


async def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable, match="cannot be made"):
        Database(f"sqlite+aiosqlite:///{tmp_path}/file/cc.db")


async def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cc.db").write_bytes(b"this is not a database, surely not" * 50)
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/cc.db")
    with pytest.raises(StorageUnavailable, match="damaged"):
        await database.start()
    await database.stop()


async def test_an_unreachable_server_is_a_sentence(unused_tcp_port: int) -> None:
    url = f"postgresql+asyncpg://u@127.0.0.1:{unused_tcp_port}/x"
    database = Database(url)
    with pytest.raises(StorageUnavailable, match="cannot be reached"):
        await database.start()
    await database.stop()
    with pytest.raises(StorageUnavailable, match="cannot be reached"):
        await migrations.upgrade(url)


async def test_missing_tables_are_a_sentence(url: str) -> None:
    database = Database(url)
    await database.start()
    with pytest.raises(StorageUnavailable, match="contactcenter db upgrade"):
        async with database.session() as session:
            await session.scalars(select(User))
    await database.stop()


@pytest.mark.parametrize(
    ("cause", "part"),
    [
        (sqlite3.OperationalError("database or disk is full"), "disk of the database is full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "cannot be written"),
        (sqlite3.OperationalError("unable to open database file"), "cannot be opened"),
    ],
)
def test_causes_become_sentences(cause: Exception, part: str) -> None:
    assert part in str(unavailable(OperationalError("INSERT", {}, cause)))


def test_what_is_not_the_database_stays_what_it_is() -> None:
    assert unavailable(RuntimeError("x")) is None
    assert unavailable(IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed"))) is None
    assert unavailable(OperationalError("SELEC", {}, sqlite3.OperationalError('near "SELEC": syntax error'))) is None
    assert "cannot be reached" in str(unavailable(ConnectionRefusedError(errno.ECONNREFUSED, "refused")))
    assert "cannot be reached" in str(unavailable(OSError("Multiple exceptions: [Errno 111] …")))
    assert unavailable(FileNotFoundError(errno.ENOENT, "No such file")) is None
    assert "cannot be reached" in str(unavailable(TimeoutError()))


async def test_statements_in_errors_hold_no_values(database: Database) -> None:
    insert = text("INSERT INTO skills (id, name) VALUES (:secret, :name)")
    async with database.session() as session:
        with pytest.raises(IntegrityError) as caught:
            await session.execute(insert, {"name": None, "secret": "+4930123456"})
    # PostgreSQL's own DETAIL line is masked where it is logged.
    assert "+4930123456" not in str(caught.value).partition("DETAIL")[0]
