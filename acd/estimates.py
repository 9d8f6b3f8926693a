"""How long a contact will wait: a median and an interval that holds four waits in five.

Model: while all n agents are at work and handling lasts m seconds in the mean, contacts are taken at rate n/m; each of
those ahead also gives up at rate h, measured as abandonments over seconds waited. So the wait at position p has mean
sum 1/(n/m + j*h) and variance sum 1/(n/m + j*h)^2 over j = 0..p-1 (Whitt, "Predicting Queueing Delays", Management
Science 45(6), 1999; Ibrahim and Whitt, "Real-Time Delay Estimation in Overloaded Multiserver Queues with
Abandonments", Management Science 55(10), 2009), widened by what m is uncertain by. Where only k of the n may take the
contact, the last of these departures (j = 0) is one of theirs: k/m. Its quantiles are those of the gamma distribution
with both moments, by Wilson and Hilferty's cube root.

Learning: whatever the model does not know (agents shared with other queues, unlike contacts, a crew about to leave)
shows in how often waits fall below each told quantile. Each of the three is multiplied by exp(offset), and the offset
follows the misses: up by level, down by 1 - level (quantile tracking: Gibbs and Candès, "Adaptive Conformal Inference
Under Distribution Shift", 2021; Angelopoulos, Candès and Tibshirani, "Conformal PID Control", 2023), separately for
short and long lines. A contact that gave up counts by the chance, seen from when it left, that it would have been
below (Efron's redistribution to the right).
"""

from __future__ import annotations

from math import exp, log1p, sqrt
from typing import Final, Self

from acd.forecast import EstimatorState, Forecast, Triple
from acd.shown import Estimate

LOW: Final = 0.1
MEDIAN: Final = 0.5
HIGH: Final = 0.9
LEVELS: Triple = (LOW, MEDIAN, HIGH)
NORMAL_QUANTILE: Final = 1.2815515655446004
"""Of HIGH; that of LOW is its negative."""

HANDLING_MEMORY: Final = 200
"""Contacts over which mean handling time is smoothed: an hour's work of 17 agents at five minutes."""

PATIENCE_KEPT: Final = 0.995
"""Share of what is known of patience that each contact leaving the line lets stand."""

GROUPS: Final[tuple[int, ...]] = (1, 3, 8)
"""Last positions of the groups that learn apart; longer lines are one more."""

NEIGHBOUR: Final = 0.5
"""A group learns this much of what the next one learns, and its square of the one after: the first waits of a long
line are not met unprepared."""

STEP_FIRST: Final = 1.5
STEP_LAST: Final = 0.007
STEP_DELAY: Final = 20
"""Step at the k-th wait: max(STEP_LAST, STEP_FIRST / (k + STEP_DELAY)). The last keeps following a change; a greater
one follows sooner, and costs accuracy while the model is right."""

LOW_GAIN: Final = 7.5
MEDIAN_GAIN: Final = 2.7
HIGH_GAIN: Final = 5.0
"""About one over the density of the log of an exponential wait at each quantile: all three learn equally fast."""

SHARES: Final[tuple[tuple[float, ...], ...]] = tuple(
    tuple(NEIGHBOUR ** abs(other - group) for other in range(len(GROUPS) + 1)) for group in range(len(GROUPS) + 1)
)
"""By group: how much of its misses each group learns."""

OFFSET_LIMIT: Final = 6.0
LONGEST_S: Final = 30 * 86400.0
SHORTEST_S: Final = 0.001


class WaitEstimator:
    """Of one queue, first come first served. Each call costs the same however long the line is."""

    __slots__ = ("_abandoned", "_handled", "_handling_s", "_offsets", "_seen", "_waited_s")

    def __init__(self) -> None:
        self._handled = 0
        self._handling_s = 0.0
        self._abandoned = 0.0
        self._waited_s = 0.0
        self._seen = [0] * (len(GROUPS) + 1)
        self._offsets: list[Triple] = [(0.0, 0.0, 0.0)] * (len(GROUPS) + 1)

    @property
    def handling_s(self) -> float | None:
        """Smoothed mean of talk and wrap-up; None before the first contact."""
        return self._handling_s if self._handled else None

    def handled(self, handling_s: float) -> None:
        """One contact was completed after `handling_s` seconds of talk and wrap-up."""
        self._handled += 1
        known = min(self._handled, HANDLING_MEMORY)
        self._handling_s += (_seconds(handling_s) - self._handling_s) / known

    def forecast(self, *, position: int, crew: int, able: int, now: float) -> Forecast | None:
        """As `estimate`, to be given back when the contact is answered or gives up."""
        if able <= 0 or not self._handled:
            return None
        base, spread = self._model(max(position, 1), crew, able)
        return Forecast(now, _group(position), spread, base)

    def estimate(self, *, position: int, crew: int, able: int) -> Estimate | None:
        """What a contact still waits, in seconds from now.

        position: 1-based, among those who wait; never told less for a later one. crew: agents at work who take the
        line down. able: those of them who may take this contact. None without any, and before the first contact was
        completed.
        """
        if able <= 0 or not self._handled:
            return None
        group = _group(position)
        base, _ = self._model(max(position, 1), crew, able)
        low, median, high = _shifted(base, self._offsets[group])
        for earlier in range(group):
            # An earlier group may have learned longer waits: whoever stands behind its last position waits no less.
            if _any_greater(self._offsets[earlier], self._offsets[group]):
                last = _shifted(self._model(GROUPS[earlier], crew, able)[0], self._offsets[earlier])
                low, median, high = max(low, last[0]), max(median, last[1]), max(high, last[2])
        return Estimate(median, low, high)

    def answered(self, forecast: Forecast, now: float) -> None:
        """The contact was taken."""
        waited_s = _seconds(now - forecast.at)
        self._count_patience(waited_s, 0.0)
        low, median, high = _shifted(forecast.base, self._offsets[forecast.group])
        self._learn(forecast, (waited_s <= low, waited_s <= median, waited_s <= high))

    def abandoned(self, forecast: Forecast, now: float) -> None:
        """The contact gave up, or left otherwise untaken."""
        waited_s = _seconds(now - forecast.at)
        self._count_patience(waited_s, 1.0)
        told = _shifted(forecast.base, self._offsets[forecast.group])
        passed = _share_below(waited_s, told)
        low, median, high = (
            0.0 if waited_s >= quantile else max(0.0, (level - passed) / (1.0 - passed))
            for quantile, level in zip(told, LEVELS, strict=True)
        )
        self._learn(forecast, (low, median, high))

    def state(self) -> EstimatorState:
        return EstimatorState(
            self._handled,
            self._handling_s,
            self._abandoned,
            self._waited_s,
            tuple(self._seen),
            tuple(self._offsets),
        )

    @classmethod
    def of(cls, state: EstimatorState) -> Self:
        """The estimator that `state` was taken from. ValueError if that one learned in other groups."""
        if len(state.seen) != len(GROUPS) + 1 or len(state.offsets) != len(GROUPS) + 1:
            raise ValueError(f"An estimator has {len(GROUPS) + 1} groups, this state {len(state.seen)}.")
        estimator = cls()
        estimator._handled = state.handled
        estimator._handling_s = state.handling_s
        estimator._abandoned = state.abandoned
        estimator._waited_s = state.waited_s
        estimator._seen = list(state.seen)
        estimator._offsets = list(state.offsets)
        return estimator

    def _model(self, position: int, crew: int, able: int) -> tuple[Triple, float]:
        """Quantiles before learning, and the spread. Both sums as integrals by the midpoint rule, the first term
        exactly."""
        handling_s = max(self._handling_s, SHORTEST_S)
        rate = crew / handling_s
        ahead = position - 1
        mean = handling_s / able
        variance = mean * mean
        # As if one more had stayed for a whole handling time: else the first to hang up at once makes all seem hasty.
        giving_up = self._abandoned / (self._waited_s + handling_s)
        if giving_up * ahead > 1e-9 * rate:
            first = rate + giving_up / 2.0
            mean += log1p(ahead * giving_up / first) / giving_up
            variance += ahead / (first * (first + ahead * giving_up))
        else:
            mean += ahead / rate
            variance += ahead / (rate * rate)
        spread = sqrt(variance / (mean * mean) + 1.0 / min(self._handled, HANDLING_MEMORY))
        ninth = 1.0 - spread * spread / 9.0
        away = NORMAL_QUANTILE * spread / 3.0
        return (
            mean * max(ninth - away, 0.02) ** 3,
            mean * max(ninth, 0.02) ** 3,
            mean * max(ninth + away, 0.02) ** 3,
        ), spread

    def _count_patience(self, waited_s: float, abandoned: float) -> None:
        self._waited_s = self._waited_s * PATIENCE_KEPT + waited_s
        self._abandoned = self._abandoned * PATIENCE_KEPT + abandoned

    def _learn(self, forecast: Forecast, below: Triple) -> None:
        """below: how much of the wait lies below each quantile; 0 or 1 once it is known."""
        group = forecast.group
        self._seen[group] += 1
        spread = forecast.spread
        low_miss = LOW_GAIN * spread * (LOW - below[0])
        median_miss = MEDIAN_GAIN * spread * (MEDIAN - below[1])
        high_miss = HIGH_GAIN * spread * (HIGH - below[2])
        offsets = self._offsets
        for other, share in enumerate(SHARES[group]):
            step = STEP_FIRST / (self._seen[other] + STEP_DELAY)
            step = share * (step if step > STEP_LAST else STEP_LAST)
            low, median, high = offsets[other]
            low += step * low_miss
            median += step * median_miss
            high += step * high_miss
            if (
                -OFFSET_LIMIT <= low <= OFFSET_LIMIT
                and -OFFSET_LIMIT <= median <= OFFSET_LIMIT
                and -OFFSET_LIMIT <= high <= OFFSET_LIMIT
            ):
                offsets[other] = (low, median, high)
            else:
                offsets[other] = (_limited(low), _limited(median), _limited(high))


def _group(position: int) -> int:
    for group, last in enumerate(GROUPS):
        if position <= last:
            return group
    return len(GROUPS)


def _shifted(base: Triple, offsets: Triple) -> Triple:
    """In ascending order whatever each has learned."""
    low = base[0] * exp(offsets[0])
    median = max(low, base[1] * exp(offsets[1]))
    return low, median, max(median, base[2] * exp(offsets[2]))


def _any_greater(some: Triple, others: Triple) -> bool:
    return some[0] > others[0] or some[1] > others[1] or some[2] > others[2]


def _share_below(waited_s: float, told: Triple) -> float:
    """Of waits as told, below 1: straight between the quantiles, exponential beyond the last."""
    low, median, high = told
    if waited_s < low:
        return LOW * waited_s / low
    if waited_s < median:
        return LOW + (MEDIAN - LOW) * (waited_s - low) / (median - low)
    if waited_s < high:
        return MEDIAN + (HIGH - MEDIAN) * (waited_s - median) / (high - median)
    return HIGH


def _seconds(given: float) -> float:
    """Within reason; 0 for what is none."""
    return min(LONGEST_S, max(0.0, given))


def _limited(offset: float) -> float:
    return min(OFFSET_LIMIT, max(-OFFSET_LIMIT, offset))
