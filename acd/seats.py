"""The members of a queue as bits, and which of them have which skill and stand in which tier.

So who fits what is asked for is found by a few operations on whole sets, however many members there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from acd.eligibility import who_meets
from acd.state import CellKey, Lane, Member, Queue, Status


def take_seat(queue: Queue, member: Member) -> None:
    """Give the member its bit. A free seat is used again."""
    if queue.vacant:
        place = queue.vacant.pop()
        queue.seats[place] = member
    else:
        place = len(queue.seats)
        queue.seats.append(member)
    member.bit = 1 << place
    note(queue, member)


def leave_seat(queue: Queue, member: Member) -> None:
    """The opposite of take_seat, before the agent's skills or the member's tier change."""
    agent, bit = member.agent, member.bit
    queue.staffed &= ~bit
    del queue.bits[agent.agent_id]
    queue.by_tier[member.tier] ^= bit
    for skill, level in agent.skills.items():
        for each in range(1, level + 1):
            left = queue.by_level[skill, each] ^ bit
            if left:
                queue.by_level[skill, each] = left
            else:
                del queue.by_level[skill, each]
    place = bit.bit_length() - 1
    queue.seats[place] = None
    queue.vacant.append(place)
    member.bit = 0


def note(queue: Queue, member: Member) -> None:
    """What is known of a member who has its bit."""
    agent, bit = member.agent, member.bit
    queue.bits[agent.agent_id] = bit
    queue.by_tier[member.tier] = queue.by_tier.get(member.tier, 0) | bit
    by_level = queue.by_level
    for skill, level in agent.skills.items():
        for each in range(1, level + 1):
            by_level[skill, each] = by_level.get((skill, each), 0) | bit
    if agent.status <= Status.WRAP_UP:
        queue.staffed |= bit


def members_of(queue: Queue, bits: int) -> Iterator[Member]:
    """Members whose bits are set, lowest first."""
    while bits:
        lowest = bits & -bits
        member = queue.seats[lowest.bit_length() - 1]
        assert member is not None
        yield member
        bits ^= lowest


def who_fits(lane: Lane, key: CellKey) -> int:
    """Bits of the members who may be offered what the key asks for."""
    requirement, reach, only = key
    queue = lane.queue
    if only is not None:
        return lane.members & queue.bits.get(only, 0)
    able = lane.members
    if reach < inf:
        reached = 0
        for tier, bits in queue.by_tier.items():
            if tier <= reach:
                reached |= bits
        able &= reached
    return who_meets(requirement, able, queue.by_level)
