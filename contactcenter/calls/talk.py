"""One agent's part of a call: the line, hold, mute, digits, and coming back after a lost page."""

import asyncio
from typing import TYPE_CHECKING

import structlog

from acd.model import Presence
from contactcenter.calls.phases import WITH_AGENT, NotPossibleError, Phase
from contactcenter.calls.services import CallServices
from contactcenter.channels.browser_line import BrowserLine
from contactcenter.channels.no_line import NoLine
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
        self, conversation: "Conversation", services: CallServices, agent_id: str, line: BrowserLine | SipLine | NoLine
    ) -> None:
        self.agent_id = agent_id
        self.line = line
        self.answered_at = services.driver.now
        self.muted = False
        self.held = False
        self.warning: str | None = None
        self._conversation = conversation
        self._services = services
        self._grace: asyncio.TimerHandle | None = None

    @property
    def device(self) -> str:
        return "sip" if isinstance(self.line, SipLine) else "browser"

    async def connect(self) -> None:
        """Two-way audio, and the recording with it."""
        await self._services.plane.connect(self._conversation.line.leg_id, self.line.leg_id)
        self._conversation.phase = Phase.TALKING
        await self._record_audio()

    async def _record_audio(self) -> None:
        """A recording that cannot be made is said to the agent; the call goes on."""
        recording = self._conversation.recording
        await recording.changed_hands()
        self.warning = await recording.record(self.line.leg_id) or self.warning

    def warn(self, sentence: str) -> None:
        """Something the agent should know while talking."""
        self.warning = sentence
        self._services.rows.show_work(self._conversation)

    async def hold(self) -> None:
        if self._conversation.phase is not Phase.TALKING:
            raise NotPossibleError("The call cannot be put on hold now.")
        await self._services.plane.disconnect(self.line.leg_id)
        self.held = True
        await self._conversation.play_hold_music()
        self._conversation.change_phase(Phase.HELD, "call.held")

    async def resume(self) -> None:
        if self._conversation.phase is not Phase.HELD:
            raise NotPossibleError("The call is not on hold.")
        await self._services.plane.connect(self._conversation.line.leg_id, self.line.leg_id)
        self.held = False
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

    async def lost(self, leg_id: str, reason: str) -> None:
        """The agent's media is gone: the caller hears music while the page comes back.

        A leg that was replaced before this step's turn came is no loss.
        """
        conversation = self._conversation
        if conversation.talk is not self or self.line.leg_id != leg_id or conversation.phase not in WITH_AGENT:
            return
        if self.device == "sip":
            return await conversation.end("agent")
        if conversation.phase is Phase.DIALING:
            return await conversation.hand_back(self)
        self.expect_back()
        if conversation.phase is not Phase.RECONNECTING:
            conversation.change_phase(Phase.RECONNECTING, "agent.reconnecting", {"reason": reason})
            await conversation.play_hold_music()

    def expect_back(self) -> None:
        """From now the agent has `RECONNECT_S` to be back, or the caller goes to the next one."""
        if self._grace is None:
            loop = asyncio.get_running_loop()
            self._grace = loop.call_later(RECONNECT_S, self._grace_over)

    def _grace_over(self) -> None:
        self._grace = None
        self._conversation.post(self._give_up_unless_back)

    async def _give_up_unless_back(self) -> None:
        has_page = self._services.agents.has_page(self.agent_id)
        if self._conversation.phase is Phase.RECONNECTING or not has_page:
            presence = Presence.NOT_RESPONDING if has_page else Presence.OFF
            await self._conversation.hand_back(self, presence)

    async def reopen(self, sdp: str) -> str:
        """The page was reloaded or lost its media: a new leg takes the old one's place. Our SDP answer."""
        if not isinstance(self.line, BrowserLine):
            raise NotPossibleError("This call is on your phone, not in the browser.")
        conversation, plane = self._conversation, self._services.plane
        line = BrowserLine(plane, conversation.next_leg())
        answer = await line.open(sdp)
        old, self.line = self.line, line
        try:
            await old.close()
            if self.muted:
                await plane.set_muted(line.leg_id, True)
            if not self.held:
                await plane.connect(conversation.line.leg_id, line.leg_id)
        except MediaError:
            await self.lost(line.leg_id, "media")
            raise
        self.cancel_grace()
        await self._record_audio()
        conversation.change_phase(Phase.HELD if self.held else Phase.TALKING, "agent.reconnected")
        return answer

    def cancel_grace(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
        self._grace = None
