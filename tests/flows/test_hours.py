import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from acd.calendar import Calendar, DayException, Span, WeeklySpan, is_open, next_opening
from contactcenter.flows import hours as written
from contactcenter.flows.hours import OpeningHours

BERLIN = ZoneInfo("Europe/Berlin")


def hours(*spans: dict[str, Any], holidays: list[Any] | None = None, timezone: str = "Europe/Berlin") -> OpeningHours:
    return OpeningHours.model_validate({"timezone": timezone, "open": list(spans), "holidays": holidays or []})


def span(days: str, start: str, end: str) -> dict[str, Any]:
    return {"days": days, "from": start, "to": end}


def at(text: str, fold: int = 0) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).timestamp()


def describe(opening: OpeningHours, language: str) -> str:
    return written.describe(opening.as_calendar, language)


def describe_next_opening(opening: OpeningHours, now: float, language: str) -> str:
    return written.describe_next_opening(opening.as_calendar, now, language)


OFFICE = hours(span("mon-fri", "08:00", "12:00"), span("mon-fri", "13:00", "18:00"), span("sat", "9:00", "13:00"))
NIGHT = hours(span("fri", "22:00", "06:00"))


def test_hours_become_a_calendar_with_days_of_the_same_times_together() -> None:
    eve = {"date": "2026-12-24", "name": "Christmas Eve", "open": [{"from": "09:00", "to": "11:00"}]}
    made = hours(
        span("mon-fri", "08:00", "12:00"), span("sat", "8:00", "12:00"), span("fri", "22:00", "06:00"), holidays=[eve]
    )
    assert made.as_calendar == Calendar(
        timezone="Europe/Berlin",
        weekly=(WeeklySpan((0, 1, 2, 3, 4, 5), 480, 720), WeeklySpan((4,), 1320, 1800)),
        exceptions=(DayException(dt.date(2026, 12, 24), (Span(540, 660),), "Christmas Eve"),),
    )


def test_a_holiday_closes_its_day() -> None:
    closed = hours(span("mon-sun", "08:00", "18:00"), holidays=["2026-12-25"]).as_calendar
    assert not is_open(closed, at("2026-12-25T10:00"))
    assert is_open(closed, at("2026-12-26T10:00"))


def test_a_date_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="2026-12-25 stands here twice"):
        hours(span("mon", "08:00", "18:00"), holidays=["2026-12-24", "2026-12-25", "2026-12-25"])


def test_a_whole_day_with_a_night_upon_it_is_cut_in_two() -> None:
    """Joined they would last longer than a span may."""
    made = hours(span("mon", "00:00", "24:00"), span("mon", "22:00", "06:00")).as_calendar
    assert made.weekly == (WeeklySpan((0,), 0, 1320), WeeklySpan((0,), 1320, 1800))


def test_hours_that_never_come_have_no_next_opening() -> None:
    never = hours(
        span("mon", "08:00", "09:00"), holidays=[str(dt.date(2026, 1, 1) + dt.timedelta(d)) for d in range(900)]
    )
    assert next_opening(never.as_calendar, at("2026-01-02T00:00")) is None
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
def test_lines_add_up_even_where_they_overlap(spans: list[tuple[str, str, str]], now: float) -> None:
    together = hours(*(span(*parts) for parts in spans)).as_calendar
    apart = [hours(span(*parts)).as_calendar for parts in spans]
    assert is_open(together, now) is any(is_open(line, now) for line in apart)


@given(st.lists(SPANS, min_size=1, max_size=4), MOMENTS)
def test_lines_of_a_special_day_add_up_too(spans: list[tuple[str, str, str]], now: float) -> None:
    def special(lines: list[tuple[str, str, str]]) -> Calendar:
        day = {"date": "2026-03-29", "open": [{"from": start, "to": end} for _, start, end in lines]}
        return hours(span("mon", "00:00", "00:15"), holidays=[day]).as_calendar

    assert is_open(special(spans), now) is any(is_open(special([line]), now) for line in spans)
