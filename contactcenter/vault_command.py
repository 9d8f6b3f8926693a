"""`contactcenter vault`: what keys there are, and new ones in their place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from rich.console import Console
from rich.progress import Progress as Bar
from rich.table import Table

from contactcenter.actor import acting
from contactcenter.config import Config, ticket_files_dir
from contactcenter.configured import vault
from contactcenter.encryption.replacing import replace_data_keys, replace_master_key
from contactcenter.encryption.service import holders_of
from contactcenter.inspection.cli import operator
from contactcenter.recordings.files import RecordingFiles
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from contactcenter.tickets.files import TicketContents
from contactcenter.vault.reseal import Holder, Progress, Resealer
from contactcenter.vault.service import KeyStatus, Vault


async def status(config: Config) -> None:
    """A table of the data keys with what each still seals. Raises VaultError or StorageUnavailable."""
    async with _Opened(config) as (keys, holders):
        table = Table("Data key", "For", "State", "Made", "Master key", "Seals", box=None)
        for key in await keys.status():
            table.add_row(
                key.id, key.purpose, key.state, f"{key.made_at:%Y-%m-%d %H:%M}", key.master, await _count(key, holders)
            )
        Console(soft_wrap=True).print(table)
        plain = [holder for holder in holders if isinstance(holder, RecordingFiles)]
        if waiting := sum([len(await files.waiting()) for files in plain]):
            Console(soft_wrap=True).print(f"{waiting} recordings are plain files that the server will seal.")


async def _count(key: KeyStatus, holders: Sequence[Holder]) -> str:
    counts = [await holder.count([key.id]) for holder in holders if holder.purpose == key.purpose]
    return str(sum(counts)) if counts else "-"


async def rotate(config: Config, *, master: bool) -> None:
    """New data keys and everything sealed with them; or a new master key around the keys there are.

    A server may run meanwhile. Killed, it is gone on with by the server or by the next call. Raises VaultError,
    StorageUnavailable or OSError.
    """
    console = Console(soft_wrap=True, highlight=False)
    async with _Opened(config) as (keys, holders):
        if master:
            with acting(operator()):
                made = await replace_master_key(keys, time.time())
            console.print(f"The data keys are wrapped with the new master key {made}.")
            console.print("Keep a copy of it elsewhere than the backups; backups made before need the old one.")
            return
        with acting(operator()):
            replaced = await replace_data_keys(keys, time.time())
        console.print(f"{len(replaced)} data keys were replaced.")
        with Bar(console=console, transient=True) as bar:
            task = bar.add_task("Sealing anew", total=None)

            def show(progress: Progress) -> None:
                bar.update(task, completed=progress.done, total=progress.total)

            done = await Resealer(keys, holders).reseal(time.time(), show)
        console.print(f"{done.done} of {done.total} values and files were sealed anew.")
        if done.done < done.total:
            console.print("The rest is damaged or was changed meanwhile; the log says which, the old keys are kept.")


class _Opened:
    """The vault of a configuration and what is sealed with it, for as long as a command runs."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._database = Database(config.database.url)

    async def __aenter__(self) -> tuple[Vault, list[Holder]]:
        try:
            await upgrade(self._config.database.url)
            keys = vault(self._config, self._database)
            await keys.start()
        except BaseException:
            await self._database.stop()
            raise
        recordings = await asyncio.to_thread(self._config.media.recordings_dir.resolve)
        files = await asyncio.to_thread(ticket_files_dir(self._config).resolve)
        holders = holders_of(self._database, keys, RecordingFiles(keys, recordings), TicketContents(keys, files))
        return keys, list(holders.values())

    async def __aexit__(self, *error: object) -> None:
        await self._database.stop()
