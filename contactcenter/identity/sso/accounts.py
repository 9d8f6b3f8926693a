"""Whose account a person of a provider is: linked, found by address, or made; and what roles it has then."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor as actors
from contactcenter.actor import Actor, acting
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.recorder import record
from contactcenter.identity.acts import user_act
from contactcenter.identity.models import Team, TeamMember, User, UserRole
from contactcenter.identity.set_up import SetUp
from contactcenter.identity.sign_in_models import OutsideIdentity, Passkey
from contactcenter.identity.sso.acts import IDENTITY_LINKED, IDENTITY_UNLINKED
from contactcenter.identity.sso.errors import ProviderRefused
from contactcenter.identity.sso.people import Access, Person, access_of
from contactcenter.identity.sso.providers import Configured
from contactcenter.identity.sso.settings import ProviderBody
from contactcenter.identity.user_list import where_of
from contactcenter.identity.users import HasRole, NewUser, UserBody, UserSetUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An account as far as the decision needs it; `linked_otherwise`: with somebody else at this provider."""

    user_id: str
    enabled: bool = True
    linked_otherwise: bool = False


@dataclass(frozen=True, slots=True)
class Enter:
    """Into this account; `link`: which is to be linked first."""

    user_id: str
    link: bool = False


@dataclass(frozen=True, slots=True)
class Make:
    """A new account."""


def decide(body: ProviderBody, person: Person, linked: Known | None, same_email: Known | None) -> Enter | Make:
    """Pure. `linked`: the account linked with this person; `same_email`: the one with this address. Raises
    ProviderRefused."""
    if not person.subject:
        raise ProviderRefused("subject")
    if body.email_domains and person.email.rpartition("@")[2] not in body.email_domains:
        raise ProviderRefused("domain")
    if linked is not None:
        return Enter(_enabled(linked).user_id)
    if same_email is not None:
        if not body.link_by_email:
            raise ProviderRefused("email-known" if person.email_verified else "unknown-person")
        if not person.email_verified:
            raise ProviderRefused("email-unverified")
        if same_email.linked_otherwise:
            # An address given to a new colleague must not open the account of the one before.
            raise ProviderRefused("linked-already")
        return Enter(_enabled(same_email).user_id, link=True)
    if not body.provision:
        raise ProviderRefused("unknown-person")
    if not person.email_verified:
        raise ProviderRefused("email-unverified")
    if not access_of(body, person.values).roles:
        raise ProviderRefused("no-access")
    return Make()


def _enabled(known: Known) -> Known:
    if not known.enabled:
        raise ProviderRefused("disabled")
    return known


class Accounts:
    """`set_up` as people are set up with; invitations are not mailed to who comes by a provider."""

    def __init__(self, set_up: SetUp) -> None:
        self._set_up = set_up
        self._database = set_up.database
        quiet = copy.copy(set_up)
        quiet.invite = None
        self._users = UserSetUp(quiet)

    async def decide(self, provider: Configured, person: Person) -> Enter | Make:
        """What `enter` would do. Raises ProviderRefused."""
        async with self._database.session() as session:
            linked, same_email = await _known(session, provider.id, person)
        return decide(provider.body, person, linked, same_email)

    async def enter(self, provider: Configured, person: Person) -> User:
        """The account of this person, made or linked if need be, with the roles the provider's rules give. Raises
        ProviderRefused."""
        access = access_of(provider.body, person.values)
        decision = await self.decide(provider, person)
        with _by(provider):
            try:
                if isinstance(decision, Make):
                    decision = Enter(await self._make(person, access), link=True)
                elif provider.body.roles_follow:
                    await self._follow(decision.user_id, access)
            except Problem as problem:
                # A rule may name what is gone, or the last administrator would lose the role.
                raise ProviderRefused("settings", problem.detail) from problem
        if provider.body.roles_follow and not access.roles:
            raise ProviderRefused("no-access")
        user = await self._user(decision.user_id)
        if decision.link:
            await self.link(user, provider, person)
        await self._used(provider, person)
        return user

    async def link(self, user: User, provider: Configured, person: Person) -> None:
        """Raises ProviderRefused."""
        if not person.subject:
            raise ProviderRefused("subject")
        try:
            async with self._database.transaction() as session:
                for row in await session.scalars(_of(provider.id, user.id)):
                    if row.subject != person.subject:
                        raise ProviderRefused("linked-already")
                    return
                moment = self._set_up.moment()
                session.add(
                    OutsideIdentity(provider=provider.id, subject=person.subject, user_id=user.id, made_at=moment)
                )
                await session.flush()
                await record(session, user_act(IDENTITY_LINKED, user, None, {"provider": provider.id}))
        except IntegrityError:
            raise ProviderRefused("linked-elsewhere") from None

    async def check_same(self, user_id: str, provider: Configured, person: Person) -> None:
        """That the person is linked with this very account. Raises ProviderRefused."""
        async with self._database.session() as session:
            row = await session.get(OutsideIdentity, (provider.id, person.subject))
        if row is None or row.user_id != user_id:
            raise ProviderRefused("other-person")
        await self._used(provider, person)

    async def of(self, user_id: str) -> Sequence[OutsideIdentity]:
        async with self._database.session() as session:
            mine = select(OutsideIdentity).where(OutsideIdentity.user_id == user_id)
            return (await session.scalars(mine.order_by(OutsideIdentity.made_at))).all()

    async def unlink(self, user: User, provider_id: str) -> None:
        """Raises Problem 404, 409 when nothing would be left to sign in with."""
        async with self._database.transaction() as session:
            rows = (await session.scalars(_of(provider_id, user.id))).all()
            if not rows:
                raise not_found("linked account")
            mine = select(func.count()).select_from(OutsideIdentity)
            others = mine.where(OutsideIdentity.user_id == user.id, OutsideIdentity.provider != provider_id)
            passkeys = select(func.count()).select_from(Passkey).where(Passkey.user_id == user.id)
            if user.password_hash is None and not await session.scalar(others) and not await session.scalar(passkeys):
                detail = "This is your only way to sign in. Ask for a link to set a password first."
                raise Problem(409, "last-way-in", "Your only way in", detail)
            await session.execute(
                delete(OutsideIdentity).where(
                    OutsideIdentity.provider == provider_id, OutsideIdentity.user_id == user.id
                )
            )
            await record(session, user_act(IDENTITY_UNLINKED, user, {"provider": provider_id}, None))

    async def _make(self, person: Person, access: Access) -> str:
        body = NewUser(
            email=person.email,
            name=(person.name or person.email.partition("@")[0])[:200],
            roles=list(access.roles),
            teams=sorted(access.teams & await self._teams()),
        )
        return await self._users.invite(body, None)

    async def _follow(self, user_id: str, access: Access) -> None:
        """Roles become exactly those of the rules; of the teams those that rules speak of come and go."""
        async with self._database.session() as session:
            user = await session.get(User, user_id)
            held = (await session.scalars(select(UserRole).where(UserRole.user_id == user_id))).all()
            teams = set(await session.scalars(select(TeamMember.team_id).where(TeamMember.user_id == user_id)))
        assert user is not None
        wanted_teams = (teams - access.ruled_teams) | (access.teams & await self._teams())
        before = [HasRole(role=row.role, where=where_of(row)) for row in held]
        if teams == wanted_teams and _shape(before) == _shape(access.roles):
            return
        body = UserBody(email=user.email, name=user.name, roles=list(access.roles), teams=sorted(wanted_teams))
        await self._users.change(user_id, body, None)

    async def _teams(self) -> set[str]:
        async with self._database.session() as session:
            return set(await session.scalars(select(Team.id)))

    async def _user(self, user_id: str) -> User:
        async with self._database.session() as session:
            user = await session.get(User, user_id)
        if user is None or user.disabled_at is not None:
            raise ProviderRefused("disabled")
        return user

    async def _used(self, provider: Configured, person: Person) -> None:
        mine = (OutsideIdentity.provider == provider.id, OutsideIdentity.subject == person.subject)
        async with self._database.transaction() as session:
            await session.execute(update(OutsideIdentity).where(*mine).values(used_at=self._set_up.moment()))


def _by(provider: Configured) -> AbstractContextManager[None]:
    """What rules bring about is the provider's doing, from where the person is."""
    now = actors.current()
    return acting(Actor(kind="system", name=provider.body.name, address=now.address, request_id=now.request_id))


def _of(provider_id: str, user_id: str) -> Select[OutsideIdentity]:
    return select(OutsideIdentity).where(OutsideIdentity.provider == provider_id, OutsideIdentity.user_id == user_id)


def _shape(roles: Sequence[HasRole]) -> list[tuple[str, object]]:
    return sorted(
        (role.role, None if role.where is None else (sorted(role.where.teams), sorted(role.where.queues)))
        for role in roles
    )


async def _known(session: AsyncSession, provider_id: str, person: Person) -> tuple[Known | None, Known | None]:
    identity = await session.get(OutsideIdentity, (provider_id, person.subject)) if person.subject else None
    linked = await session.get(User, identity.user_id) if identity is not None else None
    same = await session.scalar(select(User).where(User.email == person.email)) if person.email else None
    otherwise = False
    if same is not None:
        otherwise = bool(list(await session.scalars(_of(provider_id, same.id))))
    return (
        None if linked is None else Known(user_id=linked.id, enabled=linked.disabled_at is None),
        None if same is None else Known(user_id=same.id, enabled=same.disabled_at is None, linked_otherwise=otherwise),
    )
