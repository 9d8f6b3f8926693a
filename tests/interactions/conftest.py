from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contactcenter.storage.database import Database
from contactcenter.storage.journal import Journal
from contactcenter.storage.migrations import upgrade


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    await upgrade(url)
    database = Database(url)
    yield database
    await database.stop()


@pytest.fixture
async def journal(database: Database, tmp_path: Path) -> AsyncIterator[Journal]:
    journal = Journal(database, folder=tmp_path)
    await journal.start()
    yield journal
    await journal.stop()
