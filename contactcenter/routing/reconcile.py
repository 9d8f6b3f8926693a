"""What the engine must be told after the process was gone: whom nobody can speak to any more."""

from __future__ import annotations

from collections.abc import Collection

from acd.commands import AbandonContact, Command, ConfigureAgent, EndContact, RemoveAgent, RemoveQueue, RequeueContact
from acd.engine import Engine
from acd.model import AgentConfig, Phase

DIE_WITH_PROCESS = frozenset({"voice", "video"})
"""Channels whose line is gone with the server; all others keep their place and their clocks."""


def after_restart(engine: Engine, now: float) -> list[Command]:
    """Contacts without a line leave: out of the queue as abandoned, from an agent into wrap-up.

    An offer of another contact that ran out meanwhile is nobody's miss, so the contact is offered anew in its place.
    """
    corrections: list[Command] = []
    for contact_id in engine.contact_ids():
        contact = engine.contact_view(contact_id)
        assigned = contact.phase is Phase.ASSIGNED
        if contact.channel in DIE_WITH_PROCESS:
            corrections.append(EndContact(contact_id) if assigned else AbandonContact(contact_id))
        elif contact.phase is Phase.OFFERED and contact.expires_at is not None and contact.expires_at <= now:
            corrections.append(RequeueContact(contact_id, contact.queue_id, keep_clock=True))
    return corrections


def no_longer_configured(engine: Engine, *, agents: Collection[str], queues: Collection[str]) -> list[Command]:
    """Agents and queues that were removed while the server was down. An agent still at work only gets nothing new; a
    queue in which somebody waits is refused, and stays."""
    gone: list[Command] = []
    for agent_id in engine.agent_ids():
        if agent_id not in agents:
            view = engine.agent_view(agent_id)
            at_work = view.work or view.wrap_ups
            gone.append(ConfigureAgent(AgentConfig(agent_id, {}, {})) if at_work else RemoveAgent(agent_id))
    gone += [RemoveQueue(queue_id) for queue_id in engine.queue_ids() if queue_id not in queues]
    return gone
