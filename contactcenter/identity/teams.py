"""Teams: who works together, under whom, and which team stands above."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Id, Name, Ref, Settings, bad, new_id
from contactcenter.api.problems import not_found
from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.audit.recorder import record
from contactcenter.identity.access import below, parents_of
from contactcenter.identity.acts import TEAM_CHANGED, TEAM_CREATED, TEAM_REMOVED, team_document
from contactcenter.identity.models import Team, TeamMember, User, UserRole
from contactcenter.identity.set_up import SetUp
from contactcenter.permissions import Principal


class TeamBody(Settings):
    """`members` are ids of users; the leader need not be one of them."""

    id: Ref | None = None
    name: Name
    parent_id: Ref | None = None
    leader_id: Ref | None = None
    members: list[Ref] = Field(default_factory=list, max_length=10_000)


class NewTeam(TeamBody):
    """Without an id one is made from the name."""

    id: Id | None = None


class Person(BaseModel):
    id: str
    name: str


class TeamOut(BaseModel):
    id: str
    name: str
    parent_id: str | None
    leader: Person | None
    members: list[Person]


class TeamList(BaseModel):
    items: list[TeamOut]


class TeamSetUp:
    def __init__(self, set_up: SetUp) -> None:
        self._set_up = set_up

    async def all(self) -> TeamList:
        async with self._set_up.database.session() as session:
            teams = (await session.scalars(select(Team).order_by(Team.name, Team.id))).all()
            people = {
                row.id: Person(id=row.id, name=row.name) for row in await session.execute(select(User.id, User.name))
            }
            members: dict[str, list[Person]] = defaultdict(list)
            for row in await session.scalars(select(TeamMember)):
                members[row.team_id].append(people[row.user_id])
        return TeamList(
            items=[
                TeamOut(
                    id=team.id,
                    name=team.name,
                    parent_id=team.parent_id,
                    leader=people.get(team.leader_id) if team.leader_id else None,
                    members=sorted(members[team.id], key=lambda person: (person.name.casefold(), person.id)),
                )
                for team in teams
            ]
        )

    async def get(self, team_id: str) -> TeamOut:
        """Raises Problem 404."""
        for team in (await self.all()).items:
            if team.id == team_id:
                return team
        raise not_found("team")

    async def make(self, body: NewTeam, by: Principal | None) -> TeamOut:
        """Raises Problem 409 for an id or name that is taken, 422 for what is not there, 403 for own rights."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                team_id = new_id(body.id, body.name, await _names(session))
                await self._check(session, team_id, body, by)
                team = Team(id=team_id, name=body.name, parent_id=body.parent_id, leader_id=body.leader_id)
                session.add(team)
                await session.flush()
                session.add_all(TeamMember(team_id=team_id, user_id=user_id) for user_id in body.members)
                await record(session, _act(TEAM_CREATED, team, None, team_document(team, body.members)))
            self._set_up.settle()
        return await self.get(team_id)

    async def change(self, team_id: str, body: TeamBody, by: Principal | None) -> TeamOut:
        """Raises Problem 404, 409, 422, 403."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                team = await _team(session, team_id)
                if body.id not in (None, team_id):
                    raise bad("id", "cannot be changed; make a new team instead.")
                names = await _names(session)
                new_id(None, body.name, {key: name for key, name in names.items() if key != team_id})
                before = team_document(team, await _members(session, team_id))
                await self._check(session, team_id, body, by)
                team.name, team.parent_id, team.leader_id = body.name, body.parent_id, body.leader_id
                await session.execute(delete(TeamMember).where(TeamMember.team_id == team_id))
                session.add_all(TeamMember(team_id=team_id, user_id=user_id) for user_id in body.members)
                await record(session, _act(TEAM_CHANGED, team, before, team_document(team, body.members)))
            self._set_up.settle()
        return await self.get(team_id)

    async def remove(self, team_id: str, by: Principal | None) -> None:
        """Teams below it stand alone then; roles held for it are held for one less. Raises Problem 404, 403."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                team = await _team(session, team_id)
                await self._set_up.check_may_fill(session, by, [team_id])
                before = team_document(team, await _members(session, team_id))
                await record(session, _act(TEAM_REMOVED, team, before, None))
                for row in await session.scalars(select(UserRole).where(UserRole.teams.is_not(None))):
                    if team_id in (row.teams or []):
                        row.teams = [each for each in row.teams or [] if each != team_id]
                await session.delete(team)
            self._set_up.settle()

    async def _check(self, session: AsyncSession, team_id: str, body: TeamBody, by: Principal | None) -> None:
        if body.parent_id is not None:
            if body.parent_id == team_id or await self._set_up.is_circle(session, team_id, body.parent_id):
                raise bad("parent_id", "a team cannot stand above itself.")
            if await session.get(Team, body.parent_id) is None:
                raise bad("parent_id", f"there is no team {body.parent_id!r}.")
        known = set(await session.scalars(select(User.id).where(User.removed_at.is_(None))))
        if body.leader_id is not None and body.leader_id not in known:
            raise bad("leader_id", f"there is no user {body.leader_id!r}.")
        for place, user_id in enumerate(body.members):
            if user_id not in known:
                raise bad(f"members.{place}", f"there is no user {user_id!r}.")
            if user_id in body.members[:place]:
                raise bad(f"members.{place}", "this user is in the list already.")
        # A team put below another is added to what counts for the one above.
        above = [body.parent_id] if body.parent_id else []
        await self._set_up.check_may_fill(session, by, [*below([team_id], await parents_of(session)), *above])


async def _team(session: AsyncSession, team_id: str) -> Team:
    team = await session.get(Team, team_id)
    if team is None:
        raise not_found("team")
    return team


async def _names(session: AsyncSession) -> dict[str, str]:
    return {row.id: row.name for row in await session.execute(select(Team.id, Team.name))}


async def _members(session: AsyncSession, team_id: str) -> list[str]:
    return list(await session.scalars(select(TeamMember.user_id).where(TeamMember.team_id == team_id)))


def _act(kind: ActKind, team: Team, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Act:
    return Act(kind=kind, subject=Subject("team", team.id, team.name), before=before, after=after)
