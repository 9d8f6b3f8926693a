"""A throttle that a restart does not empty: what it counts stands in the database too."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime

from sqlalchemy import delete, select

from contactcenter.identity.sign_in_models import FailedAttempts
from contactcenter.identity.throttle import ACCOUNT, ADDRESS, KINDS, Failures, Throttle, ThrottleRule
from contactcenter.storage.database import Database


class KeptThrottle:
    """As Throttle, of one `purpose`. `now` in unix seconds.

    Names are kept as SHA-256, so that an erased person's email is in no row. `failed` counts at once, in memory, so
    that parallel guesses do not slip through; `keep` writes what has become of it, before the answer goes out.
    """

    def __init__(
        self, database: Database, purpose: str, account: ThrottleRule = ACCOUNT, address: ThrottleRule = ADDRESS
    ) -> None:
        self._database = database
        self._purpose = purpose
        self._throttle = Throttle(account, address)
        self._written: set[str] = set()
        self._loaded = False
        self._turn = asyncio.Lock()

    async def wait(self, account: str, address: str | None, now: float) -> float:
        """Seconds until it may be tried, 0 for at once."""
        if not self._loaded:
            async with self._turn:
                if not self._loaded:
                    await self._load(now)
        return self._throttle.wait(self._named(account), self._named_or_none(address), now)

    def failed(self, account: str, address: str | None, now: float) -> None:
        self._throttle.failed(self._named(account), self._named_or_none(address), now)

    def succeeded(self, account: str, address: str | None, charged_at: float) -> None:
        """As Throttle.succeeded."""
        self._throttle.succeeded(self._named(account), self._named_or_none(address), charged_at)

    async def keep(self, account: str, address: str | None, now: float) -> None:
        """Write how these two stand, and drop what is forgotten. Nothing to write, nothing done."""
        names = {"account": self._named(account)} | ({} if address is None else {"address": self._named(address)})
        async with self._turn:
            there, gone = [], []
            for kind, name in names.items():
                key, failures = _key(self._purpose, kind, name), self._throttle.failures(kind, name)
                if failures is not None:
                    there.append(self._row(key, kind, name, failures))
                elif key in self._written:
                    gone.append(key)
            if not gone and not there:
                return
            async with self._database.transaction() as session:
                old = (FailedAttempts.purpose == self._purpose, FailedAttempts.forget_at <= _moment(now))
                forgotten = delete(FailedAttempts).where(*old).returning(FailedAttempts.key_hash)
                gone += await session.scalars(forgotten)
                await session.execute(delete(FailedAttempts).where(FailedAttempts.key_hash.in_(gone)))
                for row in there:
                    await session.merge(row)
            self._written = (self._written - set(gone)) | {row.key_hash for row in there}

    def _row(self, key: str, kind: str, name: str, failures: Failures) -> FailedAttempts:
        return FailedAttempts(
            key_hash=key,
            purpose=self._purpose,
            kind=kind,
            name_hash=name,
            count=failures.count,
            last_at=_moment(failures.last),
            before_at=_moment(failures.before),
            forget_at=_moment(failures.last + self._throttle.rule(kind).forget_s),
        )

    async def _load(self, now: float) -> None:
        mine = (FailedAttempts.purpose == self._purpose, FailedAttempts.forget_at > _moment(now))
        async with self._database.session() as session:
            rows = await session.scalars(select(FailedAttempts).where(*mine).order_by(FailedAttempts.last_at))
            for row in rows:
                failures = Failures(row.count, row.last_at.timestamp(), row.before_at.timestamp())
                if row.kind in KINDS:
                    self._throttle.restore(row.kind, row.name_hash, failures)
                self._written.add(row.key_hash)
        self._loaded = True

    def _named_or_none(self, name: str | None) -> str | None:
        return None if name is None else self._named(name)

    def _named(self, name: str) -> str:
        return hashlib.sha256(f"{self._purpose}\n{name}".encode()).hexdigest()


def _key(purpose: str, kind: str, name: str) -> str:
    return hashlib.sha256(f"{purpose}\n{kind}\n{name}".encode()).hexdigest()


def _moment(now: float) -> datetime:
    return datetime.fromtimestamp(now, UTC)
