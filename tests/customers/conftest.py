from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contactcenter.customers.service import Customers
from contactcenter.storage import migrations
from contactcenter.storage.database import Database
from tests.fakes.keys import open_vault

NOW = 1_777_777_777.0


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.e2e)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite+aiosqlite:///{tmp_path}/cc.db"


@pytest.fixture
async def customers(url: str, tmp_path: Path) -> AsyncIterator[Customers]:
    await migrations.upgrade(url)
    database = Database(url)
    yield Customers(database, await open_vault(database, tmp_path), country="DE", now=lambda: NOW)
    await database.stop()
