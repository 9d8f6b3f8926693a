"""SIP calls without SIP: what the application sees of a call, and what the person at the other end does."""

from __future__ import annotations

import asyncio
from typing import Any

from contactcenter.telephony import (
    CallAcked,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallOffered,
    CallRejected,
    Contact,
    UriError,
    WrongStateError,
)
from contactcenter.telephony.sip.layer import Peer


class FakeCall:
    """The surface of `contactcenter.telephony.Call`, with its rules: wrong states raise, exactly one last event."""

    def __init__(self, direction: str, number: str = "+4930123456", *, dialled: str = "1000") -> None:
        self.direction = direction
        self.id = f"{direction}-{id(self)}"
        self.remote_number = self.remote_uri = number
        self.remote_name = "Cara"
        self.request_uri_user = self.called = dialled
        self.trunk: str | None = None
        self.codecs: tuple[str, ...] = ()
        self.peer_host = "192.0.2.7"
        self.offer: str | None = "caller's sdp" if direction == "in" else None
        self.on_event: Any = lambda event: None
        self.state = "ringing"
        self.rejected: int | None = None
        self.last_events = 0
        self.sent_in_reinvite: str | None = None

    @property
    def ended(self) -> bool:
        return self.state == "ended"

    def ringing(self) -> None:
        self._need("ringing")

    def answer(self, sdp: str) -> None:
        self._need("ringing")
        self.state = "answered"

    def reject(self, code: int = 486, reason: str | None = None) -> None:
        self._need("ringing")
        self.rejected = code
        self._end_soon(CallEnded("local"))

    def hangup(self, reason: str | None = None) -> None:
        if not self.ended:
            self._end_soon(CallEnded("local"))

    def answer_offer(self, sdp: str) -> None:
        self._need("reoffered")
        self.state = "answered"
        self.sent_in_reinvite = sdp

    def reject_offer(self, code: int = 488) -> None:
        self._need("reoffered")
        self.state = "answered"

    def far_hangs_up(self) -> None:
        if not self.ended:
            ringing = self.state == "ringing"
            self._end(CallRejected(486, "Busy") if ringing and self.direction == "out" else self._gone(ringing))

    def far_answers(self) -> None:
        if self.direction == "out" and self.state == "ringing":
            self.state = "answered"
            self._say(CallAnswered("phone's sdp"))

    def far_reoffers(self, sdp: str | None = "another sdp") -> None:
        if self.state == "answered":
            self.state = "reoffered"
            self._say(CallOffered(sdp))

    def far_acknowledges(self, sdp: str | None) -> None:
        self._say(CallAcked(sdp))

    def _gone(self, ringing: bool) -> CallEnded:
        return CallEnded("cancel" if ringing else "bye")

    def _need(self, state: str) -> None:
        if self.state != state:
            raise WrongStateError(f"The call is {self.state}, not {state}.")

    def _end(self, event: CallEvent) -> None:
        self.state = "ended"
        self.last_events += 1
        self._say(event)

    def _end_soon(self, event: CallEvent) -> None:
        self.state = "ended"
        self.last_events += 1
        asyncio.get_running_loop().call_soon(self._say, event)

    def _say(self, event: CallEvent) -> None:
        self.on_event(event)


class FakeUserAgent:
    """One registered phone a username; `outgoing` are the calls placed to phones."""

    def __init__(self) -> None:
        self.registered: set[str] = set()
        self.outgoing: list[FakeCall] = []
        self.bad_address = False
        self.registrar = self

    def contacts(self, username: str) -> list[Contact]:
        if username not in self.registered:
            return []
        return [Contact(f"sip:{username}@192.0.2.9", Peer("udp", "192.0.2.9", 5060), 1e12, "id", 1)]

    def host_towards(self, peer_host: str) -> str:
        return "192.0.2.1"

    def invite_account(self, username: str, **options: Any) -> FakeCall | None:
        if self.bad_address:
            raise UriError("The caller's address cannot be used.")
        if username not in self.registered:
            return None
        call = FakeCall("out", username)
        self.outgoing.append(call)
        return call
