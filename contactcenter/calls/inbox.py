"""One step after the other: what happens to a call is handled in the order in which it happened."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

log = structlog.get_logger(__name__)

Step = Callable[[], Awaitable[Any]]


class ClosedError(Exception):
    """The call is over; the step was not taken."""


class Inbox:
    """A queue of steps run by one task. `post` forgets the result, `ask` waits for it (and for its exception)."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._steps: asyncio.Queue[tuple[Step, asyncio.Future[Any] | None]] = asyncio.Queue()
        self._closed = False
        self._task = asyncio.get_running_loop().create_task(self._run())

    def post(self, step: Step) -> None:
        if not self._closed:
            self._steps.put_nowait((step, None))

    async def ask(self, step: Step) -> Any:
        """The step's result; raises `ClosedError` when the inbox was closed before the step's turn came."""
        if self._closed:
            raise ClosedError
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._steps.put_nowait((step, future))
        return await future

    def close(self) -> None:
        """Take no more steps; those not begun are dropped, their askers told."""
        self._closed = True
        self._steps.put_nowait((_nothing, None))

    async def join(self) -> None:
        await self._task

    async def _run(self) -> None:
        while not self._closed:
            step, future = await self._steps.get()
            try:
                result = await step()
            except Exception as error:
                if future is None or future.done():
                    log.exception("call.step_failed", interaction=self._name)
                else:
                    future.set_exception(error)
            else:
                if future is not None and not future.done():
                    future.set_result(result)
        self._refuse_rest()

    def _refuse_rest(self) -> None:
        while not self._steps.empty():
            _, future = self._steps.get_nowait()
            if future is not None and not future.done():
                future.set_exception(ClosedError())


async def _nothing() -> None:
    return None
