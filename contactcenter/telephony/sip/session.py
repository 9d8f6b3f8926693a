"""INVITE sessions: what both directions share once a dialog stands (RFC 3261 §13–§15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contactcenter.telephony.sip.auth import DigestClient
from contactcenter.telephony.sip.body import digit_of, sdp_of
from contactcenter.telephony.sip.dialog import Dialog
from contactcenter.telephony.sip.events import (
    CallAcked,
    CallDigit,
    CallEnded,
    CallEvent,
    CallOffered,
    CallRejected,
    ReofferAnswered,
    ReofferRejected,
)
from contactcenter.telephony.sip.headers import HeaderError
from contactcenter.telephony.sip.layer import Peer, ServerTransaction
from contactcenter.telephony.sip.message import Request, Response

if TYPE_CHECKING:
    from contactcenter.telephony.sip.endpoint import Endpoint

ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, REGISTER"
SDP = "application/sdp"


class WrongStateError(RuntimeError):
    """The call is not in a state that allows this; the message says which one it is in."""


@dataclass(slots=True)
class Unacknowledged:
    """A 2xx that is sent again until its ACK comes (RFC 3261 §13.3.1.4)."""

    transaction: ServerTransaction
    repeat_at: float
    give_up_at: float
    interval: float
    offered: bool


class Session:
    """A call. Everything that takes ``now`` may queue events and bytes at the endpoint; nothing else happens."""

    def __init__(self, endpoint: Endpoint, call_id: str, flow: Peer) -> None:
        self.endpoint = endpoint
        self.call_id = call_id
        self.flow = flow
        self.dialog: Dialog | None = None
        self.ended = False
        self.scheduled: float | None = None
        self.user: object = None
        self.digest: DigestClient | None = None
        self.contact_user = ""
        self._unacked: Unacknowledged | None = None
        self._offer: ServerTransaction | None = None
        self._reoffering = False
        self._bye_when_acked = False

    # what the application asks

    def hangup(self, now: float, reason: str | None = None) -> None:
        """End the call by whatever message its state asks for; no effect on an ended one."""
        raise NotImplementedError

    def answer_offer(self, sdp: str, now: float) -> None:
        """Accept the peer's re-INVITE. Raises WrongStateError when none is open."""
        transaction = self._take_offer()
        had_offer = sdp_of(transaction.request) is not None
        self._accept(transaction, sdp, now, offered=not had_offer)

    def reject_offer(self, code: int, now: float) -> None:
        """Refuse the peer's re-INVITE; the session stays as it was. Raises WrongStateError when none is open."""
        transaction = self._take_offer()
        transaction.respond(transaction.request.response(code), now)

    def reoffer(self, sdp: str, now: float) -> None:
        """Send a re-INVITE with a new offer. Raises WrongStateError while another offer is open (RFC 3261 §14.1)."""
        if self.dialog is None or self.ended or self._offer or self._unacked or self._reoffering:
            raise WrongStateError("The call has no free dialog for a new offer.")
        self._reoffering = True
        request = self.dialog.request("INVITE", body=sdp.encode(), content_type=SDP)
        self._send(request, self._on_reoffer_response, now)

    def info_digit(self, digit: str, now: float, duration_ms: int = 160) -> None:
        """Send one digit by INFO (application/dtmf-relay). Raises WrongStateError without a confirmed dialog."""
        if self.dialog is None or self.ended:
            raise WrongStateError("Digits can only be sent in an answered call.")
        body = f"Signal={digit}\r\nDuration={duration_ms}\r\n".encode()
        request = self.dialog.request("INFO", body=body, content_type="application/dtmf-relay")
        self._send(request, _ignore, now)

    # what the endpoint reports

    def receive(self, transaction: ServerTransaction, now: float) -> None:
        """A request inside the dialog."""
        request, dialog = transaction.request, self._dialog_for(transaction.request)
        if dialog is not None and not dialog.accept_cseq(request.cseq):
            transaction.respond(request.response(500), now)
        elif request.method == "BYE":
            self._on_bye(transaction, now)
        elif request.method == "INVITE":
            self._on_reinvite(transaction, now)
        elif request.method == "INFO":
            self._on_info(transaction, now)
        else:
            self.endpoint.answer_other(transaction, now)

    def acknowledge(self, request: Request, now: float) -> None:
        """An ACK for a 2xx."""
        pending = self._unacked
        if pending is None or request.cseq != pending.transaction.request.cseq:
            return
        self._unacked = None
        if self._bye_when_acked:
            self._send_bye(now)
        else:
            self._emit(CallAcked(sdp_of(request)))

    # timers

    def next_deadline(self) -> float | None:
        pending = self._unacked
        return None if pending is None else min(pending.repeat_at, pending.give_up_at)

    def tick(self, now: float) -> None:
        pending = self._unacked
        if pending is None:
            return
        if pending.give_up_at <= now:
            self._unacked = None
            self._finish(CallEnded("timeout", 408))
            self._send_bye(now)
        elif pending.repeat_at <= now:
            pending.interval = min(2 * pending.interval, self.endpoint.timers.t2)
            pending.repeat_at = now + pending.interval
            pending.transaction.repeat(now)

    # shared machinery

    def _dialog_for(self, request: Request) -> Dialog | None:
        return self.dialog

    def _emit(self, event: CallEvent) -> None:
        if not self.ended:
            self.endpoint.emit(self, event)

    def _finish(self, event: CallEnded | CallRejected) -> None:
        """Report the end once."""
        if not self.ended:
            self.endpoint.emit(self, event)
            self.ended = True
            self.endpoint.call_over(self)

    def _close_open_requests(self, now: float) -> None:
        """Answer what is still unanswered in this dialog (RFC 3261 §15.1.2)."""
        if self._offer is not None and self._offer.open:
            self._offer.respond(self._offer.request.response(487), now)
        self._offer = None

    def _accept(self, transaction: ServerTransaction, sdp: str, now: float, *, offered: bool) -> None:
        """Send 200 with a session description and wait for the ACK."""
        t1 = self.endpoint.timers.t1
        response = transaction.request.response(
            200,
            to_tag=self.dialog.local_tag if self.dialog else "",
            headers=self._dialog_headers(transaction, allow=True),
            body=sdp.encode(),
        )
        transaction.respond(response, now)
        self._unacked = Unacknowledged(transaction, now + t1, now + self.endpoint.timers.timeout, t1, offered)
        self.endpoint.schedule.update(self)

    def _dialog_headers(self, transaction: ServerTransaction, *, allow: bool = False) -> list[tuple[str, str]]:
        """Fields of a response that makes or refreshes a dialog (RFC 3261 §12.1.1)."""
        headers = [("record-route", value) for value in transaction.request.headers.get("record-route", ())]
        headers.append(
            ("contact", self.endpoint.contact(transaction.source, self.contact_user, target=transaction.request.uri))
        )
        if allow:
            headers.append(("allow", ALLOW))
        return headers

    def _take_offer(self) -> ServerTransaction:
        transaction, self._offer = self._offer, None
        if transaction is None or not transaction.open:
            raise WrongStateError("No offer of the far end is open.")
        return transaction

    def _on_bye(self, transaction: ServerTransaction, now: float) -> None:
        transaction.respond(transaction.request.response(200), now)
        self._close_open_requests(now)
        self._unacked = None
        self._finish(CallEnded("bye"))
        self.endpoint.forget(self)

    def _on_reinvite(self, transaction: ServerTransaction, now: float) -> None:
        request = transaction.request
        if self.ended or self.dialog is None:
            transaction.respond(request.response(481), now)
            return
        if self._offer is not None and self._offer.open:
            transaction.respond(request.response(500, headers=[("retry-after", "5")]), now)
            return
        if self._reoffering or self._unacked is not None:
            transaction.respond(request.response(491), now)
            return
        refusal = self.endpoint.refuse_content(request)
        try:
            self.dialog.refresh_target(request)
        except HeaderError:
            refusal = refusal or request.response(400)
        if refusal is not None:
            transaction.respond(refusal, now)
            return
        self.dialog.flow = transaction.source
        self._offer = transaction
        self._emit(CallOffered(sdp_of(request)))

    def _on_info(self, transaction: ServerTransaction, now: float) -> None:
        request = transaction.request
        if request.body and request.content_type not in ("application/dtmf-relay", "application/dtmf"):
            accept = [("accept", "application/dtmf-relay, application/dtmf")]
            transaction.respond(request.response(415, headers=accept), now)
            return
        digit = digit_of(request)
        if request.body and digit is None:
            transaction.respond(request.response(400), now)
            return
        transaction.respond(request.response(200), now)
        if digit is not None:
            self._emit(CallDigit(digit))

    def _on_reoffer_response(self, response: Response | None, now: float) -> None:
        if response is not None and response.status < 200:
            return
        if response is not None and response.status < 300 and self.dialog is not None:
            self._refresh(self.dialog, response)
            self._send_ack(self.dialog, response.cseq)
            if self._reoffering:
                self._reoffering = False
                self._emit(ReofferAnswered(sdp_of(response)))
            return
        self._reoffering = False
        code = response.status if response is not None else 408
        self._emit(ReofferRejected(code))
        if code in (408, 481) and not self.ended:
            self._finish(CallEnded("error", code))
            self._send_bye(now)

    @staticmethod
    def _refresh(dialog: Dialog, response: Response) -> None:
        try:
            dialog.refresh_target(response)
        except HeaderError:
            return  # the old target stays: a broken Contact must not end a running call

    def _send_ack(self, dialog: Dialog, cseq: int) -> None:
        """ACK a 2xx; each retransmission of it gets one again (RFC 3261 §13.2.2.4)."""
        self.endpoint.send_ack(dialog.request("ACK", cseq=cseq), dialog.destination())

    def _send(self, request: Request, on_response: Callable[[Response | None, float], None], now: float) -> None:
        """Send a request in the dialog, answering one digest challenge when credentials are known."""
        assert self.dialog is not None
        dialog, challenged = self.dialog, False
        if request.method == "INVITE":
            request.headers["contact"] = [
                self.endpoint.contact(dialog.flow, self.contact_user, target=dialog.remote_target)
            ]

        def heard(response: Response | None, at: float) -> None:
            nonlocal challenged
            if response is None or response.status not in (401, 407) or self.digest is None or challenged:
                on_response(response, at)
                return
            challenged = True
            if not self.digest.challenged(response):
                on_response(response, at)
                return
            again = dialog.request(request.method, body=request.body)
            for name in ("content-type", "contact"):
                if name in request.headers:
                    again.headers[name] = request.headers[name]
            self.digest.authorize(again)
            self.endpoint.request(again, dialog.destination(), heard, at)

        if self.digest is not None:
            self.digest.authorize(request)
        self.endpoint.request(request, dialog.destination(), heard, now)

    def _send_bye(self, now: float) -> None:
        """BYE, after which the session is forgotten however the far end answers."""
        self._close_open_requests(now)
        if self.dialog is None:
            self.endpoint.forget(self)
            return

        def heard(response: Response | None, at: float) -> None:
            if response is None or response.status >= 200:
                self.endpoint.forget(self)

        self._send(self.dialog.request("BYE"), heard, now)


def _ignore(response: Response | None, now: float) -> None:
    """A digit that the far end refuses changes nothing in the call."""
