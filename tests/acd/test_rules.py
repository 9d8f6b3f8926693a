"""Rules that keep contacts out of a queue or send them on, and the order between queues."""

from __future__ import annotations

import pytest

from acd.commands import ConfigureOrder, EnqueueContact, PrioritizeContact, RejectOffer, RequeueContact
from acd.events import ContactLeftQueue, ContactOverflowed
from acd.model import Absence, Order, OverflowCause, OverflowRule, Presence, Refused, Target, TargetKind
from tests.acd.room import Room, kinds, max_wait, need, only, to

VOICEMAIL = Target(TargetKind.VOICEMAIL, "sales-box")


def rule(cause: OverflowCause, target: Target = VOICEMAIL, **settings: object) -> tuple[OverflowRule, ...]:
    return (OverflowRule(cause=cause, to=target, **settings),)  # type: ignore[arg-type]


def test_a_full_queue_sends_the_contact_on_with_its_wish() -> None:
    room = Room()
    room.queue(overflow=rule(OverflowCause.FULL, limit=2))
    for number in range(2):
        room.call(f"c{number}")
    left = only(room.call("c2"), ContactLeftQueue)
    assert (left.reason, left.to) == ("full", VOICEMAIL)
    view = room.engine.queue_view("sales", room.now)
    assert (view.offered, view.left, view.waiting) == (3, 1, 2)
    assert "c2" not in room.engine.contact_ids()


def test_a_full_queue_still_takes_what_a_ready_agent_can_have() -> None:
    room = Room()
    room.queue(overflow=rule(OverflowCause.FULL, limit=0))
    room.agent("ann")
    room.call("c1")
    assert room.ringing("c1") == "ann"
    assert "ContactLeftQueue" in kinds(room.call("c2"))


def test_overflow_at_entry_goes_on_through_the_next_queue() -> None:
    room = Room()
    room.queue("third")
    room.queue("second", overflow=rule(OverflowCause.FULL, to("third"), limit=0))
    room.queue("sales", overflow=rule(OverflowCause.FULL, to("second"), limit=0))
    events = room.call("c1")
    assert [event.to_queue for event in events if isinstance(event, ContactOverflowed)] == ["second", "third"]
    assert room.engine.contact_view("c1").queue_id == "third"


def test_nobody_logged_in_means_no_joining() -> None:
    room = Room()
    room.queue(overflow=rule(OverflowCause.JOIN_EMPTY, absent=(Absence.OFF,)))
    room.agent("ann", presence=Presence.OFF)
    assert only(room.call("c1"), ContactLeftQueue).reason == "join-empty"
    room.presence("ann", Presence.PAUSED)
    assert "ContactLeftQueue" not in kinds(room.call("c2")), "paused is logged in"


@pytest.mark.parametrize(
    ("absence", "state"),
    [(Absence.PAUSED, "paused"), (Absence.BUSY, "busy"), (Absence.RINGING, "ringing"), (Absence.WRAP_UP, "wrap-up")],
)
def test_each_factor_alone_empties_the_queue(absence: Absence, state: str) -> None:
    room = Room()
    room.queue("other")
    room.queue(overflow=rule(OverflowCause.JOIN_EMPTY, absent=(absence,)))
    room.agent("ann", "sales", "other")
    if state == "paused":
        room.presence("ann", Presence.PAUSED)
    else:
        room.call("work", "other")
        if state != "ringing":
            room.accept("work")
        if state == "wrap-up":
            room.do_end("work")
    assert only(room.call("c1"), ContactLeftQueue).reason == "join-empty"


def test_not_responding_counts_by_its_own_factor() -> None:
    room = Room()
    room.queue(overflow=rule(OverflowCause.LEAVE_EMPTY, absent=(Absence.NOT_RESPONDING, Absence.OFF)))
    room.agent("ann")
    room.call("c1")
    assert only(room.wait(20), ContactLeftQueue).reason == "leave-empty", "the offer failed and nobody is there"


def test_waiting_contacts_leave_when_the_last_agent_does() -> None:
    room = Room()
    room.queue(overflow=rule(OverflowCause.LEAVE_EMPTY, absent=(Absence.OFF, Absence.PAUSED)))
    room.agent("ann", presence=Presence.PAUSED)
    room.agent("bob")
    room.call("with-bob")
    room.accept("with-bob")
    room.call("c1")
    room.call("c2")
    events = room.do_end("with-bob", then=Presence.OFF)
    assert [event.contact_id for event in events if isinstance(event, ContactLeftQueue)] == ["c1", "c2"]


def test_a_ringing_contact_is_not_torn_away() -> None:
    room = Room()
    room.queue(overflow=rule(OverflowCause.LEAVE_EMPTY, absent=(Absence.RINGING,)))
    room.agent("ann")
    room.call("c1")
    assert room.ringing("c1") == "ann"
    room.accept("c1")
    assert room.engine.contact_view("c1").agent_id == "ann"


def test_unskilled_and_tier_are_asked_of_each_contact() -> None:
    room = Room()
    room.queue(
        tier_delay_s=100, overflow=rule(OverflowCause.JOIN_EMPTY, absent=(Absence.UNSKILLED, Absence.TIER, Absence.OFF))
    )
    room.agent("ann", skills={"x": 1}, tier=1, presence=Presence.PAUSED)
    room.agent("bob", skills={"y": 1}, tier=2, presence=Presence.PAUSED)
    assert "ContactLeftQueue" not in kinds(room.call("c1", skills=(need("x"),)))
    assert "ContactLeftQueue" in kinds(room.call("c2", skills=(need("y"),))), "who has it is not reached yet"


def test_a_long_expected_wait_keeps_contacts_out() -> None:
    room = Room()
    room.queue(overflow=rule(OverflowCause.EXPECTED_WAIT, limit=120), wrap_up_s=0, wrap_up_forced=False)
    room.agent("ann")
    for number in range(5):
        room.call(f"done{number}")
        room.accept(f"done{number}")
        room.wait(100)
        room.do_end(f"done{number}")
    room.call("talking")
    room.accept("talking")
    answers = [kinds(room.call(f"c{number}"))[-1] for number in range(6)]
    assert answers[0] == "ContactQueued"
    assert answers[-1] == "ContactLeftQueue"


def test_the_first_rule_that_holds_counts() -> None:
    room = Room()
    callback = Target(TargetKind.CALLBACK)
    room.queue(
        overflow=rule(OverflowCause.JOIN_EMPTY, callback, absent=(Absence.OFF,)) + rule(OverflowCause.FULL, limit=0)
    )
    assert only(room.call("c1"), ContactLeftQueue).to == callback


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (rule(OverflowCause.FULL), "overflow[0].limit"),
        (rule(OverflowCause.MAX_WAIT, limit=0), "overflow[0].limit"),
        (rule(OverflowCause.LEAVE_EMPTY), "overflow[0].absent"),
        (rule(OverflowCause.FULL, Target(TargetKind.NUMBER), limit=1), "overflow[0].to.value"),
        (rule(OverflowCause.FULL, to("sales"), limit=1), "circle: sales → sales"),
    ],
)
def test_rules_that_cannot_work_are_refused_naming_the_field(rules: tuple[OverflowRule, ...], words: str) -> None:
    with pytest.raises(Refused) as refused:
        Room().queue(overflow=rules)
    assert words in refused.value.sentence


def test_circles_are_found_over_rules_of_different_causes() -> None:
    room = Room()
    room.queue("second", overflow=max_wait(10, to("third")))
    room.queue("third", overflow=rule(OverflowCause.FULL, to("sales"), limit=9))
    with pytest.raises(Refused, match="sales → second → third → sales"):
        room.queue("sales", overflow=max_wait(10, to("second")))


def two_queues(**settings: object) -> Room:
    room = Room()
    for name in ("gold", "plain"):
        room.queue(name, wrap_up_s=0, wrap_up_forced=False, **settings)
    return room


def first_served(room: Room) -> str:
    room.agent("ann", "gold", "plain")
    return room.engine.agent_view("ann").offered or ""


def test_weight_goes_before_wait_and_equal_weights_are_strictly_the_longest_wait() -> None:
    room = two_queues()
    room.call("old", "plain")
    room.wait(5)
    room.call("new", "gold")
    assert first_served(room) == "old"
    room = two_queues(weight=0)
    room.queue("gold", weight=1)
    room.call("old", "plain")
    room.wait(5)
    room.call("new", "gold")
    assert first_served(room) == "new"


def test_ageing_lets_an_old_contact_overtake_priority() -> None:
    room = two_queues(ageing_s=60)
    room.call("old", "plain")
    room.wait(121)
    room.call("urgent", "gold", priority=2)
    assert first_served(room) == "old"
    room = two_queues(ageing_s=60)
    room.call("old", "plain")
    room.wait(119)
    room.call("urgent", "gold", priority=2)
    assert first_served(room) == "urgent"


def test_ageing_orders_one_line_too() -> None:
    room = two_queues(ageing_s=60)
    room.call("old", "gold")
    room.wait(90)
    room.call("urgent", "gold", priority=1)
    room.call("vip", "gold", priority=2)
    assert [view.contact_id for view in room.engine.waiting("gold")] == ["vip", "old", "urgent"]


def test_c_mu_serves_who_is_furthest_past_its_own_target() -> None:
    room = two_queues()
    room.queue("gold", target_wait_s=10)
    room.queue("plain", target_wait_s=100)
    room.do(ConfigureOrder(Order.C_MU))
    room.call("old", "plain")
    room.wait(60)
    room.call("new", "gold")
    room.wait(10)
    assert first_served(room) == "new", "10 s of 10 weigh more than 70 s of 100"


def test_c_mu_goes_back_to_the_longest_wait_by_command() -> None:
    room = two_queues()
    room.queue("gold", target_wait_s=10)
    room.do(ConfigureOrder(Order.C_MU))
    room.do(ConfigureOrder(Order.PRIORITY))
    room.call("old", "plain")
    room.wait(60)
    room.call("new", "gold")
    room.wait(50)
    assert first_served(room) == "old"


def test_a_requeued_contact_keeps_or_resets_its_clock_by_the_queue() -> None:
    room = two_queues()
    room.queue("gold", keeps_clock=False)
    room.call("c1", "plain")
    room.wait(30)
    room.do(RequeueContact("c1", "gold"))
    assert room.engine.contact_view("c1").queued_at == room.now
    room.wait(30)
    room.do(RequeueContact("c1", "plain"))
    assert room.engine.contact_view("c1").queued_at == room.now - 30
    room.do(RequeueContact("c1", "plain", keep_clock=False))
    assert room.engine.contact_view("c1").queued_at == room.now, "the command decides"


def test_prioritizing_moves_a_contact_up_and_not_one_that_talks() -> None:
    room = two_queues()
    for name in ("a", "b", "c"):
        room.call(name, "gold")
    room.do(PrioritizeContact("c", 5))
    assert [view.contact_id for view in room.engine.waiting("gold")] == ["c", "a", "b"]
    assert first_served(room) == "c"
    room.do(PrioritizeContact("c", -1))
    assert room.engine.position("c") == 3
    assert room.ringing("c") == "ann", "it rings on"
    room.do(RejectOffer("c", "ann"))
    assert room.ringing("a") == "ann"
    room.accept("a")
    with pytest.raises(Refused, match="no priority"):
        room.do(PrioritizeContact("a", 1))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (EnqueueContact("c", "gold", skills=(need("x", 9),)), "skills: level 9"),
        (EnqueueContact("c", "gold", preferred=(need("x", 0),)), "preferred: level 0"),
        (EnqueueContact("c", "gold", agent_wait_s=-1), "agent_wait_s"),
        (EnqueueContact("c", "gold", channel=""), "channel"),
    ],
)
def test_contacts_that_cannot_be_are_refused_naming_the_field(command: EnqueueContact, words: str) -> None:
    room = two_queues()
    with pytest.raises(Refused) as refused:
        room.do(command)
    assert words in refused.value.sentence
    assert room.engine.contact_ids() == []
