"""Steps of flows as a caller meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.flows.effects import (
    CallerGone,
    DataSet,
    Digit,
    Enqueue,
    Hangup,
    InputTaken,
    Play,
    PlaybackFinished,
    QueueConnected,
    QueueLeft,
    QueueState,
    Requeued,
    StepEntered,
    StopPlay,
    Text,
)
from contactcenter.flows.interpreter import (
    MAX_STEPS_AT_ONCE,
)
from contactcenter.flows.model import Flow
from contactcenter.flows.parse import load
from tests.flows.caller import ENDS, HEAD, Caller, flow_of

ROOT = Path(__file__).resolve().parents[2]
MENU = flow_of("""
flow: test
start: a
steps:
  a:
    menu:
      label: Reason
      prompt: Press 1 or 2.
      no_input: Nothing.
      invalid: Wrong.
      timeout_s: 5
      choices:
        1: {label: Sales, set: {queue: sales, line: "{queue}-line"}, next: q}
        2: {label: Again, next: a}
    on_failure: bad
  q: {queue: {queue: "{queue}", music: m.wav}, on_failure: end}
  end: {hangup: closed}
  bad: {hangup: failed}
""")


def test_say_goes_on_when_it_was_heard() -> None:
    caller = Caller(
        flow_of(HEAD + '  a: {say: "Hello {caller|digits}.", next: end}\n' + ENDS), data={"caller": "+49 30"}
    )
    assert caller.effects == [
        StepEntered("a", "say", "Hello 4 9 3 0."),
        Play("p1", (Text("Hello 4 9 3 0.", "en"),)),
    ]
    assert caller.hear_out() == [StepEntered("end", "hangup", None), Hangup("closed")]
    assert caller.session.outcome == "closed"


def test_a_key_cuts_a_say_short_and_is_kept_for_the_menu() -> None:
    caller = Caller(flow_of(HEAD.replace("a\n", "s\n", 1) + "  s: {say: Welcome., next: a}\n" + MENU_STEP + ENDS))
    assert caller.press("1")[:2] == [StopPlay(), StepEntered("a", "menu", "Press 1.")]
    assert caller.heard == ["Welcome."]
    assert InputTaken("a", "Reason", "Sales") in caller.effects


MENU_STEP = "  a: {menu: {label: Reason, prompt: Press 1., choices: {1: {label: Sales, next: end}}}, on_failure: bad}\n"


def test_a_say_without_barge_in_is_heard_out_and_the_key_kept() -> None:
    text = HEAD.replace("a\n", "s\n", 1) + "  s: {say: Legal words., barge_in: false, next: a}\n" + MENU_STEP + ENDS
    caller = Caller(flow_of(text))
    assert caller.press("1") == []
    caller.hear_out()
    assert caller.steps == ["s", "a", "end"]
    assert caller.heard == ["Legal words."]


def test_a_menu_without_barge_in_takes_the_key_after_its_prompt() -> None:
    caller = Caller(flow_of(HEAD + MENU_STEP.replace("label: Reason", "label: Reason, barge_in: false") + ENDS))
    assert caller.press("1") == []
    assert InputTaken("a", "Reason", "Sales") in caller.hear_out()


def test_a_choice_sets_data_in_order_and_goes_on() -> None:
    caller = Caller(MENU)
    assert caller.press("1")[:5] == [
        StopPlay(),
        InputTaken("a", "Reason", "Sales"),
        DataSet("queue", "sales"),
        DataSet("line", "sales-line"),
        StepEntered("q", "queue", "sales"),
    ]


def test_silence_and_wrong_keys_use_up_the_attempts() -> None:
    caller = Caller(MENU)
    caller.hear_out()
    caller.wait(4.9)
    assert len(caller.plays) == 1
    caller.wait(0.2)
    caller.press("9")
    assert caller.heard == ["Press 1 or 2.", "Nothing. Press 1 or 2.", "Wrong. Press 1 or 2."]
    caller.hear_out()
    caller.wait(5)
    assert caller.session.outcome == "failed"


def test_a_wrong_key_drops_what_was_typed_after_it() -> None:
    caller = Caller(
        flow_of(HEAD.replace("a\n", "s\n", 1) + "  s: {say: W, barge_in: false, next: a}\n" + MENU_STEP + ENDS)
    )
    caller.press("91")
    caller.hear_out()
    assert caller.session.step == "a"
    assert not caller.session.typed


def collecting(**options: object) -> Flow:
    written = "".join(f", {key}: {value}" for key, value in options.items())
    return flow_of(
        HEAD + "  a: {collect: {prompt: Number?, label: Number, into: n, min_digits: 2, max_digits: 4"
        f"{written}}}, next: ok, on_failure: bad}}\n"
        "  ok: {menu: {label: Then, prompt: OK?, choices: {1: {label: One, next: end}}}, on_failure: bad}\n" + ENDS
    )


@pytest.mark.parametrize(
    ("typed", "entry"),
    [("12#", "12"), ("1234", "1234"), ("1234#", "1234"), ("99*12#", "12"), ("#", None), ("1#", None)],
)
def test_digits_are_collected_up_to_the_finishing_key_or_the_longest(typed: str, entry: str | None) -> None:
    caller = Caller(collecting())
    caller.press(typed)
    taken = [effect.value for effect in caller.effects if isinstance(effect, InputTaken)]
    assert taken == ([entry] if entry is not None else [])
    assert caller.session.data.get("n") == entry


def test_a_finishing_key_after_a_full_entry_is_not_the_next_steps() -> None:
    caller = Caller(collecting())
    caller.press("1234")
    assert caller.session.step == "ok"
    assert caller.press("#") == []
    caller.press("1")
    assert caller.session.outcome == "closed"


def test_a_full_entry_typed_ahead_with_its_finishing_key_and_a_choice() -> None:
    caller = Caller(flow_of(collecting_after_say()))
    caller.press("1234#1")
    caller.hear_out()
    assert caller.session.outcome == "closed"
    assert caller.heard == ["W"]


def collecting_after_say() -> str:
    return (
        HEAD.replace("a\n", "s\n", 1) + "  s: {say: W, barge_in: false, next: a}\n"
        "  a:\n    collect: {prompt: Number?, label: Number, into: n, min_digits: 2, max_digits: 4}\n"
        "    next: ok\n    on_failure: bad\n"
        "  ok: {menu: {label: Then, prompt: OK?, choices: {1: {label: One, next: end}}}, on_failure: bad}\n" + ENDS
    )


def test_a_pause_ends_an_entry_that_is_long_enough() -> None:
    caller = Caller(collecting(digit_timeout_s=3))
    caller.press("12")
    caller.wait(2.9)
    assert caller.session.step == "a"
    caller.wait(0.2)
    assert caller.session.data["n"] == "12"


def test_a_pause_after_too_few_digits_asks_again() -> None:
    caller = Caller(collecting(invalid="Too short."))
    caller.press("1")
    caller.wait(4)
    assert caller.heard[-1] == "Too short. Number?"
    caller.press("23#")
    assert caller.session.data["n"] == "23"


def test_confirmation_accepts_with_1_and_asks_again_with_2() -> None:
    caller = Caller(collecting(confirm="true"))
    caller.press("12#")
    assert caller.heard[-1] == "You entered 1 2. If this is right, press 1. To enter it again, press 2."
    caller.press("2")
    assert caller.heard[-1] == "Number?"
    caller.press("34#")
    assert "n" not in caller.session.data
    caller.press("1")
    assert caller.session.data["n"] == "34"


def test_an_unanswered_confirmation_ends_in_failure() -> None:
    caller = Caller(collecting(confirm='"{value}?"', attempts=2))
    caller.press("12#")
    for _ in range(2):
        caller.hear_out()
        caller.wait(6)
    assert caller.heard[1:] == ["12?", "12?"]
    assert caller.session.outcome == "failed"


def test_branches_take_the_first_way_whose_condition_holds() -> None:
    text = (
        "flow: t\ndata: {amount: '5'}\nstart: a\nsteps:\n  a:\n    branch:\n"
        "      - {when: {data: {caller: {starts_with: ['+49', '0049']}, amount: {greater: 4, less: 6}}}, next: yes}\n"
        "      - {when: {any: [{data: {caller: '12'}}, {data: {caller: {in: ['13']}}}]}, next: yes}\n"
        "      - {when: {all: [{not: {data: {caller: {present: true}}}}]}, next: nobody}\n"
        "    else: end\n  yes: {hangup: self_served}\n  nobody: {hangup: failed}\n  end: {hangup: closed}\n"
    )
    flow = flow_of(text)
    outcomes = {
        caller: Caller(flow, data={"caller": caller}).session.outcome for caller in ("+4930", "12", "13", "1", "")
    }
    assert outcomes == {"+4930": "self_served", "12": "self_served", "13": "self_served", "1": "closed", "": "failed"}
    assert Caller(flow, data={"caller": "+4930", "amount": "much"}).session.outcome == "closed"


def test_setting_the_language_changes_what_is_spoken_next() -> None:
    text = (
        HEAD
        + "  a: {set: {language: de}, next: q}\n  q: {queue: {queue: x, music: m.wav, announce: {}}, on_failure: end}\n"
    )
    caller = Caller(flow_of(text + ENDS))
    caller.wait(10)
    caller.feed(QueueState(2, 100.0))
    assert caller.plays[-1].items == (
        Text("Sie sind an Position 2.", "de"),
        Text("Die Wartezeit beträgt etwa 2 Minuten.", "de"),
    )


def test_late_and_senseless_inputs_do_nothing() -> None:
    caller = Caller(MENU)
    for event in (
        PlaybackFinished("p0"),
        QueueState(1, 1.0),
        QueueConnected("x"),
        QueueLeft("x"),
        Requeued(),
        Digit("A"),
    ):
        assert caller.session.handle(event, caller.now) == []
    assert caller.session.start(caller.now) == []
    assert caller.session.tick(caller.now) == []


def test_the_end_of_an_earlier_prompt_is_not_the_end_of_this_one() -> None:
    caller = Caller(MENU)
    caller.press("9")
    assert [play.play_id for play in caller.plays] == ["p1", "p2"]
    caller.session.handle(PlaybackFinished("p1", completed=False), caller.now)
    assert caller.session.playing
    assert caller.session.next_deadline() is None


def test_nothing_happens_after_the_caller_is_gone() -> None:
    caller = Caller(MENU)
    assert caller.feed(CallerGone()) == []
    assert caller.session.outcome == "abandoned"
    assert caller.press("1") == []
    assert caller.session.next_deadline() is None


def test_an_endless_flow_is_ended() -> None:
    # The checker refuses such a flow, so it is built past it.
    good = flow_of(HEAD + "  a: {set: {x: '1'}, next: b}\n  b: {set: {x: '2'}, next: end}\n" + ENDS)
    steps = {**good.steps, "b": good.steps["a"].model_copy(update={"next": "b"})}
    caller = Caller(good.model_copy(update={"steps": steps}))
    assert caller.effects[-1] == Hangup("failed", "the flow goes round without asking the caller")
    assert len(caller.steps) == MAX_STEPS_AT_ONCE


def test_main_from_the_greeting_to_the_queue() -> None:
    flow = load(ROOT / "ivr_flows/main.yaml")
    caller = Caller(flow, data={"caller": "+4930123"})
    caller.hear_out()
    caller.press("2")
    caller.hear_out()
    caller.press("12345#")
    caller.hear_out()
    assert caller.steps == ["welcome", "opening", "reason", "customer_number", "thanks", "wait"]
    enqueued = next(effect for effect in caller.effects if isinstance(effect, Enqueue))
    assert enqueued.queue == "support"
    assert enqueued.data["customer_number"] == "12345"
    caller.wait(5)
    caller.feed(QueueState(3, 200.0))
    assert caller.heard[-1].startswith("You are number 3 in line. The expected wait is about 4 minutes. ")
    assert caller.heard[-1].endswith("press 9.")
    caller.feed(QueueLeft("max-wait"))
    assert "call again" in caller.heard[-1]


def test_main_puts_a_silent_caller_through() -> None:
    caller = Caller(load(ROOT / "ivr_flows/main.yaml"))
    for _ in range(12):
        if caller.session.step == "wait":
            break
        caller.hear_out()
        caller.wait(6)
    assert [effect.queue for effect in caller.effects if isinstance(effect, Enqueue)] == ["support"]
