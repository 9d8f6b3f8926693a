"""When is it open, when does that change, how long was it open. Times are unix seconds.

A span belongs to the day it begins on: Friday's 22:00-06:00 ends on Saturday morning, even when Saturday is a holiday.
It runs from the first moment at which the wall clock shows its start, or later, to the last one at which it shows less
than its end. So a span that begins in the hour which spring leaves out begins when the clock jumps, and one that ends
in the hour which autumn repeats ends in the repetition. Spans of neighbouring days that overlap count once.

For a day counts the first that there is: an exception, a holiday (closed), the weekly hours. While it is thrown, the
emergency switch counts before all of them.
"""

from __future__ import annotations

import datetime as dt
import heapq
import math
from collections.abc import Iterable, Iterator
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from acd.calendar_rules import check_calendar, check_emergency, check_span, check_weekly

# What changes later than this is not looked for.
SEARCH_DAYS = 400
# Working time is counted out this far.
COUNTING_DAYS = 20 * 366


class Span(Struct, frozen=True):
    """From one time of day to another, in minutes after midnight; an end beyond 1440 is on the next morning."""

    start: int
    end: int

    def __post_init__(self) -> None:
        check_span(self.start, self.end)


class WeeklySpan(Struct, frozen=True):
    """A span on some days of the week, 0 for Monday to 6 for Sunday. Times as in Span."""

    days: tuple[int, ...]
    start: int
    end: int

    def __post_init__(self) -> None:
        check_weekly(self.days, self.start, self.end)


class Holiday(Struct, frozen=True):
    """Closed all day."""

    date: dt.date
    name: str = ""


class DayException(Struct, frozen=True):
    """A date with its own hours; without spans it is closed all day."""

    date: dt.date
    spans: tuple[Span, ...] = ()
    name: str = ""


class Emergency(Struct, frozen=True, kw_only=True):
    """The switch: open or closed from `since` up to `until` (None: until it is taken back), whatever the hours say.

    message: for those who find it closed.
    """

    open: bool = False
    since: float = 0.0
    until: float | None = None
    message: str = ""

    def __post_init__(self) -> None:
        check_emergency(self.since, self.until)

    def holds(self, at: float) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


class Calendar(Struct, frozen=True, kw_only=True):
    """Opening hours. Raises ValueError naming the field: an unknown time zone, spans of one day that overlap, two
    exceptions for one date, or hours that never come."""

    timezone: str
    weekly: tuple[WeeklySpan, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    exceptions: tuple[DayException, ...] = ()
    emergency: Emergency | None = None

    def __post_init__(self) -> None:
        check_calendar(self)


class CalendarState(Struct, frozen=True, kw_only=True):
    """How it stands at a moment. reason: what decided it; name: of the holiday or exception, or the emergency's
    message; next_change: as `next_change`."""

    open: bool
    reason: Literal["hours", "holiday", "exception", "emergency"]
    name: str
    next_change: float | None


def is_open(calendar: Calendar, at: float) -> bool:
    """Whether it is open at `at`. The end of a span is not open any more."""
    emergency = calendar.emergency
    if emergency is not None and emergency.holds(at):
        return emergency.open
    return any(start <= at < end for start, end in _by_hours(calendar, _day_before(calendar, at), 3))


def next_change(calendar: Calendar, at: float) -> float | None:
    """When it next opens or closes after `at`; None when that is not within 400 days (of an emergency's end)."""
    for start, end in _ahead(calendar, at):
        if end > at:
            change = start if start > at else end
            return change if change < math.inf else None
    return None


def next_opening(calendar: Calendar, at: float) -> float | None:
    """When it next opens: `at` itself when open; None when that is not within 400 days (of an emergency's end)."""
    for start, end in _ahead(calendar, at):
        if end > at:
            return max(start, at)
    return None


def open_seconds(calendar: Calendar, start: float, end: float) -> float:
    """Seconds it is open between two moments. Raises ValueError when `end` is before `start`."""
    if not start <= end:
        raise ValueError(f"end must not be before start: {start}, {end}")
    first = _day_before(calendar, start)
    days = (_date(calendar, end) - first).days + 2
    openings = _openings(calendar, first, days)
    return math.fsum(max(0.0, min(closes, end) - max(opens, start)) for opens, closes in openings)


def add_open_seconds(calendar: Calendar, start: float, seconds: float) -> float | None:
    """The first moment by which it was open for `seconds` since `start`; None when that is not within 20 years.

    Raises ValueError when `seconds` is negative or no number.
    """
    if not 0.0 <= seconds < math.inf:
        raise ValueError(f"seconds must be 0 or more, not {seconds}")
    if seconds == 0.0:
        return start
    left = seconds
    for opens, closes in _openings(calendar, _day_before(calendar, start), COUNTING_DAYS):
        begin = max(opens, start)
        if closes - begin >= left:
            return begin + left
        left -= max(0.0, closes - begin)
    return None


def spans(calendar: Calendar, day: dt.date) -> tuple[Span, ...]:
    """The hours of a date in the order of their starts, the emergency switch left aside."""
    return _spans(calendar, _special(calendar), day)


def state(calendar: Calendar, at: float) -> CalendarState:
    """Whether it is open, why, and until when."""
    opened, change = is_open(calendar, at), next_change(calendar, at)
    if calendar.emergency is not None and calendar.emergency.holds(at):
        return CalendarState(open=opened, reason="emergency", name=calendar.emergency.message, next_change=change)
    day = _date(calendar, at)
    for exception in calendar.exceptions:
        if exception.date == day:
            return CalendarState(open=opened, reason="exception", name=exception.name, next_change=change)
    for holiday in calendar.holidays:
        # On a holiday only the night before can still be open.
        if holiday.date == day and not opened:
            return CalendarState(open=opened, reason="holiday", name=holiday.name, next_change=change)
    return CalendarState(open=opened, reason="hours", name="", next_change=change)


Interval = tuple[float, float]


def _date(calendar: Calendar, at: float) -> dt.date:
    return dt.datetime.fromtimestamp(at, ZoneInfo(calendar.timezone)).date()


def _day_before(calendar: Calendar, at: float) -> dt.date:
    """The first day whose spans may still run. The last one whose spans may have begun is the day after: a clock that
    is put back at midnight shows the old day again."""
    return _date(calendar, at) - dt.timedelta(days=1)


def _special(calendar: Calendar) -> dict[dt.date, tuple[Span, ...]]:
    closed: dict[dt.date, tuple[Span, ...]] = {holiday.date: () for holiday in calendar.holidays}
    return closed | {exception.date: exception.spans for exception in calendar.exceptions}


def _spans(calendar: Calendar, special: dict[dt.date, tuple[Span, ...]], day: dt.date) -> tuple[Span, ...]:
    own = special.get(day)
    if own is None:
        weekday = day.weekday()
        own = tuple(Span(span.start, span.end) for span in calendar.weekly if weekday in span.days)
    return tuple(sorted(own, key=lambda span: span.start))


def _by_hours(calendar: Calendar, first: dt.date, days: int) -> Iterator[Interval]:
    """The openings of these days, in order of their starts; those of neighbouring days may touch or overlap."""
    zone = ZoneInfo(calendar.timezone)
    special = _special(calendar)
    for offset in range(days):
        day = first + dt.timedelta(days=offset)
        for span in _spans(calendar, special, day):
            start, end = _first_at(day, span.start, zone), _end_at(day, span.end, zone)
            # A span that lies wholly in the hour spring leaves out does not happen on that day.
            if start < end:
                yield start, end


def _openings(calendar: Calendar, first: dt.date, days: int) -> Iterator[Interval]:
    """When it is open in these days, apart from each other and in order. An emergency's end may be infinite."""
    by_hours = _by_hours(calendar, first, days)
    emergency = calendar.emergency
    if emergency is None:
        return _joined(by_hours)
    switch = (emergency.since, math.inf if emergency.until is None else emergency.until)
    if emergency.open:
        return _joined(heapq.merge(by_hours, [switch]))
    return _without(_joined(by_hours), switch)


def _joined(intervals: Iterable[Interval]) -> Iterator[Interval]:
    current: Interval | None = None
    for start, end in intervals:
        if current is not None and start <= current[1]:
            current = (current[0], max(current[1], end))
        else:
            if current is not None:
                yield current
            current = (start, end)
    if current is not None:
        yield current


def _without(intervals: Iterable[Interval], cut: Interval) -> Iterator[Interval]:
    for start, end in intervals:
        if start >= cut[0] and cut[1] == math.inf:
            return
        if start < cut[0]:
            yield start, min(end, cut[0])
        if end > cut[1]:
            yield max(start, cut[1]), end


def _ahead(calendar: Calendar, at: float) -> Iterator[Interval]:
    """The openings from `at` on as far as is looked; one that goes on beyond that ends at infinity."""
    emergency = calendar.emergency
    begin = at
    # Under the switch nothing changes before its end.
    if emergency is not None and emergency.holds(at) and emergency.until is not None:
        begin = emergency.until
    today, first = _date(calendar, begin), _day_before(calendar, begin)
    limit_day = today + dt.timedelta(days=_days_to_search(calendar, today))
    limit = _first_at(limit_day, 0, ZoneInfo(calendar.timezone))
    for start, end in _openings(calendar, first, (limit_day - first).days):
        if start >= limit:
            return
        yield start, math.inf if end >= limit else end


def _days_to_search(calendar: Calendar, today: dt.date) -> int:
    """After the last date that is special only the weeks repeat, of which one may lose an hour to the clock."""
    last = max((*_special(calendar), today))
    emergency = calendar.emergency
    if emergency is not None:
        for edge in (emergency.since, emergency.until):
            if edge is not None:
                last = max(last, _date(calendar, edge))
    return min((last - today).days + 16, SEARCH_DAYS)


def _first_at(day: dt.date, minutes: int, zone: ZoneInfo) -> float:
    """When the wall clock first shows this time or a later one."""
    wall, early, late = _moments(day, minutes, zone)
    return early if early == late or _shows(early, wall, zone) else _jump(early, late, zone)


def _end_at(day: dt.date, minutes: int, zone: ZoneInfo) -> float:
    """From when on the wall clock shows no time before this one any more."""
    wall, early, late = _moments(day, minutes, zone)
    if early == late:
        return early
    if not _shows(early, wall, zone):
        return _jump(early, late, zone)
    # What is repeated begins with this very time: nothing before it is shown again.
    before = _moments_of(wall - dt.timedelta(seconds=1), zone)
    return early if before[0] == before[1] else late


def _moments(day: dt.date, minutes: int, zone: ZoneInfo) -> tuple[dt.datetime, float, float]:
    wall = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
    return wall, *_moments_of(wall, zone)


def _moments_of(wall: dt.datetime, zone: ZoneInfo) -> Interval:
    """The two moments that PEP 495 gives a time that is shown twice, or never; twice the same for all others."""
    one, other = (wall.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    return min(one, other), max(one, other)


def _shows(at: float, wall: dt.datetime, zone: ZoneInfo) -> bool:
    return dt.datetime.fromtimestamp(at, zone).replace(tzinfo=None, fold=0) == wall


def _jump(low: float, high: float, zone: ZoneInfo) -> float:
    """The second at which the clock is changed between two moments."""
    before = dt.datetime.fromtimestamp(low, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if dt.datetime.fromtimestamp(middle, zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
