"""Making a backup while the server runs."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import structlog

from contactcenter.backup.archive import Keys, Sealing
from contactcenter.backup.databases import Dumped, dump_postgres, dump_sqlite
from contactcenter.backup.entries import PIECE_BYTES, Area, EntryWriter, Manifest
from contactcenter.backup.errors import BackupError
from contactcenter.backup.places import Places, files_of, settings_text
from contactcenter.vault.files import sync_folder

log = structlog.get_logger(__name__)

SUFFIX = ".ccbackup"


@dataclass(frozen=True, slots=True)
class Progress:
    """Octets done, and how many there will be as far as was known at the start."""

    done: int
    total: int


Told = Callable[[Progress], None]


class _Counter:
    def __init__(self, total: int, told: Told) -> None:
        self._done = 0
        self._total = total
        self._told = told

    def __call__(self, octets: int) -> None:
        self._done += octets
        self._told(Progress(self._done, max(self._total, self._done)))


async def make(
    target: Path, places: Places, keys: Keys, *, product: str, now: float, told: Told = lambda progress: None
) -> Manifest:
    """Write the backup `target`: whole, or not there at all. `now`: unix seconds.

    Raises BackupError, StorageUnavailable or OSError.
    """
    if await asyncio.to_thread(target.exists):
        raise BackupError(f"{target} is there already; a backup replaces nothing.")
    moment = datetime.fromtimestamp(now, UTC)
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        with await asyncio.to_thread(_new, part) as file:
            archive = await asyncio.to_thread(Sealing, file, keys, made_at=moment, product=product)
            manifest = await _fill(EntryWriter(archive), places, moment, product, told)
            await asyncio.to_thread(_sync, file)
        await asyncio.to_thread(part.replace, target)
        await asyncio.to_thread(sync_folder, target.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    log.info("backup.made", files=len(manifest.entries), rows=sum(manifest.tables.values()))
    return manifest


async def _fill(writer: EntryWriter, places: Places, moment: datetime, product: str, told: Told) -> Manifest:
    count = _Counter(await asyncio.to_thread(_expected, places), told)
    gone: list[str] = []
    # Before the database: heads of the audit trail newer than the trail would look as if its end had been cut off,
    # and a row that waited and is in the database as well is written once.
    await asyncio.to_thread(_put_folder, writer, places, "audit", count, gone)
    await asyncio.to_thread(_put_waiting, writer, places, count)
    dumped = await _put_database(writer, places, count)
    areas: tuple[Area, ...] = ("recordings", "ticket_files", "flows", "routing")
    for area in areas:
        await asyncio.to_thread(_put_folder, writer, places, area, count, gone)
    if places.settings is not None:
        text = await asyncio.to_thread(settings_text, places.settings)
        await asyncio.to_thread(writer.whole, "settings/config.toml", [text])
    manifest = Manifest(
        made_at=moment,
        product=product,
        schema=dumped.schema,
        database="postgresql" if places.sqlite is None else "sqlite",
        tables=dict(dumped.tables),
        columns=dict(dumped.columns),
        sequences=dict(dumped.sequences),
        data_keys=dumped.data_keys,
        gone=gone,
    )
    return await asyncio.to_thread(writer.finish, manifest)


async def _put_database(writer: EntryWriter, places: Places, count: _Counter) -> Dumped:
    if places.sqlite is None:
        return await dump_postgres(places.url, writer, count)
    if not places.sqlite.exists():
        raise BackupError(f"There is no database {places.sqlite}.")
    return await asyncio.to_thread(dump_sqlite, places.sqlite, writer, count)


def _put_folder(writer: EntryWriter, places: Places, area: Area, count: _Counter, gone: list[str]) -> None:
    for name, path in files_of(places, area):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            # A recording that was sealed in between has another name now; others were removed.
            sealed = path.with_name(path.name + ".sealed")
            try:
                file, name = sealed.open("rb"), name + ".sealed"
            except FileNotFoundError:
                gone.append(name)
                continue
        with file:
            if any(entry.name == name for entry in writer.written[-1:]):
                continue
            writer.whole(name, _pieces(file, count))


def _put_waiting(writer: EntryWriter, places: Places, count: _Counter) -> None:
    with suppress(FileNotFoundError), places.waiting.open("rb") as file:
        writer.whole(f"waiting/{places.waiting.name}", _pieces(file, count))


def _pieces(file: BinaryIO, count: _Counter) -> Iterator[bytes]:
    """What the file holds now: one that is being written to would have no end."""
    left = os.fstat(file.fileno()).st_size
    while left and (piece := file.read(min(left, PIECE_BYTES))):
        left -= len(piece)
        count(len(piece))
        yield piece


def _expected(places: Places) -> int:
    paths = [path for area in places.folders for _, path in files_of(places, area)]
    if places.sqlite is not None:
        paths.append(places.sqlite)
    total = 0
    for path in paths:
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def _new(part: Path) -> BinaryIO:
    part.parent.mkdir(parents=True, exist_ok=True)
    return os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
