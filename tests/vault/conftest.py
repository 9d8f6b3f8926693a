from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import contactcenter.identity.models  # noqa: F401 - other tables refer to users
from contactcenter.storage import migrations
from contactcenter.storage.database import Database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.e2e)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite+aiosqlite:///{tmp_path}/cc.db"


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """With its tables."""
    await migrations.upgrade(url)
    database = Database(url)
    await database.start()
    yield database
    await database.stop()
