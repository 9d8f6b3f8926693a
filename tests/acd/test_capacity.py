"""Several contacts in one agent's hands: how many, of which channels, and what may come in between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.capacity import CapacityTable
from acd.commands import AcceptOffer, CompleteWrapUp, EndContact, SetPresence
from acd.events import ContactOffered, WorkInterrupted, WorkResumed
from acd.model import Activity, Capacity, ChannelCapacity, Presence, Refused
from tests.acd.room import Room, kinds, only

MIXED = Capacity(
    6,
    {
        "voice": ChannelCapacity(max=1, units=6, blocks=("*",)),
        "chat": ChannelCapacity(max=3, units=2),
        "email": ChannelCapacity(max=2, units=3, interrupted_by=("voice", "chat")),
    },
)


@pytest.fixture
def room() -> Room:
    room = Room()
    room.queue("sales", wrap_up_s=0, wrap_up_forced=False)
    room.agent("ann", capacity=MIXED)
    return room


def take(room: Room, contact_id: str, channel: str) -> None:
    room.call(contact_id, channel=channel)
    room.accept(contact_id)


def test_three_chats_at_a_time_and_the_fourth_waits_for_the_first_to_end(room: Room) -> None:
    for number in range(3):
        take(room, f"chat{number}", "chat")
    room.call("chat3", channel="chat")
    assert room.ringing("chat3") == ""
    assert only(room.do(EndContact("chat1")), ContactOffered).contact_id == "chat3"


def test_a_call_blocks_chats_and_chats_leave_no_units_for_a_call(room: Room) -> None:
    take(room, "call", "voice")
    room.call("chat", channel="chat")
    assert room.ringing("chat") == ""
    room.finish("call")
    room.accept("chat")
    room.call("call2", channel="voice")
    assert room.ringing("call2") == "", "a call needs all units"
    room.finish("chat")
    assert room.ringing("call2") == "ann"


def test_an_email_rests_while_the_call_that_interrupted_it_is_on(room: Room) -> None:
    take(room, "email", "email")
    room.call("call")
    events = room.accept("call")
    interrupted = only(events, WorkInterrupted)
    assert (interrupted.contact_id, interrupted.by) == ("email", "call")
    assert [work.interrupted for work in room.engine.agent_view("ann").work] == [True, False]
    room.call("email2", channel="email")
    assert room.ringing("email2") == "", "the call blocks everything"
    assert only(room.do(EndContact("call")), WorkResumed).contact_id == "email"
    assert room.ringing("email2") == "ann"


def test_work_rests_until_the_last_one_that_may_interrupt_it_is_over(room: Room) -> None:
    take(room, "email", "email")
    take(room, "chat0", "chat")
    take(room, "chat1", "chat")
    assert "WorkResumed" not in kinds(room.do(EndContact("chat0")))
    assert only(room.do(EndContact("chat1")), WorkResumed).contact_id == "email"


def test_one_offer_rings_at_a_time_and_the_next_comes_with_the_answer(room: Room) -> None:
    room.call("chat0", channel="chat")
    room.call("chat1", channel="chat")
    assert (room.ringing("chat0"), room.ringing("chat1")) == ("ann", "")
    room.accept("chat0")
    assert room.ringing("chat1") == "ann"
    view = room.engine.agent_view("ann")
    assert (view.activity, view.contact_id, view.offered) == (Activity.BUSY, "chat0", "chat1")


def test_wrap_up_of_one_channel_holds_back_all_others() -> None:
    room = Room()
    room.queue("sales", wrap_up_s=30)
    room.agent("ann", capacity=MIXED)
    take(room, "chat0", "chat")
    take(room, "chat1", "chat")
    room.do(EndContact("chat0"))
    room.call("chat2", channel="chat")
    assert room.ringing("chat2") == ""
    assert only(room.do(CompleteWrapUp("ann", "chat0")), ContactOffered).contact_id == "chat2"


def test_a_pause_asked_for_with_chats_in_hand_waits_for_the_last_and_lets_no_more_in(room: Room) -> None:
    take(room, "chat0", "chat")
    room.call("chat1", channel="chat")
    room.do(SetPresence("ann", Presence.PAUSED, "lunch"))
    assert room.ringing("chat1") == ""
    assert room.engine.agent_view("ann").pending is Presence.PAUSED
    room.do(EndContact("chat0"))
    assert room.engine.agent_view("ann").presence is Presence.PAUSED
    room.presence("ann", Presence.AVAILABLE)
    assert room.ringing("chat1") == "ann"


def test_a_pause_taken_back_opens_the_agent_again(room: Room) -> None:
    take(room, "chat0", "chat")
    room.do(SetPresence("ann", Presence.PAUSED))
    room.call("chat1", channel="chat")
    room.do(SetPresence("ann", Presence.AVAILABLE))
    assert room.ringing("chat1") == "ann"


def test_the_agent_with_fewest_contacts_in_hand_gets_the_next(room: Room) -> None:
    room.agent("bob", capacity=MIXED)
    for number, agent_id in enumerate(["ann", "bob", "ann", "bob"]):
        room.call(f"chat{number}", channel="chat")
        room.do(AcceptOffer(f"chat{number}", agent_id))


def test_a_channel_that_nobody_takes_waits(room: Room) -> None:
    room.call("fax", channel="fax")
    assert room.ringing("fax") == ""
    assert room.engine.agent_view("ann").open_channels == ("chat", "email", "voice")


@pytest.mark.parametrize(
    ("capacity", "words"),
    [
        (Capacity(0, {"voice": ChannelCapacity()}), "capacity.units"),
        (Capacity(1, {}), "capacity.channels"),
        (Capacity(1, {"voice": ChannelCapacity(max=0)}), "capacity.channels.voice.max"),
        (Capacity(1, {"voice": ChannelCapacity(units=2)}), "capacity.channels.voice.units"),
        (Capacity(1, {"voice": ChannelCapacity(blocks=("chat",))}), "capacity.channels.voice.blocks: 'chat'"),
        (Capacity(1, {"voice": ChannelCapacity(interrupted_by=("voice",))}), "cannot interrupt itself"),
    ],
)
def test_a_profile_that_cannot_work_is_refused_naming_the_field(room: Room, capacity: Capacity, words: str) -> None:
    with pytest.raises(Refused) as refused:
        room.agent("bob", capacity=capacity)
    assert words in refused.value.sentence


channels = st.sampled_from(["a", "b", "c"])
capacities = st.builds(
    Capacity,
    st.integers(1, 5),
    st.dictionaries(
        channels,
        st.builds(
            ChannelCapacity,
            max=st.integers(1, 3),
            units=st.integers(0, 5),
            blocks=st.lists(channels, max_size=2).map(tuple),
            interrupted_by=st.lists(channels, max_size=2).map(tuple),
        ),
        min_size=1,
    ),
)


@given(capacities, st.lists(st.tuples(channels, st.booleans()), max_size=4))
def test_what_is_offered_is_within_capacity(capacity: Capacity, hand: list[tuple[str, bool]]) -> None:
    hand = [(channel, rests) for channel, rests in hand if channel in capacity.channels]
    for channel in CapacityTable(capacity)._open(tuple(sorted(hand))):
        known = capacity.channels
        assert sum(held == channel for held, _ in hand) < known[channel].max
        working = [known[held] for held, rests in hand if not rests and channel not in known[held].interrupted_by]
        assert sum(each.units for each in working) + known[channel].units <= capacity.units
        assert all(channel not in each.blocks for each in working)
