"""One backup in a process of its own: `python -m contactcenter.backup.worker`, its `Job` as JSON in standard input.

Sealing gigabytes beside calls would be heard; and what has the master key in its arguments is seen by everybody.
Standard output is one line of JSON, an `Answer`; the log goes to standard error.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import msgspec

from contactcenter import logs
from contactcenter.backup.archive import Keys
from contactcenter.backup.entries import Area
from contactcenter.backup.errors import BackupError
from contactcenter.backup.make import make
from contactcenter.backup.places import Places
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.vault.master import MasterKey

NICENESS = 15
"""Calls that are on go first."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """As `make` takes it; `masters` are secrets of master keys, `now` unix seconds."""

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


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`octets` of the archive; `failed`: a sentence when there is none."""

    octets: int = 0
    failed: str | None = None


def job_of(target: Path, places: Places, keys: Keys, *, product: str, now: float) -> Job:
    return Job(
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


def run(job: Job) -> Answer:
    """Makes the backup; blocks."""
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
        asyncio.run(make(target, places, keys, product=job.product, now=job.now))
        return Answer(octets=target.stat().st_size)
    except (BackupError, StorageUnavailable) as error:
        return Answer(failed=str(error))
    except OSError as error:
        return Answer(failed=f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.")


def main() -> None:
    os.nice(NICENESS)
    logs.configure()
    answer = run(msgspec.json.decode(sys.stdin.buffer.read(), type=Job))
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")


if __name__ == "__main__":
    main()
