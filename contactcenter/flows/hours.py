"""Opening hours: when is it open, when does it open next, and how is that said. Pure.

A span belongs to the day it begins on: Friday's 22:00–06:00 ends on Saturday morning, even when Saturday is a holiday.
Wall-clock times are taken as a clock on the wall shows them: in the hour that happens twice in autumn a place is open
both times, and a span that begins in the hour that spring leaves out begins when the clock jumps.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterator
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from contactcenter.flows.problems import did_you_mean
from contactcenter.flows.words import MINUTES_A_DAY, Week, words_for

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SEARCH_DAYS = 400
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


def flaw(message: str, hint: str = "") -> PydanticCustomError:
    """An error of a value in the author's words; braces in them are kept."""
    return PydanticCustomError("flow", "{message}", {"message": message, "hint": hint})


def _clock(value: Any) -> int:
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    if not 0 <= minutes <= MINUTES_A_DAY:
        raise flaw(f"`{value}` is no time of day", "write hours and minutes, as in `08:30`; the day ends at `24:00`")
    return minutes


def _day_index(word: str) -> int:
    lowered = word.strip().lower()
    for index in range(7):
        if lowered in (DAYS[index], _LONG[index]):
            return index
    raise flaw(f"`{word.strip()}` is no day", did_you_mean(lowered, DAYS))


def _days(value: Any) -> tuple[int, ...]:
    texts = value if isinstance(value, list) else [value]
    found: list[int] = []
    for text in texts:
        if not isinstance(text, str):
            raise flaw("days are written as words", "as in `mon-fri` or `mon, wed, sat`")
        for part in text.split(","):
            first, dash, last = part.partition("-")
            begin = _day_index(first)
            end = _day_index(last) if dash else begin
            found.extend((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return tuple(sorted(set(found)))


def _date(value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise flaw(f"`{value}` is no date", "write year, month and day, as in `2026-12-25`") from None


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(name: str) -> str:
    # Asking the list first keeps odd names (`../x`) from reaching the file system.
    if name not in _zones():
        raise flaw(
            f"there is no time zone `{name}`",
            did_you_mean(name, _zones(), otherwise="as in `Europe/Berlin`"),
        )
    return name


Clock = Annotated[int, BeforeValidator(_clock)]
Days = Annotated[tuple[int, ...], BeforeValidator(_days)]
Date = Annotated[dt.date, BeforeValidator(_date)]


class HoursModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(HoursModel):
    """From one time of day to another, in minutes after midnight. `until` before `start` means the next morning."""

    start: Clock = Field(alias="from")
    until: Clock = Field(alias="to")

    @model_validator(mode="after")
    def _has_length(self) -> Span:
        if self.start == self.until or self.start == MINUTES_A_DAY:
            raise flaw("these hours have no length", 'for the whole day write from: "00:00", to: "24:00"')
        return self

    @property
    def end(self) -> int:
        """Minutes after the midnight the span's day begins with; beyond 1440 for the next morning."""
        return self.until if self.until > self.start else self.until + MINUTES_A_DAY


class WeeklySpan(Span):
    days: Days


class SpecialDay(HoursModel):
    """A date whose hours replace the weekly ones; without `open` it is closed all day."""

    date: Date
    name: str = ""
    open: tuple[Span, ...] = ()


def _holidays(value: Any) -> Any:
    if not isinstance(value, list):
        raise flaw("holidays are a list of dates", 'as in ["2026-12-25", "2026-12-26"]')
    return [{"date": item} if isinstance(item, str) else item for item in value]


class OpeningHours(HoursModel):
    timezone: Annotated[str, AfterValidator(_zone)]
    open: tuple[WeeklySpan, ...] = Field(min_length=1)
    holidays: Annotated[tuple[SpecialDay, ...], BeforeValidator(_holidays)] = ()


def _spans_on(hours: OpeningHours, day: dt.date) -> tuple[Span, ...]:
    for special in hours.holidays:
        if special.date == day:
            return special.open
    return tuple(span for span in hours.open if day.weekday() in span.days)


def _instant(day: dt.date, minutes: int, zone: ZoneInfo, *, last: bool) -> float:
    """When the clock on the wall first (or last) shows this time, as unix seconds; in a gap, the moment it jumps."""
    wall = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
    early, late = sorted(wall.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    if early == late:
        return early
    if dt.datetime.fromtimestamp(early, zone).replace(tzinfo=None) == wall:
        return late if last else early
    before = dt.datetime.fromtimestamp(early, zone).utcoffset()
    low, high = early, late
    while high - low > 1:
        middle = (low + high) // 2
        if dt.datetime.fromtimestamp(middle, zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def _intervals(hours: OpeningHours, first: dt.date, days: int) -> Iterator[tuple[float, float]]:
    zone = ZoneInfo(hours.timezone)
    for offset in range(days):
        day = first + dt.timedelta(days=offset)
        for span in sorted(_spans_on(hours, day), key=lambda item: item.start):
            start, end = _instant(day, span.start, zone, last=False), _instant(day, span.end, zone, last=True)
            # A span that lies wholly in the hour spring leaves out does not happen on that day.
            if start < end:
                yield start, end


def _yesterday(hours: OpeningHours, now: float) -> dt.date:
    return dt.datetime.fromtimestamp(now, ZoneInfo(hours.timezone)).date() - dt.timedelta(days=1)


def is_open(hours: OpeningHours, now: float) -> bool:
    """Whether it is open at `now` (unix seconds)."""
    return any(start <= now < end for start, end in _intervals(hours, _yesterday(hours, now), 2))


def next_opening(hours: OpeningHours, now: float) -> float | None:
    """Unix seconds of the next opening; `now` itself when open; None when none comes within 400 days."""
    for start, end in _intervals(hours, _yesterday(hours, now), _SEARCH_DAYS):
        if end > now:
            return max(start, now)
    return None


def describe(hours: OpeningHours, language: str) -> str:
    """The weekly hours in words to be spoken: "Monday to Friday, 8 a m to 6 p m"."""
    week: Week = [[] for _ in DAYS]
    for span in hours.open:
        for day in span.days:
            week[day].append((span.start, span.end))
    return words_for(language).week([_joined(spans) for spans in week])


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def describe_next_opening(hours: OpeningHours, now: float, language: str) -> str:
    """The next opening in words to be spoken: "tomorrow at 8 a m"; nothing when none comes."""
    opening = next_opening(hours, now)
    if opening is None:
        return ""
    if opening <= now:
        return words_for(language).now
    zone = ZoneInfo(hours.timezone)
    return words_for(language).moment(dt.datetime.fromtimestamp(opening, zone), dt.datetime.fromtimestamp(now, zone))
