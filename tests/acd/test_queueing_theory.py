"""The engine against queueing theory: what is proven on paper comes out of the simulation, with confidence intervals.

Seeds are fixed: a failure is a change of the engine or of the simulation, never bad luck.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from acd import erlang
from acd.model import (
    AgentConfig,
    Membership,
    Order,
    OverflowCause,
    OverflowRule,
    QueueConfig,
    SkillRequirement,
    members,
)
from acd.replications import seeds, spread
from acd.scenario import Constant, Exponential, Scenario, Staff, Stream, Traits
from acd.simulated import Report
from acd.simulation import simulate

AHT_S = 300.0
TARGET_S = 20.0
HOUR_S = 3600.0
POINT = 0.01


def pool(agents: int, load: float, *, hours: float, patience_s: float | None = None, seed: int = 1) -> Scenario:
    """One queue, agents all alike, no wrap-up: M/M/n, with patience M/M/n+M."""
    patience = None if patience_s is None else Exponential(patience_s)
    return Scenario(
        duration_s=(hours + 2) * HOUR_S,
        warm_up_s=2 * HOUR_S,
        seed=seed,
        queues=(QueueConfig("pool", wrap_up_s=0.0, wrap_up_forced=False, service_level_target_s=TARGET_S),),
        agents=tuple(Staff(AgentConfig(f"agent-{number}", {}, members("pool"))) for number in range(agents)),
        streams=(Stream(queue_id="pool", per_hour=(load * HOUR_S / AHT_S,)),),
        traits={"pool": Traits(handling=Exponential(AHT_S), patience=patience)},
    )


def within_a_point(name: str, theory: float, reports: list[Report], figure: Callable[[Report], float | None]) -> None:
    """The mean is within a point of theory, and the 99 % interval holds theory and is narrow enough to mean it."""
    found = spread([figure(report) for report in reports], 0.99)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    said = f"{name}: theory {theory:.4f}, simulated {found.mean:.4f}, 99 % interval {found.low:.4f} to {found.high:.4f}"
    assert abs(found.mean - theory) <= POINT, said
    assert found.low <= theory <= found.high, said
    assert found.high - found.low <= 4 * POINT, f"too few contacts to tell; {said}"


@pytest.mark.parametrize(("agents", "load", "hours"), [(20, 15.0, 45), (6, 3.5, 150)])
def test_a_pool_waits_as_erlang_c_says(agents: int, load: float, hours: float) -> None:
    reports = [simulate(each) for each in seeds(pool(agents, load, hours=hours), 14)]
    waiting = erlang.erlang_c(load, agents)
    within_a_point("probability of waiting", waiting, reports, lambda report: report.total.waited)
    level = erlang.service_level(load, agents, AHT_S, TARGET_S)
    within_a_point("service level", level, reports, lambda report: report.total.service_levels.of_offered)


@pytest.mark.parametrize("load", [15.0, 22.0])
def test_impatient_customers_wait_as_erlang_a_says(load: float) -> None:
    agents, patience_s = 20, 120.0
    reports = [simulate(each) for each in seeds(pool(agents, load, hours=25, patience_s=patience_s), 14)]
    waiting = erlang.erlang_a(load, agents, AHT_S, patience_s)
    within_a_point("probability of waiting", waiting, reports, lambda report: report.total.waited)
    abandoned = erlang.abandonment(load, agents, AHT_S, patience_s)
    within_a_point("abandonment", abandoned, reports, lambda report: report.total.abandonment)
    level = erlang.service_level_with_patience(load, agents, AHT_S, TARGET_S, patience_s)
    within_a_point("service level", level, reports, lambda report: report.total.service_levels.abandons_ignored)


TYPES = [f"type-{number}" for number in range(6)]


def six_types(skills_per_agent: int) -> Scenario:
    """90 agents for six call types of 14 Erlang each, 300 s a call. With two skills, each of the 15 pairs of skills has
    six agents. One queue, skills asked for by the contacts, and customers who hang up after two minutes on average."""
    if skills_per_agent == 2:
        skills = [{first: 1, second: 1} for first, second in permutations(TYPES, 2)]
    else:
        skills = [dict.fromkeys(TYPES, 1)] * 30
    return Scenario(
        duration_s=12 * HOUR_S,
        warm_up_s=HOUR_S,
        seed=31,
        queues=(QueueConfig("all", wrap_up_s=0.0, wrap_up_forced=False, service_level_target_s=TARGET_S),),
        agents=tuple(
            Staff(AgentConfig(f"agent-{number}", skills[number % 30], members("all"))) for number in range(90)
        ),
        streams=tuple(
            Stream(queue_id="all", per_hour=(14 * HOUR_S / AHT_S,), skills=(SkillRequirement(name),)) for name in TYPES
        ),
        traits={"all": Traits(handling=Exponential(AHT_S), patience=Exponential(120.0))},
    )


def six_queues(skills_per_agent: int) -> Scenario:
    """The paper's own terms: a queue for each type with room for five who wait, who never hang up, and calls answered
    within 30 s count. Agents stand in tier 1 of their primary skill's queue and in tier 2 of the others'."""
    pairs = list(permutations(TYPES, 2))

    def queues_of(number: int) -> dict[str, Membership]:
        primary, secondary = pairs[number % 30]
        known = (primary, secondary) if skills_per_agent == 2 else TYPES
        return {name: Membership(tier=1 if name == primary else 2) for name in known}

    full = (OverflowRule(cause=OverflowCause.FULL, limit=5),)
    return Scenario(
        duration_s=12 * HOUR_S,
        warm_up_s=HOUR_S,
        seed=31,
        queues=tuple(
            QueueConfig(name, wrap_up_s=0.0, wrap_up_forced=False, service_level_target_s=30.0, overflow=full)
            for name in TYPES
        ),
        agents=tuple(Staff(AgentConfig(f"agent-{number}", {}, queues_of(number))) for number in range(90)),
        streams=tuple(Stream(queue_id=name, per_hour=(14 * HOUR_S / AHT_S,)) for name in TYPES),
        traits={name: Traits(handling=Exponential(AHT_S)) for name in TYPES},
    )


def in_time(report: Report) -> float:
    """Share of all who came that were answered within the target: who was turned away was not."""
    total = report.total
    level = total.service_levels.of_offered
    assert level is not None
    return level * (total.answered + total.abandoned) / (total.answered + total.abandoned + total.left)


@pytest.mark.parametrize("terms", [six_types, six_queues])
def test_two_skills_reach_nearly_all_that_pooling_gives(terms: Callable[[int], Scenario]) -> None:
    """The same customers in both runs; the interval is that of the ratio over the seeds."""
    ratios = []
    for two, six in zip(seeds(terms(2), 6), seeds(terms(6), 6), strict=True):
        few, pooled = (in_time(simulate(each)) for each in (two, six))
        ratios.append(few / pooled)
    found = spread(ratios)
    assert found is not None
    said = f"two skills reach {found.mean:.3f} of the pooled service level, 95 % interval {found.low} to {found.high}"
    assert found.low is not None
    assert found.low >= 0.95, said


def two_classes(order: Order) -> Scenario:
    """A rush, then quiet, for ten agents. Waiting costs the first class five times as much, its calls are short."""
    rush = (150.0, 260.0, 110.0, 60.0)
    return Scenario(
        duration_s=4 * HOUR_S,
        seed=41,
        order=order,
        queues=(
            QueueConfig("urgent", cost=5.0, target_wait_s=20.0, wrap_up_s=0.0, wrap_up_forced=False),
            QueueConfig("plain", cost=1.0, target_wait_s=60.0, wrap_up_s=0.0, wrap_up_forced=False),
        ),
        agents=tuple(Staff(AgentConfig(f"agent-{number}", {}, members("urgent", "plain"))) for number in range(10)),
        streams=(
            Stream(queue_id="urgent", per_hour=tuple(rate / 2 for rate in rush), interval_s=HOUR_S),
            Stream(queue_id="plain", per_hour=tuple(rate / 2 for rate in rush), interval_s=HOUR_S),
        ),
        traits={"urgent": Traits(handling=Constant(120.0)), "plain": Traits(handling=Constant(240.0))},
    )


def test_c_mu_costs_less_than_first_come_first_served() -> None:
    """The cost of a wait grows with its square; the trace of arrivals and conversations is the same."""
    first_come, c_mu = simulate(two_classes(Order.PRIORITY)), simulate(two_classes(Order.C_MU))
    assert [queue.figures.offered for queue in first_come.queues] == [queue.figures.offered for queue in c_mu.queues]
    costs = first_come.total.wait_cost, c_mu.total.wait_cost
    assert costs[1] < 0.8 * costs[0], costs
    assert first_come.total.unresolved == c_mu.total.unresolved == 0
