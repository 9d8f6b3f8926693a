"""The days somebody asks about, cut into periods where they begin and end for that reader. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contactcenter.api.fields import bad
from contactcenter.tickets.figures.settings import MOST_PERIODS, Per

LAST_DAY = date(9000, 1, 1)
FIRST_DAY = date(1970, 1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Days `first` to `last`, both whole, and the moments between which they lie: `start` is within, `end` is not."""

    first: date
    last: date
    start: datetime
    end: datetime


def periods(first: date, last: date, zone: str, per: Per) -> list[Stretch]:
    """In their order, without gaps; the first and the last may be a part of a week or month. Weeks begin on Monday.
    Raises Problem 422."""
    if not FIRST_DAY <= first <= LAST_DAY:
        raise bad("first", f"must lie between {FIRST_DAY} and {LAST_DAY}.")
    if last < first:
        raise bad("last", "must not be before the first day.")
    if last > LAST_DAY:
        raise bad("last", f"must lie between {FIRST_DAY} and {LAST_DAY}.")
    found: list[Stretch] = []
    begin = first
    while begin <= last:
        if len(found) == MOST_PERIODS:
            raise bad("per", f"gives more than {MOST_PERIODS} periods; choose longer ones or fewer days.")
        following = min(_after(begin, per), last + timedelta(days=1))
        found.append(stretch(begin, following - timedelta(days=1), zone))
        begin = following
    return found


def stretch(first: date, last: date, zone: str) -> Stretch:
    return Stretch(first=first, last=last, start=_midnight(first, zone), end=_midnight(last + timedelta(days=1), zone))


def whole(parts: Sequence[Stretch]) -> Stretch:
    return Stretch(first=parts[0].first, last=parts[-1].last, start=parts[0].start, end=parts[-1].end)


def _after(day: date, per: Per) -> date:
    if per == "day":
        return day + timedelta(days=1)
    if per == "week":
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
