"""Calendars made, changed, removed, looked ahead in, and their emergency switch."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd import calendar as acd
from contactcenter.api.problems import not_found
from contactcenter.audit.acts import Act, Document, Subject
from contactcenter.audit.recorder import record
from contactcenter.moments import zone_name
from contactcenter.queues.acts import CALENDAR_CHANGED, CALENDAR_MADE, CALENDAR_REMOVED, CALENDAR_SWITCHED
from contactcenter.queues.calendar_settings import (
    MINUTES_A_DAY,
    CalendarBody,
    CalendarList,
    CalendarOut,
    ChangedCalendar,
    EmergencyIs,
    NewCalendar,
    SpanIs,
    build,
    check_emergency,
    columns,
)
from contactcenter.queues.fields import Named, UsedBy, bad, check_name, in_use, new_id
from contactcenter.queues.models import Calendar, Queue
from contactcenter.queues.set_up import SetUp


class PreviewQuery(BaseModel):
    """`days` days from the date `from` on (YYYY-MM-DD); without it from today in the calendar's zone."""

    start: dt.date | None = Field(None, alias="from", ge=dt.date(1970, 1, 2), le=dt.date(2099, 12, 31))
    days: int = Field(14, ge=1, le=366)


class DayOut(BaseModel):
    """`why`: what decided the spans, `name` of the holiday or exception. `emergency`: the switch holds at some time of
    this day and counts before the spans."""

    date: dt.date
    day: int = Field(description="0 Monday to 6 Sunday.")
    spans: list[SpanIs]
    why: Literal["hours", "holiday", "exception"]
    name: str
    emergency: bool


class Preview(BaseModel):
    items: list[DayOut]


class CalendarSetUp:
    def __init__(self, set_up: SetUp) -> None:
        self._set_up = set_up

    def all(self) -> CalendarList:
        items = [self._out(row) for row in self._set_up.calendars.all()]
        return CalendarList(items=items, house_zone=zone_name())

    def get(self, calendar_id: str) -> CalendarOut:
        """Raises Problem 404."""
        for row in self._set_up.calendars.all():
            if row.id == calendar_id:
                return self._out(row)
        raise not_found("calendar")

    async def make(self, body: NewCalendar) -> CalendarOut:
        """Raises Problem 409 for an id or a name that is taken, 422 for what cannot be."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                row = Calendar(id=new_id(body.id, body.name, await _names(session)), **columns(body))
                self._check(row)
                session.add(row)
                await record(session, Act(kind=CALENDAR_MADE, subject=_subject(row), after=_document(row)))
            await self._set_up.settle("calendar", row.id)
        return self.get(row.id)

    async def change(self, calendar_id: str, body: ChangedCalendar) -> CalendarOut:
        """All but the emergency switch. Raises Problem 404, 409 for a name that is taken, 422 for what cannot be."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                row = await _row(session, calendar_id)
                if body.id not in (None, calendar_id):
                    raise bad("id", "cannot be changed; make a new calendar instead.")
                names = await _names(session)
                check_name(body.name, {key: name for key, name in names.items() if key != calendar_id})
                before = _document(row)
                self._write(row, body)
                self._check(row)
                after = _document(row)
                await record(session, Act(kind=CALENDAR_CHANGED, subject=_subject(row), before=before, after=after))
            await self._set_up.settle("calendar", calendar_id)
        return self.get(calendar_id)

    async def throw(self, calendar_id: str, emergency: EmergencyIs | None) -> CalendarOut:
        """The emergency switch; None takes it back. Raises Problem 404, 422 for an end that is over."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                row = await _row(session, calendar_id)
                if emergency is not None:
                    since = dt.datetime.fromtimestamp(self._set_up.now(), dt.UTC)
                    emergency = emergency.model_copy(update={"since": since})
                    check_emergency(emergency)
                before = {"emergency": row.emergency}
                row.emergency = None if emergency is None else emergency.model_dump(mode="json")
                after = {"emergency": row.emergency}
                await record(session, Act(kind=CALENDAR_SWITCHED, subject=_subject(row), before=before, after=after))
            await self._set_up.settle("calendar", calendar_id)
        return self.get(calendar_id)

    async def remove(self, calendar_id: str) -> None:
        """Raises Problem 404, 409 while a queue or a flow asks it."""
        async with self._set_up.lock:
            async with self._set_up.database.transaction() as session:
                row = await _row(session, calendar_id)
                asking = await session.execute(select(Queue.id, Queue.name).where(Queue.calendar_id == calendar_id))
                queues = [Named(id=queue_id, name=name) for queue_id, name in asking]
                if used_by := UsedBy(queues=queues, flows=self._set_up.flows_opening_by(calendar_id)):
                    raise in_use(f"The calendar {row.name!r}", used_by)
                await session.execute(delete(Calendar).where(Calendar.id == calendar_id))
                await record(session, Act(kind=CALENDAR_REMOVED, subject=_subject(row), before=_document(row)))
            await self._set_up.settle("calendar", calendar_id)

    def preview(self, calendar_id: str, query: PreviewQuery) -> Preview:
        """Raises Problem 404."""
        row = next((row for row in self._set_up.calendars.all() if row.id == calendar_id), None)
        if row is None:
            raise not_found("calendar")
        first = query.start or dt.datetime.fromtimestamp(self._set_up.now(), ZoneInfo(row.zone)).date()
        last = first + dt.timedelta(days=query.days - 1)
        return preview(build(row, range(first.year, last.year + 1)), first, query.days)

    def _check(self, row: Calendar) -> None:
        year = dt.datetime.fromtimestamp(self._set_up.now(), dt.UTC).year
        build(row, range(year - 1, year + 3))

    def _write(self, row: Calendar, body: CalendarBody) -> None:
        for column, value in columns(body).items():
            setattr(row, column, value)

    def _out(self, row: Calendar) -> CalendarOut:
        queues = [
            Named(id=queue.id, name=queue.name) for queue in self._set_up.queues.all() if queue.calendar_id == row.id
        ]
        used_by = UsedBy(queues=queues, flows=self._set_up.flows_opening_by(row.id))
        stored = {column: getattr(row, column) for column in ("id", *CalendarBody.model_fields, "emergency")}
        out = CalendarOut.model_validate({**stored, "used_by": used_by})
        until = out.emergency.until if out.emergency else None
        if until is not None and until.timestamp() <= self._set_up.now():
            out.emergency = None
        return out


def preview(calendar: acd.Calendar, first: dt.date, days: int) -> Preview:
    """The hours of these days and what decided them."""
    exceptions = {each.date: each.name for each in calendar.exceptions}
    holidays = {each.date: each.name for each in calendar.holidays}
    items = []
    for offset in range(days):
        date = first + dt.timedelta(days=offset)
        why: Literal["hours", "holiday", "exception"] = "hours"
        if date in exceptions:
            why = "exception"
        elif date in holidays:
            why = "holiday"
        items.append(
            DayOut(
                date=date,
                day=date.weekday(),
                spans=[SpanIs(start=_clock(span.start), end=_clock(span.end)) for span in acd.spans(calendar, date)],
                why=why,
                name=exceptions.get(date) or holidays.get(date, "") if why != "hours" else "",
                emergency=_thrown(calendar, date),
            )
        )
    return Preview(items=items)


def _thrown(calendar: acd.Calendar, date: dt.date) -> bool:
    emergency = calendar.emergency
    if emergency is None:
        return False
    zone = ZoneInfo(calendar.timezone)
    start, end = (dt.datetime.combine(day, dt.time(), zone).timestamp() for day in (date, date + dt.timedelta(days=1)))
    return emergency.since < end and (emergency.until is None or start < emergency.until)


def _clock(minutes: int) -> str:
    """24:00 is the end of the day, anything later on the next morning."""
    left = minutes if minutes <= MINUTES_A_DAY else minutes - MINUTES_A_DAY
    return f"{left // 60:02d}:{left % 60:02d}"


def _document(row: Calendar) -> Document:
    """As a PUT takes it: all but the emergency switch."""
    return {column: getattr(row, column) for column in ("id", *CalendarBody.model_fields)}


def _subject(row: Calendar) -> Subject:
    return Subject("calendar", row.id, row.name)


async def _row(session: AsyncSession, calendar_id: str) -> Calendar:
    row = await session.get(Calendar, calendar_id)
    if row is None:
        raise not_found("calendar")
    return row


async def _names(session: AsyncSession) -> dict[str, str]:
    return {row.id: row.name for row in await session.execute(select(Calendar.id, Calendar.name))}
