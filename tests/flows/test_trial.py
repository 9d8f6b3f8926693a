"""Flows tried out on a page: the interpreter of calls, with doings in place of a caller."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from acd.model import TargetKind
from contactcenter.flows.interpreter import Session
from contactcenter.flows.model import Flow
from contactcenter.flows.parse import examine, load
from contactcenter.flows.picture import drawn
from contactcenter.flows.trial import Do, Doing, Trial, tried

MAIN = Path(__file__).parents[2] / "ivr_flows" / "main.yaml"
OFFICE = MAIN.parent / "examples" / "office_hours.yaml"
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC).timestamp()
DESK = """flow: desk
start: welcome
steps:
  welcome: {say: Welcome to Northwind Energy., next: reason}
  reason:
    menu:
      label: Reason
      prompt: For sales, press 1.
      choices:
        "1": {label: Sales, set: {queue: sales}, next: number}
        "*": {label: Heard again, next: reason}
      attempts: 3
    on_failure: no_choice
  no_choice: {set: {queue: support}, next: wait}
  number:
    collect: {label: Number, prompt: Your number please., into: customer_number, max_digits: 8, attempts: 1}
    next: wait
    on_failure: wait
  wait:
    queue: {queue: "{queue}", announce: {first_after_s: 600}}
    on_max_wait: busy
    on_closed: closed
    on_failure: closed
  busy: {hangup: overflowed}
  closed: {hangup: closed}
"""
LONG = """flow: long
start: leave
steps:
  leave:
    voicemail: {queue: sales}
    next: through
    on_failure: end
  through:
    transfer: {number: "+4930123"}
    on_busy: ticket
    on_failure: end
  ticket:
    ticket: {subject: "From {caller}"}
    next: end
    on_failure: end
  end: {hangup: self_served}
"""


def _walk(flow: Flow, *doings: Doing, at: float = NOON) -> Trial:
    return tried(Session(flow, {"caller": "+4930123456"}), doings, at)


def _flow(text: str) -> Flow:
    flow, problems = examine(text.encode(), "x.yaml", directory=None)
    assert flow is not None, problems
    return flow


def test_it_says_what_a_caller_hears_and_stops_where_it_waits_for_him() -> None:
    trial = _walk(_flow(DESK))
    assert next(entry.text for entry in trial.entries if entry.kind == "say").startswith("Welcome to")
    assert trial.step == "reason"
    assert trial.may == ("keys", "wait", "hangup")
    assert trial.entries[-1].at >= 1


def test_keys_silence_and_the_queue_lead_to_an_agent() -> None:
    trial = _walk(_flow(DESK), Doing("keys", "1"), Doing("keys", "4711#"))
    assert trial.data["queue"] == "sales"
    assert trial.data["customer_number"] == "4711"
    assert trial.may[:3] == ("connected", "left", "closed")
    assert _walk(_flow(DESK), Doing("keys", "14711#"), Doing("connected")).may == ("hangup",)
    waited = _walk(_flow(DESK), *[Doing("wait")] * 3)
    assert any(entry.step == "no_choice" for entry in waited.entries)
    left = _walk(_flow(DESK), Doing("keys", "1"), Doing("wait"), Doing("wait"), Doing("left"))
    assert left.outcome == "overflowed"
    assert _walk(_flow(DESK), Doing("keys", "14711#"), Doing("closed")).outcome == "closed"


def test_the_time_of_day_decides_what_is_open() -> None:
    flow = load(OFFICE)
    steps = [
        {entry.step for entry in _walk(flow, at=datetime(2026, 11, day, hour, tzinfo=UTC).timestamp()).entries}
        for day, hour in ((23, 9), (23, 3))
    ]
    assert steps[0] != steps[1]


def test_what_is_recorded_called_and_asked_is_answered() -> None:
    trial = _walk(_flow(LONG), Doing("speak"), Doing("keys", "#"), Doing("busy"))
    kinds = [entry.kind for entry in trial.entries]
    assert kinds.count("record") >= 2
    assert "transfer" in kinds
    assert trial.data["ticket"] == "4711"
    assert trial.outcome == "self_served"
    assert trial.may == ()
    assert _walk(_flow(LONG), Doing("speak"), Doing("keys", "#"), Doing("answered")).outcome is not None


DOINGS = st.lists(
    st.builds(
        Doing,
        st.sampled_from(get_args(Do)),
        st.text("0123456789*#", max_size=6),
        to=st.sampled_from(TargetKind),
        value=st.sampled_from(["", "sales", "+4930"]),
    ),
    max_size=30,
)


@given(DOINGS, st.sampled_from([load(MAIN), load(OFFICE), _flow(LONG)]), st.floats(0, 4e9))
@effort(max_examples=100, deadline=None)
def test_whatever_is_done_it_ends_and_time_goes_forward(doings: list[Doing], flow: Flow, at: float) -> None:
    trial = _walk(flow, *doings, at=at)
    times = [entry.at for entry in trial.entries]
    assert times == sorted(times)
    assert trial.used <= len(doings)
    assert (trial.outcome is None) == bool(trial.may)


def test_a_picture_has_every_step_with_its_line_and_its_ways() -> None:
    text = DESK
    steps = {step.name: step for step in drawn(_flow(text), text)}
    lines = text.splitlines()
    assert all(lines[step.line - 1].strip().startswith(f"{name}:") for name, step in steps.items())
    assert steps["welcome"].row == 0
    assert {way.label: way.to for way in steps["reason"].ways}["1 Sales"] == "number"
    assert all(way.to in steps for step in steps.values() for way in step.ways)
    places = [(step.row, step.column) for step in steps.values()]
    assert len(places) == len(set(places))


def test_a_step_no_way_leads_to_stands_below_the_others() -> None:
    text = "flow: x\nstart: a\nsteps:\n  a: {hangup: closed}\n  b: {hangup: closed}\n"
    a, b = drawn(_flow(text), text)
    assert (a.reached, b.reached) == (True, False)
    assert b.row > a.row
