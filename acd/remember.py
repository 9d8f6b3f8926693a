"""What the engine remembers, as the records of memory.py."""

from __future__ import annotations

from acd.bonds import WrapUp
from acd.deadline import Due, Timer
from acd.floor import Floor
from acd.memory import (
    VERSION,
    AgentState,
    CellState,
    ContactState,
    FairState,
    LaneState,
    MemberState,
    Memory,
    Number,
    OfferState,
    PoolState,
    QueueState,
    RefusalState,
    TimerState,
    WrapUpState,
)
from acd.state import Agent, Contact, Lane, Member, Queue


def remember(floor: Floor) -> Memory:
    """Everything, between two commands."""
    queues = _reachable_queues(floor)
    places = {queue: place for place, queue in enumerate(queues)}
    return Memory(
        version=VERSION,
        now=floor.now,
        sequence=floor.sequence,
        timers_started=floor.timers.started,
        order=floor.order,
        reasons=floor.reasons,
        counted_reasons=tuple(sorted(floor.counted_reasons)),
        queues=tuple(_queue_state(queue, floor.queues.get(queue.queue_id) is queue) for queue in queues),
        agents=tuple(_agent_state(agent, places) for agent in floor.agents.values()),
        members=tuple(
            (queue_id, tuple(_member_state(member) for member in members.values()))
            for queue_id, members in floor.members.items()
        ),
        contacts=tuple(_contact_state(contact, places) for contact in floor.contacts.values()),
        fair=tuple(_fair_states(floor)),
    )


def _reachable_queues(floor: Floor) -> list[Queue]:
    """Those configured, and those removed while a contact or wrap-up of theirs goes on."""
    found = dict.fromkeys(floor.queues.values())
    found.update(dict.fromkeys(contact.queue for contact in floor.contacts.values()))
    for agent in floor.agents.values():
        found.update(dict.fromkeys(wrap_up.queue for wrap_up in agent.wrap_ups.values()))
    return list(found)


def _queue_state(queue: Queue, configured: bool) -> QueueState:
    return QueueState(
        config=queue.config,
        configured=configured,
        seats=tuple(None if member is None else member.agent.agent_id for member in queue.seats) if configured else (),
        vacant=tuple(queue.vacant) if configured else (),
        counters=queue.counters,
        estimator=queue.estimator.state(),
        largest_weight=queue.largest_weight,
        lanes=tuple(_lane_state(lane) for lane in queue.lanes.values()) if configured else (),
    )


def _lane_state(lane: Lane) -> LaneState:
    pools = []
    for tier in lane.tiers:
        entries = tuple(
            (_number(major), _number(minor), tie, agent.agent_id)
            for major, minor, tie, agent in lane.pools[tier].entries()
        )
        if entries:
            pools.append(PoolState(tier, entries))
    turns = tuple((tier, _number(turn)) for tier, turn in sorted(lane.turns.items()))
    return LaneState(lane.channel, turns, tuple(pools))


def _member_state(member: Member) -> MemberState:
    return MemberState(
        agent_id=member.agent.agent_id,
        ring=member.ring,
        calls=member.calls,
        talk_s=member.talk_s,
        last_ended=member.last_ended,
        recent=member.recent,
    )


def _agent_state(agent: Agent, places: dict[Queue, int]) -> AgentState:
    return AgentState(
        config=agent.config,
        presence=agent.presence,
        reason=agent.reason,
        pending=agent.pending,
        pending_reason=agent.pending_reason,
        presence_since=agent.presence_since,
        activity=agent.activity,
        activity_since=agent.activity_since,
        contact_id=agent.contact_id,
        status=int(agent.status),
        status_since=agent.status_since,
        times=tuple(agent.times),
        counted_pause_s=agent.counted_pause_s,
        handled=agent.handled,
        misses=agent.misses,
        idle_since=agent.idle_since,
        ready_seq=agent.ready_seq,
        in_pool=agent.in_pool,
        members=tuple(agent.members),
        queues=tuple(queue.queue_id for queue, _ in agent.queues),
        work=tuple(contact.contact_id for contact in agent.work),
        wrap_ups=tuple(_wrap_up_state(each, places) for each in agent.wrap_ups.values()),
    )


def _wrap_up_state(wrap_up: WrapUp, places: dict[Queue, int]) -> WrapUpState:
    return WrapUpState(
        contact_id=wrap_up.contact_id,
        queue=places[wrap_up.queue],
        started_at=wrap_up.started_at,
        work_started_at=wrap_up.work_started_at,
        deadline=wrap_up.deadline,
        forced=wrap_up.forced,
        timer=_timer_state(wrap_up.timer),
    )


def _contact_state(contact: Contact, places: dict[Queue, int]) -> ContactState:
    own_agent, agent, resting = contact.own_agent, contact.agent, contact.resting
    requirement, reach, only = contact.cell.key
    return ContactState(
        contact_id=contact.contact_id,
        channel=contact.channel,
        priority=contact.priority,
        skills=contact.skills,
        preferred=contact.preferred,
        own_max_wait_s=contact.own_max_wait_s,
        own_agent=None if own_agent is None else own_agent.agent_id,
        own_until=contact.own_until,
        seed=contact.seed,
        draws=contact.draws,
        clock=contact.clock,
        seq=contact.seq,
        queue=places[contact.queue],
        cell=CellState(requirement, reach, only),
        phase=contact.phase,
        entered_at=contact.entered_at,
        waited_s=contact.waited_s,
        stage=contact.stage,
        tried=_number(contact.tried),
        indexed=contact.indexed,
        agent=None if agent is None else agent.agent_id,
        resting=None if resting is None else resting.contact_id,
        answered_at=contact.answered_at if agent is not None else None,
        forecast=contact.forecast,
        max_wait=_timer_state(contact.max_wait),
        widen=_timer_state(contact.widen),
        ring_next=_timer_state(contact.ring_next),
        offers=tuple(
            OfferState(made.agent.agent_id, made.expires_at, _timer_state(made.timer))
            for made in contact.offers.values()
        ),
        refusals=tuple(
            RefusalState(refusal.agent.agent_id, refusal.since, _timer_state(refusal.lapse))
            for refusal in contact.refused_by.values()
        ),
    )


def _timer_state(timer: Timer | None) -> TimerState | None:
    """One that has fired is kept for its time."""
    return None if timer is None else TimerState(timer.at, timer.number, timer.in_heap)


def _fair_states(floor: Floor) -> list[FairState]:
    """These timers are known by the heap alone. One of a member who has left the queue still moves the agent in its
    pools; one of an agent who is gone does nothing, but is waited for."""
    states = []
    for timer in floor.timers.live():
        if timer.due is not Due.FAIR_WINDOW_PASSES:
            continue
        assert isinstance(timer.subject, Member)
        member = timer.subject
        agent_id = member.agent.agent_id
        exists = floor.agents.get(agent_id) is member.agent
        serves = exists and member.agent.members.get(member.queue_id) is member
        state = FairState(timer.at, timer.number, agent_id if exists else None, member.queue_id if serves else None)
        states.append(state)
    return states


def _number(value: float) -> Number:
    """As a fraction, unless it is too large to be one exactly."""
    fraction = float(value)
    return fraction if fraction == value else value
