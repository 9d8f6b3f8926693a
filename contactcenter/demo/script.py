"""How one synthetic caller behaves, from the first prompt to the goodbye. Pure: times are arguments, in seconds."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from contactcenter.demo.actions import CallAction, HangUp, Press
from contactcenter.demo.hearing import Sound
from contactcenter.demo.people import REASONS, Person
from contactcenter.demo.sentences import CALLER, CALLER_GOODBYE
from contactcenter.demo.talk import Talk, TalkPlan

MENU_PATIENCE_S = 90.0
PATIENCE_MEAN_S = 120.0
ON_HOLD_S = 5.0
"""Music for this long in a conversation means having been put on hold or back into the queue."""
SILENT_PICKUP_S = 3.0
QUEUE_ENTRY_S = 8.0
"""Before this, quiet in the queue is that between announcement and music."""


class Phase(Enum):
    DIALLING = "dialling"
    MENU = "menu"
    NUMBER = "number"
    WAITING = "waiting"
    TALKING = "talking"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class CallerPlan:
    """`menu` are the keys tried one after the other, "" for none; `number` the keys of the customer number or ""."""

    menu: Sequence[str]
    number: str
    think_s: float
    patience_s: float
    talk: TalkPlan


def plan_call(person: Person, rng: random.Random) -> CallerPlan:
    """Most walk the menu well; some press a wrong key first, some none at all, some have no number at hand."""
    luck = rng.random()
    if luck < 0.82:
        menu = [person.reason]
    elif luck < 0.94:
        menu = [rng.choice("04567890*"), person.reason]
    else:
        menu = ["", "", ""]
    talk = TalkPlan(
        lines=CALLER[person.reason],
        goodbye=rng.choice(CALLER_GOODBYE),
        talk_s=rng.uniform(20, 60),
        reply_s=rng.uniform(0.2, 1.0),
    )
    return CallerPlan(
        menu=menu,
        number=f"{person.customer_number}#" if rng.random() < 0.85 else "",
        think_s=rng.uniform(0.3, 2.5),
        patience_s=10 + rng.expovariate(1 / (PATIENCE_MEAN_S - 10)),
        talk=talk,
    )


class CallerScript:
    """Knows only what a caller knows: what is heard and how long it has taken."""

    def __init__(self, plan: CallerPlan) -> None:
        self.phase = Phase.DIALLING
        self._plan = plan
        self._attempts = list(plan.menu)
        self._sound = Sound.QUIET
        self._quiet_since = 0.0
        self._music_since: float | None = None
        self._music_heard = False
        self._act_at: float | None = None
        self._waiting_since = 0.0
        self._leave_at = float("inf")
        self._talk: Talk | None = None

    def answered(self, now: float) -> None:
        if self.phase is Phase.DIALLING:
            self.phase = Phase.MENU
            self._quiet_since = now
            self._leave_at = now + MENU_PATIENCE_S

    def ended(self) -> None:
        """Refused, hung up or lost."""
        self.phase = Phase.OVER

    def said(self, now: float) -> None:
        if self._talk is not None:
            self._talk.said(now)

    def heard(self, sound: Sound, now: float) -> None:
        self._sound = sound
        if sound is Sound.QUIET:
            self._quiet_since = now
        self._music_since = now if sound is Sound.MUSIC else None
        match self.phase:
            case Phase.MENU | Phase.NUMBER:
                self._prompted(sound, now)
            case Phase.WAITING if sound is Sound.MUSIC:
                self._music_heard = True
            case Phase.WAITING if sound is Sound.QUIET and self._music_heard:
                self._start_talking(now)
            case Phase.TALKING if self._talk is not None:
                self._talk.heard(sound, now)

    def tick(self, now: float) -> list[CallAction]:
        match self.phase:
            case Phase.MENU | Phase.NUMBER if self._act_at is not None and now >= self._act_at:
                self._act_at = None
                return self._press(now)
            case Phase.MENU | Phase.NUMBER | Phase.WAITING if now >= self._leave_at:
                return self._hang_up()
            case Phase.WAITING if self._is_silent_pickup(now):
                self._start_talking(now)
            case Phase.TALKING if self._music_since is not None and now - self._music_since >= ON_HOLD_S:
                self._wait(now, music=True)
            case Phase.TALKING if self._talk is not None:
                actions = self._talk.tick(now)
                return self._hang_up() if HangUp() in actions else actions
        return []

    def _prompted(self, sound: Sound, now: float) -> None:
        """A prompt has ended; what comes without a key left to press is the queue."""
        if self._nothing_to_press():
            if sound is Sound.MUSIC:
                self._wait(now, music=True)
        else:
            self._act_at = now + self._plan.think_s if sound is Sound.QUIET else None

    def _nothing_to_press(self) -> bool:
        return not (self._attempts if self.phase is Phase.MENU else self._plan.number)

    def _press(self, now: float) -> list[CallAction]:
        if self.phase is Phase.NUMBER:
            self._wait(now, music=False)
            return [Press(self._plan.number)]
        key = self._attempts.pop(0)
        if key in REASONS:
            self.phase = Phase.NUMBER
        return [Press(key)] if key else []

    def _wait(self, now: float, *, music: bool) -> None:
        self.phase = Phase.WAITING
        self._talk = None
        self._waiting_since = now
        self._music_heard = music
        self._leave_at = now + self._plan.patience_s

    def _is_silent_pickup(self, now: float) -> bool:
        return (
            self._sound is Sound.QUIET
            and now - self._waiting_since >= QUEUE_ENTRY_S
            and now - self._quiet_since >= SILENT_PICKUP_S
        )

    def _start_talking(self, now: float) -> None:
        self.phase = Phase.TALKING
        self._talk = Talk(self._plan.talk, now, self._sound)

    def _hang_up(self) -> list[CallAction]:
        self.phase = Phase.OVER
        return [HangUp()]
