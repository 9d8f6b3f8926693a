"""Dialogs: route set, remote target, sequence numbers (RFC 3261 §12)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from contactcenter.telephony.sip.headers import HeaderError, parse_name_addr
from contactcenter.telephony.sip.layer import Peer, ServerTransaction
from contactcenter.telephony.sip.message import Message, Request, Response
from contactcenter.telephony.sip.uri import SipUri, UriError, parse_uri, unbracketed

DialogKey = tuple[str, str, str]


def contact_uri(message: Message) -> str | None:
    """The URI of the first Contact, None when there is none. Raises HeaderError."""
    values = message.values("contact")
    if not values:
        return None
    address = parse_name_addr(values[0], "Contact")
    if address.sip_uri is None:
        raise HeaderError("Contact is not a SIP URI")
    return str(address.uri)


DEFAULT_PORTS: Final = {"udp": 5060, "tcp": 5060, "tls": 5061}


def uri_peer(uri: str, default_transport: str) -> Peer | None:
    """Transport address named by a SIP URI, None when it cannot be reached (another scheme or transport)."""
    try:
        parsed = parse_uri(uri)
    except UriError:
        return None
    if not isinstance(parsed, SipUri):
        return None
    transport = parsed.transport or default_transport
    if parsed.scheme == "sips" and transport in ("udp", "tcp"):
        # sips means TLS on the way there; transport=tcp says what lies below it (RFC 3261 §26.2.2).
        transport = "tls"
    if transport not in DEFAULT_PORTS:
        return None
    return Peer(transport, unbracketed(parsed.host), parsed.port or DEFAULT_PORTS[transport])


@dataclass(slots=True)
class Dialog:
    """One side's view of a dialog. ``local`` and ``remote`` are the From/To values with their tags."""

    call_id: str
    local_tag: str
    remote_tag: str
    local: str
    remote: str
    remote_target: str
    routes: tuple[str, ...]
    flow: Peer
    keep_flow: bool
    local_cseq: int
    remote_cseq: int | None = None

    @property
    def key(self) -> DialogKey:
        return (self.call_id, self.local_tag, self.remote_tag)

    def destination(self) -> Peer:
        """Next hop: first route, else the remote target (RFC 3261 §12.2.1.1, §8.1.2).

        Behind address translation the remote target is unreachable: then requests go where the peer's came from.
        On streams the open connection is used as long as it lives.
        """
        transport = self.flow.transport
        if self.routes:
            route = parse_name_addr(self.routes[0], "Route")
            peer = uri_peer(str(route.uri), transport)
        elif self.keep_flow:
            return self.flow
        else:
            peer = uri_peer(self.remote_target, transport)
        if peer is None:
            return self.flow
        return peer._replace(connection=self.flow.connection) if peer.reliable else peer

    def request(self, method: str, *, cseq: int | None = None, body: bytes = b"", content_type: str = "") -> Request:
        """A request inside the dialog, without Via; the local sequence number goes up unless ``cseq`` is given."""
        if cseq is None:
            self.local_cseq += 1
            cseq = self.local_cseq
        uri, routes = self.remote_target, list(self.routes)
        if routes:
            first = parse_name_addr(routes[0], "Route")
            if first.sip_uri is not None and not first.sip_uri.loose:
                # A strict router wants itself in the Request-URI and the target last (RFC 3261 §12.2.1.1).
                uri, routes = str(first.uri), [*routes[1:], f"<{uri}>"]
        headers = {
            "max-forwards": ["70"],
            "from": [self.local],
            "to": [self.remote],
            "call-id": [self.call_id],
            "cseq": [f"{cseq} {method}"],
        }
        if routes:
            headers["route"] = routes
        if body:
            headers["content-type"] = [content_type]
        return Request(headers=headers, body=body, method=method, uri=uri, call_id=self.call_id, cseq=cseq)

    def accept_cseq(self, number: int) -> bool:
        """Whether a request's number is in order; it then becomes the remote number (RFC 3261 §12.2.2)."""
        if self.remote_cseq is not None and number < self.remote_cseq:
            return False
        self.remote_cseq = number
        return True

    def refresh_target(self, message: Message) -> None:
        """Take over the Contact of a target refresh request or its response. Raises HeaderError."""
        target = contact_uri(message)
        if target is not None:
            self.remote_target = target


def server_dialog(transaction: ServerTransaction, local_tag: str) -> Dialog:
    """The dialog a UAS makes from an INVITE (RFC 3261 §12.1.1). Raises HeaderError."""
    request, source = transaction.request, transaction.source
    target = contact_uri(request)
    if target is None:
        raise HeaderError("missing Contact")
    via = request.via
    translated = via is not None and unbracketed(via.host) != source.host
    return Dialog(
        call_id=request.call_id,
        local_tag=local_tag,
        remote_tag=request.from_.tag,
        local=f"{request.headers['to'][0]};tag={local_tag}",
        remote=request.headers["from"][0],
        remote_target=target,
        routes=tuple(request.values("record-route")),
        flow=source,
        keep_flow=translated and not request.headers.get("record-route"),
        local_cseq=secrets.randbelow(1 << 16),
        remote_cseq=request.cseq,
    )


def client_dialog(invite: Request, response: Response, flow: Peer, keep_flow: bool) -> Dialog:
    """The dialog a UAC makes from a response with a To tag (RFC 3261 §12.1.2). Raises HeaderError."""
    return Dialog(
        call_id=invite.call_id,
        local_tag=invite.from_.tag,
        remote_tag=response.to.tag,
        local=invite.headers["from"][0],
        remote=response.headers["to"][0],
        remote_target=contact_uri(response) or invite.uri,
        routes=tuple(reversed(response.values("record-route"))),
        flow=flow,
        keep_flow=keep_flow,
        local_cseq=invite.cseq,
    )
