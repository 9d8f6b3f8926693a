"""Any commands in any order: what the engine does is held against the ledger, which decides by scanning."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from acd import commands as ask
from acd.cells import SPARE_CELLS
from acd.engine import Engine
from acd.events import CommandRefused, Event
from acd.model import Activity, AgentConfig, Phase, Presence, QueueConfig, SkillRequirement, Target, members
from tests.acd.ledger import Ledger
from tests.acd.room import max_wait, to

QUEUES = ("q1", "q2", "q3")
AGENTS = ("a1", "a2", "a3", "a4")
ABLE = {"x": 3, "y": 3}
CONTACTS = tuple(f"c{number}" for number in range(8))

queue_ids = st.sampled_from(QUEUES)
agent_ids = st.sampled_from(AGENTS)
contact_ids = st.sampled_from(CONTACTS)
needs = st.lists(st.builds(SkillRequirement, st.sampled_from(["x", "y"]), st.integers(1, 3)), max_size=2).map(tuple)
lapses = st.sampled_from([None, 2.0, 15.0])
queue_configs = st.builds(
    QueueConfig,
    queue_ids,
    strategy=st.sampled_from(["longest-idle", "round-robin"]),
    required_skills=st.one_of(st.just(()), needs),
    ring_timeout_s=st.sampled_from([5.0, 10.0]),
    wrap_up_s=st.sampled_from([0.0, 7.0]),
    wrap_up_forced=st.booleans(),
    overflow=st.builds(
        max_wait, st.sampled_from([None, 4.0, 5.0, 12.0]), st.sampled_from([Target(), to("q1"), to("q2")])
    ),
    service_level_target_s=st.just(6.0),
    weight=st.integers(0, 1),
    refusal_lapse_s=lapses,
)
agent_configs = st.builds(
    AgentConfig,
    agent_ids,
    st.dictionaries(st.sampled_from(["x", "y"]), st.integers(1, 3)),
    st.frozensets(queue_ids, min_size=1).map(lambda ids: members(*sorted(ids))),
    st.integers(1, 2),
)


class EngineMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine()
        self.ledger = Ledger()
        self.now = 1000.0
        self.history: list[tuple[ask.Command | None, float, list[Event]]] = []

    def do(self, command: ask.Command) -> None:
        before = self.snapshot()
        events = self.engine.handle(command, self.now)
        if events and isinstance(events[0], CommandRefused):
            assert len(events) == 1
            assert self.snapshot() == before
            return
        self.record(command, events)
        self.tick_until(self.now)

    def record(self, command: ask.Command | None, events: list[Event]) -> None:
        assert all(event.at == self.now for event in events)
        self.history.append((command, self.now, events))
        self.ledger.take(events)

    def snapshot(self) -> list[Any]:
        engine = self.engine
        return [
            [(engine.queue_view(queue_id, self.now), engine.waiting(queue_id)) for queue_id in engine.queue_ids()],
            [engine.agent_view(agent_id) for agent_id in engine.agent_ids()],
            [engine.contact_view(contact_id) for contact_id in engine.contact_ids()],
            engine.next_deadline(),
            engine.holdings(),
        ]

    @initialize(
        strategy=st.sampled_from(["longest-idle", "round-robin"]),
        weights=st.tuples(*[st.integers(0, 1)] * len(QUEUES)),
        max_wait_s=st.sampled_from([None, 5.0]),
        refusal_lapse_s=lapses,
        staff=st.lists(st.sampled_from([{}, {"x": 1}, ABLE, ABLE]), min_size=1, max_size=len(AGENTS)),
        agents=st.lists(agent_configs, max_size=1),
        queues=st.lists(queue_configs, max_size=2),
    )
    def open(
        self,
        strategy: str,
        weights: tuple[int, ...],
        max_wait_s: float | None,
        refusal_lapse_s: float | None,
        staff: list[dict[str, int]],
        agents: list[AgentConfig],
        queues: list[QueueConfig],
    ) -> None:
        """Plain queues and agents for all of them, so that several fit one contact, then a few odd ones in their place.
        Few agents, so that contacts wait and refusals matter."""
        plain = [
            QueueConfig(
                queue_id,
                strategy,
                weight=weight,
                overflow=max_wait(max_wait_s),
                refusal_lapse_s=refusal_lapse_s,
                wrap_up_forced=False,
                wrap_up_s=weight,
            )
            for queue_id, weight in zip(QUEUES, weights, strict=True)
        ]
        able = [
            AgentConfig(agent_id, skills, members(*QUEUES), 2) for agent_id, skills in zip(AGENTS, staff, strict=False)
        ]
        for queue in plain + queues:
            self.do(ask.ConfigureQueue(queue))
        for agent in able + agents:
            self.do(ask.ConfigureAgent(agent))
            self.do(ask.SetPresence(agent.agent_id, Presence.AVAILABLE))

    @rule(
        command=st.one_of(
            queue_configs.map(ask.ConfigureQueue),
            agent_configs.map(ask.ConfigureAgent),
            queue_ids.map(ask.RemoveQueue),
            agent_ids.map(ask.RemoveAgent),
        )
    )
    def administer(self, command: ask.Command) -> None:
        self.do(command)

    @rule(
        queue_id=queue_ids,
        change=st.one_of(
            st.fixed_dictionaries({"required_skills": needs}),
            st.fixed_dictionaries({"strategy": st.sampled_from(["longest-idle", "round-robin"])}),
            st.fixed_dictionaries({"weight": st.integers(0, 1)}),
            st.fixed_dictionaries({"overflow": st.builds(max_wait, st.sampled_from([None, 4.0, 12.0]))}),
        ),
    )
    def change_queue(self, queue_id: str, change: dict[str, Any]) -> None:
        if queue_id in self.ledger.queues:
            self.do(ask.ConfigureQueue(msgspec.structs.replace(self.ledger.queues[queue_id], **change)))

    @rule(agent_id=agent_ids)
    def pause_and_return(self, agent_id: str) -> None:
        self.do(ask.SetPresence(agent_id, Presence.PAUSED))
        self.do(ask.SetPresence(agent_id, Presence.AVAILABLE))

    @rule(presence=st.sampled_from(Presence))
    def set_everybody(self, presence: Presence) -> None:
        for agent_id in self.engine.agent_ids():
            self.do(ask.SetPresence(agent_id, presence))

    @rule(agent_id=agent_ids, presence=st.sampled_from([*Presence, Presence.AVAILABLE, Presence.AVAILABLE]))
    def set_presence(self, agent_id: str, presence: Presence) -> None:
        self.do(ask.SetPresence(agent_id, presence))

    @rule(
        contact_id=contact_ids,
        queue_id=queue_ids,
        priority=st.integers(0, 2),
        skills=needs,
        max_wait_s=st.sampled_from([None, None, 3.0, 9.0]),
    )
    def enqueue(
        self,
        contact_id: str,
        queue_id: str,
        priority: int,
        skills: tuple[SkillRequirement, ...],
        max_wait_s: float | None,
    ) -> None:
        ledger = self.ledger
        ledger.new_priority, ledger.new_skills, ledger.new_max_wait_s = priority, skills, max_wait_s
        self.do(
            ask.EnqueueContact(contact_id, queue_id, priority=priority, skills=skills, max_wait_s=max_wait_s),
        )

    @rule(contact_id=contact_ids, queue_id=queue_ids)
    def enqueue_plain(self, contact_id: str, queue_id: str) -> None:
        self.enqueue(contact_id, queue_id, 0, (), None)

    @rule(
        pick=st.integers(0, 7),
        queue_id=queue_ids,
        keep_clock=st.booleans(),
        priority=st.one_of(st.none(), st.integers(0, 2)),
    )
    def requeue(self, pick: int, queue_id: str, keep_clock: bool, priority: int | None) -> None:
        known = list(self.ledger.contacts)
        contact_id = known[pick % len(known)] if known else CONTACTS[pick]
        self.ledger.new_priority, self.ledger.requeue_keeps_clock = priority, keep_clock
        self.do(ask.RequeueContact(contact_id, queue_id, keep_clock, priority))

    @rule(pick=st.integers(0, 7))
    def abandon(self, pick: int) -> None:
        line = self.ledger.in_line()
        self.do(ask.AbandonContact(line[pick % len(line)] if line else CONTACTS[pick]))

    @rule(contact_id=contact_ids, agent_id=agent_ids, accept=st.booleans())
    def answer_a_guess(self, contact_id: str, agent_id: str, accept: bool) -> None:
        self.do((ask.AcceptOffer if accept else ask.RejectOffer)(contact_id, agent_id))

    @rule(pick=st.integers(0, 7), accept=st.booleans())
    def answer_offer(self, pick: int, accept: bool) -> None:
        offers = [(key, contact.offered_to) for key, contact in self.ledger.contacts.items() if contact.offered_to]
        if offers:
            contact_id, agent_id = offers[pick % len(offers)]
            self.do((ask.AcceptOffer if accept else ask.RejectOffer)(contact_id, agent_id))

    @rule(pick=st.integers(0, 7))
    def everybody_rejects(self, pick: int) -> None:
        """One contact goes the round of all ready agents."""
        line = self.ledger.in_line()
        contact_id = line[pick % len(line)] if line else None
        while contact_id in self.ledger.contacts and (agent_id := self.ledger.contacts[contact_id].offered_to):
            self.do(ask.RejectOffer(contact_id, agent_id))

    @rule(pick=st.integers(0, 7))
    def end(self, pick: int) -> None:
        assigned = [contact_id for contact_id, contact in self.ledger.contacts.items() if contact.agent]
        self.do(ask.EndContact(assigned[pick % len(assigned)] if assigned else CONTACTS[pick]))

    @rule(agent_id=agent_ids, seconds=st.sampled_from([0.0, 3.0, 20.0]))
    def wrap_up(self, agent_id: str, seconds: float) -> None:
        """0 seconds: complete; otherwise extend."""
        wrapped = next((view for view in self.agent_views() if view.agent_id == agent_id and view.wrap_up), None)
        contact_id = wrapped.contact_id if wrapped else None
        self.do(
            ask.ExtendWrapUp(agent_id, contact_id or "c0", seconds)
            if seconds
            else ask.CompleteWrapUp(agent_id, contact_id or "c0")
        )

    @rule(seconds=st.sampled_from([0.0, 1.0, 3.0, 8.0, 30.0]))
    def wait(self, seconds: float) -> None:
        self.tick_until(self.now + seconds)

    def tick_until(self, until: float) -> None:
        """Like a driver that is never late."""
        for _ in range(1000):
            deadline = self.engine.next_deadline()
            if deadline is None or deadline > until:
                break
            self.now = max(self.now, deadline)
            self.record(None, self.engine.tick(self.now))
        else:
            raise AssertionError("deadlines never come to an end")
        self.now = until

    def agent_views(self) -> list[Any]:
        return [self.engine.agent_view(agent_id) for agent_id in self.engine.agent_ids()]

    @invariant()
    def nobody_ready_and_nobody_waiting_stand_side_by_side(self) -> None:
        ledger = self.ledger
        pairs = [(a, c) for a in ledger.ready() for c in ledger.waiting() if ledger.may_ring(a, c)]
        assert pairs == []

    @invariant()
    def one_contact_per_agent_and_one_agent_per_contact(self) -> None:
        holders = Counter(c.offered_to or c.agent for c in self.ledger.contacts.values() if c.offered_to or c.agent)
        assert all(count == 1 for count in holders.values())
        for view in self.agent_views():
            engaged = view.activity in (Activity.OFFERED, Activity.BUSY)
            assert engaged == (view.agent_id in holders)
            assert (view.activity is Activity.IDLE) == (view.contact_id is None)
            assert (view.activity is Activity.WRAP_UP) == (view.wrap_up is not None)

    @invariant()
    def no_contact_is_lost(self) -> None:
        assert set(self.engine.contact_ids()) == set(self.ledger.contacts)
        for contact_id, contact in self.ledger.contacts.items():
            view = self.engine.contact_view(contact_id)
            rings_at = (contact.offered_to,) if contact.offered_to else ()
            assert (view.offered_to, view.agent_id, view.queue_id) == (rings_at, contact.agent, contact.queue)
            assert view.phase is (
                Phase.ASSIGNED if contact.agent else Phase.OFFERED if contact.offered_to else Phase.WAITING
            )

    @invariant()
    def views_equal_a_scan(self) -> None:
        ledger = self.ledger
        assert set(self.engine.queue_ids()) == set(ledger.queues)
        for queue_id in ledger.queues:
            view = self.engine.queue_view(queue_id, self.now)
            line = ledger.in_line(queue_id)
            assert [contact.contact_id for contact in self.engine.waiting(queue_id)] == line
            assert [self.engine.position(contact_id) for contact_id in line] == list(range(1, len(line) + 1))
            since = min((ledger.contacts[contact_id].clock[0] for contact_id in line), default=None)
            assert (view.waiting, view.longest_wait_since) == (len(line), since)
            counts = ledger.counts[queue_id]
            for name, value in vars(counts).items():
                assert getattr(view, name) == value, name
            assert view.offered == (
                view.answered + view.abandoned + view.overflowed + view.left + view.moved + view.waiting
            )
            members = [agent for agent in ledger.agents.values() if queue_id in agent.config.queues]
            idle = Counter(agent.presence for agent in members if agent.activity is Activity.IDLE)
            at_work = sum(agent.activity is not Activity.IDLE for agent in members)
            assert (view.agents_ready, view.agents_busy) == (idle[Presence.AVAILABLE], at_work)
            assert (view.agents_paused, view.agents_off) == (idle[Presence.PAUSED], idle[Presence.OFF])
            assert view.agents_not_responding == idle[Presence.NOT_RESPONDING]

    @invariant()
    def the_next_deadline_is_the_earliest_by_scan(self) -> None:
        ledger = self.ledger
        expected = [c.expires_at for c in ledger.contacts.values() if c.expires_at is not None]
        expected += [a.wrap_up_until for a in ledger.agents.values() if a.wrap_up_until is not None]
        expected += [at for a in ledger.agents.values() for at in a.refused.values() if at is not None]
        for contact_id in ledger.in_line():
            contact = ledger.contacts[contact_id]
            limit = ledger.limit(contact)
            assert limit is None or limit > self.now or contact.offered_to, "nobody waits past the limit"
            if limit is not None and limit > self.now:
                expected.append(limit)
        assert self.engine.next_deadline() == min(expected, default=None)

    def teardown(self) -> None:
        replay = Engine()
        for command, now, events in self.history:
            again = replay.tick(now) if command is None else replay.handle(command, now)
            assert again == events
        for contact_id in list(self.ledger.contacts):
            if contact_id in self.engine.contact_ids():
                assigned = self.engine.contact_view(contact_id).phase is Phase.ASSIGNED
                self.do(ask.EndContact(contact_id) if assigned else ask.AbandonContact(contact_id))
        for view in self.agent_views():
            if view.wrap_up is not None:
                self.do(ask.CompleteWrapUp(view.agent_id, view.wrap_up.contact_id))
        held = self.engine.holdings()
        assert held.pop("timer_entries") <= 64
        assert held.pop("cells") <= SPARE_CELLS * len(QUEUES)
        assert set(held.values()) == {0}


TestEngine = EngineMachine.TestCase
TestEngine.settings = settings(
    max_examples=150, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
