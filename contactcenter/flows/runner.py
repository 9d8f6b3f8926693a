"""Drives one Session against a channel: one timer, one queue of inputs, effects carried out one after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import structlog

from acd.model import Expression
from contactcenter.flows.effects import (
    AskQueueState,
    CalendarMissing,
    CallerGone,
    CarriedOut,
    DataSet,
    DropTake,
    Effect,
    Enqueue,
    GiveConsent,
    Hangup,
    Input,
    InputTaken,
    Item,
    LeaveQueue,
    LeaveVoicemail,
    OpenTicket,
    Play,
    QueueState,
    Record,
    Request,
    RequestCallback,
    SendMessage,
    StepEntered,
    StopPlay,
    StopRecord,
    Transfer,
)
from contactcenter.flows.interpreter import Session

log = structlog.get_logger(__name__)


class VoicePort(Protocol):
    """What a channel does for a flow. Calls come one at a time; any exception ends the flow with `hangup("failed")`."""

    async def play(self, play_id: str, items: tuple[Item, ...], loop: bool) -> None:
        """Starts playing, replacing what plays, and returns; `PlaybackFinished(play_id)` is fed when it ended."""

    async def stop_playing(self) -> None: ...

    async def enqueue(
        self,
        queue: str,
        *,
        priority: int,
        skills: tuple[Expression, ...],
        data: Mapping[str, str],
        max_wait_s: float | None,
        preferred: tuple[Expression, ...],
        agent_id: str | None,
        agent_wait_s: float,
    ) -> None:
        """As acd.commands.EnqueueContact. What it refuses is fed as `QueueLeft(code)`, what the queue hands back as
        `QueueLeft(reason, to)`, both of ContactLeftQueue."""

    async def leave_queue(self) -> None:
        """Out of the queue by the caller's choice; `QueueLeft` is fed, or `QueueConnected` when it was too late."""

    async def start_recording(self, asked: Record) -> None:
        """What the caller says from now on. `RecordingSilent` is fed after a pause; `Recorded` without a length when it
        cannot be recorded."""

    async def stop_recording(self, take: str) -> None:
        """`Recorded` is fed."""

    async def drop_recording(self, take: str) -> None: ...

    async def carry_out(self, asked: Request) -> CarriedOut: ...

    async def transfer(self, asked: Transfer) -> None:
        """`Connected` is fed, or `TransferFailed`."""

    def consent(self, given: GiveConsent) -> None:
        """Kept when it is known who calls. Must not raise."""

    async def queue_state(self) -> tuple[int | None, float | None]:
        """Position from 1, and the expected wait in seconds; None for what is not known."""

    async def hangup(self, outcome: str) -> None:
        """Ends the call. Must be harmless when the caller is already gone."""

    def record(self, event_type: str, data: Mapping[str, Any]) -> None:
        """Notes `flow.step`, `flow.input`, `flow.data` or `flow.failed` on the interaction. Must not raise."""


class FlowRunner:
    """Runs a session to its end. Call `run()` once; feed inputs from the same event loop at any time, before or during.

    `clock` gives unix seconds, to which opening hours are compared; timers run on the loop's own clock.
    `interaction_id` is only for the log.
    """

    def __init__(
        self, session: Session, port: VoicePort, *, clock: Callable[[], float] = time.time, interaction_id: str = ""
    ) -> None:
        self._session = session
        self._port = port
        self._clock = clock
        self._interaction_id = interaction_id
        # None stands for the timer.
        self._inputs: asyncio.Queue[Input | None] = asyncio.Queue()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def session(self) -> Session:
        return self._session

    def feed(self, event: Input) -> None:
        """Hands an input to the session, in order. After the end it is ignored."""
        if not self._session.finished:
            self._inputs.put_nowait(event)

    async def run(self) -> str:
        """Until the flow hung up or the caller is gone; the outcome. Cancelling stops the timer and nothing else."""
        try:
            await self._carry_out(self._session.start(self._clock()))
            while not self._session.finished:
                self._set_timer()
                event = await self._inputs.get()
                now = self._clock()
                effects = self._session.tick(now) if event is None else self._session.handle(event, now)
                await self._carry_out(effects)
        except Exception:
            log.exception("flow_failed", interaction_id=self._interaction_id, flow=self._session.flow.name)
            return await self._fail()
        finally:
            self._cancel_timer()
        return self._session.outcome or "failed"

    async def _fail(self) -> str:
        self._session.handle(CallerGone(), self._clock())
        self._port.record("flow.failed", {"step": self._session.step})
        try:
            await self._port.hangup("failed")
        except Exception as error:
            # The first error, logged above, has the cause; this one only says that the call was beyond reach too.
            log.warning("flow_hangup_failed", interaction_id=self._interaction_id, error=type(error).__name__)
        return "failed"

    async def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            await self._perform(effect)

    async def _perform(self, effect: Effect) -> None:
        match effect:
            case Play(play_id, items, loop):
                await self._port.play(play_id, items, loop)
            case StopPlay():
                await self._port.stop_playing()
            case Enqueue():
                await self._enqueue(effect)
            case AskQueueState():
                self.feed(QueueState(*await self._port.queue_state()))
            case LeaveQueue():
                await self._port.leave_queue()
            case Record():
                await self._port.start_recording(effect)
            case StopRecord(take):
                await self._port.stop_recording(take)
            case DropTake(take):
                await self._port.drop_recording(take)
            case LeaveVoicemail() | SendMessage() | RequestCallback() | OpenTicket():
                self.feed(await self._port.carry_out(effect))
            case Transfer():
                await self._port.transfer(effect)
            case _:
                await self._note(effect)

    async def _note(self, effect: Effect) -> None:
        match effect:
            case GiveConsent():
                self._port.consent(effect)
            case Hangup(outcome, reason):
                if reason is not None:
                    log.info("flow_ended", interaction_id=self._interaction_id, outcome=outcome, reason=reason)
                await self._port.hangup(outcome)
            case StepEntered(step, kind, text):
                shown = {"text": text} if text is not None else {}
                self._port.record("flow.step", {"step": step, "kind": kind, **shown})
            case InputTaken(step, label, value):
                self._port.record("flow.input", {"step": step, "label": label, "value": value})
            case DataSet(key, value):
                self._port.record("flow.data", {"key": key, "value": value})
            case CalendarMissing(calendar):
                log.error(
                    "flow_calendar_missing",
                    interaction_id=self._interaction_id,
                    flow=self._session.flow.name,
                    calendar=calendar,
                )

    async def _enqueue(self, asked: Enqueue) -> None:
        await self._port.enqueue(
            asked.queue,
            priority=asked.priority,
            skills=asked.skills,
            data=asked.data,
            max_wait_s=asked.max_wait_s,
            preferred=asked.preferred,
            agent_id=asked.agent_id,
            agent_wait_s=asked.agent_wait_s,
        )

    def _set_timer(self) -> None:
        self._cancel_timer()
        deadline = self._session.next_deadline()
        if deadline is not None:
            loop = asyncio.get_running_loop()
            after = max(deadline - self._clock(), 0.0)
            self._timer = loop.call_at(loop.time() + after, self._inputs.put_nowait, None)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
