from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from contactcenter.backup.archive import Keys
from contactcenter.backup.backups import AGAIN_S, Backups
from contactcenter.backup.restore import verify
from contactcenter.backup.schedule import name_at
from contactcenter.configured import master_source
from contactcenter.metrics import Metrics
from contactcenter.storage.database import Database
from tests.fakes.archived import NOW, furnish
from tests.fakes.house import Clock

DAY = 86_400.0


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


@pytest.fixture
async def scheduled(tmp_path: Path) -> AsyncIterator[Scheduled]:
    config, _ = await furnish(tmp_path / "house")
    folder = tmp_path / "backups"
    settings = config.backup.model_copy(
        update={"dir": str(folder), "keep_daily": 2, "keep_weekly": 0, "keep_monthly": 0}
    )
    config = config.model_copy(update={"backup": settings})
    database, metrics, clock, told = Database(config.database.url), Metrics(), Clock(), list[str | None]()
    clock.now = NOW
    source = master_source(config)
    backups = Backups(config, database, source, metrics, product="1", tell=told.append, now=clock)
    yield Scheduled(folder, backups, clock, told, metrics)
    await backups.stop()
    async with database.session() as session:
        acts = list(await session.scalars(text("SELECT act FROM audit_entries")))
    assert acts.count("backup.made") == told.count(None)
    await database.stop()


async def test_one_a_day_and_the_last_two_are_kept(scheduled: Scheduled) -> None:
    people = 4  # who were added
    for day in range(3):
        scheduled.clock.now = NOW + day * DAY
        await scheduled.backups.look()
        await scheduled.backups.look()
    assert scheduled.names == [name_at(NOW + DAY), name_at(NOW + 2 * DAY)]
    assert scheduled.told == [None, None, None]
    newest = scheduled.folder / scheduled.names[-1]
    assert b"contactcenter_backup_last_success_timestamp_seconds 1.777950577e+09\n" in scheduled.metrics.render()
    manifest = await verify(newest, Keys(masters=scheduled.backups._source.read(may_make=False)))
    assert manifest.tables["audit_entries"] == people + 2


async def test_a_failure_is_told_and_tried_again(scheduled: Scheduled) -> None:
    scheduled.folder.write_text("no folder")
    await scheduled.backups.look()
    await scheduled.backups.look()
    assert len(scheduled.told) == 1
    assert str(scheduled.told[0]).startswith("The backup failed: ")
    scheduled.folder.unlink()
    scheduled.clock.now += AGAIN_S
    await scheduled.backups.look()
    assert scheduled.told[1:] == [None]
    assert len(scheduled.names) == 1


async def test_stopped_in_the_middle_leaves_nothing(scheduled: Scheduled) -> None:
    scheduled.backups.start()
    await scheduled.backups.stop()
    assert [name for name in scheduled.names if not name.endswith(".part")] == []
