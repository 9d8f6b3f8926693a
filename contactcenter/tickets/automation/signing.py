"""Webhooks as the Standard Webhooks specification 1.0.0 has them: identity, signature, when to try again. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta
from typing import Final

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
"""The specification asks for 24 to 64."""
WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""After each failure, as the specification proposes: three days altogether."""
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def written(key: bytes) -> str:
    """A key as people copy it."""
    return PREFIX + base64.b64encode(key).decode()


def headers(message_id: str, at: datetime, body: bytes, secret: str) -> dict[str, str]:
    """Of one try; `secret` as `written` gives it. The id stays the same at every try."""
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, b".".join((message_id.encode(), stamp.encode(), body)), hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
        "content-type": "application/json",
    }


def next_try(tries: int, now: datetime) -> datetime | None:
    """After so many failures; None: given up."""
    return now + WAITS[tries - 1] if tries <= len(WAITS) else None


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet, also the one that is wrapped in another."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if found.teredo is not None:
            return False
    return found.is_global and not found.is_multicast
