"""Keeps the engine's memory over restarts: recovers it, records it, takes snapshots, forgets old days."""

from __future__ import annotations

import asyncio
import gc
from functools import partial
from pathlib import Path

import structlog

from acd.engine import Engine
from contactcenter.routing.driver import RoutingDriver
from contactcenter.routing.journal import CommandJournal, forget_before, retire, write_snapshot
from contactcenter.routing.reconcile import after_restart
from contactcenter.routing.replay import Recovery, recover

log = structlog.get_logger(__name__)

SYNC_S = 1.0
"""What a crash of the machine may lose; a crash of the process loses nothing."""
RETRY_S = 5.0
"""While the disk refuses."""


def _snapshot(engine: Engine) -> bytes:
    """Without the garbage collector, which would look through all the new objects again and again and find none that
    is garbage: half of the time for which nothing else can happen."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return engine.snapshot()
    finally:
        if collecting:
            gc.enable()


class Keeper:
    """`start` once the loop runs and before the driver's first command, `stop` after its last one."""

    def __init__(self, driver: RoutingDriver, folder: Path, *, snapshot_every_s: float, keep_s: float) -> None:
        self._driver = driver
        self._folder = folder
        self._snapshot_every_s = snapshot_every_s
        self._keep_s = keep_s
        self.journal = CommandJournal(folder)
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._snapshot_count = -1
        self.notices: list[str] = []
        """What the last start could not bring back, in sentences; empty when everything is there."""

    @property
    def problem(self) -> str | None:
        """Why nothing is recorded at present, in a sentence."""
        return self.journal.problem

    async def start(self) -> Recovery:
        """Bring the engine back, tell it what died with the process, and record from here.

        Raises JournalError when another process uses the folder, OSError when it cannot be written.
        """
        self.journal.open()
        recovery = await asyncio.to_thread(recover, self._folder)
        self.notices = recovery.notices
        self.journal.number, self.journal.count = recovery.number, recovery.count
        await self._rotate(recovery.engine)
        self._driver.resume(recovery.engine, self.journal, after_restart(recovery.engine, self._driver.now))
        self._task = asyncio.get_running_loop().create_task(self._run(), name="routing-keeper")
        log.info("routing.recovered", segment=self.journal.number, replayed=recovery.replayed)
        return recovery

    async def stop(self) -> None:
        """With a last snapshot, from which any later version can start without replaying. Safe without a start."""
        self._stopping.set()
        if self._task is not None:
            await self._task
            await self._try_rotate()
        self._task = None
        self.journal.close()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + self._snapshot_every_s
        while not await self._stopped_within(SYNC_S):
            if not self.journal.recording:
                due = min(due, loop.time() + RETRY_S)
            if loop.time() >= due:
                await self._try_rotate()
                due = loop.time() + self._snapshot_every_s
            await self._sync()

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return False
        return True

    async def _sync(self) -> None:
        try:
            await asyncio.to_thread(self.journal.sync)
        except OSError as error:
            log.error("routing.journal_not_synced", reason=error.strerror)

    async def _try_rotate(self) -> None:
        if self.journal.recording and self.journal.count == self._snapshot_count:
            return
        try:
            await self._rotate(self._driver.engine)
        except OSError as error:
            log.error("routing.snapshot_failed", reason=error.strerror)
        except Exception:
            # Without a snapshot the next start replays more; that is no reason to stop.
            log.exception("routing.snapshot_failed")

    async def _rotate(self, engine: Engine) -> None:
        """A snapshot, and the segment that goes on from it. Until the snapshot is written the one before counts."""
        journal, now = self.journal, self._driver.now
        state, first = _snapshot(engine), journal.count
        before = journal.rotate(now)
        if before is not None:
            await asyncio.to_thread(retire, before)
        write = partial(write_snapshot, self._folder, number=journal.number, first=first, taken_at=now, engine=state)
        await asyncio.to_thread(write)
        self._snapshot_count = first
        if gone := await asyncio.to_thread(forget_before, self._folder, now - self._keep_s):
            log.info("routing.journal_forgotten", files=gone)
