"""What every step that takes time is to its session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acd.model import Target
from contactcenter.flows.effects import File, Item, Prompt, QueueState, Text

if TYPE_CHECKING:
    from contactcenter.flows.interpreter import Session


class Activity:
    """Ignores whatever it does not expect: inputs may be late or out of order."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.connected = False

    def begin(self) -> None:
        raise NotImplementedError

    def summary(self) -> str | None:
        """What the timeline says of this step."""
        return None

    def on_played(self, completed: bool = True) -> None:
        """What this activity played has ended; not `completed` when it was cut off or could not be played."""

    def on_digit(self) -> None:
        """A key was added to the session's typed-ahead ones."""

    def on_deadline(self) -> None: ...

    def on_queue_state(self, state: QueueState) -> None: ...

    def on_connected(self) -> None: ...

    def on_left(self, reason: str, to: Target) -> None: ...

    def on_requeued(self) -> None: ...

    def on_silent(self, take: str) -> None:
        """The caller has stopped speaking, or never began."""

    def on_recorded(self, take: str, speech_s: float | None) -> None: ...

    def on_carried_out(self, done: bool, value: str) -> None: ...

    def on_transferred(self) -> None: ...

    def on_transfer_failed(self, reason: str) -> None: ...


def spoken(items: tuple[Item, ...]) -> str | None:
    return " ".join(filter(None, map(_words, items))) or None


def _words(item: Item) -> str:
    match item:
        case Text(text):
            return text
        case File(path):
            return path.rpartition("/")[2]
        case Prompt(prompt_id):
            return prompt_id
        case _:
            return ""
