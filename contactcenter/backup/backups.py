"""Backups while the server runs, on a schedule and when somebody asks; and what is known about the last one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import note
from contactcenter.backup.acts import BACKUP_CHECKED, BACKUP_MADE, BACKUP_UNSOUND
from contactcenter.backup.command import keys_of
from contactcenter.backup.contents import document
from contactcenter.backup.errors import BackupError, Busy, Unsound
from contactcenter.backup.make import Progress
from contactcenter.backup.places import Places, places_of
from contactcenter.backup.process import run
from contactcenter.backup.schedule import Keep, archives_in, due_at, made_at, name_at, to_remove
from contactcenter.backup.worker import Answer, Deed, job_of
from contactcenter.config import BackupSettings, Config
from contactcenter.metrics import Metrics
from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tasks import ended
from contactcenter.vault.errors import VaultError
from contactcenter.vault.sources import MasterSource

log = structlog.get_logger(__name__)

LOOK_S = 30.0
"""How often it is asked whether one is due: clocks may be set meanwhile."""
AGAIN_S = 900.0
"""After a failure."""
_LEFT_S = 86_400.0
"""What has not been written to for so long was left by one that was killed."""
_FAILURES = (BackupError, VaultError, StorageUnavailable, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is being done with the backup `name` since `began_at`, unix seconds; `done` of `total` octets, 0 of 0 while
    nothing is known."""

    deed: Deed
    name: str
    began_at: float
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the last work has come to; `failed`: a sentence, None when it came to its end."""

    deed: Deed
    name: str
    ended_at: float
    failed: str | None


class Backups:
    """`start` when the server serves; nothing happens without [backup] dir. `tell` sets the notice, None clears it.

    One thing at a time: `work` is what is being done, `outcome` what the one before has come to.
    """

    def __init__(
        self,
        config: Config,
        database: Database,
        source: MasterSource,
        metrics: Metrics,
        *,
        product: str,
        tell: Callable[[str | None], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        here = Path("config.toml")
        self._config = config
        self._places: Places = places_of(config, here if here.exists() else None)
        self._source = source
        self._product = product
        self._tell = tell
        self._not_before = 0.0
        self._task: asyncio.Task[None] | None = None
        self._asked: asyncio.Task[None] | None = None
        if config.backup.dir:
            help_text = "When the last backup was made, in unix seconds; 0: there is none."
            metrics.gauge("backup_last_success_timestamp_seconds", help_text, lambda: self.last_success or 0.0)
        self.database = database
        self.now = now
        self.last_success: float | None = None
        self.work: Work | None = None
        self.outcome: Outcome | None = None

    @property
    def settings(self) -> BackupSettings:
        return self._config.backup

    @property
    def folder(self) -> Path | None:
        """Where they are kept; None: none are made."""
        return Path(self.settings.dir) if self.settings.dir else None

    def start(self) -> None:
        if self.folder is not None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="backups")

    async def stop(self) -> None:
        """A backup that is being made is given up. Safe without a start."""
        await ended(self._task, self._asked)
        self._task = self._asked = None

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("backup.failed")
                self._failed("The log says why.")
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Make a backup when one is due, and remove those that are kept no more."""
        names = await asyncio.to_thread(archives_in, self._wanted_folder())
        times = [moment for name in names if (moment := made_at(name)) is not None]
        self.last_success = max(times, default=None)
        now = self.now()
        due = now >= max(self._not_before, due_at(names, self.settings.every_hours * 3600, now))
        if not due or self.work is not None:
            return
        try:
            await self.make(now)
        except _FAILURES as error:
            log.error("backup.failed", reason=_sentence(error))
            self._failed(_sentence(error))

    def _failed(self, reason: str) -> None:
        self._not_before = self.now() + AGAIN_S
        self._tell(f"The backup failed: {reason} It is tried again in {AGAIN_S / 60:.0f} minutes.")

    def begin_to_make(self) -> Work:
        """One now, in the background. Raises Busy, or BackupError without [backup] dir."""
        now = self.now()
        work = self._take("make", name_at(now), now)
        self._in_background(lambda: self._make(now))
        return work

    def begin_to_check(self, name: str) -> Work:
        """Restore the backup of this name into a temporary place, in the background. Raises as `begin_to_make`; that
        there is one of this name has been asked before."""
        work = self._take("check", name, self.now())
        self._in_background(lambda: self._check(name))
        return work

    def _in_background(self, doing: Callable[[], Awaitable[None]]) -> None:
        async def whole() -> None:
            try:
                await self._finish(doing)
            except _FAILURES as error:
                log.error("backup.failed", reason=_sentence(error))
            except Exception:
                log.exception("backup.failed")

        self._asked = asyncio.get_running_loop().create_task(whole(), name="backup-asked-for")

    async def make(self, now: float) -> Path:
        """One backup now, and those that are kept no more removed. Raises as `make.make`, Busy and VaultError."""
        work = self._take("make", name_at(now), now)
        await self._finish(lambda: self._make(now))
        return self._wanted_folder() / work.name

    def _take(self, deed: Deed, name: str, now: float) -> Work:
        self._wanted_folder()
        if self.work is not None:
            doing = "made" if self.work.deed == "make" else "checked"
            raise Busy(f"The backup {self.work.name} is being {doing}. Try again when that is done.")
        self.work = Work(deed=deed, name=name, began_at=now)
        return self.work

    async def _finish(self, doing: Callable[[], Awaitable[None]]) -> None:
        work, failed = self.work, "It was given up, because the server was stopped."
        assert work is not None
        try:
            await doing()
            failed = ""
        except _FAILURES as error:
            failed = _sentence(error)
            raise
        except Exception:
            failed = "The log says why."
            raise
        finally:
            self.outcome = Outcome(deed=work.deed, name=work.name, ended_at=self.now(), failed=failed or None)
            self.work = None

    async def _make(self, now: float) -> None:
        target = self._wanted_folder() / name_at(now)
        answer = await self._in_process("make", target, now)
        await asyncio.to_thread(self._forget_old)
        await self._note(Act(kind=BACKUP_MADE, subject=Subject("backup", target.name), after=_after(answer)))
        self.last_success = now
        self._tell(None)

    async def _check(self, name: str) -> None:
        subject = Subject("backup", name)
        try:
            answer = await self._in_process("check", self._wanted_folder() / name, self.now())
        except Unsound as error:
            await self._note(Act(kind=BACKUP_UNSOUND, subject=subject, after={"reason": str(error)}))
            raise
        await self._note(Act(kind=BACKUP_CHECKED, subject=subject, after=_after(answer)))

    async def _note(self, act: Act) -> None:
        await note(self.database, act, at=self.now())

    async def _in_process(self, deed: Deed, target: Path, now: float) -> Answer:
        keys = await asyncio.to_thread(keys_of, self._config, self._source, "", to_make=deed == "make")
        job = job_of(deed, target, self._places, keys, product=self._product, now=now)
        answer = await run(job, self._told)
        if answer.failed is not None:
            raise Unsound(answer.failed) if answer.unsound else BackupError(answer.failed)
        return answer

    def _told(self, progress: Progress) -> None:
        if self.work is not None:
            self.work = replace(self.work, done=progress.done, total=progress.total)

    def _wanted_folder(self) -> Path:
        if self.folder is None:
            raise BackupError("No folder for backups is set: name one as [backup] dir in config.toml.")
        return self.folder

    def _forget_old(self) -> None:
        settings, folder = self.settings, self._wanted_folder()
        keep = Keep(daily=settings.keep_daily, weekly=settings.keep_weekly, monthly=settings.keep_monthly)
        for name in to_remove(archives_in(folder), keep):
            (folder / name).unlink(missing_ok=True)
        for path in folder.glob("contactcenter-*.part"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < time.time() - _LEFT_S:
                    path.unlink()


def _after(answer: Answer) -> dict[str, object] | None:
    return None if answer.contents is None else document(answer.contents, answer.octets)


def _sentence(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'} cannot be used: {error.strerror or error}."
    return str(error)
