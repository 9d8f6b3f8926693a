from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from acd.calendar import Calendar, Emergency, WeeklySpan
from acd.model import AllOf, AnyOf, Not, OverflowCause, SkillRequirement, Target, TargetKind
from contactcenter.flows.effects import (
    AskQueueState,
    CalendarMissing,
    CallerGone,
    DataSet,
    Digit,
    Effect,
    Enqueue,
    File,
    Hangup,
    Input,
    InputTaken,
    Item,
    Play,
    PlaybackFinished,
    QueueConnected,
    QueueLeft,
    QueueState,
    Requeued,
    StepEntered,
    StopPlay,
    Text,
    Tone,
)
from contactcenter.flows.interpreter import (
    MAX_STEPS_AT_ONCE,
    Calendars,
    Dialable,
    Flows,
    Session,
    any_number,
    no_calendars,
    no_flows,
)
from contactcenter.flows.model import Flow
from contactcenter.flows.parse import examine, load

ROOT = Path(__file__).resolve().parents[2]
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


QUEUE = flow_of("""
flow: test
start: a
steps:
  a:
    queue:
      queue: sales
      priority: 3
      skills: {english: 2}
      music: m.wav
      max_wait_s: 300
      announce: {first_after_s: 5, every_s: 30, prompt: Please hold.}
    on_max_wait: busy
    on_failure: bad
  busy: {hangup: {outcome: overflowed, say: Too busy.}}
  bad: {hangup: failed}
""")


def test_a_queue_plays_music_and_tells_the_place_in_line() -> None:
    caller = Caller(QUEUE, data={"caller": "1"})
    assert caller.effects[1:] == [
        Enqueue("sales", 3, (SkillRequirement("english", 2),), {"caller": "1", "language": "en"}, 300.0),
        Play("p1", (File("m.wav"),), loop=True),
    ]
    assert caller.wait(5) == [AskQueueState()]
    caller.feed(QueueState(1, 45.0))
    assert caller.heard[-1] == "You are next in line. The expected wait is less than a minute. Please hold."
    assert caller.hear_out() == [Play("p3", (File("m.wav"),), loop=True)]
    assert caller.wait(29.9) == []
    assert caller.wait(0.2) == [AskQueueState()]
    caller.feed(QueueState(None, None))
    assert caller.heard[-1] == "Please hold."


def test_a_queue_without_state_is_asked_again_later() -> None:
    caller = Caller(QUEUE)
    assert caller.wait(5) == [AskQueueState()]
    assert caller.wait(5) == []
    assert caller.feed(QueueState(1, 1.0)) == []
    assert caller.wait(30) == [AskQueueState()]


def test_a_connected_caller_is_left_alone_and_a_requeued_one_hears_music_again() -> None:
    caller = Caller(QUEUE)
    assert caller.feed(QueueConnected("agent")) == []
    assert caller.session.next_deadline() is None
    assert caller.press("1") == []
    assert caller.feed(QueueLeft("max-wait")) == []
    assert caller.hear_out(completed=False) == []
    assert caller.feed(Requeued()) == [Play("p2", (File("m.wav"),), loop=True)]
    assert caller.wait(30) == [AskQueueState()]
    assert caller.feed(QueueConnected("other")) == []
    assert caller.feed(QueueState(1, 1.0)) == []
    caller.feed(CallerGone())
    assert caller.session.outcome == "handled"


@pytest.mark.parametrize(
    ("reason", "outcome"), [*((str(cause), "overflowed") for cause in OverflowCause), ("unknown-queue", "failed")]
)
def test_leaving_the_queue_takes_the_way_of_its_reason(reason: str, outcome: str) -> None:
    caller = Caller(QUEUE)
    assert caller.feed(QueueLeft(reason))[0] == StopPlay()
    if outcome == "overflowed":
        assert caller.heard[-1] == "Too busy."
        caller.hear_out()
    assert caller.session.outcome == outcome


EXITS = flow_of("""
flow: test
start: a
steps:
  a:
    queue: sales
    on: {voicemail: box, message: told, number: out}
    on_max_wait: busy
    on_closed: shut
    on_failure: bad
  box: {hangup: {outcome: closed, say: After the tone.}}
  told: {hangup: {outcome: self_served, say: "{queue_target}"}}
  out: {hangup: {outcome: overflowed, say: "{queue_left} to {queue_target|digits}"}}
  busy: {hangup: {outcome: overflowed, say: "Too busy: {queue_left}{queue_target}."}}
  shut: {hangup: {outcome: closed, say: "Shut: {queue_left}."}}
  bad: {hangup: {outcome: failed, say: "Out of order: {queue_left}."}}
""")


@pytest.mark.parametrize(
    ("left", "heard"),
    [
        (QueueLeft("max-wait", Target(TargetKind.VOICEMAIL)), "After the tone."),
        (QueueLeft("full", Target(TargetKind.MESSAGE, "We {are} full.")), "We {are} full."),
        (QueueLeft("leave-empty", Target(TargetKind.NUMBER, "49301")), "leave-empty to 4 9 3 0 1"),
        (QueueLeft("join-empty", Target(TargetKind.NUMBER)), "join-empty to"),
        (QueueLeft("expected-wait"), "Too busy: expected-wait."),
        (QueueLeft("closed"), "Shut: closed."),
        (QueueLeft("unknown-queue"), "Out of order: unknown-queue."),
    ],
)
def test_a_queue_is_left_by_the_way_of_the_place_it_wishes(left: QueueLeft, heard: str) -> None:
    caller = Caller(EXITS)
    caller.feed(left)
    assert caller.heard == [heard]


def test_a_second_queue_does_not_remember_where_the_first_one_wished() -> None:
    text = HEAD + "  a: {queue: x, on: {number: b}}\n  b: {queue: y, on_max_wait: c}\n  c: {hangup: closed}\n"
    caller = Caller(flow_of(text))
    caller.feed(QueueLeft("full", Target(TargetKind.NUMBER, "1")))
    assert caller.session.data["queue_target"] == "1"
    caller.feed(QueueLeft("max-wait"))
    assert caller.session.data["queue_left"] == "max-wait"
    assert "queue_target" not in caller.session.data


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("{}", ()),
        ("{english: 2}", (SkillRequirement("english", 2),)),
        ("{english: 2, german: 1}", (SkillRequirement("english", 2), SkillRequirement("german", 1))),
        ("english", (SkillRequirement("english"),)),
        ("[english, {german: 3}]", (SkillRequirement("english"), SkillRequirement("german", 3))),
        ("{all: [{english: 2}, german]}", (SkillRequirement("english", 2), SkillRequirement("german"))),
        ("{any: [{english: 2}, german]}", (AnyOf((SkillRequirement("english", 2), SkillRequirement("german"))),)),
        ("{not: trainee}", (Not(SkillRequirement("trainee")),)),
        (
            "{billing: 2, any: [{english: 4, german: 1}, {not: {all: [french, {spanish: 5}]}}]}",
            (
                SkillRequirement("billing", 2),
                AnyOf(
                    (
                        AllOf((SkillRequirement("english", 4), SkillRequirement("german", 1))),
                        Not(AllOf((SkillRequirement("french"), SkillRequirement("spanish", 5)))),
                    )
                ),
            ),
        ),
    ],
)
def test_skills_are_asked_for_as_written(written: str, asked: tuple[object, ...]) -> None:
    for key in ("skills", "preferred"):
        flow = flow_of(HEAD + f"  a: {{queue: {{queue: sales, {key}: {written}}}, on_failure: end}}\n" + ENDS)
        [enqueued] = [effect for effect in Caller(flow).effects if isinstance(effect, Enqueue)]
        assert getattr(enqueued, key) == asked


@pytest.mark.parametrize(
    ("written", "known", "asked"),
    [
        ('{id: "{agent}", wait_s: 45}', " ann ", ("ann", 45.0)),
        ('"{agent}"', "ann", ("ann", 30.0)),
        ('"{agent}"', "", (None, 0.0)),
    ],
)
def test_the_preferred_agent_comes_from_data(written: str, known: str, asked: tuple[str | None, float]) -> None:
    text = f"flow: t\ndata: {{agent: ''}}\nstart: a\nsteps:\n  a: {{queue: {{queue: x, agent: {written}}}}}\n"
    [enqueued] = [e for e in Caller(flow_of(text), data={"agent": known}).effects if isinstance(e, Enqueue)]
    assert (enqueued.agent_id, enqueued.agent_wait_s) == asked


STORED = flow_of("""
flow: test
hours:
  office: {calendar: main}
start: a
steps:
  a:
    branch:
      - {when: {open: office}, next: yes}
      - {when: {not: {open: office}}, next: no}
    else: unknown
  yes: {hangup: {outcome: self_served, say: "{office|hours}"}}
  no: {hangup: {outcome: closed, say: "{office|next_opening}"}}
  unknown: {hangup: {outcome: failed, say: "Hours: {office|hours}{office|next_opening}."}}
""")
MAIN = Calendar(timezone="UTC", weekly=(WeeklySpan((0, 1, 2, 3, 4), 480, 1080),))
FRIDAY_NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC).timestamp()


@pytest.mark.parametrize(
    ("now", "heard"),
    [(FRIDAY_NOON, "Monday to Friday, 8 a m to 6 p m"), (FRIDAY_NOON + 86_400, "Monday at 8 a m")],
)
def test_hours_may_be_those_of_a_stored_calendar(now: float, heard: str) -> None:
    caller = Caller(STORED, now=now, calendars={"main": MAIN}.get)
    assert caller.heard == [heard]


def test_the_emergency_switch_closes_a_flow_and_says_why() -> None:
    text = (
        "flow: t\nhours: {office: {calendar: main}}\nstart: a\nsteps:\n"
        "  a: {branch: [{when: {open: office}, next: yes}], else: no}\n"
        "  yes: {hangup: {say: 'Open.{office|notice}'}}\n"
        "  no: {hangup: {outcome: closed, say: 'Closed. {office|notice} We open {office|next_opening}.'}}\n"
    )
    assert Caller(flow_of(text), now=FRIDAY_NOON, calendars={"main": MAIN}.get).heard == ["Open."]
    fire = Emergency(since=FRIDAY_NOON - 60, until=FRIDAY_NOON + 7200, message="There is a fire alarm.")
    thrown = Calendar(timezone="UTC", weekly=MAIN.weekly, emergency=fire)
    caller = Caller(flow_of(text), now=FRIDAY_NOON, calendars={"main": thrown}.get)
    assert caller.heard == ["Closed. There is a fire alarm. We open today at 2 p m."]
    assert Caller(flow_of(text), now=FRIDAY_NOON + 7200, calendars={"main": thrown}.get).heard == ["Open."]


def test_a_calendar_changed_meanwhile_counts_as_it_is_now() -> None:
    stored = {"main": MAIN}
    assert Caller(STORED, now=FRIDAY_NOON, calendars=stored.get).session.step == "yes"
    stored["main"] = Calendar(timezone="UTC", weekly=(WeeklySpan((0,), 0, 60),))
    assert Caller(STORED, now=FRIDAY_NOON, calendars=stored.get).session.step == "no"


def test_a_calendar_that_is_not_there_leads_to_else_and_is_told_once() -> None:
    caller = Caller(STORED, now=FRIDAY_NOON)
    assert caller.session.step == "unknown"
    assert caller.heard == ["Hours: ."]
    assert [effect for effect in caller.effects if isinstance(effect, CalendarMissing)] == [CalendarMissing("main")]


@pytest.mark.parametrize(
    ("condition", "step"),
    [
        ("{any: [{open: office}, {data: {caller: {present: true}}}]}", "yes"),
        ("{any: [{open: office}, {data: {caller: '2'}}]}", "end"),
        ("{all: [{open: office}, {data: {caller: '1'}}]}", "end"),
        ("{not: {all: [{open: office}, {data: {caller: '2'}}]}}", "yes"),
        ("{not: {any: [{open: office}, {data: {caller: '2'}}]}}", "end"),
        ("{open: office, data: {caller: '1'}}", "end"),
    ],
)
def test_what_does_not_depend_on_a_missing_calendar_holds_all_the_same(condition: str, step: str) -> None:
    text = (
        "flow: t\nhours: {office: {calendar: gone}}\nstart: a\nsteps:\n"
        f"  a:\n    branch: [{{when: {condition}, next: yes}}]\n    else: end\n"
        "  yes: {hangup: self_served}\n  end: {hangup: closed}\n"
    )
    assert Caller(flow_of(text), data={"caller": "1"}).session.step == step


def test_leaving_a_queue_without_a_way_hangs_up() -> None:
    caller = Caller(flow_of(HEAD + "  a: {queue: sales}\n"))
    assert caller.feed(QueueLeft("max-wait")) == [Hangup("overflowed", "max-wait")]
    caller = Caller(flow_of(HEAD + "  a: {queue: sales}\n"))
    assert caller.feed(QueueLeft("closed")) == [Hangup("closed", "closed")]
    ways = "  a: {queue: sales, on_max_wait: b, on_failure: c}\n  b: {hangup: overflowed}\n  c: {hangup: failed}\n"
    caller = Caller(flow_of(HEAD + ways))
    assert caller.feed(QueueLeft("closed"))[-1] == Hangup("failed", None)


def test_a_queue_whose_name_comes_out_empty_is_a_failure() -> None:
    caller = Caller(flow_of(HEAD + '  a: {queue: {queue: "{caller}"}, on_failure: end}\n' + ENDS))
    assert caller.session.outcome == "closed"
    assert not any(isinstance(effect, Enqueue) for effect in caller.effects)


def test_music_that_stops_is_tried_again_after_a_while_and_announcements_keep_their_time() -> None:
    caller = Caller(QUEUE)
    assert caller.hear_out(completed=False) == []
    assert caller.wait(1.9) == []
    assert caller.wait(0.2) == [Play("p2", (File("m.wav"),), loop=True)]
    caller.hear_out(completed=False)
    assert caller.wait(3) == [Play("p3", (File("m.wav"),), loop=True), AskQueueState()]


def test_an_announcement_cut_by_the_agents_answer_does_not_bring_music_back() -> None:
    caller = Caller(QUEUE)
    caller.wait(5)
    caller.feed(QueueState(1, 45.0))
    assert caller.hear_out(completed=False) == []
    assert caller.feed(QueueConnected("agent")) == []
    assert caller.wait(600) == []


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


def test_the_example_says_when_it_opens_again() -> None:
    flow = load(ROOT / "ivr_flows/examples/office_hours.yaml")
    sunday = dt.datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    caller = Caller(flow, now=sunday)
    caller.hear_out()
    assert caller.heard[-1].startswith(
        "Our office is closed. It opens tomorrow at 8 a m. Our hours are Monday to Thursday"
    )
    caller.hear_out()
    assert caller.session.outcome == "closed"
