"""Skills, routing profiles and what each agent gets, over HTTP."""

from __future__ import annotations

from contactcenter.agents import acts
from contactcenter.agents.profiles import ChangedProfile, NewProfile, ProfileList, ProfileOut, ProfileSetUp
from contactcenter.agents.routing import AgentRouting, RoutingBody, RoutingOut
from contactcenter.agents.skills import ChangedSkill, NewSkill, SkillList, SkillOut, SkillSetUp
from contactcenter.api.routes import Call, Route
from contactcenter.queues.permissions import ROUTING_MANAGE, ROUTING_VIEW
from contactcenter.queues.set_up import SetUp

VIEW, MANAGE = ROUTING_VIEW, ROUTING_MANAGE


def routes(set_up: SetUp) -> list[Route]:
    return [*_skills(SkillSetUp(set_up)), *_profiles(ProfileSetUp(set_up)), *_agents(AgentRouting(set_up))]


def _skills(skills: SkillSetUp) -> list[Route]:
    async def every(call: Call) -> SkillList:
        return await skills.all()

    async def make(call: Call) -> SkillOut:
        return await skills.make(call.body(NewSkill))

    async def rename(call: Call) -> SkillOut:
        return await skills.rename(call.path("id"), call.body(ChangedSkill))

    async def remove(call: Call) -> None:
        await skills.remove(call.path("id"))

    path, one = "/api/v1/skills", "/api/v1/skills/{id}"
    return [
        Route("GET", path, every, VIEW, "Skills and who needs them", response=SkillList),
        Route(
            "POST",
            path,
            make,
            MANAGE,
            "Make a skill",
            body=NewSkill,
            response=SkillOut,
            status=201,
            errors=(409,),
            audited=(acts.SKILL_MADE,),
        ),
        Route(
            "PUT",
            one,
            rename,
            MANAGE,
            "Rename a skill",
            body=ChangedSkill,
            response=SkillOut,
            errors=(409,),
            audited=(acts.SKILL_CHANGED,),
        ),
        Route(
            "DELETE",
            one,
            remove,
            MANAGE,
            "Remove a skill that nobody needs",
            errors=(409,),
            audited=(acts.SKILL_REMOVED,),
        ),
    ]


def _profiles(profiles: ProfileSetUp) -> list[Route]:
    async def every(call: Call) -> ProfileList:
        return await profiles.all()

    async def make(call: Call) -> ProfileOut:
        return await profiles.make(call.body(NewProfile))

    async def change(call: Call) -> ProfileOut:
        return await profiles.change(call.path("id"), call.body(ChangedProfile))

    async def remove(call: Call) -> None:
        await profiles.remove(call.path("id"))

    path, one = "/api/v1/routing-profiles", "/api/v1/routing-profiles/{id}"
    return [
        Route("GET", path, every, VIEW, "Routing profiles and who has them", response=ProfileList),
        Route(
            "POST",
            path,
            make,
            MANAGE,
            "Make a routing profile",
            body=NewProfile,
            response=ProfileOut,
            status=201,
            errors=(409,),
            audited=(acts.PROFILE_MADE,),
        ),
        Route(
            "PUT",
            one,
            change,
            MANAGE,
            "Change a routing profile, for everybody who has it",
            body=ChangedProfile,
            response=ProfileOut,
            errors=(409,),
            audited=(acts.PROFILE_CHANGED,),
        ),
        Route(
            "DELETE",
            one,
            remove,
            MANAGE,
            "Remove a routing profile that nobody has",
            errors=(409,),
            audited=(acts.PROFILE_REMOVED,),
        ),
    ]


def _agents(agents: AgentRouting) -> list[Route]:
    async def get(call: Call) -> RoutingOut:
        return await agents.seen(call.path("id"), call.principal)

    async def change(call: Call) -> RoutingOut:
        return await agents.change(call.path("id"), call.body(RoutingBody))

    path = "/api/v1/agents/{id}/routing"
    return [
        Route("GET", path, get, VIEW, "An agent's skills, queues and routing profile", response=RoutingOut),
        Route(
            "PUT",
            path,
            change,
            MANAGE,
            "Replace them",
            body=RoutingBody,
            response=RoutingOut,
            audited=(acts.AGENT_CHANGED,),
        ),
    ]
