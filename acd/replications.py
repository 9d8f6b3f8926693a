"""One scenario over several seeds: means, and how sure they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, exp, isfinite, pi, sin, sqrt
from statistics import NormalDist, fmean, stdev
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from acd.scenario import Scenario

T = TypeVar("T", bound=Struct)


class Spread(Struct, frozen=True):
    """A mean over `runs` independent runs, and the interval that holds the true mean with the level asked for.

    With one run the interval is unknown: low and high are None.
    """

    mean: float
    low: float | None
    high: float | None
    runs: int

    @property
    def half(self) -> float | None:
        """Half the interval's width."""
        return None if self.high is None else self.high - self.mean


def seeds(scenario: Scenario, runs: int) -> list[Scenario]:
    """The scenario with its own seed and those that follow."""
    return [replace(scenario, seed=scenario.seed + number) for number in range(runs)]


def spread(values: Sequence[float | None], level: float = 0.95) -> Spread | None:
    """Of one figure over the runs; runs without it (None) are left out. None when there is none."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    mean = fmean(known)
    if len(known) == 1:
        return Spread(mean, None, None, 1)
    half = student_t(1 - level, len(known) - 1) * stdev(known) / sqrt(len(known))
    return Spread(mean, mean - half, mean + half, len(known))


def student_t(tails: float, degrees: int) -> float:
    """The value that Student's t exceeds in absolute terms with probability `tails`.

    G. W. Hill, Algorithm 396, Communications of the ACM 13(10), 1970; better than 3 digits everywhere. Raises
    ValueError.
    """
    if degrees < 1 or not (isfinite(tails) and 0 < tails < 1):
        raise ValueError(f"no quantile of Student's t: {degrees} degrees of freedom, probability {tails:g}")
    if degrees == 1:
        return cos(tails * pi / 2) / sin(tails * pi / 2)
    if degrees == 2:
        return sqrt(2 / (tails * (2 - tails)) - 2)
    n = float(degrees)
    a = 1 / (n - 0.5)
    b = 48 / (a * a)
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * sqrt(a * pi / 2) * n
    y = (d * tails) ** (2 / n)
    if y <= 0.05 + a:
        y = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) * (n + 1) / (n + 2)
        return sqrt(n * (y + 1 / ((d * tails) ** (2 / n))))
    x = NormalDist().inv_cdf(tails / 2)
    y = x * x
    if n < 5:
        c += 0.3 * (n - 4.5) * (x + 0.6)
    c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
    return sqrt(n * (exp(a * y * y) - 1))


def mean_of(reports: Sequence[T]) -> T:
    """One report with the means of all numbers in it; where some have None, of the others. They must be alike: same
    queues, agents and intervals."""
    mean: T = _mean(reports)
    return mean


def _mean(items: Sequence[Any]) -> Any:
    first = next((item for item in items if item is not None), None)
    if first is None or len(items) == 1 or isinstance(first, str):
        return first
    if isinstance(first, float | int):
        return fmean(item for item in items if item is not None)
    if isinstance(first, Struct):
        return type(first)(**{name: _mean([getattr(item, name) for item in items]) for name in first.__struct_fields__})
    if isinstance(first, Mapping):
        keys = dict.fromkeys(key for item in items for key in item)
        return {key: _mean([item[key] for item in items if key in item]) for key in keys}
    return tuple(_mean(column) for column in zip(*items, strict=True))
