"""One agent's part of a call: the line, hold, mute, digits, and coming back after a lost page."""

import asyncio
from typing import TYPE_CHECKING

import structlog

from contactcenter.calls.phases import NotPossibleError, Phase
from contactcenter.calls.services import CallServices
from contactcenter.channels.browser_line import BrowserLine
from contactcenter.channels.sip_line import SipLine
from media.errors import MediaError

if TYPE_CHECKING:
    from contactcenter.calls.conversation import Conversation

log = structlog.get_logger(__name__)

RECONNECT_S = 10.0
"""How long a caller waits for the agent's page to come back before going to the next agent."""


class Talk:
    """Steps of the conversation's inbox call these methods; none runs beside another."""

    def __init__(
        self, conversation: "Conversation", services: CallServices, agent_id: str, line: BrowserLine | SipLine
    ) -> None:
        self.agent_id = agent_id
        self.line = line
        self.answered_at = services.driver.now
        self.muted = False
        self.warning: str | None = None
        self._conversation = conversation
        self._services = services
        self._grace: asyncio.TimerHandle | None = None

    @property
    def device(self) -> str:
        return "browser" if isinstance(self.line, BrowserLine) else "sip"

    async def connect(self) -> None:
        """Two-way audio, and the recording with it."""
        await self._services.plane.connect(self._conversation.line.leg_id, self.line.leg_id)
        self._conversation.phase = Phase.TALKING
        await self._record_audio()

    async def _record_audio(self) -> None:
        """A recording that cannot be made is said to the agent; the call goes on."""
        conversation, plane, folder = self._conversation, self._services.plane, self._services.recordings_dir
        if folder is None:
            return
        try:
            if conversation.recorded_leg is None:
                path = folder / f"{conversation.id}.wav"
                await plane.start_recording(conversation.id, str(path), conversation.line.leg_id, self.line.leg_id)
                conversation.record("recording.started")
            else:
                await plane.replace_recorded_leg(conversation.id, conversation.recorded_leg, self.line.leg_id)
            conversation.recorded_leg = self.line.leg_id
        except (MediaError, OSError) as error:
            log.error("call.recording_failed", interaction=conversation.id, error=str(error))
            self.warning = "This call is not being recorded: the recording could not be started."

    async def hold(self) -> None:
        if self._conversation.phase is not Phase.TALKING:
            raise NotPossibleError("The call cannot be put on hold now.")
        await self._services.plane.disconnect(self.line.leg_id)
        await self._conversation.play_hold_music()
        self._conversation.change_phase(Phase.HELD, "call.held")

    async def resume(self) -> None:
        if self._conversation.phase is not Phase.HELD:
            raise NotPossibleError("The call is not on hold.")
        await self._services.plane.connect(self._conversation.line.leg_id, self.line.leg_id)
        self._conversation.change_phase(Phase.TALKING, "call.resumed")

    async def mute(self, muted: bool) -> None:
        await self._services.plane.set_muted(self.line.leg_id, muted)
        self.muted = muted
        self._services.rows.show_work(self._conversation)

    async def send_digits(self, digits: str) -> None:
        await self._services.plane.send_digits(self._conversation.line.leg_id, digits)

    async def restart_ice(self, sdp: str) -> str:
        if not isinstance(self.line, BrowserLine):
            raise NotPossibleError("This call is on your phone, not in the browser.")
        return await self.line.restart_ice(sdp)

    async def lost(self, reason: str) -> None:
        """The agent's media is gone: the caller hears music while the page comes back."""
        if self.device == "sip":
            return await self._conversation.end("agent")
        if self._conversation.phase is not Phase.RECONNECTING:
            await self._conversation.play_hold_music()
            self._conversation.change_phase(Phase.RECONNECTING, "agent.reconnecting", {"reason": reason})
        self.expect_back()

    def expect_back(self) -> None:
        """From now the agent has `RECONNECT_S` to be back, or the caller goes to the next one."""
        if self._grace is None:
            loop = asyncio.get_running_loop()
            self._grace = loop.call_later(RECONNECT_S, self._grace_over)

    def _grace_over(self) -> None:
        self._grace = None
        if self._conversation.phase is Phase.RECONNECTING or not self._services.agents.has_page(self.agent_id):
            self._conversation.post(self._conversation.give_up_agent)

    async def reopen(self, sdp: str) -> str:
        """The page was reloaded or lost its media: a new leg takes the old one's place. Our SDP answer."""
        conversation, plane = self._conversation, self._services.plane
        line = BrowserLine(plane, conversation.next_leg())
        answer = await line.open(sdp)
        self.cancel_grace()
        old, self.line = self.line, line
        await old.close()
        await self._record_audio()
        if self.muted:
            await plane.set_muted(line.leg_id, True)
        if conversation.phase is Phase.HELD:
            conversation.change_phase(Phase.HELD, "agent.reconnected")
        else:
            await plane.connect(conversation.line.leg_id, line.leg_id)
            conversation.change_phase(Phase.TALKING, "agent.reconnected")
        return answer

    def cancel_grace(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
        self._grace = None
