"""What an agent is doing, in one word for people and one for figures, and how long it did what."""

from __future__ import annotations

from typing import Final

from acd.events import AgentActivityChanged, AgentPresenceChanged
from acd.floor import Floor
from acd.model import LASTING, Activity, Presence
from acd.state import Agent, Contact, Status

# Enum members cost a look-up of their own each time; these words change four times in a contact's life.
IDLE: Final = Activity.IDLE
OFFERED: Final = Activity.OFFERED
BUSY: Final = Activity.BUSY
WRAP_UP: Final = Activity.WRAP_UP
PAUSED: Final = int(Status.PAUSED)
LAST_STAFFED: Final = int(Status.WRAP_UP)
IDLE_STATUS: Final[dict[Presence, int]] = {
    Presence.AVAILABLE: int(Status.READY),
    Presence.PAUSED: int(Status.PAUSED),
    Presence.NOT_RESPONDING: int(Status.NOT_RESPONDING),
    Presence.OFF: int(Status.OFF),
}
WORK_STATUS: Final[dict[Activity, int]] = {
    OFFERED: int(Status.OFFERED),
    BUSY: int(Status.BUSY),
    WRAP_UP: int(Status.WRAP_UP),
}


def at_work_on(agent: Agent) -> Contact | None:
    """The contact in hand that came in last; those before it may rest. Of lasting work none."""
    for contact in reversed(agent.work):
        if contact.channel not in LASTING:
            return contact
    return None


def show_activity(floor: Floor, agent: Agent) -> None:
    """After a change of work, wrap-ups or offer: say what the agent is doing now, if that changed."""
    contact = at_work_on(agent)
    if contact is not None:
        do(floor, agent, BUSY, contact.contact_id)
    elif agent.wrap_ups:
        do(floor, agent, WRAP_UP, next(reversed(agent.wrap_ups)))
    elif agent.offer is not None:
        do(floor, agent, OFFERED, agent.offer.contact.contact_id)
    else:
        do(floor, agent, IDLE, None)


def do(floor: Floor, agent: Agent, activity: Activity, contact_id: str | None) -> None:
    """As show_activity, by who knows already what that will be."""
    if activity is not agent.activity:
        agent.activity = activity
        agent.activity_since = floor.now
        restatus(floor, agent)
    elif contact_id == agent.contact_id:
        return
    agent.contact_id = contact_id
    floor.out.append(AgentActivityChanged(agent.agent_id, activity, contact_id, at=floor.now))


def announce_presence(floor: Floor, agent: Agent) -> None:
    floor.out.append(
        AgentPresenceChanged(
            agent.agent_id, agent.presence, agent.reason, agent.pending, agent.pending_reason, at=floor.now
        )
    )


def restatus(floor: Floor, agent: Agent) -> None:
    """Count the time in the present status up to now; then, if activity or presence make it another, the agent in its
    queues."""
    old = agent.status
    now = floor.now
    spent = now - agent.status_since
    agent.times[old] += spent
    agent.status_since = now
    if old == PAUSED and agent.reason in floor.counted_reasons:
        agent.counted_pause_s += spent
    activity = agent.activity
    new = IDLE_STATUS[agent.presence] if activity is IDLE else WORK_STATUS[activity]
    if new == old:
        return
    agent.status = new
    if (old <= LAST_STAFFED) is not (new <= LAST_STAFFED):
        for queue, member in agent.queues:
            queue.staffed ^= member.bit
    if floor.guarded:
        for queue, _ in agent.queues:
            if queue.leave_empty is not None:
                floor.emptied[queue] = None


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
    floor.sequence += 1
    agent.ready_seq = floor.sequence
