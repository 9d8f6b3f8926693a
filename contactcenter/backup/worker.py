"""One backup made or checked in a process of its own: `python -m contactcenter.backup.worker`, its `Job` as JSON in
standard input.

Sealing gigabytes beside calls would be heard; and what has the master key in its arguments is seen by everybody.
Standard output is lines of JSON: a `Coming` now and then, an `Answer` as the last; the log goes to standard error.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from contactcenter import logs
from contactcenter.backup.archive import Keys
from contactcenter.backup.contents import Contents, contents_of
from contactcenter.backup.entries import Area
from contactcenter.backup.errors import BackupError, Unsound
from contactcenter.backup.make import Progress, Told, make
from contactcenter.backup.places import Places
from contactcenter.backup.restore import verify
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.vault.master import MasterKey

NICENESS = 15
"""Calls that are on go first."""


TELL_S = 0.2
"""How often it is said how far it has come."""

Deed = Literal["make", "check"]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Make the backup `target`, or check it. As `make` takes it; `masters` are secrets of master keys, `now` unix
    seconds."""

    deed: Deed
    target: str
    url: str
    folders: dict[Area, str]
    waiting: str
    settings: str | None
    secret: str
    masters: list[bytes]
    passphrase: str
    product: str
    now: float


class Coming(msgspec.Struct, frozen=True, tag="coming"):
    """`done` of `total` octets, as far as is known."""

    done: int
    total: int


class Answer(msgspec.Struct, frozen=True, kw_only=True, tag="answer"):
    """`octets` of the archive; `failed`: a sentence when it came to nothing, `unsound` when that is the archive's."""

    octets: int = 0
    contents: Contents | None = None
    failed: str | None = None
    unsound: bool = False


def job_of(deed: Deed, target: Path, places: Places, keys: Keys, *, product: str, now: float) -> Job:
    return Job(
        deed=deed,
        target=str(target),
        url=places.url,
        folders={area: str(path) for area, path in places.folders.items()},
        waiting=str(places.waiting),
        settings=None if places.settings is None else str(places.settings),
        secret=str(places.secret),
        masters=[key.secret for key in keys.masters],
        passphrase=keys.passphrase,
        product=product,
        now=now,
    )


def run(job: Job, told: Told = lambda progress: None) -> Answer:
    """Makes the backup, or checks it; blocks."""
    places = Places(
        url=job.url,
        folders={area: Path(path) for area, path in job.folders.items()},
        waiting=Path(job.waiting),
        settings=None if job.settings is None else Path(job.settings),
        secret=Path(job.secret),
    )
    keys = Keys(masters=[MasterKey(secret) for secret in job.masters], passphrase=job.passphrase)
    target = Path(job.target)
    try:
        if job.deed == "make":
            manifest = asyncio.run(make(target, places, keys, product=job.product, now=job.now, told=told))
        else:
            manifest = asyncio.run(verify(target, keys, told=told))
        return Answer(octets=target.stat().st_size, contents=contents_of(manifest))
    except (BackupError, StorageUnavailable) as error:
        return Answer(failed=str(error), unsound=isinstance(error, Unsound))
    except OSError as error:
        return Answer(failed=f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.")


def seldom(say: Callable[[Coming], None], clock: Callable[[], float]) -> Told:
    """Passes on the first, and then at most one every `TELL_S`."""
    last: float | None = None

    def told(progress: Progress) -> None:
        nonlocal last
        now = clock()
        if last is None or now - last >= TELL_S:
            last = now
            say(Coming(progress.done, progress.total))

    return told


def _say(what: Coming | Answer) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(what) + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    os.nice(NICENESS)
    logs.configure()
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    _say(run(job, seldom(_say, time.monotonic)))


if __name__ == "__main__":
    main()
