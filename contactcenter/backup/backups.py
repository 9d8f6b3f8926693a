"""Backups on a schedule while the server runs, and what is known about the last one."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog

from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import note
from contactcenter.backup.acts import BACKUP_MADE
from contactcenter.backup.archive import Keys
from contactcenter.backup.command import keys_of
from contactcenter.backup.errors import BackupError
from contactcenter.backup.places import Places, places_of
from contactcenter.backup.schedule import Keep, archives_in, due_at, made_at, name_at, to_remove
from contactcenter.backup.worker import Answer, Job, job_of
from contactcenter.config import Config
from contactcenter.metrics import Metrics
from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.vault.errors import VaultError
from contactcenter.vault.sources import MasterSource

log = structlog.get_logger(__name__)

LOOK_S = 30.0
"""How often it is asked whether one is due: clocks may be set meanwhile."""
AGAIN_S = 900.0
"""After a failure."""
_POLL_S = 0.1
_LEFT_S = 86_400.0
"""What has not been written to for so long was left by one that was killed."""
_ROOT = Path(__file__).resolve().parents[2]


class Backups:
    """`start` when the server serves; nothing happens without [backup] dir. `tell` sets the notice, None clears it."""

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
        self._database = database
        self._source = source
        self._product = product
        self._tell = tell
        self._now = now
        self._folder = Path(config.backup.dir)
        self._not_before = 0.0
        self._task: asyncio.Task[None] | None = None
        if config.backup.dir:
            help_text = "When the last backup was made, in unix seconds; 0: there is none."
            metrics.gauge("backup_last_success_timestamp_seconds", help_text, lambda: self.last_success or 0.0)
        self.last_success: float | None = None

    def start(self) -> None:
        if self._config.backup.dir:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="backups")

    async def stop(self) -> None:
        """A backup that is being made is given up. Safe without a start."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._task = None

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
        names = await asyncio.to_thread(archives_in, self._folder)
        times = [moment for name in names if (moment := made_at(name)) is not None]
        self.last_success = max(times, default=None)
        now = self._now()
        if now < max(self._not_before, due_at(names, self._config.backup.every_hours * 3600, now)):
            return
        try:
            await self.make(now)
        except (BackupError, VaultError, StorageUnavailable) as error:
            log.error("backup.failed", reason=str(error))
            self._failed(str(error))
        except OSError as error:
            log.error("backup.failed", reason=error.strerror)
            self._failed(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.")

    def _failed(self, reason: str) -> None:
        self._not_before = self._now() + AGAIN_S
        self._tell(f"The backup failed: {reason} It is tried again in {AGAIN_S / 60:.0f} minutes.")

    async def make(self, now: float) -> Path:
        """One backup now, and those that are kept no more removed. Raises as `make.make`, and VaultError."""
        target = self._folder / name_at(now)
        keys = await asyncio.to_thread(keys_of, self._config, self._source, "", to_make=True)
        await self._in_process(target, keys, now)
        await asyncio.to_thread(self._forget_old)
        await note(self._database, Act(kind=BACKUP_MADE, subject=Subject("backup", target.name)))
        self.last_success = now
        self._tell(None)
        return target

    async def _in_process(self, target: Path, keys: Keys, now: float) -> None:
        job = job_of(target, self._places, keys, product=self._product, now=now)
        starting = asyncio.ensure_future(asyncio.to_thread(_started, job))
        try:
            process = await asyncio.shield(starting)
        except asyncio.CancelledError:
            _end(await starting)
            raise
        try:
            while process.poll() is None:  # noqa: ASYNC110 - nothing tells of another thread's child
                await asyncio.sleep(_POLL_S)
        finally:
            said = _end(process)
        try:
            answer = msgspec.json.decode(said, type=Answer)
        except msgspec.MsgspecError as error:
            raise BackupError(f"Its process ended with code {process.returncode}.") from error
        if answer.failed is not None:
            raise BackupError(answer.failed)

    def _forget_old(self) -> None:
        settings = self._config.backup
        keep = Keep(daily=settings.keep_daily, weekly=settings.keep_weekly, monthly=settings.keep_monthly)
        for name in to_remove(archives_in(self._folder), keep):
            (self._folder / name).unlink(missing_ok=True)
        for path in self._folder.glob("contactcenter-*.part"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < time.time() - _LEFT_S:
                    path.unlink()


def _started(job: Job) -> subprocess.Popen[bytes]:
    known = os.environ.get("PYTHONPATH")
    process = subprocess.Popen(
        [sys.executable, "-m", "contactcenter.backup.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_ROOT) + (os.pathsep + known if known else "")},
        # Ctrl-C in a terminal is for the server, which ends this one in order.
        process_group=0,
    )
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin as stdin:
        stdin.write(msgspec.json.encode(job))
    return process


def _end(process: subprocess.Popen[bytes]) -> bytes:
    """What it said; it is no more."""
    if process.poll() is None:
        process.kill()
        process.wait()
    assert process.stdout is not None
    with process.stdout as stdout:
        return stdout.read()
