import random
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.estimates import GROUPS, LEVELS, OFFSET_LIMIT, WaitEstimator
from acd.forecast import EstimatorState, Forecast
from acd.shown import Estimate
from bench.estimates import LOADS, Day, Score, seeds_of

seconds = st.one_of(
    st.floats(0, 3600), st.floats(-1e9, 1e12), st.sampled_from([0.0, -1.0, 1e300, float("inf"), float("nan")])
)
positions = st.one_of(st.integers(1, 40), st.integers(-5, 10**6))
crews = st.one_of(st.integers(1, 40), st.integers(-5, 10**5))


@st.composite
def estimators(draw: st.DrawFn) -> WaitEstimator:
    """One that has lived through anything."""
    estimator = WaitEstimator()
    feed(estimator, draw(steps))
    return estimator


steps = st.lists(
    st.tuples(st.sampled_from(["handled", "answered", "abandoned"]), seconds, positions, crews, st.integers(0, 2)),
    max_size=40,
)


def feed(estimator: WaitEstimator, given_steps: list[tuple[str, float, int, int, int]]) -> list[Forecast | None]:
    told: list[Forecast | None] = []
    for now, (kind, length_s, position, crew, others) in enumerate(given_steps):
        forecast = estimator.forecast(position=position, crew=crew, able=crew - others, now=float(now))
        told.append(forecast)
        if kind == "handled":
            estimator.handled(length_s)
        elif forecast is not None and kind == "answered":
            estimator.answered(forecast, now + length_s)
        elif forecast is not None:
            estimator.abandoned(forecast, now + length_s)
    return told


def tell(estimator: WaitEstimator, position: int, crew: int = 4, able: int | None = None) -> Estimate:
    estimate = estimator.estimate(position=position, crew=crew, able=crew if able is None else able)
    assert estimate is not None
    return estimate


def experienced(handling_s: float = 300.0, count: int = 200) -> WaitEstimator:
    estimator = WaitEstimator()
    for _ in range(count):
        estimator.handled(handling_s)
    return estimator


@pytest.mark.parametrize("spread", [None, 0.7])
@pytest.mark.parametrize("load", LOADS)
def test_the_interval_holds_four_waits_in_five_at_each_load(load: float, spread: float | None) -> None:
    by_seed = seeds_of(Day(load=load, spread=spread), range(11, 15))
    total = sum(by_seed, Score())
    assert total.waits > 1000
    assert 0.75 <= total.coverage <= 0.85
    # Of some hundred correlated waits a day, a few points either way are chance.
    assert all(0.70 <= each.coverage <= 0.90 for each in by_seed)
    # Both ends are told right, not one too low and the other too high.
    assert 0.06 <= total.below / total.waits <= 0.14


@pytest.mark.parametrize("load", LOADS)
def test_the_median_is_nearer_than_the_moving_average_of_asterisk(load: float) -> None:
    total = sum(seeds_of(Day(load=load, shifts=True), range(21, 24)), Score())
    assert total.ratio < 0.8


@pytest.mark.parametrize("queues", [2, 5])
def test_it_learns_that_agents_are_shared(queues: int) -> None:
    total = sum(seeds_of(Day(load=0.9, queues=queues), range(31, 35)), Score())
    assert 0.75 <= total.coverage <= 0.85
    assert total.ratio < 1.0
    assert total.error_s[0] < total.error_s[2]


def test_nobody_staffed_or_nothing_known_gives_none() -> None:
    assert WaitEstimator().forecast(position=1, crew=3, able=3, now=0.0) is None
    assert experienced().forecast(position=1, crew=0, able=0, now=0.0) is None
    assert experienced().forecast(position=1, crew=3, able=0, now=0.0) is None
    assert experienced().forecast(position=1, crew=-1, able=-1, now=0.0) is None


def test_before_learning_it_tells_the_quantiles_of_the_model() -> None:
    """One place, four agents, 300 s: exponential with mean 75 s. Nine places: Erlang of the ninth order. Uncertainty
    of the mean widens both a little."""
    first, ninth = tell(experienced(), 1), tell(experienced(), 9)
    assert (first.low_s, first.median_s, first.high_s) == pytest.approx((7.9, 52.0, 172.7), rel=0.1)
    assert (ninth.low_s, ninth.median_s, ninth.high_s) == pytest.approx((407.4, 650.2, 974.6), rel=0.03)


def test_the_line_goes_at_the_pace_of_all_and_the_last_place_at_that_of_those_who_fit() -> None:
    """Against draws: 20 agents at 300 s take nine before it, then one of two who fit must become free."""
    chance = random.Random(4)
    waits = sorted(
        sum(chance.expovariate(20 / 300) for _ in range(9)) + chance.expovariate(2 / 300) for _ in range(20_000)
    )
    told = tell(experienced(), 10, crew=20, able=2)
    assert (told.median_s, told.high_s) == pytest.approx((waits[10000], waits[18000]), rel=0.1)
    # Two moments do not give the exact shape of such a sum; the rest is learned.
    assert told.low_s == pytest.approx(waits[2000], rel=0.2)
    assert tell(experienced(), 1, crew=20, able=2) == tell(experienced(), 1, crew=2)


def test_contacts_that_give_up_ahead_shorten_the_wait() -> None:
    """Against draws: with ten in line, the next goes at rate 1/75 of service and j/300 of those ahead."""
    chance = random.Random(3)
    waits = sorted(sum(chance.expovariate(1 / 75 + ahead / 300) for ahead in range(10)) for _ in range(20_000))
    patient = experienced()
    hasty = WaitEstimator.of(msgspec.structs.replace(patient.state(), abandoned=1.0, waited_s=0.0))
    assert tell(hasty, 1) == tell(patient, 1)
    told = tell(hasty, 10)
    assert (told.low_s, told.median_s, told.high_s) == pytest.approx(
        (waits[2000], waits[10000], waits[18000]), rel=0.03
    )
    assert tell(patient, 10).median_s > 1.7 * told.median_s


def test_each_end_moves_against_its_misses() -> None:
    estimator = experienced()
    before = tell(estimator, 1)
    for _ in range(300):
        forecast = estimator.forecast(position=1, crew=4, able=4, now=0.0)
        assert forecast is not None
        estimator.answered(forecast, before.high_s * 2)
    after = tell(estimator, 1)
    assert after.low_s > before.high_s
    assert after.high_s >= before.high_s * 2
    assert tell(estimator, 4).low_s > before.low_s * 4


def test_who_gave_up_at_once_teaches_nothing_and_late_teaches_that_waits_are_long() -> None:
    estimator = experienced()
    forecast = estimator.forecast(position=1, crew=4, able=4, now=0.0)
    assert forecast is not None
    estimator.abandoned(forecast, 0.0)
    assert estimator.state().offsets[0] == pytest.approx((0.0, 0.0, 0.0))
    estimator.abandoned(forecast, 2 * tell(estimator, 1).high_s)
    assert all(offset > 0 for offset in estimator.state().offsets[0])


def test_censored_waits_lead_to_the_same_quantiles_as_complete_ones() -> None:
    """Half of the contacts leave early; of the others' waits alone the median would be far too low."""
    chance = random.Random(5)
    estimator = experienced()
    for _ in range(6000):
        forecast = estimator.forecast(position=1, crew=4, able=4, now=0.0)
        assert forecast is not None
        wait_s, patience_s = chance.expovariate(1 / 300), chance.expovariate(1 / 300)
        if wait_s <= patience_s:
            estimator.answered(forecast, wait_s)
        else:
            estimator.abandoned(forecast, patience_s)
    told = tell(estimator, 1)
    assert told.median_s == pytest.approx(300 * 0.693, rel=0.25)
    assert told.high_s == pytest.approx(300 * 2.303, rel=0.35)


def test_a_change_of_handling_time_is_followed() -> None:
    estimator = experienced(100.0, 1000)
    for _ in range(600):
        estimator.handled(200.0)
    assert estimator.handling_s == pytest.approx(195, abs=5)


@given(estimators(), positions, crews, st.integers(0, 40))
def test_low_median_and_high_are_in_order_and_finite(
    estimator: WaitEstimator, position: int, crew: int, others: int
) -> None:
    estimate = estimator.estimate(position=position, crew=crew, able=crew - others)
    assert (estimate is None) is (estimator.forecast(position=position, crew=crew, able=crew - others, now=0.0) is None)
    if estimate is None:
        assert crew - others <= 0 or estimator.handling_s is None
    else:
        assert 0.0 <= estimate.low_s <= estimate.median_s <= estimate.high_s < float("inf")


@given(estimators(), st.integers(1, 200), st.integers(1, 10**5), st.integers(0, 40))
def test_a_later_position_never_waits_less(estimator: WaitEstimator, upto: int, able: int, others: int) -> None:
    estimator.handled(60.0)
    told = [tell(estimator, position, able + others, able) for position in (*range(1, upto + 1), 10 * upto)]
    for nearer, farther in pairwise(told):
        slack = 1.0 + 1e-9
        assert nearer.low_s <= farther.low_s * slack
        assert nearer.median_s <= farther.median_s * slack
        assert nearer.high_s <= farther.high_s * slack


@given(
    st.tuples(*[st.tuples(*[st.floats(-OFFSET_LIMIT, OFFSET_LIMIT) for _ in LEVELS]) for _ in (*GROUPS, 0)]),
    st.floats(0, 10),
    st.integers(1, 300),
    st.integers(1, 60),
    st.integers(0, 60),
)
def test_not_even_with_whatever_offsets_and_patience(
    offsets: tuple[tuple[float, float, float], ...], abandoned: float, handled: int, able: int, others: int
) -> None:
    state = EstimatorState(handled, 300.0, abandoned, 1.0, (0,) * len(offsets), offsets)
    estimator = WaitEstimator.of(state)
    told = [tell(estimator, position, able + others, able) for position in range(1, 60)]
    for nearer, farther in pairwise(told):
        slack = 1.0 + 1e-9
        assert nearer.low_s <= farther.low_s * slack
        assert nearer.median_s <= farther.median_s * slack
        assert nearer.high_s <= farther.high_s * slack


@given(estimators(), steps)
def test_what_is_restored_from_bytes_answers_alike_ever_after(
    estimator: WaitEstimator, later: list[tuple[str, float, int, int, int]]
) -> None:
    kept = msgspec.msgpack.encode(estimator.state())
    restored = WaitEstimator.of(msgspec.msgpack.decode(kept, type=EstimatorState))
    assert restored.state() == estimator.state()
    assert feed(restored, later) == feed(estimator, later)
    assert restored.state() == estimator.state()


def test_a_state_is_a_copy() -> None:
    estimator = experienced()
    state = estimator.state()
    kept = msgspec.msgpack.encode(state)
    forecast = estimator.forecast(position=1, crew=1, able=1, now=0.0)
    assert forecast is not None
    estimator.answered(forecast, 1.0)
    assert msgspec.msgpack.encode(state) == kept


def test_a_state_of_other_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="groups"):
        WaitEstimator.of(EstimatorState(1, 1.0, 0.0, 0.0, (0,), ((0.0, 0.0, 0.0),)))
