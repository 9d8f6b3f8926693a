import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd.erlang import (
    MAX_AGENTS,
    abandoned_within,
    abandonment,
    agents_for,
    answered_within,
    average_speed_of_answer,
    average_speed_of_answer_with_patience,
    erlang_a,
    erlang_b,
    erlang_c,
    mean_wait_with_patience,
    service_level,
    service_level_with_patience,
)

LOADS = st.floats(0.01, 300.0)
AGENTS = st.integers(1, 350)
TIMES = st.floats(10.0, 3_600.0)
TARGETS = st.floats(0.0, 600.0)


# Lucent's Erlang B capacity table for 2 % blocking, garywagoner.tripod.com/traffic/ERLANG.HTML (its rows for 45, 61, 63
# and 69 trunks are misprinted against their neighbours and left out).
@pytest.mark.parametrize(
    ("trunks", "load"),
    [(3, 0.602), (7, 2.935), (15, 9.010), (23, 15.761), (31, 22.827), (43, 33.758), (57, 46.816), (77, 65.814)],
)
def test_erlang_b_is_as_in_the_table_for_two_per_cent(trunks: int, load: float) -> None:
    assert erlang_b(load, trunks) == pytest.approx(0.02, abs=0.00002)


def test_erlang_b_is_as_mathematica_gives_it() -> None:
    """wolfram.com/mathematica/new-in-9, "Compute loss probabilities for a queue": 25 erlang on 30 lines, about 0.05."""
    assert round(erlang_b(25, 30), 2) == 0.05


# load, agents, mean handling time, target: probability of waiting, service level, ASA. First: the example of the R
# package ErlangC 0.1.0 (100 contacts in 30 minutes, 180 s each) with the digits its manual prints, the first two of
# which pyworkforce 0.4's manual prints too. Second: mitan.co.uk/erlang/elgcmath.htm, 360 calls in 30 minutes, 240 s.
@pytest.mark.parametrize(
    ("load", "agents", "aht_s", "target_s", "waiting", "level", "asa_s"),
    [
        (10, 14, 180, 20, "0.1741319", "0.88835", "7.835937"),
        (48, 55, 240, 15, "0.239", "0.846", "8.18"),
    ],
)
def test_erlang_c_is_as_printed(
    load: float, agents: int, aht_s: float, target_s: float, waiting: str, level: str, asa_s: str
) -> None:
    for value, printed in (
        (erlang_c(load, agents), waiting),
        (service_level(load, agents, aht_s, target_s), level),
        (average_speed_of_answer(load, agents, aht_s), asa_s),
    ):
        assert f"{value:.{len(printed) - printed.index('.') - 1}f}" == printed


def test_models_with_and_without_abandonment_compare_as_printed() -> None:
    """Mandelbaum and Zeltyn 2005, the comparison of section 2 (in Gans, Koole and Mandelbaum 2003 too): 50 agents, 48
    calls a minute, 1 minute of service, 2 minutes of patience."""
    load, agents, aht_s, patience_s = 48.0, 50, 60.0, 120.0
    per_second = 48 / 60

    assert round(average_speed_of_answer(load, agents, aht_s), 1) == 20.8
    assert round(per_second * average_speed_of_answer(load, agents, aht_s)) == 17
    assert service_level(load, agents, aht_s, 58.1) == pytest.approx(0.9, abs=0.0005)

    assert round(abandonment(load, agents, aht_s, patience_s), 3) == 0.031
    assert round(mean_wait_with_patience(load, agents, aht_s, patience_s), 1) == 3.7
    assert round(per_second * mean_wait_with_patience(load, agents, aht_s, patience_s)) == 3
    assert round(load * (1 - abandonment(load, agents, aht_s, patience_s)) / agents, 2) == 0.93
    still_there = 1 - answered_within(load, agents, aht_s, 12.5, patience_s)
    still_there -= abandoned_within(load, agents, aht_s, 12.5, patience_s)
    assert still_there == pytest.approx(0.1, abs=0.001)


def test_staffing_is_as_printed() -> None:
    """The manual of the R package ErlangC 0.1.0: 14 agents for 80 % in 20 s; with 30 % shrinkage pyworkforce has 20."""
    assert agents_for(10, 180, target_s=20, service_level=0.8) == 14
    assert agents_for(10, 180, target_s=20, service_level=0.8, shrinkage=0.3) == 20


def test_shrinkage_is_not_spoilt_by_the_last_digit_of_a_float() -> None:
    assert 21 / (1 - 0.3) > 30
    assert agents_for(16.5, 180, target_s=20, service_level=0.8) == 21
    assert agents_for(16.5, 180, target_s=20, service_level=0.8, shrinkage=0.3) == 30


def _exact_b(load: Fraction, agents: int) -> Fraction:
    terms = [Fraction(1)]
    for count in range(1, agents + 1):
        terms.append(terms[-1] * load / count)
    return terms[-1] / sum(terms)


@given(st.fractions(Fraction(1, 100), 200, max_denominator=100), st.integers(0, 120))
def test_the_recursion_is_the_sum_in_exact_fractions(load: Fraction, agents: int) -> None:
    assert erlang_b(float(load), agents) == pytest.approx(float(_exact_b(load, agents)), rel=1e-12, abs=1e-300)


@given(st.integers(1, 100), st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=100))
def test_erlang_c_is_the_sum_over_all_states_and_comes_from_b(agents: int, occupancy: Fraction) -> None:
    load = agents * occupancy
    terms = [Fraction(1)]
    for count in range(1, agents + 1):
        terms.append(terms[-1] * load / count)
    all_busy = terms[-1] / (1 - occupancy)
    waiting = erlang_c(float(load), agents)
    assert waiting == pytest.approx(float(all_busy / (sum(terms[:-1]) + all_busy)), rel=1e-9)
    # The identity: C = n B / (n - load (1 - B)).
    blocked = _exact_b(load, agents)
    assert waiting == pytest.approx(float(agents * blocked / (agents - load * (1 - blocked))), rel=1e-9)
    assert blocked <= waiting <= 1


@given(LOADS, AGENTS)
def test_more_agents_lose_fewer(load: float, agents: int) -> None:
    assert erlang_b(load, agents + 1) <= erlang_b(load, agents)


@given(LOADS, st.integers(0, 50), TIMES, TARGETS)
def test_more_agents_answer_sooner(load: float, spare: int, aht_s: float, target_s: float) -> None:
    agents = math.floor(load) + 1 + spare
    assert erlang_c(load, agents + 1) <= erlang_c(load, agents)
    assert service_level(load, agents + 1, aht_s, target_s) >= service_level(load, agents, aht_s, target_s)
    assert average_speed_of_answer(load, agents + 1, aht_s) <= average_speed_of_answer(load, agents, aht_s)


class _Chain:
    """M/M/n+M by its states: balance equations, and for the waits the exits that each position needs."""

    def __init__(self, load: float, agents: int, aht_s: float, patience_s: float) -> None:
        self.agents, self.mu, self.theta = agents, 1 / aht_s, 1 / patience_s
        self.arrivals = load / aht_s
        weights, heaviest = [1.0], 1.0
        while len(weights) <= agents or weights[-1] > 1e-18 * heaviest:
            count = len(weights)
            leaving = min(count, agents) * self.mu + max(count - agents, 0) * self.theta
            weights.append(weights[-1] * self.arrivals / leaving)
            heaviest = max(heaviest, weights[-1])
        total = math.fsum(weights)
        self.line = [weight / total for weight in weights[agents:]]

    def waiting(self) -> float:
        return math.fsum(self.line)

    def abandoned(self) -> float:
        return math.fsum(j * self.theta * p for j, p in enumerate(self.line)) / self.arrivals

    def asa_s(self) -> float:
        full = self.agents * self.mu
        waited, exits = 0.0, 0.0
        for j, p in enumerate(self.line):
            exits += 1 / (full + (j + 1) * self.theta)
            waited += p * exits * full / (full + (j + 1) * self.theta)
        return waited / (1 - self.abandoned())

    def within(self, target_s: float, steps: int = 4_000) -> tuple[float, float]:
        """Answered and abandoned by then, by following who comes now through the line in small steps of time."""
        ahead = list(self.line)
        answered, abandoned = 1 - self.waiting(), 0.0
        width = target_s / steps

        def flow(state: list[float]) -> list[float]:
            inward = [self.agents * self.mu + j * self.theta for j in range(len(state))]
            return [
                (state[j + 1] * inward[j + 1] if j + 1 < len(state) else 0.0) - state[j] * (inward[j] + self.theta)
                for j in range(len(state))
            ]

        for _ in range(steps):
            middle = [p + width / 2 * change for p, change in zip(ahead, flow(ahead), strict=True)]
            answered += width * middle[0] * self.agents * self.mu
            abandoned += width * math.fsum(middle) * self.theta
            ahead = [p + width * change for p, change in zip(ahead, flow(middle), strict=True)]
        return answered, abandoned


# Within these the chain's own weights stay below the largest float.
@settings(deadline=None, max_examples=60)
@given(st.floats(0.05, 60.0), st.integers(1, 60), st.floats(30.0, 3_600.0), st.floats(1.0, 300.0))
def test_erlang_a_is_its_chain(load: float, agents: int, aht_s: float, patience_s: float) -> None:
    chain = _Chain(load, agents, aht_s, patience_s)
    arguments = (load, agents, aht_s, patience_s)
    assert erlang_a(*arguments) == pytest.approx(chain.waiting(), rel=1e-9, abs=1e-15)
    assert abandonment(*arguments) == pytest.approx(chain.abandoned(), rel=1e-9, abs=1e-15)
    assert average_speed_of_answer_with_patience(*arguments) == pytest.approx(chain.asa_s(), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("load", "agents", "aht_s", "target_s", "patience_s"),
    [
        (10.0, 13, 180.0, 20.0, 300.0),
        (12.0, 8, 120.0, 45.0, 60.0),
        (3.0, 4, 60.0, 10.0, 15.0),
        (2.0, 1, 30.0, 60.0, 90.0),
    ],
)
def test_the_shares_within_the_target_are_those_of_the_chain(
    load: float, agents: int, aht_s: float, target_s: float, patience_s: float
) -> None:
    answered, abandoned = _Chain(load, agents, aht_s, patience_s).within(target_s)
    assert answered_within(load, agents, aht_s, target_s, patience_s) == pytest.approx(answered, abs=1e-5)
    assert abandoned_within(load, agents, aht_s, target_s, patience_s) == pytest.approx(abandoned, abs=1e-5)
    level = service_level_with_patience(load, agents, aht_s, target_s, patience_s)
    assert level == pytest.approx(answered / (1 - abandoned), abs=1e-5)


@given(LOADS, AGENTS, TIMES, TARGETS, TIMES)
def test_the_shares_of_erlang_a_fit_together(
    load: float, agents: int, aht_s: float, target_s: float, patience_s: float
) -> None:
    answered = answered_within(load, agents, aht_s, target_s, patience_s)
    abandoned = abandoned_within(load, agents, aht_s, target_s, patience_s)
    lost = abandonment(load, agents, aht_s, patience_s)
    assert 0 <= answered <= 1 - lost + 1e-9
    assert 0 <= abandoned <= lost + 1e-9
    assert answered_within(load, agents, aht_s, 0, patience_s) == pytest.approx(
        1 - erlang_a(load, agents, aht_s, patience_s), abs=1e-9
    )
    in_the_end = answered_within(load, agents, aht_s, 1_000 * patience_s, patience_s)
    assert in_the_end == pytest.approx(1 - lost, abs=1e-9)
    assert load * (1 - lost) <= agents * (1 + 1e-12)


@given(LOADS, AGENTS, TIMES, TARGETS, TIMES)
def test_more_agents_lose_fewer_patient_ones(
    load: float, agents: int, aht_s: float, target_s: float, patience_s: float
) -> None:
    rest = (aht_s, patience_s)
    assert erlang_a(load, agents + 1, *rest) <= erlang_a(load, agents, *rest) + 1e-12
    assert abandonment(load, agents + 1, *rest) <= abandonment(load, agents, *rest) + 1e-12
    before, after = (service_level_with_patience(load, n, aht_s, target_s, patience_s) for n in (agents, agents + 1))
    assert after >= before - 1e-9


@given(st.integers(1, 200), st.floats(0.05, 0.95), TIMES, TARGETS)
def test_endless_patience_is_erlang_c(agents: int, occupancy: float, aht_s: float, target_s: float) -> None:
    load = agents * occupancy
    apart = []
    for patience_s in (1e5, 1e7, 1e9):
        apart.append(erlang_c(load, agents) - erlang_a(load, agents, aht_s, patience_s))
    assert apart == sorted(apart, reverse=True)
    assert apart[-1] == pytest.approx(0, abs=1e-3)
    assert service_level_with_patience(load, agents, aht_s, target_s, 1e9) == pytest.approx(
        service_level(load, agents, aht_s, target_s), abs=1e-3
    )
    assert average_speed_of_answer_with_patience(load, agents, aht_s, 1e9) == pytest.approx(
        average_speed_of_answer(load, agents, aht_s), rel=0.01, abs=1e-9
    )


@given(LOADS, AGENTS)
def test_with_no_patience_at_all_it_is_erlang_b(load: float, agents: int) -> None:
    """Who finds all busy is gone at once: M/M/n/n."""
    assert abandonment(load, agents, 100.0, 1e-7) == pytest.approx(erlang_b(load, agents), rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("agents", [2_000, 4_900, 5_000, 5_100, 9_000])
def test_thousands_of_agents_are_no_trouble(agents: int) -> None:
    arguments = (5_000.0, agents, 240.0, 180.0)
    lost = abandonment(*arguments)
    assert lost >= 1 - agents / 5_000 - 1e-12
    assert 0 <= erlang_a(*arguments) <= 1
    assert 0 <= service_level_with_patience(5_000.0, agents, 240.0, 20.0, 180.0) <= 1
    assert math.isfinite(average_speed_of_answer_with_patience(*arguments))
    if agents < 4_000:
        # Far too few agents: those served wait until just enough of the others have gone (Whitt 2004, fluid limit).
        assert lost == pytest.approx(1 - agents / 5_000, abs=1e-6)
        fluid = -180.0 * math.log(agents / 5_000)
        assert average_speed_of_answer_with_patience(*arguments) == pytest.approx(fluid, rel=0.01)


@settings(deadline=None)
@given(LOADS, TIMES, TARGETS, st.floats(0.01, 0.995), st.one_of(st.none(), TIMES))
def test_the_agents_found_are_the_fewest(
    load: float, aht_s: float, target_s: float, level: float, patience_s: float | None
) -> None:
    agents = agents_for(load, aht_s, target_s=target_s, service_level=level, patience_s=patience_s)

    def reached(count: int) -> float:
        if patience_s is not None:
            return service_level_with_patience(load, count, aht_s, target_s, patience_s)
        return service_level(load, count, aht_s, target_s) if count > load else 0.0

    assert reached(agents) >= level
    assert agents == 1 or reached(agents - 1) < level


def test_without_load_nobody_waits_and_nobody_is_needed() -> None:
    assert erlang_b(0, 1) == erlang_c(0, 1) == erlang_a(0, 1, 60, 60) == abandonment(0, 1, 60, 60) == 0
    assert erlang_b(0, 0) == 1
    assert average_speed_of_answer(0, 1, 60) == average_speed_of_answer_with_patience(0, 1, 60, 60) == 0
    assert service_level(0, 1, 60, 0) == service_level_with_patience(0, 1, 60, 0, 60) == 1
    assert agents_for(0, 60, target_s=20, service_level=0.8) == 0


NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: erlang_b(NAN, 1), "load"),
        (lambda: erlang_b(-1, 1), "load"),
        (lambda: erlang_b(INF, 1), "load"),
        (lambda: erlang_b(1, -1), "agents"),
        (lambda: erlang_b(1, 1.5), "agents"),  # type: ignore[arg-type]  # what is refused
        (lambda: erlang_b(1, True), "agents"),
        (lambda: erlang_b(1, MAX_AGENTS + 1), "agents"),
        (lambda: erlang_c(1, 0), "agents"),
        (lambda: erlang_c(10, 10), "load must be below agents"),
        (lambda: erlang_c(10.5, 10), "load must be below agents"),
        (lambda: service_level(10, 10, 180, 20), "load must be below agents"),
        (lambda: service_level(5, 10, 0, 20), "aht_s"),
        (lambda: service_level(5, 10, NAN, 20), "aht_s"),
        (lambda: service_level(5, 10, 180, -1), "target_s"),
        (lambda: service_level(5, 10, 180, INF), "target_s"),
        (lambda: average_speed_of_answer(5, 10, -3), "aht_s"),
        (lambda: average_speed_of_answer(15, 10, 180), "load must be below agents"),
        (lambda: erlang_a(5, 0, 180, 60), "agents"),
        (lambda: erlang_a(5, 1, 0, 60), "aht_s"),
        (lambda: erlang_a(5, 1, 180, 0), "patience_s"),
        (lambda: abandonment(5, 1, 180, NAN), "patience_s"),
        (lambda: abandonment(-5, 1, 180, 60), "load"),
        (lambda: answered_within(5, 1, 180, -1, 60), "target_s"),
        (lambda: service_level_with_patience(5, 1, 180, 20, INF), "patience_s"),
        (lambda: average_speed_of_answer_with_patience(5, 1, 180, -1), "patience_s"),
        (lambda: agents_for(NAN, 180, target_s=20, service_level=0.8), "load"),
        (lambda: agents_for(2.0 * MAX_AGENTS, 180, target_s=20, service_level=0.8), "load"),
        (lambda: agents_for(5, 0, target_s=20, service_level=0.8), "aht_s"),
        (lambda: agents_for(5, 180, target_s=-1, service_level=0.8), "target_s"),
        (lambda: agents_for(5, 180, target_s=20, service_level=1), "service_level"),
        (lambda: agents_for(5, 180, target_s=20, service_level=80), "service_level"),
        (lambda: agents_for(5, 180, target_s=20, service_level=NAN), "service_level"),
        (lambda: agents_for(5, 180, target_s=20, service_level=0.8, shrinkage=1), "shrinkage"),
        (lambda: agents_for(5, 180, target_s=20, service_level=0.8, shrinkage=NAN), "shrinkage"),
        (lambda: agents_for(5, 180, target_s=20, service_level=0.8, patience_s=0), "patience_s"),
    ],
)
def test_nonsense_is_refused_by_name(call: Callable[[], float], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named}"):
        call()
