"""A telephone at the other end: one SIP call joined to one RTP leg, whichever side dialled."""

from collections.abc import Callable
from typing import Protocol

import structlog

from contactcenter.tasks import Tasks
from contactcenter.telephony import (
    Call,
    CallAcked,
    CallAnswered,
    CallDigit,
    CallEnded,
    CallEvent,
    CallOffered,
    CallRejected,
)
from media.errors import MediaError
from media.plane import MediaPlane
from media.sdp import with_codecs

log = structlog.get_logger(__name__)


class LineCall(Protocol):
    """What a line needs of the call it is joined to; `Call` is one."""

    on_event: Callable[[CallEvent], None]

    def hangup(self, reason: str | None = None) -> None: ...

    def answer_offer(self, sdp: str) -> None: ...

    def reject_offer(self, code: int = 488) -> None: ...


class SipLine:
    """Offers and answers pass between the SIP call and the media plane; the owner hears of digits and of the end."""

    def __init__(self, plane: MediaPlane, leg_id: str, tasks: Tasks) -> None:
        self.leg_id = leg_id
        self.on_digit: Callable[[str], None] = lambda digit: None
        self.on_answered: Callable[[], None] = lambda: None
        self.on_ended: Callable[[str], None] = lambda reason: None
        self._plane = plane
        self._tasks = tasks
        self._call: LineCall | None = None
        self._ended = False
        self._we_offered = False

    @property
    def ended(self) -> bool:
        """Whether the call is over, or is being hung up by us."""
        return self._ended

    async def answer(self, call: Call, host: str) -> None:
        """Take the incoming call attached, with `host` as our audio address, unless it is over.

        Raises `MediaError` after refusing it: 488, or 503 without ports or worker.
        """
        if self._ended:
            return
        try:
            offer = call.offer
            if offer is not None and call.codecs:
                offer = with_codecs(offer, call.codecs, best_only=True)
            sdp = await self._plane.open_leg(self.leg_id, kind="rtp", offer=offer, host=host)
        except MediaError as error:
            if not self._ended:
                self._ended = True
                call.reject(488 if error.code == "not-acceptable" else 503)
            raise
        self._we_offered = call.offer is None
        if not self._ended:
            call.answer(sdp)

    async def offer(self, host: str) -> str:
        """Open the leg for a call we are about to place: our SDP."""
        self._we_offered = True
        return await self._plane.open_leg(self.leg_id, kind="rtp", host=host)

    def attach(self, call: LineCall) -> None:
        """Hear what happens to the call. At once when it comes in or is placed: a hang-up may be the next event."""
        self._call = call
        call.on_event = self._heard

    async def close(self) -> None:
        """Hang up if that is still to be done, and free the leg."""
        if self._call is not None and not self._ended:
            self._ended = True
            self._call.hangup()
        await self._plane.close_leg(self.leg_id)

    def _heard(self, event: CallEvent) -> None:
        match event:
            case CallAnswered(answer_sdp):
                self._tasks.spawn(self._take_answer(answer_sdp, announce=True))
            case CallAcked(sdp) if sdp and self._we_offered:
                self._tasks.spawn(self._take_answer(sdp, announce=False))
            case CallOffered(sdp):
                self._tasks.spawn(self._take_offer(sdp))
            case CallDigit(digit):
                self.on_digit(digit)
            case CallRejected(code):
                self._finish(f"rejected {code}")
            case CallEnded(reason):
                self._finish(reason)
            case _:
                pass

    def _finish(self, reason: str) -> None:
        if not self._ended:
            self._ended = True
            self.on_ended(reason)

    async def _take_answer(self, sdp: str, *, announce: bool) -> None:
        try:
            await self._plane.accept_answer(self.leg_id, sdp)
        except MediaError as error:
            log.warning("sip_line.answer_refused", leg=self.leg_id, code=error.code)
            if self._call is not None and not self._ended:
                self._call.hangup()
                self._finish("error")
            return
        if announce and not self._ended:
            self.on_answered()

    async def _take_offer(self, sdp: str | None) -> None:
        """A re-INVITE: hold, resume or a new address (RFC 3264 §8); one without an offer asks for ours."""
        if self._call is None or self._ended:
            return
        self._we_offered = sdp is None
        try:
            if sdp is None:
                answer = await self._plane.reoffer(self.leg_id)
            else:
                answer = await self._plane.renegotiate(self.leg_id, sdp)
        except MediaError as error:
            log.info("sip_line.offer_refused", leg=self.leg_id, code=error.code)
            if not self._ended:
                self._call.reject_offer(488)
            return
        if not self._ended:
            self._call.answer_offer(answer)
