"""The skills there are: made, renamed, removed when nobody needs them."""

from __future__ import annotations

from collections import defaultdict

from pydantic import BaseModel
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.agents.acts import SKILL_CHANGED, SKILL_MADE, SKILL_REMOVED
from contactcenter.agents.models import AgentSkill
from contactcenter.api.problems import not_found
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.identity.models import User
from contactcenter.queues.fields import Id, Name, Named, Ref, Settings, UsedBy, bad, check_name, in_use, new_id
from contactcenter.queues.models import Skill
from contactcenter.queues.set_up import SetUp
from contactcenter.queues.settings import skills_of


class NewSkill(Settings):
    """Without an id one is made from the name."""

    id: Id | None = None
    name: Name


class ChangedSkill(Settings):
    """`id` cannot change. `used_by` is shown only."""

    id: Ref | None = None
    name: Name
    used_by: UsedBy | None = None


class SkillOut(BaseModel):
    id: str
    name: str
    used_by: UsedBy


class SkillList(BaseModel):
    items: list[SkillOut]


class SkillSetUp:
    def __init__(self, set_up: SetUp) -> None:
        self._set_up = set_up

    async def all(self) -> SkillList:
        async with self._set_up.database.session() as session:
            names = await _names(session)
            uses = await self._uses(session)
        items = [SkillOut(id=skill_id, name=name, used_by=uses[skill_id]) for skill_id, name in names.items()]
        return SkillList(items=sorted(items, key=lambda item: (item.name.casefold(), item.id)))

    async def make(self, body: NewSkill) -> SkillOut:
        """Raises Problem 409 for an id or a name that is taken."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                skill_id = new_id(body.id, body.name, await _names(session))
                session.add(Skill(id=skill_id, name=body.name))
                subject = Subject("skill", skill_id, body.name)
                await record(session, Act(kind=SKILL_MADE, subject=subject, after={"name": body.name}))
            await self._set_up.settle("skill", skill_id)
        return SkillOut(id=skill_id, name=body.name, used_by=UsedBy())

    async def rename(self, skill_id: str, body: ChangedSkill) -> SkillOut:
        """Raises Problem 404, 409 for a name that is taken."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                skill = await session.get(Skill, skill_id)
                if skill is None:
                    raise not_found("skill")
                if body.id not in (None, skill_id):
                    raise bad("id", "cannot be changed; make a new skill instead.")
                names = await _names(session)
                check_name(body.name, {key: name for key, name in names.items() if key != skill_id})
                subject = Subject("skill", skill_id, body.name)
                before, after = {"name": skill.name}, {"name": body.name}
                skill.name = body.name
                await record(session, Act(kind=SKILL_CHANGED, subject=subject, before=before, after=after))
                uses = await self._uses(session)
            await self._set_up.settle("skill", skill_id)
        return SkillOut(id=skill_id, name=body.name, used_by=uses[skill_id])

    async def remove(self, skill_id: str) -> None:
        """Raises Problem 404, 409 while something asks for it or an agent has it."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                skill = await session.get(Skill, skill_id)
                if skill is None:
                    raise not_found("skill")
                if used_by := (await self._uses(session))[skill_id]:
                    raise in_use(f"The skill {skill.name!r}", used_by)
                await session.execute(delete(Skill).where(Skill.id == skill_id))
                subject = Subject("skill", skill_id, skill.name)
                await record(session, Act(kind=SKILL_REMOVED, subject=subject, before={"name": skill.name}))
            await self._set_up.settle("skill", skill_id)

    async def _uses(self, session: AsyncSession) -> dict[str, UsedBy]:
        """Who needs which skill, whether there is such a skill or not."""
        queues = self._set_up.queues
        found: dict[str, UsedBy] = defaultdict(UsedBy)
        for queue_id, config in queues.configs().items():
            for skill_id in {skill for skills in skills_of(config).values() for skill in skills}:
                found[skill_id].queues.append(Named(id=queue_id, name=queues.name(queue_id)))
        for skill_id, agents in (await _agents(session)).items():
            found[skill_id].agents = agents
        for skill_id, flows in self._set_up.flows_by_skill().items():
            found[skill_id].flows = flows
        for elsewhere in queues.skill_uses:
            for skill_id, used_by in (await elsewhere(session)).items():
                found[skill_id].ticket_types += used_by.ticket_types
                found[skill_id].ticket_categories += used_by.ticket_categories
        return found


async def _names(session: AsyncSession) -> dict[str, str]:
    return {row.id: row.name for row in await session.execute(select(Skill.id, Skill.name))}


async def _agents(session: AsyncSession) -> dict[str, list[Named]]:
    """Who has which skill."""
    query = (
        select(AgentSkill.skill_id, User.id, User.name)
        .join(User, User.id == AgentSkill.user_id)
        .order_by(User.name, User.id)
    )
    found: dict[str, list[Named]] = defaultdict(list)
    for skill_id, user_id, name in await session.execute(query):
        found[skill_id].append(Named(id=user_id, name=name))
    return found
