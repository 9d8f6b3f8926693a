"""Chance, from a seed: one independent source for each purpose, so that a change in one place moves nothing elsewhere.

The only module of the engine's package that imports `random`; the engine itself never does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf, log, sqrt
from random import Random

from acd.scenario import Constant, Distribution, Exponential, Lognormal

Draw = Callable[[], float]


def source(seed: int, purpose: str) -> Random:
    """The same in every process: a text seeds by its SHA-512, not by hash()."""
    return Random(f"{seed} {purpose}")


def drawer(distribution: Distribution | None, random: Random) -> Draw:
    """Draws seconds; of None always infinity."""
    if distribution is None:
        return lambda: inf
    if isinstance(distribution, Constant):
        seconds = distribution.seconds
        return lambda: seconds
    if isinstance(distribution, Exponential):
        rate, draw = 1.0 / distribution.mean_s, random.expovariate
        return lambda: draw(rate)
    if isinstance(distribution, Lognormal):
        # mean = exp(mu + sigma²/2), scv = exp(sigma²) - 1
        variance = log(1.0 + distribution.scv)
        mu, sigma, draw_log = log(distribution.mean_s) - variance / 2, sqrt(variance), random.lognormvariate
        return lambda: draw_log(mu, sigma)
    values, choose = distribution.values, random.choice
    return lambda: choose(values)


def poisson_moments(per_hour: tuple[float, ...], interval_s: float, until: float, random: Random) -> Iterator[float]:
    """Arrival moments of a Poisson process whose rate changes at each interval; one rate holds all the time.

    By inversion: exponential steps of mean 1 on the scale of expected arrivals.
    """
    interval, left_s = 0, (interval_s if len(per_hour) > 1 else inf)
    rate, at = per_hour[0] / 3600.0, 0.0
    while True:
        step = random.expovariate(1.0)
        while step > rate * left_s or rate == 0.0:
            if left_s == inf or interval + 1 >= len(per_hour):
                return
            step -= rate * left_s
            interval += 1
            at, left_s, rate = interval * interval_s, interval_s, per_hour[interval] / 3600.0
        at += step / rate
        left_s -= step / rate
        if at >= until:
            return
        yield at
