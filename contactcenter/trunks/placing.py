"""A call to the outside, which goes to the next trunk when one does not take it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import structlog

from contactcenter.channels.sip_line import SipLine
from contactcenter.telephony import Call, CallAnswered, CallEnded, CallEvent, CallRejected, CallRinging, Route
from contactcenter.telephony.sip.headers import HeaderError
from contactcenter.telephony.sip.uri import UriError
from contactcenter.trunks.dialplan import Refusal

log = structlog.get_logger(__name__)

RING_S = 60.0
UNHEARD_S = 5.0
"""A proxy that is there says 100 at once; without it the next trunk is tried long before the INVITE times out."""
Dial = Callable[[Route], Call]


class OutsideLines(Protocol):
    """How the rest of the house calls numbers outside."""

    def route(self, number: str) -> Route | Refusal:
        """The first of the ways to this number now, or why there is none."""
        ...

    async def place(
        self, line: SipLine, number: str, *, shown: str = "", display_name: str = "", ring_s: float = RING_S
    ) -> PlacedCall | Refusal:
        """Call `number` from this line, which hears what follows. Raises MediaError when the line cannot be opened.

        `shown` is the number wished for as caller id; `ring_s` after it began to be called the call is given up.
        """
        ...


class NoTrunks:
    """A house that calls nobody outside."""

    def route(self, number: str) -> Route | Refusal:
        return Refusal("no-trunk", "There is no trunk that calls could be placed through.")

    async def place(
        self, line: SipLine, number: str, *, shown: str = "", display_name: str = "", ring_s: float = RING_S
    ) -> PlacedCall | Refusal:
        return Refusal("no-trunk", "There is no trunk that calls could be placed through.")


def next_trunk_may_do(code: int) -> bool:
    """Whether a refusal is about the trunk (credentials, limits, codecs, faults) and not about who was called."""
    return code in (401, 402, 403, 407, 408, 488) or 500 <= code < 600


class PlacedCall:
    """What a line sees of the call: the events of the attempt that is on, and one end.

    Nobody having answered within `ring_s` seconds is CallEnded("timeout", 408). `tried` are the routes so far.
    """

    def __init__(self, dial: Dial, routes: Sequence[Route], *, ring_s: float = RING_S) -> None:
        self.on_event: Callable[[CallEvent], None] = lambda event: None
        self.tried: list[Route] = []
        self.ended = False
        self._dial = dial
        self._left = list(routes)
        self._call: Call | None = None
        self._settled = False
        self._given_up = False
        loop = asyncio.get_running_loop()
        self._ring = loop.call_later(ring_s, self._not_answered)
        self._unheard: asyncio.TimerHandle | None = None

    @property
    def route(self) -> Route | None:
        """The way it takes now."""
        return self.tried[-1] if self.tried else None

    def start(self) -> None:
        """Begin with the first route. What follows is told to `on_event`, never before this has returned."""
        self._next(CallRejected(503, "No trunk"))

    def hangup(self, reason: str | None = None) -> None:
        self._left.clear()
        if self._call is not None:
            self._call.hangup(reason)
        else:
            self._finish(CallEnded("local"))

    def answer_offer(self, sdp: str) -> None:
        """Raises WrongStateError, as all three below."""
        self._current.answer_offer(sdp)

    def reject_offer(self, code: int = 488) -> None:
        self._current.reject_offer(code)

    def reoffer(self, sdp: str) -> None:
        self._current.reoffer(sdp)

    @property
    def _current(self) -> Call:
        assert self._call is not None, "an offer comes from an attempt that is on"
        return self._call

    def _next(self, last: CallRejected | CallEnded) -> None:
        self._call = None
        while self._left:
            route = self._left.pop(0)
            self.tried.append(route)
            try:
                call = self._dial(route)
            except (UriError, HeaderError) as error:
                log.warning("trunk.not_dialled", trunk=route.trunk, error=type(error).__name__)
                continue
            self._call = call
            call.on_event = partial(self._heard, call)
            if self._left:
                self._unheard = asyncio.get_running_loop().call_later(UNHEARD_S, self._nobody_there, call)
            return
        self._finish_soon(last)

    def _heard(self, call: Call, event: CallEvent) -> None:
        if call is not self._call:
            return
        match event:
            case CallRinging() | CallAnswered():
                self._settled = True
                self._still(self._unheard)
                if isinstance(event, CallAnswered):
                    self._still(self._ring)
                self.on_event(event)
            case CallRejected() | CallEnded():
                self._attempt_over(event)
            case _:
                self.on_event(event)

    def _attempt_over(self, event: CallRejected | CallEnded) -> None:
        self._still(self._unheard)
        if self._given_up:
            self._finish(CallEnded("timeout", 408))
        elif self._left and not self._settled and _of_the_trunk(event):
            log.info("trunk.next", trunk=self.tried[-1].trunk, code=event.code)
            self._next(event)
        else:
            self._finish(event)

    def _nobody_there(self, call: Call) -> None:
        """Not one response: the attempt is left to itself, the next one begins."""
        if call is not self._call or call.heard_of or self._settled:
            return
        log.info("trunk.silent", trunk=self.tried[-1].trunk)
        self._call = None
        call.hangup()
        self._next(CallEnded("timeout", 408))

    def _not_answered(self) -> None:
        self._given_up = True
        self._left.clear()
        if self._call is not None:
            self._call.hangup()

    def _finish_soon(self, event: CallRejected | CallEnded) -> None:
        asyncio.get_running_loop().call_soon(self._finish, event)

    def _finish(self, event: CallRejected | CallEnded) -> None:
        self._still(self._ring)
        self._still(self._unheard)
        if not self.ended:
            self.ended = True
            self.on_event(event)

    @staticmethod
    def _still(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()


def _of_the_trunk(event: CallRejected | CallEnded) -> bool:
    if isinstance(event, CallRejected):
        return next_trunk_may_do(event.code)
    return event.reason in ("timeout", "error")
