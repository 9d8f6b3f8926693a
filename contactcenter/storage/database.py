"""The database behind one URL: engine, sessions, and what SQLite needs to be told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from contactcenter.storage.errors import StorageUnavailable, unavailable

BUSY_TIMEOUT_MS = 5000


class Database:
    """Sessions on one database. `start` before use, `stop` at the end.

    Everything raised inside `session()` whose cause is outside the program comes out as StorageUnavailable.
    """

    def __init__(self, url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        self.url = make_url(url)
        self._engine = create_engine(self.url, busy_timeout_ms=busy_timeout_ms)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    @property
    def engine(self) -> AsyncEngine:
        return self._engine

    async def start(self) -> None:
        """Prove that the database answers; raises StorageUnavailable."""
        async with self.session() as session:
            await session.execute(text("SELECT 1"))

    async def stop(self) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session that is rolled back unless the block commits it."""
        try:
            async with self._sessions() as session:
                yield session
        except Exception as error:
            sentence = unavailable(error)
            if sentence is None or sentence is error:
                raise
            raise sentence from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end of the block and rolls back when it raises."""
        async with self.session() as session, session.begin():
            yield session


def create_engine(url: URL, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True, hide_parameters=True)
    _make_folder(url)
    engine = create_async_engine(url, hide_parameters=True)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        # First, so that the switch to WAL itself waits for a lock.
        cursor.execute(f"PRAGMA busy_timeout = {busy_timeout_ms:d}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    return engine


def _make_folder(url: URL) -> None:
    if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise StorageUnavailable(f"The folder of the database cannot be made: {reason}.") from error
