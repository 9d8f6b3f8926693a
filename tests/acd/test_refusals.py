"""How long a refusal holds."""

import pytest

from acd.commands import AbandonContact, ConfigureAgent, RejectOffer, RequeueContact
from acd.events import ContactOffered, OfferAccepted, RefusalLapsed
from acd.model import AgentConfig, Presence, Refused, members
from tests.acd.room import Room, kinds, only


@pytest.fixture
def room() -> Room:
    room = Room()
    room.queue(wrap_up_s=0, wrap_up_forced=False)
    room.agent("ann")
    return room


def test_a_lone_agent_is_asked_again_after_a_while(room: Room) -> None:
    room.call("c1")
    room.do(RejectOffer("c1", "ann"))
    assert room.wait(29) == []
    events = room.wait(1)
    assert kinds(events) == ["RefusalLapsed", "ContactOffered", "AgentActivityChanged"]
    assert only(events, RefusalLapsed) == RefusalLapsed("c1", "ann", at=room.now)
    assert only(events, ContactOffered).rule == "asked again 30 s after refusing it"
    assert only(room.accept("c1"), OfferAccepted).waited_s == 30


def test_a_missed_offer_comes_again_too_while_the_agent_stays_available(room: Room) -> None:
    room.agent("bob", presence=Presence.OFF, misses=2)
    room.presence("ann", Presence.OFF)
    room.presence("bob", Presence.AVAILABLE)
    room.call("c1")
    room.wait(49)
    assert room.ringing("c1") == ""
    room.wait(1)
    assert room.ringing("c1") == "bob"
    room.wait(20)
    assert room.engine.agent_view("bob").presence is Presence.NOT_RESPONDING
    assert kinds(room.wait(30)) == ["RefusalLapsed"], "he is not ready"
    assert room.engine.next_deadline() is None


@pytest.mark.parametrize("strategy", ["longest-idle", "round-robin"])
def test_who_refused_first_is_asked_first(room: Room, strategy: str) -> None:
    room.queue(strategy=strategy, refusal_lapse_s=10)
    room.agent("bob")
    room.call("c1")
    room.do(RejectOffer("c1", "ann"))
    room.wait(3)
    room.do(RejectOffer("c1", "bob"))
    assert kinds(room.wait(6)) == []
    room.wait(1)
    assert room.ringing("c1") == "ann"
    room.do(RejectOffer("c1", "ann"))
    assert room.ringing("c1") == "", "bob's refusal still holds"
    room.wait(3)
    assert room.ringing("c1") == "bob"


def test_a_lapse_changes_nothing_for_an_agent_at_work_or_a_contact_that_rings_elsewhere(room: Room) -> None:
    room.queue(ring_timeout_s=60)
    room.call("c1")
    room.do(RejectOffer("c1", "ann"))
    room.agent("bob")
    assert room.ringing("c1") == "bob"
    assert kinds(room.wait(29)) == ["RefusalLapsed"]
    room.call("c2")
    assert room.ringing("c2") == "ann"
    room.do(RejectOffer("c1", "bob"))
    room.call("c3")
    assert (room.ringing("c1"), room.ringing("c3")) == ("", "bob")
    assert "ContactOffered" not in kinds(room.wait(30))


def test_a_lapse_changes_nothing_for_an_agent_who_no_longer_fits(room: Room) -> None:
    room.call("c1")
    room.do(RejectOffer("c1", "ann"))
    room.do(ConfigureAgent(AgentConfig("ann", {}, members("support"))))
    assert kinds(room.wait(30)) == ["RefusalLapsed"]


def test_an_agent_asked_again_is_not_offered_another_contact_beside(room: Room) -> None:
    room.call("c1")
    room.do(RejectOffer("c1", "ann"))
    room.wait(30)
    room.call("c2")
    assert (room.ringing("c1"), room.ringing("c2")) == ("ann", "")
    assert room.engine.queue_view("sales", room.now).agents_ready == 0


def test_none_means_until_the_agent_is_ready_anew(room: Room) -> None:
    room.queue(refusal_lapse_s=None)
    room.call("c1")
    room.do(RejectOffer("c1", "ann"))
    assert room.engine.next_deadline() is None
    room.presence("ann", Presence.PAUSED)
    room.presence("ann", Presence.AVAILABLE)
    assert room.ringing("c1") == "ann"


def test_a_refusal_forgotten_for_another_cause_does_not_lapse_later(room: Room) -> None:
    room.call("c1")
    room.do(RejectOffer("c1", "ann"))
    room.do(RequeueContact("c1", "sales"))
    room.do(RejectOffer("c1", "ann"))
    room.do(AbandonContact("c1"))
    assert room.engine.next_deadline() is None
    room.call("c2")
    room.do(RejectOffer("c2", "ann"))
    room.presence("ann", Presence.OFF)
    room.presence("ann", Presence.AVAILABLE)
    room.accept("c2")
    assert room.engine.next_deadline() is None
    assert room.engine.holdings()["refusals"] == 0


def test_a_changed_lapse_counts_from_the_next_refusal(room: Room) -> None:
    room.call("c1")
    room.do(RejectOffer("c1", "ann"))
    room.queue(refusal_lapse_s=5)
    assert room.wait(29) == []
    room.wait(1)
    room.do(RejectOffer("c1", "ann"))
    room.wait(5)
    assert room.ringing("c1") == "ann"


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_a_nonsense_lapse_is_refused(room: Room, seconds: float) -> None:
    with pytest.raises(Refused, match="refusal_lapse_s"):
        room.queue(refusal_lapse_s=seconds)
