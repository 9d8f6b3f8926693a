"""Sessions: opened, recognised, renewed, listed, ended."""

from __future__ import annotations

import hashlib
import math
import secrets
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from sqlalchemy import delete, select, update

from contactcenter.actor import Actor
from contactcenter.audit.acts import Act, ActKind
from contactcenter.audit.recorder import record
from contactcenter.bus import Bus
from contactcenter.identity.events import AccessChanged, SessionRevoked, SignedIn
from contactcenter.identity.models import SessionRow
from contactcenter.identity.session_acts import (
    SESSION_CLOSED,
    SESSION_EXPIRED,
    SESSION_OPENED,
    SESSION_REVOKED,
)
from contactcenter.identity.session_owners import SessionOwners
from contactcenter.permissions import Principal
from contactcenter.storage.database import Database

P = TypeVar("P")
CACHE_S = 10.0
"""A session is read from the database at most this often; a sign-out in this process takes effect at once."""
TOUCH_S = 60.0
"""The time of last use is written at most this often."""


@dataclass(slots=True)
class _Cached:
    principal: Principal
    created_at: float
    last_seen: float
    touched: float
    checked: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """From where somebody signs in: address, and the browser in words."""

    address: str = ""
    device: str = ""


class Sessions(Generic[P]):
    """`now` gives Unix seconds; the time-outs are in seconds. `owners` says whose sessions these are."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        *,
        idle_s: float,
        absolute_s: float,
        owners: SessionOwners[P],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._bus = bus
        self._idle_s = idle_s
        self._absolute_s = absolute_s
        self._owners = owners
        self._rows = owners.rows
        self._now = now
        self._cache: dict[str, _Cached] = {}
        self._successors: dict[str, str] = {}
        bus.subscribe(AccessChanged, lambda event: self._ask_anew(event.user_ids))

    @property
    def max_age_s(self) -> int:
        return int(self._absolute_s)

    async def open(self, user: P, *, method: str, client: Client | None = None) -> tuple[str, Principal]:
        """A new session's token and whose it is; who asks has been identified by `method`."""
        token, moment = secrets.token_urlsafe(32), self._moment()
        user_id = self._owners.id_of(user)
        client = client or Client()
        row = self._rows(
            id=uuid.uuid4().hex,
            token_hash=digest(token),
            user_id=user_id,
            created_at=moment,
            last_seen_at=moment,
            authenticated_at=moment,
            method=method,
            device=client.device[:100],
            address=client.address[:64],
        )
        oldest = datetime.fromtimestamp(self._now() - self._absolute_s, UTC)
        async with self._database.transaction() as session:
            session.add(row)
            await session.execute(delete(self._rows).where(self._rows.created_at < oldest))
            principal = await self._owners.principal(session, user, row)
            subject = self._owners.subject(user_id, principal.name)
            opened = Act(kind=SESSION_OPENED, subject=subject, after={"method": method})
            await record(session, opened, actor=self._owners.actor(principal))
        self._cache = {key: kept for key, kept in self._cache.items() if kept.created_at >= oldest.timestamp()}
        self._successors = {old: new for old, new in self._successors.items() if new in self._cache}
        self._bus.publish(SignedIn(user_id, row.id))
        return token, principal

    async def principal(self, token: str) -> Principal | None:
        """Whose session this is, or None when there is none or it has timed out. Counts as use of the session."""
        return await self._recognise(digest(token))

    async def feed_principal(self, token: str) -> Principal | None:
        """As `principal`, for a connection opened before the session got a new token: it lives on."""
        known = digest(token)
        while known in self._successors:
            known = self._successors[known]
        return await self._recognise(known)

    async def _recognise(self, known: str) -> Principal | None:
        now = self._now()
        cached = self._cache.get(known)
        if cached is None or now - cached.checked > CACHE_S:
            cached = await self._load(known, cached, now)
            if cached is None:
                return None
        if now - cached.last_seen > self._idle_s or now - cached.created_at > self._absolute_s:
            await self._end([(cached.principal.user_id, cached.principal.session_id)], SESSION_EXPIRED)
            return None
        cached.last_seen = now
        if now - cached.touched > TOUCH_S:
            cached.touched = now
            async with self._database.transaction() as session:
                seen = update(self._rows).where(self._rows.token_hash == known).values(last_seen_at=self._moment())
                await session.execute(seen)
        return cached.principal

    async def _load(self, known: str, cached: _Cached | None, now: float) -> _Cached | None:
        async with self._database.session() as session:
            row = await session.scalar(select(self._rows).where(self._rows.token_hash == known))
            user = None if row is None else await self._owners.one(session, row.user_id)
            if row is None or user is None:
                self._cache.pop(known, None)
                return None
            principal = await self._owners.principal(session, user, row)
        seen = row.last_seen_at.timestamp()
        fresh = _Cached(principal, row.created_at.timestamp(), seen, seen, now)
        if cached is not None:
            fresh.last_seen = max(seen, cached.last_seen)
        self._cache[known] = fresh
        return fresh

    async def renew(self, token: str) -> str:
        """The session's new token, after its person has proven again who it is; the old one opens nothing more."""
        old, new = digest(token), secrets.token_urlsafe(32)
        async with self._database.transaction() as session:
            changed = update(self._rows).where(self._rows.token_hash == old)
            await session.execute(changed.values(token_hash=digest(new), authenticated_at=self._moment()))
        self._cache.pop(old, None)
        await self._recognise(digest(new))
        self._successors[old] = digest(new)
        return new

    async def of_user(self, user_id: str) -> Sequence[SessionRow]:
        """Those that can still be used, the last used first."""
        now = self._now()
        idle, oldest = (datetime.fromtimestamp(now - age, UTC) for age in (self._idle_s, self._absolute_s))
        rows = self._rows
        alive = (rows.last_seen_at > idle, rows.created_at > oldest)
        mine = select(rows).where(rows.user_id == user_id, *alive).order_by(rows.last_seen_at.desc())
        async with self._database.session() as session:
            return (await session.scalars(mine)).all()

    async def sign_out(self, token: str) -> None:
        """End the session of this token; an unknown one is no error."""
        if (principal := await self.principal(token)) is not None:
            actor = self._owners.actor(principal)
            await self._end([(principal.user_id, principal.session_id)], SESSION_CLOSED, actor)

    async def revoke(self, user_id: str, session_id: str) -> bool:
        """End one session of a user; whether there was one."""
        return await self._end([(user_id, session_id)], SESSION_REVOKED) > 0

    async def revoke_user(self, user_id: str, *, keep: str | None = None) -> int:
        """End every session of a user, except the one with the id `keep`; how many."""
        async with self._database.session() as session:
            ids = (await session.scalars(select(self._rows.id).where(self._rows.user_id == user_id))).all()
        return await self._end([(user_id, session_id) for session_id in ids if session_id != keep], SESSION_REVOKED)

    async def _end(self, sessions: Sequence[tuple[str, str]], kind: ActKind, actor: Actor | None = None) -> int:
        ids = {session_id for _, session_id in sessions}
        users = {user_id for user_id, _ in sessions}
        async with self._database.transaction() as session:
            gone = delete(self._rows).where(self._rows.id.in_(ids), self._rows.user_id.in_(users))
            ended = set(await session.scalars(gone.returning(self._rows.id)))
            for user_id, session_id in sessions:
                if session_id in ended:
                    act = Act(kind=kind, subject=self._owners.subject(user_id), after={"session": session_id})
                    await record(session, act, actor=actor)
        for known in [key for key, cached in self._cache.items() if cached.principal.session_id in ids]:
            del self._cache[known]
        for user_id, session_id in sessions:
            if session_id in ended:
                self._bus.publish(SessionRevoked(user_id, session_id))
        return len(ended)

    def _ask_anew(self, user_ids: frozenset[str] | None) -> None:
        for cached in self._cache.values():
            if user_ids is None or cached.principal.user_id in user_ids:
                cached.checked = -math.inf

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)


def digest(token: str) -> str:
    """How a token is kept: 256 bits of chance need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
