"""Header field values with a structure of their own (RFC 3261 §20, §25.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from contactcenter.telephony.sip.uri import OtherUri, SipUri, Uri, UriError, parse_uri

_WORD = r"[A-Za-z0-9\-.!%*_+`'~]++"
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
# Possessive quantifiers keep every match linear in the text, whatever an attacker sends.
_PARAM = re.compile(
    rf"[ \t]*+;[ \t]*+({_WORD})(?:[ \t]*+=[ \t]*+({_QUOTED}|[A-Za-z0-9\-.!%*_+`'~:\[\]/@$&]++))?[ \t]*+"
)
_AUTH_PARAM = re.compile(rf"[ \t]*({_WORD})[ \t]*=[ \t]*({_QUOTED}|[^\s,\"]+)[ \t]*(?:,|$)")
_VIA = re.compile(
    rf"SIP[ \t]*/[ \t]*2\.0[ \t]*/[ \t]*({_WORD})[ \t]+"
    r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_.])?)(?:[ \t]*:[ \t]*([0-9]{1,5}))?(.*)",
    re.IGNORECASE,
)
_NAME_ADDR = re.compile(
    rf"[ \t]*+(?:(?:({_QUOTED})[ \t]*+|([A-Za-z0-9\-.!%*_+`'~ \t]*+))<([^<>]*+)>|([^\s<>;,?\"]++))[ \t]*+(.*)",
    re.DOTALL,
)
_CSEQ = re.compile(rf"([0-9]{{1,10}})[ \t]+({_WORD})")
_QUOTED_PAIR = re.compile(r"\\(.)")
_RPORT = re.compile(r";[ \t]*rport[ \t]*(?=;|$)", re.IGNORECASE)
MAGIC_COOKIE = "z9hG4bK"
MAX_CSEQ = 2**31 - 1


class HeaderError(ValueError):
    """A header field's value breaks its grammar; the message names the field, never its content."""


def split_list(text: str) -> list[str]:
    """Split a comma separated value, leaving commas in quoted strings and angle brackets alone."""
    if "," not in text:
        return [text.strip()]
    if '"' not in text and "<" not in text:
        return [part.strip() for part in text.split(",")]
    parts: list[str] = []
    start = 0
    quoted = bracketed = escaped = False
    for index, char in enumerate(text):
        if escaped:
            escaped = False
        elif quoted:
            escaped = char == "\\"
            quoted = char != '"'
        elif char == '"' and not bracketed:
            quoted = True
        elif char == "<":
            bracketed = True
        elif char == ">":
            bracketed = False
        elif char == "," and not bracketed:
            parts.append(text[start:index].strip())
            start = index + 1
    parts.append(text[start:].strip())
    return parts


def unquote_string(text: str) -> str:
    """The content of a quoted-string; other text as it is."""
    return _QUOTED_PAIR.sub(r"\1", text[1:-1]) if text.startswith('"') else text


def quote_string(text: str) -> str:
    """A quoted-string holding the text; control characters are left out because the grammar has no place for them."""
    clean = "".join(char for char in text if char >= " " and char != "\x7f")
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'


def parse_params(text: str, field: str) -> dict[str, str | None]:
    """Parse ``;name=value`` pairs to the end of the text; names in lower case, quoted values unquoted."""
    params: dict[str, str | None] = {}
    position = 0
    while position < len(text):
        match = _PARAM.match(text, position)
        if match is None:
            raise HeaderError(f"malformed {field} parameter")
        name, value = match.groups()
        name = name.lower()
        if name in params:
            raise HeaderError(f"repeated {field} parameter")
        params[name] = unquote_string(value) if value is not None else None
        position = match.end()
    return params


@dataclass(frozen=True, slots=True)
class Via:
    """One hop of a Via header; ``rport`` is True when the parameter is present (RFC 3581)."""

    transport: str
    host: str
    port: int | None
    branch: str
    rport: bool
    text: str

    @property
    def sent_by(self) -> str:
        return f"{self.host}:{self.port or 5060}"

    def received(self, host: str, port: int) -> str:
        """The field with what the transport saw: ``received`` and ``rport`` (RFC 3261 §18.2.1, RFC 3581 §4)."""
        text = self.text
        if self.rport:
            text = _RPORT.sub(f";rport={port}", text, count=1)
        if self.rport or self.host.strip("[]") != host:
            text = f"{text};received={host}"
        return text


@lru_cache(maxsize=1024)
def _via(text: str) -> Via:
    match = _VIA.fullmatch(text)
    if match is None:
        raise HeaderError("malformed Via")
    transport, host, port, rest = match.groups()
    params = parse_params(rest, "Via")
    number = int(port) if port else None
    if number is not None and not 0 < number < 65536:
        raise HeaderError("malformed Via port")
    return Via(transport.upper(), host.lower(), number, params.get("branch") or "", "rport" in params, text)


def parse_via(text: str) -> Via:
    """Parse one Via value. Raises HeaderError."""
    return _via(text)


@dataclass(frozen=True, slots=True)
class NameAddr:
    """A From, To, Contact, Route or Record-Route value."""

    display_name: str
    uri: Uri
    params: dict[str, str | None]

    @property
    def tag(self) -> str:
        return self.params.get("tag") or ""

    @property
    def sip_uri(self) -> SipUri | None:
        return self.uri if isinstance(self.uri, SipUri) else None


def parse_name_addr(text: str, field: str) -> NameAddr:
    """Parse a name-addr or addr-spec with header parameters. Raises HeaderError.

    In the form without angle brackets everything after ``;`` belongs to the header and ``?`` and ``,`` are
    not allowed (RFC 3261 §20).
    """
    match = _NAME_ADDR.fullmatch(text)
    if match is None:
        raise HeaderError(f"malformed {field}")
    quoted, plain, inner, bare, rest = match.groups()
    try:
        uri = parse_uri(inner if inner is not None else bare)
    except UriError as error:
        raise HeaderError(f"malformed {field} URI") from error
    name = unquote_string(quoted) if quoted else (plain or "").strip()
    return NameAddr(name, uri, parse_params(rest, field) if rest else {})


def parse_cseq(text: str) -> tuple[int, str]:
    """Sequence number and method. Raises HeaderError; numbers are below 2**31 (RFC 3261 §8.1.1.5)."""
    match = _CSEQ.fullmatch(text)
    if match is None or int(match[1]) > MAX_CSEQ:
        raise HeaderError("malformed CSeq")
    return int(match[1]), match[2]


def parse_auth(text: str, field: str) -> tuple[str, dict[str, str]]:
    """Scheme in lower case and parameters of a (Proxy-/WWW-)Authenticate or Authorization value."""
    scheme, _, rest = text.strip().partition(" ")
    params: dict[str, str] = {}
    position = 0
    rest = rest.strip()
    while position < len(rest):
        match = _AUTH_PARAM.match(rest, position)
        if match is None or match[1].lower() in params:
            raise HeaderError(f"malformed {field}")
        params[match[1].lower()] = unquote_string(match[2])
        position = match.end()
    return scheme.lower(), params


def iter_name_addrs(values: list[str], field: str) -> Iterator[NameAddr]:
    """Parse each value of a list header such as Contact or Route."""
    for value in values:
        yield parse_name_addr(value, field)


def format_name_addr(display_name: str, uri: str | SipUri | OtherUri, tag: str = "") -> str:
    """A name-addr as it stands in From or To."""
    name = quote_string(display_name) + " " if display_name else ""
    return f"{name}<{uri}>{';tag=' + tag if tag else ''}"
