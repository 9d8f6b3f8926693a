"""A call we place: the UAC side of INVITE (RFC 3261 §13.2, §9.1)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

from contactcenter.telephony.sip.auth import Credentials, DigestClient
from contactcenter.telephony.sip.body import sdp_of
from contactcenter.telephony.sip.dialog import Dialog, client_dialog
from contactcenter.telephony.sip.events import CallAnswered, CallEnded, CallRejected, CallRinging
from contactcenter.telephony.sip.headers import HeaderError, format_name_addr, parse_name_addr
from contactcenter.telephony.sip.layer import ClientTransaction, Peer
from contactcenter.telephony.sip.message import Request, Response
from contactcenter.telephony.sip.session import ALLOW, SDP, Session
from contactcenter.telephony.sip.uri import SipUri, parse_uri

if TYPE_CHECKING:
    from contactcenter.telephony.sip.endpoint import Endpoint

MAX_FORKS = 16


class OutgoingSession(Session):
    """Raises HeaderError or UriError when an address cannot be used. ``start`` sends the INVITE."""

    def __init__(
        self,
        endpoint: Endpoint,
        target_uri: str,
        peer: Peer,
        *,
        from_uri: str,
        offer: str,
        display_name: str = "",
        headers: Iterable[tuple[str, str]] = (),
        credentials: Credentials | None = None,
        keep_flow: bool = False,
    ) -> None:
        super().__init__(endpoint, secrets.token_hex(16), peer)
        parse_uri(target_uri)
        source = parse_uri(from_uri)
        self.contact_user = source.user or "" if isinstance(source, SipUri) else ""
        self.digest = DigestClient(credentials) if credentials else None
        self.target_uri = target_uri
        self._offer_body = offer.encode()
        self._from = format_name_addr(display_name, from_uri, secrets.token_hex(8))
        self._extra = [(name.lower(), value) for name, value in headers]
        if any(char in value for _, value in self._extra for char in "\r\n\0"):
            raise HeaderError("a header field must be one line")
        self._keep_flow = keep_flow
        self._cseq = secrets.randbelow(1 << 16)
        self._transaction: ClientTransaction | None = None
        self._early: dict[str, Dialog] = {}
        self._challenges = 0
        self._hung_up = False
        self._cancelled = False
        self._give_up_at: float | None = None
        self.heard_of = False

    def start(self, now: float) -> None:
        """Send the INVITE, or send it again with credentials."""
        self._cseq += 1
        request = Request(
            headers={
                "max-forwards": ["70"],
                "from": [self._from],
                "to": [f"<{self.target_uri}>"],
                "call-id": [self.call_id],
                "cseq": [f"{self._cseq} INVITE"],
                "contact": [self.endpoint.contact(self.flow, self.contact_user, target=self.target_uri)],
                "allow": [ALLOW],
            },
            body=self._offer_body,
            from_=parse_name_addr(self._from, "From"),
            call_id=self.call_id,
            cseq=self._cseq,
            method="INVITE",
            uri=self.target_uri,
        )
        for name, value in self._extra:
            request.headers.setdefault(name, []).append(value)
        if self._offer_body:
            request.headers["content-type"] = [SDP]
        if self.digest is not None:
            self.digest.authorize(request)
        self._transaction = self.endpoint.request(request, self.flow, self._on_response, now)

    def hangup(self, now: float, reason: str | None = None) -> None:
        if self.ended:
            return
        if self.dialog is not None:
            self._finish(CallEnded("local"))
            self._send_bye(now)
            return
        self._hung_up = True
        self._finish(CallEnded("local"))
        self._cancel(now)

    def next_deadline(self) -> float | None:
        base = super().next_deadline()
        if self._give_up_at is None:
            return base
        return self._give_up_at if base is None else min(base, self._give_up_at)

    def tick(self, now: float) -> None:
        super().tick(now)
        if self._give_up_at is not None and self._give_up_at <= now:
            self._give_up_at = None
            if self._transaction is not None:
                self._transaction.abandon()
            self.endpoint.forget(self)

    def _dialog_for(self, request: Request) -> Dialog | None:
        return self.dialog or self._early.get(request.from_.tag)

    def _cancel(self, now: float) -> None:
        """Send CANCEL, but never before a provisional response came (RFC 3261 §9.1)."""
        transaction = self._transaction
        if transaction is None or not transaction.proceeding or self._cancelled:
            return
        self._cancelled = True
        self._give_up_at = now + self.endpoint.timers.timeout
        self.endpoint.schedule.update(self)
        self.endpoint.cancel(transaction, now)

    def _on_response(self, response: Response | None, now: float) -> None:
        self.heard_of = self.heard_of or response is not None
        if response is None:
            failed = self._transaction is not None and not self._transaction.peer.reliable
            self._end(CallEnded("timeout", 408) if failed else CallEnded("error", 503))
        elif response.status < 200:
            self._on_provisional(response, now)
        elif response.status < 300:
            self._on_success(response, now)
        else:
            self._on_refusal(response, now)

    def _on_provisional(self, response: Response, now: float) -> None:
        if self._hung_up:
            self._cancel(now)
            return
        if response.status == 100:
            return
        tag = response.to.tag
        if tag and tag not in self._early and len(self._early) < MAX_FORKS:
            dialog = self._dialog_from(response)
            if dialog is not None:
                self._early[tag] = dialog
                self.endpoint.add_dialog(self, dialog)
        self._emit(CallRinging(response.status, sdp_of(response)))

    def _dialog_from(self, response: Response) -> Dialog | None:
        assert self._transaction is not None
        try:
            return client_dialog(self._transaction.request, response, self.flow, self._keep_flow)
        except HeaderError:
            return None

    def _on_success(self, response: Response, now: float) -> None:
        """The first 2xx makes the call; one from another branch is acknowledged and hung up (§13.2.2.4)."""
        if self.dialog is not None and self.dialog.remote_tag == response.to.tag:
            self._send_ack(self.dialog, response.cseq)
            return
        dialog = self._dialog_from(response)
        if dialog is None:
            self._end(CallEnded("error", 400))
            return
        self._send_ack(dialog, response.cseq)
        if self.dialog is not None:
            self.endpoint.request(dialog.request("BYE"), dialog.destination(), _ignore, now)
            return
        self._give_up_at = None
        self.dialog = dialog
        self._early.clear()
        self.endpoint.add_dialog(self, dialog)
        sdp = sdp_of(response)
        if self._hung_up:
            self._send_bye(now)
        elif sdp is None:
            # An offer that got no answer leaves no session (RFC 3261 §13.2.1).
            self._finish(CallEnded("error", 488))
            self._send_bye(now)
        else:
            self._emit(CallAnswered(sdp))

    def _on_refusal(self, response: Response, now: float) -> None:
        can_answer = response.status in (401, 407) and self.digest is not None and not self._hung_up
        if can_answer and self._challenges < 2 and self.digest is not None and self.digest.challenged(response):
            self._challenges += 1
            self._early.clear()
            self.start(now)
            return
        self._end(CallRejected(response.status, response.reason))

    def _end(self, event: CallEnded | CallRejected) -> None:
        self._give_up_at = None
        self._finish(event)
        self.endpoint.forget(self)


def options_request(uri: str, from_uri: str) -> Request:
    """An OPTIONS outside any dialog. Raises HeaderError or UriError when an address cannot be used."""
    parse_uri(uri)
    sender = format_name_addr("", from_uri, secrets.token_hex(8))
    call_id = secrets.token_hex(16)
    headers = {
        "max-forwards": ["70"],
        "from": [sender],
        "to": [f"<{uri}>"],
        "call-id": [call_id],
        "cseq": ["1 OPTIONS"],
        "accept": [SDP],
    }
    return Request(
        headers=headers, from_=parse_name_addr(sender, "From"), call_id=call_id, cseq=1, method="OPTIONS", uri=uri
    )


def _ignore(response: Response | None, now: float) -> None:
    """The fork is gone whatever it answers."""
