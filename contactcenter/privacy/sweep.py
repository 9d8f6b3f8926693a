"""What is left of a person outside the tables: rows the database refused, exports, speech, and free pages of the
database itself."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import structlog
from sqlalchemy import text

from contactcenter.interactions.privacy import plain_address
from contactcenter.plugin import Person
from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable, unavailable

REJECTED = "journal-rejected.jsonl"
_MUSIC = "hold-music.wav"
_TRIES = 20
_PAUSE_S = 0.25

log = structlog.get_logger(__name__)


async def refused_rows(folder: Path, person: Person, ids: frozenset[str]) -> int:
    """Take out of the file of rows the database refused those about the person, or of these interactions."""
    return await asyncio.to_thread(_rewrite, folder / REJECTED, partial(_concerns, person=person), ids)


def _rewrite(path: Path, concerns: Callable[[bytes, set[str]], bool], ids: frozenset[str]) -> int:
    if not path.exists():
        return 0
    lines = path.read_bytes().splitlines(keepends=True)
    known = set(ids)
    kept = [line for line in lines if not concerns(line, known)]
    # Once more: an event may stand before the row that says whose it is.
    kept = [line for line in kept if not concerns(line, known)]
    if len(kept) == len(lines):
        return 0
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.writelines(kept)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return len(lines) - len(kept)


def _concerns(line: bytes, known: set[str], *, person: Person) -> bool:
    """Adds to `known` the interactions that it finds to be the person's."""
    try:
        record: Any = orjson.loads(line)
        values = record["values"]
        address = plain_address(str(values.get("caller_address", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        # Nothing of it can be understood: what may hold the person's number goes.
        words = plain_address(line.decode("utf-8", "replace"))
        return any(each in words for each in person.addresses)
    own = str(record.get("key", values.get("interaction_id", values.get("id", ""))))
    if address in person.addresses or values.get("customer_id") in person.customers:
        known.add(own)
    return own in known


async def spoken(folder: Path) -> None:
    """Speech is made anew when it is needed; what was said to whom cannot be seen from its file."""
    await asyncio.to_thread(_clear, folder)


def _clear(folder: Path) -> None:
    for path in folder.rglob("*.wav") if folder.is_dir() else ():
        if path.name != _MUSIC:
            path.unlink(missing_ok=True)


async def compact(database: Database) -> None:
    """Write the database without its free pages, where forgotten words still stand, and begin its log anew.

    Raises StorageUnavailable when others keep it busy all the time; to be tried again.
    """
    began = time.monotonic()
    sqlite = database.url.get_backend_name() == "sqlite"
    try:
        async with database.engine.connect() as connection:
            connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM"))
            if sqlite:
                await _checkpoint(connection)
    except StorageUnavailable:
        raise
    except Exception as error:
        if (sentence := unavailable(error)) is None:
            raise
        raise sentence from error
    log.info("privacy.compacted", seconds=round(time.monotonic() - began, 2))


async def _checkpoint(connection: Any) -> None:
    for _ in range(_TRIES):
        busy = (await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).scalar()
        if not busy:
            return
        await asyncio.sleep(_PAUSE_S)
    raise StorageUnavailable("The database's log is in use all the time; it is tried again.")
