"""When something comes again: by the days of a calendar and a time of day in a zone (RFC 5545 by dateutil). Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from dateutil import rrule
from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from contactcenter.api.fields import Settings

Weekday = Annotated[int, Field(ge=0, le=6)]
Frequency = Literal["day", "week", "month", "year"]
LAST_DAY: Final = 31
"""Of a month: where a month is shorter, the last day it has."""
_LOOKED_AT: Final = 3
"""Days: the two that may have passed by the clock of the zone, and the next."""
_RULES: Final[dict[Frequency, Any]] = {
    "day": rrule.DAILY,
    "week": rrule.WEEKLY,
    "month": rrule.MONTHLY,
    "year": rrule.YEARLY,
}


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is no time zone, such as Europe/Berlin")
    return name


class Schedule(Settings):
    """Every `interval` days, weeks, months or years from `starts` on, to `until` at most. Weeks name `weekdays` (0 is
    Monday), months and years the `day` of the month. A time that a clock change leaves out comes an hour later; one
    that it brings twice is meant the first time."""

    every: Frequency
    interval: Annotated[int, Field(ge=1, le=99)] = 1
    weekdays: Annotated[list[Weekday], Field(max_length=7)] = Field(default=[], validate_default=True)
    day: Annotated[int, Field(ge=1, le=LAST_DAY)] | None = Field(default=None, validate_default=True)
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    timezone: Annotated[str, Field(max_length=64), AfterValidator(_zone)]
    starts: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
    until: date | None = None

    @field_validator("weekdays")
    @classmethod
    def _of_weeks(cls, weekdays: list[int], info: ValidationInfo) -> list[int]:
        if info.data.get("every") == "week" and not weekdays:
            raise ValueError("name one day of the week at least")
        return weekdays

    @field_validator("day")
    @classmethod
    def _of_months(cls, day: int | None, info: ValidationInfo) -> int | None:
        if info.data.get("every") in ("month", "year") and day is None:
            raise ValueError("name the day of the month")
        return day

    @field_validator("until")
    @classmethod
    def _after_it_starts(cls, until: date | None, info: ValidationInfo) -> date | None:
        if until is not None and "starts" in info.data and until < info.data["starts"]:
            raise ValueError("is before it starts")
        return until


def next_after(schedule: Schedule, moment: datetime) -> datetime | None:
    """The first one later than `moment` (aware), in UTC; None: it has ended."""
    zone = ZoneInfo(schedule.timezone)
    of_day = time.fromisoformat(schedule.at)
    eve = datetime.combine(moment.astimezone(zone).date() - timedelta(days=1), time.min)
    for day in _days(schedule).xafter(eve, count=_LOOKED_AT, inc=True):
        found = datetime.combine(day.date(), of_day, zone).astimezone(UTC)
        if found > moment:
            return found
    return None


def upcoming(schedule: Schedule, moment: datetime, count: int) -> list[datetime]:
    """The next ones, at most `count`."""
    found: list[datetime] = []
    while len(found) < count and (following := next_after(schedule, found[-1] if found else moment)) is not None:
        found.append(following)
    return found


def _days(schedule: Schedule) -> rrule.rrule:
    """The days, at midnight and without a zone."""
    options: dict[str, Any] = {}
    if schedule.every == "week":
        options["byweekday"] = sorted(set(schedule.weekdays))
    elif schedule.day is not None and schedule.every in ("month", "year"):
        # The last of those that the month has.
        options |= {"bymonthday": list(range(min(28, schedule.day), schedule.day + 1)), "bysetpos": -1}
        if schedule.every == "year":
            options["bymonth"] = schedule.starts.month
    return rrule.rrule(
        _RULES[schedule.every],
        interval=schedule.interval,
        dtstart=datetime.combine(schedule.starts, time.min),
        until=None if schedule.until is None else datetime.combine(schedule.until, time.min),
        wkst=rrule.MO,
        **options,
    )
