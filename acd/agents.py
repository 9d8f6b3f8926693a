"""An agent's presence, and the way from work back to idle."""

from __future__ import annotations

from acd.cells import leave_pool
from acd.commands import SetPresence
from acd.floor import Floor
from acd.matching import place_agent, withdraw_offer
from acd.model import Presence
from acd.overflow import wait_on
from acd.presence import IDLE, announce_presence, at_work_on, do, restatus, show_activity, start_idling
from acd.refusals import forgive
from acd.state import Agent
from acd.widening import release


def set_presence(floor: Floor, command: SetPresence) -> None:
    agent = floor.agent(command.agent_id)
    if agent.wrap_ups or at_work_on(agent) is not None:
        _set_pending(floor, agent, command.presence, command.reason)
        return
    if command.presence is agent.presence:
        if command.reason != agent.reason:
            restatus(floor, agent)
            agent.reason = command.reason
            announce_presence(floor, agent)
        return
    made = agent.offer
    if made is not None:
        withdraw_offer(floor, made, "presence")
    apply_presence(floor, agent, command.presence, command.reason)
    if made is not None:
        wait_on(floor, made.contact)
    place_agent(floor, agent)


def apply_presence(floor: Floor, agent: Agent, presence: Presence, reason: str | None) -> None:
    """Change the presence of an agent without work. To be placed next."""
    leave_pool(agent)
    restatus(floor, agent)
    agent.presence = presence
    agent.reason = reason
    agent.pending = None
    agent.pending_reason = None
    agent.presence_since = floor.now
    if presence is Presence.AVAILABLE:
        agent.misses = 0
        forgive(floor, agent)
        start_idling(floor, agent)
    restatus(floor, agent)
    announce_presence(floor, agent)
    if presence is Presence.OFF:
        release(floor, agent)


def end_work(floor: Floor, agent: Agent) -> None:
    """One piece of work is over and the agent is ready anew; with the last, a pending presence takes effect, beside
    which no offer can ring. To be placed next."""
    if agent.in_pool:
        leave_pool(agent)
    if agent.refused:
        forgive(floor, agent)
    if agent.wrap_ups or at_work_on(agent) is not None:
        show_activity(floor, agent)
        return
    start_idling(floor, agent)
    if agent.offer is None:
        do(floor, agent, IDLE, None)
    else:
        show_activity(floor, agent)
    if agent.pending is not None:
        apply_presence(floor, agent, agent.pending, agent.pending_reason)


def _set_pending(floor: Floor, agent: Agent, presence: Presence, reason: str | None) -> None:
    if presence is agent.presence:
        changed = agent.pending is not None or reason != agent.reason
        agent.reason = reason
        agent.pending = None
        agent.pending_reason = None
    else:
        changed = (presence, reason) != (agent.pending, agent.pending_reason)
        agent.pending = presence
        agent.pending_reason = reason
    if changed:
        announce_presence(floor, agent)
    leave_pool(agent)
    made = agent.offer
    if made is not None and agent.pending is not None:
        withdraw_offer(floor, made, "presence")
        wait_on(floor, made.contact)
    place_agent(floor, agent)
