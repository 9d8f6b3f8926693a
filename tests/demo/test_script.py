import random

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from contactcenter.demo.actions import CallAction, HangUp, Press, Say
from contactcenter.demo.hearing import Sound
from contactcenter.demo.people import REASONS, Public
from contactcenter.demo.script import ON_HOLD_S, CallerPlan, CallerScript, Phase, plan_call
from contactcenter.demo.talk import TalkPlan

TALK = TalkPlan(lines=("hello", "and then"), goodbye="bye", talk_s=30.0, reply_s=0.5)
PLAN = CallerPlan(menu=("7", "2"), number="123456#", think_s=1.0, patience_s=60.0, talk=TALK)


def phase_of(script: CallerScript) -> Phase:
    """Read anew: type checkers take an attribute that was compared to be so for ever."""
    return script.phase


def prompt(script: CallerScript, now: float) -> float:
    script.heard(Sound.VOICE, now)
    script.heard(Sound.QUIET, now + 4)
    return now + 4


def in_queue(plan: CallerPlan = PLAN) -> tuple[CallerScript, float]:
    script = CallerScript(plan)
    script.answered(0.0)
    pressed: list[CallAction] = []
    now = 0.0
    while phase_of(script) is not Phase.WAITING:
        now = prompt(script, now)
        pressed += script.tick(now + plan.think_s)
        now += plan.think_s
    assert pressed == [Press("7"), Press("2"), Press("123456#")]
    script.heard(Sound.VOICE, now)
    script.heard(Sound.MUSIC, now + 2.5)
    return script, now + 2.5


def test_tries_keys_prompt_by_prompt_then_enters_the_number() -> None:
    in_queue()


def test_thinks_before_pressing_and_not_while_the_prompt_goes_on() -> None:
    script = CallerScript(PLAN)
    script.answered(0.0)
    script.heard(Sound.VOICE, 0.1)
    assert script.tick(8.0) == []
    script.heard(Sound.QUIET, 8.0)
    assert script.tick(8.9) == []
    assert script.tick(9.0) == [Press("7")]


def test_patience_ends_in_the_queue() -> None:
    script, _ = in_queue()
    assert script.tick(10.0 + 60) == []
    assert script.tick(15.0 + 60) == [HangUp()]
    assert phase_of(script) is Phase.OVER


def test_music_that_stops_is_somebody_answering() -> None:
    script, now = in_queue()
    script.heard(Sound.VOICE, now + 10)
    assert phase_of(script) is Phase.WAITING
    script.heard(Sound.QUIET, now + 12)
    assert phase_of(script) is Phase.TALKING
    assert script.tick(now + 12.5) == [Say("hello")]


def test_an_announcement_in_the_queue_is_nobody_answering() -> None:
    script, now = in_queue()
    script.heard(Sound.VOICE, now + 10)
    script.heard(Sound.MUSIC, now + 15)
    assert script.tick(now + 15.1) == []
    assert phase_of(script) is Phase.WAITING


def test_music_in_the_conversation_is_being_on_hold() -> None:
    script, now = in_queue()
    script.heard(Sound.QUIET, now + 10)
    script.heard(Sound.VOICE, now + 11)
    script.heard(Sound.MUSIC, now + 14)
    script.tick(now + 14 + ON_HOLD_S)
    assert phase_of(script) is Phase.WAITING
    script.heard(Sound.QUIET, now + 30)
    assert phase_of(script) is Phase.TALKING


def test_an_agent_who_says_nothing_is_greeted() -> None:
    """Picked up before the music was recognised: quiet in the queue, for longer than between prompts."""
    script = CallerScript(CallerPlan(menu=("1",), number="1#", think_s=0.0, patience_s=60.0, talk=TALK))
    script.answered(0.0)
    now = prompt(script, 0.0)
    script.tick(now)
    now = prompt(script, now)
    script.tick(now)
    script.heard(Sound.VOICE, now + 1)
    script.heard(Sound.QUIET, now + 6)
    script.tick(now + 8.5)
    assert phase_of(script) is Phase.WAITING
    script.tick(now + 9)
    assert phase_of(script) is Phase.TALKING


def test_whoever_presses_nothing_waits_for_the_music() -> None:
    script = CallerScript(CallerPlan(menu=("",), number="", think_s=0.0, patience_s=60.0, talk=TALK))
    script.answered(0.0)
    now = prompt(script, 0.0)
    assert script.tick(now) == []
    now = prompt(script, now + 6)
    assert phase_of(script) is Phase.MENU
    script.heard(Sound.VOICE, now)
    script.heard(Sound.MUSIC, now + 3)
    assert phase_of(script) is Phase.WAITING


@given(st.integers())
def test_plans_are_such_as_people_make(seed: int) -> None:
    rng = random.Random(seed)
    plan = plan_call(Public(rng).next(), rng)
    assert all(key in "0123456789*" for key in plan.menu)
    assert any(key in REASONS for key in plan.menu) or not any(plan.menu)
    assert plan.number == "" or (plan.number[:-1].isdigit() and plan.number.endswith("#"))
    assert plan.patience_s >= 10


class AnyCall(RuleBasedStateMachine):
    """Whatever is heard in whatever order: one thing at a time, nothing after hanging up, and never for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.script = CallerScript(PLAN)
        self.answered_at: float | None = None
        self.speaking = self.hung_up = self.gone = False
        self.pressed = ""

    @precondition(lambda self: self.answered_at is None and not self.gone)
    @rule()
    def answer(self) -> None:
        self.script.answered(self.now)
        self.answered_at = self.now

    @rule(sound=st.sampled_from(Sound))
    def hear(self, sound: Sound) -> None:
        self.script.heard(sound, self.now)

    @rule(wait=st.floats(0, 20))
    def tick(self, wait: float) -> None:
        self.now += wait
        for action in self.script.tick(self.now):
            assert not self.hung_up
            assert not self.gone
            assert self.answered_at is not None
            match action:
                case Press(keys):
                    self.pressed += keys
                case Say():
                    self.speaking = True
                case HangUp():
                    self.hung_up = True

    @precondition(lambda self: self.speaking)
    @rule()
    def finish_sentence(self) -> None:
        self.speaking = False
        self.script.said(self.now)

    @rule()
    def caller_is_cut_off(self) -> None:
        self.gone = True
        self.script.ended()

    @invariant()
    def presses_what_was_planned(self) -> None:
        assert "72123456#".startswith(self.pressed)

    def teardown(self) -> None:
        """Left alone in silence, every caller gives up in time."""
        if self.answered_at is None or self.gone:
            return
        for _ in range(600):
            self.tick(1.0)
            if self.speaking:
                self.finish_sentence()
        assert self.hung_up


TestAnyCall = AnyCall.TestCase
