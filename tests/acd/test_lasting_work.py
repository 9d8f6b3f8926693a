"""Tickets in an agent's hands: they take capacity, and otherwise the agent is as if without them."""

from __future__ import annotations

import pytest

from acd.commands import EndContact, PrioritizeContact, RequeueContact, SetPresence
from acd.engine import Engine
from acd.events import ContactEnded, ContactOffered, WorkInterrupted
from acd.model import Activity, OverflowCause, OverflowRule, Presence, Refused
from tests.acd.room import Room, only


@pytest.fixture
def room() -> Room:
    room = Room()
    room.queue("sales", wrap_up_s=0, wrap_up_forced=True)
    room.agent("ann")
    return room


def take(room: Room, contact_id: str) -> None:
    room.call(contact_id, channel="ticket")
    room.accept(contact_id)


def test_whoever_has_tickets_in_hand_is_idle_and_takes_a_call_at_once(room: Room) -> None:
    take(room, "one")
    take(room, "two")
    view = room.engine.agent_view("ann")
    assert (view.activity, view.queue_id, len(view.work)) == (Activity.IDLE, None, 2)
    room.call("three", channel="ticket")
    assert room.ringing("three") == "", "two are as many as the profile allows"
    room.call("call")
    assert room.ringing("call") == "ann"
    assert room.engine.agent_view("ann").activity is Activity.OFFERED
    interrupted = [event.contact_id for event in room.accept("call") if isinstance(event, WorkInterrupted)]
    assert interrupted == ["one", "two"]
    assert room.engine.agent_view("ann").activity is Activity.BUSY


def test_a_ticket_in_hand_keeps_nobody_from_pausing_or_going_off(room: Room) -> None:
    take(room, "one")
    for presence in (Presence.PAUSED, Presence.OFF):
        room.do(SetPresence("ann", presence))
        view = room.engine.agent_view("ann")
        assert (view.presence, view.pending, len(view.work)) == (presence, None, 1)
    assert room.engine.queue_view("sales", room.now).agents_off == 1
    room.do(EndContact("one"))
    assert room.engine.agent_view("ann").presence is Presence.OFF


def test_a_pause_asked_for_during_a_call_begins_after_it_whatever_tickets_are_in_hand() -> None:
    room = Room()
    room.queue("sales", wrap_up_s=0, wrap_up_forced=False)
    room.agent("ann")
    take(room, "one")
    room.call("call")
    room.accept("call")
    room.do(SetPresence("ann", Presence.PAUSED))
    assert room.engine.agent_view("ann").presence is Presence.AVAILABLE
    room.do(EndContact("call"))
    assert room.engine.agent_view("ann").presence is Presence.PAUSED


def test_a_ticket_needs_no_wrap_up_and_tells_nothing_of_callers_waits(room: Room) -> None:
    take(room, "one")
    room.wait(7200)
    assert only(room.do(EndContact("one")), ContactEnded).talk_s == 0.0
    view = room.engine.agent_view("ann")
    assert (view.activity, view.wrap_ups, view.handled) == (Activity.IDLE, (), 1)
    assert room.engine.queue_view("sales", room.now).handling_s is None


def test_whoever_misses_an_offer_with_tickets_in_hand_is_not_responding_at_once(room: Room) -> None:
    take(room, "one")
    room.call("call")
    room.wait(30)
    assert room.engine.agent_view("ann").presence is Presence.NOT_RESPONDING


def test_of_two_the_one_that_is_due_first_goes_first_and_an_overdue_one_before_later_calls(room: Room) -> None:
    room.do(SetPresence("ann", Presence.PAUSED))
    room.call("late", channel="ticket", due=room.now + 7200)
    room.call("soon", channel="ticket", due=room.now + 3600)
    room.call("over", channel="ticket", due=room.now - 60)
    room.call("call")
    line = [(view.contact_id, view.queued_at - room.now) for view in room.engine.waiting("sales")]
    assert line == [("over", -60), ("call", 0), ("soon", 3600), ("late", 7200)]
    room.do(PrioritizeContact("late", 0, due=room.now + 60))
    assert [view.contact_id for view in room.engine.waiting("sales")] == ["over", "call", "late", "soon"]
    room.do(RequeueContact("soon", "sales", keep_clock=True))
    assert room.engine.contact_view("soon").queued_at == room.now + 3600


def test_a_place_to_come_is_no_wait(room: Room) -> None:
    room.do(SetPresence("ann", Presence.PAUSED))
    room.call("soon", channel="ticket", since=room.now - 100, due=room.now + 3600)
    view = room.engine.queue_view("sales", room.now)
    assert (view.waiting, view.longest_wait_since, view.longest_wait_s) == (1, None, 0.0)
    with pytest.raises(Refused, match="due"):
        room.do(PrioritizeContact("soon", 1, due=float("nan")))


def test_tickets_in_line_make_no_queue_full_for_callers() -> None:
    room = Room()
    room.queue("sales", overflow=(OverflowRule(cause=OverflowCause.FULL, limit=1),))
    for number in range(5):
        room.call(f"ticket{number}", channel="ticket")
    room.call("call")
    assert room.engine.contact_view("call").queue_id == "sales"
    room.call("another")
    with pytest.raises(Refused):
        room.engine.contact_view("another")


def test_it_is_all_there_after_a_restart(room: Room) -> None:
    take(room, "one")
    room.call("call")
    room.call("next", channel="ticket", due=room.now + 60)
    room.engine = Engine.restore(room.engine.snapshot())
    room.accept("call")
    view = room.engine.agent_view("ann")
    assert [(each.contact_id, each.interrupted) for each in view.work] == [("one", True), ("call", False)]
    assert not [event for event in room.do(EndContact("one")) if isinstance(event, ContactOffered)]
    assert room.engine.contact_view("next").queued_at == room.now + 60
