"""Backups over HTTP: which there are, one more now, one of them checked. Nothing of them leaves the server this way."""

from __future__ import annotations

import asyncio

from contactcenter.api.problems import Problem, not_found
from contactcenter.api.routes import Call, Route
from contactcenter.backup.acts import BACKUP_CHECKED, BACKUP_MADE, BACKUP_UNSOUND
from contactcenter.backup.backups import Backups
from contactcenter.backup.errors import BackupError, Busy
from contactcenter.backup.kept import kept_in
from contactcenter.backup.permissions import BACKUPS_MAKE, BACKUPS_VIEW
from contactcenter.backup.shown import BackupsOut, ProgressOut, WorkOut, progress, shown, working

PATH = "/api/v1/backups"


def routes(backups: Backups) -> list[Route]:
    async def every(call: Call) -> BackupsOut:
        return await shown(backups)

    async def coming(call: Call) -> ProgressOut:
        return progress(backups)

    async def make(call: Call) -> WorkOut:
        try:
            return working(backups.begin_to_make())
        except BackupError as error:
            raise _refused(error) from error

    async def check(call: Call) -> WorkOut:
        name = call.path("name")
        if name not in await _names(backups):
            raise not_found("backup")
        try:
            return working(backups.begin_to_check(name))
        except BackupError as error:
            raise _refused(error) from error

    return [
        Route("GET", PATH, every, BACKUPS_VIEW, "Backups that are kept, and the schedule", response=BackupsOut),
        Route("GET", f"{PATH}/progress", coming, BACKUPS_VIEW, "How far a backup has come", response=ProgressOut),
        Route(
            "POST",
            PATH,
            make,
            BACKUPS_MAKE,
            "Make a backup now",
            description="It is made in a process of its own; GET …/progress says how far it has come.",
            response=WorkOut,
            status=202,
            errors=(409,),
            audited=(BACKUP_MADE,),
        ),
        Route(
            "POST",
            f"{PATH}/{{name}}/check",
            check,
            BACKUPS_MAKE,
            "Check a backup by restoring it into a temporary place",
            response=WorkOut,
            status=202,
            errors=(404, 409),
            audited=(BACKUP_CHECKED, BACKUP_UNSOUND),
        ),
    ]


async def _names(backups: Backups) -> list[str]:
    """Of what is there: a name of a request is looked up, never made into a path."""
    folder = backups.folder
    if folder is None:
        return []
    try:
        return [one.name for one in await asyncio.to_thread(kept_in, folder)]
    except OSError as error:
        raise Problem(409, "no-folder", "Not now", f"The folder {folder} cannot be read: {error.strerror}.") from error


def _refused(error: BackupError) -> Problem:
    kind = "busy" if isinstance(error, Busy) else "no-folder"
    return Problem(409, kind, "Not now", str(error))
