"""What a session asks of its channel (effects), and what the channel tells it (inputs). Plain data, both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from acd.model import Expression, Target


@dataclass(frozen=True, slots=True)
class Text:
    """To be spoken in a language."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class File:
    """A WAV file to be played."""

    path: str


Item = Text | File


@dataclass(frozen=True, slots=True)
class Play:
    """Plays the items in order and replaces what is playing. Answered by PlaybackFinished unless it loops."""

    play_id: str
    items: tuple[Item, ...]
    loop: bool = False


@dataclass(frozen=True, slots=True)
class StopPlay:
    """Silence now."""


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Into a queue; the fields are those of acd.commands.EnqueueContact, and `data` what is known of the contact."""

    queue: str
    priority: int = 0
    skills: tuple[Expression, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    max_wait_s: float | None = None
    preferred: tuple[Expression, ...] = ()
    agent_id: str | None = None
    agent_wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class AskQueueState:
    """Wants a QueueState input."""


@dataclass(frozen=True, slots=True)
class StepEntered:
    """A step began. `text` is what the caller hears or what it does, for the timeline."""

    step: str
    kind: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class InputTaken:
    """The caller chose or entered something valid. `label` and `value` are for people."""

    step: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class DataSet:
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class CalendarMissing:
    """The flow asked for the hours of a calendar that is not there."""

    calendar: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """The flow is over; ends the call. `reason` says why when the flow did not ask for it."""

    outcome: str
    reason: str | None = None


Effect = Play | StopPlay | Enqueue | AskQueueState | StepEntered | InputTaken | DataSet | CalendarMissing | Hangup


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    play_id: str
    completed: bool = True


@dataclass(frozen=True, slots=True)
class Digit:
    digit: str


@dataclass(frozen=True, slots=True)
class QueueState:
    """`position` counts from 1. None: not known."""

    position: int | None = None
    expected_wait_s: float | None = None


@dataclass(frozen=True, slots=True)
class QueueConnected:
    """An agent has the caller: the session rests, and what it played has been stopped."""

    agent_id: str


CLOSED: Final = "closed"
"""The queue's calendar lets nobody in now."""


@dataclass(frozen=True, slots=True)
class QueueLeft:
    """Handed back without an agent.

    reason: an acd.model.OverflowCause, CLOSED, or what kept the contact from being queued. to: where the queue wishes
    it to go. The step's way `on` this kind is taken, else `on_max_wait` for an overflow, `on_closed` for a closed queue
    and `on_failure` for all else.
    """

    reason: str
    to: Target = field(default_factory=Target)


@dataclass(frozen=True, slots=True)
class Requeued:
    """The agent is gone and the caller waits again."""


@dataclass(frozen=True, slots=True)
class CallerGone:
    """The call is over."""


Input = PlaybackFinished | Digit | QueueState | QueueConnected | QueueLeft | Requeued | CallerGone
