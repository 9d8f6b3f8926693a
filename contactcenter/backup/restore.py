"""A backup put back into an empty place, or only proven to be whole.

Nothing that is there is touched until the archive has been read to its end and agrees with its manifest.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import structlog

from contactcenter.backup import databases
from contactcenter.backup.archive import Keys, Opening
from contactcenter.backup.databases import FILE, Dumped, look_at_sqlite, table_entry
from contactcenter.backup.entries import Entry, Manifest, copied, read_entries, read_manifest
from contactcenter.backup.errors import BackupError, Unsound
from contactcenter.backup.make import Progress, Told
from contactcenter.backup.places import Places
from contactcenter.storage.migrations import upgrade, versions

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Restored:
    """`aside`: where what stood in the way is now; `settings`: where config.toml of the backup was put."""

    manifest: Manifest
    aside: list[Path]
    settings: Path | None


async def verify(archive: Path, keys: Keys, *, told: Told = lambda progress: None, url: str | None = None) -> Manifest:
    """Restore into a temporary place and compare counts and hashes. Raises Unsound or BackupError, and OSError.

    `url`: an empty PostgreSQL database to load a backup of PostgreSQL into, empty again afterwards; without it the rows
    are counted, but not loaded. A copy of SQLite is opened and looked through in any case.
    """
    with tempfile.TemporaryDirectory(prefix="contactcenter-verify-") as folder:
        manifest = await asyncio.to_thread(unpack, archive, keys, Path(folder), told, everything=False)
        await _check(manifest, Path(folder))
        if url is not None and manifest.database == "postgresql":
            if not await databases.is_empty_postgres(url):
                raise BackupError("The database to verify in has tables already; give an empty one.")
            try:
                await _load(url, manifest, Path(folder) / "database")
            finally:
                await databases.empty_postgres(url)
        return manifest


async def restore(
    archive: Path, keys: Keys, places: Places, *, now: float, force: bool = False, told: Told = lambda progress: None
) -> Restored:
    """Put everything where the settings of this place want it. `now`: unix seconds.

    Raises Unsound, BackupError (something is there already, and no `force`), StorageUnavailable or OSError. With
    `force` files and folders are moved aside and the tables of PostgreSQL are dropped.
    """
    await asyncio.to_thread(_want_no_server, places)
    if not force:
        await _want_nothing_there(places)
    staging = await asyncio.to_thread(_staging, places)
    try:
        manifest = await asyncio.to_thread(unpack, archive, keys, staging, told)
        kind = "postgresql" if places.sqlite is None else "sqlite"
        if manifest.database != kind:
            raise BackupError(f"The backup is of {manifest.database}, but [database] url names {kind}.")
        await _check(manifest, staging)
        if places.sqlite is not None:
            await upgrade(f"sqlite+aiosqlite:///{staging / FILE}")
        else:
            if force:
                await databases.empty_postgres(places.url)
            await _load_or_nothing(places.url, manifest, staging / "database")
        mark = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
        restored = await asyncio.to_thread(_move_in, staging, places, mark, manifest)
    finally:
        await asyncio.to_thread(shutil.rmtree, staging, ignore_errors=True)
    log.info("backup.restored", rows=sum(manifest.tables.values()), files=len(manifest.entries))
    return restored


def unpack(archive: Path, keys: Keys, folder: Path, told: Told, *, everything: bool = True) -> Manifest:
    """Every entry as a file below `folder`, or only the database's, and the manifest they agree with. Blocks."""
    total = archive.stat().st_size
    found: list[Entry] = []
    with archive.open("rb") as file:
        opening = Opening(file, keys)
        for name, pieces in read_entries(opening):
            with ExitStack() as stack:
                target = None
                if everything or name.startswith("database/"):
                    path = folder / name
                    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                    target = stack.enter_context(_private(path))
                found.append(copied(pieces, target, name))
            told(Progress(file.tell(), total))
        return read_manifest(opening, found)


async def _check(manifest: Manifest, folder: Path) -> None:
    if manifest.schema not in versions():
        raise BackupError(
            f"The backup was made by a newer version ({manifest.product}, tables {manifest.schema}): "
            "restore it with that one."
        )
    seen = await asyncio.to_thread(_counted, manifest, folder)
    if seen != manifest.tables:
        raise Unsound("The database in the backup has other rows than its manifest says.")


def _counted(manifest: Manifest, folder: Path) -> dict[str, int]:
    if manifest.database == "sqlite":
        return dict(look_at_sqlite(folder / FILE).tables)
    counts = {}
    for name in manifest.tables:
        # COPY's text format escapes line ends within values: a line is a row.
        try:
            with (folder / table_entry(name)).open("rb") as file:
                counts[name] = sum(1 for _ in file)
        except FileNotFoundError:
            raise Unsound(f"The table {name} is not in the backup.") from None
    return counts


async def _load(url: str, manifest: Manifest, folder: Path) -> None:
    await upgrade(url, manifest.schema)
    dumped = Dumped(
        schema=manifest.schema,
        tables=manifest.tables,
        data_keys=manifest.data_keys,
        columns=manifest.columns,
        sequences=manifest.sequences,
    )
    await databases.load_postgres(url, folder, dumped)
    await upgrade(url)


async def _load_or_nothing(url: str, manifest: Manifest, folder: Path) -> None:
    try:
        await _load(url, manifest, folder)
    except BaseException:
        await databases.empty_postgres(url)
        raise


def _want_no_server(places: Places) -> None:
    """A server holds this lock for as long as it runs."""
    lock = places.folders["routing"] / "lock"
    if not lock.exists():
        return
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("The server runs: stop it before something is restored.") from None


async def _want_nothing_there(places: Places) -> None:
    hint = "Restore into an empty place, or use --force to move aside what is there."
    if places.sqlite is None and not await databases.is_empty_postgres(places.url):
        raise BackupError("The database of [database] url has tables already; give an empty one, or use --force.")
    for path in _targets(places):
        if await asyncio.to_thread(_occupied, path):
            raise BackupError(f"{path} is there already. {hint}")


def _targets(places: Places) -> Sequence[Path]:
    database = [] if places.sqlite is None else [places.sqlite]
    return [*database, places.waiting, *places.folders.values()]


def _occupied(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _staging(places: Places) -> Path:
    """Beside the recordings, the largest part by far, so that they only have to be renamed."""
    parent = places.folders["recordings"].parent
    parent.mkdir(parents=True, exist_ok=True)
    folder = parent / f"restoring-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    return folder


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _move_in(staging: Path, places: Places, mark: str, manifest: Manifest) -> Restored:
    aside: list[Path] = []
    pairs: list[tuple[Path, Path]] = [(staging / area, path) for area, path in places.folders.items()]
    pairs.append((staging / "waiting" / places.waiting.name, places.waiting))
    if places.sqlite is not None:
        pairs.append((staging / FILE, places.sqlite))
        # What SQLite keeps beside the file belongs to the one that goes.
        pairs += [(staging / "nothing", Path(f"{places.sqlite}{suffix}")) for suffix in ("-wal", "-shm")]
    for source, target in pairs:
        if target.is_dir() and not any(target.iterdir()):
            target.rmdir()
        if target.exists():
            away = target.with_name(f"{target.name}.before-restore-{mark}")
            target.rename(away)
            aside.append(away)
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(source, target)
    return Restored(manifest, aside, _put_settings(staging / "settings" / "config.toml", places))


def _put_settings(source: Path, places: Places) -> Path | None:
    """Never over settings that are there: they are what led here."""
    if not source.exists():
        return None
    wanted = places.settings or Path("config.toml")
    target = wanted if not wanted.exists() else wanted.with_name("config.restored.toml")
    shutil.move(source, target)
    return target
