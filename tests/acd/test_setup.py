from typing import Any

import pytest

from acd.commands import AbandonContact, ConfigureAgent, RemoveAgent, RemoveQueue
from acd.events import ContactOffered, ContactOverflowed, OfferWithdrawn
from acd.model import AgentConfig, Presence, Refused, members
from tests.acd.room import Room, kinds, max_wait, need, only, to


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({"strategy": "loudest"}, "unknown-strategy", "longest-idle, least-recent"),
        ({"required_skills": (need("english", 0),)}, "bad-queue", "required_skills: level 0"),
        ({"ring_timeout_s": 0}, "bad-queue", "ring_timeout_s"),
        ({"overflow": max_wait(-1)}, "bad-queue", "overflow[0].limit"),
        ({"wrap_up_s": float("nan")}, "bad-queue", "wrap_up_s"),
        ({"service_level_target_s": -1}, "bad-queue", "service_level_target_s"),
    ],
)
def test_a_queue_that_cannot_work_is_refused_naming_the_field(
    room: Room, settings: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        room.queue(**settings)
    assert refused.value.code == code
    assert words in refused.value.sentence
    assert room.engine.queue_ids() == []


def test_an_agent_that_cannot_work_is_refused_naming_the_field(room: Room) -> None:
    with pytest.raises(Refused, match="skills: level 6"):
        room.agent("ann", skills={"english": 6})
    with pytest.raises(Refused, match="misses_before_not_responding"):
        room.agent("ann", misses=0)
    assert room.engine.agent_ids() == []


def test_agents_may_come_before_their_queue(room: Room) -> None:
    room.agent("ann")
    room.queue()
    room.call("c1")
    assert room.ringing("c1") == "ann"


def test_a_queue_with_contacts_in_line_is_not_removed(room: Room) -> None:
    room.queue()
    room.agent("ann")
    room.call("c1")
    with pytest.raises(Refused) as refused:
        room.do(RemoveQueue("sales"))
    assert refused.value.code == "queue-not-empty"
    room.accept("c1")
    room.do(RemoveQueue("sales"))
    assert room.engine.queue_ids() == []
    room.finish("c1")
    room.queue()
    room.call("c2")
    assert room.ringing("c2") == "ann", "members come back with the queue"
    with pytest.raises(Refused, match="no queue"):
        room.do(RemoveQueue("support"))


def test_taking_a_skill_or_queue_away_withdraws_an_offer_that_no_longer_fits(room: Room) -> None:
    room.queue()
    room.agent("ann", skills={"english": 3})
    room.agent("bob", skills={"english": 3})
    room.call("c1", skills=(need("english", 2),))
    unchanged = room.do(ConfigureAgent(AgentConfig("ann", {"english": 2}, members("sales"))))
    assert kinds(unchanged) == ["AgentConfigured"]
    events = room.do(ConfigureAgent(AgentConfig("ann", {"english": 1}, members("sales"))))
    assert only(events, OfferWithdrawn).reason == "not-eligible"
    assert only(events, ContactOffered).agent_id == "bob"
    room.do(ConfigureAgent(AgentConfig("bob", {"english": 3}, members("support"))))
    assert room.ringing("c1") == ""
    room.do(ConfigureAgent(AgentConfig("ann", {"english": 2}, members("sales"))))
    assert room.ringing("c1") == "ann"


def test_new_requirements_of_a_queue_apply_to_those_in_line(room: Room) -> None:
    room.queue()
    room.agent("ann")
    room.agent("bob", skills={"sales": 1})
    room.call("c1")
    events = room.queue(required_skills=(need("sales"),))
    assert only(events, OfferWithdrawn).agent_id == "ann"
    assert room.ringing("c1") == "bob"
    room.call("c2")
    room.queue(required_skills=())
    assert room.ringing("c2") == "ann"


def test_a_changed_queue_gives_its_line_to_the_ready_in_the_order_of_its_strategy(room: Room) -> None:
    """Not in the order in which they joined: ann joined first and is idle the shortest."""
    room.queue(required_skills=(need("sales"),))
    for name in ("ann", "bob", "cid"):
        room.agent(name)
    room.presence("ann", Presence.PAUSED)
    room.presence("ann", Presence.AVAILABLE)
    room.call("c1")
    room.call("c2")
    room.queue(required_skills=())
    assert room.offers() == [("c1", "bob"), ("c2", "cid")]


def test_an_agent_whose_offer_was_withdrawn_by_a_change_gets_the_next_contact(room: Room) -> None:
    room.queue()
    room.agent("ann")
    room.call("c1")
    room.queue("support")
    room.do(ConfigureAgent(AgentConfig("ann", {}, members("sales", "support"))))
    room.call("c2", "support")
    events = room.queue(required_skills=(need("sales"),))
    assert only(events, OfferWithdrawn).contact_id == "c1"
    assert room.ringing("c2") == "ann"


def test_a_changed_strategy_and_max_wait_apply_at_once(room: Room) -> None:
    room.queue("backup")
    room.queue()
    for name in ("ann", "bob", "cid"):
        room.agent(name)
    room.call("c1")
    room.do(AbandonContact("c1"))
    room.queue(strategy="round-robin")
    room.call("c1")
    assert only(room.do(AbandonContact("c1"))[:1], OfferWithdrawn).agent_id == "ann"
    room.call("c1")
    assert room.ringing("c1") == "bob"
    for name in ("ann", "bob", "cid"):
        room.presence(name, Presence.OFF)
    room.wait(60)
    room.queue(overflow=max_wait(30, to("backup")))
    assert kinds(room.engine.tick(room.now)) == [ContactOverflowed.__name__]


def test_removing_an_agent_passes_its_offer_on(room: Room) -> None:
    room.queue()
    room.agent("ann")
    room.agent("bob")
    room.call("c1")
    events = room.do(RemoveAgent("ann"))
    assert only(events, OfferWithdrawn).reason == "agent-removed"
    assert room.ringing("c1") == "bob"
    assert room.engine.agent_ids() == ["bob"]
    assert room.engine.queue_view("sales", room.now).agents_ready == 0
    with pytest.raises(Refused, match="no agent"):
        room.engine.agent_view("ann")


def test_a_time_that_is_none_is_refused_and_a_clock_stepping_back_stands_still(room: Room) -> None:
    room.queue()
    room.agent("ann")
    with pytest.raises(ValueError, match="not a time"):
        room.engine.tick(float("nan"))
    room.engine.tick(room.now)
    room.now -= 500
    offer = only(room.call("c1"), ContactOffered)
    assert offer.at == room.now + 500
