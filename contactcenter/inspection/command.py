"""What `contactcenter audit …` does: verify the trail, export it, and accept a gap after a backup was restored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import select

from contactcenter.audit.acts import AUDIT_ACCEPTED, AUDIT_EXPORTED, TRAIL, Act
from contactcenter.audit.models import AuditEntry
from contactcenter.audit.recorder import note
from contactcenter.audit.sealer import head_of, seal
from contactcenter.audit.trail import Trail
from contactcenter.audit.verification import Progress, Verdict, place_at, verify
from contactcenter.inspection.queries import AuditFilter, AuditQueries
from contactcenter.inspection.shown import csv_head, csv_lines, jsonl


class BadPlace(ValueError):  # noqa: N818 - a sentence for whoever typed it
    """Neither the number of an entry nor a moment."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to begin or end: the number of an entry, or a moment."""

    seq: int | None = None
    moment: datetime | None = None


def place(text: str | None) -> Place | None:
    """ "17", "2026-05-01" or "2026-05-01T12:00+02:00"; a moment without a zone is in that of this machine. Raises
    BadPlace."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return Place(seq=int(text))
    try:
        return Place(moment=datetime.fromisoformat(text).astimezone())
    except (ValueError, OverflowError):
        raise BadPlace(f"{text!r} is neither the number of an entry nor a date such as 2026-05-01.") from None


async def verified(trail: Trail, first: Place | None, last: Place | None, progress: Progress) -> Verdict:
    """Raises AuditKeyError, StorageUnavailable or OSError (the file of heads)."""
    if first is None and last is None:
        await seal_all(trail)
    start = await _seq(trail, first)
    end = await _seq(trail, last)
    if last is not None and last.moment is not None and end is not None:
        # The moment itself is not part of it.
        end -= 1
    return await verify(trail.database, trail.keys, trail.heads.heads(), first=start, last=end, progress=progress)


async def _seq(trail: Trail, wanted: Place | None) -> int | None:
    if wanted is None or wanted.seq is not None:
        return None if wanted is None else wanted.seq
    return None if wanted.moment is None else await place_at(trail.database, wanted.moment)


async def seal_all(trail: Trail) -> None:
    """What a command has recorded is sealed though no server runs. Raises AuditKeyError or StorageUnavailable."""
    while (await seal(trail.database, trail.keys))[1]:
        pass


def told(verdict: Verdict) -> str:
    """What was found, as sentences."""
    entries = f"{verdict.checked} entr{'y' if verdict.checked == 1 else 'ies'}"
    if verdict.finding is not None:
        return f"{verdict.finding.sentence} Before it {entries} hold."
    what = f"{entries}, {verdict.first} to {verdict.last}, hold." if verdict.checked else "There is nothing to verify."
    waiting = f" {verdict.unsealed} more wait for their seal." if verdict.unsealed else ""
    return what + waiting


async def exported(trail: Trail, wanted: AuditFilter, out: BinaryIO, *, as_csv: bool) -> int:
    """Oldest first; how many. Raises StorageUnavailable or OSError."""
    asked = wanted.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    asked["format"] = "csv" if as_csv else "jsonl"
    await note(trail.database, Act(kind=AUDIT_EXPORTED, subject=TRAIL, after=asked))
    await seal_all(trail)
    count = 0
    if as_csv:
        out.write(csv_head())
    async for rows in AuditQueries(trail.database).every(wanted):
        out.write(csv_lines(rows) if as_csv else jsonl(rows))
        count += len(rows)
    return count


async def accepted(trail: Trail, reason: str, now: Callable[[], float]) -> str:
    """The trail goes on as the database has it, though other heads had been told: a backup was restored. What had been
    told is recorded, and its file put aside. A sentence for the operator."""
    told_heads = trail.heads.heads()
    async with trail.database.session() as session:
        head = await head_of(await session.connection())
        known = select(AuditEntry.seq, AuditEntry.mac).where(AuditEntry.seq.in_(told_heads))
        macs = {row.seq: row.mac for row in await session.execute(known)}
    lost = {seq for seq, mac in told_heads.items() if seq > head.seq or macs.get(seq, mac) != mac}
    if not lost:
        return "There is no gap: the trail agrees with the file of heads."
    last = max(lost)
    before = {"seq": last, "mac": told_heads[last]}
    after = {"seq": head.seq, "mac": head.mac, "reason": reason}
    await note(trail.database, Act(kind=AUDIT_ACCEPTED, subject=TRAIL, before=before, after=after))
    aside = trail.heads.put_aside(now())
    await seal_all(trail)
    return f"That the trail had reached entry {last} with another seal is accepted. The heads are kept in {aside}."
