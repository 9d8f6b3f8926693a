"""SIP requests and responses: parse strictly, serialise (RFC 3261 §7, §25)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from contactcenter.telephony.sip.headers import (
    HeaderError,
    NameAddr,
    Via,
    parse_cseq,
    parse_name_addr,
    parse_via,
    split_list,
)
from contactcenter.telephony.sip.uri import Uri, UriError, parse_uri

MAX_MESSAGE = 65_536
MAX_HEAD = 32_768
MAX_HEADERS = 256
SIP_VERSION = "SIP/2.0"
REASONS = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    423: "Interval Too Brief",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    483: "Too Many Hops",
    484: "Address Incomplete",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    505: "Version Not Supported",
    513: "Message Too Large",
    603: "Decline",
}
COMPACT = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "d": "request-disposition",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
    "y": "identity",
}
_NAMES = {"call-id": "Call-ID", "cseq": "CSeq", "www-authenticate": "WWW-Authenticate", "mime-version": "MIME-Version"}
_SINGLE = ("from", "to", "call-id", "cseq", "max-forwards", "content-length", "content-type", "expires")
# A control character may stand in a quoted string after a backslash, nowhere else (RFC 3261 §25.1 quoted-pair).
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UNQUOTED_CONTROL = re.compile(r"(?<!\\)" + _CONTROL.pattern)
_NAME = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_METHOD = _NAME
_STATUS = re.compile(r"SIP/2\.0 ([1-6][0-9][0-9])(?: (.*))?", re.IGNORECASE)
_CALL_ID = re.compile(r"[A-Za-z0-9\-.!%*_+`'~()<>:\\\"/\[\]?{}]+(?:@[A-Za-z0-9\-.!%*_+`'~()<>:\\\"/\[\]?{}]+)?")
_HOPS = re.compile(r"0*(?:[0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-5])")
_FOLD = re.compile(r"\r\n[ \t]+")
_VERSION = re.compile(r"SIP/\d+\.\d+", re.IGNORECASE)
_REPLY_FIELDS = ("via", "from", "to", "call-id", "cseq")


class ParseError(ValueError):
    """Bytes that are no acceptable SIP message.

    ``reply`` holds the request's Via, From, To, Call-ID and CSeq when a response with ``status`` can be sent for
    it (RFC 3261 §21.4.1); None asks to drop the message: a response, an ACK, or nothing readable.
    """

    def __init__(self, sentence: str, status: int = 400, reply: Request | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.reply = reply


Headers = dict[str, list[str]]


def header_name(lower: str) -> str:
    """The customary spelling of a header's lower-case name."""
    name = _NAMES.get(lower)
    if name is None:
        name = "-".join(part.capitalize() for part in lower.split("-"))
        if len(_NAMES) < 512:
            _NAMES[lower] = name
    return name


@dataclass(slots=True)
class Message:
    """What requests and responses share. ``headers`` maps lower-case full names to values in order of arrival."""

    headers: Headers
    body: bytes = b""
    via: Via | None = None
    from_: NameAddr = field(default=None)  # type: ignore[assignment]  # set by every constructor path below
    to: NameAddr = field(default=None)  # type: ignore[assignment]  # idem
    call_id: str = ""
    cseq: int = 0
    cseq_method: str = ""

    def first(self, name: str) -> str | None:
        """The first field with this lower-case name, as written."""
        values = self.headers.get(name)
        return values[0] if values else None

    def values(self, name: str) -> list[str]:
        """All values of a comma separated header, in order."""
        fields = self.headers.get(name)
        if not fields:
            return []
        return [value for line in fields for value in split_list(line) if value]

    @property
    def content_type(self) -> str:
        """Media type in lower case without parameters."""
        return (self.first("content-type") or "").split(";", 1)[0].strip().lower()

    def _head(self, start: str) -> bytes:
        lines = [start]
        for name, values in self.headers.items():
            title = _NAMES.get(name) or header_name(name)
            for value in values:
                lines.append(f"{title}: {value}")
        lines.append(f"Content-Length: {len(self.body)}\r\n\r\n")
        return "\r\n".join(lines).encode()


@dataclass(slots=True)
class Request(Message):
    method: str = ""
    uri: str = ""

    def parsed_uri(self) -> Uri:
        """The Request-URI; it was valid when parsed. Raises UriError for a hand-made request with a bad one."""
        return parse_uri(self.uri)

    def to_bytes(self) -> bytes:
        return self._head(f"{self.method} {self.uri} SIP/2.0") + self.body

    def response(
        self,
        status: int,
        reason: str = "",
        *,
        to_tag: str = "",
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        content_type: str = "application/sdp",
    ) -> Response:
        """A response to this request with the fields that must be copied (RFC 3261 §8.2.6.2).

        ``headers`` take lower-case names. The To tag is added only where the request had none.
        """
        mine = self.headers
        to = mine["to"][0]
        if to_tag and not (self.to and self.to.tag):
            to = f"{to};tag={to_tag}"
        fields: Headers = {
            "via": mine["via"],
            "from": mine["from"],
            "to": [to],
            "call-id": mine["call-id"],
            "cseq": mine["cseq"],
        }
        for name, value in headers:
            fields.setdefault(name, []).append(value)
        if body:
            fields["content-type"] = [content_type]
        return Response(
            headers=fields,
            body=body,
            via=self.via,
            call_id=self.call_id,
            cseq=self.cseq,
            cseq_method=self.cseq_method,
            status=status,
            reason=reason or REASONS.get(status, "Unknown"),
        )


@dataclass(slots=True)
class Response(Message):
    status: int = 0
    reason: str = ""

    def to_bytes(self) -> bytes:
        return self._head(f"SIP/2.0 {self.status} {self.reason}") + self.body


def _fields(lines: list[str]) -> Headers:
    if len(lines) > MAX_HEADERS:
        raise ParseError("too many header fields")
    headers: Headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.rstrip(" \t").lower()
        if not colon or not _NAME.fullmatch(name):
            raise ParseError("malformed header field")
        name = COMPACT.get(name, name)
        value = value.strip(" \t")
        present = headers.get(name)
        if present is None:
            headers[name] = [value]
        else:
            present.append(value)
    return headers


def _mandatory(message: Message) -> None:
    """Check and parse the fields every message carries. Raises HeaderError."""
    headers = message.headers
    for name in _SINGLE:
        if len(headers.get(name, ())) > 1:
            raise HeaderError(f"repeated {header_name(name)}")
    vias = message.values("via")
    missing = [name for name in _REPLY_FIELDS if not headers.get(name)]
    if missing or not vias:
        raise HeaderError("missing " + ", ".join(header_name(name) for name in missing or ["via"]))
    headers["via"] = vias
    message.via = parse_via(vias[0])
    message.from_ = parse_name_addr(headers["from"][0], "From")
    message.to = parse_name_addr(headers["to"][0], "To")
    message.call_id = headers["call-id"][0]
    if not _CALL_ID.fullmatch(message.call_id):
        raise HeaderError("malformed Call-ID")
    message.cseq, message.cseq_method = parse_cseq(headers["cseq"][0])


def _take_body(message: Message, body: bytes) -> None:
    """Cut the body to Content-Length; without the field a datagram's rest is the body (RFC 3261 §18.3)."""
    lengths = message.headers.pop("content-length", None)
    if lengths is None:
        message.body = body
        return
    text = lengths[0]
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or len(lengths) > 1:
        raise HeaderError("malformed Content-Length")
    length = int(text)
    if length > len(body):
        raise HeaderError("body shorter than Content-Length")
    message.body = body[:length] if length != len(body) else body


def _reply_skeleton(method: str, headers: Headers) -> Request | None:
    """What a 400 needs, when the broken request has it and is not an ACK."""
    if method == "ACK" or any(len(headers.get(name, ())) == 0 for name in _REPLY_FIELDS):
        return None
    vias = [value for line in headers["via"] for value in split_list(line)]
    try:
        via = parse_via(vias[0])
    except HeaderError:
        return None
    kept: Headers = {name: headers[name][:1] for name in _REPLY_FIELDS}
    kept["via"] = vias
    return Request(headers=kept, via=via, method=method, uri="")


def _start_line(line: str) -> tuple[str, str]:
    """Method and Request-URI. Raises ParseError (505 for another version)."""
    parts = line.split(" ")
    if len(parts) != 3 or not _METHOD.fullmatch(parts[0]):
        raise ParseError("malformed request line")
    if parts[2].upper() != SIP_VERSION:
        known = _VERSION.fullmatch(parts[2]) is not None
        raise ParseError("unknown SIP version" if known else "malformed request line", 505 if known else 400)
    return parts[0], parts[1]


def _parse_request(lines: list[str], body: bytes) -> Request:
    fault: ParseError | None = None
    method = uri = ""
    try:
        method, uri = _start_line(lines[0])
    except ParseError as error:
        fault = error
        method = lines[0].split(" ", 1)[0]
    headers = _fields(lines[1:])
    try:
        if fault is not None:
            raise fault
        request = Request(headers=headers, method=method, uri=uri)
        parsed = parse_uri(uri)
        if getattr(parsed, "headers", ""):
            raise HeaderError("Request-URI with header fields")
        _mandatory(request)
        if request.cseq_method != method:
            raise HeaderError("CSeq method differs from the request's")
        hops = request.first("max-forwards")
        if hops is not None and not _HOPS.fullmatch(hops):
            raise HeaderError("malformed Max-Forwards")
        _take_body(request, body)
    except (ParseError, HeaderError, UriError) as error:
        status = error.status if isinstance(error, ParseError) else 400
        raise ParseError(str(error), status, _reply_skeleton(method, headers)) from error
    return request


def _parse_response(lines: list[str], body: bytes) -> Response:
    match = _STATUS.fullmatch(lines[0])
    if match is None:
        raise ParseError("malformed status line")
    response = Response(headers=_fields(lines[1:]), status=int(match[1]), reason=match[2] or "")
    try:
        _mandatory(response)
        _take_body(response, body)
    except HeaderError as error:
        raise ParseError(str(error)) from error
    return response


def parse(data: bytes) -> Request | Response:
    """Parse one message: a datagram, or a frame cut from a stream. Raises ParseError and nothing else."""
    if len(data) > MAX_MESSAGE:
        raise ParseError("message too large", 513)
    if data.startswith(b"\r\n"):
        data = data.lstrip(b"\r\n")
    end = data.find(b"\r\n\r\n")
    if end < 0 or end > MAX_HEAD:
        raise ParseError("no end of header fields" if end < 0 else "header fields too large")
    try:
        head = data[:end].decode("utf-8")
    except UnicodeDecodeError as error:
        raise ParseError("header fields are not UTF-8") from error
    if _CONTROL.search(head) and _UNQUOTED_CONTROL.search(head):
        raise ParseError("control character in header fields")
    if not head.count("\r") == head.count("\n") == head.count("\r\n"):
        raise ParseError("line end that is not CRLF")
    if "\r\n " in head or "\r\n\t" in head:
        head = _FOLD.sub(" ", head)
    lines = head.split("\r\n")
    body = data[end + 4 :]
    if lines[0][:4].upper() == "SIP/":
        return _parse_response(lines, body)
    return _parse_request(lines, body)
