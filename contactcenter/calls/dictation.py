"""What a caller says after a tone: recorded one side, kept for who shall hear it, or thrown away."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from contactcenter.calls.services import CallServices
from contactcenter.calls.spoken import BEGUN, begun
from contactcenter.calls.takes import Take
from contactcenter.flows.effects import CarriedOut, Kept, Record, Recorded, RecordingSilent
from media.errors import MediaError

if TYPE_CHECKING:
    from contactcenter.calls.conversation import Conversation

log = structlog.get_logger(__name__)

CLOSING_S = 10.0
"""How long the media plane may take to close a file."""


class Dictation:
    """One caller's takes by the name the flow gave them. `keep` carries out what a take is for."""

    def __init__(
        self,
        conversation: Conversation,
        services: CallServices,
        keep: Callable[[Kept, Take], Awaitable[CarriedOut]],
    ) -> None:
        self._conversation = conversation
        self._services = services
        self._keep = keep
        self._takes: dict[str, Take] = {}

    async def begin(self, asked: Record) -> None:
        services, conversation = self._services, self._conversation
        recording_id = uuid.uuid4().hex
        path = services.messages_dir / f"{recording_id}.wav"
        take = Take(asked, recording_id, path, asyncio.get_running_loop().create_future())
        services.takes.add(take, lambda: conversation.feed(RecordingSilent(asked.take)))
        try:
            await services.plane.start_recording(
                recording_id, str(path), conversation.line.leg_id, None, silence_s=asked.silence_s
            )
        except (MediaError, OSError) as error:
            log.error("take.not_recorded", interaction=conversation.id, error=type(error).__name__)
            services.takes.forget(recording_id)
            conversation.feed(Recorded(asked.take, None))
            return
        self._takes[asked.take] = take
        if told := begun(recording_id, asked, recorded=conversation.may_record):
            conversation.record(BEGUN, told)

    async def stop(self, name: str) -> None:
        take = self._takes.get(name)
        recorded = take is not None and await self._closed(take)
        speech_s = take.speech_s if take is not None and recorded else None
        self._conversation.feed(Recorded(name, speech_s))

    async def drop(self, name: str) -> None:
        if take := self._takes.pop(name, None):
            await self._drop(take)

    async def carry_out(self, asked: Kept) -> CarriedOut:
        """Raises KeyError for a take that is none."""
        take = self._takes[asked.take or ""]
        done = await self._keep(asked, take)
        if done.done:
            self._settle(take)
        return done

    def file(self, name: str) -> Path | None:
        take = self._takes.get(name)
        return take.path if take is not None and take.finished.done() else None

    async def caller_gone(self) -> None:
        """Who hangs up has said what there was to say."""
        for take in list(self._takes.values()):
            if take.settled:
                continue
            if await self._closed(take) and take.speech_s >= take.asked.min_s:
                done = await self._keep(take.asked.then, take)
                if done.done:
                    self._settle(take)
                    continue
            await self._drop(take)
        self._takes.clear()

    async def _closed(self, take: Take) -> bool:
        try:
            await self._services.plane.stop_recording(take.recording_id)
            async with asyncio.timeout(CLOSING_S):
                await asyncio.shield(take.finished)
        except (MediaError, TimeoutError) as error:
            log.error("take.not_closed", interaction=self._conversation.id, error=type(error).__name__)
            return False
        return True

    def _settle(self, take: Take) -> None:
        """Somebody has it: now it is sealed."""
        take.settled = True
        self._services.takes.forget(take.recording_id)
        self._services.seal(take.path)

    async def _drop(self, take: Take) -> None:
        take.settled = True
        await self._closed(take)
        self._services.takes.forget(take.recording_id)
        try:
            await self._services.delete(take.path)
        except OSError as error:
            log.error("take.not_deleted", interaction=self._conversation.id, error=type(error).__name__)
