"""Webhooks as the Standard Webhooks specification 1.0.0 has them: identity, signature, when to try again. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
"""The specification asks for 24 to 64."""
WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""After each failure, as the specification proposes: three days altogether."""


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
