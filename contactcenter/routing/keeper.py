"""Keeps the engine's memory over restarts: recovers it, records it, sees to snapshots, forgets old days."""

from __future__ import annotations

import asyncio
import gc
import os
from functools import partial
from pathlib import Path

import structlog

from acd.engine import Engine
from contactcenter.routing.checkpointer import Checkpointer, CheckpointError
from contactcenter.routing.driver import RoutingDriver
from contactcenter.routing.journal import CommandJournal, forget_before, forget_unfinished, retire, write_snapshot
from contactcenter.routing.reconcile import after_restart
from contactcenter.routing.records import SNAPSHOT, JournalError, numbers, snapshot_path
from contactcenter.routing.replay import Recovery, recover
from contactcenter.tasks import ended

log = structlog.get_logger(__name__)

SYNC_S = 1.0
"""What a crash of the machine may lose; a crash of the process loses nothing."""
RETRY_S = 5.0
"""While the disk refuses."""
OFTEN = 2
"""So many snapshots in a row must fail until a person is told."""
ROOM_BYTES = 256 * 1024
"""Free space worth trying for, above what a few snapshots take."""


def live_snapshot(engine: Engine) -> bytes:
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
    """`start` once the loop runs and before the driver's first command, `stop` after its last one.

    In between, snapshots are made from the files in another process; only when these have a gap, from the running
    engine, which holds up the event loop.
    """

    def __init__(
        self,
        driver: RoutingDriver,
        folder: Path,
        *,
        snapshot_every_s: float,
        keep_s: float,
        checkpointer: Checkpointer | None = None,
    ) -> None:
        self._driver = driver
        self._folder = folder
        self._snapshot_every_s = snapshot_every_s
        self._keep_s = keep_s
        self._checkpointer = checkpointer or Checkpointer(folder)
        self.journal = CommandJournal(folder)
        self._task: asyncio.Task[None] | None = None
        self._making: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._snapshot_count = -1
        self._failures = 0
        self._failure = ""
        self.notices: list[str] = []
        """What the last start could not bring back, in sentences; empty when everything is there."""

    @property
    def problem(self) -> str | None:
        """Why a restart would not bring back the engine as it is, in a sentence without its full stop."""
        return self.journal.problem

    @property
    def warning(self) -> str | None:
        """What is wrong while nothing is lost, in sentences."""
        if self._failures < OFTEN:
            return None
        return (
            f"The last {self._failures} snapshots of the routing engine failed: {self._failure}. Nothing is lost, but "
            "the next start takes longer, for it runs again everything since the last one that was written."
        )

    async def start(self) -> Recovery:
        """Bring the engine back, tell it what died with the process, and record from here.

        Raises JournalError when another process uses the folder, OSError when it cannot be written.
        """
        self.journal.open()
        forget_unfinished(self._folder)
        recovery = await asyncio.to_thread(recover, self._folder)
        self.notices = recovery.notices
        self.journal.number, self.journal.count = recovery.number, recovery.count
        await self._rotate_with(recovery.engine)
        self._driver.resume(recovery.engine, self.journal, after_restart(recovery.engine, self._driver.now))
        self._task = asyncio.get_running_loop().create_task(self._run(), name="routing-keeper")
        log.info("routing.recovered", segment=self.journal.number, replayed=recovery.replayed)
        return recovery

    async def stop(self) -> None:
        """With a last snapshot, from which any later version can start without replaying. Safe without a start."""
        self._stopping.set()
        if self._task is not None:
            await self._task
            await self._give_up_making()
            if not self.journal.recording or self.journal.count != self._snapshot_count:
                await self.snapshot_of_running()
        self._task = None
        self.journal.close()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + self._snapshot_every_s
        while not await self._stopped_within(SYNC_S):
            await self._sync()
            if self.journal.problem is not None:
                due = min(due, loop.time() + RETRY_S)
            if loop.time() >= due and self._making is None:
                await self._snapshot()
                due = loop.time() + self._snapshot_every_s

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
            # What the kernel could not write it has forgotten: asking again would say that all is well.
            if self.journal.recording:
                self.journal.fail(error)

    async def _snapshot(self) -> None:
        if self.journal.problem is not None:
            await self.snapshot_of_running()
        elif self.journal.count != self._snapshot_count:
            self.snapshot_of_files()

    def snapshot_of_files(self) -> asyncio.Task[None] | None:
        """Begin a segment, which is all that the event loop waits for, and have a snapshot made of those before it."""
        first = self.journal.count
        try:
            before = self.journal.rotate(self._driver.now)
        except OSError as error:
            self._failed(error.strerror or str(error))
            return None
        self._making = asyncio.get_running_loop().create_task(
            self._make(self.journal.number, first, before), name="routing-snapshot"
        )
        return self._making

    async def _make(self, number: int, first: int, before: int | None) -> None:
        try:
            await self._retire(before)
            made = await self._checkpointer.make(number)
            self._snapshot_count = first
            self._failures = 0
            log.info("routing.snapshot", segment=number, replayed=made.replayed, seconds=round(made.seconds, 2))
            await self._forget()
        except JournalError as error:
            # The running engine is what is left to make one of, soon.
            self.journal.doubt(str(error))
        except CheckpointError as error:
            self._failed(str(error))
            await asyncio.to_thread(forget_unfinished, self._folder)
        except Exception as error:
            log.exception("routing.snapshot_broke")
            self._failed(type(error).__name__)
        finally:
            self._making = None

    async def _give_up_making(self) -> None:
        """The last snapshot, of the running engine, takes its place."""
        if (making := self._making) is not None:
            await ended(making)

    def _failed(self, reason: str) -> None:
        self._failures += 1
        self._failure = reason
        log.error("routing.snapshot_failed", reason=reason, in_a_row=self._failures)

    async def snapshot_of_running(self) -> None:
        """Holds up the event loop for as long as the engine takes to be written out."""
        try:
            if await asyncio.to_thread(_has_room, self._folder):
                await self._rotate_with(self._driver.engine)
                self._failures = 0
        except OSError as error:
            self._failed(error.strerror or str(error))
        except Exception as error:
            log.exception("routing.snapshot_broke")
            self._failed(type(error).__name__)

    async def _rotate_with(self, engine: Engine) -> None:
        """A snapshot, and the segment that goes on from it. Until the snapshot is written the one before counts."""
        journal, now = self.journal, self._driver.now
        first, before = journal.count, journal.rotate(now)
        number = journal.number
        try:
            state = live_snapshot(engine)
        finally:
            await self._retire(before)
        write = partial(write_snapshot, self._folder, number=number, first=first, taken_at=now, engine=state)
        await asyncio.to_thread(write)
        journal.mended(number)
        self._snapshot_count = first
        await self._forget()

    async def _retire(self, before: int | None) -> None:
        if before is None:
            return
        try:
            await asyncio.to_thread(retire, before)
        except OSError as error:
            # The snapshot that is being made stands for that segment.
            log.error("routing.segment_not_synced", reason=error.strerror)

    async def _forget(self) -> None:
        if gone := await asyncio.to_thread(forget_before, self._folder, self._driver.now - self._keep_s):
            log.info("routing.journal_forgotten", files=gone)


def _has_room(folder: Path) -> bool:
    """Before the event loop is held up for a snapshot: whether the disk can be expected to take it."""
    known = numbers(folder, SNAPSHOT)
    last = snapshot_path(folder, known[-1]).stat().st_size if known else 0
    return _free_bytes(folder) >= ROOM_BYTES + 4 * last


def _free_bytes(folder: Path) -> int:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
