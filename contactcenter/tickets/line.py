"""What has happened to tickets and has to be answered, in its order, one after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, Generic, TypeVar

import structlog

from contactcenter.storage.errors import StorageUnavailable

log = structlog.get_logger(__name__)

AGAIN_S: Final = 2.0
Seen = TypeVar("Seen")


class Line(Generic[Seen]):
    """`meet` answers one; what it raises is logged under `name`, and the next one comes. While the database is away
    nothing is left out."""

    def __init__(self, name: str, meet: Callable[[Seen], Awaitable[None]]) -> None:
        self._name = name
        self._meet = meet
        self._waiting: deque[Seen] = deque()
        self._wake = asyncio.Event()
        self._draining = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, seen: Iterable[Seen]) -> None:
        self._waiting.extend(seen)
        self._wake.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.drain()
                self._wake.clear()
                await self._wake.wait()
            except StorageUnavailable as error:
                log.warning("tickets_wait", line=self._name, reason=str(error))
                await asyncio.sleep(AGAIN_S)

    async def drain(self) -> None:
        """Until nothing waits any more, also of what it leads to. Raises StorageUnavailable; nothing is lost then."""
        async with self._draining:
            while self._waiting:
                try:
                    await self._meet(self._waiting[0])
                except StorageUnavailable:
                    raise
                except Exception:
                    log.exception("tickets_line_failed", line=self._name)
                self._waiting.popleft()
