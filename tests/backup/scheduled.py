"""Backups of a furnished house, with an invented clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from contactcenter.backup.backups import Backups
from contactcenter.configured import master_source
from contactcenter.metrics import Metrics
from contactcenter.storage.database import Database
from tests.fakes.archived import NOW, furnish
from tests.fakes.house import Clock


class Scheduled:
    def __init__(self, folder: Path, backups: Backups, clock: Clock, told: list[str | None], metrics: Metrics) -> None:
        self.folder = folder
        self.backups = backups
        self.clock = clock
        self.told = told
        self.metrics = metrics

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []

    async def done(self) -> None:
        """When what was asked for is over."""
        assert self.backups._asked is not None
        await self.backups._asked


@asynccontextmanager
async def scheduled_in(tmp_path: Path, *, set_up: bool = True) -> AsyncIterator[Scheduled]:
    """The last two days are kept in tmp_path/backups; not `set_up`: no folder is named."""
    config, _ = await furnish(tmp_path / "house")
    folder = tmp_path / "backups"
    settings = config.backup.model_copy(
        update={"dir": str(folder) if set_up else "", "keep_daily": 2, "keep_weekly": 0, "keep_monthly": 0}
    )
    config = config.model_copy(update={"backup": settings})
    database, metrics, clock, told = Database(config.database.url), Metrics(), Clock(), list[str | None]()
    clock.now = NOW
    source = master_source(config)
    backups = Backups(config, database, source, metrics, product="1", tell=told.append, now=clock)
    try:
        yield Scheduled(folder, backups, clock, told, metrics)
    finally:
        await backups.stop()
        await database.stop()
