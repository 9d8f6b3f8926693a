"""The routing engine meets the clock: commands go in, events come out on the bus, deadlines fire."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from acd.commands import Command
from acd.engine import Engine
from acd.events import CommandRefused, Event
from contactcenter.routing.faults import broken, carried_out
from contactcenter.routing.records import Tick, can_be_written

log = structlog.get_logger(__name__)

RETRY_S = 1.0
"""After a tick that broke, deadlines are tried again this much later: an error of one must not stop all others."""


class Recorder(Protocol):
    """Keeps what the engine was told. Must not raise."""

    def append(self, at: float, what: Command | Tick) -> None: ...


def refusal(events: Sequence[Event]) -> CommandRefused | None:
    """The refusal that `RoutingDriver.submit` returned; None for a command that was carried out."""
    first = events[0] if events else None
    return first if isinstance(first, CommandRefused) else None


class RoutingDriver:
    """Runs one `Engine` on the running event loop.

    `submit` is synchronous: when it returns, the engine has decided. Events are published in the order in which they
    became true, also when a subscriber submits further commands while it is being told. What changed the engine is
    given to `recorder` before anybody is told of it. A mistake in the engine's program, or in a subscriber's, is logged
    and stays with the command, deadline or event at which it shows.
    """

    def __init__(
        self,
        engine: Engine,
        publish: Callable[[Event], None],
        *,
        clock: Callable[[], float] = time.time,
        recorder: Recorder | None = None,
    ) -> None:
        self.engine = engine
        self.recorder = recorder
        self._publish = publish
        self._clock = clock
        self._outbox: deque[Event] = deque()
        self._publishing = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due: float | None = None
        self._stopped = False
        self.faults = 0
        """How often the engine broke at a command or deadline."""

    @property
    def now(self) -> float:
        """The engine's time: Unix seconds."""
        return self._clock()

    @property
    def problem(self) -> str | None:
        """What an operator should know of mistakes in the engine's program, since the start."""
        if not self.faults:
            return None
        times = "once" if self.faults == 1 else f"{self.faults} times"
        return f"The routing engine has met a mistake in its program {times}. Calls go on; the server's log says more."

    def submit(self, command: Command) -> Sequence[Event]:
        """Let the engine decide. A command that does not fit gives one `CommandRefused`; see `refusal`.

        One at which the engine broke is refused with the code "engine-fault" unless the engine shows that it was
        carried out.
        """
        events = self._handle(command)
        self._deliver(events)
        return events

    def resume(self, engine: Engine, recorder: Recorder, corrections: Sequence[Command]) -> None:
        """Go on with an engine that was brought back, recording from here.

        `corrections` say what changed while nobody was there. They are not published: every page and figure begins
        with what the engine is now.
        """
        self.engine = engine
        self.recorder = recorder
        for command in corrections:
            self._handle(command)
        self._schedule()

    def stop(self) -> None:
        self._stopped = True
        self._cancel_timer()

    def _handle(self, command: Command) -> list[Event]:
        now = self._clock()
        if not can_be_written(command):
            # The engine would remember what no journal and no snapshot could be written with.
            return [CommandRefused(type(command).__name__, "bad-text", "A name in it is no text.", at=now)]
        try:
            events = self.engine.handle(command, now)
        except Exception:
            log.exception(
                "routing.command_failed", command=type(command).__name__, contact=getattr(command, "contact_id", None)
            )
            # A part of it may be done: replaying it does that part again.
            self._record(now, command)
            return self._salvage(command, now)
        refused = refusal(events)
        if refused is None:
            self._record(now, command)
        else:
            log.info("routing.refused", command=refused.command, code=refused.code, contact=refused.contact_id)
        return events

    def _salvage(self, command: Command, now: float) -> list[Event]:
        self.faults += 1
        # What became true before it broke is told with the next tick.
        events = self._pass_time(now) or []
        try:
            if carried_out(self.engine, command):
                return events
        except Exception:
            log.exception("routing.engine_unreadable")
        return [broken(command, now), *events]

    def _pass_time(self, now: float) -> list[Event] | None:
        """None when the engine broke at a deadline."""
        self._record(now, Tick())
        try:
            return self.engine.tick(now)
        except Exception:
            self.faults += 1
            log.exception("routing.tick_failed")
            return None

    def _record(self, at: float, what: Command | Tick) -> None:
        if self.recorder is not None:
            self.recorder.append(at, what)

    def _deliver(self, events: Sequence[Event]) -> None:
        self._outbox.extend(events)
        if not self._publishing:
            self._publish_all()
        self._schedule()

    def _publish_all(self) -> None:
        self._publishing = True
        try:
            while self._outbox:
                self._publish_one(self._outbox.popleft())
        finally:
            self._publishing = False

    def _publish_one(self, event: Event) -> None:
        try:
            self._publish(event)
        except Exception:
            log.exception("routing.listener_failed", event_type=type(event).__name__)

    def _schedule(self) -> None:
        due = None if self._stopped else self.engine.next_deadline()
        if due == self._timer_due and self._timer is not None:
            return
        self._cancel_timer()
        if due is not None:
            self._wait(due, max(0.0, due - self._clock()))

    def _wait(self, due: float, delay_s: float) -> None:
        self._timer_due = due
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._tick)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self._timer_due = None

    def _tick(self) -> None:
        self._timer = None
        self._timer_due = None
        now = self._clock()
        events = self._pass_time(now)
        if events is None:
            self._wait(now, RETRY_S)
            return
        self._deliver(events)
