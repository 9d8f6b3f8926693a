"""A calendar's settings over HTTP and in the database, and the calendar of acd/calendar.py made from them.

Times of day are "HH:MM" on the wall clock of the calendar's zone; an end not after its start is on the next morning,
and "24:00" is the end of the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, RootModel, StringConstraints

from acd.calendar import Calendar, DayException, Emergency, Holiday, Span, WeeklySpan
from acd.calendar_holidays import holiday_dates
from contactcenter.moments import zone_name
from contactcenter.queues.fields import Id, Name, Ref, Settings, Text, UsedBy, bad
from contactcenter.queues.models import Calendar as CalendarRow

MINUTES_A_DAY = 1440
HOLIDAY_LANGUAGE = "en_US"

Moment = Annotated[
    AwareDatetime,
    Field(ge=dt.datetime(2000, 1, 1, tzinfo=dt.UTC), le=dt.datetime(2100, 1, 1, tzinfo=dt.UTC)),
    AfterValidator(lambda moment: moment.astimezone(dt.UTC)),
]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]


class SpanIs(Settings):
    start: TimeOfDay
    end: TimeOfDay


class WeeklyIs(SpanIs):
    """`day`: 0 Monday to 6 Sunday."""

    day: int = Field(ge=0, le=6)


class ExceptionIs(Settings):
    """A date with its own hours; without spans it is closed all day."""

    date: dt.date
    name: Text = ""
    spans: list[SpanIs] = Field(default_factory=list, max_length=24)


class HolidaysIs(Settings):
    """Public holidays: country (ISO 3166-1, two letters) and its part ("BY" for Bavaria) if it has own ones."""

    country: Ref
    subdivision: Ref | None = None


class EmergencyIs(Settings):
    """Closed (or open, with `closed` false) whatever the hours say, until `until` or until it is taken back.
    `message` is for those who find it closed; `since` is shown only."""

    closed: bool = True
    message: Text = ""
    until: Moment | None = None
    since: Moment | None = None


class EmergencyBody(RootModel[EmergencyIs | None]):
    """null: taken back."""


class CalendarBody(Settings):
    name: Name
    zone: Ref = Field(
        default_factory=lambda: zone_name() or "",
        validate_default=True,
        description="IANA time zone, as Europe/Berlin; without it the house's.",
    )
    weekly: list[WeeklyIs] = Field(default_factory=list, max_length=168)
    exceptions: list[ExceptionIs] = Field(default_factory=list, max_length=1000)
    holidays: HolidaysIs | None = None


class NewCalendar(CalendarBody):
    """Without an id one is made from the name. The emergency switch has an address of its own and is left aside."""

    id: Id | None = None
    emergency: EmergencyIs | None = None
    used_by: UsedBy | None = None


class ChangedCalendar(CalendarBody):
    """`id` cannot change. The emergency switch has an address of its own and is left as it is: who saves hours must
    not open by accident what somebody else has closed meanwhile."""

    id: Ref | None = None
    emergency: EmergencyIs | None = None
    used_by: UsedBy | None = None


class CalendarOut(BaseModel):
    id: str
    name: str
    zone: str
    weekly: list[WeeklyIs]
    exceptions: list[ExceptionIs]
    holidays: HolidaysIs | None
    emergency: EmergencyIs | None
    used_by: UsedBy


class CalendarList(BaseModel):
    """house_zone: what a new calendar begins with; None when the machine does not say in which zone it is."""

    items: list[CalendarOut]
    house_zone: str | None


def columns(body: CalendarBody) -> dict[str, Any]:
    """For the table of calendars, by column; all but the emergency switch."""
    return body.model_dump(mode="json", include=set(CalendarBody.model_fields))


def build(row: CalendarRow, years: Iterable[int]) -> Calendar:
    """The calendar with the public holidays of these years. Raises Problem 422 naming the field."""
    weekly = tuple(
        WeeklySpan((item["day"],), *_minutes(item, f"weekly.{place}")) for place, item in enumerate(row.weekly)
    )
    exceptions = tuple(_exception(item, f"exceptions.{place}") for place, item in enumerate(row.exceptions))
    public = _public(row.holidays, years)
    try:
        return Calendar(
            timezone=row.zone, weekly=weekly, holidays=public, exceptions=exceptions, emergency=_switch(row.emergency)
        )
    except ValueError as error:
        field, _, sentence = str(error).partition(": ")
        raise bad({"timezone": "zone"}.get(field, field), f"{sentence}.", "bad-calendar") from None


def check_emergency(emergency: EmergencyIs) -> None:
    """Raises Problem 422 naming the field."""
    try:
        _switch(emergency.model_dump(mode="json"))
    except ValueError:
        raise bad("until", "must be in the future.", "bad-calendar") from None


def _exception(item: dict[str, Any], where: str) -> DayException:
    spans = tuple(Span(*_minutes(span, f"{where}.spans.{place}")) for place, span in enumerate(item["spans"]))
    return DayException(dt.date.fromisoformat(item["date"]), spans, item["name"])


def _minutes(span: dict[str, str], where: str) -> tuple[int, int]:
    start, end = _clock(span["start"]), _clock(span["end"])
    if start == MINUTES_A_DAY:
        raise bad(f"{where}.start", "24:00 is the end of a day; write 00:00 of the next one.", "bad-calendar")
    if start == end:
        raise bad(f"{where}.end", "is the same as the start; a whole day is 00:00 to 24:00.", "bad-calendar")
    return start, end if end > start else end + MINUTES_A_DAY


def _clock(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _public(holidays: dict[str, Any] | None, years: Iterable[int]) -> tuple[Holiday, ...]:
    if holidays is None:
        return ()
    try:
        return holiday_dates(holidays["country"], holidays["subdivision"], years, language=HOLIDAY_LANGUAGE)
    except ValueError as error:
        field, _, sentence = str(error).partition(": ")
        raise bad(f"holidays.{field}", f"{sentence}.", "bad-calendar") from None


def _switch(emergency: dict[str, Any] | None) -> Emergency | None:
    if emergency is None:
        return None
    since, until = emergency["since"], emergency["until"]
    return Emergency(
        open=not emergency["closed"],
        since=_moment(since) if since else 0.0,
        until=_moment(until) if until else None,
        message=emergency["message"],
    )


def _moment(text: str) -> float:
    return dt.datetime.fromisoformat(text).timestamp()
