"""Recordings of people: taken out opened, forgotten in both forms of the file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import and_, func, select, update

from contactcenter.interactions.models import Interaction
from contactcenter.interactions.privacy import Condition, InteractionPrivacy, about, older, under
from contactcenter.plugin import Aged, Cut, Exported, Held, Opened, Person, PersonalData, RetentionKind
from contactcenter.recordings.files import RecordingFiles
from contactcenter.storage.database import Database

log = structlog.get_logger(__name__)


class RecordingPrivacy:
    def __init__(self, database: Database, files: RecordingFiles) -> None:
        self._database = database
        self._files = files

    @property
    def personal(self) -> PersonalData:
        return PersonalData(
            kind="recordings",
            words="Recordings",
            count=self.count,
            held=self.held,
            export=self.export,
            erase=self.erase,
        )

    @property
    def retention(self) -> RetentionKind:
        return RetentionKind(
            kind="recordings", words="Recordings", count_older=self.count_older, delete_older=self.delete_older
        )

    async def count(self, person: Person) -> int:
        return await self._count(about(person))

    async def held(self, person: Person, holds: tuple[Held, ...]) -> int:
        return await self._count(and_(about(person), under(holds)))

    async def _count(self, condition: Condition) -> int:
        query = select(func.count()).select_from(Interaction).where(condition, Interaction.recording.is_not(None))
        async with self._database.session() as session:
            return await session.scalar(query) or 0

    async def export(self, person: Person) -> AsyncIterator[Exported]:
        query = select(Interaction.id, Interaction.recording).where(about(person), Interaction.recording.is_not(None))
        async with self._database.session() as session:
            rows = (await session.execute(query.order_by(Interaction.started_at, Interaction.id))).all()
        for interaction_id, recording in rows:
            told = {"interaction": interaction_id, "duration_s": recording.get("duration_s")}
            try:
                opened = await self._files.open(Path(recording["path"]))
                opened.file.close()
            except FileNotFoundError:
                log.error("recording.missing", interaction=interaction_id)
                yield Exported(document=told | {"file": None})
                continue
            name = f"{interaction_id}.wav"
            yield Exported(document=told | {"file": name}, files={name: self._opener(Path(recording["path"]))})

    def _opener(self, path: Path) -> Callable[[], Awaitable[Opened]]:
        async def opened() -> Opened:
            return (await self._files.open(path)).file

        return opened

    async def erase(self, person: Person, limit: int) -> int:
        """The file goes first: a row can be erased without its file, a file without its row would not be found."""
        gone = await self._delete(and_(about(person), Interaction.state == "ended"), limit)
        if not gone:
            await self._delete_strays(person)
        return gone

    async def _delete(self, condition: Condition, limit: int) -> int:
        query = select(Interaction.id, Interaction.recording).where(condition, Interaction.recording.is_not(None))
        async with self._database.session() as session:
            rows = (await session.execute(query.limit(limit))).all()
        for _, recording in rows:
            await self._files.delete(Path(recording["path"]))
        if rows:
            ids = [interaction_id for interaction_id, _ in rows]
            async with self._database.transaction() as session:
                await session.execute(update(Interaction).where(Interaction.id.in_(ids)).values(recording=None))
        return len(rows)

    async def _delete_strays(self, person: Person) -> None:
        """Files that no row names: of a call whose end was not written down, or begun twice."""
        ids = await InteractionPrivacy(self._database).ids(person)
        await asyncio.to_thread(partial(_delete_files, self._files.folder, ids))

    async def count_older(self, cut: Cut) -> Aged:
        query = select(func.count(), func.min(Interaction.started_at)).where(
            older(cut), Interaction.recording.is_not(None)
        )
        async with self._database.session() as session:
            count, oldest = (await session.execute(query)).one()
        return Aged(count=count, oldest=oldest)

    async def delete_older(self, cut: Cut, limit: int) -> int:
        return await self._delete(older(cut), limit)


def _delete_files(folder: Path, ids: list[str]) -> None:
    for interaction_id in ids:
        for path in folder.glob(f"{interaction_id}.*"):
            path.unlink(missing_ok=True)
