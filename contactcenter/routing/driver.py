"""The routing engine meets the clock: commands go in, events come out on the bus, deadlines fire."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from acd.commands import Command
from acd.engine import Engine
from acd.events import Event

log = structlog.get_logger(__name__)


class RoutingDriver:
    """Runs one `Engine` on the running event loop.

    `submit` is synchronous: when it returns, the engine has decided. Events are published in the order in which they
    became true, also when a subscriber submits further commands while it is being told.
    """

    def __init__(
        self, engine: Engine, publish: Callable[[Event], None], *, clock: Callable[[], float] = time.time
    ) -> None:
        self.engine = engine
        self._publish = publish
        self._clock = clock
        self._outbox: deque[Event] = deque()
        self._publishing = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due: float | None = None
        self._stopped = False

    @property
    def now(self) -> float:
        """The engine's time: Unix seconds."""
        return self._clock()

    def submit(self, command: Command) -> Sequence[Event]:
        """Let the engine decide; raises `acd.engine.Refused`, and then nothing has changed."""
        events = self.engine.handle(command, self._clock())
        self._deliver(events)
        return events

    def stop(self) -> None:
        self._stopped = True
        self._cancel_timer()

    def _deliver(self, events: Sequence[Event]) -> None:
        self._outbox.extend(events)
        if not self._publishing:
            self._publishing = True
            try:
                while self._outbox:
                    self._publish(self._outbox.popleft())
            finally:
                self._publishing = False
        self._schedule()

    def _schedule(self) -> None:
        due = None if self._stopped else self.engine.next_deadline()
        if due == self._timer_due and self._timer is not None:
            return
        self._cancel_timer()
        if due is None:
            return
        self._timer_due = due
        delay = max(0.0, due - self._clock())
        self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self._timer_due = None

    def _tick(self) -> None:
        self._timer = None
        self._timer_due = None
        self._deliver(self.engine.tick(self._clock()))
