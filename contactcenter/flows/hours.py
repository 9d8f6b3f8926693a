"""Opening hours as an author writes them, and as they are said. When it is open is for acd/calendar.py to tell."""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from acd import calendar
from acd.calendar_rules import zones
from contactcenter.flows.problems import did_you_mean
from contactcenter.flows.words import MINUTES_A_DAY, Week, words_for
from contactcenter.moments import zone_name

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
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


def _zone(name: str) -> str:
    if not name:
        raise flaw("these hours need a time zone, for this machine does not name its own", "as in `Europe/Berlin`")
    if name not in zones():
        raise flaw(
            f"there is no time zone `{name}`",
            did_you_mean(name, zones(), otherwise="as in `Europe/Berlin`"),
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


def _once(days: tuple[SpecialDay, ...]) -> tuple[SpecialDay, ...]:
    seen = set()
    for day in days:
        if day.date in seen:
            raise flaw(f"{day.date} stands here twice", "keep one; it may have several lines below `open`")
        seen.add(day.date)
    return days


class OpeningHours(HoursModel):
    """Hours written into the flow; without a time zone in the house's."""

    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        default_factory=lambda: zone_name() or "", validate_default=True
    )
    open: tuple[WeeklySpan, ...] = Field(min_length=1)
    holidays: Annotated[tuple[SpecialDay, ...], BeforeValidator(_holidays), AfterValidator(_once)] = ()

    @cached_property
    def as_calendar(self) -> calendar.Calendar:
        """The same as the engine's calendar. Lines of one day that overlap add up here, and must not overlap there."""
        days: dict[tuple[int, int], list[int]] = {}
        for day in range(7):
            for times in _apart([(span.start, span.end) for span in self.open if day in span.days]):
                days.setdefault(times, []).append(day)
        return calendar.Calendar(
            timezone=self.timezone,
            weekly=tuple(calendar.WeeklySpan(tuple(on), start, end) for (start, end), on in days.items()),
            exceptions=tuple(calendar.DayException(day.date, _exception(day.open), day.name) for day in self.holidays),
        )


class StoredHours(HoursModel):
    """Hours kept outside the flow, by the name of their calendar."""

    calendar: str = Field(min_length=1, max_length=64)


def _hours_kind(value: Any) -> str:
    stored = isinstance(value, StoredHours) or (isinstance(value, dict) and "calendar" in value)
    return "<calendar>" if stored else "<hours>"


Hours = Annotated[
    Annotated[OpeningHours, Tag("<hours>")] | Annotated[StoredHours, Tag("<calendar>")], Discriminator(_hours_kind)
]


def _exception(own: tuple[Span, ...]) -> tuple[calendar.Span, ...]:
    return tuple(calendar.Span(start, end) for start, end in _apart([(span.start, span.end) for span in own]))


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same minutes, each covered once. Spans are cut, not joined: no span may be longer than a day."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and apart[-1][1] >= end:
            continue
        if apart and apart[-1][1] > start:
            previous = apart.pop()[0]
            if previous < start:
                apart.append((previous, start))
        apart.append((start, end))
    return apart


def describe(hours: calendar.Calendar, language: str) -> str:
    """The weekly hours in words to be spoken: "Monday to Friday, 8 a m to 6 p m"."""
    week: Week = [[] for _ in DAYS]
    for span in hours.weekly:
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


def describe_next_opening(hours: calendar.Calendar, now: float, language: str) -> str:
    """The next opening in words to be spoken: "tomorrow at 8 a m"; nothing when none comes."""
    opening = calendar.next_opening(hours, now)
    if opening is None:
        return ""
    if opening <= now:
        return words_for(language).now
    zone = ZoneInfo(hours.timezone)
    return words_for(language).moment(dt.datetime.fromtimestamp(opening, zone), dt.datetime.fromtimestamp(now, zone))


def notice(hours: calendar.Calendar, now: float) -> str:
    """What the calendar's emergency switch has to say while it is thrown."""
    emergency = hours.emergency
    return emergency.message if emergency is not None and emergency.holds(now) else ""
