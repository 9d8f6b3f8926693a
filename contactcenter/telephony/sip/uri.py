"""SIP and other URIs (RFC 3261 §19.1, §25.1)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

_HOST = r"\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_.])?"
_SIP_URI = re.compile(
    r"(?P<scheme>[sS][iI][pP][sS]?):"
    r"(?:(?P<user>(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/]|%[0-9A-Fa-f]{2})+)"
    r"(?::(?P<password>(?:[A-Za-z0-9\-_.!~*'()&=+$,]|%[0-9A-Fa-f]{2})*))?@)?"
    rf"(?P<host>{_HOST})"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<params>(?:;[^;?\s<>\",@]+)*)"
    r"(?:\?(?P<headers>[^\s<>\"@,?]+))?"
)
_OTHER_URI = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):(?P<rest>[^\s<>\"]+)")
_PARAM = re.compile(r"(?:[A-Za-z0-9\-_.!~*'()\[\]/:&+$]|%[0-9A-Fa-f]{2})+")
_USER_SAFE = "-_.!~*'()&=+$,;?/"


class UriError(ValueError):
    """The text is not a URI this code can read."""


@dataclass(frozen=True, slots=True)
class SipUri:
    """A ``sip:`` or ``sips:`` URI; ``user`` is kept as written (percent-escaped), ``host`` in lower case."""

    scheme: str
    user: str | None
    host: str
    port: int | None = None
    params: tuple[tuple[str, str | None], ...] = ()
    headers: str = ""
    password: str | None = None

    def param(self, name: str) -> str | None:
        """Value of a URI parameter, "" when it is present without a value, None when absent."""
        for key, value in self.params:
            if key == name:
                return value or ""
        return None

    @property
    def user_text(self) -> str:
        """The user part with escapes removed and without its own parameters."""
        return unquote(self.user or "").split(";", 1)[0]

    @property
    def transport(self) -> str | None:
        value = self.param("transport")
        return value.lower() if value else None

    @property
    def loose(self) -> bool:
        """Whether a Route entry asks for loose routing (``lr``, RFC 3261 §16.12)."""
        return self.param("lr") is not None

    def __str__(self) -> str:
        user = f"{self.user}{'' if self.password is None else ':' + self.password}@" if self.user is not None else ""
        port = f":{self.port}" if self.port is not None else ""
        params = "".join(f";{key}" if value is None else f";{key}={value}" for key, value in self.params)
        return f"{self.scheme}:{user}{self.host}{port}{params}{'?' + self.headers if self.headers else ''}"


@dataclass(frozen=True, slots=True)
class OtherUri:
    """Any other URI, such as ``tel:``; only its scheme is known."""

    scheme: str
    rest: str

    @property
    def user_text(self) -> str:
        """The number of a ``tel:`` URI, "" for other schemes."""
        return unquote(self.rest).split(";", 1)[0] if self.scheme == "tel" else ""

    def __str__(self) -> str:
        return f"{self.scheme}:{self.rest}"


Uri = SipUri | OtherUri


def _params(text: str) -> tuple[tuple[str, str | None], ...]:
    found: dict[str, str | None] = {}
    for item in text.split(";")[1:]:
        key, equals, value = item.partition("=")
        key = key.lower()
        if not _PARAM.fullmatch(key) or (equals and not _PARAM.fullmatch(value)) or key in found:
            raise UriError("malformed URI parameter")
        found[key] = value if equals else None
    return tuple(found.items())


@lru_cache(maxsize=4096)
def parse_uri(text: str) -> Uri:
    """Parse an addr-spec without angle brackets. Raises UriError."""
    match = _SIP_URI.fullmatch(text)
    if match is None:
        other = _OTHER_URI.fullmatch(text)
        if other is None or other["scheme"].lower() in ("sip", "sips"):
            raise UriError("malformed URI")
        return OtherUri(other["scheme"].lower(), other["rest"])
    host = match["host"].lower()
    if host.startswith("["):
        try:
            ipaddress.IPv6Address(host[1:-1])
        except ValueError as error:
            raise UriError("malformed IPv6 address") from error
    elif ".." in host:
        raise UriError("malformed host")
    port = int(match["port"]) if match["port"] else None
    if port is not None and not 0 < port < 65536:
        raise UriError("port out of range")
    params = _params(match["params"]) if match["params"] else ()
    return SipUri(match["scheme"].lower(), match["user"], host, port, params, match["headers"] or "", match["password"])


def escape_user(text: str) -> str:
    """Percent-escape a user part, so that any dialled text makes a legal URI."""
    return quote(text, safe=_USER_SAFE)


def bracketed(host: str) -> str:
    """A host as it stands in a URI or Via: IPv6 addresses in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def unbracketed(host: str) -> str:
    """A host as the socket calls want it."""
    return host[1:-1] if host.startswith("[") else host
