"""Which backups are kept in a folder, and what the audit trail knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from contactcenter.audit.documents import decoded
from contactcenter.audit.entries import entries_about
from contactcenter.audit.models import AuditEntry
from contactcenter.backup.acts import BACKUP_CHECKED, BACKUP_MADE, BACKUP_UNSOUND
from contactcenter.backup.archive import ByMaster, ByPassphrase, read_header
from contactcenter.backup.errors import Unsound
from contactcenter.backup.make import SUFFIX
from contactcenter.backup.schedule import made_at
from contactcenter.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One file, of `octets`. `made_at` in unix seconds: what its header says, otherwise when the file was written.

    `masters`: ids of the master keys that open it; `passphrase`: whether one does. `scheduled`: whether the schedule
    takes it away again. `damaged`: a sentence when not even the header can be read.
    """

    name: str
    made_at: float
    octets: int
    product: str = ""
    masters: tuple[str, ...] = ()
    passphrase: bool = False
    scheduled: bool = False
    damaged: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the trail tells of one backup: who made it and what is in it, and how the last check went.

    `contents` as `contents.document`; `reason` why it was found damaged.
    """

    made_by: tuple[str, str] | None = None
    contents: dict[str, Any] | None = None
    checked_at: datetime | None = None
    checked_by: tuple[str, str] | None = None
    sound: bool = False
    reason: str = ""


def kept_in(folder: Path) -> list[Kept]:
    """The newest first; none when the folder is not there. Blocks; raises OSError."""
    if not folder.exists():
        return []
    found = [one for path in folder.iterdir() if path.suffix == SUFFIX and (one := _kept(path)) is not None]
    return sorted(found, key=lambda one: (one.made_at, one.name), reverse=True)


def _kept(path: Path) -> Kept | None:
    try:
        status = path.stat()
        with path.open("rb") as file:
            header, _ = read_header(file)
    except FileNotFoundError:
        return None  # taken away meanwhile
    except Unsound as error:
        return Kept(name=path.name, made_at=status.st_mtime, octets=status.st_size, damaged=str(error))
    except OSError as error:
        reason = f"The file cannot be read: {error.strerror or error}."
        return Kept(name=path.name, made_at=made_at(path.name) or 0.0, octets=0, damaged=reason)
    return Kept(
        name=path.name,
        made_at=header.made_at.timestamp(),
        octets=status.st_size,
        product=header.product,
        masters=tuple(key.id for key in header.keys if isinstance(key, ByMaster)),
        passphrase=any(isinstance(key, ByPassphrase) for key in header.keys),
        scheduled=made_at(path.name) is not None,
    )


async def known_of(database: Database, kept: Sequence[Kept]) -> dict[str, Known]:
    """By name. A check of a file that has another size by now was of another file, and is not told."""
    sizes = {one.name: one.octets for one in kept}
    found: dict[str, Known] = {}
    for entry in await entries_about(database, "backup", sizes, (BACKUP_MADE, BACKUP_CHECKED, BACKUP_UNSOUND)):
        known = found.get(entry.subject_id, Known())
        found[entry.subject_id] = _with(known, entry, sizes[entry.subject_id])
    return found


def _with(known: Known, entry: AuditEntry, octets: int) -> Known:
    by, after = (entry.actor_kind, entry.actor_name), decoded(entry.after) or {}
    same = after.get("size") == octets
    contents = after if same else known.contents
    if entry.act == BACKUP_MADE.name:
        return Known(made_by=by, contents=contents)
    sound = entry.act == BACKUP_CHECKED.name
    if sound and not same:
        return known
    return Known(
        made_by=known.made_by,
        contents=contents,
        checked_at=entry.moment,
        checked_by=by,
        sound=sound,
        reason=str(after.get("reason", "")),
    )
