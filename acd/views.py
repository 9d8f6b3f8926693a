"""What the engine shows of itself, from figures kept with every change."""

from __future__ import annotations

from acd.estimates import expected_wait_s
from acd.model import AgentView, ContactView, Phase, QueueView, WrapUpView
from acd.state import Agent, Contact, Floor, Queue, Status


def view_queue(queue: Queue, now: float) -> QueueView:
    since = min((contact.clock for contact in queue.line.heads()), default=None)
    counters = queue.counters
    statuses = queue.statuses
    return QueueView(
        queue_id=queue.queue_id,
        waiting=len(queue.line),
        longest_wait_s=0.0 if since is None else max(0.0, now - since),
        longest_wait_since=since,
        offered=counters.offered,
        answered=counters.answered,
        answered_in_target=counters.answered_in_target,
        abandoned=counters.abandoned,
        abandoned_in_target=counters.abandoned_in_target,
        overflowed=counters.overflowed,
        left=counters.left,
        moved=counters.moved,
        service_level=counters.service_level(),
        agents_ready=statuses[Status.READY],
        agents_busy=statuses[Status.OFFERED] + statuses[Status.BUSY] + statuses[Status.WRAP_UP],
        agents_offered=statuses[Status.OFFERED],
        agents_talking=statuses[Status.BUSY],
        agents_wrap_up=statuses[Status.WRAP_UP],
        agents_paused=statuses[Status.PAUSED],
        agents_not_responding=statuses[Status.NOT_RESPONDING],
        agents_off=statuses[Status.OFF],
    )


def view_agent(agent: Agent) -> AgentView:
    wrap_up = agent.wrap_up
    contact = agent.contact
    queue = wrap_up.queue if wrap_up is not None else contact.queue if contact is not None else None
    shown = None
    if wrap_up is not None:
        shown = WrapUpView(
            wrap_up.contact_id, wrap_up.queue.queue_id, wrap_up.started_at, wrap_up.deadline, wrap_up.forced
        )
    return AgentView(
        agent_id=agent.agent_id,
        presence=agent.presence,
        reason=agent.reason,
        pending=agent.pending,
        pending_reason=agent.pending_reason,
        presence_since=agent.presence_since,
        activity=agent.activity,
        activity_since=agent.activity_since,
        contact_id=shown.contact_id if shown is not None else contact.contact_id if contact is not None else None,
        queue_id=queue.queue_id if queue is not None else None,
        wrap_up=shown,
        misses=agent.misses,
        queues=tuple(sorted(agent.config.queues)),
    )


def view_contact(contact: Contact, position: int | None) -> ContactView:
    holder = contact.agent.agent_id if contact.agent is not None else None
    return ContactView(
        contact_id=contact.contact_id,
        queue_id=contact.queue.queue_id,
        channel=contact.channel,
        priority=contact.priority,
        phase=contact.phase,
        queued_at=contact.clock,
        entered_at=contact.entered_at,
        position=position,
        offered_to=holder if contact.phase is Phase.OFFERED else None,
        expires_at=contact.expires_at,
        agent_id=holder if contact.phase is Phase.ASSIGNED else None,
    )


def position_of(contact: Contact) -> int | None:
    """1-based; None for a contact with an agent."""
    if contact.phase is Phase.ASSIGNED:
        return None
    return contact.queue.line.rank(contact.entry()) + 1


def expected_wait_of(contact: Contact) -> float | None:
    """0 while it rings or talks; see estimates.py."""
    if contact.phase is not Phase.WAITING:
        return 0.0
    queue = contact.queue
    statuses = queue.statuses
    staffed = statuses[Status.READY] + statuses[Status.OFFERED] + statuses[Status.BUSY] + statuses[Status.WRAP_UP]
    return expected_wait_s(queue.line.rank(contact.entry()) + 1, staffed, queue.handling)


def holdings(floor: Floor) -> dict[str, int]:
    """How much the engine holds in memory, for watching that it does not grow."""
    return {
        "contacts": len(floor.contacts),
        "in_line": sum(len(queue.line) for queue in floor.queues.values()),
        "refusals": sum(len(agent.refused) for agent in floor.agents.values()),
        "cells": sum(len(queue.cells) for queue in floor.queues.values()),
        "timers": len(floor.timers),
        "timer_entries": floor.timers.held,
    }
