from typing import Any

import pytest

from acd.commands import CompleteWrapUp, EndContact, ExtendWrapUp, RemoveAgent
from acd.events import (
    AgentPresenceChanged,
    ContactEnded,
    ContactOffered,
    WrapUpEnded,
    WrapUpExtended,
    WrapUpStarted,
)
from acd.model import Activity, Presence, Refused
from tests.acd.room import Room, kinds, only


def talking(**settings: Any) -> Room:
    """ann talks to c1 for 30 s, c2 waits."""
    room = Room()
    room.queue(**settings)
    room.agent("ann")
    room.call("c1")
    room.accept("c1")
    room.call("c2")
    room.wait(30)
    return room


def test_timed_wrap_up_ends_by_itself_and_the_next_contact_comes() -> None:
    room = talking(wrap_up_s=10, wrap_up_forced=False)
    events = room.do(EndContact("c1"))
    assert only(events, ContactEnded).talk_s == 30
    assert only(events, WrapUpStarted).deadline == room.now + 10
    assert room.ringing("c2") == ""
    events = room.wait(10)
    assert only(events, WrapUpEnded).reason == "expired"
    assert room.ringing("c2") == "ann"


def test_forced_wrap_up_outlives_its_planned_end_until_completed() -> None:
    room = talking(wrap_up_s=10, wrap_up_forced=True)
    started = only(room.do(EndContact("c1")), WrapUpStarted)
    assert (started.deadline, started.forced) == (room.now + 10, True)
    assert room.wait(100) == []
    events = room.do(CompleteWrapUp("ann", "c1"))
    assert only(events, WrapUpEnded).reason == "completed"
    assert room.ringing("c2") == "ann"


def test_forced_wrap_up_without_a_planned_length_has_no_deadline() -> None:
    room = talking(wrap_up_s=0, wrap_up_forced=True)
    assert only(room.do(EndContact("c1")), WrapUpStarted).deadline is None
    with pytest.raises(Refused) as refused:
        room.do(ExtendWrapUp("ann", "c1", 10))
    assert refused.value.code == "no-deadline"


def test_no_wrap_up_when_the_queue_wants_none() -> None:
    room = talking(wrap_up_s=0, wrap_up_forced=False)
    events = room.do(EndContact("c1"))
    assert kinds(events) == ["ContactEnded", "AgentActivityChanged", "ContactOffered", "AgentActivityChanged"]
    assert only(events, ContactOffered).rule == "first agent to become ready"


def test_extension_moves_the_deadline() -> None:
    room = talking(wrap_up_s=10, wrap_up_forced=False)
    room.do(EndContact("c1"))
    ends = room.now + 10 + 25
    assert only(room.do(ExtendWrapUp("ann", "c1", 25)), WrapUpExtended).deadline == ends
    assert room.engine.next_deadline() == ends
    view = room.engine.agent_view("ann")
    assert view.wrap_up is not None
    assert (view.contact_id, view.queue_id, view.wrap_up.deadline) == ("c1", "sales", ends)
    room.wait(35)
    assert view.activity is Activity.WRAP_UP
    assert room.engine.agent_view("ann").activity is Activity.OFFERED


@pytest.mark.parametrize("seconds", [0, -5, float("nan"), float("inf")])
def test_a_nonsense_extension_is_refused(seconds: float) -> None:
    room = talking(wrap_up_s=10)
    room.do(EndContact("c1"))
    with pytest.raises(Refused, match="above 0"):
        room.do(ExtendWrapUp("ann", "c1", seconds))


def test_wrap_up_commands_for_another_contact_are_refused() -> None:
    room = talking()
    for command in (CompleteWrapUp("ann", "c1"), ExtendWrapUp("ann", "c1", 5)):
        with pytest.raises(Refused, match="not wrapping up"):
            room.do(command)
    room.do(EndContact("c1"))
    with pytest.raises(Refused, match="not wrapping up"):
        room.do(CompleteWrapUp("ann", "c2"))


def test_a_pause_asked_for_during_work_waits_for_its_end() -> None:
    room = talking(wrap_up_s=10, wrap_up_forced=False)
    asked = only(room.presence("ann", Presence.PAUSED, "lunch"), AgentPresenceChanged)
    assert (asked.presence, asked.pending, asked.pending_reason) == (Presence.AVAILABLE, Presence.PAUSED, "lunch")
    assert room.presence("ann", Presence.PAUSED, "lunch") == []
    room.do(EndContact("c1"))
    assert room.engine.agent_view("ann").pending is Presence.PAUSED
    changed = only(room.wait(10), AgentPresenceChanged)
    assert (changed.presence, changed.reason, changed.pending) == (Presence.PAUSED, "lunch", None)
    assert room.ringing("c2") == ""


def test_a_pending_pause_is_taken_back_by_asking_for_the_present_presence() -> None:
    room = talking(wrap_up_s=0, wrap_up_forced=False)
    room.presence("ann", Presence.OFF)
    taken_back = only(room.presence("ann", Presence.AVAILABLE), AgentPresenceChanged)
    assert (taken_back.presence, taken_back.pending) == (Presence.AVAILABLE, None)
    room.finish("c1")
    assert room.ringing("c2") == "ann"


def test_an_agent_at_work_is_not_removed() -> None:
    room = talking()
    with pytest.raises(Refused) as refused:
        room.do(RemoveAgent("ann"))
    assert refused.value.code == "agent-busy"
    room.do(EndContact("c1"))
    with pytest.raises(Refused, match="at work"):
        room.do(RemoveAgent("ann"))


def test_presence_of_an_idle_agent_changes_at_once_and_twice_the_same_says_nothing() -> None:
    room = Room()
    room.queue()
    room.agent("ann", presence=Presence.OFF)
    assert kinds(room.presence("ann", Presence.PAUSED, "lunch")) == ["AgentPresenceChanged"]
    assert room.presence("ann", Presence.PAUSED, "lunch") == []
    assert only(room.presence("ann", Presence.PAUSED, "training"), AgentPresenceChanged).reason == "training"
    with pytest.raises(Refused, match="no agent 'bob'"):
        room.presence("bob", Presence.PAUSED)
