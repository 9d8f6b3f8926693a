"""Clocks over histories: exact by hand; whatever happens never negative, never jumping, the same when reckoned anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd.calendar import Calendar, Holiday, WeeklySpan, open_seconds
from contactcenter.tickets.model import Priority, StateClass
from contactcenter.tickets.sla import ClockKind, Fact, Policy, next_point, reckon

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC).timestamp()
HOUR = 3600.0
FIRST, NEXT, SOLVED = ClockKind
OFFICE = Calendar(timezone="Europe/Berlin", weekly=(WeeklySpan((0, 1, 2, 3, 4), 9 * 60, 17 * 60),))
TARGETS = {
    Priority.LOW: {FIRST: 8 * HOUR, NEXT: 8 * HOUR, SOLVED: 40 * HOUR},
    Priority.MEDIUM: {FIRST: 4 * HOUR, NEXT: 4 * HOUR, SOLVED: 16 * HOUR},
    Priority.URGENT: {FIRST: HOUR, SOLVED: 4 * HOUR},
}
POLICIES = {
    "always@1": Policy(targets=TARGETS, pauses=frozenset({"pending"}), points=frozenset({0.8})),
    "office@1": Policy(targets=TARGETS, pauses=frozenset({"pending"}), calendar=OFFICE),
    "none@1": Policy(targets={}),
}


def fact(hours: float, state: str = "open", spoke: str | None = None, **more: object) -> Fact:
    classes = {"done": StateClass.RESOLVED, "pending": StateClass.PENDING}
    base = Fact(
        at=MONDAY + hours * HOUR,
        state=state,
        state_class=classes.get(state, StateClass.OPEN),
        priority=Priority.MEDIUM,
        policy="always@1",
        spoke=spoke,  # type: ignore[arg-type]  # one of its words
    )
    return replace(base, **more)  # type: ignore[arg-type]  # fields of it


def test_a_reply_in_time_meets_the_first_response() -> None:
    clocks = reckon([fact(0), fact(3, spoke="agent")], POLICIES, MONDAY + 10 * HOUR)
    first = clocks[FIRST]
    assert (first.state, first.counted_s, first.done_at) == ("met", 3 * HOUR, MONDAY + 3 * HOUR)
    assert clocks[NEXT].state == "idle"
    assert (clocks[SOLVED].state, clocks[SOLVED].due_at) == ("running", MONDAY + 16 * HOUR)


def test_late_is_late_since_the_second_it_was() -> None:
    clocks = reckon([fact(0), fact(6, spoke="agent")], POLICIES, MONDAY + 6 * HOUR)
    assert (clocks[FIRST].state, clocks[FIRST].late_since) == ("missed", MONDAY + 4 * HOUR)


def test_the_next_response_runs_from_the_first_unanswered_word() -> None:
    said = [fact(0), fact(1, spoke="agent"), fact(2, spoke="customer"), fact(3, spoke="customer")]
    clocks = reckon(said, POLICIES, MONDAY + 4 * HOUR)
    assert (clocks[NEXT].counted_s, clocks[NEXT].due_at) == (2 * HOUR, MONDAY + 6 * HOUR)
    late = reckon([*said, fact(9, spoke="agent"), fact(10, spoke="customer")], POLICIES, MONDAY + 11 * HOUR)
    assert (late[NEXT].state, late[NEXT].counted_s, late[NEXT].missed_before) == ("running", HOUR, 1)


def test_it_stands_still_while_the_customer_is_asked() -> None:
    facts = [fact(0), fact(1, "pending"), fact(5, "open")]
    assert reckon(facts[:2], POLICIES, MONDAY + 4 * HOUR)[SOLVED].state == "paused"
    assert reckon(facts[:2], POLICIES, MONDAY + 4 * HOUR)[SOLVED].due_at is None
    clocks = reckon(facts, POLICIES, MONDAY + 6 * HOUR)
    assert (clocks[SOLVED].counted_s, clocks[SOLVED].due_at) == (2 * HOUR, MONDAY + 20 * HOUR)
    whys = [stretch.why for stretch in clocks[SOLVED].stretches]
    assert whys == ["counts", "paused", "counts"]


def test_what_is_done_and_taken_up_again_goes_on_counting() -> None:
    facts = [fact(0), fact(2, "done"), fact(50, "open")]
    assert reckon(facts[:2], POLICIES, MONDAY + 9 * HOUR)[SOLVED].state == "met"
    clocks = reckon(facts, POLICIES, MONDAY + 51 * HOUR)
    assert (clocks[SOLVED].state, clocks[SOLVED].counted_s) == ("running", 3 * HOUR)


def test_another_priority_promises_something_else_and_takes_nothing_back() -> None:
    urgent = fact(2, priority=Priority.URGENT)
    clocks = reckon([fact(0), urgent], POLICIES, MONDAY + 2 * HOUR)
    assert (clocks[FIRST].late_since, clocks[SOLVED].due_at) == (MONDAY + 2 * HOUR, MONDAY + 4 * HOUR)
    relaxed = reckon([fact(0), urgent, fact(3, priority=Priority.LOW)], POLICIES, MONDAY + 3 * HOUR)
    assert (relaxed[FIRST].late_since, relaxed[FIRST].counted_s) == (None, 3 * HOUR)
    assert relaxed[FIRST].due_at == MONDAY + 8 * HOUR


def test_it_counts_open_hours_over_night_weekend_holiday_and_the_change_to_summer_time() -> None:
    friday = fact(4 * 24 + 6, policy="office@1")  # 2026-03-06, 16:00 in Berlin
    clocks = reckon([friday], POLICIES, friday.at)
    assert clocks[FIRST].due_at == datetime(2026, 3, 9, 11, 0, tzinfo=UTC).timestamp()
    spring = replace(friday, at=datetime(2026, 3, 27, 15, 0, tzinfo=UTC).timestamp())
    assert reckon([spring], POLICIES, spring.at)[FIRST].due_at == datetime(2026, 3, 30, 10, 0, tzinfo=UTC).timestamp()
    closed = Calendar(
        timezone="Europe/Berlin", weekly=OFFICE.weekly, holidays=(Holiday(datetime(2026, 3, 30, tzinfo=UTC).date()),)
    )
    policies = POLICIES | {"office@1": replace(POLICIES["office@1"], calendar=closed)}
    assert reckon([spring], policies, spring.at)[FIRST].due_at == datetime(2026, 3, 31, 10, 0, tzinfo=UTC).timestamp()


def test_a_changed_calendar_counts_from_then_on_only() -> None:
    policies = POLICIES | {"office@2": Policy(targets=TARGETS)}
    facts = [fact(0, policy="office@1"), fact(24, policy="office@2")]
    clocks = reckon(facts, policies, MONDAY + 26 * HOUR)
    before = open_seconds(OFFICE, MONDAY, MONDAY + 24 * HOUR)
    assert clocks[SOLVED].counted_s == before + 2 * HOUR


def test_the_next_point_is_the_warning_then_the_breach_then_nothing() -> None:
    facts = [fact(0)]
    assert next_point(reckon(facts, POLICIES, MONDAY)) == MONDAY + 0.8 * 4 * HOUR
    assert next_point(reckon(facts, POLICIES, MONDAY + 0.8 * 4 * HOUR)) == MONDAY + 4 * HOUR
    late = reckon(facts, POLICIES, MONDAY + 4 * HOUR)
    assert (late[FIRST].state, late[FIRST].late_since, late[FIRST].next_at) == ("running", MONDAY + 4 * HOUR, None)


def test_without_a_promise_nothing_is_late() -> None:
    clocks = reckon([fact(0, policy=None)], POLICIES, MONDAY + 1000 * HOUR)
    assert {clock.state for clock in clocks.values()} == {"idle"}
    assert next_point(clocks) is None


@pytest.mark.parametrize("facts", [[], [fact(1), fact(0)]])
def test_a_history_out_of_order_is_refused(facts: list[Fact]) -> None:
    with pytest.raises(ValueError, match="in order"):
        reckon(facts, POLICIES, MONDAY)


def steps() -> st.SearchStrategy[list[Fact]]:
    one = st.tuples(
        st.integers(0, 30 * 60),
        st.sampled_from(["open", "pending", "done"]),
        st.sampled_from([None, "agent", "customer"]),
        st.sampled_from(list(Priority)),
        st.sampled_from(["always@1", "office@1", "none@1", None]),
    )

    def built(parts: list[tuple[int, str, str | None, Priority, str | None]]) -> list[Fact]:
        facts, minutes = [fact(0)], 0
        for wait, state, spoke, priority, policy in parts:
            minutes += wait
            facts.append(fact(minutes / 60, state, spoke, priority=priority, policy=policy))
        return facts

    return st.lists(one, max_size=12).map(built)


@given(steps(), st.lists(st.integers(0, 400 * 60), min_size=2, max_size=8))
@settings(max_examples=150)
def test_a_clock_never_goes_back_nor_jumps_within_a_round(facts: list[Fact], minutes: list[int]) -> None:
    moments = sorted(MONDAY + minute * 60 for minute in minutes)
    seen = [reckon(facts, POLICIES, moment) for moment in moments]
    for moment, other, before, after in zip(moments, moments[1:], seen, seen[1:], strict=False):
        for kind in ClockKind:
            assert before[kind].counted_s >= 0
            if before[kind].round == after[kind].round:
                assert -1e-6 <= after[kind].counted_s - before[kind].counted_s <= other - moment + 1e-6


@given(steps(), st.integers(0, 400 * 60))
@settings(max_examples=150)
def test_what_is_foretold_comes_true(facts: list[Fact], minute: int) -> None:
    """Where nothing more happens, each clock breaks when it said it would, and not a second before."""
    now = max(facts[-1].at, MONDAY + minute * 60)
    for kind, clock in reckon(facts, POLICIES, now).items():
        if clock.state != "running" or clock.late_since is not None or clock.due_at is None:
            continue
        assert reckon(facts, POLICIES, clock.due_at)[kind].late_since == pytest.approx(clock.due_at, abs=1e-3)
        assert reckon(facts, POLICIES, clock.due_at - 1)[kind].late_since is None


@given(steps(), st.integers(0, 400 * 60))
@settings(max_examples=100)
def test_the_stretches_add_up(facts: list[Fact], minute: int) -> None:
    clock = reckon(facts, POLICIES, MONDAY + minute * 60)[SOLVED]
    assert sum(stretch.counted_s for stretch in clock.stretches) == pytest.approx(clock.counted_s)
    assert all(one.end == other.start for one, other in zip(clock.stretches, clock.stretches[1:], strict=False))
