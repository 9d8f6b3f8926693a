"""The figures of a day as it really was, counted as a simulation counts its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from acd.model import Activity, Presence
from acd.scenario import Scenario, Shift
from acd.simulated import INTERVAL_S, AgentTally, Interval, QueueReport, Report, Slot, sum_of, tally_of, total_of
from contactcenter.whatif.absences import Span


@dataclass(slots=True)
class Contact:
    """One interaction that was queued. Moments are seconds from the begin of the run. unoffered: when it waited and
    rang nowhere. missed: offers that rang unanswered."""

    at: float
    ended_at: float
    channel: str
    queue_id: str
    last_queue_id: str
    agent_id: str | None
    answered_at: float | None
    abandoned: bool
    wrapped_up_at: float = 0.0
    missed: int = 0
    unoffered: list[Span] = field(default_factory=list)

    @property
    def waited_s(self) -> float:
        return max((self.ended_at if self.answered_at is None else self.answered_at) - self.at, 0.0)

    def shift(self, by_s: float) -> None:
        self.at += by_s
        self.ended_at += by_s
        self.wrapped_up_at += by_s
        if self.answered_at is not None:
            self.answered_at += by_s
        self.unoffered = [(start + by_s, end + by_s) for start, end in self.unoffered]


def retell(contacts: Sequence[Contact], scenario: Scenario) -> Report:
    """`scenario` gives the queues, the agents with their shifts, and the length of the day."""
    return _Retelling(contacts, scenario).report()


class _Retelling:
    def __init__(self, contacts: Sequence[Contact], scenario: Scenario) -> None:
        self._scenario = scenario
        self._tallies = {queue.queue_id: tally_of(queue) for queue in scenario.queues}
        self._slots = {queue.queue_id: Slot() for queue in scenario.queues}
        self._intervals: dict[str, list[Interval]] = {queue.queue_id: [] for queue in scenario.queues}
        self._total: list[Interval] = []
        self._agents = {staff.config.agent_id: AgentTally(staff.config.agent_id) for staff in scenario.agents}
        self._members = {
            queue_id: [self._agents[each.config.agent_id] for each in scenario.agents if queue_id in each.config.queues]
            for queue_id in self._slots
        }
        self._in_hand: dict[str, list[int]] = {agent_id: [0, 0] for agent_id in self._agents}
        self._steps: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        for contact in contacts:
            self._plan_contact(contact)
        for staff in scenario.agents:
            for shift in staff.shifts:
                self._plan_shift(staff.config.agent_id, shift)
        whole = int(scenario.duration_s / INTERVAL_S)
        self._steps += [((n + 1) * INTERVAL_S, 3, self._close, (n * INTERVAL_S,)) for n in range(whole)]
        self._contacts = len(contacts)

    def report(self) -> Report:
        for at, _, step, what in sorted(self._steps, key=lambda each: each[:2]):
            step(at, *what)
        total = total_of(list(self._tallies.values()), self._contacts)
        agents = tuple(agent.report() for agent in self._agents.values())
        staffed_s = sum(agent.staffed_s for agent in agents)
        return Report(
            start=self._scenario.start,
            duration_s=self._scenario.duration_s,
            warm_up_s=0.0,
            occupancy=sum(agent.handling_s for agent in agents) / staffed_s if staffed_s else None,
            total=total.figures(unresolved=0),
            intervals=tuple(self._total),
            queues=tuple(
                QueueReport(
                    queue_id=queue_id, figures=tally.figures(unresolved=0), intervals=tuple(self._intervals[queue_id])
                )
                for queue_id, tally in self._tallies.items()
            ),
            agents=agents,
        )

    def _plan_shift(self, agent_id: str, shift: Shift) -> None:
        end = self._scenario.duration_s if shift.to_s is None else shift.to_s
        self._steps.append((shift.from_s, 0, self._presence, (agent_id, Presence.AVAILABLE)))
        for pause in shift.pauses:
            self._steps.append((pause.from_s, 0, self._presence, (agent_id, Presence.PAUSED)))
            self._steps.append((pause.to_s, 0, self._presence, (agent_id, Presence.AVAILABLE)))
        self._steps.append((end, 2, self._presence, (agent_id, Presence.OFF)))

    def _plan_contact(self, contact: Contact) -> None:
        self._steps.append((contact.at, 1, self._arrived, (contact,)))
        if contact.answered_at is not None:
            self._steps.append((contact.answered_at, 1, self._answered, (contact,)))
            self._steps.append((contact.ended_at, 1, self._ended, (contact,)))
            self._steps.append((contact.wrapped_up_at, 1, self._wrapped_up, (contact,)))
        else:
            self._steps.append((contact.ended_at, 1, self._gone, (contact,)))

    def _arrived(self, at: float, contact: Contact) -> None:
        """A contact that overflowed is counted in both queues, and waits in the last from the begin."""
        tally = self._tallies[contact.queue_id]
        tally.offered += 1
        if contact.last_queue_id != contact.queue_id:
            tally.overflowed += 1
            self._tallies[contact.last_queue_id].offered += 1
        self._tallies[contact.last_queue_id].missed += contact.missed
        slot = self._slots[contact.last_queue_id]
        slot.offered += 1
        slot.change_waiting(1, at)

    def _answered(self, at: float, contact: Contact) -> None:
        tally, slot = self._tallies[contact.last_queue_id], self._slots[contact.last_queue_id]
        tally.count_answer(contact.waited_s)
        slot.change_waiting(-1, at)
        slot.answered += 1
        slot.answered_in_target += contact.waited_s <= tally.target_s
        tally.talks += 1
        tally.talk_s += contact.ended_at - at
        if contact.agent_id in self._agents:
            self._agents[contact.agent_id].handled += 1
            self._hold(at, contact.agent_id, 0, 1)

    def _ended(self, at: float, contact: Contact) -> None:
        if contact.agent_id in self._agents:
            self._hold(at, contact.agent_id, 0, -1)
            self._hold(at, contact.agent_id, 1, 1)

    def _wrapped_up(self, at: float, contact: Contact) -> None:
        if contact.agent_id in self._agents:
            self._hold(at, contact.agent_id, 1, -1)

    def _gone(self, at: float, contact: Contact) -> None:
        tally, slot = self._tallies[contact.last_queue_id], self._slots[contact.last_queue_id]
        slot.change_waiting(-1, at)
        if contact.abandoned:
            slot.abandoned += 1
            tally.count_abandon(contact.waited_s)
        else:
            tally.left += 1

    def _hold(self, at: float, agent_id: str, which: int, by: int) -> None:
        """One conversation (0) or wrap-up (1) more or less in the agent's hands."""
        hands, agent = self._in_hand[agent_id], self._agents[agent_id]
        agent.settle(at)
        hands[which] += by
        agent.activity = Activity.BUSY if hands[0] else Activity.WRAP_UP if hands[1] else Activity.IDLE

    def _presence(self, at: float, agent_id: str, presence: Presence) -> None:
        agent = self._agents[agent_id]
        agent.settle(at)
        agent.presence = presence

    def _close(self, now: float, at: float) -> None:
        for agent in self._agents.values():
            agent.settle(now)
        good = sum(slot.answered_in_target for slot in self._slots.values())
        parts = []
        for queue_id, slot in self._slots.items():
            parts.append(slot.close(at, now, sum(agent.ready_s for agent in self._members[queue_id])))
            self._intervals[queue_id].append(parts[-1])
        ready_s = sum(agent.ready_s for agent in self._agents.values())
        self._total.append(sum_of(parts, ready_s, now - at, good))
        for agent in self._agents.values():
            agent.ready_s = 0.0
