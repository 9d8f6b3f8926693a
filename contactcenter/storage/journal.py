"""Write-behind journal: call control hands over rows and goes on; the database gets them in order, in batches."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.storage.records import Insert, Record, UnreadableRecord, Update, decode, encode, scrub, write
from contactcenter.storage.spill import SpillFile
from contactcenter.tasks import ended

__all__ = ["Insert", "Journal", "JournalHealth", "Update"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class JournalHealth:
    """`pending` waits in memory, `spilled` in the file; `rejected` the database will never take (kept in a file).

    `problem` is a sentence while the database does not take rows, else None.
    """

    pending: int
    spilled: int
    rejected: int
    problem: str | None

    @property
    def ok(self) -> bool:
        return self.problem is None


class Journal:
    """`start` it, `append` from the event loop, `stop` at shutdown.

    Rows wait in memory, up to `capacity`; beyond that, and once the database is known to be away, in
    `folder`/journal.jsonl. What is in that file at a crash or a shutdown is written at the next start, before anything
    newer. A row the database refuses for what it holds goes to `folder`/journal-rejected.jsonl and is logged, so that
    it cannot hold up the others.
    """

    def __init__(
        self,
        database: Database,
        *,
        folder: Path = Path("var"),
        capacity: int = 50_000,
        batch_size: int = 200,
        interval_s: float = 0.1,
        retry_s: float = 0.25,
        retry_max_s: float = 5.0,
    ) -> None:
        self._database = database
        self._capacity = capacity
        self._batch_size = batch_size
        self._interval_s = interval_s
        self._retry_s = retry_s
        self._retry_max_s = retry_max_s
        self._queue: deque[Record] = deque()
        self._late: deque[Record] = deque()
        """Newer than what is in the file: rows the file did not take, its disk being full too."""
        self._spill = SpillFile(folder / "journal.jsonl")
        self._rejected_path = folder / "journal-rejected.jsonl"
        self._rejected = 0
        self._problem: str | None = None
        self._appended = 0
        self._written = 0
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def health(self) -> JournalHealth:
        return JournalHealth(len(self._queue) + len(self._late), self._spill.waiting, self._rejected, self._problem)

    async def start(self) -> None:
        self._spill.open()
        if self._spill.waiting:
            log.info("journal_replay", records=self._spill.waiting)
            self._appended = self._spill.waiting
            self._wake.set()
        self._task = asyncio.create_task(self._run(), name="journal")

    def append(self, record: Record) -> None:
        """Take a row to be written. Never waits; raises ValueError only for a column the table does not have."""
        self._appended += 1
        if self._late:
            self._late.append(record)
        elif self._spill.waiting or self._problem or len(self._queue) >= self._capacity:
            # Once something waits in the file, newer rows must queue behind it there.
            self._append_to_file(record)
        else:
            self._queue.append(record)
        self._wake.set()
        if len(self._queue) >= self._batch_size and not self._problem:
            self._hurry.set()

    def _append_to_file(self, record: Record) -> None:
        if not self._spill.waiting:
            log.warning("journal_spilling", pending=len(self._queue))
        try:
            self._spill.append(record)
        except OSError as error:
            # Neither database nor disk: memory is the last place left.
            log.error("journal_spill_failed", reason=error.strerror, pending=len(self._queue))
            self._late.append(record)
        except TypeError:
            self._reject(record, "no JSON form")
            self._settle(1)

    async def flush(self) -> None:
        """Return when everything appended so far is in the database; raises StorageUnavailable at its first failure."""
        if self._written >= self._appended:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((self._appended, future))
        self._wake.set()
        self._hurry.set()
        await future

    async def catch_up(self) -> None:
        """Before reading what was appended: flush, or read without it while the database takes nothing."""
        try:
            await self.flush()
        except StorageUnavailable as error:
            log.warning("journal_behind", reason=str(error))

    async def stop(self, timeout_s: float = 10.0) -> None:
        """Write what is pending, within `timeout_s` seconds; keep the rest in the file for the next start."""
        if self._task is None:
            return
        with suppress(StorageUnavailable, TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self.flush()
        await ended(self._task)
        self._task = None
        self._keep_for_next_start()
        self._spill.close()

    def _keep_for_next_start(self) -> None:
        kept = len(self._queue) + len(self._late)
        if not kept:
            return
        try:
            if self._queue:
                self._spill.put_before(self._queue)
                self._queue.clear()
            while self._late:
                self._spill.append(self._late[0])
                self._late.popleft()
        except (OSError, TypeError) as error:
            log.error("journal_lost", records=len(self._queue) + len(self._late), reason=str(error))
        else:
            log.warning("journal_kept_for_next_start", records=kept)

    async def _run(self) -> None:
        delay = self._retry_s
        while True:
            await self._wake.wait()
            if not self._hurry.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._interval_s):
                        await self._hurry.wait()
            self._wake.clear()
            self._hurry.clear()
            try:
                await self._write_all()
            except StorageUnavailable as error:
                self._fail(error)
            except Exception:
                # Whatever it is, the rows are still here, and a later attempt may do.
                log.exception("journal_failed")
                self._fail(StorageUnavailable("The journal cannot be written; the log says why."))
            else:
                delay = self._retry_s
                self._recover()
                continue
            self._wake.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._hurry.wait()
            delay = min(delay * 2, self._retry_max_s)

    async def _write_all(self) -> None:
        await self._write_queue(self._queue)
        while self._spill.waiting:
            lines, offset = self._spill.peek(self._batch_size)
            if not lines:
                self._spill.clear()
                break
            await self._write(self._decode(lines), replaying=True)
            self._spill.advance(len(lines), offset)
            self._settle(len(lines))
        await self._write_queue(self._late)

    async def _write_queue(self, queue: deque[Record]) -> None:
        while queue:
            batch = list(islice(queue, self._batch_size))
            await self._write(batch)
            for _ in batch:
                queue.popleft()
            self._settle(len(batch))

    async def _write(self, batch: Sequence[Record], *, replaying: bool = False) -> None:
        try:
            async with self._database.transaction() as session:
                await write(session, batch, replaying=replaying)
        except (SQLAlchemyError, ValueError, TypeError):
            # One row is at fault: find it by writing each alone.
            if len(batch) > 1:
                for record in batch:
                    await self._write([record], replaying=True)
            elif (scrubbed := scrub(batch[0])) != batch[0]:
                await self._write([scrubbed], replaying=True)
            else:
                # Not the row but a failing database in disguise? Then this raises, and the row is kept.
                await self._database.start()
                self._reject(batch[0], "refused by the database")

    def _decode(self, lines: Sequence[bytes]) -> list[Record]:
        records: list[Record] = []
        for line in lines:
            try:
                records.append(decode(line))
            except UnreadableRecord as error:
                self._keep_rejected(line.rstrip(b"\n"), str(error))
        return records

    def _reject(self, record: Record, reason: str) -> None:
        try:
            line = encode(record)
        except TypeError:
            line = repr(record).encode()
        self._keep_rejected(line, reason)

    def _keep_rejected(self, line: bytes, reason: str) -> None:
        self._rejected += 1
        log.error("journal_record_rejected", reason=reason, kept_in=str(self._rejected_path))
        try:
            self._rejected_path.parent.mkdir(parents=True, exist_ok=True)
            with self._rejected_path.open("ab") as file:
                file.write(line + b"\n")
        except OSError as error:
            log.error("journal_rejected_not_kept", reason=error.strerror)

    def _settle(self, count: int) -> None:
        self._written += count
        while self._waiters and self._waiters[0][0] <= self._written:
            _, future = self._waiters.pop(0)
            if not future.done():
                future.set_result(None)

    def _fail(self, error: StorageUnavailable) -> None:
        if self._problem is None:
            log.error("journal_blocked", reason=str(error), pending=len(self._queue))
        self._problem = str(error)
        waiters, self._waiters = self._waiters, []
        for _, future in waiters:
            if not future.done():
                future.set_exception(error)

    def _recover(self) -> None:
        if self._problem is not None:
            log.info("journal_recovered", spilled=self._spill.waiting)
        self._problem = None
