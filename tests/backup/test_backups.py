from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from contactcenter.backup.archive import Keys
from contactcenter.backup.backups import AGAIN_S
from contactcenter.backup.restore import verify
from contactcenter.backup.schedule import name_at
from tests.backup.scheduled import Scheduled, scheduled_in
from tests.fakes.archived import NOW

DAY = 86_400.0


@pytest.fixture
async def scheduled(tmp_path: Path) -> AsyncIterator[Scheduled]:
    async with scheduled_in(tmp_path) as found:
        yield found
        await found.backups.stop()
        async with found.backups.database.session() as session:
            acts = list(await session.scalars(text("SELECT act FROM audit_entries")))
        assert acts.count("backup.made") == found.told.count(None)


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
