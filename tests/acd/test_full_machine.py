"""Every feature at once, in any order: what must hold whatever is asked, found out by looking at everything.

`test_state_machine.py` holds plain queues against a ledger that decides by itself; here no choice is foretold, but all
strategies, capacities, tiers, relax steps and overflow rules meet each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from acd import commands as ask
from acd.capacity import CapacityTable
from acd.eligibility import combine, meets, relax
from acd.engine import Engine
from acd.events import CommandRefused, ContactOffered, Event, OfferAccepted
from acd.model import (
    DEFAULT_CAPACITY,
    LASTING,
    AgentConfig,
    Capacity,
    Membership,
    Order,
    Phase,
    Presence,
    QueueConfig,
    RelaxStep,
)
from acd.state import Agent, Contact
from acd.strategies import STRATEGIES
from tests.acd.full_center import (
    AGENTS,
    CHANNELS,
    CHATTY,
    QUEUES,
    agent_configs,
    agent_ids,
    picks,
    queue_configs,
    queue_ids,
    steps,
    wishes,
)


class FullMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine()
        self.now = 1000.0
        self.arrived = 0
        self.gone: set[str] = set()
        self.history: list[tuple[ask.Command | None, float, list[Event]]] = []

    @initialize(
        names=st.lists(st.sampled_from(sorted(STRATEGIES)), min_size=3, max_size=3),
        tier_delay_s=st.sampled_from([None, None, 5.0]),
        relaxing=steps,
        tiers=st.lists(st.integers(1, 3), min_size=4, max_size=4),
        capacity=st.sampled_from([DEFAULT_CAPACITY, CHATTY]),
        levels=st.lists(st.dictionaries(st.sampled_from(["x", "y"]), st.integers(1, 5)), min_size=4, max_size=4),
        queues=st.lists(queue_configs, max_size=2),
        agents=st.lists(agent_configs, max_size=1),
        order=st.sampled_from(Order),
    )
    def open(
        self,
        names: list[str],
        tier_delay_s: float | None,
        relaxing: tuple[RelaxStep, ...],
        tiers: list[int],
        capacity: Capacity,
        levels: list[dict[str, int]],
        queues: list[QueueConfig],
        agents: list[AgentConfig],
        order: Order,
    ) -> None:
        """Plain queues that everybody serves, so that most contacts find somebody; then a few odd ones."""
        self.do(ask.ConfigureOrder(order))
        plain = [
            QueueConfig(
                name,
                strategy,
                tier_delay_s=tier_delay_s,
                relax=relaxing,
                wrap_up_s=2.0,
                wrap_up_forced=False,
                fair_window_s=20.0,
            )
            for name, strategy in zip(QUEUES, names, strict=True)
        ]
        for queue in plain + queues:
            self.do(ask.ConfigureQueue(queue))
        able = [
            AgentConfig(name, skills, dict.fromkeys(QUEUES, Membership(tier=tier)), 2, capacity)
            for name, skills, tier in zip(AGENTS, levels, tiers, strict=True)
        ]
        for agent in able + agents:
            self.do(ask.ConfigureAgent(agent))
            self.do(ask.SetPresence(agent.agent_id, Presence.AVAILABLE))

    def do(self, command: ask.Command) -> None:
        self.take(command, self.engine.handle(command, self.now))
        self.tick_until(self.now)

    def take(self, command: ask.Command | None, events: list[Event]) -> None:
        if any(isinstance(event, CommandRefused) for event in events):
            assert len(events) == 1
            return
        self.history.append((command, self.now, events))

    def tick_until(self, until: float) -> None:
        for _ in range(500):
            deadline = self.engine.next_deadline()
            if deadline is None or deadline > until:
                break
            self.now = max(self.now, deadline)
            self.take(None, self.engine.tick(self.now))
        else:
            raise AssertionError("deadlines never come to an end")
        self.now = until

    @rule(
        queue_id=queue_ids,
        channel=st.sampled_from((*CHANNELS, *LASTING)),
        priority=st.integers(0, 2),
        skills=wishes,
        preferred=wishes,
        own=st.one_of(st.none(), st.none(), agent_ids),
        seed=st.one_of(st.none(), st.integers(0, 99)),
        times=st.integers(1, 3),
    )
    def enqueue(self, queue_id: str, own: str | None, times: int, **wish: object) -> None:
        for _ in range(times):
            self.arrived += 1
            contact_id = f"c{self.arrived}"
            self.do(ask.EnqueueContact(contact_id, queue_id, agent_id=own, agent_wait_s=6.0, **wish))  # type: ignore[arg-type]

    @rule(queue_id=queue_ids, channel=st.sampled_from((*CHANNELS, *LASTING)))
    def enqueue_plain(self, queue_id: str, channel: str) -> None:
        self.arrived += 1
        self.do(ask.EnqueueContact(f"c{self.arrived}", queue_id, channel))

    @rule()
    def everybody_accepts(self) -> None:
        for agent in self.agents():
            if agent.offer is not None:
                self.do(ask.AcceptOffer(agent.offer.contact.contact_id, agent.agent_id))

    @rule(seconds=st.sampled_from([0.0, 1.0, 3.0, 8.0, 25.0]))
    def wait(self, seconds: float) -> None:
        self.tick_until(self.now + seconds)

    @rule(pick=picks, accept=st.booleans())
    def answer(self, pick: int, accept: bool) -> None:
        ringing = [(agent.offer.contact.contact_id, agent.agent_id) for agent in self.agents() if agent.offer]
        if ringing:
            contact_id, agent_id = ringing[pick % len(ringing)]
            self.do((ask.AcceptOffer if accept else ask.RejectOffer)(contact_id, agent_id))

    @rule(pick=picks)
    def end(self, pick: int) -> None:
        held = [contact for contact in self.contacts() if contact.phase is Phase.ASSIGNED]
        if held:
            self.do(ask.EndContact(held[pick % len(held)].contact_id))

    @rule(pick=picks)
    def abandon(self, pick: int) -> None:
        line = [contact for contact in self.contacts() if contact.phase is not Phase.ASSIGNED]
        if line:
            self.do(ask.AbandonContact(line[pick % len(line)].contact_id))

    @rule(pick=picks, queue_id=queue_ids, keep=st.sampled_from([None, True, False]))
    def requeue(self, pick: int, queue_id: str, keep: bool | None) -> None:
        contacts = self.contacts()
        if contacts:
            self.do(ask.RequeueContact(contacts[pick % len(contacts)].contact_id, queue_id, keep))

    @rule(pick=picks, priority=st.integers(-1, 3))
    def prioritize(self, pick: int, priority: int) -> None:
        contacts = self.contacts()
        if contacts:
            self.do(ask.PrioritizeContact(contacts[pick % len(contacts)].contact_id, priority))

    @rule(pick=picks, extend=st.booleans())
    def wrap_up(self, pick: int, extend: bool) -> None:
        open_ones = [(agent.agent_id, contact_id) for agent in self.agents() for contact_id in agent.wrap_ups]
        if open_ones:
            agent_id, contact_id = open_ones[pick % len(open_ones)]
            self.do(ask.ExtendWrapUp(agent_id, contact_id, 5.0) if extend else ask.CompleteWrapUp(agent_id, contact_id))

    @rule(agent_id=agent_ids, presence=st.sampled_from(Presence))
    def set_presence(self, agent_id: str, presence: Presence) -> None:
        self.do(ask.SetPresence(agent_id, presence))

    @rule(
        often=st.integers(0, 2),
        command=st.one_of(
            st.builds(ask.ConfigureQueue, queue_configs),
            st.builds(ask.ConfigureAgent, agent_configs),
            st.builds(ask.RemoveQueue, queue_ids),
            st.builds(ask.RemoveAgent, agent_ids),
            st.builds(ask.ConfigureOrder, st.sampled_from(Order)),
            st.just(ask.ResetStatistics()),
        ),
    )
    def administer(self, often: int, command: ask.Command) -> None:
        """Now and then, or nothing else would come to anything."""
        if not often:
            self.do(command)

    def agents(self) -> list[Agent]:
        return list(self.engine.floor.agents.values())

    def contacts(self) -> list[Contact]:
        return list(self.engine.floor.contacts.values())

    @invariant()
    def everybody_agrees_on_who_has_what(self) -> None:
        for contact in self.contacts():
            for agent, made in contact.offers.items():
                assert agent.offer is made
                assert made.contact is contact
            if contact.phase is Phase.ASSIGNED:
                assert contact.agent is not None
                assert contact in contact.agent.work
                assert not contact.offers
                assert not contact.indexed
            else:
                assert contact.agent is None
                assert bool(contact.offers) == (contact.phase is Phase.OFFERED)
                assert contact.indexed or contact.offers, "who rings nowhere can be found"
        for agent in self.agents():
            if agent.offer is not None:
                assert agent.offer.contact.offers[agent] is agent.offer
            assert all(contact.agent is agent for contact in agent.work)
        held = [contact for agent in self.agents() for contact in agent.work]
        assert len(held) == len(set(held)) == sum(contact.phase is Phase.ASSIGNED for contact in self.contacts())

    @invariant()
    def a_contact_rings_at_one_agent_unless_its_queue_rings_more(self) -> None:
        for contact in self.contacts():
            if len(contact.offers) > 1:
                assert self.may_have_rung_more(contact)

    def may_have_rung_more(self, contact: Contact) -> bool:
        """The strategy may have been changed while it rang."""
        strategies = {
            command.config.strategy
            for command, _, _ in self.history
            if isinstance(command, ask.ConfigureQueue) and command.config.queue_id == contact.queue.queue_id
        }
        return bool(strategies & {"ring-all", "ring-progressively"})

    @invariant()
    def nobody_ready_and_nobody_waiting_stand_side_by_side(self) -> None:
        for contact in self.contacts():
            if contact.phase is not Phase.ASSIGNED and contact.indexed:
                assert [agent.agent_id for agent in self.could_have(contact)] == []

    def could_have(self, contact: Contact) -> Iterator[Agent]:
        for agent in self.agents():
            free = agent.presence is Presence.AVAILABLE and agent.offer is None and not agent.wrap_ups
            opened = CapacityTable(agent.config.capacity).open_channels(agent)
            free = free and agent.pending is None and contact not in agent.refused
            if free and contact.channel in opened and self.eligible(contact, agent):
                yield agent

    def eligible(self, contact: Contact, agent: Agent) -> bool:
        membership = agent.config.queues.get(contact.queue.queue_id)
        if membership is None:
            return False
        if contact.own_agent is not None:
            return contact.own_agent is agent
        config = contact.queue.config
        waited_s = self.now - contact.entered_at
        passed = [step for step in config.relax if step.after_s <= waited_s]
        wish = combine(config.required_skills, contact.skills)
        wish = relax(wish, sum(step.level_down for step in passed), [name for step in passed for name in step.drop])
        tiered = config.tier_delay_s is not None or any(step.reach is not None for step in config.relax)
        reach = 1.0 if tiered else inf
        if config.tier_delay_s is not None:
            reach += waited_s // config.tier_delay_s
        reach = max([reach, *(step.reach for step in passed if step.reach is not None)])
        return membership.tier <= reach and meets(agent.skills, wish)

    @invariant()
    def nobody_works_beyond_capacity(self) -> None:
        """What is in hand stays when a profile is changed, so only agents whose profile never was are looked at."""
        changed = {
            command.config.agent_id
            for number, (command, _, _) in enumerate(self.history)
            if isinstance(command, ask.ConfigureAgent)
            and any(
                isinstance(other, ask.ConfigureAgent) and other.config.agent_id == command.config.agent_id
                for other, _, _ in self.history[:number]
            )
        }
        for agent in self.agents():
            if agent.agent_id in changed:
                continue
            capacity = agent.config.capacity
            working = [capacity.channels[contact.channel] for contact in agent.work if contact.resting is None]
            assert sum(each.units for each in working) <= capacity.units
            for name, channel in capacity.channels.items():
                assert sum(contact.channel == name for contact in agent.work) <= channel.max

    @invariant()
    def lines_are_in_order_and_complete(self) -> None:
        for queue in self.engine.floor.queues.values():
            line = list(queue.line)
            expected = [contact for contact in self.contacts() if contact.queue is queue]
            expected = [contact for contact in expected if contact.phase is not Phase.ASSIGNED]
            ageing = queue.config.ageing_s
            expected.sort(
                key=lambda contact: (
                    -contact.priority + (contact.clock / ageing if ageing else 0.0),
                    contact.clock,
                    contact.seq,
                )
            )
            assert line == expected
            view = self.engine.queue_view(queue.queue_id, self.now)
            assert view.waiting == len(line)
            assert set(queue.ringing) == {contact for contact in line if contact.phase is Phase.OFFERED}
            lasting = [contact for contact in line if contact.channel in LASTING]
            others = [contact for contact in line if contact.channel not in LASTING]
            since = min((contact.clock for contact in others if contact.clock <= self.now), default=None)
            assert (view.lasting, view.longest_wait_since) == (len(lasting), since)
            heads = [(place, each) for place, each in enumerate(line, 1) if each in lasting[:2] or each in others[:2]]
            first = self.engine.first_waiting(queue.queue_id, 2)
            assert [(each.position, each.contact_id) for each in first] == [(n, each.contact_id) for n, each in heads]
            assert queue.staffed.bit_count() == view.agents_ready + view.agents_busy

    @invariant()
    def every_deadline_is_ahead(self) -> None:
        deadline = self.engine.next_deadline()
        assert deadline is None or deadline > self.now

    def teardown(self) -> None:
        self.one_contact_one_agent()
        replay = Engine()
        for command, now, events in self.history:
            assert (replay.tick(now) if command is None else replay.handle(command, now)) == events
        for contact in self.contacts():
            if contact.contact_id in self.engine.contact_ids():
                held = contact.phase is Phase.ASSIGNED
                self.do(ask.EndContact(contact.contact_id) if held else ask.AbandonContact(contact.contact_id))
        for agent in self.agents():
            for contact_id in list(agent.wrap_ups):
                self.do(ask.CompleteWrapUp(agent.agent_id, contact_id))
        self.tick_until(self.now + 1000)
        held_now = self.engine.holdings()
        assert (held_now["contacts"], held_now["in_line"], held_now["refusals"], held_now["timers"]) == (0, 0, 0, 0)

    def one_contact_one_agent(self) -> None:
        """Over the whole history: nobody accepts what another one has, and only what rang there."""
        ringing: set[tuple[str, str]] = set()
        having: dict[str, str] = {}
        for _, _, events in self.history:
            for event in events:
                if isinstance(event, ContactOffered):
                    assert event.contact_id not in having
                    ringing.add((event.contact_id, event.agent_id))
                elif isinstance(event, OfferAccepted):
                    assert (event.contact_id, event.agent_id) in ringing
                    assert event.contact_id not in having
                    having[event.contact_id] = event.agent_id
                elif type(event).__name__ in ("ContactEnded", "ContactQueued"):
                    having.pop(getattr(event, "contact_id"), None)  # noqa: B009


TestEverything = FullMachine.TestCase
TestEverything.settings = settings(
    max_examples=200, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
