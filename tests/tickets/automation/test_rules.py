"""Rules against a ticket's history: by any history, from when a timer counts, and who is next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contactcenter.tickets.automation.rules import (
    Happened,
    Rule,
    Standing,
    concerns,
    happened_in,
    in_circle,
    in_turn,
    least,
    touches,
)
from contactcenter.tickets.models import TicketEntry

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
STATES = ("open", "pending", "resolved")
CLASSES = {state: state for state in STATES}


def entry(
    sequence: int, hours: float, kind: str, author: str = "agent", author_id: str = "", **data: Any
) -> TicketEntry:
    at = BEGIN + timedelta(hours=hours)
    return TicketEntry(
        ticket_id="t",
        sequence=sequence,
        at=at,
        kind=kind,
        author=author,
        author_id=author_id,
        author_name="",
        data=data,
    )


def made(public: bool = True, author: str = "customer") -> TicketEntry:
    values = {"state": "open", "state_class": "open", "priority": "low", "tags": []}
    return entry(1, 0, "made", author, values=values, public=public)


def moved(sequence: int, hours: float, before: str, after: str, author: str = "agent", by: str = "") -> TicketEntry:
    changes = {"state": [before, after], "state_class": [before, after]}
    return entry(sequence, hours, "changed", author, by, changes=changes)


ACTS = st.lists(
    st.tuples(
        st.floats(0, 48),
        st.one_of(
            st.sampled_from(["agent", "customer", "note", "rule"]).map(lambda who: ("said", who)),
            st.sampled_from(STATES).map(lambda state: ("moved", state)),
        ),
    ),
    max_size=25,
)


def history(acts: list[tuple[float, tuple[str, str]]]) -> list[TicketEntry]:
    found, state, hours = [made()], "open", 0.0
    for wait, (what, which) in acts:
        hours += wait
        sequence = len(found) + 1
        if what == "moved":
            if which != state:
                found.append(moved(sequence, hours, state, which))
                state = which
        elif which == "note":
            found.append(entry(sequence, hours, "noted", "agent", message=1))
        else:
            found.append(entry(sequence, hours, "replied", which, message=1))
    return found


def standing(entries: list[TicketEntry]) -> Standing:
    found = Standing()
    for each in entries:
        found.take(each)
    return found


def timer(since: str, hours: float = 24, **more: Any) -> Rule:
    return Rule(id="r", name="R", since=since, after=timedelta(hours=hours), **more)


@settings(max_examples=150, deadline=None)
@given(ACTS)
def test_a_timer_counts_from_where_the_history_says(acts: list[tuple[float, tuple[str, str]]]) -> None:
    entries = history(acts)
    found = standing(entries)
    states = [(each.sequence, each.data["changes"]["state"][1]) for each in entries if each.kind == "changed"]
    last = [(1, "open"), *states][-1]
    since = found.since("state", {last[1]})
    assert since is not None
    assert since.mark == last[0]
    assert found.since("state", set(STATES) - {last[1]}) is None
    whole = found.since("state", STATES)
    assert whole is not None
    assert whole.mark == 1
    spoken = [(each.sequence, each.author) for each in entries if each.kind in ("made", "replied")]
    spoken = [each for each in spoken if each[1] in ("agent", "customer")]
    if spoken[-1][1] == "agent":
        assert found.since("customer_waits") is None
        answer = found.since("we_wait")
        assert answer is not None
        assert answer.mark == spoken[-1][0]
    else:
        answered = max((mark for mark, who in spoken if who == "agent"), default=0)
        waits = found.since("customer_waits")
        assert waits is not None
        assert waits.mark == min(mark for mark, who in spoken if mark > answered)
        assert found.since("we_wait") is None


@settings(max_examples=150, deadline=None)
@given(ACTS, st.sampled_from(["made", "acted", "customer_waits", "we_wait", "state"]), st.floats(0.5, 100))
def test_replayed_a_timer_fires_once_for_each_time_it_began(
    acts: list[tuple[float, tuple[str, str]]], since: str, hours: float
) -> None:
    entries = history(acts)
    end = entries[-1].at + timedelta(hours=200)
    rule = timer(since, hours, states=frozenset({"pending"}) if since == "state" else frozenset())
    found = touches(rule, entries, "T-1", BEGIN, end)
    begun = {
        mark.mark
        for mark in (standing(entries[: n + 1]).since(since, rule.states) for n in range(len(entries)))
        if mark
    }
    assert len(found) <= len(begun)
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert all(BEGIN + rule.after <= each.at <= end for each in found)
    last = standing(entries).since(since, rule.states)
    if last is not None:
        assert any(each.at == last.at + rule.after for each in found)
    if since == "made":
        assert len(found) == 1


@settings(max_examples=100, deadline=None)
@given(ACTS, st.sets(st.sampled_from(["made", "changed", "noted", "agent_replied", "customer_replied"]), min_size=1))
def test_replayed_a_trigger_meets_every_such_event_once(
    acts: list[tuple[float, tuple[str, str]]], events: set[str]
) -> None:
    entries = history(acts)
    rule = Rule(id="r", name="R", events=frozenset(events))
    seen = [happened for happened in (happened_in(each) for each in entries) if happened is not None]
    found = touches(rule, entries, "T-1", BEGIN, entries[-1].at)
    assert [each.event for each in found] == [each.event for each in seen if each.event in events]


def test_conditions_are_asked_as_the_ticket_was_then() -> None:
    entries = [
        made(),
        moved(2, 1, "open", "pending"),
        moved(3, 2, "pending", "resolved"),
        moved(4, 3, "resolved", "open"),
    ]
    pending = {"all": [{"field": "state", "op": "is", "value": "pending"}]}
    rule = Rule(id="r", name="R", events=frozenset({"changed"}), conditions=pending)
    assert [each.at for each in touches(rule, entries, "T-1", BEGIN, entries[-1].at)] == [entries[1].at]
    solved = {"all": [{"field": "resolved_at", "op": "filled"}]}
    rule = Rule(id="r", name="R", events=frozenset({"changed"}), conditions=solved)
    assert [each.at for each in touches(rule, entries, "T-1", BEGIN, entries[-1].at)] == [entries[2].at]


def test_what_it_did_itself_is_left_out() -> None:
    entries = [made(), moved(2, 1, "open", "pending", "rule", "r"), moved(3, 2, "pending", "open", "rule", "other")]
    rule = Rule(id="r", name="R", events=frozenset({"changed"}))
    assert [each.at for each in touches(rule, entries, "T-1", BEGIN, entries[-1].at)] == [entries[2].at]


def test_what_it_became_has_to_fit_on_both_sides() -> None:
    happened = Happened(
        ticket_id="t", sequence=2, event="changed", changes={"state": ("open", "pending"), "tags": ([], ["vip"])}
    )

    def asks(**became: Any) -> bool:
        wanted = {"before": None, "after": None, **became}
        return concerns(Rule(id="r", name="R", events=frozenset({"changed"}), became=(wanted,)), happened)

    assert asks(field="state")
    assert asks(field="state", after="pending")
    assert asks(field="tags", after="vip")
    assert asks(field="state", before="open", after="pending")
    assert not asks(field="priority")
    assert not asks(field="state", before="pending")
    breach = Happened(ticket_id="t", sequence=2, event="breached", clock="resolution")
    assert concerns(Rule(id="r", name="R", events=frozenset({"breached"}), clock="resolution"), breach)
    assert not concerns(Rule(id="r", name="R", events=frozenset({"breached"}), clock="first_response"), breach)


def test_a_long_chain_is_a_circle_too() -> None:
    rule = Rule(id="r", name="R")
    assert in_circle(rule, ("a", "r"))
    assert in_circle(rule, tuple(f"r{n}" for n in range(10)))
    assert not in_circle(rule, ("a", "b"))


MEMBERS = st.sets(st.sampled_from("abcdef"), min_size=1)


@given(MEMBERS)
def test_everybody_comes_once_before_anybody_comes_twice(members: set[str]) -> None:
    last: str | None = None
    given_to = []
    for _ in range(2 * len(members)):
        last = in_turn(members, last)
        given_to.append(last)
    assert sorted(x for x in given_to[: len(members)] if x) == sorted(members)
    assert given_to[: len(members)] == given_to[len(members) :]
    assert in_turn((), "a") is None


@given(MEMBERS, st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3)), st.sampled_from([None, *"abcdef"]))
def test_nobody_has_less_than_who_gets_it(members: set[str], tickets: dict[str, int], last: str | None) -> None:
    chosen = least(members, tickets, last)
    assert chosen in members
    assert tickets.get(chosen, 0) == min(tickets.get(each, 0) for each in members)
