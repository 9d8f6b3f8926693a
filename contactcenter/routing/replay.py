"""The engine as it was: the newest snapshot that can be read, and every command and tick after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

import structlog

from acd.commands import Command
from acd.engine import Engine
from acd.events import Event
from contactcenter.routing.driver import refusal
from contactcenter.routing.journal import SnapshotFile, read_snapshot
from contactcenter.routing.records import (
    SEGMENT,
    SNAPSHOT,
    JournalError,
    Record,
    Segment,
    Tick,
    numbers,
    read_header,
    segment_path,
    snapshot_path,
)

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Recovery:
    """number: of the last segment there is, 0 without any. count: records the journal holds. last_at: the last
    moment known, in Unix seconds, None without any. whole: nothing is missing behind the snapshot it begins with.
    notices: sentences about what could not be had back."""

    engine: Engine = field(default_factory=Engine)
    number: int = 0
    count: int = 0
    replayed: int = 0
    last_at: float | None = None
    whole: bool = True
    notices: list[str] = field(default_factory=list)


def apply(engine: Engine, record: Record) -> list[Event]:
    """As the driver did it, a fault of the engine included: what it did before it broke, it does again."""
    try:
        if isinstance(record.what, Tick):
            return engine.tick(record.at)
        return engine.handle(record.what, record.at)
    except Exception:
        log.exception("routing.replay_failed", command=type(record.what).__name__)
        return []


def recover(folder: Path, *, before: int | None = None) -> Recovery:
    """The engine at the end of the journal. Never fails for what is in the files: at worst the engine is empty.

    `before` leaves out that segment and all later ones, and their snapshots. Reads and replays for as long as the
    journal behind the last snapshot takes: run it in a thread, or in another process.
    """
    bases, segments = _numbers(folder, SNAPSHOT, before), _numbers(folder, SEGMENT, before)
    notices: list[str] = []
    recovery: Recovery | None = None
    for number in reversed(bases):
        try:
            recovery = _from_snapshot(folder, number)
            break
        except JournalError as error:
            log.warning("routing.snapshot_unusable", snapshot=number, reason=str(error))
            notices.append(str(error))
    if recovery is None:
        recovery = Recovery(whole=not (bases or segments))
        if not recovery.whole:
            notices.append("The routing engine begins empty: no snapshot of it can be read.")
    else:
        _replay(recovery, folder, [number for number in segments if number >= recovery.number])
    recovery.number = max([recovery.number, *bases, *segments])
    recovery.notices[:0] = notices
    return recovery


def _numbers(folder: Path, suffix: str, before: int | None) -> list[int]:
    return [number for number in numbers(folder, suffix) if before is None or number < before]


def _from_snapshot(folder: Path, number: int) -> Recovery:
    file, state = read_snapshot(snapshot_path(folder, number))
    return Recovery(engine=_engine_of(file, state), number=number, count=file.first, last_at=file.taken_at)


def _engine_of(file: SnapshotFile, state: bytes) -> Engine:
    try:
        return Engine.restore(state)
    except ValueError as error:
        raise JournalError(f"The snapshot {file.number} does not fit this version: {error}.") from error


def _replay(recovery: Recovery, folder: Path, segments: list[int]) -> None:
    for number in segments:
        try:
            segment = Segment(segment_path(folder, number))
            _note_gap(recovery, segment)
            for record in segment.records():
                _replay_one(recovery, record)
        except (JournalError, OSError) as error:
            recovery.whole = False
            recovery.notices.append(f"A part of the routing journal is lost: {error}")
            continue
        if segment.cut:
            log.warning("routing.segment_cut", segment=number, bytes=segment.cut)


def _note_gap(recovery: Recovery, segment: Segment) -> None:
    """Later commands are replayed all the same: those that do not fit are refused, and most of them fit."""
    missing = segment.header.first - recovery.count
    if missing:
        recovery.whole = False
        log.warning("routing.journal_gap", segment=segment.header.number, missing=missing)
        recovery.notices.append(f"{abs(missing)} commands before {segment.path.name} are missing.")
    recovery.count = segment.header.first


def _replay_one(recovery: Recovery, record: Record) -> None:
    recovery.count += 1
    recovery.replayed += 1
    recovery.last_at = record.at
    refused = refusal(apply(recovery.engine, record))
    if refused is not None:
        log.warning("routing.replay_refused", command=refused.command, code=refused.code)


def commands_between(folder: Path, start: float, end: float) -> Iterator[tuple[float, Command | Tick]]:
    """What the engine was told at `start` or later and before `end` (Unix seconds), in order, as far as it is kept.

    Raises JournalError for a damaged file, OSError for one that cannot be read.
    """
    for path in _touching(folder, start, end):
        for record in Segment(path).records():
            if start <= record.at < end:
                yield record.at, record.what


def _touching(folder: Path, start: float, end: float) -> list[Path]:
    """Segments that may hold something between the two. A segment ends where the next one begins."""
    paths = [segment_path(folder, number) for number in numbers(folder, SEGMENT)]
    begins = [read_header(path).started_at for path in paths]
    ends = [*begins[1:], inf]
    return [path for path, begin, over in zip(paths, begins, ends, strict=True) if begin < end and over >= start]


def engine_at(folder: Path, at: float) -> Engine:
    """The engine as it was when everything up to and including `at` (Unix seconds) had happened.

    Raises JournalError when the journal does not reach back so far, or a segment is damaged; OSError when a file cannot
    be read.
    """
    for number in reversed(numbers(folder, SNAPSHOT)):
        try:
            file, state = read_snapshot(snapshot_path(folder, number))
            if file.taken_at > at:
                continue
            engine = _engine_of(file, state)
        except JournalError as error:
            log.warning("routing.snapshot_unusable", snapshot=number, reason=str(error))
            continue
        return _forward(engine, folder, number, at)
    raise JournalError("The routing journal does not reach back so far.")


def _forward(engine: Engine, folder: Path, number: int, at: float) -> Engine:
    for follower in (known for known in numbers(folder, SEGMENT) if known >= number):
        for record in Segment(segment_path(folder, follower)).records():
            if record.at > at:
                return engine
            apply(engine, record)
    return engine
