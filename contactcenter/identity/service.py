"""Users and their passwords: who somebody is."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.audit.recorder import record
from contactcenter.bus import Bus
from contactcenter.identity import rights
from contactcenter.identity.acts import USER_CREATED, USER_PASSWORD, user_act, user_document
from contactcenter.identity.events import PasswordChanged, UserCreated
from contactcenter.identity.gate import PasswordGate
from contactcenter.identity.models import User, UserRole
from contactcenter.identity.password_rules import HISTORY, context_words, weakness_off_loop
from contactcenter.identity.passwords import Passwords
from contactcenter.identity.session_acts import known_user
from contactcenter.identity.sessions import Sessions
from contactcenter.identity.sign_in_models import OldPassword, PasswordLink
from contactcenter.identity.staff_sessions import StaffSessions
from contactcenter.permissions import Catalogue, Principal, Role
from contactcenter.storage.database import Database

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class IdentityError(ValueError):
    """What was asked cannot be done; `field` is the input at fault, the text a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


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
        now: Callable[[], float] = time.time,
    ) -> None:
        self.database = database
        self.catalogue = Catalogue() if catalogue is None else catalogue
        self.passwords = passwords or Passwords()
        self.now = now
        self.sessions = Sessions(
            database,
            bus,
            idle_s=idle_s,
            absolute_s=absolute_s,
            owners=StaffSessions(self.catalogue),
            now=now,
        )
        self.bus = bus
        self._password_min_length = password_min_length
        self.gate = PasswordGate(database, self.passwords, now)

    async def create_user(self, email: str, name: str, role: str, password: str, *, user_id: str | None = None) -> User:
        """With one ready-made role, everywhere. Raises IdentityError for a bad or taken email, an unknown role or a
        weak password."""
        address = email.strip().lower()
        if not _EMAIL.fullmatch(address) or len(address) > 320:
            raise IdentityError("email", "The email must look like name@example.com.")
        if role not in list(Role):
            raise IdentityError("role", f"The role must be one of {', '.join(Role)}.")
        shown = name.strip() or address.partition("@")[0]
        await self._check_strength(password, address, shown)
        user = User(
            id=user_id or uuid.uuid4().hex,
            email=address,
            name=shown,
            password_hash=await self.passwords.hash(password),
            created_at=self.moment(),
        )
        try:
            async with self.database.transaction() as session:
                session.add(user)
                await session.flush()
                held = UserRole(user_id=user.id, role=str(role))
                session.add(held)
                await record(session, user_act(USER_CREATED, user, None, user_document(user, [held], [])))
        except IntegrityError:
            raise IdentityError("email", "A user with this email exists already.") from None
        self.bus.publish(UserCreated(user.id))
        return user

    async def list_users(self) -> Sequence[User]:
        async with self.database.session() as session:
            return (
                await session.scalars(select(User).where(User.removed_at.is_(None)).order_by(User.name, User.id))
            ).all()

    async def at_present(self, who: str) -> Principal | None:
        """A user or an API key by its id, with what it may now; None for one who may no longer come in."""
        async with self.database.session() as session:
            return await rights.at_present(session, self.catalogue, who, self.moment())

    async def find_user(self, email: str) -> User | None:
        async with self.database.session() as session:
            user: User | None = await session.scalar(select(User).where(User.email == email.strip().lower()))
            return user

    async def user(self, user_id: str) -> User | None:
        """Somebody who may sign in; not who is disabled or removed."""
        async with self.database.session() as session:
            user = await session.get(User, user_id)
        return user if user is not None and user.disabled_at is None and user.removed_at is None else None

    async def check_password(self, email: str, password: str, address: str) -> User:
        """Whose email and password these are. Raises SignInRefused or SignInThrottled."""
        user, known = await self.gate.check("user", email, password, address, self._with_password, known_user)
        if self.passwords.is_outdated(known):
            renewed = await self.passwords.hash(password)
            same = (User.id == user.id, User.password_hash == known)
            async with self.database.transaction() as session:
                await session.execute(update(User).where(*same).values(password_hash=renewed))
        return user

    async def _with_password(self, email: str) -> tuple[User | None, str | None]:
        user = await self.find_user(email)
        return user, user.password_hash if user is not None and user.disabled_at is None else None

    async def change_password(self, principal: Principal, old: str, new: str, address: str) -> None:
        """One's own. Every other session ends. Raises SignInRefused, SignInThrottled, or IdentityError for `new`."""
        user = await self.check_password(principal.email, old, address)
        await self.store_password(user, new)
        await self.sessions.revoke_user(user.id, keep=principal.session_id)

    async def set_password(self, email: str, password: str) -> None:
        """Change the password and end every session of the user. Raises IdentityError."""
        user = await self.find_user(email)
        if user is None:
            raise IdentityError("email", "There is no user with this email.")
        await self.store_password(user, password)
        await self.sessions.revoke_user(user.id)

    async def store_password(self, user: User, password: str) -> None:
        """Links that would set another one end, sessions are the caller's to end. Raises IdentityError."""
        await self.check_new_password(user, password)
        hashed = await self.passwords.hash(password)
        async with self.database.transaction() as session:
            await session.execute(update(User).where(User.id == user.id).values(password_hash=hashed))
            await session.execute(delete(PasswordLink).where(PasswordLink.user_id == user.id))
            if user.password_hash is not None:
                session.add(OldPassword(user_id=user.id, password_hash=user.password_hash, replaced_at=self.moment()))
                await _forget_oldest(session, user.id)
            await record(session, user_act(USER_PASSWORD, user))
        self.bus.publish(PasswordChanged(user.id))

    async def check_new_password(self, user: User, password: str) -> None:
        """Raises IdentityError for one that is weak or was used before."""
        await self._check_strength(password, user.email, user.name)
        await self._check_unused(user, password)

    async def _check_strength(self, password: str, email: str, name: str) -> None:
        words = context_words(email, name)
        shortest, breached = self._password_min_length, self.passwords.breached
        if (sentence := await weakness_off_loop(password, words, min_length=shortest, breached=breached)) is not None:
            raise IdentityError("password", sentence)

    async def _check_unused(self, user: User, password: str) -> None:
        latest = select(OldPassword.password_hash).where(OldPassword.user_id == user.id)
        async with self.database.session() as session:
            old = (await session.scalars(latest.order_by(OldPassword.id.desc()).limit(HISTORY - 1))).all()
        for known in [*([user.password_hash] if user.password_hash else []), *old]:
            if await self.passwords.verify(known, password):
                raise IdentityError("password", f"This was one of the last {HISTORY} passwords. Choose another one.")

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)


async def _forget_oldest(session: AsyncSession, user_id: str) -> None:
    await session.flush()
    kept = select(OldPassword.id).where(OldPassword.user_id == user_id).order_by(OldPassword.id.desc())
    ids = (await session.scalars(kept.offset(HISTORY - 1))).all()
    await session.execute(delete(OldPassword).where(OldPassword.id.in_(ids)))
