import pytest

from acd import engine as acting
from acd.capacity import CapacityTable
from acd.commands import EnqueueContact
from acd.deadline import Due
from acd.events import ContactOverflowed
from acd.model import DEFAULT_CAPACITY, AgentConfig
from acd.state import Agent, Member
from acd.timers import SLACK, Timers
from tests.acd.room import Room, max_wait, to


def make() -> tuple[Timers, Member]:
    return Timers(), Member(Agent(AgentConfig("ann", {}, {}), CapacityTable(DEFAULT_CAPACITY), 0.0), "sales", 1)


def test_due_ones_come_earliest_first_and_those_of_one_time_in_the_order_started() -> None:
    timers, agent = make()
    second = timers.start(2.0, Due.MAX_WAIT, agent)
    first = timers.start(1.0, Due.MAX_WAIT, agent)
    also_second = timers.start(2.0, Due.OFFER_EXPIRES, agent)
    timers.start(3.0, Due.MAX_WAIT, agent)
    assert timers.take_due(2.0) == [first, second, also_second]
    assert timers.next_at() == 3.0


def test_a_cancelled_one_is_never_due_and_cancelling_twice_counts_once() -> None:
    timers, agent = make()
    timer = timers.start(1.0, Due.MAX_WAIT, agent)
    timers.cancel(timer)
    timers.cancel(timer)
    assert len(timers) == 0
    assert timers.next_at() is None
    assert timers.take_due(5.0) == []
    assert len(timers) == 0


def test_one_taken_but_not_yet_handled_can_be_cancelled() -> None:
    timers, agent = make()
    timers.start(1.0, Due.MAX_WAIT, agent)
    timers.start(1.0, Due.OFFER_EXPIRES, agent)
    _, later = timers.take_due(1.0)
    timers.cancel(later)
    assert later.subject is None
    assert len(timers) == 0


def test_cancelled_ones_never_outnumber_the_live_by_more_than_the_slack() -> None:
    timers, agent = make()
    live = [timers.start(1000.0 + number, Due.MAX_WAIT, agent) for number in range(100)]
    for number in range(5000):
        timers.cancel(timers.start(float(number), Due.MAX_WAIT, agent))
        assert timers.held <= 2 * len(timers) + SLACK
    assert len(timers) == len(live)


def test_a_mistake_at_one_deadline_leaves_those_due_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room()
    room.queue("backup")
    room.queue("sales", overflow=max_wait(30, to("backup")))
    sound, broken = acting.DUE[Due.MAX_WAIT], ["c0"]

    def handle(floor: object, contact: object) -> None:
        if broken:
            broken.pop()
            raise RuntimeError("a mistake")
        sound(floor, contact)  # type: ignore[arg-type]  # handed through

    monkeypatch.setitem(acting.DUE, Due.MAX_WAIT, handle)
    for number in range(3):
        room.engine.handle(EnqueueContact(f"c{number}", "sales"), room.now)
    due = room.now + 30
    with pytest.raises(RuntimeError):
        room.engine.tick(due)
    assert room.engine.next_deadline() == due
    moved = [event.contact_id for event in room.engine.tick(due) if isinstance(event, ContactOverflowed)]
    assert moved == ["c1", "c2"]
    assert room.engine.next_deadline() is None
