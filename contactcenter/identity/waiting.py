"""Sign-ins between two steps, and answers that count once: in the database, so that a restart forgets none of them."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from contactcenter.identity.sign_in_models import WaitingRow
from contactcenter.storage.database import Database
from contactcenter.vault.columns import row_context
from contactcenter.vault.service import Vault

CAPACITY: Final = 10_000
"""Of one purpose; beyond it the oldest goes, so that asking without end fills no disk."""
Document = dict[str, Any]


class Waiting:
    """`now` gives unix seconds. A `purpose` keeps apart what has the same key; documents are sealed."""

    def __init__(self, database: Database, vault: Vault, now: Callable[[], float]) -> None:
        self._database = database
        self._vault = vault
        self._now = now

    async def put(self, purpose: str, document: Document, lasts_s: float, *, key: str | None = None) -> str:
        """The key under which it waits: 256 bits of chance, unless it is given; what waited there before is gone."""
        key = key or secrets.token_urlsafe(32)
        row, now = self._row(purpose, key, document, lasts_s), self._moment(0)
        async with self._database.transaction() as session:
            over = or_(WaitingRow.expires_at <= now, WaitingRow.key_hash == row.key_hash)
            await session.execute(delete(WaitingRow).where(over))
            held = await session.scalar(select(func.count()).where(WaitingRow.purpose == purpose)) or 0
            if held >= CAPACITY:
                oldest = select(WaitingRow.key_hash).where(WaitingRow.purpose == purpose)
                ids = (await session.scalars(oldest.order_by(WaitingRow.made_at).limit(held - CAPACITY + 1))).all()
                await session.execute(delete(WaitingRow).where(WaitingRow.key_hash.in_(ids)))
            session.add(row)
        return key

    async def look(self, purpose: str, key: str) -> Document | None:
        async with self._database.session() as session:
            row = await session.get(WaitingRow, _hash(purpose, key))
        if row is None or row.expires_at <= self._moment(0):
            return None
        return await self._opened(row)

    async def change(self, purpose: str, key: str, document: Document) -> None:
        """Nothing happens when it is gone."""
        known = _hash(purpose, key)
        changed = update(WaitingRow).where(WaitingRow.key_hash == known)
        async with self._database.transaction() as session:
            await session.execute(changed.values(document=self._sealed(known, document)))

    async def take(self, purpose: str, key: str) -> Document | None:
        """What waited there; the next who asks finds nothing."""
        found = await self.look(purpose, key)
        async with self._database.transaction() as session:
            gone = delete(WaitingRow).where(WaitingRow.key_hash == _hash(purpose, key))
            if not list(await session.scalars(gone.returning(WaitingRow.key_hash))):
                return None
        return found

    async def first_time(self, purpose: str, key: str, lasts_s: float) -> bool:
        """Whether this key has not been met within the last `lasts_s`; it has from now on."""
        try:
            async with self._database.transaction() as session:
                gone = delete(WaitingRow).where(WaitingRow.expires_at <= self._moment(0))
                await session.execute(gone)
                session.add(self._row(purpose, key, {}, lasts_s))
                await session.flush()
        except IntegrityError:
            return False
        return True

    def _row(self, purpose: str, key: str, document: Document, lasts_s: float) -> WaitingRow:
        known = _hash(purpose, key)
        return WaitingRow(
            key_hash=known,
            purpose=purpose,
            document=self._sealed(known, document),
            made_at=self._moment(0),
            expires_at=self._moment(lasts_s),
        )

    def _sealed(self, known: str, document: Document) -> Any:
        return self._vault.seal_text(json.dumps(document), row_context(WaitingRow.document, known))

    async def _opened(self, row: WaitingRow) -> Document:
        text = await self._vault.open_text(row.document, row_context(WaitingRow.document, row.key_hash))
        found: Document = json.loads(text)
        return found

    def _moment(self, after_s: float) -> datetime:
        return datetime.fromtimestamp(self._now() + after_s, UTC)


def _hash(purpose: str, key: str) -> str:
    return hashlib.sha256(f"{purpose}\n{key}".encode()).hexdigest()
