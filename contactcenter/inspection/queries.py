"""Searching the trail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Select, and_, func, or_, select

from contactcenter.audit.models import AuditEntry
from contactcenter.storage.database import Database

_COLUMNS = AuditEntry.__table__
BATCH = 500


class AuditFilter(BaseModel):
    """`actor`: a user's id, or a kind of actor ("system", "cli", …). `act`: "queue.changed", or "queue" for all acts on
    queues. `subject`: "queue:sales", or "queue" for all of them. `q` finds part of a name, an id, an address, or of
    what a document held."""

    q: Annotated[str, Field(max_length=200)] = ""
    actor: Annotated[str | None, Field(max_length=64)] = None
    act: Annotated[str | None, Field(max_length=64)] = None
    subject: Annotated[str | None, Field(max_length=265)] = None
    since: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: Annotated[AwareDatetime | None, Field(alias="to")] = None


class AuditQuery(AuditFilter):
    cursor: Annotated[int | None, Field(ge=1, le=2**62)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class AuditQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, wanted: AuditQuery) -> tuple[Sequence[Any], int | None]:
        """Newest first, and the cursor of the next page."""
        query = filtered(wanted).order_by(AuditEntry.id.desc()).limit(wanted.limit + 1)
        if wanted.cursor is not None:
            query = query.where(AuditEntry.id < wanted.cursor)
        async with self._database.session() as session:
            rows = (await session.execute(query)).all()
        if len(rows) <= wanted.limit:
            return rows, None
        return rows[: wanted.limit], rows[wanted.limit - 1].id

    async def every(self, wanted: AuditFilter) -> AsyncIterator[Sequence[Any]]:
        """Oldest first, in batches; what is added meanwhile is not among them."""
        async with self._database.session() as session:
            last = await session.scalar(select(func.max(AuditEntry.id))) or 0
        after = 0
        while True:
            query = filtered(wanted).where(AuditEntry.id > after, AuditEntry.id <= last)
            async with self._database.session() as session:
                rows = (await session.execute(query.order_by(AuditEntry.id).limit(BATCH))).all()
            if not rows:
                return
            yield rows
            after = rows[-1].id

    async def extent(self) -> tuple[int | None, int | None, int]:
        """The first place there is, the last, and how many entries are not sealed yet."""
        async with self._database.session() as session:
            first = await session.scalar(select(func.min(AuditEntry.seq)))
            last = await session.scalar(select(func.max(AuditEntry.seq)))
            unsealed = await session.scalar(select(func.count()).where(AuditEntry.seq.is_(None)))
        return first, last, int(unsealed or 0)

    async def actors(self) -> Sequence[Any]:
        """Who has done anything, each with the name last used."""
        query = (
            select(AuditEntry.actor_id, AuditEntry.actor_name, func.max(AuditEntry.id))
            .where(AuditEntry.actor_id != "")
            .group_by(AuditEntry.actor_id, AuditEntry.actor_name)
            .order_by(func.max(AuditEntry.id))
        )
        async with self._database.session() as session:
            return (await session.execute(query)).all()


def filtered(wanted: AuditFilter) -> Select[Any]:
    query = select(_COLUMNS)
    if wanted.q:
        like = f"%{_escaped(wanted.q)}%"
        columns = ("actor_name", "address", "subject_id", "subject_name", "before", "after")
        query = query.where(or_(*(_COLUMNS.c[name].ilike(like, escape="\\") for name in columns)))
    if wanted.actor:
        is_kind = and_(AuditEntry.actor_kind == wanted.actor, AuditEntry.actor_id == "")
        query = query.where(or_(AuditEntry.actor_id == wanted.actor, is_kind))
    if wanted.act:
        below = AuditEntry.act.like(f"{_escaped(wanted.act)}.%", escape="\\")
        query = query.where(or_(AuditEntry.act == wanted.act, below))
    if wanted.subject:
        kind, colon, subject_id = wanted.subject.partition(":")
        query = query.where(AuditEntry.subject_kind == kind)
        if colon:
            query = query.where(AuditEntry.subject_id == subject_id)
    if wanted.since:
        query = query.where(AuditEntry.moment >= wanted.since)
    if wanted.until:
        query = query.where(AuditEntry.moment < wanted.until)
    return query


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
