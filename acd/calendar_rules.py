"""What makes no calendar. Each check raises ValueError with a sentence that begins with the field."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

if TYPE_CHECKING:
    from acd.calendar import Calendar

MINUTES_A_DAY = 24 * 60
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@functools.cache
def zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())


def check_span(start: int, end: int) -> None:
    if not 0 <= start < MINUTES_A_DAY:
        raise ValueError(f"start: must be from 0 to {MINUTES_A_DAY - 1} minutes after midnight, not {start}")
    if not start < end <= start + MINUTES_A_DAY:
        raise ValueError(f"end: must be after the start, and within a day of it, not {end} after {start}")


def check_weekly(days: Sequence[int], start: int, end: int) -> None:
    if not days:
        raise ValueError("days: must name at least one day")
    for day in days:
        if not 0 <= day <= 6:
            raise ValueError(f"days: must be from 0 for Monday to 6 for Sunday, not {day}")
    if len(set(days)) < len(days):
        raise ValueError("days: names a day twice")
    check_span(start, end)


def check_emergency(since: float, until: float | None) -> None:
    if not math.isfinite(since):
        raise ValueError(f"since: must be a moment, not {since}")
    if until is not None and not since < until < math.inf:
        raise ValueError(f"until: must be after since, not {until}")


def check_calendar(calendar: Calendar) -> None:
    # Asking the list keeps odd names (`../x`) from reaching the file system.
    if calendar.timezone not in zones():
        raise ValueError(f"timezone: there is no time zone {calendar.timezone!r}")
    for day, name in enumerate(DAYS):
        _check_apart("weekly", name, [(span.start, span.end) for span in calendar.weekly if day in span.days])
    dates = set()
    for exception in calendar.exceptions:
        if exception.date in dates:
            raise ValueError(f"exceptions: {exception.date} is there twice")
        dates.add(exception.date)
        _check_apart("exceptions", str(exception.date), [(span.start, span.end) for span in exception.spans])
    if not calendar.weekly and not any(exception.spans for exception in calendar.exceptions):
        raise ValueError("weekly: it is never open; give weekly hours, or an exception with hours")


def _check_apart(field: str, day: str, spans: list[tuple[int, int]]) -> None:
    spans.sort()
    for (start, end), (next_start, next_end) in itertools.pairwise(spans):
        if next_start < end:
            both = f"{_clock(start)}-{_clock(end)} and {_clock(next_start)}-{_clock(next_end)}"
            raise ValueError(f"{field}: hours overlap on {day}: {both}")


def _clock(minutes: int) -> str:
    if minutes > MINUTES_A_DAY:
        minutes -= MINUTES_A_DAY
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
