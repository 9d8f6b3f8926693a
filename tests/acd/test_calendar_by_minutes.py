"""Open hours around clock changes, against a walk over every minute that the clock on the wall shows."""

import bisect
import datetime as dt
import functools
import itertools
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from acd.calendar import (
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
)

DAY = 1440

# Zones with the days around a change of their clocks: an hour in the night, half an hour, an hour at midnight (so that
# the day is repeated or begins late), at 00:01 back into the day before, and a whole day that was left out.
CHANGES = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Havana", "2026-03-08"),
    ("America/Havana", "2026-11-01"),
    ("Asia/Beirut", "2025-03-30"),
    ("America/Sao_Paulo", "2018-02-18"),
    ("America/St_Johns", "2010-11-07"),
    ("America/St_Johns", "2010-03-14"),
    ("Pacific/Apia", "2011-12-30"),
    ("Asia/Kathmandu", "2026-05-05"),
]
MARGIN_DAYS, CHECKED_DAYS = 3, 2


class _Walk:
    """Every minute around a day in a zone, with what the clock on the wall shows."""

    def __init__(self, zone: str, day: str) -> None:
        self.noon = int(dt.datetime.fromisoformat(day).replace(hour=12, tzinfo=dt.UTC).timestamp())
        half = (MARGIN_DAYS + CHECKED_DAYS) * 86_400
        self.minutes = range(self.noon - half, self.noon + half, 60)
        zone_info = ZoneInfo(zone)
        epoch = dt.datetime(1970, 1, 1)
        walls = [dt.datetime.fromtimestamp(t, zone_info).replace(tzinfo=None, fold=0) for t in self.minutes]
        shown = [int((wall - epoch).total_seconds()) // 60 for wall in walls]
        self.latest = list(itertools.accumulate(shown, max))
        self.earliest = list(itertools.accumulate(reversed(shown), min))[::-1]
        self.dates = sorted({(wall - dt.timedelta(days=back)).date() for wall in walls for back in (0, 1, 2)})

    def covered(self, calendar: Calendar) -> list[bool]:
        """Whether it is open, for each minute: between the first that shows a span's start and the last before its
        end."""
        found = [False] * len(self.minutes)
        special: dict[dt.date, tuple[Span, ...]] = {holiday.date: () for holiday in calendar.holidays}
        special |= {exception.date: exception.spans for exception in calendar.exceptions}
        for date in self.dates:
            midnight = (date - dt.date(1970, 1, 1)).days * DAY
            own = special.get(date)
            if own is None:
                own = tuple(Span(s.start, s.end) for s in calendar.weekly if date.weekday() in s.days)
            pairs = [(s.start, s.end) for s in own]
            for start, end in pairs:
                first = bisect.bisect_left(self.latest, midnight + start)
                last = bisect.bisect_left(self.earliest, midnight + end)
                found[first:last] = [True] * max(0, last - first)
        return found

    @property
    def checked(self) -> range:
        edge = MARGIN_DAYS * DAY
        return range(edge, len(self.minutes) - edge)


@functools.cache
def walk(zone: str, day: str) -> _Walk:
    return _Walk(zone, day)


@st.composite
def day_spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Up to three spans apart from each other, on odd minutes as well, the last perhaps past midnight."""
    edges = sorted(draw(st.sets(st.integers(0, DAY), min_size=2, max_size=6)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    made = [Span(start, end) for start, end in pairs if start < DAY]
    past_midnight: bool = draw(st.booleans())
    if made and past_midnight:
        last = made.pop()
        made.append(Span(last.start, draw(st.integers(last.start + 1, last.start + DAY))))
    return tuple(made)


@st.composite
def calendars(draw: st.DrawFn, zone: str, day: str) -> Calendar:
    dates = st.integers(-4, 4).map(lambda days: dt.date.fromisoformat(day) + dt.timedelta(days=days))
    weekly = []
    for weekday in range(7):
        weekly += [WeeklySpan((weekday,), s.start, s.end) for s in draw(day_spans())]
    exceptions = draw(st.dictionaries(dates, day_spans(), max_size=2))
    return Calendar(
        timezone=zone,
        weekly=tuple(weekly) or (WeeklySpan((0,), 0, DAY),),
        holidays=tuple(Holiday(date) for date in sorted(draw(st.sets(dates, max_size=2)))),
        exceptions=tuple(DayException(date, own) for date, own in exceptions.items()),
    )


PLACES = st.sampled_from(CHANGES)
CASES = PLACES.flatmap(lambda place: st.tuples(st.just(place), calendars(*place)))


@settings(deadline=None, max_examples=60)
@given(CASES, st.data())
def test_it_is_open_when_the_minutes_say_so(case: tuple[tuple[str, str], Calendar], data: st.DataObject) -> None:
    place, calendar = case
    walked = walk(*place)
    covered = walked.covered(calendar)
    # All minutes at which anything turns, their neighbours, and some others.
    flips = [i for i in walked.checked if covered[i] != covered[i - 1]]
    others = data.draw(st.lists(st.sampled_from(walked.checked), max_size=40))
    for index in {*others, *flips, *(flip - 1 for flip in flips)}:
        assert is_open(calendar, walked.minutes[index]) is covered[index], walked.minutes[index]


@settings(deadline=None, max_examples=60)
@given(CASES, st.data())
def test_the_next_change_is_where_it_turns(case: tuple[tuple[str, str], Calendar], data: st.DataObject) -> None:
    place, calendar = case
    walked = walk(*place)
    covered = walked.covered(calendar)
    index = data.draw(st.sampled_from(walked.checked))
    now = walked.minutes[index] + data.draw(st.sampled_from([0.0, 0.25, 59.75]))
    change, opening = next_change(calendar, now), next_opening(calendar, now)
    turning = next((i for i in range(index + 1, walked.checked.stop) if covered[i] != covered[i - 1]), None)
    if turning is None:
        assert change is None or change >= walked.minutes[walked.checked.stop - 1]
    else:
        assert change == walked.minutes[turning]
    if change is not None:
        assert is_open(calendar, change) is not is_open(calendar, now)
        assert is_open(calendar, change - 0.25) is is_open(calendar, now)
    assert opening == (now if is_open(calendar, now) else change)


@settings(deadline=None, max_examples=60)
@given(CASES, st.data())
def test_open_seconds_are_the_minutes_counted(case: tuple[tuple[str, str], Calendar], data: st.DataObject) -> None:
    place, calendar = case
    walked = walk(*place)
    covered = walked.covered(calendar)
    first, last = sorted(data.draw(st.tuples(*[st.sampled_from(walked.checked)] * 2)))
    counted = open_seconds(calendar, walked.minutes[first], walked.minutes[last])
    assert counted == 60 * sum(covered[first:last])


EMERGENCIES = st.one_of(
    st.none(),
    st.builds(
        lambda since, length, forced: (since, length, forced),
        st.integers(-300_000, 300_000),
        st.one_of(st.none(), st.integers(1, 400_000)),
        st.booleans(),
    ),
)


@st.composite
def switched(draw: st.DrawFn) -> tuple[Calendar, int]:
    """Any calendar with any emergency, and noon of its day."""
    place = draw(PLACES)
    calendar = draw(calendars(*place))
    noon = walk(*place).noon
    drawn = draw(EMERGENCIES)
    if drawn is None:
        return calendar, noon
    since, length, forced = drawn
    until = None if length is None else float(noon + since + length)
    return msgspec.structs.replace(
        calendar, emergency=Emergency(open=forced, since=float(noon + since), until=until)
    ), noon


OFFSETS = st.integers(-400_000, 400_000)


@settings(deadline=None, max_examples=60)
@given(switched(), st.lists(OFFSETS, min_size=3, max_size=3))
def test_open_seconds_add_up(case: tuple[Calendar, int], offsets: list[int]) -> None:
    calendar, noon = case
    a, b, c = sorted(noon + offset for offset in offsets)
    assert open_seconds(calendar, a, b) + open_seconds(calendar, b, c) == open_seconds(calendar, a, c)
    assert 0 <= open_seconds(calendar, a, b) <= b - a


@settings(deadline=None, max_examples=60)
@given(switched(), OFFSETS, st.integers(1, 500_000))
def test_adding_open_seconds_is_the_inverse(case: tuple[Calendar, int], offset: int, seconds: int) -> None:
    calendar, noon = case
    start = noon + offset
    end = add_open_seconds(calendar, start, seconds)
    if end is None:
        return
    assert open_seconds(calendar, start, end) == seconds
    assert open_seconds(calendar, start, end - 1) == seconds - 1, "it is the first such moment"


@settings(deadline=None, max_examples=60)
@given(switched(), OFFSETS)
def test_the_emergency_alone_decides_while_it_holds(case: tuple[Calendar, int], offset: int) -> None:
    calendar, noon = case
    now = noon + offset
    plain = msgspec.structs.replace(calendar, emergency=None)
    emergency = calendar.emergency
    holds = emergency is not None and emergency.holds(now)
    assert is_open(calendar, now) is (emergency.open if emergency and holds else is_open(plain, now))
    change = next_change(calendar, now)
    if change is not None:
        assert change > now
        assert is_open(calendar, change) is not is_open(calendar, now)
        assert is_open(calendar, change - 0.5) is is_open(calendar, now)
