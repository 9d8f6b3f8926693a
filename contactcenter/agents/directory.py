"""Agents as the database knows them: names, skills, queues, device."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import select

from acd.model import DEFAULT_CAPACITY, AgentConfig, Capacity, Membership
from contactcenter.agents.models import AgentProfile, AgentSkill, RoutingProfile, SipAccount
from contactcenter.identity.access import having, holders
from contactcenter.identity.models import User
from contactcenter.permissions import Role
from contactcenter.queues.models import QueueMember
from contactcenter.queues.permissions import WORK_TAKE
from contactcenter.storage.database import Database


@dataclass(frozen=True, slots=True)
class Agent:
    """`device` is where offers ring: "browser" or "sip" (then `sip_username` is the registered phone)."""

    id: str
    name: str
    device: str
    sip_username: str | None
    config: AgentConfig


async def load_agents(database: Database) -> dict[str, Agent]:
    """Keyed by id: enabled users with the role of agent, and others who may take work and belong to a queue."""
    async with database.session() as session:
        users = (await session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(User.id))).all()
        workers, by_role = await holders(session, WORK_TAKE), await having(session, Role.AGENT)
        profiles = {p.user_id: p for p in await session.scalars(select(AgentProfile))}
        skills: dict[str, dict[str, int]] = defaultdict(dict)
        for skill in await session.scalars(select(AgentSkill).order_by(AgentSkill.skill_id)):
            skills[skill.user_id][skill.skill_id] = skill.level
        queues: dict[str, dict[str, Membership]] = defaultdict(dict)
        # Sorted: the order in which agents join a queue counts for some strategies.
        for member in await session.scalars(select(QueueMember).order_by(QueueMember.user_id, QueueMember.queue_id)):
            place = Membership(member.tier, member.position, member.weight)
            queues[member.user_id][member.queue_id] = place
        capacities = {row.id: capacity_of(row) for row in await session.scalars(select(RoutingProfile))}
        phones = {a.user_id: a.username for a in await session.scalars(select(SipAccount)) if a.user_id}
    agents = {}
    for user in users:
        if user.id not in workers:
            continue
        if user.id not in by_role and not queues[user.id]:
            continue
        profile = profiles.get(user.id)
        config = AgentConfig(
            user.id,
            skills=skills[user.id],
            queues=queues[user.id],
            misses_before_not_responding=profile.misses_before_not_responding if profile else 1,
            capacity=capacities.get(profile.profile_id or "", DEFAULT_CAPACITY) if profile else DEFAULT_CAPACITY,
        )
        device = profile.device if profile else "browser"
        agents[user.id] = Agent(user.id, user.name, device, phones.get(user.id), config)
    return agents


LIKE_CALLS: Final = ("callback", "voicemail")
"""What ends in a call by telephone: a profile that says nothing of them takes them as it takes calls."""


def capacity_of(profile: RoutingProfile) -> Capacity:
    """What the engine is told. Raises msgspec.ValidationError for a row that nobody has written through the API."""
    channels = profile.channels
    if "voice" in channels:
        channels = {**dict.fromkeys(LIKE_CALLS, channels["voice"]), **channels}
    return msgspec.convert({"units": profile.units, "channels": channels}, Capacity)
