"""What a contact in the engine is told: by who really may take it, and by those who really stand before it."""

from __future__ import annotations

import pytest

from acd.commands import AbandonContact, RejectOffer
from acd.model import OverflowCause, OverflowRule, Presence
from acd.shown import Estimate
from tests.acd.room import Room, kinds, need

HANDLING_S = 100.0


def center(*, skilled: int, others: int, overflow: tuple[OverflowRule, ...] = ()) -> Room:
    """Agents "s0"… with the skill "es" and "o0"… without; contacts so far took a hundred seconds."""
    room = Room()
    room.queue(wrap_up_s=0, wrap_up_forced=False, ring_timeout_s=600, overflow=overflow)
    room.agent("teacher")
    for number in range(5):
        room.call(f"done{number}")
        room.accept(f"done{number}")
        room.wait(HANDLING_S)
        room.do_end(f"done{number}")
    room.presence("teacher", Presence.OFF)
    for number in range(skilled):
        room.agent(f"s{number}", skills={"es": 1})
    for number in range(others):
        room.agent(f"o{number}")
    return room


def occupy(room: Room, *agent_ids: str) -> None:
    """Each with a contact that only this one could have had."""
    idle = [agent_id for agent_id in room.engine.agent_ids() if agent_id not in agent_ids]
    idle = [each for each in idle if room.engine.agent_view(each).presence is Presence.AVAILABLE]
    for agent_id in idle:
        room.presence(agent_id, Presence.PAUSED)
    for agent_id in agent_ids:
        room.call(f"with-{agent_id}")
        room.accept(f"with-{agent_id}")
    for agent_id in idle:
        room.presence(agent_id, Presence.AVAILABLE)


def told(room: Room, contact_id: str) -> Estimate:
    estimate = room.engine.estimate(contact_id, room.now)
    assert estimate is not None
    return estimate


def test_an_idle_agent_who_cannot_take_it_is_no_reason_to_say_at_once() -> None:
    room = center(skilled=1, others=1)
    occupy(room, "s0")
    room.call("spanish", skills=(need("es"),))
    assert room.ringing("spanish") == ""
    assert told(room, "spanish").median_s == pytest.approx(69, abs=15), "the median of an exponential of 100 s"
    kept = room.engine.floor.contacts["spanish"].forecast
    assert kept is not None
    assert kept.base[1] == pytest.approx(told(room, "spanish").median_s, rel=0.1), (
        "what is learned from is what is told"
    )


def test_who_rang_and_was_refused_by_the_only_agent_is_not_told_at_once() -> None:
    room = center(skilled=0, others=1)
    room.call("c1")
    room.do(RejectOffer("c1", "o0"))
    assert room.ringing("c1") == ""
    assert told(room, "c1").median_s > 30


def test_a_skill_that_few_have_takes_longer_than_one_that_all_have() -> None:
    room = center(skilled=1, others=3)
    occupy(room, "s0", "o0", "o1", "o2")
    room.call("plain")
    plain = told(room, "plain").median_s
    room.do(AbandonContact("plain"))
    room.call("spanish", skills=(need("es"),))
    assert told(room, "spanish").median_s > 3 * plain


def test_nothing_is_told_while_nobody_who_could_take_it_is_there() -> None:
    room = center(skilled=1, others=2)
    room.presence("s0", Presence.PAUSED)
    occupy(room, "o0", "o1")
    room.call("spanish", skills=(need("es"),))
    assert room.engine.estimate("spanish", room.now) is None
    room.presence("s0", Presence.AVAILABLE)
    assert room.ringing("spanish") == "s0"


def test_those_who_ring_have_their_agent_and_do_not_stand_before_it() -> None:
    room = center(skilled=0, others=2)
    occupy(room, "o0")
    room.call("alone", priority=-1)
    assert room.ringing("alone") == "o1"
    occupied = told_after(room, ringing=True)
    room.accept("alone")
    assert told_after(room, ringing=False) == occupied


def told_after(room: Room, *, ringing: bool) -> Estimate:
    """Of one more contact, which goes again."""
    name = f"next-{ringing}"
    room.call(name, priority=-2)
    assert room.ringing(name) == ""
    found = told(room, name)
    room.do(AbandonContact(name))
    return found


def test_a_ringing_contact_behind_is_not_taken_for_one_ahead() -> None:
    room = center(skilled=1, others=1)
    occupy(room, "s0")
    room.call("first", skills=(need("es"),))
    before = told(room, "first")
    room.call("second")
    assert room.ringing("second") == "o0"
    assert told(room, "first") == before
    assert room.engine.position("first") == 1


def test_the_wait_that_is_learned_from_begins_when_it_was_told() -> None:
    room = center(skilled=0, others=1)
    estimator = room.engine.floor.queues["sales"].estimator
    before = estimator.state().waited_s
    room.call("c1")
    room.wait(40)
    room.do(RejectOffer("c1", "o0"))
    room.wait(7)
    room.do(AbandonContact("c1"))
    assert estimator.state().waited_s == pytest.approx(before + 7)


def test_a_long_expected_wait_keeps_out_though_somebody_unskilled_is_idle() -> None:
    rules = (OverflowRule(cause=OverflowCause.EXPECTED_WAIT, limit=30),)
    room = center(skilled=1, others=1, overflow=rules)
    occupy(room, "s0")
    assert "ContactLeftQueue" in kinds(room.call("spanish", skills=(need("es"),)))
    assert "ContactOffered" in kinds(room.call("plain"))


def test_the_line_is_as_long_after_a_restart() -> None:
    room = center(skilled=0, others=2)
    occupy(room, "o0")
    room.call("rings")
    room.call("waits")
    restored = type(room.engine).restore(room.engine.snapshot())
    assert restored.estimate("waits", room.now) == room.engine.estimate("waits", room.now) == told(room, "waits")


def test_the_mean_handling_that_is_shown_is_the_one_that_is_told_by() -> None:
    room = center(skilled=0, others=1)
    assert room.engine.queue_view("sales", room.now).handling_s == pytest.approx(HANDLING_S)
