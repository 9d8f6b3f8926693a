"""Moments as the API writes them, and the time zone in which the house has its days."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import overload
from zoneinfo import ZoneInfo, available_timezones

LOCAL_TIME = Path("/etc/localtime")
"""Which zone is the machine's: a link into the time zone database."""


class UnknownZone(ValueError):  # noqa: N818 - what is wrong, not that something is
    """A sentence for whoever set the time zone."""


@overload
def iso(at: float) -> str: ...
@overload
def iso(at: None) -> None: ...
@overload
def iso(at: float | None) -> str | None: ...
def iso(at: float | None) -> str | None:
    """Unix seconds as ISO 8601 in UTC, ending in Z."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def live_in(timezone: str) -> None:
    """Local time of this process, and of those it starts, is that of an IANA zone; empty: the machine's, as it was.

    Raises UnknownZone when the machine's own database lacks the zone: it would take UTC without a word.
    """
    if not timezone:
        return
    before = os.environ.get("TZ")
    _set(timezone)
    if not _agrees(ZoneInfo(timezone)):
        _set(before)
        raise UnknownZone(
            f'This machine does not know the time zone "{timezone}" of [house] timezone: install its time zone '
            "database (the package tzdata)."
        )


def _set(timezone: str | None) -> None:
    if timezone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = timezone
    time.tzset()


def _agrees(zone: ZoneInfo) -> bool:
    """In winter and in summer."""
    year = datetime.now(UTC).year
    moments = [datetime(year, month, 1, tzinfo=UTC) for month in (1, 7)]
    return all(moment.astimezone().utcoffset() == moment.astimezone(zone).utcoffset() for moment in moments)


def zone_name() -> str | None:
    """The IANA name of this process's local time; None when the machine does not say."""
    timezone = os.environ.get("TZ", "").removeprefix(":")
    if not timezone:
        timezone = str(LOCAL_TIME.resolve()).partition("zoneinfo/")[2].removeprefix("posix/")
    return timezone if timezone in available_timezones() else None
