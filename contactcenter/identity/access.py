"""From rows to rights: the roles a user has, what they give and where, and who has a permission."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.identity.models import OwnRole, Team, TeamMember, User, UserRole
from contactcenter.identity.sign_in_models import OutsideIdentity
from contactcenter.identity.sso.models import ProviderRow
from contactcenter.permissions import EVERYWHERE, Catalogue, Holding, Permission, Role, Scope


def scope_of(row: UserRole) -> Scope:
    """As it was set, without the teams below."""
    if row.teams is None and row.queues is None:
        return EVERYWHERE
    return Scope(frozenset(row.teams or ()), frozenset(row.queues or ()))


def below(teams: Iterable[str], parents: Mapping[str, str | None]) -> frozenset[str]:
    """These teams and all below them; `parents` has each team's parent. A circle does no harm."""
    found, fresh = set(teams), set(teams)
    while fresh:
        fresh = {team for team, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return frozenset(found)


async def parents_of(session: AsyncSession) -> dict[str, str | None]:
    """Each team's parent."""
    return {row.id: row.parent_id for row in await session.execute(select(Team.id, Team.parent_id))}


async def holdings(session: AsyncSession, user_id: str, catalogue: Catalogue) -> list[Holding]:
    """The roles of a user with what they give now."""
    rows = (await session.scalars(select(UserRole).where(UserRole.user_id == user_id).order_by(UserRole.role))).all()
    return await resolved(session, rows, catalogue)


async def resolved(session: AsyncSession, rows: Collection[UserRole], catalogue: Catalogue) -> list[Holding]:
    """These roles with what they give now, the teams below included. A role that is not there gives nothing."""
    own: dict[str, frozenset[str]] = {}
    if any(row.role not in set(Role) for row in rows):
        own = {role.id: frozenset(role.permissions) for role in await session.scalars(select(OwnRole))}
    parents = await parents_of(session) if any(row.teams for row in rows) else {}
    found = []
    for row in rows:
        scope = scope_of(row)
        if scope.teams:
            scope = Scope(below(scope.teams, parents), scope.queues)
        gives = catalogue.of_role(row.role) if row.role in set(Role) else own.get(row.role, frozenset())
        found.append(Holding(row.role, gives, scope))
    return found


async def holders(session: AsyncSession, permission: Permission) -> set[str]:
    """Ids of the users to whom a role gives it, anywhere. Whether they may sign in is not asked."""
    own = [role.id for role in await session.scalars(select(OwnRole)) if permission.name in role.permissions]
    held = select(UserRole).where(UserRole.role.in_([*permission.roles, *own]))
    return {
        row.user_id
        for row in await session.scalars(held)
        if permission.own or permission.scoped or scope_of(row).everywhere
    }


async def having(session: AsyncSession, role: str) -> set[str]:
    """Ids of the users who have this role, anywhere."""
    return set(await session.scalars(select(UserRole.user_id).where(UserRole.role == role)))


def members(teams: Collection[str]) -> Select[str]:
    """Ids of the users in any of these teams."""
    return select(TeamMember.user_id).where(TeamMember.team_id.in_(teams))


async def teams_of(session: AsyncSession, user_id: str) -> frozenset[str]:
    """The teams a user is in."""
    return frozenset(await session.scalars(select(TeamMember.team_id).where(TeamMember.user_id == user_id)))


def may_enter() -> Select[User]:
    """Users who can sign in: neither disabled nor removed, and with something to sign in with."""
    by_provider = select(OutsideIdentity.user_id).join(ProviderRow, ProviderRow.id == OutsideIdentity.provider)
    way_in = or_(User.password_hash.is_not(None), User.id.in_(by_provider.where(ProviderRow.enabled.is_(True))))
    return select(User).where(User.disabled_at.is_(None), User.removed_at.is_(None), way_in)


async def forget_queue(session: AsyncSession, queue_id: str) -> None:
    """Roles held for it are held for one less: a queue of that id made later is another one."""
    for row in await session.scalars(select(UserRole).where(UserRole.queues.is_not(None))):
        if queue_id in (row.queues or []):
            row.queues = [each for each in row.queues or [] if each != queue_id]
