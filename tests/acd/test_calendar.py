import datetime as dt
import math
from collections.abc import Callable
from zoneinfo import ZoneInfo

import msgspec
import pytest

from acd.calendar import (
    SEARCH_DAYS,
    Calendar,
    DayException,
    Emergency,
    Holiday,
    Span,
    WeeklySpan,
    add_open_seconds,
    is_open,
    next_change,
    next_opening,
    open_seconds,
    spans,
    state,
)

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
EVERY_DAY = tuple(range(7))
DAY = 1440


def h(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def at(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


OFFICE = Calendar(
    timezone="Europe/Berlin",
    weekly=(
        WeeklySpan(MONDAY_TO_FRIDAY, h("08:00"), h("12:00")),
        WeeklySpan(MONDAY_TO_FRIDAY, h("13:00"), h("18:00")),
        WeeklySpan((5,), h("09:00"), h("13:00")),
    ),
    holidays=(Holiday(dt.date(2026, 12, 25), "Christmas Day"),),
    exceptions=(
        DayException(dt.date(2026, 12, 24), (Span(h("08:00"), h("11:00")),), "Christmas Eve"),
        DayException(dt.date(2026, 12, 31), (), "Stocktaking"),
    ),
)
ALWAYS = Calendar(timezone="UTC", weekly=(WeeklySpan(EVERY_DAY, 0, DAY),))


def changed(calendar: Calendar, **changes: object) -> Calendar:
    return msgspec.structs.replace(calendar, **changes)


def weekly(*rows: tuple[tuple[int, ...], str, str], zone: str = "Europe/Berlin") -> Calendar:
    """Hours of days; an end not after the start is on the next morning."""
    made = []
    for days, start, end in rows:
        until = h(end) if h(end) > h(start) else h(end) + DAY
        made.append(WeeklySpan(days, h(start), until))
    return Calendar(timezone=zone, weekly=tuple(made))


def test_several_spans_a_day_are_open_from_their_start_up_to_their_end() -> None:
    moments = ("07:59:59", "08:00", "11:59:59", "12:00", "12:59:59", "13:00", "17:59:59", "18:00")
    assert [is_open(OFFICE, at(f"2026-11-20T{moment}")) for moment in moments] == [0, 1, 1, 0, 0, 1, 1, 0]
    assert is_open(OFFICE, at("2026-11-21T09:30"))
    assert not is_open(OFFICE, at("2026-11-22T09:30"))


def test_holidays_close_and_exceptions_have_their_own_hours() -> None:
    assert not is_open(OFFICE, at("2026-12-25T10:00"))
    assert is_open(OFFICE, at("2026-12-24T10:00"))
    assert not is_open(OFFICE, at("2026-12-24T11:00"))
    assert not is_open(OFFICE, at("2026-12-31T10:00"))
    both = changed(OFFICE, holidays=(*OFFICE.holidays, Holiday(dt.date(2026, 12, 24))))
    assert is_open(both, at("2026-12-24T10:00")), "an exception counts before a holiday"


def test_the_night_before_a_holiday_goes_on_into_it() -> None:
    night = changed(weekly((EVERY_DAY, "22:00", "06:00")), holidays=(Holiday(dt.date(2026, 12, 25)),))
    assert is_open(night, at("2026-12-25T05:59"))
    assert not is_open(night, at("2026-12-25T23:00"))
    assert not is_open(night, at("2026-12-26T05:00"))
    assert is_open(night, at("2026-12-26T23:00"))


def test_the_hours_of_a_date() -> None:
    assert spans(OFFICE, dt.date(2026, 11, 20)) == (Span(h("08:00"), h("12:00")), Span(h("13:00"), h("18:00")))
    assert spans(OFFICE, dt.date(2026, 11, 22)) == ()
    assert spans(OFFICE, dt.date(2026, 12, 24)) == (Span(h("08:00"), h("11:00")),)
    assert spans(OFFICE, dt.date(2026, 12, 25)) == ()


def test_the_next_change_and_opening_skip_closed_days() -> None:
    assert next_change(OFFICE, at("2026-11-20T08:00")) == at("2026-11-20T12:00")
    assert next_change(OFFICE, at("2026-11-20T12:00")) == at("2026-11-20T13:00")
    assert next_opening(OFFICE, at("2026-11-20T09:00")) == at("2026-11-20T09:00")
    assert next_opening(OFFICE, at("2026-12-24T12:00")) == at("2026-12-26T09:00")
    assert next_change(OFFICE, at("2026-12-30T18:00")) == at("2027-01-01T08:00")


def test_what_is_always_open_never_changes() -> None:
    now = at("2026-11-20T08:00")
    assert is_open(ALWAYS, now)
    assert next_change(ALWAYS, now) is None
    assert next_opening(ALWAYS, now) == now
    assert open_seconds(ALWAYS, now, now + 1e7) == 1e7


def test_a_change_far_away_is_found_up_to_the_limit_and_not_beyond() -> None:
    now = at("2026-01-02T00:00", "UTC")
    for days, found in ((SEARCH_DAYS - 1, True), (SEARCH_DAYS + 1, False)):
        date = dt.date(2026, 1, 2) + dt.timedelta(days=days)
        once = Calendar(timezone="UTC", exceptions=(DayException(date, (Span(60, 120),)),))
        opening = dt.datetime.combine(date, dt.time(1), dt.UTC).timestamp()
        assert next_change(once, now) == (opening if found else None)
        closing = changed(ALWAYS, holidays=(Holiday(date),))
        midnight = dt.datetime.combine(date, dt.time(), dt.UTC).timestamp()
        assert next_change(closing, now) == (midnight if found else None)


@pytest.mark.parametrize("forced", [False, True])
def test_the_emergency_switch_counts_before_everything_until_its_end(forced: bool) -> None:
    since, until = at("2026-11-20T10:00"), at("2026-11-20T14:30")
    thrown = changed(OFFICE, emergency=Emergency(open=forced, since=since, until=until, message="Fire alarm"))
    for moment in ("09:59", "10:00", "12:30", "14:29", "14:30", "18:30"):
        now = at(f"2026-11-20T{moment}")
        assert is_open(thrown, now) is (forced if since <= now < until else is_open(OFFICE, now))
    assert next_change(thrown, at("2026-11-20T09:00")) == (at("2026-11-20T18:00") if forced else since)
    assert next_change(thrown, at("2026-11-20T11:00")) == (at("2026-11-20T18:00") if forced else until)
    assert open_seconds(thrown, at("2026-11-20T00:00"), at("2026-11-21T00:00")) == (10.0 if forced else 5.5) * 3600
    assert state(thrown, at("2026-11-20T11:00")).name == "Fire alarm"


@pytest.mark.parametrize("forced", [False, True])
def test_a_switch_without_end_stays(forced: bool) -> None:
    thrown = changed(OFFICE, emergency=Emergency(open=forced, since=at("2026-11-20T10:00")))
    now = at("2026-11-22T11:00")
    assert is_open(thrown, now) is forced
    assert next_change(thrown, now) is None
    assert next_opening(thrown, now) == (now if forced else None)
    assert open_seconds(thrown, now, now + 3600) == (3600 if forced else 0)
    assert add_open_seconds(thrown, now, 60) == (now + 60 if forced else None)
    before = at("2026-11-20T09:00")
    assert next_change(thrown, before) == (None if forced else at("2026-11-20T10:00"))


def test_a_switch_that_ends_in_years_is_seen_to_the_end() -> None:
    until = at("2031-03-02T10:00")  # a Sunday
    now = at("2026-11-20T10:00")
    shut = changed(OFFICE, emergency=Emergency(since=now - 5, until=until))
    assert next_change(shut, now) == next_opening(shut, now) == at("2031-03-03T08:00")
    held = changed(OFFICE, emergency=Emergency(open=True, since=now - 5, until=until))
    assert next_change(held, now) == until


def test_a_switch_to_come_is_a_change() -> None:
    since = at("2027-02-01T10:00", "UTC")
    planned = changed(ALWAYS, emergency=Emergency(since=since))
    assert next_change(planned, at("2026-11-20T10:00", "UTC")) == since


def test_a_span_in_the_hour_spring_leaves_out() -> None:
    """Berlin, 29 March 2026: 02:00 is 03:00."""
    jump = at("2026-03-29T03:00")
    early = weekly(((6,), "02:30", "04:00"))
    assert next_opening(early, jump - 3600) == jump
    assert open_seconds(early, jump - 86_400, jump + 86_400) == 3600
    never_that_day = weekly(((6,), "02:00", "02:15"))
    assert next_opening(never_that_day, jump - 3600) == at("2026-04-05T02:00")


def test_a_span_in_the_hour_autumn_repeats() -> None:
    """Berlin, 25 October 2026: 03:00 is 02:00."""
    start = at("2026-10-24T22:00")
    assert next_change(weekly(((5,), "22:00", "02:30")), start) == at("2026-10-25T02:30", fold=1)
    assert next_change(weekly(((5,), "22:00", "02:00")), start) == at("2026-10-25T02:00", fold=0)
    assert next_opening(weekly(((6,), "02:30", "04:00")), start) == at("2026-10-25T02:30", fold=0)
    assert open_seconds(weekly((EVERY_DAY, "00:00", "24:00")), at("2026-10-25T00:00"), at("2026-10-26T00:00")) == 90_000


def test_a_day_that_has_begun_goes_on_while_the_clock_shows_the_old_one_again() -> None:
    """St. John's, 7 November 2010: 00:01 is 23:01 of the day before."""
    sunday = weekly(((6,), "00:00", "08:00"), zone="America/St_Johns")
    begun = at("2010-11-07T00:00", "America/St_Johns", fold=0)
    assert next_opening(sunday, begun - 7200) == begun
    assert is_open(sunday, at("2010-11-06T23:30", "America/St_Johns", fold=1))
    assert next_change(sunday, begun) == at("2010-11-07T08:00", "America/St_Johns")


def test_the_reason_of_a_state_is_named() -> None:
    def told(moment: str) -> tuple[bool, str, str]:
        found = state(OFFICE, at(moment))
        return found.open, found.reason, found.name

    assert told("2026-11-20T10:00") == (True, "hours", "")
    assert told("2026-11-22T10:00") == (False, "hours", "")
    assert told("2026-12-25T10:00") == (False, "holiday", "Christmas Day")
    assert told("2026-12-24T10:00") == (True, "exception", "Christmas Eve")
    assert state(OFFICE, at("2026-11-20T10:00")).next_change == at("2026-11-20T12:00")


def test_working_time_is_counted_over_nights_and_weekends() -> None:
    friday = at("2026-11-20T17:00")
    assert add_open_seconds(OFFICE, friday, 0) == friday
    assert add_open_seconds(OFFICE, friday, 3600) == at("2026-11-20T18:00")
    assert add_open_seconds(OFFICE, friday, 3600 + 4 * 3600 + 60) == at("2026-11-23T08:01")
    assert add_open_seconds(OFFICE, at("2026-11-22T17:00"), 60) == at("2026-11-23T08:01")
    once = Calendar(timezone="UTC", exceptions=(DayException(dt.date(2027, 1, 1), (Span(0, 60),)),))
    assert add_open_seconds(once, friday, 3600) == at("2027-01-01T01:00", "UTC")
    assert add_open_seconds(once, friday, 3601) is None


def test_a_calendar_survives_being_written_down() -> None:
    thrown = changed(OFFICE, emergency=Emergency(since=1.5, until=2.5, message="Fire alarm"))
    assert msgspec.json.decode(msgspec.json.encode(thrown), type=Calendar) == thrown


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: changed(ALWAYS, timezone="Europe/Berlim"), "timezone: there is no time zone 'Europe/Berlim'"),
        (lambda: changed(ALWAYS, timezone="../etc/passwd"), "timezone: there is no"),
        (lambda: Calendar(timezone="UTC"), "weekly: it is never open"),
        (lambda: Calendar(timezone="UTC", exceptions=(DayException(dt.date(2026, 1, 1)),)), "weekly: it is never open"),
        (lambda: Span(600, 600), "end: must be after the start"),
        (lambda: Span(600, 540), "end: must be after the start"),
        (lambda: Span(600, 600 + DAY + 1), "end: must be after the start, and within a day"),
        (lambda: Span(DAY, DAY + 60), "start: must be from 0 to 1439"),
        (lambda: Span(-1, 60), "start: must be from 0"),
        (lambda: WeeklySpan((), 0, 60), "days: must name at least one"),
        (lambda: WeeklySpan((7,), 0, 60), "days: must be from 0 for Monday"),
        (lambda: WeeklySpan((1, 1), 0, 60), "days: names a day twice"),
        (lambda: WeeklySpan((1,), 60, 0), "end: must be after"),
        (
            lambda: weekly(((1, 2), "08:00", "12:00"), ((2,), "11:59", "13:00")),
            "weekly: hours overlap on Wednesday: 08:00-12:00 and 11:59-13:00",
        ),
        (
            lambda: changed(ALWAYS, exceptions=(DayException(dt.date(2026, 1, 1), (Span(0, 60), Span(30, 90))),)),
            "exceptions: hours overlap on 2026-01-01: 00:00-01:00 and 00:30-01:30",
        ),
        (
            lambda: changed(ALWAYS, exceptions=(DayException(dt.date(2026, 1, 1)), DayException(dt.date(2026, 1, 1)))),
            "exceptions: 2026-01-01 is there twice",
        ),
        (lambda: Emergency(since=math.nan), "since: must be a moment"),
        (lambda: Emergency(since=5, until=5), "until: must be after since"),
        (lambda: Emergency(since=5, until=math.inf), "until: must be after since"),
        (lambda: open_seconds(ALWAYS, 2, 1), "end must not be before start"),
        (lambda: open_seconds(ALWAYS, math.nan, 1), "end must not be before start"),
        (lambda: add_open_seconds(ALWAYS, 0, -1), "seconds must be 0 or more"),
        (lambda: add_open_seconds(ALWAYS, 0, math.inf), "seconds must be 0 or more"),
    ],
)
def test_nonsense_is_refused_by_name(make: Callable[[], object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence.replace("(", r"\(")) as refused:
        make()
    assert str(refused.value).startswith(sentence)


def test_nonsense_read_from_text_is_refused_with_its_place() -> None:
    text = b'{"timezone": "UTC", "weekly": [{"days": [0], "start": 60, "end": 0}]}'
    with pytest.raises(msgspec.ValidationError, match=r"end: must be after the start.*\$\.weekly\[0\]"):
        msgspec.json.decode(text, type=Calendar)
