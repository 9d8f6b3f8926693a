"""The session description as data: parse and serialise (RFC 8866)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from media.errors import MediaError

MAX_CHARACTERS = 64 * 1024
"""Longest description read; a browser's offer has about 6,000."""

Attributes = tuple[tuple[str, str | None], ...]

_NUMBER = re.compile(r"[0-9]{1,20}", re.ASCII)
_TOKEN = re.compile(r"[!#-'*+\-.0-9A-Z^-~]+", re.ASCII)
_PROTOCOL = re.compile(r"[!#-'*+\-./0-9A-Z^-~]+", re.ASCII)
_LINE = re.compile(r"([a-z])=(.*)", re.ASCII | re.DOTALL)
_RTPMAP = re.compile(r"([0-9]{1,3}) +([^ /]+)/([0-9]{1,6})(?:/([0-9]{1,2}))? *", re.ASCII)
_FMTP = re.compile(r"([0-9]{1,3}) +(.+)", re.ASCII)

# RFC 3551 §6: payload types that need no rtpmap.
_STATIC = {
    0: ("PCMU", 8000),
    3: ("GSM", 8000),
    4: ("G723", 8000),
    5: ("DVI4", 8000),
    8: ("PCMA", 8000),
    9: ("G722", 8000),
    13: ("CN", 8000),
    15: ("G728", 8000),
    18: ("G729", 8000),
}


def refused(sentence: str) -> MediaError:
    """The error for a description that cannot be used."""
    return MediaError("not-acceptable", sentence)


@dataclass(frozen=True, slots=True)
class Codec:
    """One format of a media line: `name` as written, `clock_rate` in Hz, `parameters` the fmtp text or ""."""

    payload_type: int
    name: str
    clock_rate: int
    channels: int = 1
    parameters: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The o= line; `host` is not where media goes (RFC 8866 §5.2)."""

    username: str
    session_id: str
    version: int
    host: str


@dataclass(frozen=True, slots=True)
class Media:
    """One m= section. `connection` is its own c= host or None when the session's holds."""

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    connection: str | None = None
    attributes: Attributes = ()

    def attribute(self, name: str) -> str | None:
        """The value of the first attribute of this name; "" for a flag, None when absent."""
        return find(self.attributes, name)

    def values(self, name: str) -> list[str]:
        """Every value given for an attribute, in order."""
        return [value or "" for key, value in self.attributes if key == name]

    @property
    def codecs(self) -> tuple[Codec, ...]:
        """The formats that name a codec, in the order of preference written; unusable ones are left out."""
        maps: dict[int, tuple[str, int, int]] = {pt: (name, rate, 1) for pt, (name, rate) in _STATIC.items()}
        for value in self.values("rtpmap"):
            if match := _RTPMAP.fullmatch(value):
                maps[int(match[1])] = (match[2], int(match[3]), int(match[4] or 1))
        parameters = {int(m[1]): m[2] for m in map(_FMTP.fullmatch, self.values("fmtp")) if m}
        found: list[Codec] = []
        for text in self.formats:
            payload_type = int(text) if _NUMBER.fullmatch(text) else -1
            if 0 <= payload_type <= 127 and payload_type in maps:
                name, rate, channels = maps[payload_type]
                found.append(Codec(payload_type, name, rate, channels, parameters.get(payload_type, "")))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Session:
    """A whole description. Lines nobody here needs (i, u, e, p, b, r, z, k) are not kept."""

    origin: Origin
    connection: str | None = None
    attributes: Attributes = ()
    media: tuple[Media, ...] = ()
    name: str = "-"

    def attribute(self, name: str) -> str | None:
        """The value of the first session attribute of this name; "" for a flag, None when absent."""
        return find(self.attributes, name)

    def serialise(self) -> str:
        """The description as text with CRLF line ends; `parse` gives an equal Session back."""
        origin = self.origin
        lines = [
            "v=0",
            f"o={origin.username} {origin.session_id} {origin.version} IN {address_type(origin.host)} {origin.host}",
            f"s={self.name}",
        ]
        if self.connection is not None:
            lines.append(_connection_line(self.connection))
        lines.append("t=0 0")
        lines.extend(_attribute_lines(self.attributes))
        for media in self.media:
            lines.append(f"m={media.kind} {media.port} {media.protocol} {' '.join(media.formats)}")
            if media.connection is not None:
                lines.append(_connection_line(media.connection))
            lines.extend(_attribute_lines(media.attributes))
        return "\r\n".join(lines) + "\r\n"


def find(attributes: Attributes, name: str) -> str | None:
    """The value of the first attribute of this name; "" for a flag, None when absent."""
    return next((value or "" for key, value in attributes if key == name), None)


def address_type(host: str) -> str:
    """IP6 for an IPv6 address, IP4 for anything else."""
    try:
        return f"IP{ipaddress.ip_address(host).version}"
    except ValueError:
        return "IP4"


def number(text: str, what: str, most: int) -> int:
    """A decimal number up to `most`; raises MediaError naming `what` otherwise."""
    if not _NUMBER.fullmatch(text) or int(text) > most:
        raise refused(f"The session description has an unusable {what}.")
    return int(text)


def parse(text: str) -> Session:
    """Read a description; lines may end in CRLF or LF, unknown lines and attributes are passed over.

    Raises MediaError("not-acceptable") with a sentence naming what is wrong.
    """
    if len(text) > MAX_CHARACTERS:
        raise refused("The session description is too long.")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines or lines[0].strip() != "v=0":
        raise refused("The session description does not begin with v=0.")
    blocks: list[list[tuple[str, str]]] = [[]]
    for count, line in enumerate(lines[1:], start=2):
        match = _LINE.fullmatch(line)
        if match is None or "\r" in line or "\0" in line:
            raise refused(f"Line {count} of the session description is not of the form x=value.")
        if match[1] == "m":
            blocks.append([])
        blocks[-1].append((match[1], match[2]))
    return _session(blocks)


def _session(blocks: list[list[tuple[str, str]]]) -> Session:
    origin: Origin | None = None
    name = "-"
    for kind, value in blocks[0]:
        if kind == "o" and origin is None:
            origin = _origin(value)
        elif kind == "s":
            name = value
    if origin is None:
        raise refused("The session description has no o= line.")
    return Session(
        origin=origin,
        connection=_connection(blocks[0]),
        attributes=_attributes(blocks[0]),
        media=tuple(_media(block) for block in blocks[1:]),
        name=name,
    )


def _origin(value: str) -> Origin:
    fields = value.split()
    if len(fields) != 6:
        raise refused("The o= line of the session description does not have six fields.")
    return Origin(fields[0], fields[1], number(fields[2], "version in its o= line", 10**20), fields[5])


def _media(block: list[tuple[str, str]]) -> Media:
    fields = block[0][1].split()
    if len(fields) < 4 or not _TOKEN.fullmatch(fields[0]) or not _PROTOCOL.fullmatch(fields[2]):
        raise refused("An m= line of the session description is not complete.")
    port = number(fields[1].partition("/")[0], "port in an m= line", 65535)
    return Media(
        kind=fields[0],
        port=port,
        protocol=fields[2],
        formats=tuple(fields[3:]),
        connection=_connection(block),
        attributes=_attributes(block),
    )


def _connection(block: list[tuple[str, str]]) -> str | None:
    value = next((value for kind, value in block if kind == "c"), None)
    if value is None:
        return None
    fields = value.split()
    if len(fields) != 3 or fields[0] != "IN" or fields[1] not in ("IP4", "IP6"):
        raise refused("A c= line of the session description is not of the form IN IP4 address.")
    host = fields[2].partition("/")[0]
    if not host:
        raise refused("A c= line of the session description has no address.")
    return host


def _attributes(block: list[tuple[str, str]]) -> Attributes:
    found: list[tuple[str, str | None]] = []
    for kind, value in block:
        if kind == "a":
            name, colon, rest = value.partition(":")
            found.append((name.strip(), rest.strip() if colon else None))
    return tuple(found)


def _connection_line(host: str) -> str:
    return f"c=IN {address_type(host)} {host}"


def _attribute_lines(attributes: Attributes) -> list[str]:
    return [f"a={name}" if value is None else f"a={name}:{value}" for name, value in attributes]
