"""Earlier versions of flow files: who saved what when, what differs, the last fifty of each."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.flows.models import FlowVersion
from contactcenter.storage.database import Database

KEPT: Final = 50
ON_DISK: Final = "changed on the disk"


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class FlowVersions:
    """`now` gives unix seconds."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    async def every(self, file: str) -> Sequence[FlowVersion]:
        """The newest first."""
        wanted = select(FlowVersion).where(FlowVersion.file == file).order_by(FlowVersion.id.desc())
        async with self._database.session() as session:
            return (await session.scalars(wanted)).all()

    async def one(self, file: str, version_id: int) -> FlowVersion | None:
        async with self._database.session() as session:
            found = await session.get(FlowVersion, version_id)
        return found if found is not None and found.file == file else None

    async def keep(self, session: AsyncSession, file: str, before: str | None, after: str, note: str = "") -> None:
        """Within the caller's transaction: `after` as of whoever is acting; and `before`, when it is not the last one
        kept, as changed on the disk."""
        latest = select(FlowVersion.digest).where(FlowVersion.file == file).order_by(FlowVersion.id.desc()).limit(1)
        newest = await session.scalar(latest)
        if before is not None and newest != digest_of(before):
            session.add(self._row(file, before, ON_DISK, by_id="", by_name=""))
            await session.flush()
        by = actor.current()
        session.add(self._row(file, after, note, by_id=by.id, by_name=by.name))
        await session.flush()
        kept = select(FlowVersion.id).where(FlowVersion.file == file).order_by(FlowVersion.id.desc()).limit(KEPT)
        oldest = min(await session.scalars(kept))
        await session.execute(delete(FlowVersion).where(FlowVersion.file == file, FlowVersion.id < oldest))

    async def rename(self, session: AsyncSession, file: str, to: str) -> None:
        await session.execute(update(FlowVersion).where(FlowVersion.file == file).values(file=to))

    def _row(self, file: str, text: str, note: str, *, by_id: str, by_name: str) -> FlowVersion:
        moment = datetime.fromtimestamp(self._now(), UTC)
        return FlowVersion(
            file=file,
            text=text,
            digest=digest_of(text),
            made_at=moment,
            by_id=by_id[:64],
            by_name=by_name[:200],
            note=note[:200],
        )


@dataclass(frozen=True, slots=True)
class DiffLine:
    """`old` and `new` are line numbers from 1, None where there is no such line. `what`: "gap" stands for lines that
    are the same in both and left out."""

    what: Literal["same", "added", "removed", "gap"]
    old: int | None
    new: int | None
    text: str


def difference(old: str, new: str, *, around: int = 3) -> list[DiffLine]:
    """Line by line, with `around` lines of those that stayed. Empty when nothing differs."""
    before, after = old.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    lines: list[DiffLine] = []
    for number, group in enumerate(matcher.get_grouped_opcodes(around)):
        if number or group[0][1] > 0:
            lines.append(DiffLine("gap", None, None, ""))
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                pairs = zip(range(old_from, old_to), range(new_from, new_to), strict=True)
                lines += [DiffLine("same", a + 1, b + 1, before[a]) for a, b in pairs]
                continue
            lines += [DiffLine("removed", a + 1, None, before[a]) for a in range(old_from, old_to)]
            lines += [DiffLine("added", None, b + 1, after[b]) for b in range(new_from, new_to)]
    return lines
