"""Ids that grow with time (RFC 9562 §5.7, UUID version 7): what is made together stands together in every index that is
sorted by them, so that many new rows touch few pages, and the log of the database stays short."""

from __future__ import annotations

import secrets

_VERSION, _VARIANT = 7 << 76, 2 << 62
_LOW = (1 << 62) - 1


def time_ordered(at: float) -> str:
    """32 hexadecimal digits: the millisecond of `at` (unix seconds), then 74 random bits. No secret: it tells when."""
    chance = secrets.randbits(74)
    value = int(at * 1000) << 80 | _VERSION | (chance >> 62) << 64 | _VARIANT | chance & _LOW
    return f"{value:032x}"
