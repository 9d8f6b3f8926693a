"""Every accepted command and every tick, in segment files, with a snapshot of the engine at the start of each.

Files in the folder: `00000042.snapshot` is the engine at the moment at which `00000042.commands` begins. A record is
with the kernel when `append` returns, so that killing the process loses nothing; `sync` makes it outlive the machine.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from pathlib import Path

import msgspec
import structlog

from acd.commands import Command
from contactcenter.routing.records import (
    FORMAT,
    SEGMENT,
    SNAPSHOT,
    Header,
    JournalError,
    Tick,
    encode_header,
    encode_record,
    frame,
    frames,
    numbers,
    segment_path,
    snapshot_path,
)

log = structlog.get_logger(__name__)

LEVEL = 1
"""Of zlib: a snapshot shrinks to a fraction at a few milliseconds a megabyte."""


UNFINISHED = ".new"


class SnapshotFile(msgspec.Struct, frozen=True, kw_only=True):
    """`first`: as in the segment's header. `engine`: `Engine.snapshot()`, deflated."""

    format: int = FORMAT
    number: int
    first: int
    taken_at: float
    engine: bytes


class CommandJournal:
    """Written by one process at a time; `open` takes the folder, `close` lets it go.

    After a write that failed (a full disk) nothing more is recorded until the next `rotate` that works. From the gap
    on the journal replays to something else, so `problem` stays until a snapshot of the engine itself is on the disk
    and `mended` is told.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0
        self.count = 0
        """Records since the journal's beginning; those lost to a failing disk are counted too, so that a gap shows."""
        self.problem: str | None = None
        self._file: int | None = None
        self._lock: int | None = None
        self._good = 0
        self._unsynced = False
        self._failed_in = -1

    def open(self) -> None:
        """Raises JournalError when another process writes here, OSError when the folder cannot be used."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise JournalError(f"Another server uses {self.folder}: stop it, or set [routing] journal_dir.") from None

    def append(self, at: float, what: Command | Tick) -> None:
        """Never raises: a disk that refuses must not stop the engine."""
        self.count += 1
        if self._file is None:
            return
        try:
            data = encode_record(at, what)
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except (OSError, UnicodeEncodeError) as error:
            self.fail(error)
            return
        self._good += len(data)
        self._unsynced = True

    def fail(self, error: Exception) -> None:
        """What was written may be lost or incomplete: write nothing more behind it."""
        reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        log.error("routing.journal_failed", segment=self.number, reason=reason)
        self.problem = f"The routing journal cannot be written ({reason})"
        self._failed_in = self.number
        file, self._file = self._file, None
        if file is not None:
            try:
                os.ftruncate(file, self._good)
            except OSError as second:
                # The reader cuts a torn record off by itself; this only would have spared it the work.
                log.warning("routing.journal_not_cut", segment=self.number, reason=second.strerror)
            os.close(file)

    def doubt(self, sentence: str) -> None:
        """What is on the disk cannot be used. Recording goes on, for what comes may serve all the same."""
        log.error("routing.journal_broken", segment=self.number, reason=sentence)
        self.problem = sentence.rstrip(".")
        self._failed_in = self.number

    def rotate(self, now: float) -> int | None:
        """Begin the next segment; the descriptor of the one before, for `retire`. Raises OSError."""
        number = self.number + 1
        header = encode_header(Header(number=number, first=self.count, started_at=now))
        path = segment_path(self.folder, number)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            if os.write(file, header) != len(header):
                raise OSError("only a part of the header was written")
        except OSError:
            os.close(file)
            path.unlink(missing_ok=True)
            raise
        before, self._file = self._file, file
        self.number = number
        self._good = len(header)
        self._unsynced = True
        return before

    def mended(self, number: int) -> None:
        """A snapshot of the engine as it was when segment `number` began is on the disk."""
        if self._file is not None and self._failed_in < number:
            self.problem = None

    @property
    def recording(self) -> bool:
        return self._file is not None

    def sync(self) -> None:
        """Onto the disk. Waits for it, so call it in a thread; not beside `rotate` or `close`."""
        if self._unsynced and self._file is not None:
            self._unsynced = False
            os.fsync(self._file)

    def close(self) -> None:
        for descriptor in (self._file, self._lock):
            if descriptor is not None:
                os.close(descriptor)
        self._file = self._lock = None


def retire(descriptor: int) -> None:
    """Onto the disk with the last of a segment, and close it."""
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_snapshot(folder: Path, *, number: int, first: int, taken_at: float, engine: bytes) -> None:
    """Whole or not at all, and on the disk when it returns. Raises OSError."""
    file = SnapshotFile(number=number, first=first, taken_at=taken_at, engine=zlib.compress(engine, LEVEL))
    path = snapshot_path(folder, number)
    fresh = path.with_suffix(UNFINISHED)
    try:
        with fresh.open("wb") as out:
            out.write(frame(msgspec.msgpack.encode(file)))
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    fresh.replace(path)
    _sync_folder(folder)


def read_snapshot(path: Path) -> tuple[SnapshotFile, bytes]:
    """What is written there, and the engine's own bytes. Raises JournalError."""
    try:
        payload = next((payload for payload, _ in frames(path.read_bytes())), None)
        if payload is None:
            raise JournalError(f"The snapshot {path.name} is damaged.")
        file = msgspec.msgpack.decode(payload, type=SnapshotFile)
        if file.format != FORMAT:
            raise JournalError(f"The snapshot {path.name} has format {file.format}, and only {FORMAT} is known.")
        return file, zlib.decompress(file.engine)
    except (OSError, msgspec.MsgspecError, zlib.error) as error:
        raise JournalError(f"The snapshot {path.name} cannot be read: {error}.") from error


def forget_unfinished(folder: Path) -> None:
    """Snapshots that a kill has cut off. Only while no other server writes in the folder."""
    for path in folder.glob(f"*{UNFINISHED}"):
        path.unlink(missing_ok=True)


def forget_before(folder: Path, moment: float) -> int:
    """Delete segments, and their snapshots, that were over before `moment` (Unix seconds, by their files' times).

    The newest two snapshots stay with what follows them, so that one may be damaged. How many files went.
    """
    kept = numbers(folder, SNAPSHOT)[-2:]
    gone = 0
    for number in numbers(folder, SEGMENT) + numbers(folder, SNAPSHOT):
        if kept and number >= kept[0]:
            continue
        for path in (segment_path(folder, number), snapshot_path(folder, number)):
            if path.exists() and path.stat().st_mtime < moment:
                path.unlink()
                gone += 1
    return gone


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
