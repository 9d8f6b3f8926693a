"""People set up from the command line, by whoever may read the configuration: no sign-in is asked for."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select

from contactcenter.actor import Actor, acting
from contactcenter.api.problems import Problem
from contactcenter.bus import Bus
from contactcenter.identity.models import User
from contactcenter.identity.password_links import PasswordLinks, operator_link
from contactcenter.identity.passwords import Passwords
from contactcenter.identity.service import Identity, IdentityError
from contactcenter.identity.set_up import SetUp
from contactcenter.identity.sso.policy import SignInPolicy
from contactcenter.identity.user_list import UserList, UserOut
from contactcenter.identity.users import HasRole, UserBody, UserSetUp
from contactcenter.permissions import Catalogue
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from contactcenter.templates.service import Templates


class Operator:
    """A running server sees what is changed here within ten seconds. Raises IdentityError, a sentence."""

    def __init__(self, database: Database, identity: Identity, bus: Bus) -> None:
        self.identity = identity
        self._database = database
        self._users = UserSetUp(SetUp(database, bus, Catalogue()))
        self._list = UserList(database)

    async def every(self) -> list[UserOut]:
        return await self._list.every()

    async def link(self, email: str, pages: str) -> str:
        """That sets a password once; `pages` is the address of the pages."""
        links = PasswordLinks(self.identity, None, Templates(self._database), lambda: pages)
        return await operator_link(links, self.identity, email)

    async def allow_passwords(self) -> None:
        """Nobody needs an identity provider any more to sign in."""
        await SignInPolicy(self._database).allow_passwords()

    async def set_role(self, email: str, role: str) -> None:
        """The only one, everywhere."""
        user = await self._user(email)
        await self._change(user, user.state == "disabled", [HasRole(role=role)])

    async def set_disabled(self, email: str, disabled: bool) -> None:
        user = await self._user(email)
        kept = [HasRole(role=each.role, where=each.where) for each in user.roles]
        await self._change(user, disabled, kept)

    async def _change(self, user: UserOut, disabled: bool, roles: list[HasRole]) -> None:
        body = UserBody(
            email=user.email, name=user.name, disabled=disabled, roles=roles, teams=[team.id for team in user.teams]
        )
        try:
            await self._users.change(user.id, body, None)
        except Problem as problem:
            raise IdentityError(problem.extra.get("field", ""), problem.detail) from None

    async def _user(self, email: str) -> UserOut:
        async with self._database.session() as session:
            user_id = await session.scalar(select(User.id).where(User.email == email.strip().lower()))
        if user_id is None:
            raise IdentityError("email", "There is no user with this email.")
        return await self._list.one(user_id)


@asynccontextmanager
async def operating(
    url: str, *, password_min_length: int, passwords: Passwords | None = None
) -> AsyncIterator[Operator]:
    """The database of this URL, brought to this version's tables; what is done counts as done at the command line."""
    await upgrade(url)
    database, bus = Database(url), Bus()
    try:
        with acting(Actor(kind="cli", name=_login())):
            identity = Identity(database, bus, password_min_length=password_min_length, passwords=passwords)
            yield Operator(database, identity, bus)
    finally:
        await bus.close()
        await database.stop()


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # A container's user may have no name.
        return ""
