"""Backups as the API shows them."""

from __future__ import annotations

import asyncio
import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from contactcenter.backup.backups import Backups, Outcome, Work
from contactcenter.backup.kept import Kept, Known, kept_in, known_of
from contactcenter.backup.schedule import due_at, overdue
from contactcenter.vault.service import masters_in_use


class ByOut(BaseModel):
    """Who did it: `kind` as in the audit trail (system: the schedule; cli: a command), `name` of a person or key."""

    kind: str
    name: str


class ContentsOut(BaseModel):
    """`octets` before sealing; `recordings`, `ticket_files` and other `files` are counts of files."""

    database: str
    rows: int
    recordings: int
    ticket_files: int
    files: int
    octets: int


class CheckOut(BaseModel):
    """`reason`: why it is not `sound`."""

    at: datetime
    by: ByOut
    sound: bool
    reason: str


class OpenedByOut(BaseModel):
    """A master key that opens a backup; `used`: it is the one in use here."""

    id: str
    used: bool


class BackupOut(BaseModel):
    """One file. `path` on the server, and the `command` that restores it. `masters` and `passphrase`: what opens it.
    `contents` and `made_by` are known of what was made or checked here. `damaged`: why its header cannot be read."""

    name: str
    path: str
    command: str
    made_at: datetime
    octets: int
    product: str
    masters: list[OpenedByOut]
    passphrase: bool
    scheduled: bool
    damaged: str | None
    made_by: ByOut | None
    contents: ContentsOut | None
    checked: CheckOut | None


class ScheduleOut(BaseModel):
    """As config.toml says. `folder` null: none are made."""

    folder: str | None
    every_hours: float
    keep_daily: int
    keep_weekly: int
    keep_monthly: int
    passphrase: bool


class WorkOut(BaseModel):
    """`deed` make or check; `done` of `total` octets, 0 of 0 while nothing is known."""

    deed: Literal["make", "check"]
    name: str
    began_at: datetime
    done: int
    total: int


class OutcomeOut(BaseModel):
    """`failed`: a sentence; null when it came to its end."""

    deed: Literal["make", "check"]
    name: str
    ended_at: datetime
    failed: str | None


class ProgressOut(BaseModel):
    """`work`: what is being done now; `last`: what the one before has come to since the server was started."""

    work: WorkOut | None
    last: OutcomeOut | None


class BackupsOut(BaseModel):
    """The newest first. `overdue`: two periods have gone by without one. `next_at`: when the schedule makes one.
    `free_octets` on the disk of the folder. `problem`: why the folder cannot be read."""

    schedule: ScheduleOut
    newest_at: datetime | None
    next_at: datetime | None
    overdue: bool
    free_octets: int | None
    problem: str | None
    progress: ProgressOut
    items: list[BackupOut]


def progress(backups: Backups) -> ProgressOut:
    work, last = backups.work, backups.outcome
    return ProgressOut(work=None if work is None else working(work), last=None if last is None else _outcome(last))


def working(work: Work) -> WorkOut:
    return WorkOut(deed=work.deed, name=work.name, began_at=_moment(work.began_at), done=work.done, total=work.total)


def _outcome(last: Outcome) -> OutcomeOut:
    return OutcomeOut(deed=last.deed, name=last.name, ended_at=_moment(last.ended_at), failed=last.failed)


async def shown(backups: Backups) -> BackupsOut:
    """Everything that is kept. A folder that cannot be read is told in it. Raises StorageUnavailable."""
    settings, folder, now = backups.settings, backups.folder, backups.now()
    schedule = ScheduleOut(
        folder=None if folder is None else str(folder.absolute()),
        every_hours=settings.every_hours,
        keep_daily=settings.keep_daily,
        keep_weekly=settings.keep_weekly,
        keep_monthly=settings.keep_monthly,
        passphrase=bool(settings.passphrase.get_secret_value()),
    )
    kept, free, problem = await asyncio.to_thread(_looked_at, folder)
    known = await known_of(backups.database, kept)
    used = await masters_in_use(backups.database)
    # As the schedule counts: what has another name was made for another purpose.
    names = [one.name for one in kept if one.scheduled and one.damaged is None]
    newest = max((one.made_at for one in kept if one.damaged is None), default=None)
    period = settings.every_hours * 3600
    return BackupsOut(
        schedule=schedule,
        newest_at=None if newest is None else _moment(newest),
        next_at=None if folder is None else _moment(due_at(names, period, now)),
        overdue=overdue(newest, period, now),
        free_octets=free,
        problem=problem,
        progress=progress(backups),
        items=[_backup(one, known.get(one.name, Known()), used, folder) for one in kept if folder is not None],
    )


def _looked_at(folder: Path | None) -> tuple[list[Kept], int | None, str | None]:
    if folder is None:
        return [], None, None
    try:
        place = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
        return kept_in(folder), shutil.disk_usage(place).free, None
    except OSError as error:
        return [], None, f"The folder {folder} cannot be read: {error.strerror or error}."


def _backup(one: Kept, known: Known, used: set[str], folder: Path) -> BackupOut:
    path = str((folder / one.name).absolute())
    check = None
    if known.checked_at is not None:
        by = _by(known.checked_by) or ByOut(kind="system", name="")
        check = CheckOut(at=known.checked_at, by=by, sound=known.sound, reason=known.reason)
    return BackupOut(
        name=one.name,
        path=path,
        command=f"contactcenter restore {shlex.quote(path)}",
        made_at=_moment(one.made_at),
        octets=one.octets,
        product=one.product,
        masters=[OpenedByOut(id=master, used=master in used) for master in one.masters],
        passphrase=one.passphrase,
        scheduled=one.scheduled,
        damaged=one.damaged,
        made_by=_by(known.made_by),
        contents=None if known.contents is None else ContentsOut.model_validate(known.contents),
        checked=check,
    )


def _by(who: tuple[str, str] | None) -> ByOut | None:
    return None if who is None else ByOut(kind=who[0], name=who[1])


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
