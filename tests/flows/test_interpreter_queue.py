"""The step that waits in a queue, and all the ways out of it."""

from __future__ import annotations

import pytest

from acd.model import AllOf, AnyOf, Not, OverflowCause, SkillRequirement, Target, TargetKind
from contactcenter.flows.effects import (
    AskQueueState,
    CallerGone,
    Enqueue,
    File,
    Hangup,
    Play,
    QueueConnected,
    QueueLeft,
    QueueState,
    Requeued,
    StopPlay,
)
from tests.flows.caller import ENDS, HEAD, Caller, flow_of

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
