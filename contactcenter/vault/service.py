"""The vault: data keys of this database, and whatever is sealed and opened with them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy import LargeBinary, bindparam, func, select, type_coerce, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.storage.database import Database
from contactcenter.vault.columns import sealed_columns
from contactcenter.vault.errors import UnknownKey, VaultError
from contactcenter.vault.keyring import PLAIN, PURPOSES, Context, DataKey, Keyring, Purpose, Sealed
from contactcenter.vault.master import MasterKey
from contactcenter.vault.models import DataKeyRow
from contactcenter.vault.sources import MasterSource

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStatus:
    """One data key as an operator sees it; `state` is active, replaced (still opens, seals no more) or retired."""

    id: str
    purpose: str
    master: str
    made_at: datetime
    replaced_at: datetime | None
    retired_at: datetime | None

    @property
    def state(self) -> str:
        if self.replaced_at is None:
            return "active"
        return "replaced" if self.retired_at is None else "retired"


@dataclass(frozen=True, slots=True)
class Changed:
    """Ids of keys that were in use before, and of those that are from now on."""

    before: list[str]
    after: list[str]


Also = Callable[[AsyncSession, Changed], Awaitable[None]]
"""What is to be written in the transaction of a change of keys."""


async def _nothing_else(session: AsyncSession, changed: Changed) -> None:
    """Nobody wants to know."""


class Vault:
    """`start` once the tables are there. Only what another process sealed with a new key needs I/O to be opened."""

    def __init__(self, database: Database, source: MasterSource) -> None:
        self._database = database
        self._source = source
        self._keyring: Keyring | None = None

    @property
    def keyring(self) -> Keyring:
        """The keys known now; immutable, so that a thread may go on with it."""
        if self._keyring is None:
            raise VaultError("The vault has not been started.")
        return self._keyring

    async def start(self) -> None:
        """Read the keys, or make the first ones. Raises VaultError or StorageUnavailable, sentences for an operator."""
        rows = await self._rows()
        masters = await asyncio.to_thread(self._source.read, may_make=not rows)
        if not rows:
            await self._make_first(masters[0])
            rows = await self._rows()
        self._keyring = self._unwrapped(rows, masters, {})
        used = {row.master for row in rows}
        for master in masters:
            if used == {master.id}:
                await asyncio.to_thread(self._source.settle, master)

    async def reload(self) -> None:
        """Take over what another process has changed. The master key is asked for only when there is a new data key.

        Raises as `start`.
        """
        rows, known = await self._rows(), self.keyring.keys
        masters: list[MasterKey] = []
        if any(row.id not in known for row in rows):
            masters = await asyncio.to_thread(self._source.read, may_make=False)
        self._keyring = self._unwrapped(rows, masters, known)

    def seal(self, plain: bytes, context: Context) -> Sealed:
        return self.keyring.seal(plain, context)

    def seal_text(self, text: str, context: Context) -> Sealed:
        """`context` is that of the row (`columns.row_context`), or any tuple of texts that names the place."""
        return self.seal(text.encode(), context)

    async def open(self, sealed: Sealed, context: Context) -> bytes:
        """What was sealed for `context`. Raises Damaged; UnknownKey when its key is not in the database."""
        try:
            return self.keyring.open(sealed, context)
        except UnknownKey:
            await self.reload()
            return self.keyring.open(sealed, context)

    async def open_text(self, sealed: Sealed, context: Context) -> str:
        return (await self.open(sealed, context)).decode()

    def blind_index(self, field_name: str, value: str) -> str:
        """See Keyring.blind_index."""
        return self.keyring.blind_index(field_name, value)

    async def keyring_with(self, key_id: str) -> Keyring:
        """A keyring that holds this key. Raises UnknownKey."""
        if key_id not in self.keyring.keys:
            await self.reload()
        if key_id not in self.keyring.keys:
            raise UnknownKey(key_id)
        return self.keyring

    async def status(self) -> list[KeyStatus]:
        """Every data key, the newest first."""
        names = ("id", "purpose", "master", "made_at", "replaced_at", "retired_at")
        return [KeyStatus(**{name: getattr(row, name) for name in names}) for row in await self._rows()]

    async def replace_keys(self, purposes: Iterable[Purpose], now: float, also: Also = _nothing_else) -> list[str]:
        """Make new data keys, used from now on; ids of those they replace. What these sealed is not touched."""
        moment = datetime.fromtimestamp(now, UTC)
        master = await self._master()
        replaced: list[str] = []
        made: list[str] = []
        async with self._database.transaction() as session:
            for purpose in purposes:
                old = select(DataKeyRow).where(DataKeyRow.active_for == purpose).with_for_update()
                for row in await session.scalars(old):
                    row.active_for, row.replaced_at = None, moment
                    replaced.append(row.id)
                # The old one gives its place free before the new one takes it.
                await session.flush()
                new = DataKey.new(purpose)
                made.append(new.id)
                session.add(_row_of(new, master, moment))
                await session.flush()
            await also(session, Changed(replaced, made))
            if set(await session.scalars(select(DataKeyRow.master))) != {master.id}:
                raise VaultError("The master key is being replaced; rotate again when that is done.")
        await self.reload()
        log.info("vault.keys_replaced", keys=replaced)
        return replaced

    async def retire(self, key_ids: Sequence[str], now: float) -> None:
        """Note that nothing is sealed with these replaced keys any more."""
        unused = DataKeyRow.id.in_(key_ids), DataKeyRow.active_for.is_(None), DataKeyRow.retired_at.is_(None)
        async with self._database.transaction() as session:
            await session.execute(update(DataKeyRow).where(*unused).values(retired_at=datetime.fromtimestamp(now, UTC)))

    async def replace_master(self, also: Also = _nothing_else) -> str:
        """Wrap every data key with a new master key; its id. What the data keys sealed is not touched.

        A file is replaced by this program; a key from elsewhere must have been set, with the old one as the previous.
        Killed at any point, the next start goes on with the key that wraps the data keys.
        """
        await self.start()
        masters = await asyncio.to_thread(self._source.read, may_make=False)
        new = masters[0]
        if {row.master for row in await self._rows()} == {new.id}:
            new = MasterKey.new()
            await asyncio.to_thread(self._source.stage, new)
        # Again when another process has made a data key meanwhile: the old master key goes only when nothing needs it.
        while {row.master for row in await self._rows()} != {new.id}:
            await self._wrap_all(masters, new, also)
        await asyncio.to_thread(self._source.settle, new)
        log.info("vault.master_key_replaced", key_id=new.id)
        return new.id

    async def _rows(self) -> list[DataKeyRow]:
        async with self._database.session() as session:
            return list(await session.scalars(select(DataKeyRow).order_by(DataKeyRow.made_at.desc(), DataKeyRow.id)))

    async def _master(self) -> MasterKey:
        """The one that wraps new keys."""
        keys = await asyncio.to_thread(self._source.read, may_make=False)
        used = {row.master for row in await self._rows()}
        return next((key for key in keys if key.id in used), keys[0])

    async def _wrap_all(self, masters: Sequence[MasterKey], new: MasterKey, also: Also) -> None:
        async with self._database.transaction() as session:
            before: set[str] = set()
            for row in await session.scalars(select(DataKeyRow).with_for_update()):
                if row.master != new.id:
                    before.add(row.master)
                    secret = self._master_of(row, masters).unwrap(row.wrapped, _label(row))
                    row.wrapped, row.master = new.wrap(secret, _label(row)), new.id
            await also(session, Changed(sorted(before), [new.id]))

    def _master_of(self, row: DataKeyRow, masters: Sequence[MasterKey]) -> MasterKey:
        for master in masters:
            if master.id == row.master:
                return master
        raise VaultError(
            f"{self._source.name} is the master key {masters[0].id}, but the data key {row.id} in the database "
            f"was wrapped with the master key {row.master}. Put that one back."
        )

    def _unwrapped(
        self, rows: Sequence[DataKeyRow], masters: Sequence[MasterKey], known: Mapping[str, DataKey]
    ) -> Keyring:
        keys: dict[str, DataKey] = {}
        active: dict[Purpose, str] = {}
        for row in rows:
            purpose = _purpose(row)
            if (key := known.get(row.id)) is None:
                secret = self._master_of(row, masters).unwrap(row.wrapped, _label(row))
                key = DataKey(row.id, purpose, secret)
            keys[row.id] = key
            if row.active_for is not None:
                active[purpose] = row.id
        if missing := [purpose for purpose in PURPOSES if purpose not in active]:
            raise VaultError(f"The database has no data key for {', '.join(missing)}; restore a backup.")
        return Keyring(keys, active)

    async def _make_first(self, master: MasterKey) -> None:
        """The first keys; and what versions before them have left plain is sealed in the same transaction.

        Afterwards nothing plain is taken for sealed, so that nobody can slip a value in.
        """
        moment = datetime.now(UTC)
        keys = [DataKey.new(purpose) for purpose in PURPOSES]
        keyring = Keyring({key.id: key for key in keys}, {key.purpose: key.id for key in keys})
        try:
            async with self._database.transaction() as session:
                session.add_all([_row_of(key, master, moment) for key in keys])
                await session.flush()
                count = await _seal_plain(session, keyring)
        except IntegrityError:
            log.info("vault.made_by_another_process")
        else:
            log.info("vault.made", key_id=master.id, sealed=count)


async def masters_in_use(database: Database) -> set[str]:
    """Ids of the master keys that seal the data keys. Raises StorageUnavailable."""
    async with database.session() as session:
        return set(await session.scalars(select(DataKeyRow.master)))


async def _seal_plain(session: AsyncSession, keyring: Keyring) -> int:
    count = 0
    for table, column in sealed_columns():
        keys = list(table.primary_key.columns)
        waiting = func.substr(type_coerce(column, LargeBinary), 1, 1) == bindparam(None, bytes([PLAIN]), LargeBinary)
        for row in (await session.execute(select(*keys, column).where(waiting))).all():
            context = (table.name, column.name, *map(str, row[:-1]))
            sealed = keyring.seal(row[-1].raw[1:], context)
            matches = [key == value for key, value in zip(keys, row[:-1], strict=True)]
            await session.execute(update(table).where(*matches).values({column.name: sealed}))
            count += 1
    return count


def _row_of(key: DataKey, master: MasterKey, moment: datetime) -> DataKeyRow:
    row = DataKeyRow(id=key.id, purpose=key.purpose, master=master.id, made_at=moment, active_for=key.purpose)
    row.wrapped = master.wrap(key.secret, _label(row))
    return row


def _label(row: DataKeyRow) -> str:
    return f"{row.purpose} {row.id}"


def _purpose(row: DataKeyRow) -> Purpose:
    for purpose in PURPOSES:
        if row.purpose == purpose:
            return purpose
    raise VaultError(f"The data key {row.id} is for something this version does not know: {row.purpose}.")
