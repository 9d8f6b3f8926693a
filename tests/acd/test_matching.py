import pytest

from acd.commands import AbandonContact, AcceptOffer, EndContact, RejectOffer, RequeueContact
from acd.events import (
    AgentPresenceChanged,
    ContactAbandoned,
    ContactOffered,
    OfferAccepted,
    OfferExpired,
    OfferWithdrawn,
)
from acd.model import Activity, Presence, Refused
from tests.acd.room import Room, kinds, need, only


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_contact_goes_to_the_agent_idle_longest(room: Room) -> None:
    room.queue()
    room.agent("ann")
    room.agent("bob")
    room.wait(10)
    offer = only(room.call("c1"), ContactOffered)
    assert (offer.agent_id, offer.expires_at) == ("ann", room.now + 20)
    assert offer.rule == "longest idle (12 s) of 2 ready agents"
    assert only(room.call("c2"), ContactOffered).rule == "the only ready agent"


def test_work_puts_an_agent_last_in_idle_order(room: Room) -> None:
    room.queue()
    room.agent("ann")
    room.agent("bob")
    room.call("c1")
    room.accept("c1")
    room.wait(5)
    room.finish("c1")
    room.call("c2")
    assert room.ringing("c2") == "bob"


def test_a_withdrawn_offer_costs_no_place_but_a_rejected_one_does(room: Room) -> None:
    room.queue()
    for name in ("ann", "bob", "cid"):
        room.agent(name)
    room.call("c1")
    room.do(AbandonContact("c1"))
    room.call("c2")
    assert room.ringing("c2") == "ann"
    room.wait(1)
    room.do(RejectOffer("c2", "ann"))
    assert room.ringing("c2") == "bob"
    room.call("c3")
    assert room.ringing("c3") == "cid"


def test_round_robin_goes_on_after_the_agent_offered_last(room: Room) -> None:
    room.queue(strategy="round-robin")
    for name in ("ann", "bob", "cid"):
        room.agent(name)
    for number, expected in enumerate(["ann", "bob", "cid", "ann"]):
        contact_id = f"c{number}"
        offer = only(room.call(contact_id), ContactOffered)
        assert offer.agent_id == expected
        assert offer.rule == "next in turn of 3 ready agents"
        room.do(AbandonContact(contact_id))
    room.presence("bob", Presence.PAUSED)
    room.call("c9")
    assert room.ringing("c9") == "cid"


def test_only_agents_with_the_skill_at_its_level_are_offered(room: Room) -> None:
    room.queue(required_skills=(need("sales"),))
    room.agent("ann", skills={"sales": 5, "english": 2})
    room.agent("bob", skills={"english": 5})
    room.agent("cid", skills={"sales": 1, "english": 3})
    room.agent("dan", skills={"sales": 1, "english": 4})
    offer = only(room.call("c1", skills=(need("english", 3),)), ContactOffered)
    assert offer.agent_id == "cid"
    assert offer.rule == "longest idle (2 s) of 2 ready agents with english≥3 and sales≥1"


def test_a_contact_that_fits_nobody_does_not_hold_up_the_next(room: Room) -> None:
    room.queue()
    room.call("c1", skills=(need("french"),))
    room.call("c2")
    room.agent("ann")
    assert room.offers() == [("c2", "ann")]
    room.agent("bea", skills={"french": 1})
    assert room.ringing("c1") == "bea"


def test_an_agent_becoming_ready_takes_priority_then_weight_then_longest_wait(room: Room) -> None:
    room.queue("sales", wrap_up_s=0, wrap_up_forced=False)
    room.queue("vip", weight=10, wrap_up_s=0, wrap_up_forced=False)
    for contact_id, queue_id, priority in [
        ("old", "sales", 0),
        ("heavy", "vip", 0),
        ("older-urgent", "sales", 5),
        ("urgent-heavy", "vip", 5),
        ("late", "sales", 0),
    ]:
        room.call(contact_id, queue_id, priority=priority)
        room.wait(1)
    room.agent("ann", "sales", "vip")
    order = []
    for _ in range(5):
        offered = room.engine.agent_view("ann").contact_id
        assert offered is not None
        order.append(offered)
        room.accept(offered)
        room.finish(offered)
    assert order == ["urgent-heavy", "older-urgent", "heavy", "old", "late"]


@pytest.mark.parametrize(("strategy", "order"), [("longest-idle", "dan bea"), ("round-robin", "bea dan")])
def test_two_who_fit_among_many_ready_are_chosen_by_strategy_too(room: Room, strategy: str, order: str) -> None:
    room.queue(strategy=strategy)
    for name in ("ann", "bea", "cid", "dan", "eve", "fay", "gus"):
        room.agent(name, skills={"french": 1} if name in ("bea", "dan") else {})
    room.presence("bea", Presence.PAUSED)
    room.presence("bea", Presence.AVAILABLE)
    for contact_id, agent_id in zip(("c1", "c2"), order.split(), strict=True):
        room.call(contact_id, skills=(need("french"),))
        assert room.ringing(contact_id) == agent_id
    room.call("c3", skills=(need("french"),))
    assert room.ringing("c3") == ""


def test_one_who_fits_but_is_paused_is_not_found_among_many_ready(room: Room) -> None:
    room.queue()
    for name in ("ann", "bea", "cid", "dan", "eve", "fay"):
        room.agent(name, skills={"french": 1} if name in ("bea", "dan") else {})
    room.presence("bea", Presence.PAUSED)
    room.call("c1", skills=(need("french"),))
    assert room.ringing("c1") == "dan"


def test_becoming_available_puts_an_agent_last_in_idle_order(room: Room) -> None:
    room.queue()
    room.agent("ann")
    room.agent("bob")
    room.presence("ann", Presence.PAUSED)
    room.presence("ann", Presence.AVAILABLE)
    room.call("c1")
    assert room.ringing("c1") == "bob"


def test_an_answer_ends_a_row_of_misses(room: Room) -> None:
    room.queue(wrap_up_s=0, wrap_up_forced=False)
    room.agent("ann", misses=2)
    room.call("c1")
    room.wait(20)
    room.call("c2")
    room.accept("c2")
    room.finish("c2")
    assert room.ringing("c1") == "ann"
    room.wait(20)
    assert room.engine.agent_view("ann").presence is Presence.AVAILABLE


def test_an_expired_offer_goes_to_the_next_agent_and_the_first_does_not_respond(room: Room) -> None:
    room.queue(ring_timeout_s=15)
    room.agent("ann")
    room.agent("bob")
    room.call("c1")
    events = room.wait(15)
    assert only(events, OfferExpired).agent_id == "ann"
    assert only(events, AgentPresenceChanged).presence is Presence.NOT_RESPONDING
    assert room.ringing("c1") == "bob"
    room.wait(15)
    assert room.ringing("c1") == ""
    room.presence("ann", Presence.AVAILABLE)
    assert room.ringing("c1") == "ann"


def test_not_responding_only_after_so_many_misses_in_a_row(room: Room) -> None:
    room.queue()
    room.agent("ann", misses=2)
    room.call("c1")
    room.wait(20)
    assert room.engine.agent_view("ann").presence is Presence.AVAILABLE
    room.call("c2")
    assert room.ringing("c2") == "ann"
    room.do(RejectOffer("c2", "ann"))
    assert room.engine.agent_view("ann").misses == 0
    for contact_id in ("c3", "c4"):
        room.call(contact_id)
        room.wait(20)
    assert room.engine.agent_view("ann").presence is Presence.NOT_RESPONDING


def test_a_contact_everybody_refused_waits_until_somebody_is_ready_anew(room: Room) -> None:
    room.queue(wrap_up_s=0, wrap_up_forced=False, refusal_lapse_s=None)
    room.agent("ann")
    room.agent("bob")
    room.call("c1")
    room.do(RejectOffer("c1", "ann"))
    assert room.do(RejectOffer("c1", "bob"))[-1].at == room.now
    assert room.ringing("c1") == ""
    assert room.wait(600) == []
    room.call("c2")
    assert room.ringing("c2") == "ann", "a refusal holds for that contact only"
    room.accept("c2")
    room.finish("c2")
    assert room.ringing("c1") == "ann"


def test_a_refusal_is_passed_over_while_others_are_tried_and_named_in_the_rule(room: Room) -> None:
    room.queue(strategy="round-robin", wrap_up_s=0, wrap_up_forced=False)
    room.agent("ann")
    room.call("c1")
    room.do(RejectOffer("c1", "ann"))
    room.agent("bob", presence=Presence.OFF)
    room.agent("cid", presence=Presence.OFF)
    assert only(room.presence("bob", Presence.AVAILABLE), ContactOffered).rule == "first agent to become ready"
    room.presence("cid", Presence.AVAILABLE)
    rejected = room.do(RejectOffer("c1", "bob"))
    assert only(rejected, ContactOffered).agent_id == "cid"
    assert only(rejected, ContactOffered).rule == "next in turn of 2 ready agents, 1 of whom refused it"


def test_pausing_or_leaving_during_an_offer_passes_it_on(room: Room) -> None:
    room.queue()
    room.agent("ann")
    room.agent("bob")
    room.call("c1")
    events = room.presence("ann", Presence.PAUSED, "lunch")
    assert only(events, OfferWithdrawn).reason == "presence"
    assert only(events, ContactOffered).agent_id == "bob"
    assert room.engine.agent_view("ann").reason == "lunch"
    room.presence("bob", Presence.OFF)
    assert room.ringing("c1") == ""
    room.presence("ann", Presence.AVAILABLE)
    assert room.ringing("c1") == "ann", "a withdrawn offer is no refusal"


def test_a_caller_who_gives_up_frees_the_agent_for_the_next(room: Room) -> None:
    room.queue()
    room.agent("ann")
    room.call("c1")
    room.call("c2")
    room.wait(5)
    events = room.do(AbandonContact("c1"))
    assert kinds(events) == [
        "OfferWithdrawn",
        "AgentActivityChanged",
        "ContactAbandoned",
        "ContactOffered",
        "AgentActivityChanged",
    ]
    assert only(events, ContactAbandoned).waited_s == 5
    assert room.ringing("c2") == "ann"


def test_an_answer_after_the_offer_is_gone_is_refused(room: Room) -> None:
    room.queue()
    room.agent("ann")
    room.agent("bob")
    room.call("c1")
    room.wait(20)
    for agent_id in ("ann", "nobody"):
        with pytest.raises(Refused) as refused:
            room.do(AcceptOffer("c1", agent_id))
        assert refused.value.code == "offer-gone"
    room.accept("c1")
    with pytest.raises(Refused, match="not being offered"):
        room.do(AcceptOffer("c1", "bob"))


def test_a_requeued_contact_keeps_its_clock_and_its_agent_is_idle_without_wrap_up(room: Room) -> None:
    room.queue()
    room.agent("ann")
    room.call("c1")
    room.wait(4)
    room.accept("c1")
    room.call("c2")
    room.wait(60)
    room.presence("ann", Presence.OFF)
    room.do(RequeueContact("c1", "sales"))
    ann = room.engine.agent_view("ann")
    assert (ann.activity, ann.presence) == (Activity.IDLE, Presence.OFF)
    assert room.engine.position("c1") == 1
    room.wait(3)
    room.agent("bob")
    assert room.ringing("c1") == "bob"
    assert only(room.accept("c1"), OfferAccepted).waited_s == 4 + 3 + 1, "the conversation is no waiting"


def test_requeue_without_the_clock_goes_to_the_end_and_takes_a_priority(room: Room) -> None:
    room.queue()
    room.queue("late")
    for contact_id in ("c1", "c2"):
        room.call(contact_id)
        room.wait(1)
    room.do(RequeueContact("c1", "sales", keep_clock=False))
    assert [view.contact_id for view in room.engine.waiting("sales")] == ["c2", "c1"]
    room.do(RequeueContact("c1", "sales", priority=3))
    assert [view.contact_id for view in room.engine.waiting("sales")] == ["c1", "c2"]
    room.do(RequeueContact("c1", "late"))
    assert [view.contact_id for view in room.engine.waiting("late")] == ["c1"]
    assert room.engine.queue_view("sales", room.now).moved == 3


def test_requeue_during_an_offer_withdraws_it_and_forgets_refusals(room: Room) -> None:
    room.queue()
    room.agent("ann")
    room.call("c1")
    room.do(RejectOffer("c1", "ann"))
    assert only(room.do(RequeueContact("c1", "sales")), ContactOffered).agent_id == "ann"
    room.agent("bob")
    events = room.do(RequeueContact("c1", "sales"))
    assert only(events, OfferWithdrawn).reason == "requeued"
    assert only(events, ContactOffered).agent_id == "bob"


@pytest.mark.parametrize("answered", [True, False])
def test_who_gave_a_contact_back_gets_it_again_only_when_nobody_else_is_ready(room: Room, answered: bool) -> None:
    room.queue(strategy="round-robin")
    room.agent("ann")
    room.agent("bob")
    room.call("c1")
    assert room.ringing("c1") == "ann"
    if answered:
        room.accept("c1")
    room.call("c2")
    assert room.ringing("c2") == "bob"
    room.do(AbandonContact("c2"))
    offer = only(room.do(RequeueContact("c1", "sales")), ContactOffered)
    assert offer.agent_id == "bob", "ann stands next in the ring, but has given it back"
    assert offer.rule == "the only ready agent"
    room.presence("ann", Presence.OFF)
    offer = only(room.do(RequeueContact("c1", "sales")), ContactOffered)
    assert offer.agent_id == "bob"
    assert offer.rule == "first agent to become ready"


def test_contact_commands_that_do_not_fit_are_refused(room: Room) -> None:
    room.queue()
    room.agent("ann")
    for command, code in [
        (AbandonContact("c1"), "unknown-contact"),
        (EndContact("c1"), "unknown-contact"),
        (RequeueContact("c1", "sales"), "unknown-contact"),
    ]:
        with pytest.raises(Refused) as refused:
            room.do(command)
        assert refused.value.code == code
    room.call("c1")
    with pytest.raises(Refused, match="already"):
        room.call("c1")
    with pytest.raises(Refused, match="abandon it"):
        room.do(EndContact("c1"))
    room.accept("c1")
    with pytest.raises(Refused, match="end it"):
        room.do(AbandonContact("c1"))
    with pytest.raises(Refused, match="no queue 'nowhere'"):
        room.do(RequeueContact("c1", "nowhere"))
    with pytest.raises(Refused, match="level 9"):
        room.call("c2", skills=(need("english", 9),))
    assert room.engine.contact_ids() == ["c1"]
