"""Tasks and their end."""

import asyncio
from contextlib import suppress

import pytest

from contactcenter import tasks
from contactcenter.tasks import Tasks, ended


async def forgetful() -> None:
    """Like a library with `asyncio.wait_for`: goes on after the first cancellation."""
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(3600)
    await asyncio.sleep(3600)


async def failing() -> None:
    try:
        await asyncio.sleep(3600)
    finally:
        raise RuntimeError("could not clean up")


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AGAIN_S", 0.01)


async def test_one_that_forgot_its_cancellation_is_told_again() -> None:
    one, other = asyncio.create_task(forgetful()), asyncio.create_task(asyncio.sleep(3600))
    await asyncio.sleep(0)
    async with asyncio.timeout(40):
        await ended(one, None, other)
    assert one.cancelled()
    assert other.cancelled()


async def test_all_that_were_begun_end_together(capfd: pytest.CaptureFixture[str]) -> None:
    held = Tasks()
    begun = [held.spawn(forgetful()), held.spawn(failing())]
    await asyncio.sleep(0)
    async with asyncio.timeout(40):
        await held.cancel()
    assert all(task.done() for task in begun)
    assert len(held) == 0
    assert capfd.readouterr().out.count("task.failed") == 1


async def test_what_failed_meanwhile_is_logged(capfd: pytest.CaptureFixture[str]) -> None:
    task = asyncio.create_task(failing())
    await asyncio.sleep(0)
    await ended(task)
    assert "could not clean up" in capfd.readouterr().out
