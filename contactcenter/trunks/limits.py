"""How many calls a second may be placed through a trunk: a bucket that fills with time. Pure."""

from __future__ import annotations


class CallRate:
    """`per_second` None: any. A second's worth of calls may begin at once."""

    def __init__(self, per_second: float | None) -> None:
        self._rate = per_second
        self._most = max(1.0, per_second or 1.0)
        self._left = self._most
        self._at = 0.0

    def ready(self, now: float) -> bool:
        """Whether one more call may begin."""
        return self._rate is None or self._filled(now) >= 1.0

    def take(self, now: float) -> None:
        """A call begins."""
        if self._rate is not None:
            self._left, self._at = self._filled(now) - 1.0, now

    def _filled(self, now: float) -> float:
        return min(self._most, self._left + max(0.0, now - self._at) * (self._rate or 0.0))
