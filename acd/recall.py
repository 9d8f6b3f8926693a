"""The engine's state, built anew from the records of memory.py."""

from __future__ import annotations

from acd.bonds import Offer, Refusal, WrapUp
from acd.cells import add_waiting, find_or_make, label_of, open_lane, set_entry
from acd.commands import EnqueueContact
from acd.deadline import Due, Subject, Timer
from acd.estimates import WaitEstimator
from acd.floor import Floor
from acd.memory import (
    AgentState,
    ContactState,
    FairState,
    LaneState,
    MemberState,
    Memory,
    QueueState,
    TimerState,
)
from acd.model import AgentConfig, Phase
from acd.order import settle_order
from acd.seats import note
from acd.setup import apply_config, apply_membership, settle_members, table_for
from acd.state import Agent, Cell, CellKey, Contact, Lane, Member, Queue, Status


def recall(memory: Memory) -> Floor:
    """The floor that was remembered.

    Records that contradict each other raise LookupError, ValueError, AttributeError or AssertionError.
    """
    return _Loader(memory).floor


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
        queue.largest_weight = state.largest_weight
        queue.vacant = list(state.vacant)
        for place, agent_id in enumerate(state.seats):
            member = None if agent_id is None else queue.members[floor.agents[agent_id]]
            queue.seats.append(member)
            if member is not None:
                member.bit = 1 << place
                note(queue, member)
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
        if state.offers:
            contact.queue.ringing[contact] = None
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
            queue = self._queues[each.queue]
            wrap_up = WrapUp(
                agent, each.contact_id, queue, each.started_at, each.work_started_at, each.deadline, each.forced
            )
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
