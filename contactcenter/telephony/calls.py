"""Calls as the application sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, cast

from contactcenter.telephony.origin import Origin
from contactcenter.telephony.sip.events import CallEvent
from contactcenter.telephony.sip.incoming import IncomingSession
from contactcenter.telephony.sip.outgoing import OutgoingSession
from contactcenter.telephony.sip.session import Session, WrongStateError
from contactcenter.telephony.sip.uri import parse_uri


class Driver(Protocol):
    """What a call needs of the user agent."""

    def now(self) -> float: ...

    def wake(self) -> None: ...


def _no_listener(event: CallEvent) -> None:
    """Events before the application listens concern nobody."""


class Call:
    """One call in either direction. Methods act at once; ``on_event`` hears what follows, on the event loop.

    Methods raise WrongStateError when the call's state does not allow them; ``hangup`` never does. Every call ends
    with exactly one CallEnded or CallRejected.

    ``called`` is the number that was dialled and ``remote_number`` the other side's, both canonical where the call is
    on a ``trunk`` (its id).
    """

    def __init__(self, driver: Driver, session: Session, origin: Origin | None = None) -> None:
        self._driver = driver
        self._session = session
        session.user = self
        self.on_event: Callable[[CallEvent], None] = _no_listener
        self.offer: str | None = None
        self.direction: Literal["in", "out"] = "out"
        self.remote_name = ""
        self.trunk = origin.trunk if origin is not None else None
        self.codecs = origin.codecs if origin is not None else ()
        if isinstance(session, IncomingSession):
            self.direction = "in"
            self.offer = session.offer
            self.id = f"{session.call_id};{session.dialog.local_tag if session.dialog else ''}"
            caller = session.invite.from_
            self.remote_uri = str(caller.uri)
            self.remote_number = caller.uri.user_text
            self.remote_name = caller.display_name
            self.request_uri_user = session.invite.parsed_uri().user_text
        else:
            target = cast(OutgoingSession, session).target_uri
            self.id = session.call_id
            self.remote_uri = target
            self.remote_number = self.request_uri_user = parse_uri(target).user_text
        self.called = self.request_uri_user
        if origin is not None:
            self.called = origin.called or self.called
            self.remote_number = origin.caller or self.remote_number
            self.remote_name = origin.caller_name or self.remote_name

    @property
    def ended(self) -> bool:
        return self._session.ended

    @property
    def heard_of(self) -> bool:
        """Whether the far end of a call we placed has sent any response yet, 100 among them."""
        return not isinstance(self._session, OutgoingSession) or self._session.heard_of

    @property
    def peer_host(self) -> str:
        """Address the signalling comes from or goes to."""
        return self._session.flow.host

    def header(self, name: str) -> str | None:
        """A header field of the INVITE that came in; None for our own calls."""
        session = self._session
        return session.invite.first(name.lower()) if isinstance(session, IncomingSession) else None

    def ringing(self) -> None:
        """Send 180."""
        self._incoming().ringing(self._driver.now())
        self._driver.wake()

    def progress(self, sdp: str) -> None:
        """Send 183 with early media."""
        self._incoming().progress(sdp, self._driver.now())
        self._driver.wake()

    def answer(self, sdp: str) -> None:
        """Send 200 with the answer; with our offer when ``offer`` is None (its answer comes with CallAcked)."""
        self._incoming().answer(sdp, self._driver.now())
        self._driver.wake()

    def reject(self, code: int = 486, reason: str | None = None) -> None:
        """Refuse an incoming call with a status from 300 to 699."""
        self._incoming().reject(code, self._driver.now(), reason or "")
        self._driver.wake()

    def hangup(self, reason: str | None = None) -> None:
        """End the call: BYE, CANCEL or 603, as its state asks. No effect when it is over."""
        self._session.hangup(self._driver.now(), reason)
        self._driver.wake()

    def answer_offer(self, sdp: str) -> None:
        """Accept a re-INVITE."""
        self._session.answer_offer(sdp, self._driver.now())
        self._driver.wake()

    def reject_offer(self, code: int = 488) -> None:
        """Refuse a re-INVITE; the call goes on as it was."""
        self._session.reject_offer(code, self._driver.now())
        self._driver.wake()

    def reoffer(self, sdp: str) -> None:
        """Send a re-INVITE; ReofferAnswered or ReofferRejected follows."""
        self._session.reoffer(sdp, self._driver.now())
        self._driver.wake()

    def send_info_digit(self, digit: str) -> None:
        """Send a digit by INFO, for peers without telephone-event."""
        self._session.info_digit(digit, self._driver.now())
        self._driver.wake()

    def _incoming(self) -> IncomingSession:
        if not isinstance(self._session, IncomingSession):
            raise WrongStateError("Only incoming calls can be answered or refused.")
        return self._session
