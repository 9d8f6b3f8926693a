"""Routing profiles: what an agent takes at a time, of which channels."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.model import AgentConfig
from contactcenter.agents.acts import PROFILE_CHANGED, PROFILE_MADE, PROFILE_REMOVED
from contactcenter.agents.directory import capacity_of
from contactcenter.agents.models import AgentProfile, RoutingProfile
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act, Document, Subject
from contactcenter.audit.recorder import record
from contactcenter.identity.models import User
from contactcenter.queues.dry_run import check_agent
from contactcenter.queues.fields import Id, Name, Named, Ref, Settings, UsedBy, Whole, bad, check_name, in_use, new_id
from contactcenter.queues.set_up import SetUp

Channel = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=16)]


class ChannelIs(Settings):
    """`max` contacts at a time, each taking `units`. `blocks`: channels of which none is offered meanwhile ("*": no
    other at all). `interrupted_by`: channels that may interrupt it."""

    max: Whole = 1
    units: Whole = 1
    blocks: list[str] = Field(default_factory=list)
    interrupted_by: list[str] = Field(default_factory=list)


class ProfileBody(Settings):
    """`units`: what the agent has across all channels."""

    name: Name
    units: Whole
    channels: dict[Channel, ChannelIs]


class NewProfile(ProfileBody):
    """Without an id one is made from the name."""

    id: Id | None = None


class ChangedProfile(ProfileBody):
    """`id` cannot change. `used_by` is shown only."""

    id: Ref | None = None
    used_by: UsedBy | None = None


class ProfileOut(BaseModel):
    id: str
    name: str
    units: int
    channels: dict[str, ChannelIs]
    used_by: UsedBy


class ProfileList(BaseModel):
    items: list[ProfileOut]


class ProfileSetUp:
    def __init__(self, set_up: SetUp) -> None:
        self._set_up = set_up

    async def all(self) -> ProfileList:
        async with self._set_up.database.session() as session:
            rows = (await session.scalars(select(RoutingProfile))).all()
            users = await _users(session)
        items = [_out(row, users.get(row.id, [])) for row in rows]
        return ProfileList(items=sorted(items, key=lambda item: (item.name.casefold(), item.id)))

    async def make(self, body: NewProfile) -> ProfileOut:
        """Raises Problem 409 for an id or a name that is taken, 422 for what cannot work."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                row = RoutingProfile(id=new_id(body.id, body.name, await _names(session)), **_columns(body))
                _check(row)
                session.add(row)
                await record(session, Act(kind=PROFILE_MADE, subject=_subject(row), after=_document(row)))
            await self._set_up.settle("routing-profile", row.id)
        return _out(row, [])

    async def change(self, profile_id: str, body: ChangedProfile) -> ProfileOut:
        """Raises Problem 404, 409 for a name that is taken, 422 for what cannot work."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                row = await session.get(RoutingProfile, profile_id)
                if row is None:
                    raise not_found("routing profile")
                if body.id not in (None, profile_id):
                    raise bad("id", "cannot be changed; make a new profile instead.")
                names = await _names(session)
                check_name(body.name, {key: name for key, name in names.items() if key != profile_id})
                before = _document(row)
                for column, value in _columns(body).items():
                    setattr(row, column, value)
                _check(row)
                after = _document(row)
                await record(session, Act(kind=PROFILE_CHANGED, subject=_subject(row), before=before, after=after))
                users = await _users(session)
            await self._set_up.settle("routing-profile", profile_id, agents=True)
        return _out(row, users.get(profile_id, []))

    async def remove(self, profile_id: str) -> None:
        """Raises Problem 404, 409 while an agent has it."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                row = await session.get(RoutingProfile, profile_id)
                if row is None:
                    raise not_found("routing profile")
                users = await _users(session)
                if used_by := UsedBy(agents=users.get(profile_id, [])):
                    raise in_use(f"The routing profile {row.name!r}", used_by)
                await session.execute(delete(RoutingProfile).where(RoutingProfile.id == profile_id))
                await record(session, Act(kind=PROFILE_REMOVED, subject=_subject(row), before=_document(row)))
            await self._set_up.settle("routing-profile", profile_id)


def _check(row: RoutingProfile) -> None:
    """Raises Problem 422 in the engine's words, without the engine's name for a profile."""
    try:
        check_agent(AgentConfig("profile", {}, {}, capacity=capacity_of(row)))
    except Problem as problem:
        sentence = problem.detail.removeprefix("capacity.")
        raise Problem(
            problem.status,
            problem.type_slug,
            problem.title,
            sentence,
            field=str(problem.extra.get("field", "")).removeprefix("capacity."),
        ) from None


def _columns(body: ProfileBody) -> dict[str, Any]:
    return body.model_dump(mode="json", include=set(ProfileBody.model_fields))


def _document(row: RoutingProfile) -> Document:
    """As a PUT takes it."""
    return {column: getattr(row, column) for column in ("id", *ProfileBody.model_fields)}


def _subject(row: RoutingProfile) -> Subject:
    return Subject("profile", row.id, row.name)


def _out(row: RoutingProfile, agents: list[Named]) -> ProfileOut:
    return ProfileOut(id=row.id, name=row.name, units=row.units, channels=row.channels, used_by=UsedBy(agents=agents))


async def _names(session: AsyncSession) -> dict[str, str]:
    return {row.id: row.name for row in await session.execute(select(RoutingProfile.id, RoutingProfile.name))}


async def _users(session: AsyncSession) -> dict[str, list[Named]]:
    """Who has which profile."""
    query = (
        select(AgentProfile.profile_id, User.id, User.name)
        .join(User, User.id == AgentProfile.user_id)
        .where(AgentProfile.profile_id.is_not(None))
        .order_by(User.name, User.id)
    )
    found: dict[str, list[Named]] = defaultdict(list)
    for profile_id, user_id, name in await session.execute(query):
        found[str(profile_id)].append(Named(id=user_id, name=name))
    return found
