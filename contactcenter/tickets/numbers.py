"""What people call tickets: serial numbers given away from blocks, written by a pattern."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy import select, update

from contactcenter.storage.database import Database
from contactcenter.tickets.models import TicketCounter

BLOCK = 50


class Numbers:
    """A block lost by a restart leaves a gap; no number is ever given twice. `pattern` as in the settings."""

    def __init__(self, database: Database, pattern: str) -> None:
        self._database = database
        self._pattern = pattern
        self._lock = asyncio.Lock()
        self._next = self._end = 0

    def written(self, serial: int, at: datetime) -> str:
        return self._pattern.format(serial=serial, year=at.year, month=at.month)

    async def take(self) -> int:
        """The next serial. Raises StorageUnavailable."""
        async with self._lock:
            if self._next == self._end:
                self._end = await self._reserve()
                self._next = self._end - BLOCK
            self._next += 1
            return self._next - 1

    async def _reserve(self) -> int:
        """The end of a new block."""
        async with self._database.writing() as session:
            change = update(TicketCounter).values(next_serial=TicketCounter.next_serial + BLOCK)
            if (await session.execute(change)).rowcount == 0:  # type: ignore[attr-defined]  # of a change it has one
                session.add(TicketCounter(id=1, next_serial=1 + BLOCK))
                await session.flush()
            return int((await session.scalars(select(TicketCounter.next_serial))).one())
