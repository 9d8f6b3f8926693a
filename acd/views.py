"""What the engine shows of itself, from figures kept with every change."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import merge
from itertools import islice

from acd.bonds import WrapUp
from acd.cells import lasting_in_line, open_channels
from acd.floor import Floor
from acd.model import LASTING, Phase
from acd.ordered import Entry
from acd.presence import at_work_on, occupancy
from acd.shown import AgentView, ContactView, Estimate, QueueView, WorkView, WrapUpView
from acd.state import Agent, Cell, Contact, Queue, Status
from acd.told import estimate_of


def view_queue(queue: Queue, now: float) -> QueueView:
    since = _oldest_clock(queue)
    if since is not None and since > now:
        since = None
    counters = queue.counters
    statuses = queue.statuses()
    return QueueView(
        queue_id=queue.queue_id,
        waiting=len(queue.line),
        lasting=lasting_in_line(queue),
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
        service_levels=counters.service_levels(),
        average_speed_of_answer_s=counters.average_speed_of_answer_s(),
        abandonment=counters.abandonment(),
        handling_s=queue.estimator.handling_s,
        agents_ready=statuses[Status.READY],
        agents_busy=statuses[Status.OFFERED] + statuses[Status.BUSY] + statuses[Status.WRAP_UP],
        agents_offered=statuses[Status.OFFERED],
        agents_talking=statuses[Status.BUSY],
        agents_wrap_up=statuses[Status.WRAP_UP],
        agents_paused=statuses[Status.PAUSED],
        agents_not_responding=statuses[Status.NOT_RESPONDING],
        agents_off=statuses[Status.OFF],
    )


def view_agent(agent: Agent, now: float) -> AgentView:
    wrap_ups = tuple(_wrap_up(each) for each in agent.wrap_ups.values())
    work = tuple(
        WorkView(each.contact_id, each.queue.queue_id, each.channel, each.answered_at, each.resting is not None)
        for each in agent.work
    )
    offered = agent.offer.contact if agent.offer is not None else None
    queue_id = None
    if (contact := at_work_on(agent)) is not None:
        queue_id = contact.queue.queue_id
    elif wrap_ups:
        queue_id = wrap_ups[-1].queue_id
    elif offered is not None:
        queue_id = offered.queue.queue_id
    return AgentView(
        agent_id=agent.agent_id,
        presence=agent.presence,
        reason=agent.reason,
        pending=agent.pending,
        pending_reason=agent.pending_reason,
        presence_since=agent.presence_since,
        activity=agent.activity,
        activity_since=agent.activity_since,
        contact_id=agent.contact_id,
        queue_id=queue_id,
        offered=offered.contact_id if offered is not None else None,
        work=work,
        wrap_up=wrap_ups[-1] if wrap_ups and contact is None else None,
        wrap_ups=wrap_ups,
        misses=agent.misses,
        queues=tuple(sorted(agent.config.queues)),
        open_channels=open_channels(agent),
        handled=agent.handled,
        occupancy=occupancy(agent, now),
    )


def view_contact(contact: Contact, position: int | None) -> ContactView:
    return ContactView(
        contact_id=contact.contact_id,
        queue_id=contact.queue.queue_id,
        channel=contact.channel,
        priority=contact.priority,
        skills=contact.skills,
        phase=contact.phase,
        queued_at=contact.clock,
        entered_at=contact.entered_at,
        position=position,
        offered_to=tuple(agent.agent_id for agent in contact.offers),
        expires_at=max((made.expires_at for made in contact.offers.values()), default=None),
        agent_id=contact.agent.agent_id if contact.agent is not None else None,
        asks=contact.cell.label.strip(),
    )


def view_heads(queue: Queue, most: int) -> list[ContactView]:
    """The first so many of lasting work and of the rest, as they stand in line; no look at who stands behind."""
    found: list[Entry] = []
    for lasting in (False, True):
        lines: list[Iterable[Entry]] = [cell.waiting.entries() for cell in _cells(queue, lasting)]
        ringing = [each for each in queue.ringing if (each.channel in LASTING) is lasting and not each.indexed]
        lines.append(sorted([each.entry for each in ringing]))
        found += islice(merge(*lines), most)
    found.sort()
    return [view_contact(entry[3], queue.line.rank(entry) + 1) for entry in found]


def _oldest_clock(queue: Queue) -> float | None:
    """Of whoever is not lasting work. Where clocks are no part of the order within a priority, its first has it."""
    clocks = [each.clock for each in queue.ringing if each.channel not in LASTING]
    for cell in _cells(queue, False):
        clocks += [each.clock for each in (cell.waiting if queue.ageing else cell.waiting.heads())]
    return min(clocks, default=None)


def _cells(queue: Queue, lasting: bool) -> list[Cell]:
    """Those in which somebody waits."""
    lanes = [lane for channel, lane in queue.lanes.items() if (channel in LASTING) is lasting]
    return [cell for lane in lanes for cell in lane.cells.values() if cell.waiting]


def position_of(contact: Contact) -> int | None:
    """1-based; None for a contact with an agent."""
    if contact.phase is Phase.ASSIGNED:
        return None
    return contact.queue.line.rank(contact.entry) + 1


def view_estimate(contact: Contact) -> Estimate | None:
    """Zero while it rings or talks; see estimates.py."""
    if contact.phase is not Phase.WAITING:
        return Estimate(0.0, 0.0, 0.0)
    return estimate_of(contact)


def holdings(floor: Floor) -> dict[str, int]:
    """How much the engine holds in memory, for watching that it does not grow."""
    lanes = [lane for queue in floor.queues.values() for lane in queue.lanes.values()]
    return {
        "contacts": len(floor.contacts),
        "in_line": sum(len(queue.line) for queue in floor.queues.values()),
        "refusals": sum(len(agent.refused) for agent in floor.agents.values()),
        "cells": sum(len(lane.cells) for lane in lanes),
        "timers": len(floor.timers),
        "timer_entries": floor.timers.held,
    }


def _wrap_up(wrap_up: WrapUp) -> WrapUpView:
    return WrapUpView(wrap_up.contact_id, wrap_up.queue.queue_id, wrap_up.started_at, wrap_up.deadline, wrap_up.forced)
