"""What a session asks of its channel (effects), and what the channel tells it (inputs). Plain data, both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

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


@dataclass(frozen=True, slots=True)
class Prompt:
    """What was recorded under this id, in a language or the nearest there is."""

    id: str
    language: str


ToneName = Literal["beep", "ringing"]


@dataclass(frozen=True, slots=True)
class Tone:
    """What telephones say: "beep" before somebody is to speak, "ringing" while another telephone rings."""

    name: ToneName


@dataclass(frozen=True, slots=True)
class Take:
    """What the caller has said before, to be heard again."""

    take: str


Item = Text | File | Prompt | Tone | Take


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
class LeaveQueue:
    """Out of the queue by the caller's choice. Answered by QueueLeft(acd.model.CHOSEN), or by QueueConnected when an
    agent was quicker."""


@dataclass(frozen=True, slots=True)
class LeaveVoicemail:
    """Keeps a take as a message in a queue. Answered by CarriedOut."""

    take: str
    queue: str
    priority: int = 0


@dataclass(frozen=True, slots=True)
class SendMessage:
    """To a "team" or "agent" by id, or to a "mail" address. `take`: what the caller said. Answered by CarriedOut."""

    kind: Literal["team", "agent", "mail"]
    to: str
    subject: str
    text: str = ""
    take: str | None = None


@dataclass(frozen=True, slots=True)
class RequestCallback:
    """The place in this queue is kept for a call to `number`, as Session's `dialable` wrote it. Answered by
    CarriedOut."""

    queue: str
    number: str
    tries: int
    retry_after_s: float
    ring_s: float
    priority: int = 0


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Answered by CarriedOut with the ticket's number as its value."""

    subject: str
    description: str


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """What the caller said to being asked, to be kept when it is known who calls."""

    kind: str
    given: bool
    version: str = ""


Kept = LeaveVoicemail | SendMessage


@dataclass(frozen=True, slots=True)
class Record:
    """Records the caller from now on, until StopRecord or the end of the call. RecordingSilent tells of a pause of
    `silence_s`. What a caller has said who hangs up goes to `then`, when it is `min_s` or longer."""

    take: str
    silence_s: float
    min_s: float
    then: Kept


@dataclass(frozen=True, slots=True)
class StopRecord:
    """Answered by Recorded."""

    take: str


@dataclass(frozen=True, slots=True)
class DropTake:
    """Nobody is to hear it."""

    take: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Calls somebody else for the caller: a "number" or a registered "telephone". Answered by Connected or
    TransferFailed."""

    kind: Literal["number", "telephone"]
    to: str
    ring_s: float


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


Request = LeaveVoicemail | SendMessage | RequestCallback | OpenTicket
"""What is asked of others, and answered by CarriedOut."""
Effect = (
    Play
    | StopPlay
    | Enqueue
    | LeaveQueue
    | AskQueueState
    | Record
    | StopRecord
    | DropTake
    | Request
    | GiveConsent
    | Transfer
    | StepEntered
    | InputTaken
    | DataSet
    | CalendarMissing
    | Hangup
)


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
class RecordingSilent:
    """Nothing has been said for as long as was asked."""

    take: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """The recording is closed. `speech_s`: how long somebody spoke; None: it could not be recorded."""

    take: str
    speech_s: float | None


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """Whether what was asked has been done. `value`: what came of it."""

    done: bool
    value: str = ""


@dataclass(frozen=True, slots=True)
class Connected:
    """The transfer has been answered: the session is over, the caller speaks with somebody outside."""


@dataclass(frozen=True, slots=True)
class TransferFailed:
    reason: Literal["busy", "no-answer", "failed"]


@dataclass(frozen=True, slots=True)
class CallerGone:
    """The call is over."""


Input = (
    PlaybackFinished
    | Digit
    | QueueState
    | QueueConnected
    | QueueLeft
    | Requeued
    | RecordingSilent
    | Recorded
    | CarriedOut
    | Connected
    | TransferFailed
    | CallerGone
)
