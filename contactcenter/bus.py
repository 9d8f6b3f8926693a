"""In-process events: whoever announces does not know who listens."""

from __future__ import annotations

import asyncio
import inspect
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog

E = TypeVar("E")
Handler = Callable[[E], Awaitable[None] | None]

log = structlog.get_logger(__name__)


class Bus:
    """Handlers run in the order of their subscription; one that fails is logged and the rest go on.

    A handler that returns an awaitable is run as a task; `drain` and `close` wait for those.
    """

    def __init__(self) -> None:
        self._handlers: defaultdict[type, list[Handler[Any]]] = defaultdict(list)
        self._tasks: set[asyncio.Future[None]] = set()
        self._closed = False

    def subscribe(self, event_type: type[E], handler: Handler[E]) -> Callable[[], None]:
        """Call `handler` for events of this type and of its subclasses. The result unsubscribes."""
        self._handlers[event_type].append(handler)

        def unsubscribe() -> None:
            if handler in self._handlers[event_type]:
                self._handlers[event_type].remove(handler)

        return unsubscribe

    def publish(self, event: object) -> None:
        """Tell the subscribers. Synchronous handlers have run when this returns. After `close` nothing happens."""
        if self._closed:
            return
        for event_type in type(event).__mro__:
            for handler in tuple(self._handlers.get(event_type, ())):
                self._call(handler, event)

    def _call(self, handler: Handler[Any], event: object) -> None:
        try:
            result = handler(event)
        except Exception:
            self._report(handler, event)
            return
        if inspect.isawaitable(result):
            task = asyncio.ensure_future(self._run(handler, event, result))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, handler: Handler[Any], event: object, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception:
            self._report(handler, event)

    def _report(self, handler: Handler[Any], event: object) -> None:
        log.exception("event_handler_failed", event_type=type(event).__name__, handler=_describe(handler))

    async def drain(self) -> None:
        """Wait until no asynchronous handler runs, also those started meanwhile."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self, timeout_s: float = 5.0) -> None:
        """Take no more events, give running handlers `timeout_s` seconds, then cancel them."""
        self._closed = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def _describe(handler: Callable[..., object]) -> str:
    return str(getattr(handler, "__qualname__", type(handler).__name__))
