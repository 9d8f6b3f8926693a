"""Argon2id hashes of passwords, computed off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Container

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Parameters by RFC 9106 §4, second recommendation (64 MiB, 3 passes), unless a test gives cheaper ones.

    At most two are computed at a time: each takes 64 MiB and a core. `breached`: those that nobody may take.
    """

    def __init__(self, hasher: PasswordHasher | None = None, *, breached: Container[str] | None = None) -> None:
        self.breached = breached
        self._hasher = hasher or PasswordHasher()
        self._gate = asyncio.Semaphore(2)
        self._dummy: str | None = None

    async def hash(self, password: str) -> str:
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password fits. With None as hash the answer is no after the same work as for a real one."""
        if self._dummy is None:
            self._dummy = await self.hash("")
        async with self._gate:
            fits = await asyncio.to_thread(self._verify, password_hash or self._dummy, password)
        return fits and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
