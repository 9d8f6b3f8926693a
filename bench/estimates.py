"""How good the told waits are: a simulated day at each load level, beside Asterisk's moving average.

`python -m bench.estimates [--json]`. Lines are open ten hours; contacts come as a Poisson process with a peak before
and one after noon; handling is exponential or lognormal, patience exponential; first come, first served. Load is
offered work over capacity: at 0.9 with a fixed crew, the peaks are above capacity. Crews are fixed, or follow the
profile in half-hour shifts, where who leaves finishes what is in hand. Estimators start the day empty.

What counts: every contact that has to wait, but for those before the first contact was completed, who are told nothing
(`untold`). One that gives up counts with its virtual wait: what it would have waited with endless patience. That is
exact, since nobody is served after somebody behind, and it leaves no wait out: those answered alone waited less
(`answered` is their coverage). Contacts taken at once are told zero and wait zero; `all` is coverage with them.

Asterisk (apps/app_queue.c, recalc_holdtime): at each answer holdtime = (3 * holdtime + wait) / 4 in whole seconds,
starting from zero; who enters is told holdtime. `mean` beside it: position * mean handling time / crew.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from heapq import heappop, heappush
from itertools import product
from math import log, sqrt

from acd.estimates import WaitEstimator
from acd.forecast import Forecast
from acd.shown import Estimate

LOADS = (0.7, 0.8, 0.9, 1.0, 1.1)
CREWS = (6, 20, 60)
SPREADS = (None, 0.7)
SEEDS = 3
HALF_HOUR_S = 1800.0
ARRIVALS = (10, 15, 20, 24, 27, 28, 27, 24, 21, 19, 19, 21, 23, 24, 23, 21, 19, 16, 13, 10)
PROFILE = tuple(count * len(ARRIVALS) / sum(ARRIVALS) for count in ARRIVALS)
"""Arrivals of each half hour over the day's mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One simulated day. spread: of lognormal handling, standard deviation over mean; None: exponential.

    agents: of a fixed crew, or the mean of one in shifts. queues: that share the crew and the arrivals evenly, first
    come first served over all of them, each told by its own line only. slower: handling time of the second half of the
    day over that of the first, with fewer contacts in proportion.
    """

    load: float
    agents: int = 20
    spread: float | None = None
    shifts: bool = False
    queues: int = 1
    slower: float = 1.0
    handling_s: float = 300.0
    patience_s: float = 240.0
    seed: int = 1

    def crew(self, half_hour: int) -> int:
        return max(1, round(self.agents * PROFILE[half_hour])) if self.shifts else self.agents

    def mean_handling_s(self, now: float) -> float:
        return self.handling_s * (self.slower if now >= HALF_HOUR_S * len(PROFILE) / 2 else 1.0)

    def arrivals(self, chance: random.Random) -> Iterator[float]:
        for half_hour, share in enumerate(PROFILE):
            start = half_hour * HALF_HOUR_S
            rate = self.load * self.agents * share / self.mean_handling_s(start)
            moment = start + chance.expovariate(rate)
            while moment < start + HALF_HOUR_S:
                yield moment
                moment += chance.expovariate(rate)

    def draw_handling_s(self, chance: random.Random, now: float) -> float:
        mean_s = self.mean_handling_s(now)
        if self.spread is None:
            return chance.expovariate(1.0 / mean_s)
        sigma = sqrt(log(1.0 + self.spread * self.spread))
        return chance.lognormvariate(log(mean_s) - sigma * sigma / 2.0, sigma)


@dataclass(slots=True)
class Line:
    """One queue, with what each way of telling knows."""

    estimator: WaitEstimator = field(default_factory=WaitEstimator)
    waiting: int = 0
    holdtime: int = 0


@dataclass(slots=True)
class Caller:
    """wait_s: virtual for one that gave up."""

    line: Line
    entered_at: float
    forecast: Forecast | None
    told: Estimate | None
    asterisk_s: float
    mean_s: float
    had_to_wait: bool
    in_line: bool = True
    gave_up: bool = False
    wait_s: float = 0.0


@dataclass(slots=True)
class Simulation:
    """Makes the calls to the estimator that the engine makes. Callers that gave up stay in `order` as ghosts until an
    agent would have come to them."""

    day: Day
    chance: random.Random = field(init=False)
    lines: list[Line] = field(init=False)
    callers: list[Caller] = field(default_factory=list)
    order: deque[Caller] = field(default_factory=deque)
    ready: int = 0
    busy: int = 0
    crew: int = 0
    agenda: list[tuple[float, int, Callable[[float], None]]] = field(default_factory=list)
    planned: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.day.seed)
        self.lines = [Line() for _ in range(self.day.queues)]

    def run(self) -> list[Caller]:
        for half_hour in range(len(PROFILE)):
            self.plan(half_hour * HALF_HOUR_S, partial(self.change_crew, self.day.crew(half_hour)))
        for moment in self.day.arrivals(self.chance):
            self.plan(moment, self.arrive)
        while self.agenda:
            now, _, act = heappop(self.agenda)
            act(now)
            self.serve(now)
        return self.callers

    def plan(self, moment: float, act: Callable[[float], None]) -> None:
        self.planned += 1
        heappush(self.agenda, (moment, self.planned, act))

    def change_crew(self, crew: int, now: float) -> None:
        self.crew = crew
        self.ready = max(0, crew - self.busy)

    def arrive(self, now: float) -> None:
        line = self.chance.choice(self.lines)
        line.waiting += 1
        staffed = self.ready + self.busy
        forecast = told = None
        if not self.ready:
            told = line.estimator.estimate(position=line.waiting, crew=self.busy, able=self.busy)
            forecast = line.estimator.forecast(position=line.waiting, crew=self.busy, able=self.busy, now=now)
        mean_s = line.waiting * (line.estimator.handling_s or 0.0) / staffed
        caller = Caller(line, now, forecast, told, line.holdtime, mean_s, self.ready == 0)
        self.callers.append(caller)
        self.order.append(caller)
        self.plan(now + self.chance.expovariate(1.0 / self.day.patience_s), partial(self.give_up, caller))

    def give_up(self, caller: Caller, now: float) -> None:
        if caller.in_line:
            caller.in_line, caller.gave_up = False, True
            caller.line.waiting -= 1
            if caller.forecast is not None:
                caller.line.estimator.abandoned(caller.forecast, now)

    def serve(self, now: float) -> None:
        while self.ready and self.order:
            caller = self.order.popleft()
            caller.wait_s = now - caller.entered_at
            if caller.in_line:
                self.answer(caller, now)

    def answer(self, caller: Caller, now: float) -> None:
        line = caller.line
        caller.in_line = False
        line.waiting -= 1
        self.ready -= 1
        self.busy += 1
        if caller.forecast is not None:
            line.estimator.answered(caller.forecast, now)
        line.holdtime = (3 * line.holdtime + int(caller.wait_s)) >> 2
        handling_s = self.day.draw_handling_s(self.chance, now)
        self.plan(now + handling_s, partial(self.complete, line, handling_s))

    def complete(self, line: Line, handling_s: float, now: float) -> None:
        line.estimator.handled(handling_s)
        self.busy -= 1
        if self.busy + self.ready < self.crew:
            self.ready += 1


@dataclass(slots=True)
class Score:
    """Sums over callers; see the module for who counts. error_s: of our median, of Asterisk, of the mean."""

    waits: int = 0
    inside: int = 0
    below: int = 0
    answered: int = 0
    answered_inside: int = 0
    at_once: int = 0
    untold: int = 0
    width_s: float = 0.0
    error_s: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])

    def count(self, caller: Caller) -> None:
        if not caller.had_to_wait:
            self.at_once += 1
        elif caller.told is None:
            self.untold += 1
        else:
            told, wait_s = caller.told, caller.wait_s
            inside = told.low_s <= wait_s <= told.high_s
            self.waits += 1
            self.inside += inside
            self.below += wait_s < told.low_s
            self.answered += not caller.gave_up
            self.answered_inside += inside and not caller.gave_up
            self.width_s += told.high_s - told.low_s
            for place, said_s in enumerate((told.median_s, caller.asterisk_s, caller.mean_s)):
                self.error_s[place] += abs(said_s - wait_s)

    @property
    def coverage(self) -> float:
        return self.inside / self.waits if self.waits else float("nan")

    @property
    def ratio(self) -> float:
        return self.error_s[0] / self.error_s[1] if self.error_s[1] else float("nan")

    def __add__(self, other: Score) -> Score:
        return Score(
            self.waits + other.waits,
            self.inside + other.inside,
            self.below + other.below,
            self.answered + other.answered,
            self.answered_inside + other.answered_inside,
            self.at_once + other.at_once,
            self.untold + other.untold,
            self.width_s + other.width_s,
            [ours + theirs for ours, theirs in zip(self.error_s, other.error_s, strict=True)],
        )


def score(day: Day) -> Score:
    result = Score()
    for caller in Simulation(day).run():
        result.count(caller)
    return result


def seeds_of(day: Day, seeds: Iterable[int]) -> list[Score]:
    return [score(replace(day, seed=seed)) for seed in seeds]


def line_of(name: str, load: float, by_seed: list[Score]) -> str:
    all_seeds = sum(by_seed, Score())
    waits = max(all_seeds.waits, 1)
    ours, asterisk, mean = (error_s / waits for error_s in all_seeds.error_s)
    with_zeros = (all_seeds.inside + all_seeds.at_once) / max(all_seeds.waits + all_seeds.at_once, 1)
    return (
        f"{name:<26} {load:>4} {all_seeds.waits:>7} {all_seeds.untold:>6} {all_seeds.coverage:>6.1%}"
        f" {all_seeds.below / waits:>6.1%} {1 - all_seeds.coverage - all_seeds.below / waits:>6.1%}"
        f" {all_seeds.answered_inside / max(all_seeds.answered, 1):>8.1%} {with_zeros:>6.1%}"
        f" {all_seeds.width_s / waits:>6.0f} {ours:>6.1f} {asterisk:>8.1f} {mean:>6.1f} {all_seeds.ratio:>6.2f}   "
        + " ".join(f"{each.coverage:>4.0%}" for each in by_seed)
    )


HEAD = (
    f"{'agents, handling, crew':<26} load   waits untold inside  below  above answered    all  width"
    f"   ours asterisk   mean  ratio   inside by seed"
)


def measure(show: Callable[[str], None]) -> dict[str, object]:
    """`estimate_mae_ratio`: mean absolute error of our median over that of Asterisk's average, all days together.
    `interval_coverage`: by load, share of the waits inside the interval. `estimate_hard`: both where the model is
    wrong and only learning helps."""
    show(HEAD)
    by_load = {load: Score() for load in LOADS}
    for agents, spread, shifts in product(CREWS, SPREADS, (False, True)):
        name = f"{agents}, {'exponential' if spread is None else 'lognormal'}, {'shifts' if shifts else 'fixed'}"
        for load in LOADS:
            day = Day(load=load, agents=agents, spread=spread, shifts=shifts)
            by_seed = seeds_of(day, range(1, SEEDS + 1))
            show(line_of(name, load, by_seed))
            by_load[load] += sum(by_seed, Score())
    hard: dict[str, dict[str, float]] = {}
    for name, day in (
        ("two queues share", Day(load=0.9, queues=2)),
        ("five queues share", Day(load=0.9, queues=5)),
        ("half again slower at noon", Day(load=0.9, slower=1.5)),
    ):
        by_seed = seeds_of(day, range(1, SEEDS + 1))
        show(line_of(name, day.load, by_seed))
        total = sum(by_seed, Score())
        hard[name] = {"coverage": total.coverage, "mae_ratio": total.ratio}
    return {
        "estimate_mae_ratio": sum(by_load.values(), Score()).ratio,
        "interval_coverage": {str(load): total.coverage for load, total in by_load.items()},
        "estimate_hard": hard,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Told waits against real ones.")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    as_json = parser.parse_args().json
    result = measure(print)
    print(f"mean absolute error over Asterisk's: {result['estimate_mae_ratio']:.3f}")
    print(f"inside the 80 % interval by load: {result['interval_coverage']}")
    if as_json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
