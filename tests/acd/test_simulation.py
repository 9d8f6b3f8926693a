"""Simulated days: everybody is accounted for, a seed gives one day, and people do what the scenario says."""

from __future__ import annotations

from math import sqrt
from statistics import fmean, pvariance

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from acd.draws import drawer, poisson_moments, source
from acd.model import (
    AgentConfig,
    OverflowCause,
    OverflowRule,
    QueueConfig,
    SkillRequirement,
    Target,
    TargetKind,
    members,
)
from acd.replications import mean_of, seeds, spread, student_t
from acd.scenario import (
    Answering,
    Arrival,
    BadScenario,
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Lognormal,
    Pause,
    Scenario,
    Shift,
    Staff,
    Stream,
    Traits,
)
from acd.simulated import Figures, percentile
from acd.simulation import Simulation, simulate

PLAIN = QueueConfig("sales", wrap_up_s=0.0, wrap_up_forced=False)


def staff(
    *names: str, queues: tuple[str, ...] = ("sales",), shifts: tuple[Shift, ...] = (Shift(),)
) -> tuple[Staff, ...]:
    return tuple(Staff(AgentConfig(name, {}, members(*queues)), shifts) for name in names)


def day(*arrivals: Arrival, agents: tuple[Staff, ...] | None = None, queue: QueueConfig = PLAIN) -> Scenario:
    """An hour with these contacts; conversations of 100 s."""
    return Scenario(
        duration_s=3600.0,
        queues=(queue,),
        agents=staff("anna") if agents is None else agents,
        arrivals=arrivals,
        traits={"sales": Traits(handling=Constant(100.0))},
    )


def call(
    at: float, *, handling_s: float | None = None, patience_s: float | None = None, waited_s: float | None = None
) -> Arrival:
    return Arrival(at=at, queue_id="sales", handling_s=handling_s, patience_s=patience_s, waited_s=waited_s)


def busy(seed: int = 1, *, agents: int = 5, per_hour: float = 70.0) -> Scenario:
    return Scenario(
        duration_s=4 * 3600.0,
        warm_up_s=1800.0,
        seed=seed,
        queues=(
            QueueConfig(
                "sales",
                wrap_up_s=20.0,
                overflow=(OverflowRule(cause=OverflowCause.MAX_WAIT, limit=60.0, to=Target(TargetKind.QUEUE, "help")),),
            ),
            QueueConfig(
                "help",
                wrap_up_s=10.0,
                wrap_up_forced=False,
                overflow=(OverflowRule(cause=OverflowCause.FULL, limit=4, to=Target(TargetKind.VOICEMAIL)),),
            ),
        ),
        agents=staff(*(f"agent-{number}" for number in range(agents)), queues=("sales", "help")),
        streams=(
            Stream(queue_id="sales", per_hour=(per_hour,)),
            Stream(queue_id="help", per_hour=(per_hour / 2, per_hour, per_hour / 3, 0.0), interval_s=3600.0),
        ),
        traits={
            "sales": Traits(handling=Lognormal(200.0, 1.5), patience=Exponential(180.0), wrap_up=Exponential(15.0)),
            "help": Traits(handling=Exponential(150.0), patience=Exponential(300.0)),
        },
        answering=Answering(delay=Exponential(3.0), miss=0.05, returns_s=30.0),
    )


def balance(figures: Figures) -> float:
    resolved = figures.answered + figures.abandoned + figures.left + figures.unresolved
    return figures.offered - resolved


def test_the_second_caller_waits_for_the_first_to_end() -> None:
    report = simulate(day(call(0.0), call(10.0, handling_s=50.0)))
    assert report.total.answered == 2
    assert report.total.max_wait_s == 90.0
    assert report.total.average_speed_of_answer_s == 45.0
    assert report.total.waited == 0.5
    assert report.total.talk_s == 75.0
    assert report.agents[0].handled == 2
    assert report.agents[0].handling_s == 150.0
    assert report.agents[0].occupancy == 150.0 / 3600.0


def test_who_loses_patience_leaves() -> None:
    report = simulate(day(call(0.0), call(10.0, patience_s=30.0)))
    assert (report.total.answered, report.total.abandoned) == (1, 1)
    assert report.total.max_wait_s == 30.0
    assert report.total.service_levels.of_offered == 0.5


def test_who_was_answered_in_truth_waits_at_least_as_long() -> None:
    """After 200 s of waiting in truth nobody has left before; what is beyond is drawn."""
    scenario = day(call(0.0, handling_s=150.0), call(1.0, waited_s=200.0))
    traits = {"sales": Traits(handling=Constant(100.0), patience=Exponential(0.001))}
    assert simulate(replace(scenario, traits=traits)).total.abandoned == 0
    late = replace(scenario.arrivals[0], handling_s=250.0)
    scenario = replace(scenario, arrivals=(late, scenario.arrivals[1]), traits=traits)
    assert simulate(scenario).total.abandoned == 1


def test_wrap_up_keeps_the_next_one_waiting() -> None:
    forced = QueueConfig("sales", wrap_up_s=40.0)
    assert simulate(day(call(0.0), call(1.0), queue=forced)).total.max_wait_s == 139.0
    timed = QueueConfig("sales", wrap_up_s=40.0, wrap_up_forced=False)
    assert simulate(day(call(0.0), call(1.0), queue=timed)).total.max_wait_s == 139.0
    quick = {"sales": Traits(handling=Constant(100.0), wrap_up=Constant(15.0))}
    assert simulate(replace(day(call(0.0), call(1.0), queue=forced), traits=quick)).total.max_wait_s == 114.0
    slow = {"sales": Traits(handling=Constant(100.0), wrap_up=Constant(60.0))}
    assert simulate(replace(day(call(0.0), call(1.0), queue=timed), traits=slow)).total.max_wait_s == 139.0
    assert simulate(replace(day(call(0.0), call(1.0), queue=forced), traits=slow)).total.max_wait_s == 159.0


def test_shifts_and_pauses_are_kept() -> None:
    shift = Shift(from_s=100.0, to_s=2000.0, pauses=(Pause(from_s=500.0, to_s=700.0, reason="lunch"),))
    agents = staff("anna", shifts=(shift,))
    report = simulate(day(call(0.0), call(600.0), call(2500.0, patience_s=60.0), agents=agents))
    assert (report.total.answered, report.total.abandoned) == (2, 1)
    assert report.total.average_speed_of_answer_s == 100.0
    assert report.agents[0].staffed_s == 1700.0
    assert report.intervals[0].ready == pytest.approx((900 - 100 - 200 - 200) / 900)


def test_a_contact_at_the_end_of_the_shift_is_finished() -> None:
    report = simulate(day(call(1990.0), agents=staff("anna", shifts=(Shift(to_s=2000.0),))))
    assert report.agents[0].handling_s == 100.0
    assert report.agents[0].staffed_s == 2090.0


def test_an_offer_that_is_missed_sets_not_responding_for_a_while() -> None:
    queue = QueueConfig("sales", wrap_up_s=0.0, wrap_up_forced=False, ring_timeout_s=10.0, refusal_lapse_s=None)
    scenario = day(call(0.0), queue=queue)
    scenario = replace(scenario, answering=Answering(miss=0.999999, returns_s=30.0))
    report = simulate(replace(scenario, arrivals=(call(0.0, patience_s=100.0),)))
    assert (report.total.missed, report.total.abandoned) == (3, 1)
    assert report.agents[0].staffed_s == 3600.0 - 3 * 30.0


def test_an_answer_takes_its_time() -> None:
    scenario = replace(day(call(0.0)), answering=Answering(delay=Constant(4.0)))
    assert simulate(scenario).total.max_wait_s == 4.0


def test_an_e_mail_rests_while_a_call_is_on() -> None:
    """It is interrupted at 50 s for 100 s, and so ends 300 s after it began."""
    mail = Arrival(at=0.0, queue_id="sales", channel="email", handling_s=200.0)
    following = replace(mail, at=10.0)
    third = replace(mail, at=20.0)
    report = simulate(day(mail, following, third, call(50.0, handling_s=100.0)))
    assert report.total.max_wait_s == 280.0
    assert report.total.answered == 4


def test_who_still_waits_when_nobody_is_left_is_unresolved() -> None:
    report = simulate(day(call(100.0), agents=staff("anna", shifts=(Shift(to_s=50.0),))))
    assert (report.total.unresolved, report.total.waited) == (1, 1.0)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), agents=st.integers(1, 9), per_hour=st.floats(1, 150))
def test_everybody_is_accounted_for(seed: int, agents: int, per_hour: float) -> None:
    report = simulate(busy(seed, agents=agents, per_hour=per_hour))
    assert balance(report.total) == 0
    for queue in report.queues:
        assert balance(queue.figures) == queue.figures.overflowed
    assert sum(queue.figures.answered for queue in report.queues) == report.total.answered
    for agent in report.agents:
        assert 0 <= agent.handling_s <= agent.staffed_s + 1e-6
        assert agent.staffed_s <= report.duration_s - report.warm_up_s + 1e-6
    for interval in report.intervals:
        assert 0 <= interval.ready <= agents + 1e-9
        assert interval.waiting >= 0
    assert len(report.intervals) == 16


def test_the_same_seed_gives_the_same_day_and_another_one_another() -> None:
    first, again, other = (msgspec.json.encode(simulate(busy(seed))) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_customers_are_the_same_when_agents_change() -> None:
    """What is compared is the change, not the luck of the draw."""
    few, many = (simulate(busy(agents=count)) for count in (3, 8))
    for before, after in zip(few.intervals, many.intervals, strict=True):
        assert before.offered >= after.offered  # overflow into the other queue counts as offered there
    assert few.total.offered == many.total.offered
    assert few.total.abandoned > many.total.abandoned


def test_a_warm_up_counts_in_no_figure_but_in_the_intervals() -> None:
    scenario = replace(day(call(0.0), call(1000.0)), warm_up_s=900.0)
    report = simulate(scenario)
    assert report.total.offered == report.agents[0].handled == 1
    assert report.agents[0].staffed_s == 2700.0
    assert [interval.offered for interval in report.intervals] == [1, 1, 0, 0]


def test_progress_grows_to_the_end_and_can_be_broken_off() -> None:
    shares: list[float] = []
    simulate(busy(), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert 90 <= len(shares) <= 110
    running = Simulation(busy()).run()
    assert next(running) < 0.1

    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(busy(), stop)


@pytest.mark.parametrize(
    ("distribution", "mean", "scv"),
    [
        (Exponential(240.0), 240.0, 1.0),
        (Lognormal(300.0, 2.0), 300.0, 2.0),
        (Lognormal(300.0, 0.1), 300.0, 0.1),
        (Constant(50.0), 50.0, 0.0),
        (Empirical((10.0, 30.0)), 20.0, 0.25),
    ],
)
def test_draws_have_the_mean_and_the_spread_that_were_asked_for(
    distribution: Distribution, mean: float, scv: float
) -> None:
    draw = drawer(distribution, source(1, "test"))
    values = [draw() for _ in range(40_000)]
    assert fmean(values) == pytest.approx(mean, rel=4 * sqrt(scv / len(values)) + 1e-9)
    assert pvariance(values) / fmean(values) ** 2 == pytest.approx(scv, rel=0.12, abs=1e-9)


def test_arrivals_follow_their_rates() -> None:
    moments = list(poisson_moments((3600.0, 0.0, 7200.0), 1000.0, 3000.0, source(1, "test")))
    counts = [sum(start <= at < start + 1000.0 for at in moments) for start in (0.0, 1000.0, 2000.0)]
    assert moments == sorted(moments)
    assert counts[1] == 0
    assert counts[0] == pytest.approx(1000, abs=4 * sqrt(1000))
    assert counts[2] == pytest.approx(2000, abs=4 * sqrt(2000))
    assert list(poisson_moments((0.0,), 900.0, 1e6, source(1, "test"))) == []


def test_a_purpose_has_a_luck_of_its_own() -> None:
    assert source(1, "a").random() == source(1, "a").random() != source(1, "b").random() != source(2, "b").random()


@pytest.mark.parametrize(
    ("tails", "degrees", "value"),
    [
        (0.05, 1, 12.706),
        (0.05, 2, 4.303),
        (0.05, 3, 3.182),
        (0.05, 4, 2.776),
        (0.05, 9, 2.262),
        (0.05, 29, 2.045),
        (0.05, 120, 1.980),
        (0.01, 4, 4.604),
        (0.01, 9, 3.250),
        (0.9, 10, 0.129),
    ],
)
def test_students_t_is_that_of_the_tables(tails: float, degrees: int, value: float) -> None:
    assert student_t(tails, degrees) == pytest.approx(value, abs=6e-4)


def test_nonsense_has_no_quantile() -> None:
    for tails, degrees in ((0.05, 0), (0.0, 5), (1.0, 5), (float("nan"), 5)):
        with pytest.raises(ValueError, match="no quantile"):
            student_t(tails, degrees)


def test_a_spread_is_the_mean_with_its_interval() -> None:
    found = spread([1.0, None, 2.0, 3.0])
    assert found is not None
    assert found.mean == 2.0
    assert found.runs == 3
    assert found.half == pytest.approx(4.303 / sqrt(3), abs=1e-3)
    assert spread([None]) is None
    alone = spread([5.0])
    assert alone is not None
    assert (alone.mean, alone.low, alone.half) == (5.0, None, None)


def test_the_mean_of_reports_is_a_report() -> None:
    reports = [simulate(each) for each in seeds(busy(), 3)]
    mean = mean_of(reports)
    assert mean.total.offered == fmean(report.total.offered for report in reports)
    assert mean.queues[1].queue_id == "help"
    assert mean.intervals[3].waiting == pytest.approx(fmean(report.intervals[3].waiting for report in reports))
    assert mean_of(reports[:1]) == reports[0]


def test_a_percentile_is_the_nearest_rank() -> None:
    waits = [float(value) for value in range(1, 11)]
    assert [percentile(waits, share) for share in (50, 90, 95, 99)] == [5.0, 9.0, 10.0, 10.0]
    assert percentile([7.0], 50) == 7.0


GOOD = day(call(0.0))


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"duration_s": 0.0}, "duration_s", "more than 0"),
        ({"duration_s": float("nan")}, "duration_s", "more than 0"),
        ({"warm_up_s": 3600.0}, "warm_up_s", "shorter"),
        ({"queues": ()}, "queues", "must be a queue"),
        ({"queues": (PLAIN, PLAIN)}, "queues.1", "twice"),
        ({"arrivals": ()}, "streams", "Nobody arrives"),
        ({"arrivals": (Arrival(at=0.0, queue_id="salse"),)}, "arrivals.0.queue_id", "known are sales"),
        ({"arrivals": (call(-1.0),)}, "arrivals.0.at", "0 or more"),
        ({"arrivals": (call(0.0, handling_s=float("inf")),)}, "arrivals.0.handling_s", "0 or more"),
        ({"streams": (Stream(queue_id="sales", per_hour=()),)}, "streams.0.per_hour", "one rate"),
        ({"streams": (Stream(queue_id="sales", per_hour=(1.0, 2.0)),)}, "streams.0.per_hour", "give 4"),
        ({"streams": (Stream(queue_id="sales", per_hour=(-1.0,)),)}, "streams.0.per_hour", "from 0"),
        ({"traits": {"sales": Traits(handling=Exponential(0.0))}}, "traits.sales.handling.mean_s", "above 0"),
        ({"traits": {"sales": Traits(patience=Empirical(()))}}, "traits.sales.patience.values", "a value"),
        ({"traits": {"sales": Traits(handling=Lognormal(9.0, -1.0))}}, "traits.sales.handling.scv", "0 or more"),
        ({"agents": staff("anna", "anna")}, "agents.1", "twice"),
        ({"agents": staff("anna", shifts=(Shift(from_s=9.0, to_s=9.0),))}, "agents.0.shifts.0", "end after"),
        (
            {"agents": staff("anna", shifts=(Shift(to_s=9.0, pauses=(Pause(from_s=5.0, to_s=10.0),)),))},
            "agents.0.shifts.0.pauses",
            "within",
        ),
        ({"answering": Answering(miss=1.0)}, "answering.miss", "below 1"),
        ({"answering": Answering(returns_s=0.0)}, "answering.returns_s", "above 0"),
        ({"queues": (replace(PLAIN, strategy="fastest"),)}, "queues.0", "fastest"),
        (
            {"queues": (replace(PLAIN, required_skills=(SkillRequirement("selling", 9),)),)},
            "queues.0",
            "9",
        ),
    ],
)
def test_what_cannot_run_is_said_with_its_place(change: dict[str, object], field: str, words: str) -> None:
    with pytest.raises(BadScenario) as refused:
        Simulation(replace(GOOD, **change))
    assert refused.value.field == field
    assert words in refused.value.sentence
