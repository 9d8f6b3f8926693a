"""Agents for pages to choose from, and the state an agent sets."""

from typing import Any, Literal

from pydantic import BaseModel

from acd.model import Presence
from contactcenter.agents.service import Agents
from contactcenter.api.live import Live
from contactcenter.api.problems import Problem
from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.identity.permissions import DIRECTORY_VIEW
from contactcenter.permissions import Principal
from contactcenter.queues.permissions import ROUTING_VIEW, WORK_TAKE
from contactcenter.queues.reach import Reach, listed
from contactcenter.queues.service import Queues
from contactcenter.routing.problems import insist


class AgentOut(BaseModel):
    id: str
    name: str


class AgentList(BaseModel):
    items: list[AgentOut]


class SetPresenceArgs(BaseModel):
    presence: Literal["available", "paused", "off"]
    reason: str | None = None


def routes(agents: Agents, reach: Reach) -> list[Route]:
    async def list_agents(call: Call) -> AgentList:
        scope = listed(call.principal, ROUTING_VIEW)
        shown = [agent for agent in agents.all() if reach.agent_within(scope, agent.id, agent.config.queues)]
        return AgentList(items=[AgentOut(id=a.id, name=a.name) for a in sorted(shown, key=lambda a: a.name)])

    return [Route("GET", "/api/v1/agents", list_agents, DIRECTORY_VIEW, "Agents", response=AgentList)]


def register_commands(agents: Agents, queues: Queues, live: Live) -> None:
    async def set_presence(principal: Principal, args: SetPresenceArgs) -> dict[str, Any] | None:
        if args.presence == "paused" and (args.reason is None or queues.pause_reason(args.reason) is None):
            raise Problem(422, "unknown-reason", "Choose a reason", "Choose one of the reasons to pause.")
        insist(agents.set_presence(principal.user_id, Presence(args.presence), args.reason))
        return None

    not_audited = NotAudited("an agent's own state; the routing journal tells it")
    live.command("presence.set", WORK_TAKE, SetPresenceArgs, not_audited)(set_presence)
    live.allow("agent:", lambda principal, topic: principal.may(WORK_TAKE) and topic == f"agent:{principal.user_id}")
