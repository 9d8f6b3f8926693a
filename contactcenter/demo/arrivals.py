"""When callers ring in: a Poisson process."""

import random


class Arrivals:
    """Exponential gaps between callers. Changing the rate draws the next gap anew, which the process allows: it has
    no memory. Times are in seconds of any steady clock, rates in callers a minute."""

    def __init__(self, per_minute: float, rng: random.Random, now: float) -> None:
        self._rng = rng
        self.next_at: float | None = None
        self.set_rate(per_minute, now)

    def set_rate(self, per_minute: float, now: float) -> None:
        """0 stops the arrivals; ValueError below it."""
        if not 0 <= per_minute < float("inf"):
            raise ValueError("callers_per_minute must be 0 or more")
        self.per_minute = per_minute
        self.next_at = None if per_minute == 0 else now + self._gap()

    def due(self, now: float) -> int:
        """How many have arrived since the last question."""
        count = 0
        while self.next_at is not None and self.next_at <= now:
            count += 1
            self.next_at += self._gap()
        return count

    def _gap(self) -> float:
        return self._rng.expovariate(self.per_minute / 60)
