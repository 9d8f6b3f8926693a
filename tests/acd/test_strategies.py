"""Each strategy by its exact rule."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from acd.commands import (
    AcceptOffer,
    ConfigurePauseReasons,
    EndContact,
    RejectOffer,
    ResetStatistics,
)
from acd.events import ContactOffered, OfferWithdrawn
from acd.model import PauseReason, Presence
from acd.strategies import RULES, STRATEGIES
from tests.acd.room import Room, need, only


def center(strategy: str, **settings: object) -> Room:
    room = Room()
    room.queue("sales", strategy=strategy, wrap_up_s=0, wrap_up_forced=False, **settings)
    return room


def handle(room: Room, contact_id: str, seconds: float = 10, **wishes: Any) -> str:
    """Who got it; it talked for so long."""
    room.call(contact_id, **wishes)
    agent_id = room.ringing(contact_id)
    room.accept(contact_id)
    room.wait(seconds)
    room.do(EndContact(contact_id))
    return agent_id


def test_each_strategy_is_documented_with_its_rule() -> None:
    assert set(RULES) == set(STRATEGIES)


def test_least_recent_looks_at_this_queue_only() -> None:
    room = center("least-recent")
    room.queue("support", wrap_up_s=0, wrap_up_forced=False)
    for name in ("ann", "bob"):
        room.agent(name, "sales", "support")
    assert [handle(room, "c1"), handle(room, "c2")] == ["ann", "bob"]
    handle(room, "other", queue_id="support")
    assert handle(room, "c3") == "ann", "whose other work does not count"


def test_fewest_calls_until_the_statistics_are_reset() -> None:
    room = center("fewest-calls")
    room.agent("ann")
    handle(room, "c0")
    room.agent("bob")
    assert [handle(room, f"c{number}") for number in range(1, 4)] == ["bob", "ann", "bob"]
    room.do(ResetStatistics())
    assert handle(room, "c5") == "ann", "idle longest with none of both"


def test_least_talk_time() -> None:
    room = center("least-talk-time")
    room.agent("ann")
    room.agent("bob")
    assert handle(room, "c0", seconds=100) == "ann"
    assert [handle(room, f"c{number}", seconds=30) for number in range(1, 5)] == ["bob", "bob", "bob", "bob"]
    assert handle(room, "c5") == "ann"


def test_least_occupied_with_counted_pauses_as_staffed_time() -> None:
    room = center("least-occupied")
    room.do(ConfigurePauseReasons((PauseReason("meeting", occupancy=True), PauseReason("lunch"))))
    for name in ("ann", "bob"):
        room.agent(name, presence=Presence.OFF)
    for name in ("ann", "bob"):
        room.presence(name, Presence.AVAILABLE)
        handle(room, f"first-{name}", seconds=60)
        room.presence(name, Presence.OFF)
    room.presence("ann", Presence.PAUSED, "lunch")
    room.presence("bob", Presence.PAUSED, "meeting")
    room.wait(60)
    room.presence("ann", Presence.AVAILABLE)
    room.presence("bob", Presence.AVAILABLE)
    assert room.engine.agent_view("ann").occupancy == 1
    assert room.engine.agent_view("bob").occupancy == 0.5
    assert handle(room, "c1") == "bob"


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("top-down", ["bob", "bob", "bob", "bob"]),
        ("round-robin", ["ann", "bob", "cid", "ann"]),
        ("round-robin-ordered", ["bob", "cid", "ann", "bob"]),
    ],
)
def test_orders_of_members(strategy: str, expected: list[str]) -> None:
    room = center(strategy)
    for name, position in (("ann", 3), ("bob", 1), ("cid", 2)):
        room.agent(name, position=position)
    assert [handle(room, f"c{number}") for number in range(4)] == expected


def test_linear_goes_on_for_each_contact_where_it_was() -> None:
    room = center("linear", refusal_lapse_s=1)
    for name, position in (("ann", 1), ("bob", 2)):
        room.agent(name, position=position)
    room.call("c1")
    tried = []
    for _ in range(4):
        tried.append(room.ringing("c1"))
        room.do(RejectOffer("c1", tried[-1]))
        room.wait(2)
    assert tried == ["ann", "bob", "ann", "bob"]
    room.accept("c1")
    assert handle(room, "c2") == "bob", "c1 is with ann"


def test_random_is_drawn_from_the_seed_and_hits_everybody_alike() -> None:
    def run(first_seed: int) -> list[str]:
        room = center("random")
        for name in ("ann", "bob", "cid"):
            room.agent(name)
        room.agent("dan", "other")
        return [handle(room, f"c{number}", seed=first_seed + number) for number in range(600)]

    chosen = run(1)
    assert chosen == run(1)
    assert chosen != run(1000)
    assert all(160 <= count <= 240 for count in Counter(chosen).values())


def test_weighted_random_hits_by_weight() -> None:
    room = center("weighted-random")
    room.agent("ann", weight=3)
    room.agent("bob", weight=1)
    chosen = Counter(handle(room, f"c{number}", seed=number) for number in range(800))
    assert 550 <= chosen["ann"] <= 650


def test_random_among_few_who_fit_of_many_ready() -> None:
    room = center("random")
    for number in range(200):
        room.agent(f"a{number}", skills={"x": 1} if number % 50 == 0 else {})
    chosen = Counter(handle(room, f"c{number}", seed=number, skills=(need("x"),)) for number in range(400))
    assert set(chosen) == {"a0", "a50", "a100", "a150"}
    assert min(chosen.values()) > 60


def test_ring_all_rings_everywhere_and_the_first_to_accept_has_it() -> None:
    room = center("ring-all")
    room.agent("ann")
    room.agent("bob")
    room.call("c1")
    assert room.ringing("c1") == "ann, bob"
    room.agent("cid")
    assert room.ringing("c1") == "ann, bob, cid", "who becomes ready rings too"
    events = room.do(AcceptOffer("c1", "bob"))
    assert [event.agent_id for event in events if isinstance(event, OfferWithdrawn)] == ["ann", "cid"]
    assert {event.reason for event in events if isinstance(event, OfferWithdrawn)} == {"answered-elsewhere"}
    room.call("c2")
    assert room.ringing("c2") == "ann, cid"


def test_ring_all_goes_on_at_the_others_after_a_reject_and_ends_with_the_last() -> None:
    room = center("ring-all")
    room.agent("ann")
    room.agent("bob")
    room.call("c1")
    room.do(RejectOffer("c1", "ann"))
    assert room.ringing("c1") == "bob"
    room.do(RejectOffer("c1", "bob"))
    assert room.ringing("c1") == ""
    room.agent("cid")
    assert room.ringing("c1") == "cid"


def test_ring_progressively_adds_one_by_position() -> None:
    room = center("ring-progressively", ring_next_s=5)
    for name, position in (("ann", 2), ("bob", 1)):
        room.agent(name, position=position)
    room.call("c1")
    assert room.ringing("c1") == "bob"
    room.wait(5)
    assert room.ringing("c1") == "bob, ann"
    room.wait(5)
    room.agent("cid", position=9)
    assert room.ringing("c1") == "bob, ann, cid", "nobody was left: the first to become ready"
    room.do(AcceptOffer("c1", "ann"))
    assert room.engine.agent_view("bob").offered is None


def test_best_skill_takes_the_sum_of_the_levels_asked_for() -> None:
    room = center("best-skill")
    room.agent("ann", skills={"x": 2, "y": 5, "z": 5})
    room.agent("bob", skills={"x": 5, "y": 3})
    assert handle(room, "c1", skills=(need("x"), need("y"))) == "bob"
    assert handle(room, "c2", skills=(need("y"),)) == "ann"
    assert handle(room, "c3") == "bob", "nothing asked for: longest idle"


def test_fair_distribution_forgets_what_is_older_than_its_window() -> None:
    room = center("fair-distribution", fair_window_s=100)
    room.agent("ann")
    room.agent("bob")
    assert [handle(room, f"c{number}") for number in range(4)] == ["ann", "bob", "ann", "bob"]
    room.presence("bob", Presence.PAUSED)
    room.wait(65)
    assert handle(room, "c4", seconds=1) == "ann"
    room.wait(25)
    room.presence("bob", Presence.AVAILABLE)
    assert handle(room, "c5", seconds=1) == "bob", "ann's of 65 s ago counts, bob's are forgotten"


@pytest.mark.parametrize("strategy", sorted(STRATEGIES))
def test_lower_tiers_come_first_with_every_strategy(strategy: str) -> None:
    room = center(strategy, tier_delay_s=10)
    room.agent("second", tier=2)
    room.agent("first", tier=1)
    room.call("c1")
    assert room.ringing("c1") == "first"


@pytest.mark.parametrize("strategy", sorted(set(STRATEGIES) - {"ring-all"}))
def test_without_delays_the_next_tier_rings_when_the_first_is_busy(strategy: str) -> None:
    room = center(strategy)
    room.agent("second", tier=2)
    room.agent("first", tier=1)
    for contact_id, agent_id in (("c1", "first"), ("c2", "second")):
        room.call(contact_id)
        assert room.ringing(contact_id) == agent_id


def test_a_preferred_skill_chooses_among_the_ready_and_keeps_nobody_waiting() -> None:
    room = center("longest-idle", preferred_skills=(need("french"),))
    room.agent("ann")
    room.agent("bob", skills={"french": 1})
    room.call("c1")
    room.call("c2")
    assert (room.ringing("c1"), room.ringing("c2")) == ("bob", "ann")


def test_the_rule_says_why() -> None:
    room = center("longest-idle")
    room.agent("ann")
    room.agent("bob")
    room.wait(10)
    offered = only(room.call("c1"), ContactOffered)
    assert offered.rule == "longest idle (12 s) of 2 ready agents"
    assert (offered.eligible, offered.ready) == (2, 2)
