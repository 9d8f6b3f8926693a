"""The one 20 ms clock of a plane: playback, mixing, digits and recordings all move on its ticks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

FRAME_S = 0.02
TICKS_PER_SECOND = 50
# After a stall at most this many frames are made up at once; a far end's jitter buffer drops more anyway.
MAX_BURST = 5

Ticker = Callable[[float, int], None]

log = structlog.get_logger(__name__)


class Pacer:
    """Which ticks are due; pure. Times in seconds of any monotonic clock."""

    def __init__(self, now: float) -> None:
        self._start = now
        self._base = 0
        self.ticks = 0
        self.skipped = 0
        self.lag_s = 0.0

    def due(self, now: float) -> int:
        """How many ticks to run now; ticks beyond the burst bound are skipped for good."""
        reached = int((now - self._start) / FRAME_S + 1e-6) - self._base
        self.lag_s = max(0.0, now - self.next_at())
        missing = reached - self.ticks
        if missing > MAX_BURST:
            self._base += missing - MAX_BURST
            self.skipped += missing - MAX_BURST
            missing = MAX_BURST
        self.ticks += max(0, missing)
        return max(0, missing)

    def next_at(self) -> float:
        """When the next tick is due."""
        return self._start + (self._base + self.ticks + 1) * FRAME_S


class FrameClock:
    """Runs one callback every 20 ms on the event loop, without drift."""

    def __init__(self, on_tick: Ticker) -> None:
        self._on_tick = on_tick
        self._pacer = Pacer(0.0)
        self._handle: asyncio.TimerHandle | None = None
        self._ticks = 0
        self.lag_s = 0.0
        self.max_lag_s = 0.0

    @property
    def skipped(self) -> int:
        return self._pacer.skipped

    def start(self) -> None:
        self._pacer = Pacer(time.monotonic())
        self._schedule()

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _schedule(self) -> None:
        loop = asyncio.get_running_loop()
        delay = max(0.0, self._pacer.next_at() - time.monotonic())
        # uvloop's timers have a resolution of 1 ms and may fire early by it
        self._handle = loop.call_later(delay, self._wake)

    def _wake(self) -> None:
        now = time.monotonic()
        due = self._pacer.due(now)
        self.lag_s = self._pacer.lag_s
        self.max_lag_s = max(self.max_lag_s, self.lag_s)
        self._schedule()
        for _ in range(due):
            self._ticks += 1
            try:
                self._on_tick(now, self._ticks)
            except Exception:
                # the clock carries every call: one bad tick must not stop it
                log.exception("media.tick_failed")
