from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

import pytest
import structlog

from acd.model import CHOSEN, Expression, SkillRequirement
from contactcenter.flows.effects import (
    CallerGone,
    CarriedOut,
    Digit,
    File,
    GiveConsent,
    Input,
    Item,
    LeaveVoicemail,
    OpenTicket,
    PlaybackFinished,
    QueueConnected,
    QueueLeft,
    Record,
    Recorded,
    Request,
    Text,
    Transfer,
    TransferFailed,
)
from contactcenter.flows.interpreter import Session
from contactcenter.flows.model import Flow
from contactcenter.flows.parse import examine
from contactcenter.flows.runner import FlowRunner

T = TypeVar("T")
FLOW = b"""
flow: test
start: hello
steps:
  hello: {say: Hello., next: pick}
  pick:
    menu: {label: Reason, prompt: Press 1., choices: {1: {label: Sales, set: {team: sales}, next: q}}, attempts: 2}
    on_failure: bye
  q:
    queue:
      queue: "{team}"
      music: m.wav
      announce: {first_after_s: 5, every_s: 30}
      max_wait_s: 60
      skills: {english: 2}
      preferred: german
      agent: {id: ann, wait_s: 20}
    on_max_wait: bye
  bye: {hangup: {outcome: overflowed, say: Goodbye.}}
"""


def flow() -> Flow:
    found, problems = examine(FLOW, "test.yaml", directory=None)
    assert found is not None, problems
    return found


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 100.0

    def time(self) -> float:
        return self.at

    def pending_timers(self) -> int:
        return sum(not timer.cancelled() for timer in self._scheduled)  # type: ignore[attr-defined]  # as below

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]  # the loop's own queues have no public view
            self.at = max(self.at, self._scheduled[0].when())  # type: ignore[attr-defined]  # as above
        super()._run_once()  # type: ignore[misc]  # as above


def run(main: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def unix_now() -> float:
    """Unix seconds in virtual time: far from the loop's own clock, as in life."""
    return asyncio.get_running_loop().time() + 1.7e9


def said(item: Item) -> str:
    match item:
        case Text(text):
            return text
        case File(path):
            return path
        case _:
            return repr(item)


class FakePort:
    """Plays each text for a second and notes everything with its time."""

    def __init__(self, *, play_s: float = 1.0, fail_on: str = "") -> None:
        self.calls: list[tuple[float, str, Any]] = []
        self.records: list[tuple[str, dict[str, Any]]] = []
        self.runner: FlowRunner | None = None
        self._play_s = play_s
        self._fail_on = fail_on
        self._busy = False
        self._ends: asyncio.TimerHandle | None = None

    async def _note(self, name: str, detail: Any) -> None:
        assert not self._busy, "two calls at once"
        self._busy = True
        await asyncio.sleep(0)
        self._busy = False
        self.calls.append((round(asyncio.get_running_loop().time() - 100.0, 3), name, detail))
        if name == self._fail_on:
            raise OSError("the line is down")

    async def play(self, play_id: str, items: tuple[Item, ...], loop: bool) -> None:
        self._cut()
        await self._note("play", " ".join(said(item) for item in items))
        if not loop and self.runner is not None:
            ended = PlaybackFinished(play_id)
            self._ends = asyncio.get_running_loop().call_later(self._play_s, self.runner.feed, ended)

    async def stop_playing(self) -> None:
        self._cut()
        await self._note("stop", None)

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
        assert (skills, preferred) == ((SkillRequirement("english", 2),), (SkillRequirement("german"),))
        await self._note("enqueue", (queue, max_wait_s, agent_id, agent_wait_s))

    async def queue_state(self) -> tuple[int | None, float | None]:
        await self._note("state", None)
        return 2, 90.0

    async def leave_queue(self) -> None:
        await self._note("leave", None)
        self._feed(QueueLeft(CHOSEN))

    async def start_recording(self, asked: Record) -> None:
        await self._note("record", asked.take)

    async def stop_recording(self, take: str) -> None:
        await self._note("recorded", take)
        self._feed(Recorded(take, 5.0))

    async def drop_recording(self, take: str) -> None:
        await self._note("drop", take)

    async def carry_out(self, asked: Request) -> CarriedOut:
        await self._note("do", asked)
        return CarriedOut(True, "T-1")

    async def transfer(self, asked: Transfer) -> None:
        await self._note("transfer", asked.to)
        self._feed(TransferFailed("busy"))

    def consent(self, given: GiveConsent) -> None:
        self.records.append(("consent", {"kind": given.kind, "given": given.given}))

    def _feed(self, event: Input) -> None:
        if self.runner is not None:
            self.runner.feed(event)

    async def hangup(self, outcome: str) -> None:
        self._cut()
        await self._note("hangup", outcome)

    def record(self, event_type: str, data: Mapping[str, Any]) -> None:
        self.records.append((event_type, dict(data)))

    def _cut(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None


def start(port: FakePort) -> FlowRunner:
    port.runner = FlowRunner(Session(flow()), port, clock=unix_now)
    return port.runner


OTHER_WAYS = b"""
flow: other
start: may
steps:
  may: {consent: {kind: recording, prompt: May we?}, next: wait}
  wait:
    queue: {queue: sales, skills: {english: 2}, preferred: german, keys: {3: {label: Off, next: out}}}
    on_max_wait: box
  out: {transfer: "+4930123456", on_busy: box, on_failure: box}
  box: {voicemail: {max_s: 20, finish_on: none}, next: desk, on_failure: desk}
  desk: {ticket: {subject: Help}, next: bye, on_failure: bye}
  bye: {hangup: {say: "Number {ticket}."}}
"""


def test_every_other_way_is_asked_of_the_channel_and_answered() -> None:
    async def main() -> FakePort:
        port = FakePort()
        found, problems = examine(OTHER_WAYS, "other.yaml", directory=None)
        assert found is not None, problems
        runner = port.runner = FlowRunner(Session(found), port, clock=unix_now)
        loop = asyncio.get_running_loop()
        loop.call_later(0.5, runner.feed, Digit("1"))
        loop.call_later(5.0, runner.feed, Digit("3"))
        assert await runner.run() == "self_served"
        return port

    port = run(main())
    asked = [(name, detail) for _, name, detail in port.calls if name not in ("play", "stop")]
    assert asked == [
        ("enqueue", ("sales", None, None, 0.0)),
        ("leave", None),
        ("transfer", "+4930123456"),
        ("record", "t1"),
        ("recorded", "t1"),
        ("do", LeaveVoicemail("t1", "sales")),
        ("do", OpenTicket("Help", "")),
        ("hangup", "self_served"),
    ]
    assert [detail for _, name, detail in port.calls if name == "play"][-1] == "Number T-1."
    assert ("consent", {"kind": "recording", "given": True}) in port.records


def test_a_call_from_the_greeting_through_the_queue_to_its_end() -> None:
    async def main() -> FakePort:
        port = FakePort()
        runner = start(port)
        loop = asyncio.get_running_loop()
        loop.call_later(1.5, runner.feed, Digit("1"))
        loop.call_later(60.0, runner.feed, QueueLeft("max-wait"))
        assert await runner.run() == "overflowed"
        return port

    port = run(main())
    assert port.calls == [
        (0.0, "play", "Hello."),
        (1.0, "play", "Press 1."),
        (1.5, "stop", None),
        (1.5, "enqueue", ("sales", 60.0, "ann", 20.0)),
        (1.5, "play", "m.wav"),
        (6.5, "state", None),
        (6.5, "play", "You are number 2 in line. The expected wait is about 2 minutes."),
        (7.5, "play", "m.wav"),
        (37.5, "state", None),
        (37.5, "play", "You are number 2 in line. The expected wait is about 2 minutes."),
        (38.5, "play", "m.wav"),
        (60.0, "stop", None),
        (60.0, "play", "Goodbye."),
        (61.0, "hangup", "overflowed"),
    ]
    assert port.records == [
        ("flow.step", {"step": "hello", "kind": "say", "text": "Hello."}),
        ("flow.step", {"step": "pick", "kind": "menu", "text": "Press 1."}),
        ("flow.input", {"step": "pick", "label": "Reason", "value": "Sales"}),
        ("flow.data", {"key": "team", "value": "sales"}),
        ("flow.step", {"step": "q", "kind": "queue", "text": "sales"}),
        ("flow.data", {"key": "queue_left", "value": "max-wait"}),
        ("flow.step", {"step": "bye", "kind": "hangup", "text": "Goodbye."}),
    ]


def test_a_silent_caller_is_said_goodbye_to_by_the_timer() -> None:
    async def main() -> FakePort:
        port = FakePort()
        assert await start(port).run() == "overflowed"
        return port

    assert [(at, what) for at, _, what in run(main()).calls] == [
        (0.0, "Hello."),
        (1.0, "Press 1."),
        (8.0, "Press 1."),
        (15.0, "Goodbye."),
        (16.0, "overflowed"),
    ]


@pytest.mark.parametrize("connected", [False, True])
def test_the_caller_going_ends_the_run_without_a_word(connected: bool) -> None:
    async def main() -> tuple[str, FakePort]:
        port = FakePort()
        runner = start(port)
        runner.feed(Digit("1"))
        if connected:
            runner.feed(QueueConnected("agent"))
        runner.feed(CallerGone())
        outcome = await runner.run()
        runner.feed(Digit("1"))
        return outcome, port

    outcome, port = run(main())
    assert outcome == ("handled" if connected else "abandoned")
    assert "hangup" not in [name for _, name, _ in port.calls]


@pytest.mark.parametrize("broken", ["play", "enqueue", "state", "hangup"])
def test_a_port_that_fails_ends_the_flow_with_hangup(broken: str) -> None:
    async def main() -> FakePort:
        port = FakePort(fail_on=broken)
        runner = start(port)
        runner.feed(Digit("1"))
        asyncio.get_running_loop().call_later(30.0, runner.feed, QueueLeft("max-wait"))
        assert await runner.run() == "failed"
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return port

    port = run(main())
    assert port.calls[-1][1:] == ("hangup", "failed")
    assert ("flow.failed", {"step": port.records[-2][1]["step"]}) in port.records


def test_a_calendar_that_is_not_there_is_an_error_in_the_log() -> None:
    text = b"""
flow: test
hours: {office: {calendar: main}}
start: a
steps:
  a: {branch: [{when: {open: office}, next: b}], else: b}
  b: {hangup: closed}
"""
    found, problems = examine(text, "test.yaml", directory=None)
    assert found is not None, problems

    async def main() -> None:
        runner = FlowRunner(Session(found), FakePort(), clock=unix_now, interaction_id="i1")
        assert await runner.run() == "closed"

    with structlog.testing.capture_logs() as logs:
        run(main())
    assert {
        "event": "flow_calendar_missing",
        "log_level": "error",
        "interaction_id": "i1",
        "flow": "test",
        "calendar": "main",
    } in logs


def test_cancelling_leaves_no_timer_behind() -> None:
    async def main() -> None:
        port = FakePort()
        runner = start(port)
        task = asyncio.create_task(runner.run())
        await asyncio.sleep(3.0)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        assert loop.pending_timers() == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert loop.pending_timers() == 0
        before = len(port.calls)
        await asyncio.sleep(60.0)
        assert len(port.calls) == before

    run(main())


def test_a_timer_that_fires_early_by_the_wall_clock_is_set_again() -> None:
    """The wall clock may be set back while a caller is being waited for."""

    async def main() -> list[tuple[float, str, Any]]:
        port = FakePort()
        loop = asyncio.get_running_loop()
        shift = 0.0
        runner = FlowRunner(Session(flow()), port, clock=lambda: loop.time() + shift)
        port.runner = runner

        def set_back() -> None:
            nonlocal shift
            shift = -2.0

        loop.call_later(3.0, set_back)
        await runner.run()
        return port.calls

    assert [at for at, _, _ in run(main())][:3] == [0.0, 1.0, 10.0]
