"""Writing an act down, in the transaction of the change itself: one is never without the other."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contactcenter import actor as actors
from contactcenter.actor import Actor
from contactcenter.audit.acts import Act
from contactcenter.audit.documents import cleaned, encoded
from contactcenter.audit.models import AuditEntry
from contactcenter.storage.database import Database
from contactcenter.storage.journal import Insert, Journal

_NAMES = (
    "moment",
    "actor_kind",
    "actor_id",
    "actor_name",
    "address",
    "session_id",
    "request_id",
    "act",
    "subject_kind",
    "subject_id",
    "subject_name",
    "before",
    "after",
    "hidden",
)
_SQLITE_INSERT = f"INSERT INTO audit_entries ({', '.join(_NAMES)}) VALUES ({', '.join('?' * len(_NAMES))})"  # noqa: S608
_INSERT = insert(AuditEntry.__table__)  # type: ignore[arg-type]  # declarative types it as FromClause


async def record(session: AsyncSession, act: Act, *, actor: Actor | None = None, at: float | None = None) -> None:
    """Adds the act to the transaction of `session`. Who and from where is the current actor, unless given; `at` (unix
    seconds) is now, unless given. Nothing is written when `before` and `after` are both there and equal."""
    values = entry_of(act, actor or actors.current(), time.time() if at is None else at)
    if values is not None:
        await write(session, [values])


async def write(session: AsyncSession, entries: Sequence[dict[str, Any]]) -> None:
    """Adds what `entry_of` has made to the transaction of `session`, in this order."""
    connection = await session.connection()
    if connection.dialect.name == "sqlite":
        await _insert_in_one_step(connection, entries)
    else:
        await connection.execute(_INSERT, entries)


async def _insert_in_one_step(connection: AsyncConnection, entries: Sequence[dict[str, Any]]) -> None:
    """Past the cursor of SQLAlchemy, which goes to the driver's thread and back three times where once will do: a third
    of the cost of an entry. The driver begins a transaction by itself where none is open yet."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    rows = [[_as_kept(values["moment"]), *(values[name] for name in _NAMES[1:])] for values in entries]
    try:
        if len(rows) == 1:
            await driver.execute_insert(_SQLITE_INSERT, rows[0])
        else:
            async with driver.executemany(_SQLITE_INSERT, rows):
                pass
    except sqlite3.Error as error:
        raise DBAPIError.instance(_SQLITE_INSERT, None, error, sqlite3.Error) from error


def _as_kept(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


async def note(database: Database, act: Act, *, actor: Actor | None = None, at: float | None = None) -> None:
    """Record an act that changes nothing in the database (something was heard, a server was started)."""
    async with database.transaction() as session:
        await record(session, act, actor=actor, at=at)


def note_later(journal: Journal, act: Act, *, at: float | None = None) -> None:
    """Record an act that has been done where nothing waits for the database (a contact was moved, a call listened to):
    written with the interactions, also when the database is away meanwhile, and once, whenever the server is killed."""
    if (values := entry_of(act, actors.current(), time.time() if at is None else at)) is not None:
        journal.append(Insert(AuditEntry, {**values, "noted": uuid4().hex}))


def entry_of(act: Act, actor: Actor, at: float) -> dict[str, Any] | None:
    """The row's values, or None for an act that changed nothing. Raises TypeError for what is no JSON document."""
    before, after, hidden = cleaned(act.before, act.after, act.hidden)
    before_text = None if before is None else encoded(before)
    after_text = None if after is None else encoded(after)
    if before_text is not None and before_text == after_text and not hidden:
        return None
    return {
        "moment": datetime.fromtimestamp(at, UTC),
        "actor_kind": actor.kind,
        "actor_id": _fitting(actor.id, 64),
        "actor_name": _fitting(actor.name, 200),
        "address": _fitting(actor.address, 64),
        "session_id": _fitting(actor.session_id, 64),
        "request_id": _fitting(actor.request_id, 64),
        "act": act.kind.name,
        "subject_kind": _fitting(act.subject.kind, 64),
        "subject_id": _fitting(act.subject.id, 200),
        "subject_name": _fitting(act.subject.name, 200),
        "before": before_text,
        "after": after_text,
        "hidden": encoded(hidden) if hidden else None,
    }


def _fitting(text: str, length: int) -> str:
    """PostgreSQL keeps to lengths and takes no NUL; no text may keep an act from being recorded."""
    return text.replace("\x00", "")[:length].encode("utf-8", "replace").decode()
