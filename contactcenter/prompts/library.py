"""Prompts as files for the media plane, laid out from the database; the newest recording is what is heard."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import select

from contactcenter.channels.prompts import HOLD_MUSIC
from contactcenter.prompts.models import Prompt, PromptRecording
from contactcenter.storage.database import Database

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One recording; `path` is its file."""

    language: str
    digest: str
    length_s: float
    text: str
    changed_at: datetime
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    id: str
    name: str
    note: str
    recordings: Mapping[str, Recorded]


class PromptLibrary:
    """`folder` holds nothing but files made here; they are made anew from the database when they are missing. `reload`
    before use and after changes."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder.resolve()
        self._prompts: dict[str, Known] = {}

    def ids(self) -> Collection[str]:
        """Of prompts that can be heard; the product has music on hold of its own."""
        return frozenset(known.id for known in self._prompts.values() if known.recordings) | {HOLD_MUSIC}

    def all(self) -> list[Known]:
        return sorted(self._prompts.values(), key=lambda known: (known.name.casefold(), known.id))

    def get(self, prompt_id: str) -> Known | None:
        return self._prompts.get(prompt_id)

    def path(self, prompt_id: str, language: str) -> Path | None:
        """The file in this language ("de-AT" finds "de"), else in English, else in any; None when there is none."""
        known = self._prompts.get(prompt_id)
        if known is None or not known.recordings:
            return None
        parts = language.split("-")
        ways = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
        for tag in (*ways, "en", *sorted(known.recordings)):
            if tag in known.recordings:
                return known.recordings[tag].path
        return None

    async def reload(self) -> None:
        columns = (
            PromptRecording.prompt_id,
            PromptRecording.language,
            PromptRecording.digest,
            PromptRecording.length_s,
            PromptRecording.text,
            PromptRecording.changed_at,
        )
        async with self._database.session() as session:
            prompts = (await session.scalars(select(Prompt))).all()
            rows = (await session.execute(select(*columns))).all()
            missing = [row for row in rows if not self._file(row.prompt_id, row.language, row.digest).exists()]
            for row in missing:
                audio = (await session.get_one(PromptRecording, (row.prompt_id, row.language))).audio
                await asyncio.to_thread(_write, self._file(row.prompt_id, row.language, row.digest), audio)
        recordings: dict[str, dict[str, Recorded]] = {prompt.id: {} for prompt in prompts}
        for row in rows:
            recordings[row.prompt_id][row.language] = Recorded(
                language=row.language,
                digest=row.digest,
                length_s=row.length_s,
                text=row.text,
                changed_at=row.changed_at,
                path=self._file(row.prompt_id, row.language, row.digest),
            )
        self._prompts = {
            prompt.id: Known(id=prompt.id, name=prompt.name, note=prompt.note, recordings=recordings[prompt.id])
            for prompt in prompts
        }

    async def tidy(self) -> None:
        """Removes files of recordings that are no more. Not while calls may play them: at the start."""
        kept = {each.path for known in self._prompts.values() for each in known.recordings.values()}
        await asyncio.to_thread(_remove_others, self._folder, kept)

    def _file(self, prompt_id: str, language: str, digest: str) -> Path:
        return self._folder / f"{prompt_id}.{language}.{digest[:16]}.wav"


def _write(path: Path, audio: bytes) -> None:
    """Nobody ever sees half of it. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(audio)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _remove_others(folder: Path, kept: Collection[Path]) -> None:
    try:
        for path in folder.glob("*.wav"):
            if path not in kept:
                path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("prompts.not_tidied", reason=error.strerror)
