"""The transaction layer: matches messages to the machines, keeps their bytes and timers (RFC 3261 §17, §18)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import NamedTuple, Protocol

from contactcenter.telephony.sip.headers import MAGIC_COOKIE, Via
from contactcenter.telephony.sip.message import Request, Response
from contactcenter.telephony.sip.schedule import Schedule
from contactcenter.telephony.sip.transaction import (
    Action,
    Actions,
    InviteClient,
    InviteServer,
    NonInviteClient,
    NonInviteServer,
    State,
    Timers,
)
from contactcenter.telephony.sip.uri import bracketed


class Peer(NamedTuple):
    """Where bytes go to or came from. ``connection`` names an open stream; 0 asks for one to ``host``:``port``."""

    transport: str
    host: str
    port: int
    connection: int = 0

    @property
    def reliable(self) -> bool:
        return self.transport != "udp"


ServerKey = tuple[str, ...]
ClientKey = tuple[str, str]
OnResponse = Callable[[Response | None, float], None]
"""Receives each response; None when none came in time or the transport failed."""


class LayerUser(Protocol):
    """The transaction user (RFC 3261 §5)."""

    def on_request(self, transaction: ServerTransaction, now: float) -> None: ...

    def on_ack(self, request: Request, peer: Peer, now: float) -> None: ...

    def on_stray_response(self, response: Response, now: float) -> None: ...


def new_branch() -> str:
    return MAGIC_COOKIE + secrets.token_hex(8)


def server_key(request: Request, method: str) -> ServerKey:
    """Matching of requests to server transactions (RFC 3261 §17.2.3).

    Without the magic cookie the RFC 2543 fields are compared; the To tag is left out so that an ACK, whose tag is
    ours, and its INVITE get the same key.
    """
    via = request.via
    assert via is not None
    if via.branch.startswith(MAGIC_COOKIE):
        return (via.branch, via.sent_by, method)
    return (request.uri, request.from_.tag, request.call_id, str(request.cseq), via.text, method)


def response_peer(request: Request, source: Peer) -> Peer:
    """Where the responses to a request go (RFC 3261 §18.2.2, RFC 3581 §4)."""
    via = request.via
    if source.reliable or via is None or via.rport:
        return source
    return source._replace(port=via.port or 5060)


class ServerTransaction:
    """One request being answered. ``source`` is where it came from."""

    __slots__ = ("_last", "_layer", "_reply_to", "key", "machine", "on_failure", "request", "scheduled", "source")

    def __init__(self, layer: TransactionLayer, key: ServerKey, request: Request, source: Peer) -> None:
        kind = InviteServer if request.method == "INVITE" else NonInviteServer
        self.machine: InviteServer | NonInviteServer = kind(source.reliable, layer.timers)
        self.key = key
        self.request = request
        self.source = source
        self.scheduled: float | None = None
        self.on_failure: Callable[[float], None] | None = None
        self._layer = layer
        self._last = b""
        self._reply_to = response_peer(request, source)

    @property
    def open(self) -> bool:
        """Whether a final response is still owed."""
        return self.machine.state in (State.TRYING, State.PROCEEDING)

    def respond(self, response: Response, now: float) -> None:
        """Send a response; repeating a 2xx to an INVITE sends it again, other repeats are ignored."""
        actions = self.machine.respond(response.status, now)
        if Action.SEND_RESPONSE in actions:
            self._last = response.to_bytes()
        self._layer.count("responses_sent")
        self.run(actions, now)

    def repeat(self, now: float) -> None:
        """Send the 2xx again (RFC 3261 §13.3.1.4)."""
        self._layer.count("retransmissions_sent")
        self.run(self.machine.respond(200, now), now)

    def next_deadline(self) -> float | None:
        return self.machine.next_deadline()

    def tick(self, now: float) -> None:
        actions = self.machine.tick(now)
        if Action.SEND_RESPONSE in actions:
            self._layer.count("retransmissions_sent")
        self.run(actions, now)

    def run(self, actions: Actions, now: float) -> None:
        """Carry out what the machine decided."""
        for action in actions:
            if action is Action.SEND_RESPONSE:
                self._layer.send(self._last, self._reply_to)
            elif action is Action.SEND_TRYING:
                self._last = self.request.response(100).to_bytes()
                self._layer.send(self._last, self._reply_to)
            elif action is Action.TERMINATED:
                self._layer.forget_server(self)
            elif action in (Action.TIMED_OUT, Action.FAILED) and self.on_failure is not None:
                self.on_failure(now)
        self._layer.schedule.update(self)


class ClientTransaction:
    """One request sent. ``on_response`` hears every response that the machine delivers."""

    __slots__ = ("_ack", "_data", "_layer", "key", "machine", "on_response", "peer", "request", "scheduled")

    def __init__(self, layer: TransactionLayer, request: Request, peer: Peer, on_response: OnResponse) -> None:
        assert request.via is not None
        kind = InviteClient if request.method == "INVITE" else NonInviteClient
        self.machine: InviteClient | NonInviteClient = kind(peer.reliable, layer.timers)
        self.key: ClientKey = (request.via.branch, request.method)
        self.request = request
        self.peer = peer
        self.on_response = on_response
        self.scheduled: float | None = None
        self._layer = layer
        self._data = request.to_bytes()
        self._ack = b""

    @property
    def proceeding(self) -> bool:
        return self.machine.state is State.PROCEEDING

    @property
    def open(self) -> bool:
        """Whether a final response may still come."""
        return self.machine.state in (State.CALLING, State.TRYING, State.PROCEEDING)

    def start(self, now: float) -> None:
        self.run(self.machine.start(now), None, now)

    def receive(self, response: Response, now: float) -> None:
        self.run(self.machine.receive(response.status, now), response, now)

    def abandon(self) -> None:
        """Give up waiting; nobody is told (RFC 3261 §9.1: a cancelled INVITE without final response)."""
        self.machine.state = State.TERMINATED
        self.machine.retransmit_at = self.machine.lifetime_at = None
        self._layer.forget_client(self)

    def transport_error(self, now: float) -> None:
        self.run(self.machine.transport_error(), None, now)

    def next_deadline(self) -> float | None:
        return self.machine.next_deadline()

    def tick(self, now: float) -> None:
        actions = self.machine.tick(now)
        if Action.SEND_REQUEST in actions:
            self._layer.count("retransmissions_sent")
        self.run(actions, None, now)

    def run(self, actions: Actions, response: Response | None, now: float) -> None:
        """Carry out what the machine decided about a message or a timer."""
        for action in actions:
            if action is Action.SEND_REQUEST:
                self._layer.send(self._data, self.peer)
            elif action is Action.SEND_ACK:
                if response is not None and not self._ack:
                    self._ack = ack_for_rejection(self.request, response).to_bytes()
                self._layer.send(self._ack, self.peer)
            elif action is Action.DELIVER:
                self.on_response(response, now)
            elif action is Action.TERMINATED:
                self._layer.forget_client(self)
            else:
                self.on_response(None, now)
        self._layer.schedule.update(self)


def ack_for_rejection(invite: Request, response: Response) -> Request:
    """The ACK to a non-2xx final response (RFC 3261 §17.1.1.3)."""
    headers = {
        "via": invite.headers["via"][:1],
        "max-forwards": ["70"],
        "from": invite.headers["from"],
        "to": response.headers["to"],
        "call-id": invite.headers["call-id"],
        "cseq": [f"{invite.cseq} ACK"],
    }
    if "route" in invite.headers:
        headers["route"] = invite.headers["route"]
    return Request(headers=headers, method="ACK", uri=invite.uri)


class TransactionLayer:
    """All transactions of one endpoint. ``send`` takes bytes out, ``count`` takes counter names; ``admit`` says whether
    a request, no repetition of one, may begin a transaction."""

    def __init__(
        self,
        user: LayerUser,
        timers: Timers,
        send: Callable[[bytes, Peer], None],
        count: Callable[[str], None],
        max_transactions: int,
        admit: Callable[[Request, Peer, float], bool] = lambda request, peer, now: True,
    ) -> None:
        self.user = user
        self._admit = admit
        self.timers = timers
        self.send = send
        self.count = count
        self.schedule = Schedule()
        self.server: dict[ServerKey, ServerTransaction] = {}
        self.client: dict[ClientKey, ClientTransaction] = {}
        self._max = max_transactions

    def receive_request(self, request: Request, peer: Peer, now: float) -> None:
        """Hand a request to its transaction, or make one. The top Via is completed with the source first."""
        method = "INVITE" if request.method == "ACK" else request.method
        key = server_key(request, method)
        assert request.via is not None
        request.headers["via"][0] = request.via.received(peer.host, peer.port)
        known = self.server.get(key)
        if request.method == "ACK":
            if known is None or not isinstance(known.machine, InviteServer):
                self.user.on_ack(request, peer, now)
                return
            actions = known.machine.acknowledge(now)
            if Action.DELIVER in actions:
                self.user.on_ack(request, peer, now)
            known.run(actions, now)
        elif known is not None:
            self.count("retransmissions_received")
            known.run(known.machine.receive(now), now)
        elif not self._admit(request, peer, now):
            self.refuse_flood(request, peer)
        elif len(self.server) >= self._max:
            self.count("overload")
            self.respond_stateless(request, 503, peer)
        else:
            transaction = ServerTransaction(self, key, request, peer)
            self.server[key] = transaction
            transaction.machine.start(now)
            self.user.on_request(transaction, now)
            self.schedule.update(transaction)

    def refuse_flood(self, request: Request, peer: Peer) -> None:
        """By UDP without a word: the sender may be anybody's address, and a telephone asks again by itself."""
        self.count("flood")
        if peer.reliable:
            self.respond_stateless(request, 503, peer)

    def receive_response(self, response: Response, now: float) -> None:
        """Hand a response to its transaction; a stray one goes to the user."""
        assert response.via is not None
        transaction = self.client.get((response.via.branch, response.cseq_method))
        if transaction is None:
            self.user.on_stray_response(response, now)
        else:
            transaction.receive(response, now)

    def respond_stateless(self, request: Request, status: int, peer: Peer) -> None:
        """Answer without keeping anything (RFC 3261 §8.2.7)."""
        retry = [("retry-after", "5")] if status == 503 else []
        self.count("responses_sent")
        response = request.response(status, to_tag=secrets.token_hex(4), headers=retry)
        self.send(response.to_bytes(), response_peer(request, peer))

    def request(
        self, request: Request, peer: Peer, sent_by: tuple[str, int], on_response: OnResponse, now: float
    ) -> ClientTransaction:
        """Send a request in a new transaction; its Via is put on top here."""
        add_via(request, peer, sent_by)
        transaction = ClientTransaction(self, request, peer, on_response)
        self.client[transaction.key] = transaction
        self.count("requests_sent")
        transaction.start(now)
        return transaction

    def transport_failed(self, peer: Peer, now: float) -> None:
        """Nothing can be sent to this peer: fail the requests that wait for it (RFC 3261 §8.1.3.1)."""
        for transaction in [item for item in self.client.values() if item.peer == peer]:
            transaction.transport_error(now)

    def next_deadline(self) -> float | None:
        return self.schedule.next_deadline()

    def tick(self, now: float) -> None:
        self.schedule.tick(now)

    def forget_server(self, transaction: ServerTransaction) -> None:
        self.server.pop(transaction.key, None)

    def forget_client(self, transaction: ClientTransaction) -> None:
        self.client.pop(transaction.key, None)


def add_via(request: Request, peer: Peer, sent_by: tuple[str, int], branch: str = "") -> None:
    """Put our Via on top, asking for symmetric response routing (RFC 3581 §3)."""
    branch = branch or new_branch()
    host, port = bracketed(sent_by[0]), sent_by[1]
    text = f"SIP/2.0/{peer.transport.upper()} {host}:{port};branch={branch};rport"
    request.via = Via(peer.transport.upper(), host, port, branch, True, text)
    request.headers = {"via": [text], **{name: value for name, value in request.headers.items() if name != "via"}}
