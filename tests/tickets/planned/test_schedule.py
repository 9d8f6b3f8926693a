"""When something comes again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contactcenter.tickets.planned.schedule import Schedule, next_after, upcoming

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "UTC")


def schedule(**values: Any) -> Schedule:
    return Schedule.model_validate(
        {"every": "day", "at": "09:00", "timezone": "Europe/Berlin", "starts": "2026-01-01", **values}
    )


def shown(found: Schedule, moment: str, count: int = 3) -> list[str]:
    begin = datetime.fromisoformat(moment).replace(tzinfo=BERLIN)
    return [each.astimezone(BERLIN).strftime("%a %Y-%m-%d %H:%M") for each in upcoming(found, begin, count)]


@pytest.mark.parametrize(
    ("values", "moment", "expected"),
    [
        ({}, "2026-03-02T08:59", ["Mon 2026-03-02 09:00", "Tue 2026-03-03 09:00", "Wed 2026-03-04 09:00"]),
        ({}, "2026-03-02T09:00", ["Tue 2026-03-03 09:00"]),
        ({"interval": 3}, "2026-01-02T00:00", ["Sun 2026-01-04 09:00", "Wed 2026-01-07 09:00"]),
        (
            {"every": "week", "weekdays": [0, 3], "interval": 2},
            "2026-01-01T12:00",
            ["Mon 2026-01-12 09:00", "Thu 2026-01-15 09:00", "Mon 2026-01-26 09:00"],
        ),
        (
            {"every": "month", "day": 31},
            "2026-01-15T00:00",
            ["Sat 2026-01-31 09:00", "Sat 2026-02-28 09:00", "Tue 2026-03-31 09:00"],
        ),
        ({"every": "month", "day": 1}, "2026-01-15T00:00", ["Sun 2026-02-01 09:00", "Sun 2026-03-01 09:00"]),
        (
            {"every": "year", "day": 29, "starts": "2026-02-01"},
            "2026-01-15T00:00",
            ["Sat 2026-02-28 09:00", "Sun 2027-02-28 09:00", "Tue 2028-02-29 09:00"],
        ),
        ({"until": "2026-01-02"}, "2026-01-01T10:00", ["Fri 2026-01-02 09:00"]),
        ({"at": "02:30"}, "2026-03-28T12:00", ["Sun 2026-03-29 03:30", "Mon 2026-03-30 02:30"]),
        ({"at": "02:30"}, "2026-10-25T00:00", ["Sun 2026-10-25 02:30", "Mon 2026-10-26 02:30"]),
    ],
)
def test_the_next_ones(values: dict[str, Any], moment: str, expected: list[str]) -> None:
    found = schedule(**values)
    assert shown(found, moment, len(expected)) == expected
    if "until" in values:
        assert len(shown(found, moment, 10)) == len(expected)


@given(
    every=st.sampled_from(["day", "week", "month", "year"]),
    interval=st.integers(1, 5),
    weekdays=st.lists(st.integers(0, 6), min_size=1, max_size=7),
    day=st.integers(1, 31),
    minute=st.integers(0, 1439),
    timezone=st.sampled_from(ZONES),
    after=st.datetimes(datetime(2025, 12, 1), datetime(2027, 12, 31)),
)
def test_they_are_in_order_at_their_time_and_the_same_whenever_one_asks(
    every: str, interval: int, weekdays: list[int], day: int, minute: int, timezone: str, after: datetime
) -> None:
    at = f"{minute // 60:02}:{minute % 60:02}"
    found = schedule(every=every, interval=interval, weekdays=weekdays, day=day, at=at, timezone=timezone)
    moment = after.replace(tzinfo=UTC)
    coming = upcoming(found, moment, 4)
    assert len(coming) == 4
    assert moment < coming[0]
    assert coming == sorted(set(coming))
    for each in coming:
        here = each.astimezone(ZoneInfo(timezone))
        assert here.strftime("%H:%M") == at or here.utcoffset() != (here - timedelta(hours=2)).utcoffset()
        if every == "week":
            assert here.weekday() in weekdays
        assert here.date() >= date(2026, 1, 1)
    between = coming[0] + (coming[1] - coming[0]) / 2
    assert next_after(found, between) == coming[1]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"every": "week"}, "weekdays"),
        ({"every": "month"}, "day"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"at": "24:00"}, "at"),
        ({"interval": 0}, "interval"),
        ({"until": "2025-12-31"}, "until"),
        ({"starts": "1900-01-01"}, "starts"),
        ({"day": 32, "every": "month"}, "day"),
    ],
)
def test_what_cannot_come_is_refused_by_its_name(values: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        schedule(**values)
