"""When somebody is told by mail or push what has happened now. Pure: time is an argument."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Digest = Literal["at_once", "hourly", "daily"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """From `begin` until just before `end` by the wall clock, over midnight where `end` is the earlier one; never
    equal."""

    begin: time
    end: time

    def holds(self, local: datetime) -> bool:
        moment = local.time()
        if self.begin < self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """`digest_hour` (0 to 23) is when a daily one is sent, in `zone`."""

    zone: ZoneInfo
    digest: Digest = "at_once"
    digest_hour: int = 8
    quiet: Quiet | None = None


def when(now: datetime, rhythm: Rhythm, *, digest: bool = True) -> datetime:
    """The first moment at or after `now` (with a time zone) at which it may be sent; `digest`: mail, that waits for the
    digest, unlike a push. In UTC."""
    moment = _gathered(now.astimezone(UTC), rhythm) if digest else now.astimezone(UTC)
    quiet = rhythm.quiet
    if quiet is None or not quiet.holds(moment.astimezone(rhythm.zone)):
        return moment
    ends = (at for at in _at(moment, quiet.end, rhythm.zone) if not quiet.holds(at.astimezone(rhythm.zone)))
    return min(ends)


def _gathered(now: datetime, rhythm: Rhythm) -> datetime:
    if rhythm.digest == "daily":
        return min(_at(now, time(rhythm.digest_hour), rhythm.zone))
    if rhythm.digest == "hourly":
        local = now.astimezone(rhythm.zone)
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return now + timedelta(hours=1) - past if past else now
    return now


def _at(now: datetime, clock: time, zone: ZoneInfo) -> Iterator[datetime]:
    """Moments from `now` on at which a clock in `zone` shows this. An hour that is left out when the clocks are put
    forward is met an hour later or earlier, one that comes twice is met twice."""
    today = now.astimezone(zone).date()
    for days in range(3):
        for fold in (0, 1):
            local = datetime.combine(today + timedelta(days=days), clock, zone).replace(fold=fold)
            if (moment := local.astimezone(UTC)) >= now:
                yield moment
