from hypothesis import given
from hypothesis import strategies as st

from contactcenter.demo.actions import HangUp, Say
from contactcenter.demo.hearing import Sound
from contactcenter.demo.talk import INTERRUPT_S, LAST_WORD_S, WAIT_FOR_REPLY_S, Talk, TalkPlan

PLAN = TalkPlan(lines=("one", "two"), goodbye="bye", talk_s=30.0, reply_s=0.5)


def test_waits_until_the_other_is_quiet_and_then_for_the_pause() -> None:
    talk = Talk(PLAN, 0.0, Sound.VOICE)
    assert talk.tick(10.0) == []
    talk.heard(Sound.QUIET, 11.0)
    assert talk.tick(11.4) == []
    assert talk.tick(11.5) == [Say("one")]


def test_does_not_speak_into_the_others_reply() -> None:
    talk = Talk(PLAN, 0.0)
    assert talk.tick(0.5) == [Say("one")]
    talk.said(2.0)
    talk.heard(Sound.VOICE, 3.0)
    assert talk.tick(3.0 + WAIT_FOR_REPLY_S) == []
    talk.heard(Sound.QUIET, 12.0)
    assert talk.tick(12.5) == [Say("two")]


def test_speaks_on_when_nobody_replies() -> None:
    talk = Talk(PLAN, 0.0)
    talk.tick(0.5)
    talk.said(2.0)
    assert talk.tick(1.9 + WAIT_FOR_REPLY_S) == []
    assert talk.tick(2.0 + WAIT_FOR_REPLY_S) == [Say("two")]


def test_says_goodbye_and_leaves_the_last_word_to_the_other() -> None:
    talk = Talk(PLAN, 0.0)
    talk.heard(Sound.QUIET, 40.0)
    assert talk.tick(41.0) == [Say("bye")]
    talk.said(43.0)
    talk.heard(Sound.VOICE, 43.2)
    assert talk.tick(43.0 + LAST_WORD_S - 0.1) == []
    assert talk.tick(43.0 + LAST_WORD_S) == [HangUp()]
    assert talk.tick(200.0) == []


def test_interrupts_somebody_who_never_stops() -> None:
    talk = Talk(PLAN, 0.0, Sound.VOICE)
    assert talk.tick(PLAN.talk_s + INTERRUPT_S - 0.1) == []
    assert talk.tick(PLAN.talk_s + INTERRUPT_S) == [Say("bye")]


@given(
    st.lists(
        st.tuples(st.floats(0, 10), st.sampled_from(["tick", "said", Sound.QUIET, Sound.VOICE, Sound.MUSIC])),
        max_size=80,
    )
)
def test_speaks_one_sentence_at_a_time_and_always_ends(steps: list[tuple[float, str | Sound]]) -> None:
    talk, now, speaking = Talk(PLAN, 0.0), 0.0, False
    said: list[str] = []
    over = False
    for wait, step in [*steps, *[(1.0, "tick")] * 400]:
        now += wait
        if isinstance(step, Sound):
            talk.heard(step, now)
        elif step == "said" and speaking:
            speaking = False
            talk.said(now)
        for action in talk.tick(now):
            assert not over
            if isinstance(action, Say):
                assert not speaking
                speaking = True
                said.append(action.text)
            else:
                over = action == HangUp()
    assert over
    assert said == [
        *("one", "two")[: len([text for text in said if text != "bye"])],
        *(["bye"] if "bye" in said else []),
    ]
