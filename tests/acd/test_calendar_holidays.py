import datetime as dt

import pytest

from acd.calendar import Calendar, WeeklySpan, is_open
from acd.calendar_holidays import countries, holiday_dates


def test_the_holidays_of_a_state_are_more_than_those_of_its_country() -> None:
    """German public holidays of 2026: nine everywhere, Epiphany in Bavaria besides."""
    everywhere = [holiday.date for holiday in holiday_dates("DE", None, [2026])]
    assert everywhere == [
        dt.date(2026, month, day)
        for month, day in ((1, 1), (4, 3), (4, 6), (5, 1), (5, 14), (5, 25), (10, 3), (12, 25), (12, 26))
    ]
    bavaria = [holiday.date for holiday in holiday_dates("DE", "BY", [2026])]
    assert dt.date(2026, 1, 6) in bavaria
    assert set(everywhere) < set(bavaria)


def test_several_years_come_in_order_and_once() -> None:
    found = holiday_dates("US", None, [2027, 2026, 2026])
    assert list(found) == sorted(found, key=lambda holiday: holiday.date)
    assert {holiday.date.year for holiday in found} == {2026, 2027}
    assert len({holiday.date for holiday in found}) == len(found)
    assert holiday_dates("US", None, []) == ()


def test_names_come_in_the_language_asked_for() -> None:
    assert holiday_dates("DE", None, [2026], language="de")[0].name == "Neujahr"
    assert holiday_dates("DE", None, [2026], language="en_US")[0].name == "New Year's Day"


def test_they_fit_into_a_calendar() -> None:
    office = Calendar(
        timezone="Europe/Berlin",
        weekly=(WeeklySpan((0, 1, 2, 3, 4), 480, 1080),),
        holidays=holiday_dates("DE", "BE", range(2026, 2031)),
    )
    christmas = dt.datetime(2028, 12, 25, 10, tzinfo=dt.UTC).timestamp()
    assert not is_open(office, christmas)
    assert is_open(office, christmas - 4 * 86_400)


def test_unknown_places_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"^country: no holidays are known for 'XX'"):
        holiday_dates("XX", None, [2026])
    with pytest.raises(ValueError, match=r"^subdivision: DE has no 'ZZ'; known are BB, BE"):
        holiday_dates("DE", "ZZ", [2026])
    with pytest.raises(ValueError, match=r"^years: "):
        holiday_dates("DE", None, [20260])


def test_the_countries_are_listed_with_their_parts() -> None:
    known = countries()
    assert "BY" in known["DE"]
    assert {"AT", "CH", "FR", "GB", "US"} <= set(known)
