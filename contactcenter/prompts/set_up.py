"""Prompts made, recorded, changed and removed."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import bad, check_name, new_id
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.audit.recorder import record
from contactcenter.channels.prompts import HOLD_MUSIC
from contactcenter.prompts.acts import PROMPT_CHANGED, PROMPT_MADE, PROMPT_RECORDED, PROMPT_REMOVED
from contactcenter.prompts.audio import Audio, telephone_audio
from contactcenter.prompts.library import Known, PromptLibrary, Recorded
from contactcenter.prompts.models import Prompt, PromptRecording
from contactcenter.prompts.settings import NewPrompt, PromptBody, PromptList, PromptOut, RecordingOut
from contactcenter.storage.database import Database
from media.tts.base import SpeechError

Say = Callable[[str, str], Awaitable[Path]]
"""A file of the text spoken in a language; raises SpeechError."""
MOST_RECORDINGS = 40


class PromptSetUp:
    """`uses` gives the flows that play a prompt; `say` speaks; `now` gives unix seconds."""

    def __init__(
        self,
        database: Database,
        library: PromptLibrary,
        uses: Callable[[str], list[str]],
        say: Say,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._library = library
        self._uses = uses
        self._say = say
        self._now = now
        self._lock = asyncio.Lock()

    def every(self) -> PromptList:
        return PromptList(items=[self._out(known) for known in self._library.all()])

    def get(self, prompt_id: str) -> PromptOut:
        """Raises Problem 404."""
        return self._out(self._known(prompt_id))

    def recording(self, prompt_id: str, language: str) -> Recorded:
        """Raises Problem 404."""
        found = self._known(prompt_id).recordings.get(language)
        if found is None:
            raise not_found("recording")
        return found

    async def make(self, body: NewPrompt) -> PromptOut:
        """Without any recording yet. Raises Problem 409 for an id or a name that is taken."""
        async with self._lock:
            async with self._database.transaction() as session:
                names = await _names(session)
                row = Prompt(id=new_id(body.id, body.name, names), name=body.name, note=body.note)
                session.add(row)
                await record(session, _act(PROMPT_MADE, row, after=_document(row)))
            await self.reload()
        return self.get(row.id)

    async def change(self, prompt_id: str, body: PromptBody) -> PromptOut:
        """Raises Problem 404, 409 for a name that is taken."""
        async with self._lock:
            async with self._database.transaction() as session:
                row = await _row(session, prompt_id)
                names = await _names(session)
                check_name(body.name, {key: name for key, name in names.items() if key != prompt_id})
                before = _document(row)
                row.name, row.note = body.name, body.note
                await record(session, _act(PROMPT_CHANGED, row, before=before, after=_document(row)))
            await self.reload()
        return self.get(prompt_id)

    async def remove(self, prompt_id: str) -> None:
        """Raises Problem 404, 409 while a flow plays it."""
        async with self._lock:
            self._check_unused(prompt_id, "is played by")
            async with self._database.transaction() as session:
                row = await _row(session, prompt_id)
                await session.execute(delete(PromptRecording).where(PromptRecording.prompt_id == prompt_id))
                await session.delete(row)
                await record(session, _act(PROMPT_REMOVED, row, before=_document(row)))
            await self.reload()

    async def upload(self, prompt_id: str, language: str, data: bytes) -> PromptOut:
        """Any sound file. Raises Problem 404, 422."""
        self._known(prompt_id)
        return await self._put(prompt_id, language, await asyncio.to_thread(telephone_audio, data), "")

    async def speak(self, prompt_id: str, language: str, text: str) -> PromptOut:
        """The text spoken. Raises Problem 404, 422."""
        self._known(prompt_id)
        audio = await asyncio.to_thread(telephone_audio, await self.spoken(text, language), "text")
        return await self._put(prompt_id, language, audio, text)

    async def spoken(self, text: str, language: str) -> bytes:
        """A WAV file. Raises Problem 422 for what cannot be spoken."""
        try:
            path = await self._say(text, language)
        except SpeechError as error:
            field = "language" if "language" in error.sentence or "speak" in error.sentence else "text"
            raise bad(field, error.sentence) from error
        return await asyncio.to_thread(path.read_bytes)

    async def remove_recording(self, prompt_id: str, language: str) -> PromptOut:
        """Raises Problem 404, 409 when it is the last one and a flow plays the prompt."""
        async with self._lock:
            if set(self._known(prompt_id).recordings) == {language}:
                self._check_unused(prompt_id, "has no other recording, and is played by")
            async with self._database.transaction() as session:
                row = await _row(session, prompt_id)
                recording = await session.get(PromptRecording, (prompt_id, language))
                if recording is None:
                    raise not_found("recording")
                await session.delete(recording)
                before = {"language": language, "sha256": recording.digest}
                await record(session, _act(PROMPT_RECORDED, row, before=before))
            await self.reload()
        return self.get(prompt_id)

    async def reload(self) -> None:
        await self._library.reload()

    async def _put(self, prompt_id: str, language: str, audio: Audio, text: str) -> PromptOut:
        digest = hashlib.sha256(audio.wav).hexdigest()
        async with self._lock:
            async with self._database.transaction() as session:
                row = await _row(session, prompt_id)
                there = await session.get(PromptRecording, (prompt_id, language))
                if there is None and len(self._known(prompt_id).recordings) >= MOST_RECORDINGS:
                    raise bad("language", f"at most {MOST_RECORDINGS} languages.")
                before = None if there is None else {"language": language, "sha256": there.digest}
                recording = there or PromptRecording(prompt_id=prompt_id, language=language)
                recording.audio, recording.digest, recording.length_s = audio.wav, digest, audio.length_s
                recording.text, recording.changed_at = text, datetime.fromtimestamp(self._now(), UTC)
                session.add(recording)
                after = {"language": language, "sha256": digest}
                await record(session, _act(PROMPT_RECORDED, row, before=before, after=after))
            await self.reload()
        return self.get(prompt_id)

    def _known(self, prompt_id: str) -> Known:
        known = self._library.get(prompt_id)
        if known is None:
            raise not_found("prompt")
        return known

    def _check_unused(self, prompt_id: str, sentence: str) -> None:
        # Without its own, the product's music on hold is played.
        if prompt_id != HOLD_MUSIC and (flows := self._uses(prompt_id)):
            listed = ", ".join(flows[:3]) + (f" and {len(flows) - 3} more" if len(flows) > 3 else "")
            detail = (
                f"This prompt {sentence} the flow{'s' if len(flows) > 1 else ''} {listed}; take it out there first."
            )
            raise Problem(409, "in-use", "Still in use", detail, used_by={"flows": flows})

    def _out(self, known: Known) -> PromptOut:
        recordings = [
            RecordingOut(
                language=each.language,
                length_s=round(each.length_s, 2),
                text=each.text or None,
                changed_at=each.changed_at,
                url=f"/api/v1/prompts/{known.id}/recordings/{each.language}?v={each.digest[:16]}",
            )
            for each in sorted(known.recordings.values(), key=lambda each: each.language)
        ]
        return PromptOut(
            id=known.id,
            name=known.name,
            note=known.note,
            recordings=recordings,
            used_by=self._uses(known.id),
            plays=HOLD_MUSIC if known.id == HOLD_MUSIC else None,
        )


def _act(
    kind: ActKind, row: Prompt, *, before: dict[str, str] | None = None, after: dict[str, str] | None = None
) -> Act:
    return Act(kind=kind, subject=Subject("prompt", row.id, row.name), before=before, after=after)


def _document(row: Prompt) -> dict[str, str]:
    return {"id": row.id, "name": row.name, "note": row.note}


async def _row(session: AsyncSession, prompt_id: str) -> Prompt:
    row = await session.get(Prompt, prompt_id)
    if row is None:
        raise not_found("prompt")
    return row


async def _names(session: AsyncSession) -> dict[str, str]:
    return {row.id: row.name for row in await session.execute(select(Prompt.id, Prompt.name))}
