"""The runner itself; what it does is told by the tests of requests, erasure and retention."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fakes.waiting import until
from tests.privacy.house import house


@pytest.mark.parametrize("turns", range(4))
async def test_it_stops_though_woken_a_moment_before(tmp_path: Path, turns: int) -> None:
    async with house(tmp_path) as there:
        runner = there.privacy.runner
        runner.start()
        await until(lambda: not runner._woken.is_set())
        await asyncio.sleep(0.05)
        runner.wake()
        for _ in range(turns):
            await asyncio.sleep(0)
        stopping = asyncio.create_task(runner.stop())
        await until(stopping.done)
