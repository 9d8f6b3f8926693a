"""Walks a caller through a flow. Pure: inputs and time in, effects out; it never raises and never runs for ever."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from acd.calendar import Calendar, is_open
from contactcenter.flows import activities, template
from contactcenter.flows.activity import Activity
from contactcenter.flows.conditions import holds
from contactcenter.flows.effects import (
    CalendarMissing,
    CallerGone,
    CarriedOut,
    Connected,
    DataSet,
    Digit,
    Effect,
    File,
    Hangup,
    Input,
    Item,
    Play,
    PlaybackFinished,
    Prompt,
    QueueConnected,
    QueueLeft,
    QueueState,
    Recorded,
    RecordingSilent,
    Requeued,
    StepEntered,
    StopPlay,
    Text,
    TransferFailed,
)
from contactcenter.flows.hours import OpeningHours, describe, describe_next_opening, notice
from contactcenter.flows.model import CONSENT, KEYS, BranchStep, Flow, PromptItems, SetStep, Step, step_kind
from contactcenter.flows.words import Words, words_for

# Steps in a row without the outside world doing anything: far more than a flow needs, few enough to be done at once.
MAX_STEPS_AT_ONCE = 200
MAX_STEPS = 10_000
MAX_TYPED_AHEAD = 64

Calendars = Callable[[str], Calendar | None]
"""The stored calendar of a name, as it is now; None when there is none."""


def no_calendars(name: str) -> None:
    """For flows that have all their hours in themselves."""


Flows = Callable[[str], Flow | None]
"""The flow of a name, for a transfer to it; None when there is none."""
Dialable = Callable[[str], str | None]
"""A number as it can be dialled; None when it cannot be."""


def no_flows(name: str) -> None:
    """For a flow that leads to no other."""


def any_number(number: str) -> str | None:
    """Whatever has digits in it, for where nothing is dialled."""
    return number if any(sign.isdigit() for sign in number) else None


class Session:
    """One caller in one flow. Times are unix seconds; ids of plays are unique within the session.

    `data` starts with what the channel knows (`caller`, `caller_name`, `called`, …) over the flow's own defaults.
    """

    def __init__(
        self,
        flow: Flow,
        data: Mapping[str, str] | None = None,
        language: str | None = None,
        *,
        calendars: Calendars = no_calendars,
        flows: Flows = no_flows,
        dialable: Dialable = any_number,
    ) -> None:
        self.flow = flow
        self.dialable = dialable
        self._flows = flows
        self._added: dict[str, Step] = {}
        self._queue = ""
        self._takes = 0
        self._calendars = calendars
        self._missing: set[str] = set()
        self.data: dict[str, str] = {**flow.data, **(data or {})}
        self.language = language or flow.language
        self.data.setdefault("language", self.language)
        self.outcome: str | None = None
        self.step: str | None = None
        self.now = 0.0
        self.typed: deque[str] = deque(maxlen=MAX_TYPED_AHEAD)
        self._activity: Activity | None = None
        self._started = False
        self._next: str | None = None
        self._effects: list[Effect] = []
        self._deadline: float | None = None
        self._play_id: str | None = None
        self._plays = 0
        self._steps = 0
        self._swallow: tuple[str, float] | None = None

    @property
    def finished(self) -> bool:
        return self.outcome is not None

    @property
    def playing(self) -> bool:
        return self._play_id is not None

    @property
    def connected(self) -> bool:
        """Whether an agent has the caller."""
        return self._activity is not None and self._activity.connected

    def start(self, now: float) -> list[Effect]:
        """The effects up to the first wait. A second start does nothing."""
        if self._started or self.finished:
            return []
        self._started = True
        self.now = now
        self.goto(self.flow.start)
        return self._run()

    def handle(self, event: Input, now: float) -> list[Effect]:
        """The effects of an input. One that is late, or makes no sense now, has none."""
        if self.finished:
            return []
        self.now = now
        if isinstance(event, CallerGone):
            self._finish("handled" if self.connected else "abandoned")
            return []
        if not self._started or self._activity is None:
            return []
        self._dispatch(event, self._activity)
        return self._run()

    def next_deadline(self) -> float | None:
        """When `tick` wants to be called, in unix seconds."""
        return self._deadline

    def tick(self, now: float) -> list[Effect]:
        """The effects of time passing. Too early a call does nothing."""
        if self._deadline is None or now < self._deadline or self._activity is None:
            return []
        self.now = now
        self._deadline = None
        self._activity.on_deadline()
        return self._run()

    def _dispatch(self, event: Input, activity: Activity) -> None:
        match event:
            case PlaybackFinished(play_id, completed):
                if play_id == self._play_id:
                    self._play_id = None
                    activity.on_played(completed)
            case Digit(digit):
                if self._accepts(digit):
                    self.typed.append(digit)
                    activity.on_digit()
            case QueueState():
                activity.on_queue_state(event)
            case QueueConnected():
                activity.on_connected()
            case QueueLeft(reason, to):
                activity.on_left(reason, to)
            case Requeued():
                activity.on_requeued()
            case RecordingSilent(take):
                activity.on_silent(take)
            case Recorded(take, speech_s):
                activity.on_recorded(take, speech_s)
            case CarriedOut(done, value):
                activity.on_carried_out(done, value)
            case Connected():
                activity.on_transferred()
            case TransferFailed(reason):
                activity.on_transfer_failed(reason)

    def _accepts(self, digit: str) -> bool:
        if len(digit) != 1 or digit not in KEYS:
            return False
        swallow, self._swallow = self._swallow, None
        return swallow is None or swallow[0] != digit or self.now > swallow[1]

    def _run(self) -> list[Effect]:
        for _ in range(MAX_STEPS_AT_ONCE):
            if self._next is None or self.finished:
                break
            name, self._next = self._next, None
            self._enter(name)
        else:
            if not self.finished:
                self.end("failed", "the flow goes round without asking the caller")
        effects, self._effects = self._effects, []
        return effects

    def _enter(self, name: str) -> None:
        self._steps += 1
        step = self._added.get(name) or self.flow.steps.get(name)
        if step is None or self._steps > MAX_STEPS:
            self.end("failed", "the flow is too long" if step is not None else f"there is no step {name}")
            return
        self.step = name
        self._deadline = None
        kind = (step_kind(step) or "").strip("<>")
        if isinstance(step, SetStep):
            self.emit(StepEntered(name, kind, ", ".join(step.set)))
            self.set_all(step.set)
            self.goto(step.next)
        elif isinstance(step, BranchStep):
            taken = (way.next for way in step.branch if holds(way.when, self.data, self._open))
            target = next(taken, step.otherwise)
            self.emit(StepEntered(name, kind, target))
            self.goto(target)
        else:
            self._activity = activities.create(self, step)
            self.emit(StepEntered(name, kind, self._activity.summary()))
            self._activity.begin()

    # What activities ask of the session.

    def emit(self, effect: Effect) -> None:
        self._effects.append(effect)

    def goto(self, step: str) -> None:
        self._deadline = None
        self._next = step

    def end(self, outcome: str, reason: str | None = None) -> None:
        self.emit(Hangup(outcome, reason))
        self._finish(outcome)

    def conclude(self, outcome: str) -> None:
        """Over without hanging up: somebody else has the caller."""
        self._finish(outcome)

    def add_steps(self, steps: Mapping[str, Step]) -> None:
        """Steps that no author wrote."""
        self._added.update(steps)

    def continue_in(self, name: str) -> bool:
        """Go on at the start of another flow, with the same data; False when there is none of this name."""
        flow = self._flows(name)
        if flow is None:
            return False
        self.flow = flow
        self._added.clear()
        for key, value in flow.data.items():
            self.data.setdefault(key, value)
        self.goto(flow.start)
        return True

    def waited_in(self, queue: str) -> None:
        self._queue = queue

    def queue_for(self, text: str | None) -> str:
        """The queue a step names, or the one last waited in; empty for none."""
        return self._queue if text is None else self.render(text).strip()

    def new_take(self) -> str:
        """Names what is recorded next, once in this session."""
        self._takes += 1
        return f"t{self._takes}"

    @property
    def may_record(self) -> bool:
        """Whether a talk with an agent may be recorded now."""
        if self.flow.record == "with-consent":
            return self.data.get(f"{CONSENT}recording") == "yes"
        return self.flow.record == "always"

    def _finish(self, outcome: str) -> None:
        self.outcome = outcome
        self._deadline = self._play_id = self._next = None
        self._activity = None

    def set_deadline(self, at: float | None) -> None:
        self._deadline = at

    def set_all(self, values: Mapping[str, str]) -> None:
        for key, value in values.items():
            self.set_value(key, self.render(value))

    def set_value(self, key: str, value: str) -> None:
        self.data[key] = value
        if key == "language" and value:
            self.language = value
        self.emit(DataSet(key, value))

    def swallow(self, digit: str, until: float) -> None:
        """Drops this key if it is the very next one, typed or to come: a full entry needs no finishing key."""
        if self.typed and self.typed[0] == digit:
            self.typed.popleft()
        elif not self.typed:
            self._swallow = (digit, until)

    def play(self, items: Iterable[Item], *, loop: bool = False) -> bool:
        """Whether something plays now; with nothing to play there will be no PlaybackFinished."""
        wanted = tuple(items)
        if not wanted:
            return False
        self._plays += 1
        self._play_id = f"p{self._plays}"
        self.emit(Play(self._play_id, wanted, loop))
        return True

    def stop_playing(self) -> None:
        if self._play_id is not None:
            self._play_id = None
            self.emit(StopPlay())

    def forget_playing(self) -> None:
        """The channel has stopped it."""
        self._play_id = None

    @property
    def words(self) -> Words:
        return words_for(self.language)

    def render(self, text: str, **extra: str) -> str:
        return template.render(text, {**self.data, **extra}, self._hours_words)

    def items(self, prompt: PromptItems | None, **extra: str) -> tuple[Item, ...]:
        """What a prompt is for this caller now; texts that come out empty are left out."""
        found: list[Item] = []
        for item in prompt.items if prompt is not None else ():
            if item.file is not None:
                found.append(File(item.file))
            elif item.prompt is not None:
                found.append(Prompt(item.prompt, item.language or self.language))
            elif item.text is not None:
                text = " ".join(self.render(item.text, **extra).split())
                if text:
                    found.append(Text(text, item.language or self.language))
        return tuple(found)

    def _hours_words(self, name: str, filter_name: str) -> str:
        hours = self._calendar(name)
        if hours is None:
            return ""
        if filter_name == "hours":
            return describe(hours, self.language)
        if filter_name == "notice":
            return notice(hours, self.now)
        return describe_next_opening(hours, self.now, self.language)

    def _open(self, name: str) -> bool | None:
        hours = self._calendar(name)
        return is_open(hours, self.now) if hours is not None else None

    def _calendar(self, name: str) -> Calendar | None:
        """The hours of this name in the flow; None when they are kept outside it and are not there."""
        hours = self.flow.hours.get(name)
        if hours is None or isinstance(hours, OpeningHours):
            return hours.as_calendar if hours is not None else None
        found = self._calendars(hours.calendar)
        if found is None and hours.calendar not in self._missing:
            self._missing.add(hours.calendar)
            self.emit(CalendarMissing(hours.calendar))
        return found
