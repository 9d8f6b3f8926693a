"""The flow's transfer: somebody else is called for the caller, and the two are joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from contactcenter.calls.outgoing import Failure, Outgoing
from contactcenter.calls.phases import Phase
from contactcenter.calls.services import CallServices
from contactcenter.flows.effects import Connected, Transfer, TransferFailed
from media.errors import MediaError

if TYPE_CHECKING:
    from contactcenter.calls.conversation import Conversation

log = structlog.get_logger(__name__)


class Transferring:
    """One attempt. The caller hears what the flow plays until there is an answer."""

    def __init__(self, conversation: Conversation, services: CallServices, asked: Transfer) -> None:
        self._conversation = conversation
        self._services = services
        self._asked = asked
        self._outgoing = Outgoing(
            services,
            conversation.next_leg("outside"),
            answered=lambda: conversation.post(self._join),
            over=self._over,
        )

    @property
    def leg_id(self) -> str:
        return self._outgoing.line.leg_id

    async def begin(self) -> None:
        conversation, asked = self._conversation, self._asked
        conversation.record("transfer.started", {"kind": asked.kind, "to": asked.to})
        refused = await self._outgoing.call(
            asked.to,
            shown=conversation.caller.address,
            name=conversation.caller.name or "",
            ring_s=asked.ring_s,
            only=asked.kind,
        )
        if refused is not None:
            conversation.record("transfer.refused", {"reason": refused})

    async def _join(self) -> None:
        conversation = self._conversation
        if conversation.transfer is not self or conversation.phase is not Phase.FLOW:
            return await self.close()
        try:
            await self._services.plane.connect(conversation.line.leg_id, self.leg_id)
        except MediaError as error:
            log.warning("transfer.not_connected", interaction=conversation.id, code=error.code)
            await self.close()
            self._failed("failed")
            return
        conversation.story.left = "transferred"
        conversation.change_phase(Phase.TRANSFERRED, "transfer.connected", {"to": self._asked.to})
        conversation.feed(Connected())

    def _over(self, reason: Failure) -> None:
        conversation = self._conversation
        if conversation.transfer is not self:
            return
        if conversation.phase is Phase.TRANSFERRED:
            conversation.post(lambda: conversation.end("outside"))
        else:
            self._failed(reason)
            conversation.post(self.close)

    def _failed(self, reason: Failure) -> None:
        self._conversation.record("transfer.failed", {"reason": reason})
        self._conversation.transfer = None
        self._conversation.feed(TransferFailed(reason))

    async def close(self) -> None:
        await self._outgoing.close()
