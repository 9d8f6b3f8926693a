"""How long a ticket has waited, against what was promised: a pure function over its history.

Three clocks, as helpdesks know them. **First response** runs from the making of the ticket to the first public reply of
an agent, **next response** from the first word of the customer since to the next such reply, **resolution** from the
making until it is done, on again when it is reopened. A clock counts the open seconds of the calendar that its policy
had at the time; it stands still in states that pause it, while the ticket is done, and where no policy promises
anything. What was counted is never counted anew: a change of priority, policy or calendar changes what is promised and
what counts from then on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Literal

from acd.calendar import Calendar, add_open_seconds, open_seconds
from contactcenter.tickets.model import DONE, Priority, StateClass

EPSILON_S = 1e-6
"""Two ways to add up the same open time differ by rounding."""


class ClockKind(StrEnum):
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


Targets = Mapping[ClockKind, float]
"""Open seconds promised; a clock that is not named promises nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version. `pauses`: states in which its clocks stand still. `calendar` None: every second counts. `points`: at
    which shares of a target something is to happen; 1 is the breach, and is always among them."""

    targets: Mapping[Priority, Targets]
    pauses: frozenset[str] = frozenset()
    calendar: Calendar | None = None
    points: frozenset[float] = frozenset()

    def promised(self, kind: ClockKind, priority: Priority) -> float | None:
        return self.targets.get(priority, {}).get(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """How the ticket stood from `at` (unix seconds) on, and who spoke publicly just then. `policy` names a version."""

    at: float
    state: str
    state_class: StateClass
    priority: Priority
    policy: str | None
    spoke: Literal["agent", "customer"] | None = None


Why = Literal["counts", "paused", "done", "unpromised"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of the explanation: from one moment to another the clock counted so many seconds, or why none."""

    start: float
    end: float
    counted_s: float
    why: Why
    state: str


State = Literal["idle", "running", "paused", "met", "missed"]


@dataclass(slots=True, kw_only=True)
class Clock:
    """`idle`: has not begun, or nothing is promised. `due_at`: when it breaks if nothing changes. `next_at`: when the
    next point of the policy is reached. `missed_before`: earlier rounds of it that were late (next response)."""

    kind: ClockKind
    state: State = "idle"
    counted_s: float = 0.0
    target_s: float | None = None
    due_at: float | None = None
    next_at: float | None = None
    done_at: float | None = None
    late_since: float | None = None
    round: int = 0
    missed_before: int = 0
    stretches: list[Stretch] = field(default_factory=list)
    _active: bool = False

    @property
    def share(self) -> float:
        """How much of what was promised is used up; 0 where nothing is."""
        if self.target_s is None:
            return 0.0
        return self.counted_s / self.target_s if self.target_s > 0 else math.inf

    def reached(self, point: float) -> bool:
        return self.target_s is not None and self.counted_s >= point * self.target_s - EPSILON_S

    def begin(self) -> None:
        if self.late_since is not None and self.round:
            self.missed_before += 1
        self._active, self.counted_s, self.done_at, self.late_since = True, 0.0, None, None
        self.round += 1

    def go_on(self) -> None:
        self._active, self.done_at = True, None

    def stop(self, at: float) -> None:
        if self._active:
            self._active, self.done_at = False, at

    @property
    def active(self) -> bool:
        return self._active

    def promise(self, target_s: float | None, at: float) -> None:
        """From now on this is promised. Late already: since now; in time again: not late."""
        if not self._active or target_s == self.target_s:
            return
        self.target_s = target_s
        if not self.reached(1.0):
            self.late_since = None
        elif self.late_since is None:
            self.late_since = at

    def count(self, start: float, end: float, calendar: Calendar | None) -> float:
        """Counts the open time of a stretch and returns it."""
        counted = _open(calendar, start, end)
        before, self.counted_s = self.counted_s, self.counted_s + counted
        if self.late_since is None and self.reached(1.0) and self.target_s is not None:
            self.late_since = min(end, _after(calendar, start, self.target_s - before) or end)
        return counted


Clocks = dict[ClockKind, Clock]


def reckon(facts: Sequence[Fact], policies: Mapping[str, Policy], now: float) -> Clocks:
    """The clocks at `now`. `facts` in the order of their moments, the first is the making; those after `now` are left
    aside. Raises ValueError without any, or when one comes before the one before it."""
    if not facts or any(one.at > other.at for one, other in pairwise(facts)):
        raise ValueError("facts must begin with the making and be in order")
    clocks = {kind: Clock(kind=kind) for kind in ClockKind}
    clocks[ClockKind.FIRST_RESPONSE].begin()
    clocks[ClockKind.RESOLUTION].begin()
    happened = [fact for fact in facts if fact.at <= now] or [facts[0]]
    for place, fact in enumerate(happened):
        _apply(clocks, fact, first=place == 0)
        policy = policies.get(fact.policy or "")
        for clock in clocks.values():
            clock.promise(policy.promised(clock.kind, fact.priority) if policy else None, fact.at)
        end = happened[place + 1].at if place + 1 < len(happened) else max(now, fact.at)
        for clock in clocks.values():
            _pass(clock, fact, policy, end)
    last = happened[-1]
    for clock in clocks.values():
        _foresee(clock, last, policies.get(last.policy or ""), max(now, last.at))
    return clocks


def next_point(clocks: Clocks) -> float | None:
    """When the first of them has something to say, unless the ticket changes before."""
    return min((clock.next_at for clock in clocks.values() if clock.next_at is not None), default=None)


def _apply(clocks: Clocks, fact: Fact, *, first: bool) -> None:
    opening, following, resolution = (clocks[kind] for kind in ClockKind)
    if fact.spoke == "agent":
        opening.stop(fact.at)
        following.stop(fact.at)
    elif fact.spoke == "customer" and not first and not opening.active and not following.active:
        following.begin()
    if fact.state_class in DONE:
        resolution.stop(fact.at)
    elif not resolution.active:
        resolution.go_on()


def _pass(clock: Clock, fact: Fact, policy: Policy | None, end: float) -> None:
    if not clock.active and not (clock.kind is ClockKind.RESOLUTION and clock.done_at is not None):
        return
    why = _standing(clock, fact, policy)
    counted = clock.count(fact.at, end, policy.calendar) if why == "counts" and policy is not None else 0.0
    if end > fact.at:
        clock.stretches.append(Stretch(fact.at, end, counted, why, fact.state))


def _standing(clock: Clock, fact: Fact, policy: Policy | None) -> Why:
    if fact.state_class in DONE:
        return "done"
    if policy is None or clock.target_s is None:
        return "unpromised"
    return "paused" if fact.state in policy.pauses else "counts"


def _foresee(clock: Clock, fact: Fact, policy: Policy | None, now: float) -> None:
    if clock.target_s is None or clock.round == 0:
        clock.state = "idle"
    elif not clock.active:
        clock.state = "missed" if clock.late_since is not None else "met"
    elif policy is None or _standing(clock, fact, policy) != "counts":
        clock.state = "paused"
    else:
        clock.state = "running"
        clock.due_at = clock.late_since or _after(policy.calendar, now, clock.target_s - clock.counted_s)
        ahead = [point for point in sorted(policy.points | {1.0}) if not clock.reached(point)]
        if ahead:
            clock.next_at = _after(policy.calendar, now, ahead[0] * clock.target_s - clock.counted_s)


def _open(calendar: Calendar | None, start: float, end: float) -> float:
    return end - start if calendar is None else open_seconds(calendar, start, end)


def _after(calendar: Calendar | None, start: float, seconds: float) -> float | None:
    seconds = max(0.0, seconds)
    return start + seconds if calendar is None else add_open_seconds(calendar, start, seconds)
