import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.demo.arrivals import Arrivals


def test_the_mean_is_the_rate() -> None:
    arrivals = Arrivals(6.0, random.Random(1), 0.0)
    assert arrivals.due(60 * 1000) == pytest.approx(6000, rel=0.05)


def test_gaps_vary_as_those_of_a_poisson_process() -> None:
    """The variance of the counts of equal spans equals their mean."""
    arrivals = Arrivals(6.0, random.Random(2), 0.0)
    counts = [arrivals.due(60.0 * minute) for minute in range(1, 2001)]
    mean = sum(counts) / len(counts)
    variance = sum((count - mean) ** 2 for count in counts) / len(counts)
    assert variance == pytest.approx(mean, rel=0.15)


def test_rate_zero_stops_and_a_new_rate_starts_again() -> None:
    arrivals = Arrivals(6.0, random.Random(3), 0.0)
    arrivals.set_rate(0, 5.0)
    arrivals.due(5.0)
    assert arrivals.due(10_000.0) == 0
    arrivals.set_rate(60, 10_000.0)
    assert arrivals.due(10_100.0) > 50


@pytest.mark.parametrize("rate", [-1.0, float("inf"), float("nan")])
def test_impossible_rates_are_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="callers_per_minute"):
        Arrivals(rate, random.Random(1), 0.0)


@given(st.floats(0.1, 600), st.lists(st.floats(0, 60), max_size=30), st.integers())
def test_asking_often_or_seldom_gives_the_same_count(rate: float, waits: list[float], seed: int) -> None:
    often, seldom = Arrivals(rate, random.Random(seed), 0.0), Arrivals(rate, random.Random(seed), 0.0)
    now, count = 0.0, 0
    for wait in waits:
        now += wait
        count += often.due(now)
    assert count == seldom.due(now)
