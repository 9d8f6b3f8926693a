"""Skills, routing profiles and what each agent gets, as files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.agents.models import AgentProfile, AgentSkill
from contactcenter.agents.profiles import ChangedProfile, NewProfile, ProfileBody, ProfileSetUp
from contactcenter.agents.routing import AgentRouting, HasSkill, InQueue, RoutingBody
from contactcenter.agents.skills import ChangedSkill, NewSkill, SkillSetUp
from contactcenter.api.problems import not_found
from contactcenter.identity.access import holders
from contactcenter.identity.models import User
from contactcenter.queues.configuration import dumped, settle
from contactcenter.queues.fields import Name, Ref, Settings, Whole
from contactcenter.queues.models import QueueMember
from contactcenter.queues.permissions import WORK_TAKE
from contactcenter.queues.set_up import SetUp
from contactcenter.section import Document, Documents, Reference, Section


class SkillDocument(Settings):
    name: Name


def _skill(held: HasSkill) -> str:
    return held.skill_id


def _queue(place: InQueue) -> str:
    return place.queue_id


class AgentDocument(Settings):
    """As routing.RoutingBody, without what is only shown. Files that differ only in the order of these lists say the
    same."""

    skills: Annotated[list[HasSkill], AfterValidator(lambda held: sorted(held, key=_skill))] = Field(
        default_factory=list
    )
    queues: Annotated[list[InQueue], AfterValidator(lambda places: sorted(places, key=_queue))] = Field(
        default_factory=list
    )
    profile_id: Ref | None = None
    misses_before_not_responding: Whole = 1
    device: Literal["browser", "sip"] = "browser"


def sections(set_up: SetUp) -> tuple[Section, ...]:
    return (_skills(set_up), _profiles(set_up), _agents(set_up))


def _skills(set_up: SetUp) -> Section:
    skills = SkillSetUp(set_up)

    async def read() -> Documents:
        return {each.id: {"name": each.name} for each in (await skills.all()).items}

    async def put(skill_id: str, document: Document, there: bool) -> None:
        if there:
            await skills.rename(skill_id, ChangedSkill.model_validate(document))
        else:
            await skills.make(NewSkill.model_validate({**document, "id": skill_id}))

    return Section(
        name="skills",
        title="Skills",
        model=SkillDocument,
        read=read,
        put=put,
        remove=skills.remove,
        settle=settle(set_up, "skill"),
    )


def _profiles(set_up: SetUp) -> Section:
    profiles = ProfileSetUp(set_up)

    async def read() -> Documents:
        return {each.id: dumped(ProfileBody, each) for each in (await profiles.all()).items}

    async def put(profile_id: str, document: Document, there: bool) -> None:
        if there:
            await profiles.change(profile_id, ChangedProfile.model_validate(document))
        else:
            await profiles.make(NewProfile.model_validate({**document, "id": profile_id}))

    return Section(
        name="routing-profiles",
        title="Routing profiles",
        model=ProfileBody,
        read=read,
        put=put,
        remove=profiles.remove,
        settle=settle(set_up, "routing-profile"),
    )


def _agents(set_up: SetUp) -> Section:
    """By the email people sign in with: ids of users differ from house to house."""
    routing = AgentRouting(set_up)

    async def ids() -> dict[str, str]:
        async with set_up.database.session() as session:
            return await _ids(session)

    async def read() -> Documents:
        async with set_up.database.session() as session:
            return await _documents(session, await _ids(session))

    async def put(email: str, document: Document, there: bool) -> None:
        user_id = (await ids()).get(email)
        if user_id is None:
            raise not_found("person who takes contacts; add the user first")
        await routing.change(user_id, RoutingBody.model_validate(document))

    return Section(
        name="agents",
        title="Agents",
        after=("queues", "skills", "routing-profiles", "users", "telephones"),
        model=AgentDocument,
        read=read,
        put=put,
        references=_of_agent,
        settle=settle(set_up, "agent"),
    )


def _of_agent(document: Document) -> Iterator[Reference]:
    if document["profile_id"] is not None:
        yield Reference(("profile_id",), "routing-profiles", document["profile_id"])
    for place, skill in enumerate(document["skills"]):
        yield Reference(("skills", place, "skill_id"), "skills", skill["skill_id"])
    for place, queue in enumerate(document["queues"]):
        yield Reference(("queues", place, "queue_id"), "queues", queue["queue_id"])


async def _ids(session: AsyncSession) -> dict[str, str]:
    """Who takes contacts, by email."""
    able = await holders(session, WORK_TAKE)
    working = select(User.email, User.id).where(User.disabled_at.is_(None)).order_by(User.email)
    return {row.email: row.id for row in await session.execute(working) if row.id in able}


async def _documents(session: AsyncSession, ids: Mapping[str, str]) -> Documents:
    profiles = {row.user_id: row for row in await session.scalars(select(AgentProfile))}
    skills: dict[str, list[HasSkill]] = defaultdict(list)
    for skill in await session.scalars(select(AgentSkill).order_by(AgentSkill.skill_id)):
        skills[skill.user_id].append(HasSkill(skill_id=skill.skill_id, level=skill.level))
    queues: dict[str, list[InQueue]] = defaultdict(list)
    for place in await session.scalars(select(QueueMember).order_by(QueueMember.queue_id)):
        member = InQueue(queue_id=place.queue_id, tier=place.tier, position=place.position, weight=place.weight)
        queues[place.user_id].append(member)
    found = {}
    for email, user_id in ids.items():
        document = AgentDocument(skills=skills[user_id], queues=queues[user_id])
        if (profile := profiles.get(user_id)) is not None:
            document.profile_id, document.device = profile.profile_id, profile.device  # type: ignore[assignment] # as stored
            document.misses_before_not_responding = profile.misses_before_not_responding
        found[email] = document.model_dump(mode="json")
    return found
