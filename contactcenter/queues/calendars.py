"""The calendars there are, for whoever asks whether it is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from acd.calendar import Calendar
from contactcenter.queues.calendar_settings import build
from contactcenter.queues.models import Calendar as CalendarRow
from contactcenter.storage.database import Database


class Calendars:
    """What was read last; `reload` after a change. `now` gives unix seconds."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now
        self._rows: dict[str, CalendarRow] = {}
        self._built: dict[str, Calendar] = {}
        self._year = 0

    async def reload(self) -> None:
        async with self._database.session() as session:
            rows = (await session.scalars(select(CalendarRow).order_by(CalendarRow.name, CalendarRow.id))).all()
        self._rows = {row.id: row for row in rows}
        self._built.clear()

    def ids(self) -> set[str]:
        return set(self._rows)

    def all(self) -> list[CalendarRow]:
        """By name."""
        return list(self._rows.values())

    def get(self, calendar_id: str) -> Calendar | None:
        """With the public holidays around the present year and the emergency switch as it is; ask acd.calendar about
        it. None: there is none of this id."""
        year = datetime.fromtimestamp(self._now(), UTC).year
        if year != self._year:
            self._built.clear()
            self._year = year
        if calendar_id not in self._built:
            row = self._rows.get(calendar_id)
            if row is None:
                return None
            self._built[calendar_id] = build(row, range(year - 1, year + 3))
        return self._built[calendar_id]

    def snapshot(self, calendar_id: str) -> dict[str, Any] | None:
        """The calendar as data, for what has to go by it as it is now whatever becomes of it; None: there is none."""
        row = self._rows.get(calendar_id)
        return None if row is None else {name: getattr(row, name) for name in KEPT}


KEPT = ("zone", "weekly", "exceptions", "holidays", "emergency")


def of_snapshot(document: Mapping[str, Any], years: Iterable[int]) -> Calendar:
    """With the public holidays of these years."""
    return build(CalendarRow(id="", name="", **document), years)
