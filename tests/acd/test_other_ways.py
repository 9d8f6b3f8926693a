"""A caller who takes another way: out of the line by his own choice, and in again in another shape with his clock."""

import pytest

from acd.commands import EnqueueContact, LeaveQueue
from acd.events import ContactLeftQueue, ContactOffered, OfferWithdrawn
from acd.model import CHOSEN, Absence, OverflowCause, OverflowRule, Presence, Refused, Target
from tests.acd.room import Room


@pytest.fixture
def room() -> Room:
    room = Room()
    room.queue()
    return room


def test_leaving_by_choice_is_no_abandonment(room: Room) -> None:
    room.call("c1")
    room.wait(30)
    assert room.do(LeaveQueue("c1")) == [ContactLeftQueue("c1", "sales", CHOSEN, Target(), at=room.now)]
    view = room.engine.queue_view("sales", room.now)
    assert view.abandoned == 0
    assert room.engine.contact_ids() == []
    assert room.engine.next_deadline() is None


def test_a_ringing_contact_stops_ringing(room: Room) -> None:
    room.agent("ann")
    room.call("c1")
    events = room.do(LeaveQueue("c1"))
    assert any(isinstance(event, OfferWithdrawn) and event.agent_id == "ann" for event in events)
    room.call("c2")
    assert room.ringing("c2") == "ann"


def test_who_talks_is_in_no_queue(room: Room) -> None:
    room.agent("ann")
    room.call("c1")
    room.accept("c1")
    with pytest.raises(Refused) as refused:
        room.do(LeaveQueue("c1"))
    assert refused.value.code == "contact-assigned"


def test_a_callback_keeps_the_place_of_its_call(room: Room) -> None:
    began = room.now
    room.call("caller")
    room.wait(60)
    room.call("later")
    room.do(LeaveQueue("caller"))
    room.wait(60)
    room.do(EnqueueContact("callback", "sales", channel="callback", since=began))
    assert room.engine.position("callback") == 1
    assert room.engine.position("later") == 2
    room.agent("ann")
    accepted = room.accept("callback")
    assert next(event.waited_s for event in accepted if hasattr(event, "waited_s")) == room.now - began


@pytest.mark.parametrize(
    "rule",
    [
        OverflowRule(cause=OverflowCause.FULL, limit=0),
        OverflowRule(cause=OverflowCause.JOIN_EMPTY, absent=(Absence.OFF,)),
        OverflowRule(cause=OverflowCause.LEAVE_EMPTY, absent=(Absence.OFF,)),
        OverflowRule(cause=OverflowCause.MAX_WAIT, limit=30),
    ],
    ids=lambda rule: rule.cause.value,
)
def test_who_holds_no_line_is_not_sent_elsewhere(rule: OverflowRule) -> None:
    room = Room()
    room.queue(overflow=(rule,))
    room.agent("ann", presence=Presence.OFF)
    room.do(EnqueueContact("callback", "sales", channel="callback"))
    room.wait(300)
    assert room.engine.contact_ids() == ["callback"]
    room.call("call")
    room.wait(60)
    assert room.engine.contact_ids() == ["callback"]


def test_a_time_to_come_counts_as_now(room: Room) -> None:
    room.do(EnqueueContact("c1", "sales", since=room.now + 1000))
    room.wait(5)
    room.call("c2")
    assert room.engine.position("c1") == 1
    room.agent("ann")
    assert room.ringing("c1") == "ann"


def test_no_time_is_refused(room: Room) -> None:
    with pytest.raises(Refused) as refused:
        room.do(EnqueueContact("c1", "sales", since=float("nan")))
    assert refused.value.code == "bad-contact"


def test_callbacks_and_calls_take_the_same_room(room: Room) -> None:
    room.agent("ann")
    room.do(EnqueueContact("callback", "sales", channel="callback"))
    room.accept("callback")
    offered = [event for event in room.call("c1") if isinstance(event, ContactOffered)]
    assert offered == []
