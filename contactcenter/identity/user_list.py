"""Reading people: the list with its filters, and one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Select, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Named
from contactcenter.api.problems import not_found
from contactcenter.identity.models import OwnRole, Session, Team, TeamMember, User, UserRole
from contactcenter.identity.roles import READY_MADE
from contactcenter.identity.sign_in_models import OutsideIdentity
from contactcenter.identity.users import Where
from contactcenter.storage.database import Database

State = Literal["invited", "active", "disabled"]


Sort = Literal["name", "-name", "email", "-email", "created_at", "-created_at"]


class UserFilter(BaseModel):
    """`q` finds part of the name or email; `role` and `team` are ids; `sort` with "-" is from the end."""

    q: Annotated[str, Field(max_length=200)] = ""
    role: str | None = None
    team: str | None = None
    state: State | None = None
    sort: Sort = "name"
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class RoleOf(BaseModel):
    """`where` null: everywhere."""

    role: str
    name: str
    where: Where | None


class UserOut(BaseModel):
    """`state` is invited (has not signed in yet), active or disabled; `last_seen_at` of the sessions still open."""

    id: str
    email: str
    name: str
    state: State
    roles: list[RoleOf]
    teams: list[Named]
    created_at: datetime
    last_seen_at: datetime | None


class UserPage(BaseModel):
    """`total` counts all that fit the filter."""

    items: list[UserOut]
    total: int


class UserList:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, wanted: UserFilter) -> UserPage:
        query = _filtered(wanted)
        async with self._database.session() as session:
            total = await session.scalar(select(func.count()).select_from(query.subquery())) or 0
            ordered = query.order_by(_order(wanted.sort), User.id).limit(wanted.limit).offset(wanted.offset)
            return UserPage(items=await _shown(session, (await session.scalars(ordered)).all()), total=total)

    async def one(self, user_id: str) -> UserOut:
        """Raises Problem 404."""
        async with self._database.session() as session:
            user = await session.get(User, user_id)
            if user is None or user.removed_at is not None:
                raise not_found("user")
            return (await _shown(session, [user]))[0]

    async def every(self) -> list[UserOut]:
        """For an export."""
        query = _filtered(UserFilter()).order_by(User.email)
        async with self._database.session() as session:
            return await _shown(session, (await session.scalars(query)).all())


def _filtered(wanted: UserFilter) -> Select[User]:
    query = select(User).where(User.removed_at.is_(None))
    if wanted.q:
        escaped = wanted.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        like = f"%{escaped}%"
        query = query.where(or_(User.name.ilike(like, escape="\\"), User.email.ilike(like, escape="\\")))
    if wanted.role is not None:
        query = query.where(User.id.in_(select(UserRole.user_id).where(UserRole.role == wanted.role)))
    if wanted.team is not None:
        query = query.where(User.id.in_(select(TeamMember.user_id).where(TeamMember.team_id == wanted.team)))
    if wanted.state == "disabled":
        query = query.where(User.disabled_at.is_not(None))
    elif wanted.state is not None:
        known = or_(User.password_hash.is_not(None), User.id.in_(select(OutsideIdentity.user_id)))
        query = query.where(User.disabled_at.is_(None), known if wanted.state == "active" else not_(known))
    return query


def _order(sort: Sort) -> ColumnElement[Any]:
    by = {"name": func.lower(User.name), "email": User.email, "created_at": User.created_at}[sort.removeprefix("-")]
    return by.desc() if sort.startswith("-") else by.asc()


def state_of(user: User, *, linked: bool) -> State:
    """`linked`: with somebody at an identity provider."""
    if user.disabled_at is not None:
        return "disabled"
    return "active" if linked or user.password_hash is not None else "invited"


async def _shown(session: AsyncSession, users: Sequence[User]) -> list[UserOut]:
    ids = [user.id for user in users]
    names: dict[str, str] = {role.value: name for role, (name, _) in READY_MADE.items()}
    names |= {role.id: role.name for role in await session.scalars(select(OwnRole))}
    roles: dict[str, list[RoleOf]] = defaultdict(list)
    held = select(UserRole).where(UserRole.user_id.in_(ids)).order_by(UserRole.role)
    for row in await session.scalars(held):
        roles[row.user_id].append(RoleOf(role=row.role, name=names.get(row.role, row.role), where=where_of(row)))
    teams: dict[str, list[Named]] = defaultdict(list)
    memberships = select(TeamMember.user_id, Team.id, Team.name).join(Team, Team.id == TeamMember.team_id)
    for member in await session.execute(memberships.where(TeamMember.user_id.in_(ids)).order_by(Team.name, Team.id)):
        teams[member.user_id].append(Named(id=member.id, name=member.name))
    linked = set(await session.scalars(select(OutsideIdentity.user_id).where(OutsideIdentity.user_id.in_(ids))))
    seen = select(Session.user_id, func.max(Session.last_seen_at)).where(Session.user_id.in_(ids))
    last = {row[0]: row[1] for row in await session.execute(seen.group_by(Session.user_id))}
    return [
        UserOut(
            id=user.id,
            email=user.email,
            name=user.name,
            state=state_of(user, linked=user.id in linked),
            roles=roles[user.id],
            teams=teams[user.id],
            created_at=user.created_at,
            last_seen_at=last.get(user.id),
        )
        for user in users
    ]


def where_of(row: UserRole) -> Where | None:
    if row.teams is None and row.queues is None:
        return None
    return Where.model_construct(teams=row.teams or [], queues=row.queues or [])
