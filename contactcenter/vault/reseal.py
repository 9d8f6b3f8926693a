"""Rotation: what was sealed with replaced keys is sealed anew, in batches, while everything goes on.

Whatever step it is killed in, each thing is sealed with a key that is in the database, and the next run goes on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from sqlalchemy import ColumnElement, LargeBinary, Table, bindparam, func, or_, select, tuple_, type_coerce, update

from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.tasks import ended
from contactcenter.vault.columns import sealed_columns
from contactcenter.vault.errors import Damaged, VaultError
from contactcenter.vault.keyring import ID_BYTES, VERSION, Purpose
from contactcenter.vault.service import Vault

BATCH = 100
EVERY_S = 60.0
GRACE_S = 3 * EVERY_S
"""A replaced key is retired only after every process has had time to notice its successor."""

log = structlog.get_logger(__name__)


class Holder(Protocol):
    """Things sealed with data keys of one purpose."""

    @property
    def purpose(self) -> Purpose: ...

    async def count(self, key_ids: Collection[str]) -> int:
        """How many things are sealed with these keys."""

    async def reseal(self, key_ids: Collection[str], limit: int) -> int:
        """Seal up to `limit` of them anew; how many were. Damaged things are left as they are, and logged."""


class SealedValues:
    """All sealed columns of the database."""

    purpose: Purpose = "values"

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._damaged: set[tuple[str, ...]] = set()
        """Told already: each look comes upon them again."""

    async def count(self, key_ids: Collection[str]) -> int:
        total = 0
        async with self._database.session() as session:
            for table, column in sealed_columns():
                found = select(func.count()).select_from(table).where(_under(column, key_ids))
                total += await session.scalar(found) or 0
        return total

    async def reseal(self, key_ids: Collection[str], limit: int) -> int:
        done = 0
        for table, column in sealed_columns():
            if done < limit:
                done += await self._reseal_column(table, column, key_ids, limit - done)
        return done

    async def _reseal_column(self, table: Table, column: Any, key_ids: Collection[str], limit: int) -> int:
        """Goes on behind values that do not open: they stay under their key, and must not hide those after them."""
        keys = list(table.primary_key.columns)
        query = select(*keys, column).where(_under(column, key_ids)).order_by(*keys).limit(limit)
        done, behind = 0, query
        while done < limit:
            async with self._database.transaction() as session:
                rows = (await session.execute(behind)).all()
                for *key, old in rows:
                    context = (table.name, column.name, *map(str, key))
                    try:
                        new = self._vault.seal(await self._vault.open(old, context), context)
                    except Damaged as error:
                        self._tell_damaged(context, str(error))
                        continue
                    same = [one == value for one, value in zip(keys, key, strict=True)]
                    # A value that was changed meanwhile is newer than what was read.
                    unchanged = _raw(column) == old.raw
                    await session.execute(update(table).where(*same, unchanged).values({column.name: new}))
                    done += 1
            if len(rows) < limit:
                break
            behind = query.where(tuple_(*keys) > tuple_(*rows[-1][:-1]))
        return done

    def _tell_damaged(self, context: tuple[str, ...], reason: str) -> None:
        if context not in self._damaged:
            self._damaged.add(context)
            log.error("vault.value_damaged", table=context[0], column=context[1], reason=reason)


def _raw(column: Any) -> ColumnElement[bytes]:
    return type_coerce(column, LargeBinary)


def _under(column: Any, key_ids: Collection[str]) -> ColumnElement[bool]:
    starts = [bytes([VERSION]) + bytes.fromhex(key_id) for key_id in key_ids]
    head = func.substr(_raw(column), 1, 1 + ID_BYTES)
    return or_(*(head == bindparam(None, start, LargeBinary) for start in starts))


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` things are sealed with the active keys."""

    done: int
    total: int


class Resealer:
    """Looks every `EVERY_S` seconds for what replaced keys still seal. One at a time does the work in a process."""

    def __init__(self, vault: Vault, holders: Collection[Holder]) -> None:
        self._vault = vault
        self._holders = holders
        self._task: asyncio.Task[None] | None = None
        self._running = asyncio.Lock()
        self.progress: Progress | None = None
        """Of what is being sealed anew in this process, None when nothing is."""

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name="vault-resealer")

    async def stop(self) -> None:
        await ended(self._task)
        self._task = None

    async def reseal(self, now: float, tell: Callable[[Progress], None] = lambda progress: None) -> Progress:
        """Seal anew all there is under replaced keys, and retire the keys that nothing needs.

        Raises StorageUnavailable, VaultError or OSError; the next run goes on where this one stopped.
        """
        async with self._running:
            try:
                return await self._reseal_all(now, tell)
            finally:
                self.progress = None

    async def _reseal_all(self, now: float, tell: Callable[[Progress], None]) -> Progress:
        progress = Progress(0, 0)
        for holder in self._holders:
            old = [key for key in await self._vault.status() if key.state == "replaced"]
            ids = [key.id for key in old if key.purpose == holder.purpose]
            if ids:
                # After the list was made: none of its keys is active here any more, so that this comes to an end.
                await self._vault.reload()
                progress = await self._reseal_one(holder, ids, progress, tell)
        await self._retire(now)
        return progress

    async def _reseal_one(
        self, holder: Holder, ids: list[str], so_far: Progress, tell: Callable[[Progress], None]
    ) -> Progress:
        total, done = so_far.total + await holder.count(ids), so_far.done
        self.progress = Progress(done, total)
        while count := await holder.reseal(ids, BATCH):
            done += count
            self.progress = Progress(done, max(total, done))
            tell(self.progress)
            await asyncio.sleep(0)
        return Progress(done, max(total, done))

    async def _retire(self, now: float) -> None:
        """Keys of purposes without a holder (the index) are never retired: nothing seals their work anew."""
        due = []
        for key in await self._vault.status():
            holders = [holder for holder in self._holders if holder.purpose == key.purpose]
            old_enough = key.replaced_at is not None and key.replaced_at.timestamp() + GRACE_S <= now
            if key.state == "replaced" and old_enough and holders:
                left = sum([await holder.count([key.id]) for holder in holders])
                if not left:
                    due.append(key.id)
        if due:
            await self._vault.retire(due, now)
            log.info("vault.keys_retired", keys=due)

    async def _run(self) -> None:
        while True:
            try:
                await self._vault.reload()
                progress = await self.reseal(time.time())
                if progress.done:
                    log.info("vault.resealed", count=progress.done)
            except (StorageUnavailable, VaultError, OSError) as error:
                log.warning("vault.reseal_later", reason=str(error))
            except Exception:
                log.exception("vault.reseal_failed")
            await asyncio.sleep(EVERY_S)
