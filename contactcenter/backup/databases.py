"""The database into a backup and out of it: SQLite as a file, PostgreSQL as the rows of each table.

SQLite's copy is `VACUUM INTO`: one moment of the database while others write, without the remains of deleted rows.
PostgreSQL's is COPY in one REPEATABLE READ transaction. pg_dump is not used: it refuses servers newer than itself, and
is seldom where the server runs; tables and constraints come from the migrations anyway.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from contactcenter.backup.entries import PIECE_BYTES, DataKeyIs, EntryWriter
from contactcenter.backup.errors import BackupError, Unsound
from contactcenter.storage.database import create_engine
from contactcenter.storage.errors import StorageUnavailable, unavailable

FILE = "database/contactcenter.db"
_VERSIONS = "alembic_version"
_BUSY_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dumped:
    """What the manifest says about the database; see there."""

    schema: str
    tables: Mapping[str, int]
    data_keys: list[DataKeyIs]
    columns: Mapping[str, list[str]] = field(default_factory=dict)
    sequences: Mapping[str, int] = field(default_factory=dict)


def dump_sqlite(database: Path, writer: EntryWriter, told: Callable[[int], None]) -> Dumped:
    """Blocks. Raises BackupError and OSError. `told` hears of each piece how long it is."""
    for left in database.parent.glob(f"{database.name}.backup-*.tmp"):
        left.unlink(missing_ok=True)
    # Beside the database, where who reads it may read that as well; the folder of backups may be anybody's.
    copy = database.with_name(f"{database.name}.backup-{os.getpid()}.tmp")
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with _opened(database) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        dumped = look_at_sqlite(copy)
        writer.begin(FILE)
        with copy.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                writer.piece(piece)
                told(len(piece))
        writer.end()
        return dumped
    except sqlite3.Error as error:
        raise BackupError(f"The database cannot be copied: {error}.") from error
    finally:
        copy.unlink(missing_ok=True)


def look_at_sqlite(path: Path) -> Dumped:
    """The version, rows by table and keys of a database nobody writes to. Raises Unsound when it is damaged."""
    try:
        with _opened(path) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone():
                raise Unsound("The database in the backup is damaged.")
            names = [
                name
                for (name,) in connection.execute(
                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
                )
            ]
            if _VERSIONS not in names:
                raise BackupError("The database has no tables yet; there is nothing to back up.")
            schema = connection.execute(f"SELECT version_num FROM {_VERSIONS}").fetchone()[0]  # noqa: S608
            tables = {
                name: connection.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0]  # noqa: S608
                for name in names
            }
            keys = connection.execute("SELECT id, master FROM data_keys ORDER BY id") if "data_keys" in names else ()
            return Dumped(schema=schema, tables=tables, data_keys=[DataKeyIs(*row) for row in keys])
    except sqlite3.Error as error:
        raise Unsound(f"The database in the backup is damaged: {error}.") from error


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Without making a file that is not there."""
    address = f"file:{quote(str(path))}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=_BUSY_S, isolation_level=None)) as connection:
        yield connection


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_TABLES = """
SELECT c.table_name, array_agg(c.column_name::text ORDER BY c.ordinal_position)
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
GROUP BY c.table_name ORDER BY c.table_name
"""
_SEQUENCES = "SELECT sequencename::text, last_value FROM pg_sequences WHERE schemaname = current_schema()"
_REFERENCES = """
SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""


async def dump_postgres(url: str, writer: EntryWriter, told: Callable[[int], None]) -> Dumped:
    """Raises BackupError, StorageUnavailable and OSError."""
    async with _driver(url, "REPEATABLE READ") as driver:
        columns = {name: list(names) for name, names in await driver.fetch(_TABLES)}
        if columns.pop(_VERSIONS, None) is None:
            raise BackupError("The database has no tables yet; there is nothing to back up.")
        tables: dict[str, int] = {}

        async def put(data: bytes) -> None:
            told(len(data))
            await asyncio.to_thread(writer.piece, data)

        for name, names in columns.items():
            writer.begin(table_entry(name))
            status = await driver.copy_from_table(name, columns=names, output=put, format="text", encoding="utf-8")
            writer.end()
            tables[name] = int(status.split()[-1])
        keys = await driver.fetch("SELECT id, master FROM data_keys ORDER BY id") if "data_keys" in columns else []
        return Dumped(
            schema=await driver.fetchval(f"SELECT version_num FROM {_VERSIONS}"),  # noqa: S608
            tables=tables,
            data_keys=[DataKeyIs(row[0], row[1]) for row in keys],
            columns=columns,
            sequences={name: last for name, last in await driver.fetch(_SEQUENCES) if last is not None},
        )


def table_entry(name: str) -> str:
    return f"database/{name}.copy"


async def load_postgres(url: str, folder: Path, dumped: Dumped) -> None:
    """Put the rows of `folder`/TABLE.copy into the tables, empty and of the backup's version: all or nothing.

    Raises Unsound, when references do not hold as well, StorageUnavailable and OSError.
    """
    async with _driver(url, "READ COMMITTED") as driver:
        # Rows come table by table, and a row may refer to a later one: references are checked when all are there.
        references = await driver.fetch(_REFERENCES)
        for table, name, _ in references:
            await driver.execute(f"ALTER TABLE {table} DROP CONSTRAINT {_quoted(name)}")
        for table, columns in dumped.columns.items():
            # What a migration has put there is in the backup as well, as it was then.
            await driver.execute(f"DELETE FROM {_quoted(table)}")  # noqa: S608
            with (folder / f"{table}.copy").open("rb") as file:
                status = await driver.copy_to_table(
                    table, columns=columns, source=file, format="text", encoding="utf-8"
                )
            if int(status.split()[-1]) != dumped.tables[table]:
                raise Unsound(f"The table {table} has other rows than the backup's manifest says.")
        for table, name, definition in references:
            await driver.execute(f"ALTER TABLE {table} ADD CONSTRAINT {_quoted(name)} {definition}")
        for name, last in dumped.sequences.items():
            await driver.execute("SELECT setval($1::text::regclass, $2)", _quoted(name), last)


async def is_empty_postgres(url: str) -> bool:
    """Whether there is no table at all. Raises StorageUnavailable."""
    async with _driver(url, "READ COMMITTED") as driver:
        return not await driver.fetch(_TABLES)


async def empty_postgres(url: str) -> None:
    """Drop every table. Raises StorageUnavailable."""
    async with _driver(url, "READ COMMITTED") as driver:
        for name, _ in await driver.fetch(_TABLES):
            await driver.execute(f"DROP TABLE IF EXISTS {_quoted(name)} CASCADE")


@asynccontextmanager
async def _driver(url: str, isolation: str) -> AsyncIterator[Any]:
    """asyncpg's connection, within one transaction that is committed at the end of the block."""
    engine = create_engine(make_url(url)).execution_options(isolation_level=isolation)
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql("SELECT 1")  # begins the transaction in the server
            raw = (await connection.get_raw_connection()).driver_connection
            yield raw
    except (BackupError, StorageUnavailable):
        raise
    except (OSError, SQLAlchemyError) as error:
        sentence = unavailable(error)
        if sentence is None:
            raise
        raise sentence from error
    finally:
        await engine.dispose()
