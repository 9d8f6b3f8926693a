"""What a simulation found: figures of queues, agents and intervals, and the counting that leads to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from acd.model import Activity, Presence, QueueConfig
from acd.shown import ServiceLevels

PERCENTILES = (50, 80, 90, 95, 99)
INTERVAL_S = 900.0


class Figures(Struct, frozen=True, kw_only=True):
    """Of the contacts that arrived after the warm-up. offered == answered + abandoned + overflowed + left + unresolved.

    offered: into the queue, from another one too; in total each contact once, and then `overflowed` is no part of the
      balance. left: given back (voicemail, callback, …). unresolved: still waiting when the simulation ended.
    waited: share of those offered that were not answered at once. percentiles, average_speed_of_answer_s: waits of
      those answered, over all queues. max_wait_s: of those answered or abandoned.
    abandonment: abandoned / (answered + abandoned). talk_s: mean conversation.
    wait_cost: sum over answered and abandoned contacts of cost x wait² / (2 x target wait), which generalised c-mu
      keeps low; see order.py. missed: offers that rang unanswered.
    """

    offered: float
    answered: float
    abandoned: float
    overflowed: float
    left: float
    unresolved: float
    missed: float
    service_levels: ServiceLevels
    average_speed_of_answer_s: float | None
    abandonment: float | None
    waited: float | None
    percentiles: Mapping[str, float]
    max_wait_s: float
    talk_s: float | None
    wait_cost: float


class Interval(Struct, frozen=True, kw_only=True):
    """15 minutes from `at` on, warm-up included. Contacts count when they came, were answered or left.

    service_level: of offered, by the contacts answered or abandoned in the interval. waiting: contacts in line, ready:
    agents who could take one, both as means over the interval.
    """

    at: float
    offered: float
    answered: float
    abandoned: float
    service_level: float | None
    waiting: float
    ready: float


class QueueReport(Struct, frozen=True, kw_only=True):
    queue_id: str
    figures: Figures
    intervals: tuple[Interval, ...]


class AgentReport(Struct, frozen=True, kw_only=True):
    """After the warm-up, until the end of the run. occupancy: handling_s / staffed_s (handling, or available), None
    when not staffed; offers that ring count as available."""

    agent_id: str
    handled: float
    handling_s: float
    staffed_s: float
    occupancy: float | None


class Report(Struct, frozen=True, kw_only=True):
    """One run. occupancy: of all agents together."""

    start: float
    duration_s: float
    warm_up_s: float
    occupancy: float | None
    total: Figures
    intervals: tuple[Interval, ...]
    queues: tuple[QueueReport, ...]
    agents: tuple[AgentReport, ...]


class Tally:
    """Counts of one queue; `target_s` is its service level's."""

    __slots__ = (
        "abandoned",
        "abandoned_in_target",
        "answered",
        "answered_in_target",
        "cost_factor",
        "delayed",
        "left",
        "max_wait_s",
        "missed",
        "offered",
        "overflowed",
        "talk_s",
        "talks",
        "target_s",
        "wait_cost",
        "waits",
    )

    def __init__(self, target_s: float, cost_factor: float = 0.0) -> None:
        self.target_s, self.cost_factor = target_s, cost_factor
        self.offered = self.answered = self.abandoned = self.overflowed = self.left = self.missed = 0
        self.answered_in_target = self.abandoned_in_target = self.delayed = self.talks = 0
        self.max_wait_s = self.talk_s = self.wait_cost = 0.0
        self.waits: list[float] = []

    def count_answer(self, waited_s: float) -> None:
        self.answered += 1
        self.waits.append(waited_s)
        if waited_s <= self.target_s:
            self.answered_in_target += 1
        if waited_s > 0.0:
            self._count_wait(waited_s)

    def count_abandon(self, waited_s: float) -> None:
        self.abandoned += 1
        if waited_s <= self.target_s:
            self.abandoned_in_target += 1
        self._count_wait(waited_s)

    def _count_wait(self, waited_s: float) -> None:
        self.delayed += 1
        self.wait_cost += self.cost_factor * waited_s * waited_s
        if waited_s > self.max_wait_s:
            self.max_wait_s = waited_s

    def figures(self, *, unresolved: int) -> Figures:
        waits = sorted(self.waits)
        handled = self.answered + self.abandoned
        return Figures(
            offered=self.offered,
            answered=self.answered,
            abandoned=self.abandoned,
            overflowed=self.overflowed,
            left=self.left,
            unresolved=unresolved,
            missed=self.missed,
            service_levels=self.service_levels(),
            average_speed_of_answer_s=sum(waits) / len(waits) if waits else None,
            abandonment=self.abandoned / handled if handled else None,
            waited=(self.offered - self.answered + self.delayed - self.abandoned) / self.offered
            if self.offered
            else None,
            percentiles={str(share): percentile(waits, share) for share in PERCENTILES} if waits else {},
            max_wait_s=self.max_wait_s,
            talk_s=self.talk_s / self.talks if self.talks else None,
            wait_cost=self.wait_cost,
        )

    def service_levels(self) -> ServiceLevels:
        good, late, quick = self.answered_in_target, self.abandoned, self.abandoned_in_target
        return ServiceLevels(
            of_offered=_share(good, self.answered + late),
            of_answered=_share(good, self.answered),
            abandons_ignored=_share(good, self.answered + late - quick),
            abandons_credited=_share(good + quick, self.answered + late),
        )


def tally_of(queue: QueueConfig) -> Tally:
    target_wait_s = queue.service_level_target_s if queue.target_wait_s is None else queue.target_wait_s
    return Tally(queue.service_level_target_s, queue.cost / (2 * target_wait_s) if target_wait_s > 0 else 0.0)


def total_of(tallies: Sequence[Tally], offered: int) -> Tally:
    """All queues as one; `offered` contacts came from outside."""
    total = Tally(0.0)
    total.offered = offered
    for tally in tallies:
        for name in ("answered", "abandoned", "overflowed", "left", "missed", "answered_in_target", "delayed"):
            setattr(total, name, getattr(total, name) + getattr(tally, name))
        for name in ("abandoned_in_target", "talks", "talk_s", "wait_cost"):
            setattr(total, name, getattr(total, name) + getattr(tally, name))
        total.max_wait_s = max(total.max_wait_s, tally.max_wait_s)
        total.waits += tally.waits
    return total


def percentile(ordered: Sequence[float], share: float) -> float:
    """Nearest rank: the smallest value that at least `share` per cent of them do not exceed."""
    rank = -(-len(ordered) * share // 100)
    return ordered[max(int(rank), 1) - 1]


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


class Slot:
    """What happens in one queue in the interval under way; `area` is contacts in line x seconds."""

    __slots__ = ("abandoned", "answered", "answered_in_target", "area", "offered", "since", "waiting")

    def __init__(self) -> None:
        self.offered = self.answered = self.answered_in_target = self.abandoned = self.waiting = 0
        self.area = self.since = 0.0

    def change_waiting(self, by: int, now: float) -> None:
        self.area += self.waiting * (now - self.since)
        self.since = now
        self.waiting += by

    def close(self, at: float, now: float, ready_s: float) -> Interval:
        """The interval from `at` until now, and a new one begins. ready_s: agents ready x seconds in it."""
        self.change_waiting(0, now)
        decided = self.answered + self.abandoned
        done = Interval(
            at=at,
            offered=self.offered,
            answered=self.answered,
            abandoned=self.abandoned,
            service_level=self.answered_in_target / decided if decided else None,
            waiting=self.area / (now - at),
            ready=ready_s / (now - at),
        )
        self.offered = self.answered = self.answered_in_target = self.abandoned = 0
        self.area = 0.0
        return done


class AgentTally:
    """One agent's time. planned: what its shift says. since: from when on its present state is still to be counted."""

    __slots__ = ("activity", "handled", "handling_s", "id", "planned", "presence", "ready_s", "since", "staffed_s")

    def __init__(self, agent_id: str) -> None:
        self.id = agent_id
        self.presence = Presence.OFF
        self.planned = Presence.OFF
        self.activity = Activity.IDLE
        self.since = self.ready_s = self.handling_s = self.staffed_s = 0.0
        self.handled = 0

    def settle(self, now: float) -> None:
        passed = now - self.since
        self.since = now
        if self.activity is Activity.BUSY or self.activity is Activity.WRAP_UP:
            self.handling_s += passed
            self.staffed_s += passed
        elif self.presence is Presence.AVAILABLE:
            self.staffed_s += passed
            if self.activity is Activity.IDLE:
                self.ready_s += passed

    def report(self) -> AgentReport:
        return AgentReport(
            agent_id=self.id,
            handled=self.handled,
            handling_s=self.handling_s,
            staffed_s=self.staffed_s,
            occupancy=self.handling_s / self.staffed_s if self.staffed_s else None,
        )


def sum_of(parts: Sequence[Interval], ready_s: float, length_s: float, good: float) -> Interval:
    """All queues' intervals as one. `good`: contacts answered within their target in it."""
    answered, abandoned = sum(part.answered for part in parts), sum(part.abandoned for part in parts)
    return Interval(
        at=parts[0].at,
        offered=sum(part.offered for part in parts),
        answered=answered,
        abandoned=abandoned,
        service_level=good / (answered + abandoned) if answered + abandoned else None,
        waiting=sum(part.waiting for part in parts),
        ready=ready_s / length_s,
    )
