"""A flow tried out: walked by the same interpreter as calls, with the caller's doings as a list. Pure; time is virtual.

The whole list is walked again each time, so a trial needs no memory between requests, and going back is leaving out the
last doing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from acd.model import CHOSEN, OverflowCause, Target, TargetKind
from contactcenter.flows.effects import (
    CLOSED,
    AskQueueState,
    CalendarMissing,
    CarriedOut,
    Connected,
    DataSet,
    Digit,
    Effect,
    Enqueue,
    File,
    GiveConsent,
    Hangup,
    Input,
    InputTaken,
    Item,
    LeaveQueue,
    LeaveVoicemail,
    OpenTicket,
    Play,
    PlaybackFinished,
    QueueConnected,
    QueueLeft,
    QueueState,
    Record,
    Recorded,
    RecordingSilent,
    RequestCallback,
    SendMessage,
    StepEntered,
    StopRecord,
    Text,
    Transfer,
    TransferFailed,
)
from contactcenter.flows.interpreter import Session

Do = Literal[
    "keys", "wait", "speak", "connected", "left", "closed", "answered", "busy", "no-answer", "failed", "hangup"
]
Kind = Literal[
    "step", "say", "music", "keys", "input", "data", "queue", "ask", "record", "transfer", "wait", "end", "warning"
]
SIGNS_A_SECOND: Final = 14.0
"""Of speech at 160 words a minute."""
FILE_S: Final = 3.0
SPOKEN_S: Final = 8.0
POSITION, EXPECTED_WAIT_S = 2, 120.0
"""What is said of the queue."""
MOST_ENTRIES: Final = 1000
SILENT: Final = frozenset({"branch", "set", "queue", "transfer", "ticket"})
"""Steps that say nothing to the caller by themselves."""


@dataclass(frozen=True, slots=True)
class Doing:
    """`keys` of "keys"; `to` and `value` of "left": where the queue sends the caller."""

    do: Do
    keys: str = ""
    reason: str = OverflowCause.MAX_WAIT
    to: TargetKind = TargetKind.LEAVE
    value: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of what happened, `at` seconds after the beginning; `step` is where."""

    at: float
    kind: Kind
    step: str
    text: str


@dataclass(slots=True)
class Trial:
    """What came of it. `may`: what the caller or the house can do next; `used`: how many doings counted, the rest came
    after the end."""

    entries: list[Entry] = field(default_factory=list)
    may: tuple[Do, ...] = ()
    step: str = ""
    data: dict[str, str] = field(default_factory=dict)
    outcome: str | None = None
    used: int = 0


def tried(session: Session, doings: Sequence[Doing], now: float) -> Trial:
    """`now` is unix seconds: the time of day it is tried at. Never raises, and ends."""
    return _Walk(session, now).run(doings)


class _Walk:
    def __init__(self, session: Session, now: float) -> None:
        self._session = session
        self._began = self._now = now
        self._trial = Trial()
        self._effects: deque[Effect] = deque()
        self._recording: str | None = None
        self._queued = False
        self._calling = False

    def run(self, doings: Sequence[Doing]) -> Trial:
        self._took(self._session.start(self._now))
        for doing in doings:
            if self._session.finished or len(self._trial.entries) >= MOST_ENTRIES:
                break
            self._trial.used += 1
            self._do(doing)
        trial = self._trial
        trial.step, trial.data, trial.outcome = (
            self._session.step or "",
            dict(self._session.data),
            self._session.outcome,
        )
        trial.may = self._may()
        return trial

    def _may(self) -> tuple[Do, ...]:
        if self._session.finished:
            return ()
        if self._session.connected:
            return ("hangup",)
        found: list[Do] = ["keys"]
        if self._session.next_deadline() is not None:
            found.append("wait")
        if self._recording is not None:
            found.insert(0, "speak")
        if self._queued:
            found = ["connected", "left", "closed", *found]
        if self._calling:
            found = ["answered", "busy", "no-answer", "failed"]
        return (*found, "hangup")

    def _do(self, doing: Doing) -> None:
        match doing.do:
            case "keys":
                self._note("keys", doing.keys)
                for key in doing.keys:
                    self._feed(Digit(key))
            case "wait":
                self._wait()
            case "speak" if self._recording is not None:
                self._note("record", f"the caller speaks for {SPOKEN_S:g} s")
                self._now += SPOKEN_S
                self._feed(RecordingSilent(self._recording))
            case "connected" if self._queued:
                self._queued = False
                self._note("queue", "an agent takes the call")
                self._feed(QueueConnected("trial"))
            case "left" | "closed" if self._queued:
                self._queued = False
                reason = CLOSED if doing.do == "closed" else doing.reason
                self._note("queue", f"leaves the queue: {reason}")
                self._feed(QueueLeft(reason, Target(doing.to, doing.value or None)))
            case "answered" if self._calling:
                self._calling = False
                self._note("transfer", "answered: the call goes on outside")
                self._feed(Connected())
            case "busy" | "no-answer" | "failed" if self._calling:
                self._calling = False
                self._note("transfer", doing.do)
                self._feed(TransferFailed(doing.do))
            case "hangup":
                self._note("end", "the caller hangs up")
                self._session.end("abandoned")
            case _:
                self._note("warning", f"nothing to do here for {doing.do!r}")

    def _wait(self) -> None:
        deadline = self._session.next_deadline()
        if deadline is None:
            self._note("warning", "nothing is waited for here")
            return
        waited = max(0.0, deadline - self._now)
        self._now = max(self._now, deadline)
        self._note("wait", f"{waited:g} s pass")
        self._took(self._session.tick(self._now))

    def _feed(self, event: Input) -> None:
        self._took(self._session.handle(event, self._now))

    def _took(self, effects: Iterable[Effect]) -> None:
        """Carries out what the session wants, and what comes of that."""
        self._effects.extend(effects)
        while self._effects and len(self._trial.entries) < MOST_ENTRIES:
            answer = self._carry_out(self._effects.popleft())
            if answer is not None:
                self._effects.extend(self._session.handle(answer, self._now))

    def _carry_out(self, effect: Effect) -> Input | None:
        match effect:
            case Play():
                return self._play(effect)
            case StepEntered(step, kind, text):
                # What is said follows in a line of its own.
                self._note("step", f"{kind}: {text}" if text and kind in SILENT else kind, step)
            case InputTaken(step, label, value):
                self._note("input", f"{label}: {value}", step)
            case DataSet(key, value):
                self._note("data", f"{key} = {value}")
            case Hangup(outcome, reason):
                self._note("end", f"{outcome} ({reason})" if reason else outcome)
            case CalendarMissing(calendar):
                self._note("warning", f"there is no calendar {calendar!r}")
            case AskQueueState():
                return QueueState(POSITION, EXPECTED_WAIT_S)
            case Enqueue():
                self._queued = True
                self._note(
                    "queue", f"waits in {effect.queue}" + (f", priority {effect.priority}" if effect.priority else "")
                )
            case LeaveQueue():
                self._queued = False
                return QueueLeft(CHOSEN, Target())
            case _:
                return self._ask(effect)
        return None

    def _ask(self, effect: Effect) -> Input | None:
        match effect:
            case Record(take):
                self._recording = take
                self._note("record", "records the caller")
            case StopRecord(take):
                self._recording = None
                return Recorded(take, SPOKEN_S)
            case Transfer(kind, to):
                self._calling = True
                self._note("transfer", f"calls the {kind} {to}")
            case GiveConsent():
                self._note("ask", f"consent to {effect.kind}: {'yes' if effect.given else 'no'}")
            case LeaveVoicemail():
                self._note("ask", f"voicemail for the queue {effect.queue}")
                return CarriedOut(True)
            case RequestCallback():
                self._note("ask", f"call back {effect.number}, in the queue {effect.queue}")
                return CarriedOut(True)
            case SendMessage():
                self._note("ask", f"message to {effect.kind} {effect.to}: {effect.subject}")
                return CarriedOut(True)
            case OpenTicket():
                self._note("ask", f"ticket: {effect.subject}")
                return CarriedOut(True, "4711")
            case _:
                pass
        return None

    def _play(self, effect: Play) -> Input | None:
        said = " ".join(filter(None, map(_heard, effect.items)))
        self._note("music" if effect.loop else "say", said)
        if effect.loop:
            return None
        self._now += sum(map(_length_s, effect.items))
        return PlaybackFinished(effect.play_id)

    def _note(self, kind: Kind, text: str, step: str | None = None) -> None:
        where = self._session.step or "" if step is None else step
        self._trial.entries.append(Entry(round(self._now - self._began, 1), kind, where, text))


def _heard(item: Item) -> str:
    if isinstance(item, Text):
        return item.text
    return f"[{item.path.rpartition('/')[2]}]" if isinstance(item, File) else f"[{type(item).__name__.lower()}]"


def _length_s(item: Item) -> float:
    return len(item.text) / SIGNS_A_SECOND if isinstance(item, Text) else FILE_S
