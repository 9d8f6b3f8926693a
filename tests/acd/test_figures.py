from collections.abc import Iterator

import pytest

from acd.cells import SPARE_CELLS
from acd.commands import AbandonContact, RejectOffer
from acd.model import Presence
from tests.acd.room import Room, need


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()
    room.queue(service_level_target_s=10, wrap_up_s=5, wrap_up_forced=False)
    yield room
    view = room.engine.queue_view("sales", room.now)
    assert view.offered == view.answered + view.abandoned + view.overflowed + view.left + view.moved + view.waiting


def test_service_level_is_answered_in_target_over_answered_and_late_abandons(room: Room) -> None:
    assert room.engine.queue_view("sales", room.now).service_level is None
    room.call("gives up early")
    room.call("gives up late")
    room.call("answered late")
    room.wait(10)
    room.do(AbandonContact("gives up early"))
    room.wait(1)
    room.do(AbandonContact("gives up late"))
    room.agent("ann")
    room.accept("answered late")
    room.finish("answered late")
    room.call("answered soon")
    room.wait(10)
    room.accept("answered soon")
    view = room.engine.queue_view("sales", room.now)
    assert (view.answered, view.answered_in_target, view.abandoned, view.abandoned_in_target) == (2, 1, 2, 1)
    assert view.service_level == 1 / 3


def test_agents_are_counted_by_what_they_do(room: Room) -> None:
    for name in ("ann", "bob", "cid"):
        room.agent(name)
    room.agent("dan", presence=Presence.PAUSED)
    room.agent("eve", presence=Presence.OFF)
    room.call("c1")
    room.accept("c1")
    room.call("c2")
    view = room.engine.queue_view("sales", room.now)
    assert (view.agents_ready, view.agents_busy, view.agents_paused, view.agents_off) == (1, 2, 1, 1)
    assert (view.agents_offered, view.agents_talking, view.agents_wrap_up) == (1, 1, 0)


def test_waiting_counts_ringing_contacts_and_the_oldest_clock_whatever_its_priority(room: Room) -> None:
    room.call("old")
    room.wait(5)
    room.call("urgent", priority=9)
    room.wait(5)
    room.agent("ann")
    view = room.engine.queue_view("sales", room.now)
    assert (view.waiting, view.longest_wait_s, view.longest_wait_since) == (2, 11, room.now - 11)
    first, second = room.engine.waiting("sales")
    assert (first.contact_id, first.offered_to, first.position) == ("urgent", ("ann",), 1)
    assert (second.contact_id, second.offered_to, second.position) == ("old", (), 2)
    assert room.engine.position("old") == 2


def test_expected_wait_follows_position_agents_and_handling_time(room: Room) -> None:
    room.agent("ann")
    room.agent("bob")
    room.call("c1")
    assert room.engine.expected_wait("c1", room.now) == 0
    room.accept("c1")
    room.call("c2")
    room.accept("c2")
    for name in ("w1", "w2", "w3"):
        room.call(name)
    assert room.engine.expected_wait("w1", room.now) is None, "nothing was completed yet"
    room.wait(55)
    room.finish("c1")
    room.do(RejectOffer("w1", "ann"))
    waits = [room.engine.expected_wait(name, room.now) or 0.0 for name in ("w1", "w3")]
    assert room.ringing("w2") == "ann"
    assert 0 < waits[0] < waits[1] < 3 * 55, "a mean of 55 s, two agents"
    room.presence("ann", Presence.PAUSED)
    alone = room.engine.expected_wait("w3", room.now)
    assert alone is not None
    assert alone > waits[1]


def test_what_everybody_left_takes_no_memory(room: Room) -> None:
    empty = room.engine.holdings()
    room.agent("ann", skills={f"s{number}": 1 for number in range(0, 300, 3)})
    for number in range(300):
        room.call(f"c{number}", skills=(need(f"s{number}"),))
        if room.ringing(f"c{number}"):
            room.do(RejectOffer(f"c{number}", "ann"))
    assert room.engine.holdings()["refusals"] == 100
    assert room.engine.holdings()["timers"] == 100, "each refusal lapses"
    for contact_id in room.engine.contact_ids():
        room.do(AbandonContact(contact_id))
    held = room.engine.holdings()
    assert held.pop("cells") == SPARE_CELLS
    assert held.pop("timer_entries") <= 64
    assert held == {kind: 0 for kind in empty if kind not in ("cells", "timer_entries")}


def test_cancelled_deadlines_do_not_pile_up(room: Room) -> None:
    room.agent("ann")
    for number in range(2000):
        room.call(f"c{number}")
        room.do(AbandonContact(f"c{number}"))
    assert room.engine.holdings()["timer_entries"] <= 65
    assert room.engine.next_deadline() is None
