import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contactcenter.flows.hours import OpeningHours, describe, describe_next_opening, is_open, next_opening

BERLIN = ZoneInfo("Europe/Berlin")


def hours(*spans: dict[str, Any], holidays: list[Any] | None = None, timezone: str = "Europe/Berlin") -> OpeningHours:
    return OpeningHours.model_validate({"timezone": timezone, "open": list(spans), "holidays": holidays or []})


def span(days: str, start: str, end: str) -> dict[str, Any]:
    return {"days": days, "from": start, "to": end}


def at(text: str, fold: int = 0) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).timestamp()


OFFICE = hours(span("mon-fri", "08:00", "12:00"), span("mon-fri", "13:00", "18:00"), span("sat", "9:00", "13:00"))
NIGHT = hours(span("fri", "22:00", "06:00"))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-20T07:59:59", False),
        ("2026-11-20T08:00:00", True),
        ("2026-11-20T11:59:59", True),
        ("2026-11-20T12:00:00", False),
        ("2026-11-20T17:59:59", True),
        ("2026-11-20T18:00:00", False),
        ("2026-11-21T09:30:00", True),
        ("2026-11-22T09:30:00", False),
    ],
)
def test_weekly_spans_are_open_from_their_start_up_to_their_end(moment: str, expected: bool) -> None:
    assert is_open(OFFICE, at(moment)) is expected


def test_a_span_past_midnight_ends_on_the_next_morning() -> None:
    assert is_open(NIGHT, at("2026-11-20T23:00"))
    assert is_open(NIGHT, at("2026-11-21T05:59"))
    assert not is_open(NIGHT, at("2026-11-21T06:00"))
    assert not is_open(NIGHT, at("2026-11-20T05:00"))


def test_a_holiday_closes_the_day_but_not_the_end_of_the_night_before() -> None:
    closed = hours(span("mon-sun", "22:00", "06:00"), holidays=["2026-12-25"])
    assert is_open(closed, at("2026-12-25T05:00"))
    assert not is_open(closed, at("2026-12-25T23:00"))
    assert not is_open(closed, at("2026-12-26T05:00"))
    assert is_open(closed, at("2026-12-26T23:00"))


def test_a_special_day_has_its_own_hours() -> None:
    eve = {"date": "2026-12-24", "name": "Christmas Eve", "open": [{"from": "09:00", "to": "11:00"}]}
    special = hours(span("mon-fri", "08:00", "18:00"), holidays=[eve])
    assert not is_open(special, at("2026-12-24T08:30"))
    assert is_open(special, at("2026-12-24T10:00"))
    assert not is_open(special, at("2026-12-24T11:00"))


def test_always_open_has_no_gap_at_midnight() -> None:
    always = hours(span("mon-sun", "00:00", "24:00"))
    assert all(is_open(always, at("2026-11-21T23:59:59") + offset) for offset in (0.0, 0.5, 1.0, 2.0))


def test_a_span_beginning_in_the_hour_spring_leaves_out_begins_at_the_jump() -> None:
    early = hours(span("sun", "02:30", "04:00"))
    jump = at("2026-03-29T03:00")
    assert not is_open(early, jump - 1)
    assert is_open(early, jump)
    assert next_opening(early, jump - 3600) == jump
    assert not is_open(early, at("2026-03-29T04:00"))


def test_a_span_within_the_hour_spring_leaves_out_does_not_happen() -> None:
    night = hours(span("sun", "02:00", "02:15"))
    assert not is_open(night, at("2026-03-29T03:00"))
    assert next_opening(night, at("2026-03-29T00:00")) == at("2026-04-05T02:00")


def test_an_end_in_the_hour_that_comes_twice_is_its_second_time() -> None:
    late = hours(span("sat", "22:00", "02:30"))
    assert is_open(late, at("2026-10-25T02:29", fold=0))
    assert is_open(late, at("2026-10-25T02:45", fold=0))
    assert is_open(late, at("2026-10-25T02:29", fold=1))
    assert not is_open(late, at("2026-10-25T02:30", fold=1))


def test_the_zone_decides_not_the_machine() -> None:
    tokyo = hours(span("mon", "09:00", "10:00"), timezone="Asia/Tokyo")
    assert is_open(tokyo, dt.datetime(2026, 11, 23, 0, 30, tzinfo=dt.UTC).timestamp())


def test_next_opening_skips_the_weekend_and_holidays() -> None:
    closed = hours(span("mon-fri", "08:00", "18:00"), holidays=["2026-12-28"])
    assert next_opening(closed, at("2026-12-25T19:00")) == at("2026-12-29T08:00")
    assert next_opening(closed, at("2026-12-29T09:00")) == at("2026-12-29T09:00")


def test_hours_that_never_come_have_no_next_opening() -> None:
    never = hours(
        span("mon", "08:00", "09:00"), holidays=[str(dt.date(2026, 1, 1) + dt.timedelta(d)) for d in range(900)]
    )
    assert next_opening(never, at("2026-01-02T00:00")) is None
    assert describe_next_opening(never, at("2026-01-02T00:00"), "en") == ""


@pytest.mark.parametrize(
    ("opening", "language", "words"),
    [
        (
            OFFICE,
            "en",
            "Monday to Friday, 8 a m to noon and 1 p m to 6 p m; Saturday, 9 a m to 1 p m",
        ),
        (hours(span("mon-sun", "00:00", "24:00")), "en", "every day, around the clock"),
        (hours(span("sat-sun", "8:30", "24:00")), "en", "Saturday and Sunday, 8 30 a m to midnight"),
        (hours(span("mon, wed", "8:05", "17:00")), "en-GB", "Monday, 8 05 a m to 5 p m; Wednesday, 8 05 a m to 5 p m"),
        (OFFICE, "de", "Montag bis Freitag, 8 Uhr bis 12 Uhr und 13 Uhr bis 18 Uhr; Samstag, 9 Uhr bis 13 Uhr"),
        (NIGHT, "de-AT", "Freitag, 22 Uhr bis 6 Uhr"),
        (OFFICE, "sv", "Monday to Friday, 8 a m to noon and 1 p m to 6 p m; Saturday, 9 a m to 1 p m"),
        (hours(span("mon", "08:00", "12:00"), span("mon", "10:00", "14:00")), "en", "Monday, 8 a m to 2 p m"),
    ],
)
def test_hours_in_words(opening: OpeningHours, language: str, words: str) -> None:
    assert describe(opening, language) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-20T06:00", "today at 8 a m"),
        ("2026-11-20T19:00", "tomorrow at 9 a m"),
        ("2026-11-21T19:00", "Monday at 8 a m"),
        ("2026-11-20T09:00", "now"),
    ],
)
def test_the_next_opening_in_words(moment: str, words: str) -> None:
    assert describe_next_opening(OFFICE, at(moment), "en") == words


def test_a_far_opening_names_its_date() -> None:
    week_off = hours(span("mon-fri", "08:00", "18:00"), holidays=[f"2026-12-{day}" for day in range(21, 32)])
    assert describe_next_opening(week_off, at("2026-12-20T10:00"), "en") == "Friday, January 1, at 8 a m"
    assert describe_next_opening(week_off, at("2026-12-20T10:00"), "de") == "am Freitag, dem 1. Januar, um 8 Uhr"


@pytest.mark.parametrize(
    "broken",
    [
        span("mon-fri", "08:00", "08:00"),
        span("mon-fri", "24:00", "08:00"),
        span("mon-fri", "25:00", "26:00"),
        span("mon-fri", "24:30", "24:40"),
        span("mon-fry", "08:00", "09:00"),
        span("", "08:00", "09:00"),
        {"days": 3, "from": "08:00", "to": "09:00"},
    ],
)
def test_impossible_spans_are_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        hours(broken)


TIMES = st.integers(0, 96).map(lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}")
SPANS = st.tuples(st.sampled_from(["mon", "sun", "mon-fri", "sat-mon"]), TIMES, TIMES).filter(
    lambda s: s[1] != s[2] and s[1] != "24:00"
)
# Around both changes of the clock and an ordinary week.
MOMENTS = st.sampled_from(["2026-03-29T00:00", "2026-10-25T00:00", "2026-06-10T00:00"]).flatmap(
    lambda day: st.integers(-3 * 86_400, 3 * 86_400).map(lambda offset: at(day) + offset)
)


@given(st.lists(SPANS, min_size=1, max_size=4), MOMENTS)
def test_open_is_what_the_wall_clock_says(spans: list[tuple[str, str, str]], now: float) -> None:
    opening = hours(*(span(*parts) for parts in spans))
    wall = dt.datetime.fromtimestamp(now, BERLIN)
    minute = wall.hour * 60 + wall.minute
    yesterday = (wall.weekday() - 1) % 7
    covered = any(
        (wall.weekday() in s.days and s.start <= minute < s.end)
        or (yesterday in s.days and s.start <= minute + 1440 < s.end)
        for s in opening.open
    )
    # In the hour that comes twice an edge inside it may be passed twice; everywhere else the clock alone decides.
    if wall.replace(fold=0).utcoffset() == wall.replace(fold=1).utcoffset():
        assert is_open(opening, now) is covered


@given(st.lists(SPANS, min_size=1, max_size=3), MOMENTS)
def test_it_is_open_at_the_next_opening_and_not_between(spans: list[tuple[str, str, str]], now: float) -> None:
    opening = hours(*(span(*parts) for parts in spans))
    found = next_opening(opening, now)
    assert found is not None
    assert is_open(opening, found)
    if found > now:
        assert not is_open(opening, now)
        assert not is_open(opening, found - 1)
        assert not is_open(opening, (now + found) / 2)
