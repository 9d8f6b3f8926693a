"""Gives entries their place in the chain, about a second after their commit, one sealer at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from contactcenter.audit.chain import START, Head, Keys
from contactcenter.audit.heads import EVERY_S as HEAD_EVERY_S
from contactcenter.audit.heads import HeadFile, Told
from contactcenter.audit.models import AuditAnchor, AuditEntry
from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable, unavailable
from contactcenter.tasks import ended

log = structlog.get_logger(__name__)

EVERY_S = 1.0
BATCH = 500
_LOCK = 4_861_257_301
"""PostgreSQL's advisory lock of whoever seals."""
_ENTRIES = AuditEntry.__table__
_UNSEALED = select(_ENTRIES).where(AuditEntry.seq.is_(None)).order_by(AuditEntry.id).limit(BATCH)
_SEAL = (
    update(AuditEntry)
    .where(AuditEntry.id == bindparam("entry_id"))
    .values(
        seq=bindparam("place"), previous=bindparam("before_it"), mac=bindparam("sealed"), key_id=bindparam("sealed_by")
    )
    .execution_options(synchronize_session=False)
)


async def head_of(connection: AsyncConnection) -> Head:
    """The last entry sealed; that of the newest anchor when none is left, START for an empty trail."""
    newest = select(AuditEntry.seq, AuditEntry.mac).where(AuditEntry.seq.is_not(None)).order_by(AuditEntry.seq.desc())
    anchor = select(AuditAnchor.seq, AuditAnchor.mac).order_by(AuditAnchor.seq.desc())
    for query in (newest, anchor):
        if (row := (await connection.execute(query.limit(1))).one_or_none()) is not None:
            return Head(row.seq, row.mac)
    return START


async def lock(connection: AsyncConnection) -> None:
    """Nobody else seals or cuts until the transaction ends. To be taken first, so that all is seen."""
    if connection.dialect.name == "sqlite":
        # The driver would begin a transaction at the first write only.
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


async def seal(database: Database, keys: Keys) -> tuple[Head, int]:
    """Seal up to BATCH entries in the order of their arrival: the head, and how many. Raises StorageUnavailable."""
    try:
        async with database.engine.connect() as connection:
            if (await connection.execute(_UNSEALED.limit(1))).one_or_none() is None:
                return await head_of(connection), 0
            await connection.rollback()
            await lock(connection)
            head = await head_of(connection)
            rows = (await connection.execute(_UNSEALED)).all()
            head, places = _places(keys, head, rows)
            if places:
                await connection.execute(_SEAL, places)
            await connection.commit()
            return head, len(places)
    except Exception as error:
        raise unavailable(error) or error from None


def _places(keys: Keys, head: Head, rows: Sequence[object]) -> tuple[Head, list[dict[str, object]]]:
    places: list[dict[str, object]] = []
    for row in rows:
        mac = keys.seal(head.mac, row)  # type: ignore[arg-type]  # a row has the columns of the entry
        places.append(
            {
                "entry_id": row.id,  # type: ignore[attr-defined]
                "place": head.seq + 1,
                "before_it": head.mac,
                "sealed": mac,
                "sealed_by": keys.current,
            }
        )
        head = Head(head.seq + 1, mac)
    return head, places


class Sealer:
    """Runs between `start` and `stop`, which seals what is left. `wrong`: what is wrong outside, as a sentence."""

    def __init__(
        self, database: Database, keys: Keys, heads: HeadFile, *, now: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._keys = keys
        self._heads = heads
        self._now = now
        self._told = Told(START, 0.0)
        self._task: asyncio.Task[None] | None = None
        self.head = START
        self.wrong: str | None = None

    async def start(self) -> None:
        """Raises StorageUnavailable."""
        await self._compare()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="audit-sealer")

    async def stop(self) -> None:
        """Seal what is left and write the head down."""
        if self._task is None:
            return
        await ended(self._task)
        self._task = None
        try:
            await self.seal_all()
            await self._tell(self._now(), at_once=True)
        except StorageUnavailable as error:
            # They are committed, and sealed at the next start.
            log.error("audit.not_sealed", reason=str(error))

    async def _compare(self) -> None:
        """What was told before against what is there: a tail that has been cut off is reported before it grows anew."""
        async with self._database.session() as session:
            self.head = await head_of(await session.connection())
        told = await asyncio.to_thread(self._heads.read)
        if told:
            self._told = max(told, key=lambda each: each.head.seq)
        newest = self._told.head
        if newest.seq > self.head.seq:
            self.wrong = f"The audit trail ends at entry {self.head.seq}, but had reached {newest.seq}."
            log.error("audit.tail_missing", ends_at=self.head.seq, had_reached=newest.seq)
        await asyncio.to_thread(self._heads.thin, self._now())

    async def _run(self) -> None:
        while True:
            try:
                await self.seal_all()
                await self._tell(self._now())
            except StorageUnavailable as error:
                log.warning("audit.sealing_waits", reason=str(error))
            except Exception:
                log.exception("audit.sealing_failed")
            await asyncio.sleep(EVERY_S)

    async def seal_all(self) -> None:
        """Until nothing is left to seal. Raises StorageUnavailable."""
        while True:
            self.head, count = await seal(self._database, self._keys)
            if count < BATCH:
                return

    async def _tell(self, now: float, *, at_once: bool = False) -> None:
        if self.head == self._told.head or self.head == START:
            return
        if not at_once and now - self._told.at < HEAD_EVERY_S:
            return
        self._told = Told(self.head, now)
        log.info("audit.head", seq=self.head.seq, mac=self.head.mac)
        try:
            await asyncio.to_thread(self._heads.add, self._told)
        except OSError as error:
            log.error("audit.head_not_kept", reason=error.strerror)
