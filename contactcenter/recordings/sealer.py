"""Seals recordings when their call is over, one at a time, and whatever plain file earlier runs have left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container
from pathlib import Path

import structlog

from contactcenter.recordings.files import RecordingFiles
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.storage.journal import Journal
from contactcenter.tasks import ended
from contactcenter.vault.errors import VaultError
from media.events import MediaEvent, RecordingFinished
from media.plane import MediaPlane

RETRY_S = 30.0

log = structlog.get_logger(__name__)


class Sealer:
    """`start` when no call can have begun yet. `tell` takes a sentence when something cannot be sealed, None when it
    can again. Not `encrypt`: everything stays as it is. What is in `open_takes`, by the
    recording's id, waits until `seal` names it.
    """

    def __init__(
        self,
        files: RecordingFiles,
        journal: Journal,
        plane: MediaPlane,
        *,
        encrypt: bool = True,
        open_takes: Container[str] = (),
        tell: Callable[[str | None], None] = lambda sentence: None,
    ) -> None:
        self._failing = False
        self._tell = tell
        self._files = files
        self._journal = journal
        self._queue: asyncio.Queue[Path] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._encrypt = encrypt
        self._open_takes = open_takes
        if encrypt:
            plane.subscribe(self._heard)

    async def start(self) -> None:
        """Raises OSError when the folder cannot be listed."""
        if not self._encrypt:
            return
        left = await self._files.waiting()
        for path in left:
            self._queue.put_nowait(path)
        if left:
            log.info("recordings.plain_found", count=len(left))
        self._task = asyncio.get_running_loop().create_task(self._run(), name="recording-sealer")

    async def stop(self) -> None:
        """Seal what has ended until now, as far as it can be sealed; the rest waits for the next start."""
        if self._task is None:
            return
        waiting = asyncio.ensure_future(self._queue.join())
        await asyncio.wait({waiting, self._task}, timeout=5.0, return_when=asyncio.FIRST_COMPLETED)
        await ended(waiting, self._task)
        self._task = None

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    def _heard(self, event: MediaEvent) -> None:
        if isinstance(event, RecordingFinished) and event.recording_id not in self._open_takes:
            self._queue.put_nowait(Path(event.path))

    def seal(self, path: Path) -> None:
        """What becomes of this recording has been decided."""
        if self._encrypt:
            self._queue.put_nowait(path)

    async def _run(self) -> None:
        while True:
            path = await self._queue.get()
            try:
                if not await self._try(path):
                    # Behind the others: one file that cannot be read must not keep them from being sealed.
                    self._queue.put_nowait(path)
                    await asyncio.sleep(RETRY_S)
            finally:
                self._queue.task_done()

    async def _try(self, path: Path) -> bool:
        """Whether there is no more to do for this file."""
        try:
            # The row that names the recording first: a restart looks for the plain file when there is none.
            await self._journal.flush()
            await self._files.seal(path)
        except (StorageUnavailable, VaultError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            log.error("recording.not_sealed", interaction=path.stem, reason=reason)
            self._failing = True
            self._tell(f"A recording could not be encrypted and stays a plain file for now: {reason}")
            return False
        except Exception:
            log.exception("recording.seal_failed", interaction=path.stem)
            return True
        if self._failing:
            self._failing = False
            self._tell(None)
        return True
