from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, make_url

import contactcenter.agents.models
import contactcenter.identity.models
import contactcenter.interactions.models
import contactcenter.queues.models  # noqa: F401 - their tables belong to the metadata
from contactcenter.storage import migrations
from contactcenter.storage.base import Base
from contactcenter.storage.database import create_engine


def _differences(connection: Connection) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


async def test_models_and_migrations_agree(url: str) -> None:
    await migrations.upgrade(url)
    engine = create_engine(make_url(url))
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences) == []
            names = set(await connection.run_sync(lambda c: inspect(c).get_table_names()))
    finally:
        await engine.dispose()
    assert names == set(Base.metadata.tables) | {"alembic_version"}


async def test_upgrade_tells_versions_and_repeats(url: str) -> None:
    assert await migrations.current(url) is None
    await migrations.upgrade(url)
    assert await migrations.current(url) == migrations.head() == "0001"
    await migrations.upgrade(url)
    assert await migrations.current(url) == "0001"
