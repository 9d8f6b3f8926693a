"""The engine's figures begin anew with the day."""

import asyncio

from acd.commands import ResetStatistics
from contactcenter.routing.driver import RoutingDriver
from contactcenter.supervision.day import Day


class Midnight:
    """Midnight is the zone's of `day`."""

    def __init__(self, driver: RoutingDriver, day: Day) -> None:
        self._driver = driver
        self._day = day
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self, last_at: float | None) -> None:
        """`last_at`: until when (Unix seconds) the engine's figures had been counted before this start, if any."""
        now = self._driver.now
        if last_at is not None and last_at < self._day.start_of(now).timestamp():
            self._driver.submit(ResetStatistics())
        self._wait()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def _wait(self) -> None:
        now = self._driver.now
        self._due = self._day.end_of(now)
        self._timer = asyncio.get_running_loop().call_later(self._due - now, self._turn)

    def _turn(self) -> None:
        # The loop's clock is not the wall's, which may have been set back meanwhile.
        if self._driver.now >= self._due:
            self._driver.submit(ResetStatistics())
        self._wait()
