"""Any inputs, in any order, at any time: the session stays sane and never raises."""

from __future__ import annotations

from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from acd.calendar import Calendar, WeeklySpan
from acd.model import CHOSEN, OverflowCause, Target, TargetKind
from contactcenter.flows.effects import (
    AskQueueState,
    CallerGone,
    CarriedOut,
    Connected,
    Digit,
    Effect,
    Enqueue,
    Hangup,
    Input,
    Play,
    PlaybackFinished,
    QueueConnected,
    QueueLeft,
    QueueState,
    Recorded,
    RecordingSilent,
    Requeued,
    StopPlay,
    TransferFailed,
)
from contactcenter.flows.interpreter import Session
from contactcenter.flows.model import Flow
from contactcenter.flows.parse import examine, load

ROOT = Path(__file__).resolve().parents[2]
ODD = b"""
flow: odd
start: a
hours:
  o: {timezone: Europe/Berlin, open: [{days: mon-fri, from: "22:00", to: "06:00"}]}
  p: {calendar: main}
steps:
  a: {say: "{number}", next: b}
  b: {branch: [{when: {open: o}, next: c}, {when: {not: {open: p}}, next: q}], else: d}
  c:
    menu:
      prompt: "{number}"
      choices: {1: {label: X, next: a}, "#": {label: Y, set: {q: ""}, next: q}}
      attempts: 1
    on_failure: d
  d:
    collect:
      {prompt: "{number}", label: N, into: number, max_digits: 2, confirm: true, barge_in: false, finish_on: none}
    next: e
    on_failure: q
  e: {set: {q: "{number}"}, next: q}
  q:
    queue:
      queue: "{q}"
      announce: {first_after_s: 0, prompt: "{number}"}
      skills: {any: [{english: 2}, {not: trainee}]}
      agent: "{number}"
      keys: {"1": {label: Back, prompt: "{number}", next: back}, "2": {label: Leave, wait_s: 30, next: box}}
    on: {number: a, voicemail: e}
    on_max_wait: c
    on_failure: d
  back: {callback: {number: "{number}", timeout_s: 1}, next: may, on_failure: through}
  box: {voicemail: {review: true, max_s: 20}, next: note, on_failure: note}
  through: {transfer: "{number}", on_busy: box, on_failure: may}
  may: {consent: {kind: recording, prompt: "{number}"}, next: note}
  note: {message: {to: {team: x}}, next: desk, on_failure: desk}
  desk: {ticket: {subject: "{number}"}, next: a, on_failure: d}
"""


def flows() -> list[Flow]:
    odd, problems = examine(ODD, "odd.yaml", directory=None)
    assert odd is not None, problems
    return [odd, load(ROOT / "ivr_flows/main.yaml"), load(ROOT / "ivr_flows/examples/office_hours.yaml")]


FLOWS = flows()
TIMES = st.floats(0, 4e9, allow_nan=False)


class SessionMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.session = Session(FLOWS[0])
        self.now = 0.0
        self.seen: list[Effect] = []
        self.playing: str | None = None
        self.ids: set[str] = set()
        self.queued = False

    @initialize(
        flow=st.sampled_from(FLOWS),
        now=TIMES,
        data=st.dictionaries(st.sampled_from(["number", "q", "caller"]), st.text(max_size=5)),
        stored=st.sampled_from([{}, {"main": Calendar(timezone="UTC", weekly=(WeeklySpan((0, 3), 600, 1900),))}]),
    )
    def begin(self, flow: Flow, now: float, data: dict[str, str], stored: dict[str, Calendar]) -> None:
        self.session = Session(flow, data, calendars=stored.get)
        self.now = now
        assert self.session.handle(Digit("1"), now) == []
        self.take(self.session.start(now))

    def take(self, effects: list[Effect]) -> None:
        for index, effect in enumerate(effects):
            assert not any(isinstance(earlier, Hangup) for earlier in self.seen), "nothing follows a hangup"
            self.seen.append(effect)
            match effect:
                case Play(play_id, items, _):
                    assert items
                    assert play_id not in self.ids
                    self.ids.add(play_id)
                    self.playing = play_id
                case StopPlay():
                    assert self.playing is not None
                    self.playing = None
                case Enqueue(queue):
                    assert queue
                    assert not self.queued
                    self.queued = True
                case AskQueueState():
                    assert self.queued
                case Hangup():
                    assert index == len(effects) - 1
                case _:
                    pass

    @rule()
    def start_again(self) -> None:
        assert self.session.start(self.now) == []

    @rule(digit=st.sampled_from([*"0123456789*#", "A", "", "12"]))
    def press(self, digit: str) -> None:
        self.take(self.session.handle(Digit(digit), self.now))

    @precondition(lambda self: self.playing is not None)
    @rule(completed=st.booleans())
    def played(self, completed: bool) -> None:
        play_id, self.playing = self.playing, None
        assert play_id is not None
        self.take(self.session.handle(PlaybackFinished(play_id, completed), self.now))

    @rule(play_id=st.sampled_from(["", "p0", "p1", "p2"]))
    def played_late(self, play_id: str) -> None:
        if play_id != self.playing:
            assert self.session.handle(PlaybackFinished(play_id, False), self.now) == []

    @rule(position=st.none() | st.integers(-3, 99), wait=st.none() | st.floats())
    def queue_state(self, position: int | None, wait: float | None) -> None:
        self.take(self.session.handle(QueueState(position, wait), self.now))

    @rule()
    def connect(self) -> None:
        if self.queued:
            self.playing = None
        self.take(self.session.handle(QueueConnected("agent"), self.now))

    @rule()
    def requeue(self) -> None:
        self.take(self.session.handle(Requeued(), self.now))

    @rule(
        reason=st.sampled_from([*OverflowCause, CHOSEN, "closed", "unknown-queue", ""]),
        to=st.builds(Target, st.sampled_from(TargetKind), st.none() | st.text(max_size=5)),
    )
    def leave(self, reason: str, to: Target) -> None:
        if not self.session.connected:
            self.queued = False
        self.take(self.session.handle(QueueLeft(reason, to), self.now))

    @rule(
        event=st.sampled_from(
            [
                RecordingSilent("t1"),
                RecordingSilent("t2"),
                *(Recorded(take, speech_s) for take in ("t1", "t2", "t9") for speech_s in (None, 0.0, 9.0)),
                CarriedOut(True, "T-1"),
                CarriedOut(False),
                Connected(),
                *(TransferFailed(reason) for reason in ("busy", "no-answer", "failed")),
            ]
        )
    )
    def answered(self, event: Input) -> None:
        self.take(self.session.handle(event, self.now))

    @rule(chance=st.integers(0, 9))
    def gone(self, chance: int) -> None:
        if chance:
            return
        assert self.session.handle(CallerGone(), self.now) == []
        assert self.session.finished

    @rule(seconds=st.floats(0, 1e6))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.take(self.session.tick(self.now))

    @precondition(lambda self: self.session.next_deadline() is not None)
    @rule()
    def deadline(self) -> None:
        self.now = max(self.now, self.session.next_deadline() or 0.0)
        before = self.session.next_deadline()
        self.take(self.session.tick(self.now))
        after = self.session.next_deadline()
        assert after is None or before is None or after >= before

    @invariant()
    def an_ended_session_wants_nothing(self) -> None:
        if self.session.finished:
            assert self.session.next_deadline() is None

    @invariant()
    def a_started_session_always_waits_for_something(self) -> None:
        session = self.session
        if session.step is not None and not session.finished and not session.connected:
            assert session.playing or session.next_deadline() is not None or self.queued

    @invariant()
    def the_session_knows_what_plays(self) -> None:
        if not self.session.finished:
            assert not self.session.playing or self.playing is not None


TestSession = SessionMachine.TestCase
TestSession.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
