"""A vault with a master key of its own."""

from __future__ import annotations

from pathlib import Path

from contactcenter.storage.database import Database
from contactcenter.vault.service import Vault
from contactcenter.vault.sources import KeyFile


async def open_vault(database: Database, folder: Path) -> Vault:
    """The started vault of a database that has its tables; the master key is where a server of `folder` looks."""
    vault = Vault(database, KeyFile(folder / "master.key"))
    await vault.start()
    return vault
