"""Own roles, teams and people as files: who may what, without anything to sign in with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Name, Ref, Settings, Text
from contactcenter.identity.models import Team, TeamMember, User, UserRole
from contactcenter.identity.roles import NewRole, RoleBody, RoleSetUp
from contactcenter.identity.set_up import SetUp
from contactcenter.identity.teams import NewTeam, TeamBody, TeamOut, TeamSetUp
from contactcenter.identity.users import NewUser, UserBody, UserSetUp, plain_email
from contactcenter.permissions import Role
from contactcenter.section import Clash, Document, Documents, Reference, Section, applied_by

Refs = Annotated[list[Ref], AfterValidator(lambda ids: sorted(set(ids)))]
"""Without an order, so that files that differ only in it say the same."""


class RoleDocument(Settings):
    name: Name
    description: Text = ""
    permissions: Refs = Field(default_factory=list, max_length=500)


class TeamDocument(Settings):
    """Who is in it and who leads it stands with the people."""

    name: Name
    parent_id: Ref | None = None


class PlaceDocument(Settings):
    teams: Refs = Field(default_factory=list, max_length=1000)
    queues: Refs = Field(default_factory=list, max_length=1000)


class HeldDocument(Settings):
    """`where` null: everywhere."""

    role: Ref
    where: PlaceDocument | None = None


class UserDocument(Settings):
    """By email. `leads` are the teams whose leader it is."""

    name: Name
    disabled: bool = False
    roles: Annotated[list[HeldDocument], AfterValidator(lambda held: sorted(held, key=lambda each: each.role))] = Field(
        default_factory=list, max_length=100
    )
    teams: Refs = Field(default_factory=list, max_length=1000)
    leads: Refs = Field(default_factory=list, max_length=1000)


def sections(set_up: SetUp) -> tuple[Section, ...]:
    return (_roles(set_up), _teams(set_up), _users(set_up))


def _roles(set_up: SetUp) -> Section:
    roles = RoleSetUp(set_up)

    async def read() -> Documents:
        own = [each for each in (await roles.all()).items if not each.ready_made]
        return {
            each.id: RoleDocument(
                name=each.name, description=each.description, permissions=each.permissions
            ).model_dump(mode="json")
            for each in own
        }

    async def put(role_id: str, document: Document, there: bool) -> None:
        if there:
            await roles.change(role_id, RoleBody.model_validate(document), applied_by())
        else:
            await roles.make(NewRole.model_validate({**document, "id": role_id}), applied_by())

    async def remove(role_id: str) -> None:
        await roles.remove(role_id, applied_by())

    async def settle() -> None:
        set_up.settle()

    return Section(
        name="roles",
        title="Own roles",
        model=RoleDocument,
        read=read,
        put=put,
        remove=remove,
        settle=settle,
    )


def _teams(set_up: SetUp) -> Section:
    teams = TeamSetUp(set_up)

    async def read() -> Documents:
        return {each.id: {"name": each.name, "parent_id": each.parent_id} for each in (await teams.all()).items}

    async def put(team_id: str, document: Document, there: bool) -> None:
        if there:
            body = _body(await teams.get(team_id)).model_copy(update=dict(document))
            await teams.change(team_id, body, applied_by())
        else:
            await teams.make(NewTeam.model_validate({**document, "id": team_id}), applied_by())

    async def remove(team_id: str) -> None:
        await teams.remove(team_id, applied_by())

    async def settle() -> None:
        set_up.settle()

    def references(document: Document) -> Iterator[Reference]:
        if document["parent_id"] is not None:
            yield Reference(("parent_id",), "teams", document["parent_id"])

    return Section(
        name="teams",
        title="Teams",
        model=TeamDocument,
        read=read,
        put=put,
        remove=remove,
        references=references,
        first=lambda document: {**document, "parent_id": None},
        settle=settle,
    )


def _body(team: TeamOut) -> TeamBody:
    return TeamBody(
        name=team.name,
        parent_id=team.parent_id,
        leader_id=team.leader.id if team.leader else None,
        members=[person.id for person in team.members],
    )


def _users(set_up: SetUp) -> Section:
    """What no file names stays: removing a person forgets the name for good, and is no matter of a file."""
    users, teams = UserSetUp(set_up), TeamSetUp(set_up)

    async def read() -> Documents:
        async with set_up.database.session() as session:
            return await _documents(session)

    async def put(email: str, document: Document, there: bool) -> None:
        values = {name: document[name] for name in ("name", "disabled", "roles", "teams")}
        async with set_up.database.session() as session:
            user_id = await session.scalar(select(User.id).where(User.email == email))
        if there and user_id is not None:
            await users.change(user_id, UserBody.model_validate({**values, "email": email}), applied_by())
        else:
            user_id = await users.invite(NewUser.model_validate({**values, "email": email}), applied_by())
        await _lead(teams, user_id, set(document["leads"]))

    async def settle() -> None:
        set_up.settle()

    return Section(
        name="users",
        title="People: their roles and teams",
        after=("roles", "teams", "queues"),
        model=UserDocument,
        read=read,
        put=put,
        references=_of_user,
        clashes=_clashes,
        settle=settle,
    )


async def _lead(teams: TeamSetUp, user_id: str, wanted: set[str]) -> None:
    for team in (await teams.all()).items:
        leads = team.leader is not None and team.leader.id == user_id
        if leads != (team.id in wanted):
            leader = None if leads else user_id
            await teams.change(team.id, _body(team).model_copy(update={"leader_id": leader}), applied_by())


def _of_user(document: Document) -> Iterator[Reference]:
    for place, held in enumerate(document["roles"]):
        if held["role"] not in set(Role):
            yield Reference(("roles", place, "role"), "roles", held["role"])
        for field, ids in (held["where"] or {}).items():
            for position, each in enumerate(ids):
                yield Reference(("roles", place, "where", field, position), field, each)
    for field in ("teams", "leads"):
        for place, team in enumerate(document[field]):
            yield Reference((field, place), "teams", team)


def _clashes(documents: Documents) -> Iterator[Clash]:
    """One leads a team, and an email has one spelling."""
    leader: dict[str, str] = {}
    for email, document in documents.items():
        try:
            if plain_email(email) != email:
                yield Clash(email, (), "write the email in lower case.")
        except ValueError as error:
            yield Clash(email, (), f"an email {error}.")
        for place, team in enumerate(document["leads"]):
            if (other := leader.setdefault(team, email)) != email:
                yield Clash(email, ("leads", place), f"leads: {other} leads {team!r} already.")


async def _documents(session: AsyncSession) -> Documents:
    held: dict[str, list[HeldDocument]] = defaultdict(list)
    for row in await session.scalars(select(UserRole)):
        held[row.user_id].append(_held(row))
    teams: dict[str, list[str]] = defaultdict(list)
    for member in await session.scalars(select(TeamMember)):
        teams[member.user_id].append(member.team_id)
    leads: dict[str, list[str]] = defaultdict(list)
    for team in await session.execute(select(Team.id, Team.leader_id).where(Team.leader_id.is_not(None))):
        leads[team.leader_id].append(team.id)
    found = {}
    for user in await session.scalars(select(User).where(User.removed_at.is_(None)).order_by(User.email)):
        document = UserDocument(
            name=user.name,
            disabled=user.disabled_at is not None,
            roles=held[user.id],
            teams=teams[user.id],
            leads=leads[user.id],
        )
        found[user.email] = document.model_dump(mode="json")
    return found


def _held(row: UserRole) -> HeldDocument:
    if row.teams is None and row.queues is None:
        return HeldDocument(role=row.role)
    return HeldDocument(role=row.role, where=PlaceDocument(teams=row.teams or [], queues=row.queues or []))
