"""A snapshot made from the files alone: `python -m contactcenter.routing.checkpoint FOLDER NUMBER`.

The engine is deterministic, so the snapshot before a segment and the commands since give the bytes that the running
engine would have given when the segment began, without holding up its event loop. Standard output is one line of JSON,
an `Answer`; the log goes to standard error.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

import msgspec

from contactcenter import logs
from contactcenter.routing.journal import write_snapshot
from contactcenter.routing.records import JournalError, read_header, segment_path
from contactcenter.routing.replay import recover

NICENESS = 10
"""Calls that are on go first."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """broken: a sentence when the files do not lead to the engine as it was; failed: when the disk refuses. Both None
    when the snapshot is on the disk. replayed: records; memory_kib: the most the process held."""

    replayed: int = 0
    seconds: float = 0.0
    memory_kib: int = 0
    broken: str | None = None
    failed: str | None = None


def checkpoint(folder: Path, number: int) -> int:
    """Write the snapshot of the engine at the beginning of segment `number`; how many records were replayed for it.

    Raises JournalError when the journal before that segment is not complete, OSError.
    """
    header = read_header(segment_path(folder, number))
    recovery = recover(folder, before=number)
    if not recovery.whole or recovery.count != header.first:
        raise JournalError(f"The routing journal before segment {number} is not complete.")
    state = recovery.engine.snapshot()
    write_snapshot(folder, number=number, first=header.first, taken_at=header.started_at, engine=state)
    return recovery.replayed


def main() -> None:
    os.nice(NICENESS)
    logs.configure()
    began = time.monotonic()
    try:
        replayed = checkpoint(Path(sys.argv[1]), int(sys.argv[2]))
        answer = Answer(
            replayed=replayed,
            seconds=time.monotonic() - began,
            memory_kib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        )
    except JournalError as error:
        answer = Answer(broken=str(error))
    except OSError as error:
        answer = Answer(failed=error.strerror or str(error))
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")


if __name__ == "__main__":
    main()
