"""Roles: the ready-made ones, which stay as they are, and own ones, made from any permissions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Id, Name, Ref, Settings, Text, bad, new_id
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.audit.recorder import record
from contactcenter.identity.acts import ROLE_CHANGED, ROLE_CREATED, ROLE_REMOVED, role_document
from contactcenter.identity.models import OwnRole, UserRole
from contactcenter.identity.set_up import SetUp, too_much
from contactcenter.identity.sso.models import ProviderRow
from contactcenter.permissions import EVERYWHERE, Principal, Role

READY_MADE = {
    Role.CUSTOMER: ("Customer", "Uses the portal, sees nothing of the house"),
    Role.AGENT: ("Agent", "Takes contacts and sees the ones handled"),
    Role.SUPERVISOR: ("Supervisor", "Sees queues, agents and interactions, and acts on waiting contacts"),
    Role.QUALITY: ("Quality assurance", "Sees interactions and listens to recordings"),
    Role.PLANNER: ("Workforce planner", "Sees how routing is set up and runs simulations"),
    Role.EDITOR: ("Knowledge editor", "Writes what customers and agents read"),
    Role.ADMINISTRATOR: ("Administrator", "May do everything"),
}


class RoleBody(Settings):
    """`permissions` are names from the list of permissions."""

    id: Ref | None = None
    name: Name
    description: Text = ""
    permissions: list[Ref] = Field(default_factory=list, max_length=500)


class NewRole(RoleBody):
    """Without an id one is made from the name."""

    id: Id | None = None


class RoleOut(BaseModel):
    """`users` is how many have it. A ready-made role cannot be changed; make an own one of its permissions."""

    id: str
    name: str
    description: str
    permissions: list[str]
    ready_made: bool
    users: int


class RoleList(BaseModel):
    items: list[RoleOut]


class RoleSetUp:
    def __init__(self, set_up: SetUp) -> None:
        self._set_up = set_up

    async def all(self) -> RoleList:
        async with self._set_up.database.session() as session:
            return RoleList(items=await self._all(session))

    async def get(self, role_id: str) -> RoleOut:
        """Raises Problem 404."""
        for role in (await self.all()).items:
            if role.id == role_id:
                return role
        raise not_found("role")

    async def make(self, body: NewRole, by: Principal | None) -> RoleOut:
        """Raises Problem 409 for an id or name that is taken, 422 for a permission there is not, 403 for too much."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                present = {role.id: role.name for role in await self._all(session)}
                role_id = new_id(body.id, body.name, present)
                self._check(body, by, before=())
                role = OwnRole(id=role_id, name=body.name, description=body.description, permissions=_names(body))
                session.add(role)
                await record(session, _act(ROLE_CREATED, role, None, role_document(role)))
            self._set_up.settle(())
        return await self.get(role_id)

    async def change(self, role_id: str, body: RoleBody, by: Principal | None) -> RoleOut:
        """Whoever has it may at once what it says then. Raises Problem 404, 409, 422, 403."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                role = await _own(session, role_id)
                if body.id not in (None, role_id):
                    raise bad("id", "cannot be changed; make a new role instead.")
                others = {each.id: each.name for each in await self._all(session) if each.id != role_id}
                new_id(None, body.name, others)
                self._check(body, by, before=role.permissions)
                before = role_document(role)
                role.name, role.description, role.permissions = body.name, body.description, _names(body)
                await record(session, _act(ROLE_CHANGED, role, before, role_document(role)))
            self._set_up.settle()
        return await self.get(role_id)

    async def remove(self, role_id: str, by: Principal | None) -> None:
        """Raises Problem 404, 409 while somebody has it or a provider gives it, 403 when it gives too much."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                role = await _own(session, role_id)
                self._check(RoleBody(name=role.name), by, before=role.permissions)
                if await session.scalar(select(UserRole.user_id).where(UserRole.role == role_id).limit(1)):
                    detail = "Somebody has this role; take it from everybody first."
                    raise Problem(409, "in-use", "Still in use", detail)
                await _check_no_provider_gives(session, role_id)
                await record(session, _act(ROLE_REMOVED, role, role_document(role), None))
                await session.delete(role)
            self._set_up.settle(())

    def _check(self, body: RoleBody, by: Principal | None, before: Sequence[str]) -> None:
        """What is added and what is taken away must be the changer's to give. A name kept from before may be unknown:
        its slice may be gone for now."""
        changed = set(body.permissions) ^ set(before)
        for place, name in enumerate(body.permissions):
            if name not in changed:
                continue
            if self._set_up.catalogue.get(name) is None:
                raise bad(f"permissions.{place}", f"there is no permission {name!r}.")
            if by is not None and by.grants.get(name) != EVERYWHERE:
                raise too_much(f"permissions.{place}", name)
        for name in sorted(changed - set(body.permissions)):
            known = self._set_up.catalogue.get(name) is not None
            if known and by is not None and by.grants.get(name) != EVERYWHERE:
                raise too_much("permissions", name)

    async def _all(self, session: AsyncSession) -> list[RoleOut]:
        users = Counter(await session.scalars(select(UserRole.role)))
        catalogue = self._set_up.catalogue
        ready_made = [
            RoleOut(
                id=role.value,
                name=name,
                description=description,
                permissions=sorted(catalogue.of_role(role)),
                ready_made=True,
                users=users[role.value],
            )
            for role, (name, description) in READY_MADE.items()
        ]
        own = [
            RoleOut(**role_document(role), ready_made=False, users=users[role.id])
            for role in await session.scalars(select(OwnRole).order_by(OwnRole.name, OwnRole.id))
        ]
        return ready_made + own


async def _own(session: AsyncSession, role_id: str) -> OwnRole:
    if role_id in set(Role):
        detail = "A ready-made role stays as it is. Make an own role of its permissions and change that."
        raise Problem(409, "ready-made-role", "Ready-made role", detail)
    role = await session.get(OwnRole, role_id)
    if role is None:
        raise not_found("role")
    return role


async def _check_no_provider_gives(session: AsyncSession, role_id: str) -> None:
    """Whoever signed in by it next would be refused. Raises Problem 409."""
    for provider in await session.scalars(select(ProviderRow).order_by(ProviderRow.name)):
        settings = provider.settings
        given = [*settings["default_roles"], *(role for rule in settings["rules"] for role in rule["roles"])]
        if any(role["role"] == role_id for role in given):
            detail = f"The identity provider {provider.name} gives this role; take it out of its rules first."
            raise Problem(409, "in-use", "Still in use", detail)


def _names(body: RoleBody) -> list[str]:
    return sorted(set(body.permissions))


def _act(kind: ActKind, role: OwnRole, before: dict[str, object] | None, after: dict[str, object] | None) -> Act:
    return Act(kind=kind, subject=Subject("role", role.id, role.name), before=before, after=after)
