"""Writing an act down, in the transaction of the change itself: one is never without the other."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor as actors
from contactcenter.actor import Actor
from contactcenter.audit.acts import Act
from contactcenter.audit.documents import cleaned, encoded
from contactcenter.audit.models import AuditEntry
from contactcenter.storage.database import Database
from contactcenter.storage.journal import Insert, Journal

_INSERT = insert(AuditEntry.__table__)  # type: ignore[arg-type]  # declarative types it as FromClause


async def record(session: AsyncSession, act: Act, *, actor: Actor | None = None, at: float | None = None) -> None:
    """Adds the act to the transaction of `session`. Who and from where is the current actor, unless given; `at` (unix
    seconds) is now, unless given. Nothing is written when `before` and `after` are both there and equal."""
    if (values := entry_of(act, actor or actors.current(), time.time() if at is None else at)) is not None:
        await session.execute(_INSERT, values)


async def note(database: Database, act: Act, *, actor: Actor | None = None, at: float | None = None) -> None:
    """Record an act that changes nothing in the database (something was heard, a server was started)."""
    async with database.transaction() as session:
        await record(session, act, actor=actor, at=at)


def note_later(journal: Journal, act: Act, *, at: float | None = None) -> None:
    """Record an act that has been done where nothing waits for the database (a contact was moved, a call listened to):
    written with the interactions, also when the database is away meanwhile."""
    if (values := entry_of(act, actors.current(), time.time() if at is None else at)) is not None:
        journal.append(Insert(AuditEntry, values))


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
