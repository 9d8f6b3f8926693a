"""Durations and times of day as people write them in a scenario."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

_PARTS = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?")
DAY_S = 86400


def _seconds(value: Any) -> Any:
    """ "90", "90s", "5m", "1h30m" or a number; anything else is left for the number's own message."""
    if not isinstance(value, str) or not value.strip():
        return value
    found = _PARTS.fullmatch(value.strip().lower().replace(" ", ""))
    if found is None:
        try:
            return float(value)
        except ValueError:
            raise ValueError("write a time as 90s, 5m or 1h30m, or a number of seconds") from None
    hours, minutes, seconds = (float(part or 0.0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def clock_seconds(value: Any) -> float:
    """Seconds after midnight of "08:30" or "08:30:15"; a number is that already. Raises ValueError."""
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    seconds = float(int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)) if found else -1.0
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value)
    if not 0 <= seconds <= DAY_S:
        raise ValueError("write a time of day as 08:30")
    return seconds


Seconds = Annotated[float, BeforeValidator(_seconds), Field(ge=0, le=31 * DAY_S)]
"""A duration: 90s, 5m, 1h30m, or a number of seconds."""
Clock = Annotated[float, BeforeValidator(clock_seconds)]
"""A time of day, 00:00 to 24:00, kept as seconds after midnight."""


def clock_text(seconds: float) -> str:
    """The time of day so many seconds after midnight."""
    minutes = int(seconds // 60)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def after(opening_s: float, clock_s: float, *, end: bool = False) -> float:
    """Seconds from the opening (a time of day) to a time of day; one that is earlier is on the next day, and so is an
    end that is the same."""
    passed = clock_s - opening_s
    return passed + DAY_S if passed < 0 or (end and passed == 0) else passed
