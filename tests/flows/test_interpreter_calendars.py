"""Flows that ask whether it is open."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from acd.calendar import Calendar, Emergency, WeeklySpan
from contactcenter.flows.effects import (
    CalendarMissing,
)
from contactcenter.flows.parse import load
from tests.flows.caller import Caller, flow_of

ROOT = Path(__file__).resolve().parents[2]


STORED = flow_of("""
flow: test
hours:
  office: {calendar: main}
start: a
steps:
  a:
    branch:
      - {when: {open: office}, next: yes}
      - {when: {not: {open: office}}, next: no}
    else: unknown
  yes: {hangup: {outcome: self_served, say: "{office|hours}"}}
  no: {hangup: {outcome: closed, say: "{office|next_opening}"}}
  unknown: {hangup: {outcome: failed, say: "Hours: {office|hours}{office|next_opening}."}}
""")
MAIN = Calendar(timezone="UTC", weekly=(WeeklySpan((0, 1, 2, 3, 4), 480, 1080),))
FRIDAY_NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC).timestamp()


@pytest.mark.parametrize(
    ("now", "heard"),
    [(FRIDAY_NOON, "Monday to Friday, 8 a m to 6 p m"), (FRIDAY_NOON + 86_400, "Monday at 8 a m")],
)
def test_hours_may_be_those_of_a_stored_calendar(now: float, heard: str) -> None:
    caller = Caller(STORED, now=now, calendars={"main": MAIN}.get)
    assert caller.heard == [heard]


def test_the_emergency_switch_closes_a_flow_and_says_why() -> None:
    text = (
        "flow: t\nhours: {office: {calendar: main}}\nstart: a\nsteps:\n"
        "  a: {branch: [{when: {open: office}, next: yes}], else: no}\n"
        "  yes: {hangup: {say: 'Open.{office|notice}'}}\n"
        "  no: {hangup: {outcome: closed, say: 'Closed. {office|notice} We open {office|next_opening}.'}}\n"
    )
    assert Caller(flow_of(text), now=FRIDAY_NOON, calendars={"main": MAIN}.get).heard == ["Open."]
    fire = Emergency(since=FRIDAY_NOON - 60, until=FRIDAY_NOON + 7200, message="There is a fire alarm.")
    thrown = Calendar(timezone="UTC", weekly=MAIN.weekly, emergency=fire)
    caller = Caller(flow_of(text), now=FRIDAY_NOON, calendars={"main": thrown}.get)
    assert caller.heard == ["Closed. There is a fire alarm. We open today at 2 p m."]
    assert Caller(flow_of(text), now=FRIDAY_NOON + 7200, calendars={"main": thrown}.get).heard == ["Open."]


def test_a_calendar_changed_meanwhile_counts_as_it_is_now() -> None:
    stored = {"main": MAIN}
    assert Caller(STORED, now=FRIDAY_NOON, calendars=stored.get).session.step == "yes"
    stored["main"] = Calendar(timezone="UTC", weekly=(WeeklySpan((0,), 0, 60),))
    assert Caller(STORED, now=FRIDAY_NOON, calendars=stored.get).session.step == "no"


def test_a_calendar_that_is_not_there_leads_to_else_and_is_told_once() -> None:
    caller = Caller(STORED, now=FRIDAY_NOON)
    assert caller.session.step == "unknown"
    assert caller.heard == ["Hours: ."]
    assert [effect for effect in caller.effects if isinstance(effect, CalendarMissing)] == [CalendarMissing("main")]


@pytest.mark.parametrize(
    ("condition", "step"),
    [
        ("{any: [{open: office}, {data: {caller: {present: true}}}]}", "yes"),
        ("{any: [{open: office}, {data: {caller: '2'}}]}", "end"),
        ("{all: [{open: office}, {data: {caller: '1'}}]}", "end"),
        ("{not: {all: [{open: office}, {data: {caller: '2'}}]}}", "yes"),
        ("{not: {any: [{open: office}, {data: {caller: '2'}}]}}", "end"),
        ("{open: office, data: {caller: '1'}}", "end"),
    ],
)
def test_what_does_not_depend_on_a_missing_calendar_holds_all_the_same(condition: str, step: str) -> None:
    text = (
        "flow: t\nhours: {office: {calendar: gone}}\nstart: a\nsteps:\n"
        f"  a:\n    branch: [{{when: {condition}, next: yes}}]\n    else: end\n"
        "  yes: {hangup: self_served}\n  end: {hangup: closed}\n"
    )
    assert Caller(flow_of(text), data={"caller": "1"}).session.step == step


def test_the_example_says_when_it_opens_again() -> None:
    flow = load(ROOT / "ivr_flows/examples/office_hours.yaml")
    sunday = dt.datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    caller = Caller(flow, now=sunday)
    caller.hear_out()
    assert caller.heard[-1].startswith(
        "Our office is closed. It opens tomorrow at 8 a m. Our hours are Monday to Thursday"
    )
    caller.hear_out()
    assert caller.session.outcome == "closed"
