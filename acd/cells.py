"""The match index: per queue and channel (a lane) and per thing asked for (a cell), who fits and who waits.

Who fits is a set of bits, one for each member of the queue, kept with every change of skills and queues (seats.py); who
is ready and open for the channel is another, kept per lane. Their intersection says at once whether anybody can take a
contact, and how many could. The one to take it is found along the lane's pools, which stand in the order of the
strategy, or, when few fit, among these. Who becomes ready looks along the first contacts of a lane's cells, in order,
as far as the first one that fits.

A cell is made at the first contact that asks for it. Without contacts it is kept for the next one; a lane keeps
SPARE_CELLS of those, so that invented requirements cannot fill the memory.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import inf
from typing import Final

from acd.eligibility import Requirement, combine, describe, meets, relax
from acd.model import LASTING, Expression, Presence
from acd.order import place_in_line, standing_head
from acd.ordered import Ordered
from acd.seats import leave_seat, members_of, take_seat, who_fits
from acd.state import NO_HEAD, Agent, Ask, Cell, CellKey, Contact, Lane, Member, Queue

SPARE_CELLS: Final = 256
"""Some 50 skills at three levels each, asked for one or two at a time."""
AVAILABLE: Final = Presence.AVAILABLE


def join_cell(contact: Contact) -> None:
    """Put an unanswered contact's wish in its queue's index, as it stands at its present stage."""
    lane = contact.queue.lanes.get(contact.channel)
    if lane is None:
        lane = _make_lane(contact.queue, contact.channel)
    own = contact.own_agent
    if own is None:
        asked = (contact.stage, contact.skills)
        cell = lane.by_ask.get(asked) or _find_by_ask(lane, asked)
    else:
        cell = find_or_make(lane, ((), inf, own.agent_id))
    if not cell.contacts:
        lane.spare.pop(cell, None)
    cell.contacts += 1
    contact.cell = cell


def leave_cell(contact: Contact) -> None:
    cell = contact.cell
    cell.contacts -= 1
    if not cell.contacts:
        _keep_spare(cell)


def preferred_cell(contact: Contact) -> Cell | None:
    """The cell of what is asked for and preferred, None when nothing is preferred."""
    queue = contact.queue
    if not (contact.preferred or queue.config.preferred_skills) or contact.own_agent is not None:
        return None
    cell = contact.cell
    wish = combine(cell.requirement, queue.config.preferred_skills, contact.preferred)
    found = find_or_make(cell.lane, (wish, cell.reach, None))
    if not found.contacts:
        found.lane.spare.pop(found, None)
        _keep_spare(found)
    return found


def add_waiting(contact: Contact) -> None:
    """A newly ready agent may take the contact from now on."""
    cell = contact.cell
    contact.indexed = True
    cell.waiting.add(contact.entry)
    _set_head(cell)


def remove_waiting(contact: Contact) -> None:
    if contact.indexed:
        contact.indexed = False
        cell = contact.cell
        cell.waiting.remove(contact.entry)
        if cell.head[4] is contact:
            _set_head(cell)


def lasting_in_line(queue: Queue) -> int:
    """Contacts not answered yet that are lasting work: they keep no caller from joining, and nobody waits there."""
    lanes = [lane for channel, lane in queue.lanes.items() if channel in LASTING]
    return sum([cell.contacts for lane in lanes for cell in lane.cells.values()])


def set_entry(contact: Contact) -> None:
    """After a change of queue, clock or priority, out of line."""
    contact.entry = place_in_line(contact)


def is_ready(agent: Agent) -> bool:
    """Nothing but capacity limits what it may be offered."""
    return agent.offer is None and agent.presence is AVAILABLE and not agent.wrap_ups and agent.pending is None


def open_channels(agent: Agent) -> tuple[str, ...]:
    """Channels of which it could be offered a contact now."""
    return tuple(agent.table.open_channels(agent)) if is_ready(agent) else ()


def join_pool(agent: Agent) -> None:
    """The agent is ready: make it found in every lane it is open for. Does nothing for one who is in already."""
    if agent.in_pool:
        return
    opened = agent.table.open_channels(agent)
    if opened:
        agent.in_pool = True
        for lane, member in agent.lanes:
            if lane.channel in opened:
                _join_lane(agent, lane, member)


def leave_pool(agent: Agent) -> None:
    if agent.in_pool:
        agent.in_pool = False
        for pool, entry in agent.pooled:
            pool.remove(entry)
        agent.pooled.clear()
        for lane, member in agent.lanes:
            lane.ready &= ~member.bit


def count_ready(cell: Cell) -> int:
    return (cell.fits & cell.lane.ready).bit_count()


def ready_agents(cell: Cell, contact: Contact) -> Iterable[Agent]:
    """Those who fit and are ready, as the queue's strategy would choose them, one after the other."""
    lane = cell.lane
    able = cell.fits & lane.ready
    if cell.order is not None:
        return cell.order
    if able.bit_count() ** 2 < lane.ready.bit_count():
        return in_order(members_of(lane.queue, able), contact)
    return _along_pools(lane, contact, able)


def first_of_all(contact: Contact, able: int) -> Agent | None:
    """Who stands first of all ready agents, whatever is asked, if that one is among the `able`; else, and with a
    strategy that does not always go from the first, None, which means nothing."""
    queue = contact.queue
    if queue.strategy.from_first:
        lane = contact.cell.lane
        for tier in lane.tiers:
            first = lane.pools[tier].first()
            if first is not None:
                return first if able & first.members[queue.queue_id].bit else None
    return None


def in_order(members: Iterator[Member], contact: Contact) -> list[Agent]:
    """Members of the contact's queue as its strategy would choose them, one after the other."""
    queue = contact.queue
    strategy = queue.strategy
    lane = contact.cell.lane
    tiers: dict[int, Ordered[Agent]] = {}
    for member in members:
        tiers.setdefault(member.tier, Ordered()).add(strategy.entry(member.agent, member))
    return [agent for tier in sorted(tiers) for agent in strategy.all_in_order(tiers[tier], lane, tier, contact)]


def seat(queue: Queue, member: Member) -> None:
    """Give a member who is out of the pool its bit, and find out which cells it fits."""
    take_seat(queue, member)
    member.agent.queues.append((queue, member))
    for lane in queue.lanes.values():
        open_lane(lane, member)


def unseat(queue: Queue, member: Member) -> None:
    """The opposite of seat."""
    agent = member.agent
    agent.queues.remove((queue, member))
    others = ~member.bit
    for lane in queue.lanes.values():
        if lane.members & member.bit:
            lane.members &= others
            agent.lanes.remove((lane, member))
            for cell in lane.cells.values():
                cell.fits &= others
    leave_seat(queue, member)


def fits(agent: Agent, contact: Contact) -> bool:
    """The agent serves the contact's queue, meets what the contact asks for and takes its channel at all."""
    member = agent.members.get(contact.queue.queue_id)
    return member is not None and bool(contact.cell.fits & member.bit)


def clear_lanes(queue: Queue) -> None:
    """Forget the cells of a queue, all of whose contacts have left them and agents the pool. Turns are kept."""
    for lane in queue.lanes.values():
        for cell in lane.cells.values():
            _unlink(cell)
        lane.cells.clear()
        lane.by_ask.clear()
        lane.spare.clear()


def _make_lane(queue: Queue, channel: str) -> Lane:
    """Members who are in the pool already come into the new lane's pools too."""
    lane = queue.lanes[channel] = Lane(queue, channel)
    for member in queue.members.values():
        agent = member.agent
        open_lane(lane, member)
        if agent.in_pool and channel in agent.table.open_channels(agent) and (lane, member) in agent.lanes:
            _join_lane(agent, lane, member)
    return lane


def open_lane(lane: Lane, member: Member) -> None:
    """The member serves the lane, if its agent takes the channel at all. Out of the lane's pools."""
    agent = member.agent
    if lane.channel in agent.table.capacity.channels:
        agent.lanes.append((lane, member))
        lane.members |= member.bit
        if member.tier not in lane.pools:
            lane.pools[member.tier] = Ordered()
            lane.tiers = tuple(sorted(lane.pools))
        for cell in lane.cells.values():
            if _fits(member, cell):
                cell.fits |= member.bit


def _join_lane(agent: Agent, lane: Lane, member: Member) -> None:
    lane.ready |= member.bit
    strategy = lane.queue.strategy
    entry = strategy.entry(agent, member)
    pool = lane.pools[member.tier]
    pool.add(entry)
    agent.pooled.append((pool, entry))
    if strategy.by_cell:
        for cell in lane.cells.values():
            if cell.fits & member.bit:
                _rank_in_cell(cell, agent, member)


def _along_pools(lane: Lane, contact: Contact, able: int) -> Iterator[Agent]:
    queue_id = lane.queue.queue_id
    strategy = lane.queue.strategy
    for tier in lane.tiers:
        pool = lane.pools[tier]
        if pool:
            for agent in strategy.candidates(pool, lane, tier, contact):
                if able & agent.members[queue_id].bit:
                    yield agent


def _find_by_ask(lane: Lane, asked: Ask) -> Cell:
    queue = lane.queue
    stage, skills = asked
    requirement = _together(queue.config.required_skills, skills)
    reach = inf
    if queue.stages:
        now = queue.stages[min(stage, len(queue.stages) - 1)]
        requirement = relax(requirement, now.level_down, now.drop)
        reach = now.reach
    cell = find_or_make(lane, (requirement, reach, None))
    if len(lane.by_ask) >= 4 * SPARE_CELLS:
        lane.by_ask.clear()
    lane.by_ask[asked] = cell
    return cell


@lru_cache(maxsize=4096)
def _together(required: tuple[Expression, ...], skills: tuple[Expression, ...]) -> Requirement:
    """Many queues are asked for the same."""
    return combine(required, skills)


def find_or_make(lane: Lane, key: CellKey) -> Cell:
    """The cell for what is asked for, made if there is none."""
    cell = lane.cells.get(key)
    if cell is None:
        cell = lane.cells[key] = Cell(lane, key, label_of(key))
        cell.fits = who_fits(lane, key)
        if lane.queue.strategy.by_cell:
            cell.order = Ordered()
            for member in members_of(lane.queue, cell.fits & lane.ready):
                _rank_in_cell(cell, member.agent, member)
    return cell


def _keep_spare(cell: Cell) -> None:
    lane = cell.lane
    lane.spare[cell] = None
    if len(lane.spare) > SPARE_CELLS:
        oldest = next(iter(lane.spare))
        del lane.spare[oldest]
        del lane.cells[oldest.key]
        lane.by_ask = {ask: each for ask, each in lane.by_ask.items() if each is not oldest}
        _unlink(oldest)


def _unlink(cell: Cell) -> None:
    if cell.order is not None:
        for agent in cell.order:
            agent.pooled = [(pool, entry) for pool, entry in agent.pooled if pool is not cell.order]


def _fits(member: Member, cell: Cell) -> bool:
    """For a member whose agent takes the channel."""
    if member.tier > cell.reach:
        return False
    only = cell.key[2]
    return meets(member.agent.skills, cell.requirement) if only is None else member.agent.agent_id == only


def _rank_in_cell(cell: Cell, agent: Agent, member: Member) -> None:
    assert cell.order is not None
    entry = cell.lane.queue.strategy.entry_in(cell, agent, member)
    cell.order.add(entry)
    agent.pooled.append((cell.order, entry))


def _set_head(cell: Cell) -> None:
    first = cell.waiting.first()
    old = cell.head
    if first is old[4]:
        return
    heads = cell.lane.heads
    if old[4] is not None:
        del heads[bisect_left(heads, old)]
    if first is None:
        cell.head = NO_HEAD
    else:
        cell.head = standing_head(first)
        insort(heads, cell.head)


@lru_cache(maxsize=4096)
def label_of(key: CellKey) -> str:
    """What an agent must bring, as the end of a sentence."""
    requirement, reach, only = key
    if only is not None:
        return " as preferred agent"
    words = describe(requirement)
    tiers = f" in tiers up to {reach:.0f}" if reach < inf else ""
    return f"{tiers} with {words}" if words else tiers
