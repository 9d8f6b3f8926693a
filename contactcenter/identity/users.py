"""People who work here: invited, changed, disabled, removed, with their roles and teams."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Sequence
from typing import Annotated

from pydantic import AfterValidator, Field
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Name, Ref, Settings, bad, taken
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act
from contactcenter.audit.recorder import record
from contactcenter.identity.acts import USER_CHANGED, USER_CREATED, USER_REMOVED, user_act, user_document
from contactcenter.identity.models import OwnRole, Session, Team, TeamMember, User, UserRole
from contactcenter.identity.session_acts import SESSION_REVOKED, known_user
from contactcenter.identity.set_up import SetUp
from contactcenter.identity.sign_in_models import WAYS_IN
from contactcenter.permissions import Principal, Role

FORMER = "Former colleague"
"""In place of the name of somebody who is forgotten."""
_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")


def plain_email(text: str) -> str:
    """As it is kept and compared. Raises ValueError."""
    address = text.strip().lower()
    if not _EMAIL.fullmatch(address) or len(address) > 320:
        raise ValueError("must look like name@example.com")
    return address


Email = Annotated[str, AfterValidator(plain_email)]


class Where(Settings):
    """What belongs to one of these teams (or those below them), or to one of these queues."""

    teams: list[Ref] = Field(default_factory=list, max_length=1000)
    queues: list[Ref] = Field(default_factory=list, max_length=1000)


class HasRole(Settings):
    """`where` null: everywhere."""

    role: Ref
    where: Where | None = None


class UserBody(Settings):
    email: Email
    name: Name
    disabled: bool = False
    roles: list[HasRole] = Field(default_factory=list, max_length=100)
    teams: list[Ref] = Field(default_factory=list, max_length=1000)


class NewUser(UserBody):
    """An invitation: there is no password yet."""


class UserSetUp:
    """Every change asks who makes it; see SetUp."""

    def __init__(self, set_up: SetUp) -> None:
        self._set_up = set_up

    async def invite(self, body: NewUser, by: Principal | None) -> str:
        """The new user's id. Raises Problem 409 for a known email, 422 for what is not there, 403 for too much."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                user_id = await self.add(session, body, by)
            self._set_up.settle([user_id])
        return user_id

    async def add(self, session: AsyncSession, body: NewUser, by: Principal | None) -> str:
        """As `invite`, within a transaction of the caller, who holds the lock and settles. What is refused is refused
        before anything is written."""
        await _check_email(session, body.email)
        user = User(
            id=uuid.uuid4().hex,
            email=body.email,
            name=body.name,
            password_hash=None,
            created_at=self._set_up.moment(),
            disabled_at=self._set_up.moment() if body.disabled else None,
        )
        rows = await self._rows(session, user.id, body, by, ())
        await self._set_up.check_may_fill(session, by, body.teams)
        session.add(user)
        await session.flush()
        session.add_all([*rows, *_memberships(user.id, body)])
        await record(session, user_act(USER_CREATED, user, None, user_document(user, rows, body.teams)))
        if self._set_up.invite is not None and not body.disabled:
            await self._set_up.invite(session, user)
        return user.id

    async def change(self, user_id: str, body: UserBody, by: Principal | None) -> None:
        """Replaces all of it; disabling ends every session. Raises Problem 404, 409, 422, 403."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                user, held, teams = await _present(session, user_id)
                await self._set_up.check_may_touch(session, by, user_id)
                if user.email != body.email:
                    await _check_email(session, body.email)
                rows = await self._rows(session, user_id, body, by, held)
                await self._set_up.check_may_fill(session, by, set(body.teams) ^ set(teams))
                before = user_document(user, held, teams)
                user.email, user.name = body.email, body.name
                if body.disabled != (user.disabled_at is not None):
                    user.disabled_at = self._set_up.moment() if body.disabled else None
                await session.execute(delete(UserRole).where(UserRole.user_id == user_id))
                await session.execute(delete(TeamMember).where(TeamMember.user_id == user_id))
                session.add_all([*rows, *_memberships(user_id, body)])
                if body.disabled:
                    await session.execute(delete(Session).where(Session.user_id == user_id))
                await session.flush()
                if _was_administrator(held):
                    await self._set_up.check_administrators(session)
                await record(session, user_act(USER_CHANGED, user, before, user_document(user, rows, body.teams)))
            self._set_up.settle([user_id])

    async def end_sessions(self, user_id: str, by: Principal) -> None:
        """Everywhere somebody is signed in, but for where it is asked from. Raises Problem 404, 403."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                user, _, _ = await _present(session, user_id)
                await self._set_up.check_may_touch(session, by, user_id)
                theirs = Session.user_id == user_id, Session.id != by.session_id
                ended = list(await session.scalars(delete(Session).where(*theirs).returning(Session.id)))
                for each in ended:
                    act = Act(kind=SESSION_REVOKED, subject=known_user(user), after={"session": each})
                    await record(session, act)
            self._set_up.settle([user_id])

    async def remove(self, user_id: str, by: Principal | None) -> None:
        """Name and email are forgotten, sign-in, roles and teams are gone; what was done stays, by nobody in
        particular. Cannot be undone. Raises Problem 404, 403, 409."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                user, held, teams = await _present(session, user_id)
                await self._set_up.check_may_touch(session, by, user_id)
                if by is not None and by.user_id == user_id:
                    raise Problem(409, "own-account", "Your own account", "Somebody else must remove your account.")
                act = user_act(USER_REMOVED, user, _without_person(user_document(user, held, teams)))
                for table in (UserRole, TeamMember, Session, *WAYS_IN):
                    await session.execute(delete(table).where(table.user_id == user_id))
                for team in await session.scalars(select(Team).where(Team.leader_id == user_id)):
                    team.leader_id = None
                user.email, user.name, user.password_hash = f"{user_id}@removed.invalid", FORMER, None
                user.removed_at = self._set_up.moment()
                user.disabled_at = user.disabled_at or user.removed_at
                await session.flush()
                if _was_administrator(held):
                    await self._set_up.check_administrators(session)
                await record(session, act)
            self._set_up.settle([user_id])

    async def _rows(
        self, session: AsyncSession, user_id: str, body: UserBody, by: Principal | None, held: Sequence[UserRole]
    ) -> list[UserRole]:
        """What is to be written. Only roles that are new here or count elsewhere than before must be the giver's."""
        await self._check(session, body)
        rows = [_row(user_id, role) for role in body.roles]
        before = {(row.role, _key(row.teams), _key(row.queues)) for row in held}
        for place, row in enumerate(rows):
            if (row.role, _key(row.teams), _key(row.queues)) not in before:
                await self._set_up.check_may_give(session, by, row, f"roles.{place}.role")
        return rows

    async def _check(self, session: AsyncSession, body: UserBody) -> None:
        roles = {*Role, *await session.scalars(select(OwnRole.id))}
        teams, queues = set(await session.scalars(select(Team.id))), set(self._set_up.known_queues())
        for place, has in enumerate(body.roles):
            if has.role not in roles:
                raise bad(f"roles.{place}.role", f"there is no role {has.role!r}.")
            if has.role in [other.role for other in body.roles[:place]]:
                raise bad(f"roles.{place}.role", "this role is in the list already; widen where it counts.")
            if has.where is not None:
                if not has.where.teams and not has.where.queues:
                    raise bad(f"roles.{place}.where", "name a team or a queue, or leave it out for everywhere.")
                _known(f"roles.{place}.where.teams", "team", has.where.teams, teams)
                _known(f"roles.{place}.where.queues", "queue", has.where.queues, queues)
        _known("teams", "team", body.teams, teams)


def _known(field: str, what: str, ids: Sequence[str], known: Collection[str]) -> None:
    for place, each in enumerate(ids):
        if each not in known:
            raise bad(f"{field}.{place}", f"there is no {what} {each!r}.")
        if each in ids[:place]:
            raise bad(f"{field}.{place}", f"this {what} is in the list already.")


async def _check_email(session: AsyncSession, email: str) -> None:
    if await session.scalar(select(User.id).where(User.email == email)) is not None:
        raise taken("email", "A user with this email exists already.")


async def _present(session: AsyncSession, user_id: str) -> tuple[User, list[UserRole], list[str]]:
    user = await session.get(User, user_id)
    if user is None or user.removed_at is not None:
        raise not_found("user")
    held = list(await session.scalars(select(UserRole).where(UserRole.user_id == user_id)))
    teams = list(await session.scalars(select(TeamMember.team_id).where(TeamMember.user_id == user_id)))
    for row in held:
        session.expunge(row)
    return user, held, teams


def _row(user_id: str, has: HasRole) -> UserRole:
    if has.where is None:
        return UserRole(user_id=user_id, role=has.role, teams=None, queues=None)
    return UserRole(user_id=user_id, role=has.role, teams=sorted(has.where.teams), queues=sorted(has.where.queues))


def _key(ids: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if ids is None else tuple(sorted(ids))


def _memberships(user_id: str, body: UserBody) -> list[TeamMember]:
    return [TeamMember(team_id=team, user_id=user_id) for team in body.teams]


def _was_administrator(held: Sequence[UserRole]) -> bool:
    return any(row.role == Role.ADMINISTRATOR for row in held)


def _without_person(document: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in document.items() if key not in ("email", "name")}
