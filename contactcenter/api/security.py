"""What protects a browser's user: same-origin checks and response headers."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from contactcenter.api.problems import Problem

DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"


def new_nonce() -> str:
    """128 random bits for one page as it is sent once."""
    return secrets.token_urlsafe(16)


def page_policy(nonce: str) -> str:
    """Scripts are files of this server without exception; style elements, which Mantine makes, carry the nonce."""
    return (
        f"default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )


def document_policy(style: str) -> str:
    """For a page of text whose one style element holds exactly `style`."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"


SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(self), display-capture=(self), geolocation=(), payment=()",
}

_DEFAULT_PORTS = {"http": 80, "https": 443}


def same_origin(origin: str, host: str, public_url: str = "") -> bool:
    """Whether a page of `origin` belongs to the server asked for as `host` or published as `public_url`.

    The scheme is not compared with `host`: behind a proxy that ends TLS it differs.
    """
    asked = _place(origin)
    if asked is None:
        return False
    if public_url and asked == _place(public_url):
        return True
    return asked[1:] == (_place(f"{asked[0]}://{host}") or ("",))[1:]


def _place(url: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if not parts.hostname or parts.scheme not in _DEFAULT_PORTS:
        return None
    return parts.scheme, parts.hostname.lower(), port


def check_same_site(method: str, headers: Mapping[str, str], public_url: str) -> None:
    """Refuse a changing request that a page of another site has made (CSRF). Raises Problem.

    A client that sends neither Origin nor Sec-Fetch-Site is no browser and carries no one else's cookies.
    """
    if method in {"GET", "HEAD", "OPTIONS"}:
        return
    origin = headers.get("Origin")
    foreign = origin is not None and not same_origin(origin, headers.get("Host", ""), public_url)
    if foreign or headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        raise Problem(403, "cross-site", "Request from another site", "This may only be done from the server's pages.")
