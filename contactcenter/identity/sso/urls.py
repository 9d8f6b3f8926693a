"""Which addresses of a provider are asked: https, or plain http on this machine alone. Pure."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

LONGEST = 2000


def is_loopback(url: str) -> bool:
    """Whether the host is this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def provider_url(text: str) -> str:
    """The address as it was given, if a provider may be asked there. Raises ValueError, a sentence part."""
    if len(text) > LONGEST or any(sign.isspace() or ord(sign) < 33 for sign in text):
        raise ValueError("must be an address without spaces, at most 2,000 characters long")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("must be an address like https://login.example.com") from None
    if not host or parts.scheme not in ("https", "http"):
        raise ValueError("must be an address like https://login.example.com")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("must hold neither a user name nor a #")
    if parts.scheme == "http" and not is_loopback(text):
        raise ValueError("must begin with https://; http is for providers on this machine only")
    return text


def same_reach(url: str, origin: str) -> bool:
    """Whether `url`, named by the provider at `origin`, may be asked: who is elsewhere leads to no local address."""
    try:
        provider_url(url)
    except ValueError:
        return False
    return is_loopback(origin) or not is_loopback(url)
