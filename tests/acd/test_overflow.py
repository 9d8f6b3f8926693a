import pytest

from acd.commands import AbandonContact, EnqueueContact, RejectOffer, RequeueContact
from acd.events import ContactLeftQueue, ContactOffered, ContactOverflowed, OfferAccepted
from acd.model import Presence, Refused, Target
from tests.acd.room import Room, kinds, max_wait, only, to


@pytest.fixture
def room() -> Room:
    room = Room()
    room.queue("backup")
    room.queue("sales", overflow=max_wait(30, to("backup")))
    return room


def test_after_max_wait_the_contact_stands_in_the_other_queue_by_its_old_clock(room: Room) -> None:
    room.call("early")
    room.wait(10)
    room.call("late", "backup")
    events = room.wait(20)
    assert only(events, ContactOverflowed).to_queue == "backup"
    assert [view.contact_id for view in room.engine.waiting("backup")] == ["early", "late"]
    room.agent("bob", "backup")
    assert only(room.accept("early"), OfferAccepted).waited_s == 31
    assert room.engine.queue_view("sales", room.now).overflowed == 1


def test_a_ready_agent_of_the_other_queue_gets_it_at_once(room: Room) -> None:
    room.agent("bob", "backup")
    room.call("c1")
    assert room.ringing("c1") == ""
    assert only(room.wait(30), ContactOffered).agent_id == "bob"


@pytest.mark.parametrize("target", [None, Target(), to("nowhere")])
def test_without_a_queue_to_go_to_the_contact_is_handed_back(room: Room, target: Target | None) -> None:
    room.queue("sales", overflow=max_wait(30, target))
    room.call("c1")
    left = only(room.wait(30), ContactLeftQueue)
    assert (left.contact_id, left.queue_id, left.reason) == ("c1", "sales", "max-wait")
    assert room.engine.contact_ids() == []
    assert room.engine.queue_view("sales", room.now).left == 1


def test_a_ringing_offer_is_not_cut_off_but_its_failure_overflows(room: Room) -> None:
    room.call("c1")
    room.wait(20)
    room.agent("ann")
    assert room.ringing("c1") == "ann"
    assert room.wait(10) == []
    assert room.ringing("c1") == "ann"
    events = room.do(RejectOffer("c1", "ann"))
    assert only(events, ContactOverflowed).from_queue == "sales"


def test_an_overdue_offer_may_still_be_accepted(room: Room) -> None:
    room.call("c1")
    room.wait(20)
    room.agent("ann")
    room.wait(12)
    assert only(room.accept("c1"), OfferAccepted).queue_id == "sales"
    assert room.wait(100) == []


def test_each_queue_gives_a_contact_its_own_max_wait(room: Room) -> None:
    room.queue("backup", overflow=max_wait(50))
    room.call("c1")
    assert kinds(room.wait(30)) == ["ContactOverflowed"]
    assert room.wait(49) == []
    assert kinds(room.wait(1)) == ["ContactLeftQueue"]


def test_a_caller_who_gives_up_overflows_no_more(room: Room) -> None:
    room.call("c1")
    room.do(AbandonContact("c1"))
    assert room.engine.next_deadline() is None


def test_a_refusal_holds_in_the_other_queue_too(room: Room) -> None:
    room.agent("ann", "sales", "backup")
    room.call("c1")
    room.wait(10)
    room.do(RejectOffer("c1", "ann"))
    room.wait(29)
    assert room.engine.contact_view("c1").queue_id == "backup"
    assert room.ringing("c1") == ""
    room.wait(1)
    assert room.ringing("c1") == "ann", "30 s after she refused"


def test_overflows_in_a_circle_are_refused(room: Room) -> None:
    room.queue("third", overflow=max_wait(5, to("sales")))
    with pytest.raises(Refused) as refused:
        room.queue("backup", overflow=max_wait(5, to("third")))
    assert refused.value.code == "overflow-cycle"
    assert "backup → third → sales → backup" in refused.value.sentence
    with pytest.raises(Refused, match="circle"):
        room.queue("third", overflow=max_wait(5, to("third")))


def test_a_contact_with_a_limit_of_its_own_leaves_for_good(room: Room) -> None:
    room.do(EnqueueContact("c1", "sales", max_wait_s=20))
    left = only(room.wait(20), ContactLeftQueue)
    assert (left.contact_id, left.queue_id, left.reason) == ("c1", "sales", "max-wait")


def test_the_own_limit_counts_over_all_queues(room: Room) -> None:
    room.do(EnqueueContact("c1", "sales", max_wait_s=50))
    assert only(room.wait(30), ContactOverflowed).to_queue == "backup"
    assert room.wait(19) == []
    assert only(room.wait(1), ContactLeftQueue).queue_id == "backup"


def test_the_own_limit_outlasts_a_ringing_offer_and_takes_it_out_when_that_fails(room: Room) -> None:
    room.agent("bob", "backup")
    room.do(EnqueueContact("c1", "sales", max_wait_s=35))
    room.wait(25)
    room.agent("ann")
    assert room.ringing("c1") == "ann"
    left = only(room.wait(20), ContactLeftQueue)
    assert (left.queue_id, left.at) == ("sales", room.now - 1), "bob was free, but both limits were over by then"
    assert room.engine.contact_ids() == []


def test_of_two_limits_over_at_once_the_own_one_counts(room: Room) -> None:
    room.do(EnqueueContact("c1", "sales", max_wait_s=30))
    assert kinds(room.wait(30)) == ["ContactLeftQueue"]


def test_time_with_an_agent_does_not_count_against_the_own_limit(room: Room) -> None:
    room.agent("ann")
    room.do(EnqueueContact("c1", "backup", max_wait_s=20))
    room.wait(15)
    room.do(RequeueContact("c1", "sales"))
    room.accept("c1")
    room.wait(100)
    room.presence("ann", Presence.OFF)
    room.do(RequeueContact("c1", "sales"))
    assert room.wait(4) == []
    assert kinds(room.wait(1)) == ["ContactLeftQueue"]


def test_a_clock_started_anew_gives_the_own_limit_anew(room: Room) -> None:
    room.do(EnqueueContact("c1", "backup", max_wait_s=20))
    room.wait(15)
    room.do(RequeueContact("c1", "backup", keep_clock=False))
    assert room.wait(19) == []
    assert kinds(room.wait(1)) == ["ContactLeftQueue"]


def test_a_limit_not_ticked_yet_still_keeps_an_offer_from_the_next_agent(room: Room) -> None:
    room.agent("ann")
    room.agent("bob")
    room.queue("sales", overflow=max_wait(10))
    room.call("c1")
    room.now += 10
    assert only(room.do(RejectOffer("c1", "ann")), ContactLeftQueue).contact_id == "c1"
    assert room.engine.next_deadline() is None


@pytest.mark.parametrize("limit", [0, -1.0, float("nan"), float("inf")])
def test_a_limit_must_be_above_zero(room: Room, limit: float) -> None:
    with pytest.raises(Refused, match="above 0"):
        room.do(EnqueueContact("c1", "sales", max_wait_s=limit))
