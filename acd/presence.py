"""What an agent is doing, in one word for people and one for figures, and how long it did what."""

from __future__ import annotations

from acd.events import AgentActivityChanged, AgentPresenceChanged
from acd.model import Activity, Presence
from acd.state import Agent, Floor, Status

IDLE_STATUS = {
    Presence.AVAILABLE: Status.READY,
    Presence.PAUSED: Status.PAUSED,
    Presence.NOT_RESPONDING: Status.NOT_RESPONDING,
    Presence.OFF: Status.OFF,
}
WORK_STATUS = {
    Activity.OFFERED: Status.OFFERED,
    Activity.BUSY: Status.BUSY,
    Activity.WRAP_UP: Status.WRAP_UP,
}


def show_activity(floor: Floor, agent: Agent) -> None:
    """After a change of work, wrap-ups or offer: say what the agent is doing now, if that changed."""
    if agent.work:
        activity, contact_id = Activity.BUSY, _latest(agent)
    elif agent.wrap_ups:
        activity, contact_id = Activity.WRAP_UP, next(reversed(agent.wrap_ups))
    elif agent.offer is not None:
        activity, contact_id = Activity.OFFERED, agent.offer.contact.contact_id
    else:
        activity, contact_id = Activity.IDLE, None
    if activity is agent.activity and contact_id == agent.contact_id:
        return
    if activity is not agent.activity:
        agent.activity = activity
        agent.activity_since = floor.now
        restatus(floor, agent)
    agent.contact_id = contact_id
    floor.out.append(AgentActivityChanged(agent.agent_id, activity, contact_id, at=floor.now))


def announce_presence(floor: Floor, agent: Agent) -> None:
    floor.out.append(
        AgentPresenceChanged(
            agent.agent_id, agent.presence, agent.reason, agent.pending, agent.pending_reason, at=floor.now
        )
    )


def restatus(floor: Floor, agent: Agent) -> None:
    """Move the agent between the counts of its queues."""
    old = agent.status
    activity = agent.activity
    new = IDLE_STATUS[agent.presence] if activity is Activity.IDLE else WORK_STATUS[activity]
    if new is old:
        return
    account(floor, agent)
    agent.status = new
    for queue, _ in agent.queues:
        queue.statuses[old] -= 1
        queue.statuses[new] += 1
        if queue.leave_empty is not None:
            floor.emptied[queue] = None


def account(floor: Floor, agent: Agent) -> None:
    """Count the time in the present status up to now."""
    spent = floor.now - agent.status_since
    agent.times[agent.status] += spent
    if agent.status is Status.PAUSED and agent.reason in floor.counted_reasons:
        agent.counted_pause_s += spent
    agent.status_since = floor.now


def occupancy(agent: Agent, now: float) -> float | None:
    """Handling time in staffed time up to now, a counted pause under way left out; None before any."""
    times = agent.times
    status = agent.status
    present = now - agent.status_since
    handling = times[Status.BUSY] + times[Status.WRAP_UP]
    staffed = handling + times[Status.READY] + times[Status.OFFERED] + agent.counted_pause_s
    if status in (Status.BUSY, Status.WRAP_UP):
        handling += present
        staffed += present
    elif status in (Status.READY, Status.OFFERED):
        staffed += present
    return handling / staffed if staffed > 0 else None


def start_idling(floor: Floor, agent: Agent) -> None:
    """The agent's idle time begins now, so it stands last among the idle."""
    agent.idle_since = floor.now
    agent.ready_seq = floor.next_sequence()


def _latest(agent: Agent) -> str:
    """The contact that came in last; those before it may rest."""
    return next(reversed(agent.work)).contact_id
