"""What there is to see of keys, and one replacement at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import structlog

from contactcenter.encryption.replacing import REPLACED, replace_data_keys, replace_master_key
from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tasks import ended
from contactcenter.vault.errors import VaultError
from contactcenter.vault.reseal import Holder, Progress, Resealer, SealedValues
from contactcenter.vault.service import KeyStatus, Vault
from contactcenter.vault.sources import KeyFile, MasterSource

log = structlog.get_logger(__name__)

What = Literal["data", "master"]


class NotNow(Exception):  # noqa: N818 - a refusal
    """Not as things are; a sentence."""


class SeenOther(NotNow):
    """Other keys are in use than those that were seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the last replacement has come to: `sealed` things anew, `left` ones that could not be; `failed`: a sentence
    when it was broken off."""

    what: What
    ended_at: float
    sealed: int = 0
    left: int = 0
    failed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterState:
    """What is found where the master key is kept: ids in the order of their use. `problem`: a sentence when the data
    keys cannot be opened with it. `open_to_others`: its file may be read by others; `written_at`: of the file."""

    found: list[str]
    problem: str | None
    open_to_others: bool = False
    written_at: float | None = None


class Keys:
    """`holders`: what is sealed with data keys, by the name people know it by."""

    def __init__(
        self, vault: Vault, source: MasterSource, holders: Mapping[str, Holder], *, now: Callable[[], float] = time.time
    ) -> None:
        self._vault = vault
        self._resealer = Resealer(vault, holders.values())
        self._source = source
        self._holders = holders
        self._now = now
        self._doing: What | None = None
        self._task: asyncio.Task[None] | None = None
        self.outcome: Outcome | None = None

    @property
    def source(self) -> MasterSource:
        return self._source

    @property
    def work(self) -> tuple[What, Progress] | None:
        """What is being replaced, and how much of it is sealed anew; also when a command has replaced the keys."""
        progress = self._resealer.progress
        if self._doing is None and progress is None:
            return None
        return self._doing or "data", progress or Progress(0, 0)

    async def every(self) -> list[KeyStatus]:
        """The newest first. Raises StorageUnavailable."""
        return await self._vault.status()

    async def seals(self) -> dict[str, dict[str, int]]:
        """How many things each key seals, by key and holder, without keys that seal nothing any more.

        Raises StorageUnavailable or OSError.
        """
        found: dict[str, dict[str, int]] = {}
        for key in await self.every():
            if key.state != "retired":
                counts = {
                    name: await holder.count([key.id])
                    for name, holder in self._holders.items()
                    if holder.purpose == key.purpose
                }
                if counts:
                    found[key.id] = counts
        return found

    async def master(self) -> MasterState:
        """Reads the master key where it is kept, which may start a command. Raises StorageUnavailable."""
        used = {key.master for key in await self.every()}
        return await asyncio.to_thread(self._looked_up, used)

    def _looked_up(self, used: Collection[str]) -> MasterState:
        try:
            found = [key.id for key in self._source.read(may_make=False)]
        except VaultError as error:
            return MasterState(found=[], problem=str(error))
        missing = sorted(set(used) - set(found))
        problem = None
        if missing:
            problem = f"It is not the master key {missing[0]}, which the data keys need. Put that one back."
        if not isinstance(self._source, KeyFile):
            return MasterState(found=found, problem=problem)
        status = self._source.path.stat() if self._source.path.exists() else None
        return MasterState(
            found=found,
            problem=problem,
            open_to_others=status is not None and bool(status.st_mode & 0o077),
            written_at=None if status is None else status.st_mtime,
        )

    async def replace(self, what: What, seen: Collection[str]) -> None:
        """New keys in place of those that were `seen` in use; what data keys sealed is sealed anew in the background.

        Raises SeenOther, NotNow, VaultError or StorageUnavailable.
        """
        if self._doing is not None or self._resealer.progress is not None:
            raise NotNow("Keys are being replaced already. Try again when that is done.")
        self._doing = what
        begun = False
        try:
            await self._want_seen(what, seen)
            if what == "master":
                await replace_master_key(self._vault, self._now())
                self.outcome = Outcome(what=what, ended_at=self._now())
            else:
                await replace_data_keys(self._vault, self._now())
                self._task = asyncio.get_running_loop().create_task(self._reseal(), name="keys-replaced")
                begun = True
        finally:
            if not begun:
                self._doing = None

    async def _want_seen(self, what: What, seen: Collection[str]) -> None:
        keys = await self.every()
        if what == "master":
            used = {key.master for key in keys}
        else:
            used = {key.id for key in keys if key.state == "active" and key.purpose in REPLACED}
        if used != set(seen):
            raise SeenOther("Other keys are in use by now: look at them again before you replace them.")

    async def _reseal(self) -> None:
        progress, failed = Progress(0, 0), "The log says why; what is left is sealed anew later."
        try:
            progress = await self._resealer.reseal(self._now())
            failed = ""
        except (StorageUnavailable, VaultError, OSError) as error:
            failed = f"{error} What is left is sealed anew later."
            log.warning("vault.reseal_later", reason=str(error))
        except Exception:
            log.exception("vault.reseal_failed")
        finally:
            self._doing = None
            self.outcome = Outcome(
                what="data",
                ended_at=self._now(),
                sealed=progress.done,
                left=progress.total - progress.done,
                failed=failed or None,
            )

    def start(self) -> None:
        """What replaced keys still seal is sealed anew, now and every minute."""
        self._resealer.start()

    async def stop(self) -> None:
        """What is not sealed anew yet is, after the next start. Safe without a start."""
        await ended(self._task)
        self._task = None
        await self._resealer.stop()


def holders_of(database: Database, vault: Vault, recordings: Holder, ticket_files: Holder) -> dict[str, Holder]:
    """Everything that is sealed with data keys, by the name the API knows it by."""
    return {"values": SealedValues(database, vault), "recordings": recordings, "ticket_files": ticket_files}


def keys_of(database: Database, vault: Vault, source: MasterSource, recordings: Holder, ticket_files: Holder) -> Keys:
    return Keys(vault, source, holders_of(database, vault, recordings, ticket_files))
