"""A SIP user agent without I/O: bytes, timers and wishes in; bytes and call events out.

The driver calls ``receive``, ``tick`` and the sessions' methods, and after each of them takes ``take_output`` and
``take_events``.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from contactcenter.telephony.sip.auth import Credentials
from contactcenter.telephony.sip.dialog import Dialog, DialogKey
from contactcenter.telephony.sip.events import CallEvent
from contactcenter.telephony.sip.headers import HeaderError
from contactcenter.telephony.sip.incoming import IncomingSession
from contactcenter.telephony.sip.layer import (
    ClientTransaction,
    OnResponse,
    Peer,
    ServerTransaction,
    TransactionLayer,
    add_via,
    server_key,
)
from contactcenter.telephony.sip.message import ParseError, Request, Response, parse
from contactcenter.telephony.sip.outgoing import OutgoingSession
from contactcenter.telephony.sip.session import ALLOW, Session
from contactcenter.telephony.sip.transaction import Timers
from contactcenter.telephony.sip.uri import OtherUri, bracketed, parse_uri

ACCEPT = "application/sdp, application/dtmf-relay, application/dtmf"
KNOWN_METHODS = frozenset(("PRACK", "UPDATE", "REFER", "SUBSCRIBE", "NOTIFY", "MESSAGE", "PUBLISH", "REGISTER"))
Flood = Callable[[str, float], bool]
"""(source address, now): whether one more request outside dialogs may come from there."""
Guard = Callable[[Request, Peer, float], Response | None]
"""Decides whether a request may pass: None lets it, a response refuses it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the endpoint holds at most before it answers 503."""

    calls: int = 2_000
    transactions: int = 65_536


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A new call; the first event of an incoming session."""


SessionEvent = tuple[Session, CallEvent | IncomingCall]


class Endpoint:
    """``local_address`` tells the host and port the peer can reach us at."""

    def __init__(
        self,
        local_address: Callable[[Peer], tuple[str, int]],
        *,
        timers: Timers | None = None,
        limits: Limits | None = None,
        guard_call: Guard | None = None,
        flood: Flood | None = None,
        register: Callable[[Request, Peer, float], Response] | None = None,
    ) -> None:
        self.timers = timers or Timers()
        self.limits = limits or Limits()
        self.counters: Counter[str] = Counter()
        self.active_calls = 0
        self.accepting = True
        self._local_address = local_address
        self._guard_call = guard_call
        self._flood = flood
        self._register = register
        self.layer = TransactionLayer(
            self, self.timers, self._send, self.count, self.limits.transactions, admit=self._admit
        )
        self.schedule = self.layer.schedule
        self._dialogs: dict[DialogKey, Session] = {}
        self._keys: dict[Session, list[DialogKey]] = {}
        self._invites: dict[tuple[str, ...], IncomingSession] = {}
        self._origins: dict[tuple[str, str, int], IncomingSession] = {}
        self._output: list[tuple[bytes, Peer]] = []
        self._events: list[SessionEvent] = []

    # the driver's side

    def receive(self, data: bytes, peer: Peer, now: float) -> None:
        """One datagram or frame. Never raises for what is in it."""
        if not data.strip(b"\r\n\x00"):
            self.count("keepalives")
            return
        try:
            message = parse(data)
        except ParseError as error:
            self.count("malformed")
            if error.reply is not None and (self._flood is None or self._flood(peer.host, now)):
                self.layer.respond_stateless(error.reply, error.status, peer)
            return
        if isinstance(message, Request):
            self.count("requests")
            self.layer.receive_request(message, peer, now)
        else:
            self.count("responses")
            self.layer.receive_response(message, now)

    def refuse_frame(self, head: bytes, status: int, peer: Peer) -> None:
        """A stream broke after these header fields: answer them when that can be done."""
        self.count("malformed")
        reply: Request | Response | None
        try:
            reply = parse(head + b"\r\n")
        except ParseError as error:
            reply = error.reply
        if isinstance(reply, Request) and reply.method != "ACK":
            self.layer.respond_stateless(reply, status, peer)

    def tick(self, now: float) -> None:
        self.layer.tick(now)

    def next_deadline(self) -> float | None:
        """When ``tick`` should be called next; may be early, never late."""
        return self.layer.next_deadline()

    def transport_failed(self, peer: Peer, now: float) -> None:
        """The driver could not send to this peer."""
        self.layer.transport_failed(peer, now)

    def take_output(self) -> list[tuple[bytes, Peer]]:
        output, self._output = self._output, []
        return output

    def take_events(self) -> list[SessionEvent]:
        events, self._events = self._events, []
        return events

    @property
    def has_events(self) -> bool:
        return bool(self._events)

    @property
    def waiting(self) -> bool:
        """Whether an answer from a peer is still awaited."""
        return any(transaction.open for transaction in self.layer.client.values())

    def invite(
        self,
        target_uri: str,
        peer: Peer,
        now: float,
        *,
        from_uri: str,
        offer: str,
        display_name: str = "",
        headers: Iterable[tuple[str, str]] = (),
        credentials: Credentials | None = None,
        keep_flow: bool = False,
    ) -> OutgoingSession:
        """Place a call. Raises UriError or HeaderError for addresses that cannot be used."""
        session = OutgoingSession(
            self,
            target_uri,
            peer,
            from_uri=from_uri,
            offer=offer,
            display_name=display_name,
            headers=headers,
            credentials=credentials,
            keep_flow=keep_flow,
        )
        session.start(now)
        self.active_calls += 1
        return session

    # the layer's side

    def on_request(self, transaction: ServerTransaction, now: float) -> None:
        request = transaction.request
        if request.method == "CANCEL":
            self._on_cancel(transaction, now)
        elif request.to.tag:
            session = self._session(request)
            if session is None:
                transaction.respond(request.response(481), now)
                return
            refusal = self._refuse_extensions(request)
            if refusal is not None:
                transaction.respond(refusal, now)
            else:
                session.receive(transaction, now)
        else:
            self._on_initial(transaction, now)

    def on_ack(self, request: Request, peer: Peer, now: float) -> None:
        session = self._session(request)
        if session is None:
            self.count("dropped")
        else:
            session.acknowledge(request, now)

    def on_stray_response(self, response: Response, now: float) -> None:
        self.count("dropped")

    # the sessions' side

    def count(self, name: str) -> None:
        self.counters[name] += 1

    def emit(self, session: Session, event: CallEvent) -> None:
        self._events.append((session, event))

    def call_over(self, session: Session) -> None:
        self.active_calls -= 1

    def add_dialog(self, session: Session, dialog: Dialog) -> None:
        """Route requests of this dialog to the session."""
        self._dialogs[dialog.key] = session
        self._keys.setdefault(session, []).append(dialog.key)

    def forget(self, session: Session) -> None:
        """Drop everything kept for a session; its transactions run out by themselves."""
        for key in self._keys.pop(session, ()):
            self._dialogs.pop(key, None)
        if isinstance(session, IncomingSession):
            self._invites.pop(session.transaction_key, None)
            self._origins.pop(session.origin, None)

    def contact(self, peer: Peer, user: str, *, target: str = "") -> str:
        """Our Contact as this peer can reach it. ``target`` is whom the request is for: a sips URI is answered, and
        called, with another one (RFC 3261 §8.1.1.8, §12.1.1)."""
        host, port = self._local_address(peer)
        secure = target[:5].lower() == "sips:"
        transport = f";transport={peer.transport}" if peer.reliable and not secure else ""
        return f"<sip{'s' if secure else ''}:{user + '@' if user else ''}{bracketed(host)}:{port}{transport}>"

    def request(self, request: Request, peer: Peer, on_response: OnResponse, now: float) -> ClientTransaction:
        """Send a request outside or inside a dialog."""
        return self.layer.request(request, peer, self._local_address(peer), on_response, now)

    def send_ack(self, request: Request, peer: Peer) -> None:
        """ACK for a 2xx: a request without a transaction (RFC 3261 §13.2.2.4)."""
        add_via(request, peer, self._local_address(peer))
        self._send(request.to_bytes(), peer)

    def cancel(self, invite: ClientTransaction, now: float) -> None:
        """CANCEL an INVITE: same branch, same CSeq number (RFC 3261 §9.1)."""
        source = invite.request
        names = ("via", "from", "to", "call-id", "max-forwards", "route")
        headers = {name: list(source.headers[name]) for name in names if name in source.headers}
        headers["cseq"] = [f"{source.cseq} CANCEL"]
        request = Request(headers=headers, via=source.via, method="CANCEL", uri=source.uri, cseq=source.cseq)
        transaction = ClientTransaction(self.layer, request, invite.peer, _ignore)
        self.layer.client[transaction.key] = transaction
        transaction.start(now)

    def answer_other(self, transaction: ServerTransaction, now: float) -> None:
        """OPTIONS and methods that are not ours, inside or outside a dialog (RFC 3261 §11.2, §8.2.1)."""
        request = transaction.request
        headers = [("allow", ALLOW)]
        if request.method == "OPTIONS":
            headers += [("accept", ACCEPT), ("accept-encoding", "identity"), ("accept-language", "en")]
            headers += [("supported", "")]
            headers.append(("contact", self.contact(transaction.source, "")))
            status = 200
        else:
            status = 405 if request.method in KNOWN_METHODS else 501
        transaction.respond(request.response(status, to_tag=self._tag(), headers=headers), now)

    def refuse_content(self, request: Request) -> Response | None:
        """415 or 406 for a body or an Accept we cannot serve (RFC 3261 §8.2.3)."""
        encoding = (request.first("content-encoding") or "identity").strip().lower()
        if request.body and encoding != "identity":
            return request.response(415, to_tag=self._tag(), headers=[("accept-encoding", "identity")])
        kind = request.content_type
        if request.body and kind != "application/sdp" and not kind.startswith("multipart/"):
            return request.response(415, to_tag=self._tag(), headers=[("accept", "application/sdp")])
        accepted = [value.split(";", 1)[0].strip().lower() for value in request.values("accept")]
        if accepted and not {"application/sdp", "application/*", "*/*"}.intersection(accepted):
            return request.response(406, "Not Acceptable", to_tag=self._tag())
        return None

    # private

    def _send(self, data: bytes, peer: Peer) -> None:
        self._output.append((data, peer))

    @staticmethod
    def _tag() -> str:
        return secrets.token_hex(8)

    def _session(self, request: Request) -> Session | None:
        return self._dialogs.get((request.call_id, request.to.tag, request.from_.tag))

    def _admit(self, request: Request, peer: Peer, now: float) -> bool:
        """What belongs to a dialog or to an INVITE that is here is never too much."""
        if self._flood is None or self._session(request) is not None:
            return True
        if request.method == "CANCEL" and server_key(request, "INVITE") in self.layer.server:
            return True
        return self._flood(peer.host, now)

    def _refuse_extensions(self, request: Request) -> Response | None:
        """420 for required extensions: we support none (RFC 3261 §8.2.2.3)."""
        required = request.values("require")
        if not required:
            return None
        return request.response(420, to_tag=self._tag(), headers=[("unsupported", ", ".join(required))])

    def _on_cancel(self, transaction: ServerTransaction, now: float) -> None:
        request = transaction.request
        key = (*transaction.key[:-1], "INVITE")
        session = self._invites.get(key)
        tag = session.dialog.local_tag if session is not None and session.dialog else self._tag()
        status = 200 if key in self.layer.server else 481
        transaction.respond(request.response(status, to_tag=tag), now)
        if session is not None:
            session.cancel(now)

    def _on_initial(self, transaction: ServerTransaction, now: float) -> None:
        """A request outside any dialog (RFC 3261 §8.2)."""
        request = transaction.request
        uri = parse_uri(request.uri)
        if isinstance(uri, OtherUri) and uri.scheme != "tel":
            transaction.respond(request.response(416, to_tag=self._tag()), now)
            return
        refusal = self._refuse_extensions(request)
        if refusal is not None:
            transaction.respond(refusal, now)
        elif request.method == "INVITE":
            self._on_invite(transaction, now)
        elif request.method == "REGISTER" and self._register is not None:
            transaction.respond(self._register(request, transaction.source, now), now)
        elif request.method in ("BYE", "INFO"):
            transaction.respond(request.response(481, to_tag=self._tag()), now)
        else:
            self.answer_other(transaction, now)

    def _on_invite(self, transaction: ServerTransaction, now: float) -> None:
        request = transaction.request
        refusal = self._refuse_invite(transaction, now)
        if refusal is None:
            try:
                session = IncomingSession(self, transaction)
            except HeaderError as error:
                refusal = request.response(400, f"Bad Request ({error})", to_tag=self._tag())
        if refusal is not None:
            transaction.respond(refusal, now)
            return
        assert session.dialog is not None
        self.active_calls += 1
        self._invites[session.transaction_key] = session
        self._origins[session.origin] = session
        self.add_dialog(session, session.dialog)
        self._events.append((session, IncomingCall()))

    def _refuse_invite(self, transaction: ServerTransaction, now: float) -> Response | None:
        request = transaction.request
        if (request.call_id, request.from_.tag, request.cseq) in self._origins:
            return request.response(482, to_tag=self._tag())  # the same request by another path (§8.2.2.2)
        if not self.accepting or self.active_calls >= self.limits.calls:
            self.count("overload")
            return request.response(503, to_tag=self._tag(), headers=[("retry-after", "10")])
        refusal = self.refuse_content(request)
        if refusal is None and self._guard_call is not None:
            refusal = self._guard_call(request, transaction.source, now)
        return refusal

    def footprint(self) -> dict[str, int]:
        """How much is held, for tests and metrics."""
        return {
            "dialogs": len(self._dialogs),
            "sessions": len(self._keys),
            "invites": len(self._invites),
            "origins": len(self._origins),
            "server_transactions": len(self.layer.server),
            "client_transactions": len(self.layer.client),
            "timers": len(self.schedule),
        }


def _ignore(response: Response | None, now: float) -> None:
    """What a CANCEL is answered does not matter: the INVITE's own response does."""
