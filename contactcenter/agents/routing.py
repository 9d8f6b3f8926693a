"""What one agent gets: skills, queues, routing profile, telephone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.model import AgentConfig
from acd.widening import MAX_TIER
from contactcenter.agents.acts import AGENT_CHANGED
from contactcenter.agents.models import AgentProfile, AgentSkill, RoutingProfile, SipAccount
from contactcenter.api.problems import not_found
from contactcenter.audit.acts import Act, Document, Subject
from contactcenter.audit.recorder import record
from contactcenter.identity.access import holders
from contactcenter.identity.models import User
from contactcenter.permissions import Principal
from contactcenter.queues.dry_run import check_agent
from contactcenter.queues.expressions import check_level
from contactcenter.queues.fields import Ref, Settings, Whole, bad
from contactcenter.queues.models import Queue, QueueMember, Skill
from contactcenter.queues.permissions import ROUTING_VIEW, WORK_TAKE
from contactcenter.queues.set_up import SetUp


class HasSkill(Settings):
    """`level` 1 to 5."""

    skill_id: Ref
    level: Whole = 1


class InQueue(Settings):
    """Lower tiers and positions come first; `weight` is for weighted-random."""

    queue_id: Ref
    tier: int = Field(1, ge=1, le=MAX_TIER)
    position: Whole = 0
    weight: float = Field(1.0, gt=0, le=1_000_000)


class RoutingBody(Settings):
    """`profile_id` null: the built-in profile. `device` "sip" needs a telephone that may register."""

    agent_id: Ref | None = None
    name: str = Field("", description="Shown only.")
    skills: list[HasSkill] = Field(default_factory=list)
    queues: list[InQueue] = Field(default_factory=list)
    profile_id: Ref | None = None
    misses_before_not_responding: Whole = 1
    device: Literal["browser", "sip"] = "browser"


class RoutingOut(BaseModel):
    agent_id: str
    name: str
    skills: list[HasSkill]
    queues: list[InQueue]
    profile_id: str | None
    misses_before_not_responding: int
    device: str


class AgentRouting:
    def __init__(self, set_up: SetUp) -> None:
        self._set_up = set_up

    async def get(self, agent_id: str) -> RoutingOut:
        """Raises Problem 404."""
        async with self._set_up.database.session() as session:
            return await _read(session, await _user(session, agent_id))

    async def seen(self, agent_id: str, by: Principal) -> RoutingOut:
        """Raises Problem 404, also for one whom he may not look at."""
        routing = await self.get(agent_id)
        queues = [queue.queue_id for queue in routing.queues]
        if not self._set_up.reach.agent_within(by.scope(ROUTING_VIEW), agent_id, queues):
            raise not_found("agent")
        return routing

    async def change(self, agent_id: str, body: RoutingBody) -> RoutingOut:
        """Replaces all of it. Raises Problem 404, 422 for what cannot work."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                user = await _user(session, agent_id)
                await _check(session, agent_id, body)
                before = _document(await _read(session, user))
                await _write(session, agent_id, body)
                written = await _read(session, user)
                subject = Subject("agent", agent_id, user.name)
                act = Act(kind=AGENT_CHANGED, subject=subject, before=before, after=_document(written))
                await record(session, act)
            await self._set_up.settle("agent", agent_id, agents=True)
        return written


def _document(routing: RoutingOut) -> Document:
    """As a PUT takes it."""
    return routing.model_dump(mode="json", exclude={"name"})


async def _user(session: AsyncSession, agent_id: str) -> User:
    user = await session.get(User, agent_id)
    if user is None or user.disabled_at is not None or agent_id not in await holders(session, WORK_TAKE):
        raise not_found("agent")
    return user


async def _read(session: AsyncSession, user: User) -> RoutingOut:
    profile = await session.get(AgentProfile, user.id)
    skills = await session.scalars(
        select(AgentSkill).where(AgentSkill.user_id == user.id).order_by(AgentSkill.skill_id)
    )
    queues = await session.scalars(
        select(QueueMember)
        .join(Queue, Queue.id == QueueMember.queue_id)
        .where(QueueMember.user_id == user.id)
        .order_by(Queue.position, Queue.id)
    )
    return RoutingOut(
        agent_id=user.id,
        name=user.name,
        skills=[HasSkill.model_construct(skill_id=row.skill_id, level=row.level) for row in skills],
        queues=[
            InQueue.model_construct(queue_id=row.queue_id, tier=row.tier, position=row.position, weight=row.weight)
            for row in queues
        ],
        profile_id=profile.profile_id if profile else None,
        misses_before_not_responding=profile.misses_before_not_responding if profile else 1,
        device=profile.device if profile else "browser",
    )


async def _check(session: AsyncSession, agent_id: str, body: RoutingBody) -> None:
    if body.agent_id not in (None, agent_id):
        raise bad("agent_id", "is another agent's than the address.")
    _once("skills", "skill_id", [skill.skill_id for skill in body.skills])
    _once("queues", "queue_id", [queue.queue_id for queue in body.queues])
    levels = {skill.skill_id: skill.level for skill in body.skills}
    for place, skill in enumerate(body.skills):
        check_level(f"skills.{place}.level", skill.level)
    check_agent(AgentConfig(agent_id, levels, {}, misses_before_not_responding=body.misses_before_not_responding))
    known = set(await session.scalars(select(Skill.id)))
    for place, skill in enumerate(body.skills):
        if skill.skill_id not in known:
            raise bad(f"skills.{place}.skill_id", f"there is no skill {skill.skill_id!r}.")
    known = set(await session.scalars(select(Queue.id)))
    for place, queue in enumerate(body.queues):
        if queue.queue_id not in known:
            raise bad(f"queues.{place}.queue_id", f"there is no queue {queue.queue_id!r}.")
    if body.profile_id is not None and await session.get(RoutingProfile, body.profile_id) is None:
        raise bad("profile_id", f"there is no routing profile {body.profile_id!r}.")
    if body.device == "sip":
        phone = select(SipAccount.username).where(SipAccount.user_id == agent_id).limit(1)
        if await session.scalar(phone) is None:
            raise bad("device", "this agent has no SIP telephone that may register; keep the browser.")


def _once(field: str, key: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for place, each in enumerate(ids):
        if each in seen:
            raise bad(f"{field}.{place}.{key}", f"{each!r} is in the list already.")
        seen.add(each)


async def _write(session: AsyncSession, agent_id: str, body: RoutingBody) -> None:
    profile = await session.get(AgentProfile, agent_id)
    if profile is None:
        profile = AgentProfile(user_id=agent_id)
        session.add(profile)
    profile.device = body.device
    profile.misses_before_not_responding = body.misses_before_not_responding
    profile.profile_id = body.profile_id
    await session.execute(delete(AgentSkill).where(AgentSkill.user_id == agent_id))
    await session.execute(delete(QueueMember).where(QueueMember.user_id == agent_id))
    session.add_all(AgentSkill(user_id=agent_id, skill_id=skill.skill_id, level=skill.level) for skill in body.skills)
    session.add_all(
        QueueMember(
            queue_id=queue.queue_id,
            user_id=agent_id,
            tier=queue.tier,
            position=queue.position,
            weight=queue.weight,
        )
        for queue in body.queues
    )
    await session.flush()
