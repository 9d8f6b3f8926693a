"""A bucket for every source address: how much of something one sender may bring. Pure: time is an argument."""

from __future__ import annotations

from collections import OrderedDict


class SourceBuckets:
    """Each bucket holds ``size`` and empties by ``per_s`` a second. Of more than ``max_sources`` the one that was
    filled longest ago is forgotten: who sends from ever new addresses fills no memory."""

    def __init__(self, size: float, per_s: float, max_sources: int = 10_000) -> None:
        self._size = size
        self._per_s = per_s
        self._max = max_sources
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def is_full(self, source: str, now: float) -> bool:
        """Whether one more does not fit. A level a billionth short of it counts as there: sums of floats are."""
        return self._level(source, now) > self._size - 1 + 1e-9

    def fill(self, source: str, now: float) -> None:
        """One more, whether or not it fits."""
        self._levels[source] = (self._level(source, now) + 1, now)
        self._levels.move_to_end(source)
        while len(self._levels) > self._max:
            self._levels.popitem(last=False)

    def take(self, source: str, now: float) -> bool:
        """One more, if it fits; whether it did. What does not fit is not counted."""
        if self.is_full(source, now):
            return False
        self.fill(source, now)
        return True

    def empty(self, source: str) -> None:
        self._levels.pop(source, None)

    def _level(self, source: str, now: float) -> float:
        level, at = self._levels.get(source, (0.0, now))
        return max(0.0, level - max(0.0, now - at) * self._per_s)
