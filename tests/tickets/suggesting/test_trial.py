"""Off until good enough, when it is learned, and whose values are learned."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from contactcenter.tickets.suggesting.examples import Done, stood_for
from contactcenter.tickets.suggesting.kept import Held
from contactcenter.tickets.suggesting.model import Guess
from contactcenter.tickets.suggesting.settings import Report, SuggesterBody, Trial
from contactcenter.tickets.suggesting.trainer import due
from contactcenter.tickets.suggesting.trial import judged, verdict

GOOD = {"tickets": 600, "held_out": 100, "right": 80, "usual_right": 40}


@pytest.mark.parametrize(
    ("trial", "settings", "why"),
    [
        (GOOD, {}, ""),
        (GOOD, {"category": False}, "off"),
        (GOOD, {"least_tickets": 601}, "few"),
        (GOOD, {"least_tickets": 600}, ""),
        (GOOD, {"least_accuracy": 81}, "inaccurate"),
        (GOOD, {"least_accuracy": 80}, ""),
        (GOOD | {"usual_right": 80}, {}, "baseline"),
        (GOOD | {"usual_right": 79}, {}, ""),
        ({"tickets": 600, "why": "alike"}, {}, "alike"),
        ({"tickets": 600, "why": "wordless"}, {}, "wordless"),
        (None, {}, "untrained"),
    ],
)
def test_off_until_it_is_good_enough(trial: dict[str, int] | None, settings: dict[str, int], why: str) -> None:
    report = Report(trials={} if trial is None else {"category": Trial.model_validate(trial)})
    assert verdict(SuggesterBody.model_validate(settings), report, "category") == why


def test_nothing_learned_is_nothing_suggested() -> None:
    assert verdict(SuggesterBody(), None, "priority") == "untrained"


def test_what_is_guessed_of_nothing_is_wrong() -> None:
    sure, unsure = (Guess(value="a", confidence=share, words=()) for share in (0.9, 0.4))
    trial = judged(["a", "a", "b", "c"], [sure, None, unsure, unsure], "a")
    assert (trial.held_out, trial.right, trial.usual_right) == (4, 1, 2)
    assert [(cut.shown, cut.right) for cut in trial.cuts] == [(3, 1)] * 5 + [(1, 1)] * 5
    assert trial.confusion.values == ["a", "b", "c"]
    assert trial.confusion.rows == [[1, 0, 0, 1], [1, 0, 0, 0], [1, 0, 0, 0]]


SUMMER = timezone(timedelta(hours=2))
NOON = datetime(2026, 7, 4, 12, tzinfo=SUMMER)
NIGHT = NOON.replace(hour=3)


@pytest.mark.parametrize(
    ("held", "tried", "now", "wanted"),
    [
        (Held(trained_at=NIGHT), None, NOON, False),
        (Held(trained_at=NIGHT - timedelta(seconds=1)), None, NOON, True),
        (Held(trained_at=NIGHT - timedelta(days=1)), None, NIGHT - timedelta(minutes=1), False),
        (Held(trained_at=NIGHT - timedelta(days=1)), None, NIGHT + timedelta(minutes=1), True),
        (Held(), None, NOON, True),
        (Held(), NOON - timedelta(hours=1), NOON, False),
        (Held(settings=SuggesterBody(nightly=False)), None, NOON, False),
        (Held(settings=SuggesterBody(category=False, priority=False)), None, NOON, False),
        (Held(again=True, trained_at=NOON), None, NOON, True),
        (Held(again=True, settings=SuggesterBody(nightly=False)), None, NOON, True),
        (Held(again=True, settings=SuggesterBody(category=False, priority=False)), None, NOON, False),
        (Held(again=True), NOON - timedelta(minutes=9), NOON, False),
        (Held(again=True), NOON - timedelta(minutes=10), NOON, True),
    ],
)
def test_it_learns_at_night_and_after_forgetting(
    held: Held, tried: datetime | None, now: datetime, wanted: bool
) -> None:
    assert due(held, tried, now) is wanted


VALUES = {"category": "invoices", "priority": "high", "type": None}
MADE = Done(1, "customer", frozenset())


def test_a_value_counts_when_a_person_stands_for_it() -> None:
    raised = Done(3, "rule", frozenset({"priority"}))
    both = {"category": "invoices", "priority": "high"}
    assert stood_for(VALUES, [MADE], 0) == {}, "nobody has looked at it"
    assert stood_for(VALUES, [MADE], 2) == both
    assert stood_for(VALUES, [MADE, raised], 2) == {"category": "invoices"}, "nobody has left standing what a rule did"
    assert stood_for(VALUES, [MADE, raised], 4) == both
    assert stood_for(VALUES, [MADE, Done(5, "agent", frozenset({"priority"}))], 5) == both
    elsewhere = [
        Done(1, "customer", frozenset(), imported=True),
        Done(2, "system", frozenset({"priority"}), imported=True),
    ]
    assert stood_for(VALUES, elsewhere, 0) == both
