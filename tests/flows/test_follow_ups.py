"""The steps for a caller whom no agent has now, walked with invented time."""

from __future__ import annotations

import pytest

from acd.model import CHOSEN, Target, TargetKind
from contactcenter.flows.effects import (
    CarriedOut,
    Connected,
    Digit,
    DropTake,
    Effect,
    Enqueue,
    GiveConsent,
    Hangup,
    LeaveQueue,
    LeaveVoicemail,
    OpenTicket,
    Play,
    PlaybackFinished,
    QueueLeft,
    QueueState,
    Record,
    Recorded,
    RecordingSilent,
    RequestCallback,
    SendMessage,
    StopRecord,
    Transfer,
    TransferFailed,
)
from contactcenter.flows.model import Flow
from contactcenter.flows.parse import examine
from tests.flows.caller import Caller, flow_of

HEAD = "flow: test\nstart: a\nsteps:\n  end: {hangup: closed}\n  bad: {hangup: failed}\n"
NUMBERS = {"+4930123456": "+4930123456", "030123456": "+4930123456", "030999": "+4930999"}


def outcome(caller: Caller) -> str | None:
    return caller.session.outcome


def of(caller: Caller, kind: type[Effect]) -> list[Effect]:
    return [effect for effect in caller.effects if isinstance(effect, kind)]


def box(more: str = "") -> Caller:
    return Caller(flow_of(HEAD + f"  a: {{voicemail: {{queue: sales{more}}}, next: end, on_failure: bad}}\n"))


def test_a_message_is_recorded_after_the_tone_until_it_falls_silent() -> None:
    caller = box()
    assert caller.heard[0].endswith("<beep>")
    caller.hear_out()
    kept = LeaveVoicemail("t1", "sales")
    assert of(caller, Record) == [Record("t1", 6.0, 2.0, kept)]
    caller.feed(RecordingSilent("t9"))
    assert of(caller, StopRecord) == []
    caller.feed(RecordingSilent("t1"))
    assert of(caller, StopRecord) == [StopRecord("t1")]
    caller.feed(Recorded("t1", 5.0))
    assert of(caller, LeaveVoicemail) == [kept]
    caller.feed(CarriedOut(True))
    assert outcome(caller) == "closed"


@pytest.mark.parametrize("speech_s", [None, 0.0, 1.9])
def test_what_is_too_short_is_thrown_away(speech_s: float | None) -> None:
    caller = box()
    caller.hear_out()
    caller.press("#")
    caller.feed(Recorded("t1", speech_s))
    assert of(caller, DropTake) == [DropTake("t1")]
    assert outcome(caller) == "failed"


def test_a_message_ends_at_its_longest() -> None:
    caller = box(", max_s: 20")
    caller.hear_out()
    caller.wait(19)
    assert of(caller, StopRecord) == []
    caller.wait(1)
    assert of(caller, StopRecord) == [StopRecord("t1")]


def test_a_channel_that_does_not_answer_does_not_hold_the_caller() -> None:
    caller = box()
    caller.hear_out()
    caller.press("#")
    caller.wait(60)
    assert outcome(caller) == "failed"


def test_a_message_nobody_would_get_is_not_asked_for() -> None:
    flow = flow_of(
        'flow: t\nstart: a\nsteps:\n  a: {queue: {queue: "{q}"}, on_failure: b}\n  e: {hangup: closed}\n'
        "  b: {voicemail: , next: e, on_failure: e}\ndata: {q: ''}\n"
    )
    caller = Caller(flow)
    assert of(caller, Record) == []
    assert outcome(caller) == "closed"


def back(flow: Flow | None = None, **data: str) -> Caller:
    flow = flow or flow_of(HEAD + "  a: {callback: {queue: sales, tries: 2}, next: end, on_failure: bad}\n")
    caller = Caller(flow, data={"caller": "+4930123456", **data}, dialable=NUMBERS.get)
    return caller


def test_the_callers_own_number_is_proposed() -> None:
    caller = back()
    assert "4 9 3 0 1 2 3 4 5 6" in caller.heard[0]
    caller.press("1")
    assert of(caller, RequestCallback) == [RequestCallback("sales", "+4930123456", 2, 600.0, 40.0)]
    caller.feed(CarriedOut(True))
    assert outcome(caller) == "closed"


def test_another_number_is_keyed_in_and_read_back() -> None:
    caller = back()
    caller.press("2")
    for key in "030999#":
        caller.press(key)
    assert "4 9 3 0 9 9 9" in caller.heard[-1]
    caller.press("1")
    assert [request.number for request in of(caller, RequestCallback) if isinstance(request, RequestCallback)] == [
        "+4930999"
    ]


def test_a_caller_without_a_number_is_asked_for_one_and_given_up() -> None:
    caller = back(caller="anonymous")
    for _ in range(3):
        for key in "12#":
            caller.press(key)
    assert outcome(caller) == "failed"
    assert of(caller, RequestCallback) == []


def test_who_waits_long_presses_a_key_and_who_does_not_cannot() -> None:
    flow = flow_of(
        HEAD + "  a:\n    queue:\n      queue: sales\n      announce: {first_after_s: 5, every_s: 30}\n"
        "      keys: {1: {label: Back, prompt: Press 1., wait_s: 60, next: b}}\n    on_max_wait: end\n"
        "  b: {callback: , next: end, on_failure: bad}\n"
    )
    caller = Caller(flow, data={"caller": "+4930123456"}, dialable=NUMBERS.get)
    caller.press("1")
    caller.wait(5)
    caller.feed(QueueState(1, 30.0))
    assert "Press 1." not in caller.heard[-1]
    caller.hear_out()
    caller.wait(30)
    caller.feed(QueueState(1, 240.0))
    assert caller.heard[-1].endswith("Press 1.")
    assert of(caller, LeaveQueue) == []
    caller.press("1")
    caller.press("1")
    assert of(caller, LeaveQueue) == [LeaveQueue()]
    caller.feed(QueueLeft(CHOSEN))
    caller.press("1")
    assert [request.queue for request in of(caller, RequestCallback) if isinstance(request, RequestCallback)] == [
        "sales"
    ]


@pytest.mark.parametrize(("reason", "ends"), [("busy", "closed"), ("no-answer", "failed"), ("failed", "failed")])
def test_a_transfer_that_fails_goes_on(reason: str, ends: str) -> None:
    caller = Caller(flow_of(HEAD + '  a: {transfer: "+49 30 1", on_busy: end, on_failure: bad}\n'))
    assert caller.heard == ["<ringing>"]
    assert of(caller, Transfer) == [Transfer("number", "+49 30 1", 30.0)]
    caller.feed(TransferFailed(reason))  # type: ignore[arg-type]  # one of the three
    assert outcome(caller) == ends


def test_who_is_put_through_is_not_hung_up_on() -> None:
    caller = Caller(flow_of(HEAD + "  a: {transfer: {telephone: lobby}, on_failure: bad}\n"))
    caller.feed(Connected())
    assert outcome(caller) == "transferred"
    assert of(caller, Hangup) == []


def test_another_flow_goes_on_with_the_data() -> None:
    other = flow_of(
        'flow: other\nstart: x\ndata: {name: Bo, kept: "no"}\nsteps:\n  x: {hangup: {say: "{name} {kept}"}}\n'
    )
    first = flow_of(HEAD + "  a: {set: {kept: yes}, next: b}\n  b: {transfer: {flow: other}}\n")
    caller = Caller(first, flows={"other": other}.get)
    assert caller.heard == ["Bo yes"]
    lost = Caller(first)
    assert outcome(lost) == "failed"


def test_two_flows_that_lead_to_each_other_end() -> None:
    flows: dict[str, Flow] = {}
    for name, other in (("x", "y"), ("y", "x")):
        flows[name] = flow_of(f"flow: {name}\nstart: a\nsteps: {{a: {{transfer: {{flow: {other}}}}}}}\n")
    assert outcome(Caller(flows["x"], flows=flows.get)) == "failed"


def test_messages_and_tickets_are_filled_in() -> None:
    caller = Caller(
        flow_of(
            HEAD
            + '  a: {message: {to: {mail: a@b.de}, subject: "From {caller}", text: Hi}, next: b, on_failure: bad}\n'
            '  b: {ticket: {subject: "About {caller}", description: "{{x}}"}, next: c, on_failure: bad}\n'
            '  c: {hangup: {say: "{ticket}"}}\n'
        ),
        data={"caller": "77"},
    )
    assert of(caller, SendMessage) == [SendMessage("mail", "a@b.de", "From 77", "Hi")]
    caller.feed(CarriedOut(True))
    assert of(caller, OpenTicket) == [OpenTicket("About 77", "{x}")]
    caller.feed(CarriedOut(True, "T-7"))
    assert caller.heard == ["T-7"]


@pytest.mark.parametrize(("keys", "value", "given"), [("1", "yes", True), ("2", "no", False), ("", "", None)])
def test_a_consent_is_given_refused_or_neither(keys: str, value: str, given: bool | None) -> None:
    caller = Caller(
        flow_of(
            "record: with-consent\n"
            + HEAD
            + "  a: {consent: {kind: recording, prompt: May we?, version: v1}, next: end}\n"
        )
    )
    for key in keys:
        caller.press(key)
    if not keys:
        for _ in range(2):
            caller.hear_out()
            caller.wait(6)
    assert caller.session.data["consent.recording"] == value
    assert of(caller, GiveConsent) == ([] if given is None else [GiveConsent("recording", given, "v1")])
    assert caller.session.may_record is (value == "yes")


@pytest.mark.parametrize(
    ("to", "asked"),
    [
        (Target(TargetKind.NUMBER, "+4930{1}"), Transfer("number", "+4930{1}", 30.0)),
        (Target(TargetKind.TICKET), OpenTicket("Call from 77", "")),
        (Target(TargetKind.TICKET, "Outage"), OpenTicket("Outage", "")),
    ],
)
def test_what_a_queue_wishes_is_done_without_a_step(to: Target, asked: Effect) -> None:
    caller = Caller(flow_of(HEAD + "  a: {queue: sales, on_max_wait: bad}\n"), data={"caller": "77"})
    caller.feed(QueueLeft("full", to))
    assert caller.effects[-1] == asked or asked in caller.effects
    assert outcome(caller) is None


def test_a_queue_sends_to_voicemail_of_another_queue_and_says_goodbye() -> None:
    caller = Caller(flow_of(HEAD + "  a: {queue: sales}\n"))
    caller.feed(QueueLeft("full", Target(TargetKind.VOICEMAIL, "support")))
    caller.hear_out()
    assert of(caller, Record)[0] == Record("t1", 6.0, 2.0, LeaveVoicemail("t1", "support"))
    caller.press("#")
    caller.feed(Recorded("t1", 9.0))
    caller.feed(CarriedOut(True))
    caller.hear_out()
    assert outcome(caller) == "overflowed"


def test_a_team_is_told_when_a_queue_wishes_it() -> None:
    caller = Caller(flow_of(HEAD + "  a: {queue: sales}\n"), data={"caller": "77"})
    caller.feed(QueueLeft("full", Target(TargetKind.MESSAGE, "team:office")))
    caller.hear_out()
    (record,) = (effect for effect in caller.effects if isinstance(effect, Record))
    assert record.then == SendMessage("team", "office", "Message from 77", "", "t1")


def test_what_came_to_nothing_goes_the_flows_own_way() -> None:
    caller = Caller(flow_of(HEAD + "  a: {queue: sales, on_max_wait: bad}\n"))
    caller.feed(QueueLeft("max-wait", Target(TargetKind.NUMBER, "1")))
    caller.feed(TransferFailed("busy"))
    assert outcome(caller) == "failed"


def test_a_play_that_ended_long_ago_means_nothing() -> None:
    caller = box()
    first = caller.plays[0]
    caller.press("#")
    assert isinstance(first, Play)
    assert caller.feed(PlaybackFinished(first.play_id)) == []
    assert of(caller, Record) == []
    caller.feed(Digit("5"))
    assert of(caller, Record) == []


PROBLEMS = {
    "a: {voicemail: , next: end, on_failure: bad}": "no queue is known here whose agents shall have this voicemail",
    "a: {voicemail: {queue: x, min_s: 9, max_s: 3}, next: end, on_failure: bad}": "min_s 9 is not less than max_s 3",
    "a: {voicemail: {queue: x}, next: end}": "`on_failure` is missing here",
    "a: {callback: {queue: x, tries: 0}, next: end, on_failure: bad}": "`tries` must be at least 1",
    'a: {transfer: {number: "1", flow: y}, on_failure: bad}': "a transfer leads to one place",
    'a: {transfer: "1"}': "`on_failure` is missing here",
    'a: {transfer: "1", next: end, on_failure: bad}': "unknown key `next`",
    "a: {message: {to: {}, text: Hi}, next: end, on_failure: bad}": "a message goes to one place",
    "a: {message: {to: {mail: me}}, next: end, on_failure: bad}": "`me` is no mail address",
    "a: {ticket: {subject: Hi, on_failure: bad}, next: end}": "unknown key `on_failure`",
    'a: {consent: {kind: x, prompt: Hi, yes: "1", no: "1"}, next: end}': "`1` means both yes and no",
    "a: {consent: {kind: X Y, prompt: Hi}, next: end}": "`X Y` is no name",
    'a: {ticket: {subject: "{nobody}"}, next: end, on_failure: bad}': "nothing is called `nobody`",
}


@pytest.mark.parametrize("step", PROBLEMS)
def test_what_cannot_work_is_said_with_its_line(step: str) -> None:
    _, problems = examine((HEAD + f"  {step}\n").encode(), "t.yaml", directory=None, known_flows=["main"])
    found = [problem for problem in problems if problem.severity == "error"]
    assert PROBLEMS[step] in [problem.message for problem in found], [str(problem) for problem in problems]
    assert {problem.line for problem in found} == {6}


def test_flows_and_tickets_that_are_not_there_are_said() -> None:
    text = HEAD + "  a: {ticket: {subject: Hi}, next: b, on_failure: b}\n  b: {transfer: {flow: mian}}\n"
    _, problems = examine(text.encode(), "t.yaml", directory=None, known_flows=["main"], tickets=False)
    assert [(problem.line, problem.message, problem.hint) for problem in problems if problem.severity == "error"] == [
        (6, "there are no tickets in this installation", "leave a `voicemail` or a `message` instead"),
        (7, "there is no flow `mian`", "did you mean `main`?"),
    ]


def test_a_queue_is_entered_again_after_a_message_failed() -> None:
    caller = Caller(
        flow_of(HEAD + "  a: {queue: sales, on_max_wait: b}\n  b: {voicemail: , next: end, on_failure: a}\n")
    )
    caller.feed(QueueLeft("max-wait"))
    caller.hear_out()
    caller.press("#")
    caller.feed(Recorded("t1", None))
    assert len(of(caller, Enqueue)) == 2
