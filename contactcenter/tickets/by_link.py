"""Links that open one thing to whoever has them, without signing in.

A token is an id and a code over it and what it is bound to, under the vault's index key: nobody makes one up, nothing
is kept of it, and it is no more as soon as what it is bound to is another.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Final

from contactcenter.actor import ActorKind, acting, current
from contactcenter.api.problems import Problem
from contactcenter.identity.throttle import Throttle, ThrottleRule
from contactcenter.vault.service import Vault

AFTER_CLOSING: Final = timedelta(days=30)
"""So long after its ticket was closed a link still counts."""
_GUESSED: Final = ThrottleRule(free=20, first_s=5.0, longest_s=900.0)
_ACTED: Final = ThrottleRule(free=30, first_s=30.0, longest_s=3600.0)
_ID_OCTETS: Final = 16
_CODE_OCTETS: Final = 16


class Links:
    """Tokens of one kind of thing, `what`: those of another open nothing here. `now` in unix seconds."""

    def __init__(self, vault: Vault, what: str) -> None:
        self._vault = vault
        self._what = what
        self._guessed = Throttle(_GUESSED, _GUESSED)
        self._acted = Throttle(_ACTED, _ACTED)

    def token(self, key: str, *bound: str | int) -> str:
        """`key`: 32 hexadecimal digits."""
        raw = bytes.fromhex(key) + self._code(key, *bound)
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def fits(self, code: bytes, key: str, *bound: str | int) -> bool:
        """Whether it is the code of what is bound so; takes equally long either way."""
        return hmac.compare_digest(code, self._code(key, *bound))

    def _code(self, key: str, *bound: str | int) -> bytes:
        return bytes.fromhex(self._vault.blind_index(self._what, " ".join([key, *map(str, bound)])))

    def admit(self, address: str, now: float) -> None:
        """Before a token is looked at. Raises Problem 429 for an address that has guessed wrong too often."""
        _admit(self._guessed, address, address, now)

    def wrong(self, address: str, now: float) -> Problem:
        """Counts it; what to raise, the same whatever is wrong."""
        self._guessed.failed(address, address, now)
        return Problem(404, "tracking-unknown", "Unknown link", "This link is not valid, or no longer.")

    def act(self, key: str, address: str, now: float) -> None:
        """Something is changed by the link. Raises Problem 429."""
        _admit(self._acted, key, address, now)
        self._acted.failed(key, address, now)


def parted(token: str) -> tuple[str, bytes]:
    """Id and code; of what is no token, those of nothing."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _ID_OCTETS + _CODE_OCTETS:
        raw = bytes(_ID_OCTETS + _CODE_OCTETS)
    return raw[:_ID_OCTETS].hex(), raw[_ID_OCTETS:]


@contextmanager
def by_link(kind: ActorKind, key: str) -> Iterator[None]:
    """In the audit trail somebody without an account acts, by the link to `key`."""
    with acting(replace(current(), kind=kind, id=f"link:{key}")):
        yield


def _admit(throttle: Throttle, name: str, address: str, now: float) -> None:
    if (wait := throttle.wait(name, address, now)) > 0:
        headers = {"Retry-After": str(math.ceil(wait))}
        raise Problem(429, "too-often", "Too often", "That was too often; wait a while.", headers=headers)
