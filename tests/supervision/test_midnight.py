"""The engine's figures begin anew at midnight, also when the server slept over it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from acd.commands import ResetStatistics
from acd.engine import Engine
from contactcenter.routing.driver import RoutingDriver
from contactcenter.supervision.day import Day
from contactcenter.supervision.midnight import Midnight
from tests.fakes.virtual_time import VirtualLoop

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC).timestamp()
HOUR = 3600.0


class Night:
    """Times in hours since noon, in UTC; `resets` says when the figures began anew."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.drift = 0.0
        self.resets: list[float] = []
        clock = lambda: NOON + loop.time() - self.drift  # noqa: E731
        self.driver = RoutingDriver(Engine(), lambda event: None, clock=clock, recorder=self)
        self.midnight = Midnight(self.driver, Day(UTC))

    def append(self, at: float, what: object) -> None:
        if isinstance(what, ResetStatistics):
            self.resets.append((at - NOON) / HOUR)


def play(scene: Callable[[Night], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        night = Night()
        await scene(night)
        night.midnight.stop()
        await asyncio.sleep(48 * HOUR)

    loop = VirtualLoop()
    try:
        loop.run_until_complete(run())
    finally:
        loop.close()


def test_every_midnight_until_it_stops() -> None:
    async def scene(night: Night) -> None:
        night.midnight.start(None)
        await asyncio.sleep(40 * HOUR)
        assert night.resets == [12.0, 36.0]

    play(scene)


def test_a_start_on_the_same_day_goes_on_counting() -> None:
    async def scene(night: Night) -> None:
        night.midnight.start(NOON - 12 * HOUR)
        assert night.resets == []

    play(scene)


def test_a_start_on_another_day_begins_anew() -> None:
    async def scene(night: Night) -> None:
        night.midnight.start(NOON - 12 * HOUR - 1)
        assert night.resets == [0.0]

    play(scene)


def test_a_clock_that_was_set_back_is_waited_for() -> None:
    async def scene(night: Night) -> None:
        night.midnight.start(None)
        await asyncio.sleep(1 * HOUR)
        night.drift = 600.0
        await asyncio.sleep(13 * HOUR)
        assert len(night.resets) == 1
        assert abs(night.resets[0] - 12.0) < 0.001

    play(scene)
