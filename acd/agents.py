"""An agent's presence, and the way from work back to idle."""

from __future__ import annotations

from acd.cells import leave_pool
from acd.commands import SetPresence
from acd.matching import place_agent, withdraw_offer
from acd.model import Activity, Presence
from acd.overflow import wait_on
from acd.refusals import forgive
from acd.state import Agent, Floor, announce_presence, restatus, set_activity, start_idling


def set_presence(floor: Floor, command: SetPresence) -> None:
    agent = floor.agent(command.agent_id)
    if agent.activity in (Activity.BUSY, Activity.WRAP_UP):
        _set_pending(floor, agent, command.presence, command.reason)
        return
    if command.presence is agent.presence:
        if command.reason != agent.reason:
            agent.reason = command.reason
            announce_presence(floor, agent)
        return
    contact = agent.contact
    if contact is not None:
        withdraw_offer(floor, contact, "presence")
    apply_presence(floor, agent, command.presence, command.reason)
    if contact is not None:
        wait_on(floor, contact)
    place_agent(floor, agent)


def apply_presence(floor: Floor, agent: Agent, presence: Presence, reason: str | None) -> None:
    """Change the presence of an idle agent. To be placed next."""
    leave_pool(agent)
    agent.presence = presence
    agent.reason = reason
    agent.pending = None
    agent.pending_reason = None
    agent.presence_since = floor.now
    if presence is Presence.AVAILABLE:
        agent.misses = 0
        forgive(floor, agent)
        start_idling(floor, agent)
    restatus(agent)
    announce_presence(floor, agent)


def end_work(floor: Floor, agent: Agent) -> None:
    """The agent is idle and ready anew; a pending presence takes effect. To be placed next."""
    agent.contact = None
    agent.wrap_up = None
    forgive(floor, agent)
    start_idling(floor, agent)
    set_activity(floor, agent, Activity.IDLE, None)
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
