"""The recording of a talk: begun with consent where the flow asks for it, paused and resumed by the agent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from contactcenter.calls.phases import NotPossibleError
from contactcenter.calls.services import CallServices
from media.errors import MediaError

if TYPE_CHECKING:
    from contactcenter.calls.conversation import Conversation

log = structlog.get_logger(__name__)

LONGEST_PAUSE_S = 3600.0


class TalkRecording:
    """One recording over the whole conversation, whichever agent has it."""

    def __init__(self, conversation: Conversation, services: CallServices) -> None:
        self.leg: str | None = None
        self.paused = False
        self.resumes_at: float | None = None
        self._conversation = conversation
        self._services = services
        self._withheld = False
        self._pauses = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def running(self) -> bool:
        """Whether there is a recording, paused or not."""
        return self.leg is not None

    async def record(self, leg_id: str) -> str | None:
        """Recorded are the caller and this leg from now on. What the agent should be told when that cannot be."""
        conversation, plane, folder = self._conversation, self._services.plane, self._services.recordings_dir
        if folder is None:
            return None
        if not conversation.may_record:
            if not self._withheld:
                self._withheld = True
                conversation.record("recording.withheld")
            return None
        try:
            if self.leg is None:
                path = folder / f"{conversation.id}.wav"
                await plane.start_recording(conversation.id, str(path), conversation.line.leg_id, leg_id)
                conversation.record("recording.started")
            else:
                await plane.replace_recorded_leg(conversation.id, self.leg, leg_id)
            self.leg = leg_id
        except (MediaError, OSError) as error:
            log.error("call.recording_failed", interaction=conversation.id, error=str(error))
            return "This call is not being recorded: the recording could not be started."
        return None

    async def pause(self, agent_id: str, seconds: float | None) -> None:
        """Silence instead of both sides, for `seconds` or until resumed. Raises NotPossibleError, MediaError."""
        if self.leg is None:
            raise NotPossibleError("This call is not being recorded.")
        if not self.paused:
            await self._services.plane.pause_recording(self._conversation.id, True)
            self.paused = True
            data = {"agent": self._services.rows.agent(agent_id)}
            self._conversation.record("recording.paused", data if seconds is None else data | {"seconds": seconds})
        self._still()
        if seconds is not None:
            self.resumes_at = self._services.driver.now + seconds
            loop = asyncio.get_running_loop()
            self._pauses += 1
            pause = self._pauses
            self._timer = loop.call_later(seconds, lambda: self._conversation.post(lambda: self._by_itself(pause)))
        self._services.rows.show_work(self._conversation)

    async def resume(self, agent_id: str | None) -> None:
        """`agent_id` None: the time asked for is over. Raises NotPossibleError, MediaError."""
        if not self.paused:
            raise NotPossibleError("The recording is not paused.")
        await self._services.plane.pause_recording(self._conversation.id, False)
        self._still()
        self.paused = False
        self._conversation.record(
            "recording.resumed", {"agent": self._services.rows.agent(agent_id)} if agent_id is not None else {}
        )
        self._services.rows.show_work(self._conversation)

    async def _by_itself(self, pause: int) -> None:
        """Unless it was resumed, or paused for longer, meanwhile."""
        if self.paused and self._timer is not None and pause == self._pauses:
            await self.resume(None)

    async def changed_hands(self) -> None:
        """Who takes the call over has not paused it."""
        if self.paused:
            await self.resume(None)

    async def stop(self) -> None:
        """The file is closed; raises MediaError."""
        self._still()
        if self.leg is not None:
            await self._services.plane.stop_recording(self._conversation.id)

    def _still(self) -> None:
        self.resumes_at = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
