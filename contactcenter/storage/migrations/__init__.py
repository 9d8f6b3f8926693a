"""Schema versions. `upgrade` and `current` need no alembic.ini: they run from an installed package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url

from contactcenter.storage.database import create_engine
from contactcenter.storage.errors import unavailable

T = TypeVar("T")


async def upgrade(url: str, to: str = "head") -> None:
    """Bring the database at `url` to the newest version, or to the version `to`. Raises StorageUnavailable."""
    await _with_connection(url, lambda connection: _upgrade(connection, to))


async def current(url: str) -> str | None:
    """The version of the database at `url`, None when it has none. Raises StorageUnavailable."""
    return await _with_connection(url, lambda connection: MigrationContext.configure(connection).get_current_revision())


def head() -> str | None:
    """The newest version this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def versions() -> list[str]:
    """Every version this program knows, the oldest first."""
    return [each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    # The ini syntax behind Config gives % a meaning; a folder name may hold one.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection, to: str) -> None:
    """All versions in one transaction, also on SQLite, where a table is altered by making it anew: its references are
    looked after by nobody meanwhile (or dropping the old one would delete what refers to it) and checked at the end."""
    if connection.dialect.name != "sqlite":
        command.upgrade(_config(connection), to)
        return
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    # The driver opens a transaction by itself for rows only, not for tables.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    command.upgrade(_config(connection), to)
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError(f"a row of table {broken[0]} refers to one of {broken[2]} that is not there")


async def _with_connection(url: str, act: Callable[[Connection], T]) -> T:
    engine = create_engine(make_url(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(act)
    except Exception as error:
        sentence = unavailable(error)
        if sentence is None:
            raise
        raise sentence from error
    finally:
        await engine.dispose()
