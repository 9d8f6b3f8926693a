"""When the next backup is due and which of the old ones go. Names of the files tell when they were made."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from contactcenter.backup.make import SUFFIX

_PATTERN = f"contactcenter-%Y%m%dT%H%M%SZ{SUFFIX}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """The newest backup of each of so many days, weeks and months that have one, counted back from the newest."""

    daily: int
    weekly: int
    monthly: int


def name_at(now: float) -> str:
    """The file's name of a backup made at `now`, unix seconds."""
    return datetime.fromtimestamp(now, UTC).strftime(_PATTERN)


def made_at(name: str) -> float | None:
    """Unix seconds; None for a file that no schedule has made."""
    try:
        return datetime.strptime(name, _PATTERN).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def due_at(names: Iterable[str], every_s: float, now: float) -> float:
    """When to make the next one, in unix seconds: at once when there is none, and when clocks have gone back."""
    times = [moment for name in names if (moment := made_at(name)) is not None and moment <= now]
    return max(times) + every_s if times else now


def overdue(newest: float | None, every_s: float, now: float) -> bool:
    """Whether two of the schedule's periods have gone by without one, all in unix seconds and seconds."""
    return newest is None or now - newest > 2 * every_s


def to_remove(names: Iterable[str], keep: Keep) -> list[str]:
    """The backups that the schedule keeps no more, oldest first; never one of another name, nor the newest."""
    times = {name: moment for name in names if (moment := made_at(name)) is not None}
    newest_first = sorted(times, key=lambda name: times[name], reverse=True)
    kept = set(newest_first[:1])
    periods: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
        (keep.daily, lambda day: day.date()),
        (keep.weekly, lambda day: day.isocalendar()[:2]),
        (keep.monthly, lambda day: (day.year, day.month)),
    )
    for count, period_of in periods:
        seen: set[Hashable] = set()
        for name in newest_first:
            period = period_of(datetime.fromtimestamp(times[name], UTC))
            if period not in seen and len(seen) < count:
                seen.add(period)
                kept.add(name)
    return [name for name in reversed(newest_first) if name not in kept]


def archives_in(folder: Path) -> list[str]:
    """Names of the scheduled backups in a folder; none when it is not there."""
    if not folder.is_dir():
        return []
    return [path.name for path in folder.iterdir() if made_at(path.name) is not None]
