from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contactcenter.storage import migrations
from contactcenter.storage.database import Database
from tests.fakes.house import Clock, House


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    await migrations.upgrade(url)
    database = Database(url)
    house = House(database, Clock())
    yield house
    # What was told last is still being taken in, from the database too.
    await house.bus.close()
    await database.stop()
