"""The database behind one URL: engine, sessions, and what SQLite needs to be told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from contactcenter.storage.errors import StorageUnavailable, unavailable

BUSY_TIMEOUT_MS = 5000

_together: ContextVar[tuple[asyncio.Task[object] | None, AsyncConnection] | None] = ContextVar("together", default=None)


class Database:
    """Sessions on one database. `start` before use, `stop` at the end.

    Everything raised inside `session()` whose cause is outside the program comes out as StorageUnavailable.
    """

    def __init__(self, url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        self.url = make_url(url)
        self._engine = create_engine(self.url, busy_timeout_ms=busy_timeout_ms)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._turn = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def engine(self) -> AsyncEngine:
        return self._engine

    async def start(self) -> None:
        """Prove that the database answers; raises StorageUnavailable."""
        async with self.session() as session:
            await session.execute(text("SELECT 1"))

    async def stop(self) -> None:
        await asyncio.gather(*self._closing, return_exceptions=True)
        await self._engine.dispose()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session that is rolled back unless the block commits it."""
        try:
            async with self._closed_at_the_end(self._new_session()) as session:
                yield session
        except Exception as error:
            sentence = unavailable(error)
            if sentence is None or sentence is error:
                raise
            raise sentence from error

    @asynccontextmanager
    async def _closed_at_the_end(self, session: AsyncSession) -> AsyncIterator[AsyncSession]:
        """Also when whoever has it is cancelled: then closing goes on without him, and `stop` waits for it."""
        try:
            yield session
        finally:
            closing = asyncio.create_task(session.close(), name="closing a session")
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
            await asyncio.shield(closing)

    @property
    def joined(self) -> bool:
        """Whether this task is within a block of `together`."""
        return self._shared() is not None

    def _shared(self) -> AsyncConnection | None:
        joined = _together.get()
        # A task begun within the block goes its own way: two at once cannot use one connection.
        if joined is None or joined[0] is not asyncio.current_task() or joined[1].engine is not self._engine:
            return None
        return joined[1]

    def _new_session(self) -> AsyncSession:
        shared = self._shared()
        if shared is None:
            return self._sessions()
        return AsyncSession(shared, expire_on_commit=False, join_transaction_mode="create_savepoint")

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """All sessions that this task opens within the block are one transaction: what they commit counts once the
        block ends, and nothing of it when the block raises. Only this task sees it before."""
        try:
            async with self._engine.connect() as connection, connection.begin():
                if connection.dialect.name == "sqlite":
                    # The driver begins by itself with the first change only; a savepoint before that would commit.
                    await connection.exec_driver_sql("BEGIN IMMEDIATE")
                token = _together.set((asyncio.current_task(), connection))
                try:
                    yield
                finally:
                    _together.reset(token)
        except Exception as error:
            sentence = unavailable(error)
            if sentence is None or sentence is error:
                raise
            raise sentence from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end of the block and rolls back when it raises."""
        async with self.session() as session:
            yield session
            committing = asyncio.create_task(session.commit(), name="committing")
            try:
                await asyncio.shield(committing)
            except asyncio.CancelledError:
                # A connection that is given back in the middle of something is lost, and a commit has been promised.
                await asyncio.wait([committing])
                raise

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction for what reads something and then changes it accordingly. On SQLite nobody else writes then,
        and those who want to take turns; on PostgreSQL the reader locks the rows (`with_for_update`)."""
        if self.url.get_backend_name() != "sqlite" or self.joined:
            async with self.transaction() as session:
                yield session
            return
        async with self._turn, self.transaction() as session:
            connection = await session.connection()
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield session


async def plan_for_values(session: AsyncSession) -> None:
    """Until the transaction ends, PostgreSQL plans each query for the values it is asked with. A plan for any values,
    which it keeps after some runs, walks a whole table in order to find the first fifty of something rare."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


async def plan_for_few(session: AsyncSession) -> None:
    """As `plan_for_values`, for queries that read some thousand rows at most and have to be quick: compiling them or
    starting workers would take longer than they do, and their pages lie in memory."""
    if session.get_bind().dialect.name == "postgresql":
        settings = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _FOR_FEW)
        await session.execute(text(f"SELECT {settings}"))


_FOR_FEW = (
    ("plan_cache_mode", "force_custom_plan"),
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
    ("random_page_cost", "1.1"),
)


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
        # What has been acknowledged survives a power cut as well as a kill.
        cursor.execute("PRAGMA synchronous = FULL")
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
