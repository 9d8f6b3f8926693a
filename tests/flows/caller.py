"""Flows from a few lines, and who calls them: what is heard, what is pressed, at moments of one's own."""

from __future__ import annotations

from contactcenter.flows.effects import (
    Digit,
    Effect,
    File,
    Input,
    Item,
    Play,
    PlaybackFinished,
    StepEntered,
    Text,
    Tone,
)
from contactcenter.flows.interpreter import (
    Calendars,
    Dialable,
    Flows,
    Session,
    any_number,
    no_calendars,
    no_flows,
)
from contactcenter.flows.model import Flow
from contactcenter.flows.parse import examine

HEAD = "flow: test\nstart: a\nsteps:\n"
ENDS = "  end: {hangup: closed}\n  bad: {hangup: failed}\n"


def flow_of(text: str) -> Flow:
    flow, problems = examine(text.encode(), "test.yaml", directory=None)
    assert flow is not None, problems
    return flow


def _word(item: Item) -> str:
    match item:
        case Text(text):
            return text
        case File(path):
            return path
        case Tone(name):
            return f"<{name}>"
        case _:
            return repr(item)


class Caller:
    """Walks a session and remembers what was asked of the channel."""

    def __init__(
        self,
        flow: Flow,
        *,
        now: float = 1_000.0,
        data: dict[str, str] | None = None,
        calendars: Calendars = no_calendars,
        flows: Flows = no_flows,
        dialable: Dialable = any_number,
    ) -> None:
        self.session = Session(flow, data, calendars=calendars, flows=flows, dialable=dialable)
        self.now = now
        self.effects: list[Effect] = []
        self.take(self.session.start(now))

    def take(self, effects: list[Effect]) -> list[Effect]:
        self.effects += effects
        return effects

    def press(self, digits: str) -> list[Effect]:
        return [effect for digit in digits for effect in self.take(self.session.handle(Digit(digit), self.now))]

    def feed(self, event: Input) -> list[Effect]:
        return self.take(self.session.handle(event, self.now))

    def hear_out(self, *, completed: bool = True) -> list[Effect]:
        return self.take(self.session.handle(PlaybackFinished(self.plays[-1].play_id, completed), self.now))

    def wait(self, seconds: float) -> list[Effect]:
        """Lets time pass, ticking at each deadline on the way."""
        until, effects = self.now + seconds, []
        while (deadline := self.session.next_deadline()) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            effects += self.take(self.session.tick(self.now))
        self.now = until
        return effects

    @property
    def plays(self) -> list[Play]:
        return [effect for effect in self.effects if isinstance(effect, Play)]

    @property
    def heard(self) -> list[str]:
        return [" ".join(_word(item) for item in play.items) for play in self.plays]

    @property
    def steps(self) -> list[str]:
        return [effect.step for effect in self.effects if isinstance(effect, StepEntered)]
