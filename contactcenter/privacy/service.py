"""Privacy, put together: what people ask, holds, retention; started and stopped with the house."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from contactcenter.config import Config
from contactcenter.plugin import Plugin
from contactcenter.privacy.ground import Ground
from contactcenter.privacy.memory import Memory
from contactcenter.privacy.restored import forget_again
from contactcenter.privacy.retention import Retention
from contactcenter.privacy.runner import Runner
from contactcenter.storage.database import Database
from contactcenter.storage.journal import Journal
from contactcenter.vault.service import Vault


class Privacy:
    """`prepare` before anybody sees the data, `start` once it is served, `stop`."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.runner = Runner(ground)
        self.requests = self.runner.requests
        self.holds = self.runner.holds
        self.retention = Retention(ground, self.holds)

    async def prepare(self) -> None:
        """Forget again whom a restored database knows. Raises MemoryFileError, StorageUnavailable, OSError."""
        await asyncio.to_thread(self.ground.memory.load)
        await forget_again(self.ground)

    def start(self) -> None:
        self.runner.start()
        self.retention.start()

    async def stop(self) -> None:
        await self.runner.stop()
        await self.retention.stop()


def privacy_of(
    config: Config,
    database: Database,
    vault: Vault,
    journal: Journal,
    *,
    plugins: Callable[[], Iterable[Plugin]],
    is_live: Callable[[str], bool],
) -> Privacy:
    """`plugins`: the slices with their kinds of data, the lowest first, asked for once all are there."""
    data = config.media.recordings_dir.parent
    folder = data / "privacy"
    ground = Ground(
        database=database,
        vault=vault,
        journal=journal,
        memory=Memory(folder),
        folder=folder,
        data=data,
        speech=config.media.speech_dir,
        personal=lambda: tuple(each for plugin in plugins() for each in plugin.personal),
        retention=lambda: tuple(each for plugin in plugins() for each in plugin.retention),
        country=config.house.country,
        is_live=is_live,
    )
    return Privacy(ground)
