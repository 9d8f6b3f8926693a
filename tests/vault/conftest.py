from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contactcenter.storage import migrations
from contactcenter.storage.database import Database
from tests.fixtures.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.e2e)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """With its tables, of each kind."""
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    if request.param == "postgres":
        url = str(request.getfixturevalue("postgres_url"))
    await migrations.upgrade(url)
    database = Database(url)
    await database.start()
    yield database
    await database.stop()
