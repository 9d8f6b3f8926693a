"""How long a contact will wait.

While all n agents of a queue are at work and each conversation with its wrap-up lasts m seconds in the mean, one of
them comes free every m/n seconds, so the contact at position p waits p * m / n (Whitt, "Predicting Queueing Delays",
Management Science 45(6), 1999, for exponential handling times). Contacts giving up ahead make it an upper estimate;
agents shared with other queues make it a lower one.
"""

from __future__ import annotations

SMOOTHING = 0.05
"""Weight of the newest contact once 1/SMOOTHING contacts are known: follows a change within an hour's work."""


class HandlingMean:
    """Mean handling time (talk and wrap-up): of all contacts at first, then exponentially smoothed."""

    __slots__ = ("count", "mean_s")

    def __init__(self) -> None:
        self.count = 0
        self.mean_s = 0.0

    def add(self, handling_s: float) -> None:
        self.count += 1
        self.mean_s += (handling_s - self.mean_s) * max(1.0 / self.count, SMOOTHING)


def expected_wait_s(position: int, staffed: int, handling: HandlingMean) -> float | None:
    """Seconds for the 1-based `position` with `staffed` agents logged in and not paused.

    None when nobody is staffed or no contact of the queue was ever completed.
    """
    if staffed <= 0 or handling.count == 0:
        return None
    return position * handling.mean_s / staffed
