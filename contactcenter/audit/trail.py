"""The trail of this server while it runs: sealed, verified once a day, and cut where entries are too old."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from contactcenter.actor import SYSTEM
from contactcenter.audit.acts import SERVER_STARTED, SERVER_STOPPED, Act, Subject
from contactcenter.audit.chain import Anchor, Keys
from contactcenter.audit.heads import HeadFile
from contactcenter.audit.keys import load_keys
from contactcenter.audit.recorder import note
from contactcenter.audit.sealer import Sealer
from contactcenter.audit.verification import Verdict, cut, newest_anchor, verify
from contactcenter.config import Config
from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable

log = structlog.get_logger(__name__)

FIRST_AFTER_S = 60.0
"""The first look at the whole trail waits until a server that has just started has time for it."""
DAY_S = 86_400.0
_SERVER = Subject("server", "server")


def trail_of(config: Config, database: Database) -> Trail:
    """As it is set up; the folder stands beside that of the recordings when nothing else is said."""
    folder = Path(config.audit.dir) if config.audit.dir else config.media.recordings_dir.parent / "audit"
    return Trail(database, folder, keep_s=config.audit.keep_days * DAY_S)


@dataclass(slots=True)
class Verification:
    """The last walk along the chain, or the one that goes on: `done` of `total` entries. Moments in unix seconds."""

    running: bool = False
    done: int = 0
    total: int = 0
    ended_at: float | None = None
    verdict: Verdict | None = None


class Trail:
    """`folder` holds the key and the heads; entries older than `keep_s` seconds are cut, 0: none ever."""

    def __init__(
        self, database: Database, folder: Path, *, keep_s: float = 0.0, now: Callable[[], float] = time.time
    ) -> None:
        self.database = database
        self.keep_s = keep_s
        self.heads = HeadFile(folder / "heads.jsonl")
        self.verification = Verification()
        self._key_file = folder / "key"
        self._now = now
        self._keys: Keys | None = None
        self._sealer: Sealer | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._serving = False

    @property
    def keys(self) -> Keys:
        """Read, or made, when first asked for. Raises AuditKeyError."""
        if self._keys is None:
            self._keys = load_keys(self._key_file)
        return self._keys

    @property
    def wrong(self) -> str | None:
        """What is wrong with the trail, as a sentence."""
        verdict = self.verification.verdict
        if verdict is not None and verdict.finding is not None:
            return verdict.finding.sentence
        return self._sealer.wrong if self._sealer is not None else None

    async def start(self) -> None:
        """Raises AuditKeyError or StorageUnavailable."""
        self._sealer = Sealer(self.database, self.keys, self.heads, now=self._now)
        await self._sealer.start()
        self._spawn(self._look_after())

    async def serving(self, version: str) -> None:
        """The server has started."""
        self._serving = True
        await note(self.database, Act(kind=SERVER_STARTED, subject=_SERVER, after={"version": version}), actor=SYSTEM)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._serving:
            self._serving = False
            with suppress(StorageUnavailable):
                await note(self.database, Act(kind=SERVER_STOPPED, subject=_SERVER), actor=SYSTEM)
        if self._sealer is not None:
            await self._sealer.stop()

    def verify_soon(self) -> bool:
        """Begin a walk along the whole chain; False when one is going on."""
        if self.verification.running:
            return False
        self.verification.running = True
        self._spawn(self._verify())
        return True

    async def anchor(self) -> Anchor | None:
        """Up to where old entries have been cut."""
        async with self.database.session() as session:
            return await newest_anchor(await session.connection())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look_after(self) -> None:
        await asyncio.sleep(FIRST_AFTER_S)
        while True:
            try:
                await self.cut_old()
            except StorageUnavailable as error:
                log.warning("audit.not_cut", reason=str(error))
            self.verify_soon()
            await asyncio.sleep(DAY_S)

    async def cut_old(self) -> int:
        """How many entries were too old and are gone. Raises StorageUnavailable."""
        if self.keep_s <= 0:
            return 0
        count = await cut(self.database, self.keys, before=self._now() - self.keep_s, now=self._now())
        if count:
            log.info("audit.cut", entries=count)
        return count

    async def _verify(self) -> None:
        state = self.verification
        state.done = state.total = 0

        def progress(done: int, total: int) -> None:
            state.done, state.total = done, total

        try:
            heads = await asyncio.to_thread(self.heads.heads)
            state.verdict = await verify(self.database, self.keys, heads, progress=progress)
            state.ended_at = self._now()
        except (StorageUnavailable, OSError) as error:
            log.warning("audit.not_verified", reason=str(error))
            return
        finally:
            state.running = False
        finding = state.verdict.finding
        if finding is None:
            log.info("audit.verified", last=state.verdict.last, entries=state.verdict.checked)
        else:
            log.error("audit.broken", kind=finding.kind, seq=finding.seq)
