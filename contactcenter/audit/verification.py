"""Walking the chain in the database, and cutting what is too old to be kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from contactcenter.audit.acts import AUDIT_CUT, TRAIL, Act
from contactcenter.audit.chain import START, Anchor, Finding, Head, Keys, Verifier
from contactcenter.audit.models import AuditAnchor, AuditEntry
from contactcenter.audit.recorder import record
from contactcenter.audit.sealer import lock
from contactcenter.storage.database import Database

BATCH = 500
_ENTRIES = AuditEntry.__table__


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk has found. `checked` entries from `first` to `last`; `unsealed` ones have no place yet; `finding`
    is the first thing that is wrong, None when nothing is."""

    first: int
    last: int
    checked: int
    unsealed: int
    finding: Finding | None = None


Progress = Callable[[int, int], None]
"""Told how many entries have been looked at, of how many."""


async def verify(
    database: Database,
    keys: Keys,
    heads: Mapping[int, str],
    *,
    first: int | None = None,
    last: int | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Walks all entries, or those from place `first` to `last`: then the one before the first is taken as it is, and
    the end of the trail is not looked at. Raises StorageUnavailable."""
    async with database.session() as session:
        connection = await session.connection()
        unsealed = await _count(connection, AuditEntry.seq.is_(None))
        start, finding = await _start(connection, keys, first)
        places: list[Any] = [AuditEntry.seq > start.seq] if first is not None else [AuditEntry.seq.is_not(None)]
        if last is not None:
            places.append(AuditEntry.seq <= last)
        total = await _count(connection, *places)
        verifier = Verifier(keys, start, {seq: mac for seq, mac in heads.items() if seq > start.seq})
        checked = 0
        async for rows, unreadable in _batches(connection, *places):
            finding = finding or await asyncio.to_thread(_walk, verifier, rows)
            checked = verifier.last.seq - start.seq
            if finding is None and unreadable is not None:
                finding = Finding("changed", unreadable)
            if finding is not None:
                break
            if progress is not None:
                progress(checked, total)
        if finding is None and last is None:
            finding = verifier.end()
        if finding is not None:
            finding = await _refined(connection, finding)
    return Verdict(start.seq + 1, verifier.last.seq, checked, unsealed, finding)


def _walk(verifier: Verifier, rows: Sequence[Any]) -> Finding | None:
    return next((found for row in rows if (found := verifier.take(row)) is not None), None)


async def _count(connection: AsyncConnection, *where: Any) -> int:
    return int(await connection.scalar(select(func.count()).select_from(_ENTRIES).where(*where)) or 0)


async def _batches(connection: AsyncConnection, *where: Any) -> AsyncIterator[tuple[Sequence[Any], int | None]]:
    """With the place of an entry that no driver can read (SQLite keeps octets that are no text), which ends it."""
    after = None
    while True:
        query = select(_ENTRIES).where(*where).order_by(AuditEntry.seq).limit(BATCH)
        query = query if after is None else query.where(AuditEntry.seq > after)
        try:
            rows = (await connection.execute(query)).all()
        except (DBAPIError, ValueError) as error:
            if not _undecodable(error):
                raise
            yield await _until_unreadable(connection, query)
            return
        if not rows:
            return
        yield rows, None
        after = rows[-1].seq


def _undecodable(error: Exception) -> bool:
    """SQLite's driver says so in words; a moment that is none is a ValueError of ours."""
    return isinstance(error, ValueError) or "decode" in str(getattr(error, "orig", "")).lower()


async def _until_unreadable(connection: AsyncConnection, query: Select[Any]) -> tuple[list[Any], int | None]:
    rows: list[Any] = []
    for seq in (await connection.scalars(query.with_only_columns(AuditEntry.seq))).all():
        try:
            rows.append((await connection.execute(select(_ENTRIES).where(AuditEntry.seq == seq))).one())
        except (DBAPIError, ValueError) as error:
            if not _undecodable(error):
                raise
            return rows, seq
    return rows, None


async def _start(connection: AsyncConnection, keys: Keys, first: int | None) -> tuple[Head, Finding | None]:
    newest = await newest_anchor(connection)
    if newest is not None and not keys.holds(newest):
        return Head(newest.seq, newest.mac), Finding("bad-anchor", newest.seq)
    start = START if newest is None else Head(newest.seq, newest.mac)
    if first is None or first <= start.seq + 1:
        return start, None
    mac = await connection.scalar(select(AuditEntry.mac).where(AuditEntry.seq == first - 1))
    return (Head(first - 1, mac), None) if mac is not None else (Head(first - 1, ""), Finding("missing", first - 1))


async def newest_anchor(connection: AsyncConnection) -> Anchor | None:
    row = (await connection.execute(select(AuditAnchor.__table__).order_by(AuditAnchor.seq.desc()).limit(1))).first()
    return None if row is None else Anchor(row.seq, row.mac, row.cut_at, row.key_id, row.signature)


async def _refined(connection: AsyncConnection, finding: Finding) -> Finding:
    """Whether what stood before is really gone, or stands elsewhere."""
    if finding.kind != "missing" or not finding.previous:
        return finding
    there = await connection.scalar(select(AuditEntry.id).where(AuditEntry.mac == finding.previous).limit(1))
    return replace(finding, kind="moved") if there is not None else finding


async def place_at(database: Database, moment: datetime) -> int | None:
    """The place of the first entry sealed that was made at or after `moment`."""
    query = select(func.min(AuditEntry.seq)).where(AuditEntry.moment >= moment)
    async with database.session() as session:
        place: int | None = await session.scalar(query)
        return place


async def cut(database: Database, keys: Keys, *, before: float, now: float) -> int:
    """Remove sealed entries made before `before` (unix seconds), as far as no younger one stands among them; the
    newest entry stays. An anchor lets the rest be verified. How many are gone. Raises StorageUnavailable."""
    limit, moment = datetime.fromtimestamp(before, UTC), datetime.fromtimestamp(now, UTC)
    async with database.session() as session:
        connection = await session.connection()
        await lock(connection)
        newest = await connection.scalar(select(func.max(AuditEntry.seq)))
        younger = select(func.min(AuditEntry.seq)).where(AuditEntry.moment >= limit, AuditEntry.seq.is_not(None))
        if newest is None:
            return 0
        kept_from = await connection.scalar(younger) or newest
        mac = await connection.scalar(select(AuditEntry.mac).where(AuditEntry.seq == kept_from - 1))
        if mac is None:
            return 0
        anchor = keys.anchor(Head(kept_from - 1, mac), moment)
        gone = await connection.execute(delete(AuditEntry).where(AuditEntry.seq < kept_from))
        await connection.execute(
            insert(AuditAnchor).values(
                seq=anchor.seq,
                mac=anchor.mac,
                cut_at=anchor.cut_at,
                key_id=anchor.key_id,
                signature=anchor.signature,
            )
        )
        count = int(gone.rowcount)
        after = {"until": anchor.seq, "entries": count}
        await record(session, Act(kind=AUDIT_CUT, subject=TRAIL, after=after), at=now)
        await session.commit()
        return count
