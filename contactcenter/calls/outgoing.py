"""A call that we place: to one of the house's telephones, or to a number outside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Literal
from urllib.parse import quote

import structlog

from contactcenter.calls.services import CallServices
from contactcenter.channels.sip_line import SipLine
from contactcenter.telephony import HeaderError, UriError
from contactcenter.trunks.dialplan import Refusal
from media.errors import MediaError

log = structlog.get_logger(__name__)

Failure = Literal["busy", "no-answer", "failed"]
BUSY: Final = frozenset({486, 600, 603})
"""Busy here, busy everywhere, declined (RFC 3261 §21)."""
NO_ANSWER: Final = frozenset({408, 480, 487})


def failure_of(reason: str) -> Failure:
    """What a line's `on_ended` said before anybody answered, in three words."""
    word, _, code = reason.partition(" ")
    number = int(code) if code.isdigit() else 0
    if word == "rejected" and number in BUSY:
        return "busy"
    return "no-answer" if word in ("timeout", "bye", "cancel", "local") or number in NO_ANSWER else "failed"


class Outgoing:
    """`answered` is told once, or `over` with the reason; after an answer `over` tells of the end. After `close`
    nothing is told."""

    def __init__(
        self, services: CallServices, leg_id: str, *, answered: Callable[[], None], over: Callable[[Failure], None]
    ) -> None:
        self.line = SipLine(services.plane, leg_id, services.tasks)
        self.answered = False
        self._services = services
        self._tell_answered = answered
        self._tell_over = over
        self._over = False
        self._timer: asyncio.TimerHandle | None = None
        self.line.on_answered = self._answered
        self.line.on_ended = lambda reason: self._ended(failure_of(reason))

    async def call(self, to: str, *, shown: str, name: str, ring_s: float, only: str | None = None) -> str | None:
        """Begins to ring; a sentence says why it cannot, and then `over` is told too. `shown` and `name` are what the
        called party sees where that can be chosen. `only` "number" or "telephone": what `to` is."""
        try:
            refused = await self._begin(to, shown=shown, name=name, ring_s=ring_s, only=only)
        except MediaError as error:
            refused = error.sentence
        except (UriError, HeaderError) as error:
            log.warning("outgoing.not_called", error=type(error).__name__)
            refused = "This address cannot be called."
        if refused is not None:
            self._ended("failed")
        return refused

    async def _begin(self, to: str, *, shown: str, name: str, ring_s: float, only: str | None) -> str | None:
        if only != "number" and self._services.user_agent.registrar.contacts(to):
            return await self._ring_telephone(to, shown=shown, name=name, ring_s=ring_s)
        if only == "telephone":
            return "This telephone is not registered."
        placed = await self._services.outside.place(self.line, to, shown=shown, display_name=name, ring_s=ring_s)
        return placed.sentence if isinstance(placed, Refusal) else None

    async def _ring_telephone(self, username: str, *, shown: str, name: str, ring_s: float) -> str | None:
        agent = self._services.user_agent
        contact = agent.registrar.contacts(username)[0]
        host = agent.host_towards(contact.peer.host)
        sdp = await self.line.offer(host)
        caller = quote(shown or "anonymous", safe="+")
        call = agent.invite_account(
            username, contact=contact, from_uri=f"sip:{caller}@{host}", offer=sdp, display_name=name
        )
        if call is None:
            return "This telephone is not registered."
        self.line.attach(call)
        self._timer = asyncio.get_running_loop().call_later(ring_s, self._not_answered)
        return None

    def _not_answered(self) -> None:
        self._services.tasks.spawn(self.line.close())
        self._ended("no-answer")

    def _answered(self) -> None:
        self._still()
        if not self._over:
            self.answered = True
            self._tell_answered()

    def _ended(self, reason: Failure) -> None:
        self._still()
        if not self._over:
            self._over = True
            self._tell_over(reason)

    def _still(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def close(self) -> None:
        """Hang up and free the leg."""
        self._over = True
        self._still()
        await self.line.close()
