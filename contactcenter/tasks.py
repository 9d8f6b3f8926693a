"""Tasks with an owner: held while they run, logged when they fail, cancelled at the end."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)

AGAIN_S = 5.0
"""Before Python 3.12 libraries that use `asyncio.wait_for` forget a cancellation that comes with the awaited."""


async def ended(*tasks: asyncio.Task[Any] | None) -> None:
    """Cancels them and returns when all have ended; one that failed is logged. None is one that never began."""
    begun = {task for task in tasks if task is not None}
    await _cancelled(begun)
    for task in begun:
        _log_failure(task)


class Tasks:
    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        _log_failure(task)

    async def cancel(self) -> None:
        await _cancelled(set(self._running))

    def __len__(self) -> int:
        return len(self._running)


async def _cancelled(tasks: set[asyncio.Task[Any]]) -> None:
    while tasks:
        for task in tasks:
            task.cancel()
        _, tasks = await asyncio.wait(tasks, timeout=AGAIN_S)


def _log_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("task.failed", task=getattr(task.get_coro(), "__qualname__", "?"), exc_info=error)
