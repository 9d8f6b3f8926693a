"""The engine's whole memory as bytes, and back.

What is written is what history decided; whatever follows from it (who fits which cell, who is first, who is counted
where) is built anew by `load`. Same history, same bytes, in every process: lists keep the order that commands gave
them, sets are sorted, and no hash is walked. An engine that was brought back goes on exactly like the one it was.
"""

from __future__ import annotations

import msgspec

from acd.cells import add_waiting, find_or_make, label_of, open_lane, set_entry
from acd.commands import EnqueueContact
from acd.estimates import WaitEstimator
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
from acd.model import AgentConfig, Phase
from acd.order import settle_order
from acd.setup import apply_config, apply_membership, settle_members, table_for
from acd.state import (
    Agent,
    Cell,
    CellKey,
    Contact,
    Floor,
    Lane,
    Member,
    Offer,
    Queue,
    Refusal,
    Status,
    WrapUp,
)
from acd.timers import Due, Subject, Timer

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Memory)


class SnapshotError(ValueError):
    """These bytes are no snapshot, or of another version; the text is a sentence."""


def dump(floor: Floor) -> bytes:
    """Everything, between two commands."""
    queues = _reachable_queues(floor)
    places = {queue: place for place, queue in enumerate(queues)}
    memory = Memory(
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
    # Decoded once: a whole number where a fraction may stand is written as a fraction, whoever gave it.
    return _encoder.encode(_decoder.decode(_encoder.encode(memory)))


def load(data: bytes) -> Floor:
    """The floor that was dumped. Raises SnapshotError."""
    try:
        memory = _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SnapshotError(f"This is no snapshot of the routing engine: {error}.") from error
    if memory.version != VERSION:
        raise SnapshotError(f"The snapshot has version {memory.version}, and only {VERSION} is known.")
    try:
        return _Loader(memory).floor
    except (LookupError, ValueError, AttributeError, AssertionError) as error:
        raise SnapshotError(f"The snapshot contradicts itself: {error!r}.") from error


# -- writing -----------------------------------------------------------------------------------------------------------


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
        handled=queue.handled,
        handling_s=queue.handling_s,
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


# -- reading -----------------------------------------------------------------------------------------------------------


class _Loader:
    def __init__(self, memory: Memory) -> None:
        self.floor = floor = Floor()
        self._timers: list[Timer] = []
        floor.now = memory.now
        floor.sequence = memory.sequence
        floor.order = memory.order
        floor.reasons = memory.reasons
        floor.counted_reasons = frozenset(memory.counted_reasons)
        for agent in memory.agents:
            floor.agents[agent.config.agent_id] = self._agent(agent)
        for queue_id, members in memory.members:
            self._members(queue_id, members)
        self._queues = [self._queue(queue) for queue in memory.queues]
        for agent in memory.agents:
            self._places(agent)
        for queue, state in zip(self._queues, memory.queues, strict=True):
            for lane in state.lanes:
                self._lane(queue, lane)
        for contact in memory.contacts:
            self._contact(contact)
        for contact in memory.contacts:
            self._bonds(contact)
        for agent in memory.agents:
            self._hands(agent)
        for fair in memory.fair:
            self._start(TimerState(fair.at, fair.number, True), Due.FAIR_WINDOW_PASSES, self._member_of(fair))
        floor.timers.restore(self._timers, memory.timers_started)
        settle_order(floor)

    def _start(self, state: TimerState | None, due: Due, subject: Subject) -> Timer | None:
        if state is None:
            return None
        timer = Timer(state.at, state.number, due, subject)
        if state.live:
            self._timers.append(timer)
        else:
            timer.in_heap = False
        return timer

    def _agent(self, state: AgentState) -> Agent:
        agent = Agent(state.config, table_for(self.floor, state.config.capacity), state.presence_since)
        agent.presence = state.presence
        agent.reason = state.reason
        agent.pending = state.pending
        agent.pending_reason = state.pending_reason
        agent.activity = state.activity
        agent.activity_since = state.activity_since
        agent.contact_id = state.contact_id
        agent.status = Status(state.status)
        agent.status_since = state.status_since
        agent.times = list(state.times)
        agent.counted_pause_s = state.counted_pause_s
        agent.handled = state.handled
        agent.misses = state.misses
        agent.idle_since = state.idle_since
        agent.ready_seq = state.ready_seq
        agent.in_pool = state.in_pool
        return agent

    def _members(self, queue_id: str, states: tuple[MemberState, ...]) -> None:
        members = self.floor.members[queue_id] = {}
        for state in states:
            agent = self.floor.agents[state.agent_id]
            member = members[agent] = Member(agent, queue_id, state.ring)
            member.calls = state.calls
            member.talk_s = state.talk_s
            member.last_ended = state.last_ended
            member.recent = state.recent
            apply_membership(member, agent)

    def _queue(self, state: QueueState) -> Queue:
        floor, queue_id = self.floor, state.config.queue_id
        queue = Queue(queue_id, floor.members.setdefault(queue_id, {}) if state.configured else {})
        apply_config(queue, state.config)
        if state.configured:
            floor.queues[queue_id] = queue
            settle_members(queue)
        queue.counters = state.counters
        queue.estimator = WaitEstimator.of(state.estimator)
        queue.handled = state.handled
        queue.handling_s = state.handling_s
        queue.largest_weight = state.largest_weight
        queue.vacant = list(state.vacant)
        for place, agent_id in enumerate(state.seats):
            member = None if agent_id is None else queue.members[floor.agents[agent_id]]
            queue.seats.append(member)
            if member is not None:
                member.bit = 1 << place
                queue.staffed += member.agent.status <= Status.WRAP_UP
        return queue

    def _places(self, state: AgentState) -> None:
        """In the order in which the agent came to its queues, and in which they were configured."""
        floor = self.floor
        agent = floor.agents[state.config.agent_id]
        agent.members = {queue_id: floor.members[queue_id][agent] for queue_id in state.members}
        agent.queues = [(floor.queues[queue_id], agent.members[queue_id]) for queue_id in state.queues]

    def _lane(self, queue: Queue, state: LaneState) -> None:
        lane = queue.lanes[state.channel] = Lane(queue, state.channel)
        lane.turns = dict(state.turns)
        for member in queue.members.values():
            open_lane(lane, member)
        for pool_state in state.pools:
            pool = lane.pools[pool_state.tier]
            for major, minor, tie, agent_id in pool_state.entries:
                agent = self.floor.agents[agent_id]
                entry = (major, minor, tie, agent)
                pool.add(entry)
                agent.pooled.append((pool, entry))
                lane.ready |= agent.members[queue.queue_id].bit

    def _contact(self, state: ContactState) -> None:
        queue = self._queues[state.queue]
        command = EnqueueContact(
            state.contact_id,
            queue.queue_id,
            channel=state.channel,
            priority=state.priority,
            skills=state.skills,
            preferred=state.preferred,
            max_wait_s=state.own_max_wait_s,
            seed=state.seed,
        )
        contact = self.floor.contacts[state.contact_id] = Contact(command, state.clock, state.seq)
        contact.queue = queue
        contact.own_agent = None if state.own_agent is None else self.floor.agents[state.own_agent]
        contact.own_until = state.own_until
        contact.draws = state.draws
        contact.phase = state.phase
        contact.entered_at = state.entered_at
        contact.waited_s = state.waited_s
        contact.stage = state.stage
        contact.tried = state.tried
        contact.agent = None if state.agent is None else self.floor.agents[state.agent]
        if state.answered_at is not None:
            contact.answered_at = state.answered_at
        contact.forecast = state.forecast
        set_entry(contact)
        self._into_cell(contact, state)

    def _into_cell(self, contact: Contact, state: ContactState) -> None:
        """One with an agent keeps what it asked for, to be shown."""
        queue = contact.queue
        key: CellKey = (state.cell.requirement, state.cell.reach, state.cell.only)
        if contact.phase is Phase.ASSIGNED:
            contact.cell = Cell(Lane(queue, contact.channel), key, label_of(key))
            return
        queue.line.add(contact.entry)
        contact.cell = find_or_make(queue.lanes[contact.channel], key)
        contact.cell.contacts += 1
        if state.indexed:
            add_waiting(contact)

    def _bonds(self, state: ContactState) -> None:
        floor = self.floor
        contact = floor.contacts[state.contact_id]
        contact.resting = None if state.resting is None else floor.contacts[state.resting]
        contact.max_wait = self._start(state.max_wait, Due.MAX_WAIT, contact)
        contact.widen = self._start(state.widen, Due.WIDENS, contact)
        contact.ring_next = self._start(state.ring_next, Due.RINGS_NEXT, contact)
        for each in state.offers:
            agent = floor.agents[each.agent_id]
            made = agent.offer = contact.offers[agent] = Offer(agent, contact, each.expires_at)
            timer = self._start(each.timer, Due.OFFER_EXPIRES, made)
            assert timer is not None
            made.timer = timer
        for refused in state.refusals:
            agent = floor.agents[refused.agent_id]
            refusal = agent.refused[contact] = contact.refused_by[agent] = Refusal(agent, contact, refused.since)
            refusal.lapse = self._start(refused.lapse, Due.REFUSAL_LAPSES, refusal)

    def _hands(self, state: AgentState) -> None:
        agent = self.floor.agents[state.config.agent_id]
        agent.work = {self.floor.contacts[contact_id]: None for contact_id in state.work}
        for each in state.wrap_ups:
            wrap_up = WrapUp.__new__(WrapUp)
            wrap_up.agent = agent
            wrap_up.contact_id = each.contact_id
            wrap_up.queue = self._queues[each.queue]
            wrap_up.started_at = each.started_at
            wrap_up.work_started_at = each.work_started_at
            wrap_up.deadline = each.deadline
            wrap_up.forced = each.forced
            wrap_up.timer = self._start(each.timer, Due.WRAP_UP_EXPIRES, wrap_up)
            agent.wrap_ups[each.contact_id] = wrap_up

    def _member_of(self, state: FairState) -> Member:
        agent = self.floor.agents.get(state.agent_id or "")
        if agent is None:
            nobody = AgentConfig("", {}, {})
            agent = Agent(nobody, table_for(Floor(), nobody.capacity), 0.0)
        if state.queue_id is None:
            return Member(agent, "", 0)
        return agent.members[state.queue_id]
