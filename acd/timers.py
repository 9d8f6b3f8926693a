"""Deadlines in a heap; a cancelled one stays until it surfaces or until cancelled ones are the majority."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import Any

from acd.deadline import Due, Subject, Timer

SLACK = 64


class Timers:
    """`_heap` holds (at, number, timer)."""

    __slots__ = ("_cancelled", "_heap", "_started")

    def __init__(self) -> None:
        self._heap: list[tuple[Any, ...]] = []
        self._started = 0
        self._cancelled = 0

    def __len__(self) -> int:
        """Live timers."""
        return len(self._heap) - self._cancelled

    @property
    def held(self) -> int:
        """Entries in memory, cancelled ones included: at most 2 x live + SLACK."""
        return len(self._heap)

    def start(self, at: float, due: Due, subject: Subject) -> Timer:
        self._started = number = self._started + 1
        timer = Timer(at, number, due, subject)
        heappush(self._heap, (at, number, timer))
        return timer

    @property
    def started(self) -> int:
        """How many there have been; numbers them, earlier ones first among equal times."""
        return self._started

    def restore(self, timers: Iterable[Timer], started: int) -> None:
        """Be as when these were live and `started` had been started."""
        self._heap = [(timer.at, timer.number, timer) for timer in timers]
        heapify(self._heap)
        self._started = started
        self._cancelled = 0

    def live(self) -> list[Timer]:
        """Those to come, earliest first."""
        return [entry[2] for entry in sorted(self._heap, key=lambda entry: entry[:2]) if entry[2].subject is not None]

    def cancel(self, timer: Timer) -> None:
        if timer.subject is None:
            return
        timer.subject = None
        if not timer.in_heap:
            return
        self._cancelled += 1
        if self._cancelled * 2 > len(self._heap) + SLACK:
            self._heap = [entry for entry in self._heap if entry[2].subject is not None]
            heapify(self._heap)
            self._cancelled = 0

    def next_at(self) -> float | None:
        heap = self._heap
        while heap and heap[0][2].subject is None:
            heappop(heap)
            self._cancelled -= 1
        if not heap:
            return None
        at: float = heap[0][0]
        return at

    def take_due(self, now: float) -> list[Timer]:
        """Remove and return those due by now, earliest first. Handling one may cancel a later one of the list."""
        due: list[Timer] = []
        while (at := self.next_at()) is not None and at <= now:
            timer: Timer = heappop(self._heap)[2]
            timer.in_heap = False
            due.append(timer)
        return due

    def put_back(self, timers: Iterable[Timer]) -> None:
        """Have taken ones that were not handled be due again."""
        for timer in timers:
            if timer.subject is not None:
                timer.in_heap = True
                heappush(self._heap, (timer.at, timer.number, timer))
