"""Which channels an agent can take one more contact of, with what it has in hand.

A contact in hand counts against `max` of its channel, takes `units` and closes the channels it blocks. One that rests,
or that the channel in question may interrupt, takes and blocks nothing. A contact of a channel that the profile does
not know (any more) blocks everything, since nobody knows what it takes.
"""

from __future__ import annotations

from acd.model import Capacity, ChannelCapacity, Refused
from acd.state import Agent

EVERYTHING = "*"
MAX_UNITS = 1000
_UNKNOWN = ChannelCapacity(max=1, units=0, blocks=(EVERYTHING,))

Hand = tuple[tuple[str, bool], ...]
"""(channel, rests) of each contact in hand, sorted."""

Channels = dict[str, None]
"""A set in order. Asked about several times in each contact's life."""


class CapacityTable:
    """One capacity and, as they come up, the channels open for each combination of contacts in hand."""

    __slots__ = ("capacity", "channels", "combinations", "idle")

    def __init__(self, capacity: Capacity) -> None:
        self.capacity = capacity
        self.channels = tuple(sorted(capacity.channels))
        self.idle = self._open(())
        self.combinations: dict[Hand, Channels] = {}

    def open_channels(self, agent: Agent) -> Channels:
        """For an agent without offer, wrap-up or pending presence."""
        if not agent.work:
            return self.idle
        hand: Hand = tuple([(contact.channel, contact.resting is not None) for contact in agent.work])
        if len(hand) > 1:
            hand = tuple(sorted(hand))
        found = self.combinations.get(hand)
        if found is None:
            found = self.combinations[hand] = self._open(hand)
        return found

    def interrupts(self, coming: str, in_hand: str) -> bool:
        """Whether a contact of the channel `coming` may interrupt one of `in_hand`."""
        return coming in self.capacity.channels.get(in_hand, _UNKNOWN).interrupted_by

    def _open(self, hand: Hand) -> Channels:
        return {channel: None for channel in self.channels if self._fits(channel, hand)}

    def _fits(self, channel: str, hand: Hand) -> bool:
        wanted = self.capacity.channels[channel]
        units, count = wanted.units, 1
        for held, rests in hand:
            count += held == channel
            if rests or self.interrupts(channel, held):
                continue
            holding = self.capacity.channels.get(held, _UNKNOWN)
            if channel in holding.blocks or EVERYTHING in holding.blocks:
                return False
            units += holding.units
        return units <= self.capacity.units and count <= wanted.max


def check_capacity(capacity: Capacity) -> None:
    """Raises Refused("bad-agent") naming the field when nobody could work so."""
    if not 1 <= capacity.units <= MAX_UNITS:
        raise Refused("bad-agent", f"capacity.units: must be from 1 to {MAX_UNITS}, not {capacity.units}.")
    if not capacity.channels:
        raise Refused("bad-agent", "capacity.channels: name at least one channel, or the agent never gets anything.")
    for name, channel in capacity.channels.items():
        where = f"capacity.channels.{name}"
        if channel.max < 1:
            raise Refused(
                "bad-agent", f"{where}.max: must be 1 or more, not {channel.max}; leave the channel out instead."
            )
        if not 0 <= channel.units <= capacity.units:
            raise Refused(
                "bad-agent", f"{where}.units: must be from 0 to all {capacity.units} units, not {channel.units}."
            )
        for field, others in (("blocks", channel.blocks), ("interrupted_by", channel.interrupted_by)):
            for other in others:
                if other not in capacity.channels and not (field == "blocks" and other == EVERYTHING):
                    raise Refused("bad-agent", f"{where}.{field}: {other!r} is not a channel of this profile.")
        if name in channel.interrupted_by:
            raise Refused("bad-agent", f"{where}.interrupted_by: {name} cannot interrupt itself.")
