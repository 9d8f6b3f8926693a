"""A timer wheel for things that know their own next deadline."""

from __future__ import annotations

import heapq
from itertools import count
from typing import Protocol


class Timed(Protocol):
    """Anything with a deadline. ``scheduled`` belongs to the Schedule: the earliest heap entry held for it."""

    scheduled: float | None

    def next_deadline(self) -> float | None: ...

    def tick(self, now: float) -> None: ...


class Schedule:
    """Keeps at most one live heap entry per item; a deadline that moved later is noticed when the entry is due.

    Most SIP timers are cancelled or pushed back before they fire, so this costs far less than re-arming each one.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timed]] = []
        self._serial = count()

    def __len__(self) -> int:
        return len(self._heap)

    def update(self, item: Timed) -> None:
        """Note that the item's deadline may have changed."""
        deadline = item.next_deadline()
        if deadline is not None and (item.scheduled is None or deadline < item.scheduled):
            item.scheduled = deadline
            heapq.heappush(self._heap, (deadline, next(self._serial), item))

    def next_deadline(self) -> float | None:
        """No item is due before this; it may be early, never late."""
        return self._heap[0][0] if self._heap else None

    def tick(self, now: float) -> None:
        """Call ``tick`` of every item that is due."""
        while self._heap and self._heap[0][0] <= now:
            entry, _, item = heapq.heappop(self._heap)
            if item.scheduled != entry:
                continue
            item.scheduled = None
            deadline = item.next_deadline()
            if deadline is not None and deadline <= now:
                item.tick(now)
            self.update(item)
