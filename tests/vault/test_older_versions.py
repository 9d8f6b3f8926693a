"""Telephones of a database from before the vault register as they did, and their secrets are sealed."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from sqlalchemy import Connection, make_url, text

from contactcenter.agents.telephones import Telephones
from contactcenter.storage import migrations
from contactcenter.storage.database import Database, create_engine
from tests.fakes.keys import open_vault


def _to_fourth(connection: Connection) -> None:
    command.upgrade(migrations._config(connection), "0004")


async def test_secrets_of_an_older_database(url: str, tmp_path: Path) -> None:
    engine = create_engine(make_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(_to_fourth)
        values = "('phone', NULL, 'realm', 'old md5', 'old sha')"
        columns = "(username, user_id, realm, ha1_md5, ha1_sha256)"
        await connection.execute(text(f"INSERT INTO sip_accounts {columns} VALUES {values}"))
    await engine.dispose()
    await migrations.upgrade(url)
    database = Database(url)
    try:
        phones = Telephones(database, await open_vault(database, tmp_path))
        await phones.reload()
        account = phones.lookup("phone")
        assert account is not None
        assert (account.ha1_md5, account.ha1_sha256, account.realm) == ("old md5", "old sha", "realm")
        async with database.session() as session:
            raw = (await session.execute(text("SELECT ha1_md5, ha1_sha256 FROM sip_accounts"))).one()
        assert not any(b"old" in bytes(value) for value in raw)
    finally:
        await database.stop()
