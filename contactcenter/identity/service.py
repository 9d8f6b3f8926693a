"""Users and sessions: create, sign in, recognise, sign out."""

from __future__ import annotations

import hashlib
import math
import re
import secrets
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.actor import Actor
from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.audit.recorder import note, record
from contactcenter.bus import Bus
from contactcenter.identity.access import holdings
from contactcenter.identity.acts import USER_CREATED, USER_PASSWORD, user_act, user_document
from contactcenter.identity.events import AccessChanged, SessionRevoked, SignedIn, UserCreated
from contactcenter.identity.models import Session, User, UserRole
from contactcenter.identity.passwords import Passwords
from contactcenter.identity.session_acts import (
    SESSION_CLOSED,
    SESSION_EXPIRED,
    SESSION_LOCKED,
    SESSION_OPENED,
    SESSION_REVOKED,
    LockOuts,
    refused,
    themselves,
)
from contactcenter.identity.throttle import Throttle
from contactcenter.permissions import Catalogue, Principal, Role
from contactcenter.storage.database import Database

CACHE_S = 10.0
"""A session is read from the database at most this often; a sign-out in this process takes effect at once."""
TOUCH_S = 60.0
"""The time of last use is written at most this often."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_LONGEST_PASSWORD = 1024


class IdentityError(ValueError):
    """What was asked cannot be done; `field` is the input at fault, the text a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class SignInRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The pair of email and password is not known. Never says which of the two."""


class SignInThrottled(Exception):  # noqa: N818 - an answer, not a fault
    def __init__(self, retry_after_s: float) -> None:
        super().__init__("Too many failed sign-ins.")
        self.retry_after_s = retry_after_s


@dataclass(slots=True)
class _Cached:
    principal: Principal
    created_at: float
    last_seen: float
    touched: float
    checked: float


class Identity:
    """`now` gives Unix seconds; the time-outs are in seconds. Without a `catalogue` nobody may anything."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        *,
        idle_s: float = 3600.0,
        absolute_s: float = 86400.0,
        catalogue: Catalogue | None = None,
        password_min_length: int = 10,
        passwords: Passwords | None = None,
        throttle: Throttle | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._bus = bus
        self._idle_s = idle_s
        self._absolute_s = absolute_s
        self._catalogue = Catalogue() if catalogue is None else catalogue
        self._password_min_length = password_min_length
        self._passwords = passwords or Passwords()
        self._throttle = throttle or Throttle()
        self._now = now
        self._cache: dict[str, _Cached] = {}
        self._lock_outs = LockOuts()
        bus.subscribe(AccessChanged, lambda event: self._ask_anew(event.user_ids))

    @property
    def session_max_age_s(self) -> int:
        return int(self._absolute_s)

    async def create_user(self, email: str, name: str, role: str, password: str, *, user_id: str | None = None) -> User:
        """With one ready-made role, everywhere. Raises IdentityError for a bad or taken email, an unknown role or a
        short password."""
        address = email.strip().lower()
        if not _EMAIL.fullmatch(address) or len(address) > 320:
            raise IdentityError("email", "The email must look like name@example.com.")
        if role not in list(Role):
            raise IdentityError("role", f"The role must be one of {', '.join(Role)}.")
        self._check_password(password)
        user = User(
            id=user_id or uuid.uuid4().hex,
            email=address,
            name=name.strip() or address.partition("@")[0],
            password_hash=await self._passwords.hash(password),
            created_at=self._moment(),
        )
        try:
            async with self._database.transaction() as session:
                session.add(user)
                await session.flush()
                held = UserRole(user_id=user.id, role=str(role))
                session.add(held)
                await record(session, user_act(USER_CREATED, user, None, user_document(user, [held], [])))
        except IntegrityError:
            raise IdentityError("email", "A user with this email exists already.") from None
        self._bus.publish(UserCreated(user.id))
        return user

    async def list_users(self) -> Sequence[User]:
        async with self._database.session() as session:
            return (
                await session.scalars(select(User).where(User.removed_at.is_(None)).order_by(User.name, User.id))
            ).all()

    async def find_user(self, email: str) -> User | None:
        async with self._database.session() as session:
            user: User | None = await session.scalar(select(User).where(User.email == email.strip().lower()))
            return user

    async def set_password(self, email: str, password: str) -> None:
        """Change the password and end every session of the user. Raises IdentityError."""
        self._check_password(password)
        user = await self.find_user(email)
        if user is None:
            raise IdentityError("email", "There is no user with this email.")
        hashed = await self._passwords.hash(password)
        async with self._database.transaction() as session:
            await session.execute(update(User).where(User.id == user.id).values(password_hash=hashed))
            await record(session, user_act(USER_PASSWORD, user))
        await self.revoke_user(user.id)

    async def authenticate(self, email: str, password: str, address: str) -> tuple[str, Principal]:
        """A new session's token and whose it is. Raises SignInRefused or SignInThrottled."""
        account = email.strip().lower()[:320]
        now = self._now()
        if (wait := self._throttle.wait(account, address, now)) > 0:
            if self._lock_outs.is_new(account, address, wait, now):
                await note(self._database, refused(await self.find_user(account), SESSION_LOCKED))
            raise SignInThrottled(wait)
        # Counted before the slow part, so that parallel guesses do not all slip through.
        self._throttle.failed(account, address, now)
        user = await self.find_user(account)
        known = user.password_hash if user is not None and user.disabled_at is None else None
        if not await self._passwords.verify(known, password[:_LONGEST_PASSWORD]) or user is None or known is None:
            await note(self._database, refused(user))
            raise SignInRefused
        self._throttle.succeeded(account, address, now)
        return await self._open_session(user, known, password)

    async def _open_session(self, user: User, known: str, password: str) -> tuple[str, Principal]:
        token = secrets.token_urlsafe(32)
        moment = self._moment()
        row = Session(
            id=uuid.uuid4().hex, token_hash=_digest(token), user_id=user.id, created_at=moment, last_seen_at=moment
        )
        oldest = datetime.fromtimestamp(self._now() - self._absolute_s, UTC)
        renewed = await self._passwords.hash(password) if self._passwords.is_outdated(known) else None
        async with self._database.transaction() as session:
            session.add(row)
            await session.execute(delete(Session).where(Session.created_at < oldest))
            if renewed:
                await session.execute(update(User).where(User.id == user.id).values(password_hash=renewed))
            principal = await self._principal_of(session, user, row.id)
            opened = Act(kind=SESSION_OPENED, subject=Subject("user", user.id, user.name))
            await record(session, opened, actor=themselves(user.id, user.name, row.id))
        self._cache = {key: kept for key, kept in self._cache.items() if kept.created_at >= oldest.timestamp()}
        self._bus.publish(SignedIn(user.id, row.id))
        return token, principal

    async def principal(self, token: str) -> Principal | None:
        """Whose session this is, or None when there is none or it has timed out. Counts as use of the session."""
        digest, now = _digest(token), self._now()
        cached = self._cache.get(digest)
        if cached is None or now - cached.checked > CACHE_S:
            cached = await self._load(digest, cached, now)
            if cached is None:
                return None
        if now - cached.last_seen > self._idle_s or now - cached.created_at > self._absolute_s:
            await self._revoke_ids([(cached.principal.user_id, cached.principal.session_id)], SESSION_EXPIRED)
            return None
        cached.last_seen = now
        if now - cached.touched > TOUCH_S:
            cached.touched = now
            async with self._database.transaction() as session:
                seen = update(Session).where(Session.token_hash == digest).values(last_seen_at=self._moment())
                await session.execute(seen)
        return cached.principal

    async def _load(self, digest: str, cached: _Cached | None, now: float) -> _Cached | None:
        statement = select(Session, User).join(User, User.id == Session.user_id).where(Session.token_hash == digest)
        async with self._database.session() as session:
            found = (await session.execute(statement)).one_or_none()
            if found is None or found[1].disabled_at is not None:
                self._cache.pop(digest, None)
                return None
            row, user = found
            principal = await self._principal_of(session, user, row.id)
        seen = row.last_seen_at.timestamp()
        fresh = _Cached(principal, row.created_at.timestamp(), seen, seen, now)
        if cached is not None:
            fresh.last_seen = max(seen, cached.last_seen)
        self._cache[digest] = fresh
        return fresh

    async def sign_out(self, token: str) -> None:
        """End the session of this token; an unknown one is no error."""
        if (principal := await self.principal(token)) is not None:
            actor = themselves(principal.user_id, principal.name, principal.session_id)
            await self._revoke_ids([(principal.user_id, principal.session_id)], SESSION_CLOSED, actor)

    async def revoke_user(self, user_id: str) -> None:
        """End every session of a user."""
        async with self._database.session() as session:
            ids = (await session.scalars(select(Session.id).where(Session.user_id == user_id))).all()
        await self._revoke_ids([(user_id, session_id) for session_id in ids], SESSION_REVOKED)

    async def _revoke_ids(self, sessions: Sequence[tuple[str, str]], kind: ActKind, actor: Actor | None = None) -> None:
        ids = {session_id for _, session_id in sessions}
        async with self._database.transaction() as session:
            gone = await session.scalars(delete(Session).where(Session.id.in_(ids)).returning(Session.id))
            ended = set(gone)
            for user_id, session_id in sessions:
                if session_id in ended:
                    act = Act(kind=kind, subject=Subject("user", user_id), after={"session": session_id})
                    await record(session, act, actor=actor)
        for digest in [key for key, cached in self._cache.items() if cached.principal.session_id in ids]:
            del self._cache[digest]
        for user_id, session_id in sessions:
            self._bus.publish(SessionRevoked(user_id, session_id))

    def _check_password(self, password: str) -> None:
        if len(password) < self._password_min_length:
            raise IdentityError("password", f"The password must have at least {self._password_min_length} characters.")
        if len(password) > _LONGEST_PASSWORD:
            raise IdentityError("password", f"The password must have at most {_LONGEST_PASSWORD} characters.")

    async def _principal_of(self, session: AsyncSession, user: User, session_id: str) -> Principal:
        held = await holdings(session, user.id, self._catalogue)
        roles = tuple(holding.role for holding in held)
        return Principal(user.id, user.email, user.name, roles, session_id, self._catalogue.grants(held))

    def _ask_anew(self, user_ids: frozenset[str] | None) -> None:
        for cached in self._cache.values():
            if user_ids is None or cached.principal.user_id in user_ids:
                cached.checked = -math.inf

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
