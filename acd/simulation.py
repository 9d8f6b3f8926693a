"""A day in seconds: the routing engine itself, run on invented or recorded arrivals and agents in virtual time.

Time counts from 0, the start of the run. The run goes on after its end until nobody who counts is waiting any more,
DRAIN_S at the longest; agents and intervals are counted to the end only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from math import inf
from typing import Any

from acd import commands as do
from acd import events as ev
from acd.customers import Customer, customers
from acd.draws import Draw, drawer, source
from acd.engine import Engine
from acd.model import Presence, QueueConfig
from acd.scenario import BadScenario, Scenario, Staff, check
from acd.simulated import (
    INTERVAL_S,
    AgentReport,
    AgentTally,
    Interval,
    QueueReport,
    Report,
    Slot,
    sum_of,
    tally_of,
    total_of,
)

DRAIN_S = 4 * 3600.0
_STEPS = 100

# Any: each action and handler takes its own kind of argument, which who plans it vouches for.
Action = Callable[[Any, float], None]


class _Queue:
    """wrap_up None: as configured."""

    __slots__ = ("config", "intervals", "members", "slot", "tally", "wrap_up")

    def __init__(self, config: QueueConfig, wrap_up: Draw | None) -> None:
        self.config = config
        self.tally = tally_of(config)
        self.wrap_up = wrap_up
        self.slot = Slot()
        self.intervals: list[Interval] = []
        self.members: list[AgentTally] = []


def simulate(scenario: Scenario, progress: Callable[[float], None] | None = None) -> Report:
    """One run of the scenario. `progress` hears the share done about a hundred times; what it raises ends the run.

    Raises BadScenario.
    """
    simulation = Simulation(scenario)
    for share in simulation.run():
        if progress is not None:
            progress(share)
    return simulation.report()


class Simulation:
    """One run: `run` to its end, then `report`. Raises BadScenario when it cannot be."""

    def __init__(self, scenario: Scenario) -> None:
        check(scenario)
        self._scenario = scenario
        self._engine = Engine()
        self._heap: list[tuple[float, int, Action, Any]] = []
        self._seq = 0
        self._customers = customers(scenario)
        self._present: dict[str, Customer] = {}
        self._offered = 0
        self._open = 0
        self._ended_in = ""
        self._ringing: deque[tuple[Customer, str]] = deque()
        answering = scenario.answering
        self._delay = drawer(answering.delay, source(scenario.seed, "answer delay"))
        self._luck = source(scenario.seed, "missed offers").random
        self._queues = {queue.queue_id: _Queue(queue, self._wrap_up(queue.queue_id)) for queue in scenario.queues}
        self._agents = {staff.config.agent_id: AgentTally(staff.config.agent_id) for staff in scenario.agents}
        self._intervals: list[Interval] = []
        self._agent_reports: tuple[AgentReport, ...] = ()
        self._on: dict[type[ev.Event], Action] = {
            ev.ContactOffered: self._on_offered,
            ev.OfferAccepted: self._on_accepted,
            ev.OfferExpired: self._on_expired,
            ev.ContactAbandoned: self._on_abandoned,
            ev.ContactOverflowed: self._on_overflowed,
            ev.ContactLeftQueue: self._on_left,
            ev.ContactEnded: self._on_ended,
            ev.WorkInterrupted: self._on_interrupted,
            ev.WorkResumed: self._on_resumed,
            ev.WrapUpStarted: self._on_wrap_up,
            ev.AgentActivityChanged: self._on_activity,
            ev.AgentPresenceChanged: self._on_presence,
        }
        self._configure()
        self._plan()

    def run(self) -> Iterator[float]:
        """Yields the share done, between 0 and 1, about a hundred times. To cancel, ask for no more."""
        heap, duration_s = self._heap, self._scenario.duration_s
        next_deadline, tick = self._engine.next_deadline, self._engine.tick
        step_s, shown = duration_s / _STEPS, 0.0
        while True:
            at = heap[0][0] if heap else inf
            due = next_deadline()
            now = at if due is None or due > at else due
            if now > duration_s and (not self._open or now > duration_s + DRAIN_S):
                break
            if due is not None and due <= at:
                self._hear(tick(now), now)
            else:
                _, _, action, what = heappop(heap)
                action(what, now)
            if now >= shown:
                yield min(now / duration_s, 1.0)
                shown = now + step_s
        yield 1.0

    def report(self) -> Report:
        """The figures, once `run` has come to its end."""
        scenario, queues = self._scenario, self._queues
        unresolved = dict.fromkeys(queues, 0)
        for customer in self._present.values():
            if customer.waiting and customer.counts:
                unresolved[customer.queue_id] += 1
        total = total_of([queue.tally for queue in queues.values()], self._offered)
        handling_s = sum(agent.handling_s for agent in self._agent_reports)
        staffed_s = sum(agent.staffed_s for agent in self._agent_reports)
        return Report(
            start=scenario.start,
            duration_s=scenario.duration_s,
            warm_up_s=scenario.warm_up_s,
            occupancy=handling_s / staffed_s if staffed_s else None,
            total=total.figures(unresolved=sum(unresolved.values())),
            intervals=tuple(self._intervals),
            queues=tuple(
                QueueReport(
                    queue_id=queue_id,
                    figures=queue.tally.figures(unresolved=unresolved[queue_id]),
                    intervals=tuple(queue.intervals),
                )
                for queue_id, queue in queues.items()
            ),
            agents=self._agent_reports,
        )

    def _wrap_up(self, queue_id: str) -> Draw | None:
        traits = self._scenario.traits.get(queue_id)
        if traits is None or traits.wrap_up is None:
            return None
        return drawer(traits.wrap_up, source(self._scenario.seed, f"wrap-up in {queue_id}"))

    def _configure(self) -> None:
        scenario = self._scenario
        self._submit(do.ConfigureOrder(scenario.order), "order")
        for index, queue in enumerate(scenario.queues):
            self._submit(do.ConfigureQueue(queue), f"queues.{index}")
        for index, staff in enumerate(scenario.agents):
            self._submit(do.ConfigureAgent(staff.config), f"agents.{index}")
            for queue_id in staff.config.queues:
                if queue_id in self._queues:
                    self._queues[queue_id].members.append(self._agents[staff.config.agent_id])

    def _submit(self, command: do.Command, field: str) -> None:
        for event in self._engine.handle(command, 0.0):
            if isinstance(event, ev.CommandRefused):
                raise BadScenario(field, event.sentence)

    def _plan(self) -> None:
        duration_s = self._scenario.duration_s
        for staff in self._scenario.agents:
            self._plan_shifts(staff)
        self._plan_arrival()
        for number in range(1, int(duration_s / INTERVAL_S) + 1):
            self._at(number * INTERVAL_S, self._close_interval, (number - 1) * INTERVAL_S)
        if rest_s := duration_s % INTERVAL_S:
            self._at(duration_s, self._close_interval, duration_s - rest_s)
        if self._scenario.warm_up_s:
            self._at(self._scenario.warm_up_s, self._end_warm_up, None)
        self._at(duration_s, self._close_agents, None)

    def _plan_shifts(self, staff: Staff) -> None:
        agent = self._agents[staff.config.agent_id]
        for shift in staff.shifts:
            self._at(shift.from_s, self._set_presence, (agent, Presence.AVAILABLE, None))
            for pause in shift.pauses:
                self._at(pause.from_s, self._set_presence, (agent, Presence.PAUSED, pause.reason))
                self._at(pause.to_s, self._set_presence, (agent, Presence.AVAILABLE, None))
            if shift.to_s is not None:
                self._at(shift.to_s, self._set_presence, (agent, Presence.OFF, None))

    def _plan_arrival(self) -> None:
        customer = next(self._customers, None)
        if customer is not None:
            self._at(customer.at, self._enter, customer)

    def _at(self, at: float, action: Action, what: object) -> None:
        self._seq += 1
        heappush(self._heap, (at, self._seq, action, what))

    def _enter(self, customer: Customer, now: float) -> None:
        queue = self._queues[customer.queue_id]
        self._present[customer.id] = customer
        queue.slot.offered += 1
        queue.slot.change_waiting(1, now)
        customer.counts = now >= self._scenario.warm_up_s
        if customer.counts:
            self._open += 1
            self._offered += 1
            queue.tally.offered += 1
        command = do.EnqueueContact(
            customer.id, customer.queue_id, customer.channel, customer.priority, customer.skills
        )
        events = self._engine.handle(command, now)
        if events and isinstance(events[0], ev.CommandRefused):
            raise BadScenario("arrivals", events[0].sentence)
        self._hear(events, now)
        if customer.waiting and customer.patience_s < inf:
            self._at(now + customer.patience_s, self._lose_patience, customer)
        self._plan_arrival()

    def _lose_patience(self, customer: Customer, now: float) -> None:
        if customer.waiting:
            self._hear(self._engine.handle(do.AbandonContact(customer.id), now), now)

    def _answer(self, what: tuple[Customer, str], now: float) -> None:
        self._ringing.append(what)
        self._hear([], now)

    def _end(self, customer: Customer, now: float) -> None:
        if customer.ends_at == now:
            self._hear(self._engine.handle(do.EndContact(customer.id), now), now)

    def _finish_wrap_up(self, what: tuple[str, str], now: float) -> None:
        self._hear(self._engine.handle(do.CompleteWrapUp(*what), now), now)

    def _set_presence(self, what: tuple[AgentTally, Presence, str | None], now: float) -> None:
        agent, presence, reason = what
        agent.planned = presence
        self._hear(self._engine.handle(do.SetPresence(agent.id, presence, reason), now), now)

    def _come_back(self, agent: AgentTally, now: float) -> None:
        if agent.presence is Presence.NOT_RESPONDING and agent.planned is Presence.AVAILABLE:
            self._hear(self._engine.handle(do.SetPresence(agent.id, Presence.AVAILABLE), now), now)

    def _hear(self, events: list[ev.Event], now: float) -> None:
        """In their order; who answers at once does so after all of them have been heard."""
        on, ringing = self._on, self._ringing
        while True:
            for event in events:
                handler = on.get(type(event))
                if handler is not None:
                    handler(event, now)
            if not ringing:
                return
            customer, agent_id = ringing.popleft()
            # Refused when it rings there no more: the customer waits on, or somebody else was quicker.
            events = self._engine.handle(do.AcceptOffer(customer.id, agent_id), now) if customer.waiting else []

    def _on_offered(self, event: ev.ContactOffered, now: float) -> None:
        if self._scenario.answering.miss and self._luck() < self._scenario.answering.miss:
            return
        offer = (self._present[event.contact_id], event.agent_id)
        delay_s = self._delay()
        if delay_s <= 0.0:
            self._ringing.append(offer)
        elif now + delay_s < event.expires_at:
            self._at(now + delay_s, self._answer, offer)

    def _on_accepted(self, event: ev.OfferAccepted, now: float) -> None:
        customer, queue, waited_s = self._present[event.contact_id], self._queues[event.queue_id], event.waited_s
        customer.waiting = False
        customer.agent_id = event.agent_id
        customer.ends_at = now + customer.handling_s
        self._at(customer.ends_at, self._end, customer)
        slot = queue.slot
        slot.change_waiting(-1, now)
        slot.answered += 1
        if waited_s <= queue.tally.target_s:
            slot.answered_in_target += 1
        if customer.counts:
            self._open -= 1
            queue.tally.count_answer(waited_s)
            self._agents[event.agent_id].handled += 1

    def _on_expired(self, event: ev.OfferExpired, now: float) -> None:
        customer = self._present[event.contact_id]
        if customer.counts:
            self._queues[customer.queue_id].tally.missed += 1

    def _on_abandoned(self, event: ev.ContactAbandoned, now: float) -> None:
        customer, queue = self._present.pop(event.contact_id), self._queues[event.queue_id]
        customer.waiting = False
        queue.slot.change_waiting(-1, now)
        queue.slot.abandoned += 1
        if customer.counts:
            self._open -= 1
            queue.tally.count_abandon(event.waited_s)

    def _on_overflowed(self, event: ev.ContactOverflowed, now: float) -> None:
        customer = self._present[event.contact_id]
        before, after = self._queues[event.from_queue], self._queues[event.to_queue]
        customer.queue_id = event.to_queue
        before.slot.change_waiting(-1, now)
        after.slot.change_waiting(1, now)
        after.slot.offered += 1
        if customer.counts:
            before.tally.overflowed += 1
            after.tally.offered += 1

    def _on_left(self, event: ev.ContactLeftQueue, now: float) -> None:
        customer, queue = self._present.pop(event.contact_id), self._queues[event.queue_id]
        customer.waiting = False
        queue.slot.change_waiting(-1, now)
        if customer.counts:
            self._open -= 1
            queue.tally.left += 1

    def _on_ended(self, event: ev.ContactEnded, now: float) -> None:
        customer = self._present.pop(event.contact_id)
        self._ended_in = customer.queue_id
        if customer.counts:
            tally = self._queues[customer.queue_id].tally
            tally.talks += 1
            tally.talk_s += customer.handling_s

    def _on_interrupted(self, event: ev.WorkInterrupted, now: float) -> None:
        customer = self._present[event.contact_id]
        customer.rest_s, customer.ends_at = max(customer.ends_at - now, 0.0), -1.0

    def _on_resumed(self, event: ev.WorkResumed, now: float) -> None:
        customer = self._present[event.contact_id]
        customer.ends_at = now + customer.rest_s
        self._at(customer.ends_at, self._end, customer)

    def _on_wrap_up(self, event: ev.WrapUpStarted, now: float) -> None:
        """Timed wrap-up that is not cut short ends by the engine's own timer."""
        draw = self._queues[self._ended_in].wrap_up
        ends_at = event.deadline if draw is None else now + draw()
        if event.forced or (draw is not None and ends_at is not None and ends_at < (event.deadline or inf)):
            self._at(now if ends_at is None else ends_at, self._finish_wrap_up, (event.agent_id, event.contact_id))

    def _on_activity(self, event: ev.AgentActivityChanged, now: float) -> None:
        agent = self._agents[event.agent_id]
        agent.settle(now)
        agent.activity = event.activity

    def _on_presence(self, event: ev.AgentPresenceChanged, now: float) -> None:
        agent = self._agents[event.agent_id]
        agent.settle(now)
        agent.presence = event.presence
        if event.presence is Presence.NOT_RESPONDING:
            self._at(now + self._scenario.answering.returns_s, self._come_back, agent)

    def _close_interval(self, at: float, now: float) -> None:
        ready_s = 0.0
        for agent in self._agents.values():
            agent.settle(now)
            ready_s += agent.ready_s
        good = sum(queue.slot.answered_in_target for queue in self._queues.values())
        parts = []
        for queue in self._queues.values():
            parts.append(queue.slot.close(at, now, sum(agent.ready_s for agent in queue.members)))
            queue.intervals.append(parts[-1])
        self._intervals.append(sum_of(parts, ready_s, now - at, good))
        for agent in self._agents.values():
            agent.ready_s = 0.0

    def _end_warm_up(self, _: None, now: float) -> None:
        for agent in self._agents.values():
            agent.settle(now)
            agent.handling_s = agent.staffed_s = 0.0

    def _close_agents(self, _: None, now: float) -> None:
        for agent in self._agents.values():
            agent.settle(now)
        self._agent_reports = tuple(agent.report() for agent in self._agents.values())
