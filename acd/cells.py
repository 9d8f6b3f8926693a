"""The match index: per queue and channel (a lane) and per thing asked for (a cell), who fits and who waits.

Who fits is a set of bits, one for each member of the queue, kept with every change of skills and queues; who is ready
and open for the channel is another, kept per lane. Their intersection says at once whether anybody can take a contact,
and how many could. The one to take it is found along the lane's pools, which stand in the order of the strategy, or,
when few fit, among these.

A cell is made at the first contact that asks for it, by one look at the queue's members. Without contacts it is kept
for the next one; a lane keeps SPARE_CELLS of those, so that invented requirements cannot fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from acd.eligibility import combine, describe, meets, relax
from acd.model import Presence
from acd.order import place_in_line, standing_head
from acd.ordered import Ordered
from acd.state import NO_HEAD, Agent, Cell, CellKey, Contact, Lane, Member, Queue

SPARE_CELLS = 256
"""Some 50 skills at three levels each, asked for one or two at a time."""


def join_cell(contact: Contact) -> None:
    """Put an unanswered contact's wish in its queue's index, as it stands at its present stage."""
    lane = contact.queue.lanes.get(contact.channel)
    if lane is None:
        lane = _make_lane(contact.queue, contact.channel)
    cell = _cell_for(lane, contact)
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
    if contact.own_agent is not None or not (contact.preferred or queue.config.preferred_skills):
        return None
    cell = contact.cell
    wish = combine(cell.requirement, queue.config.preferred_skills, contact.preferred)
    found = _find_or_make(cell.lane, (wish, cell.reach, None))
    if not found.contacts:
        found.lane.spare.pop(found, None)
        _keep_spare(found)
    return found


def add_waiting(contact: Contact) -> None:
    """A newly ready agent may take the contact from now on."""
    cell = contact.cell
    contact.indexed = True
    cell.waiting.add(contact.entry)
    if cell.head is NO_HEAD:
        cell.lane.waiting[cell] = None
        cell.head = standing_head(contact)
    else:
        _set_head(cell)


def remove_waiting(contact: Contact) -> None:
    if contact.indexed:
        contact.indexed = False
        cell = contact.cell
        cell.waiting.remove(contact.entry)
        _set_head(cell)


def set_entry(contact: Contact) -> None:
    """After a change of queue, clock or priority, out of line."""
    contact.entry = place_in_line(contact)


def is_ready(agent: Agent) -> bool:
    """Nothing but capacity limits what it may be offered."""
    return agent.presence is Presence.AVAILABLE and agent.offer is None and not agent.wrap_ups and agent.pending is None


def open_channels(agent: Agent) -> tuple[str, ...]:
    """Channels of which it could be offered a contact now."""
    return agent.table.open_channels(agent) if is_ready(agent) else ()


def join_pool(agent: Agent) -> None:
    """The agent is ready: make it found in every lane it is open for. Does nothing for one who is in already."""
    if agent.in_pool or not is_ready(agent):
        return
    opened = agent.table.open_channels(agent)
    if not opened:
        return
    agent.in_pool = True
    pooled = agent.pooled
    for queue, member in agent.queues:
        strategy = queue.strategy
        for lane in queue.lanes.values():
            if lane.channel not in opened:
                continue
            lane.ready |= member.bit
            entry = strategy.entry(agent, member)
            pool = lane.pools.get(member.tier)
            if pool is None:
                pool = _make_pool(lane, member.tier)
            pool.add(entry)
            pooled.append((pool, entry))
            if strategy.by_cell:
                for cell in lane.cells.values():
                    if cell.fits & member.bit:
                        _rank_in_cell(cell, agent, member)


def leave_pool(agent: Agent) -> None:
    if not agent.in_pool:
        return
    agent.in_pool = False
    for pool, entry in agent.pooled:
        pool.remove(entry)
    agent.pooled.clear()
    for queue, member in agent.queues:
        bit = member.bit
        for lane in queue.lanes.values():
            if lane.ready & bit:
                lane.ready ^= bit


def count_ready(cell: Cell) -> int:
    return (cell.fits & cell.lane.ready).bit_count()


def ready_agents(cell: Cell, contact: Contact) -> Iterator[Agent]:
    """Those who fit and are ready, as the queue's strategy would choose them, one after the other."""
    lane = cell.lane
    able = cell.fits & lane.ready
    if not able:
        return iter(())
    if cell.order is not None:
        return iter(cell.order)
    if able.bit_count() ** 2 < lane.ready.bit_count():
        return iter(in_order(members_of(lane.queue, able), contact))
    return (agent for agent in _along_pools(lane, contact) if able & agent.members[lane.queue.queue_id].bit)


def in_order(members: Iterator[Member], contact: Contact) -> list[Agent]:
    """Members of the contact's queue as its strategy would choose them, one after the other."""
    queue = contact.queue
    strategy = queue.strategy
    lane = contact.cell.lane
    tiers: dict[int, Ordered[Agent]] = {}
    for member in members:
        tiers.setdefault(member.tier, Ordered()).add(strategy.entry(member.agent, member))
    return [agent for tier in sorted(tiers) for agent in strategy.all_in_order(tiers[tier], lane, tier, contact)]


def members_of(queue: Queue, bits: int) -> Iterator[Member]:
    """Members whose bits are set, lowest first."""
    while bits:
        lowest = bits & -bits
        member = queue.seats[lowest.bit_length() - 1]
        assert member is not None
        yield member
        bits ^= lowest


def seat(queue: Queue, member: Member) -> None:
    """Give a member who is out of the pool its bit, and find out which cells it fits. A free seat is used again."""
    if queue.vacant:
        place = queue.vacant.pop()
        queue.seats[place] = member
    else:
        place = len(queue.seats)
        queue.seats.append(member)
    member.bit = 1 << place
    agent = member.agent
    agent.queues.append((queue, member))
    queue.statuses[agent.status] += 1
    for lane in queue.lanes.values():
        for cell in lane.cells.values():
            if _fits(member, cell):
                _link(member, cell)


def unseat(queue: Queue, member: Member) -> None:
    """The opposite of seat."""
    agent = member.agent
    agent.queues.remove((queue, member))
    queue.statuses[agent.status] -= 1
    for lane in queue.lanes.values():
        for cell in lane.cells.values():
            if cell.fits & member.bit:
                cell.fits ^= member.bit
                del agent.cells[cell]
    place = member.bit.bit_length() - 1
    queue.seats[place] = None
    queue.vacant.append(place)
    member.bit = 0


def fits(agent: Agent, contact: Contact) -> bool:
    """The agent serves the contact's queue, meets what the contact asks for and takes its channel at all."""
    return contact.cell in agent.cells and contact.channel in agent.table.capacity.channels


def drop_lanes(queue: Queue) -> None:
    """Forget the whole index of a queue, all of whose contacts have left their cells and agents the pool."""
    for lane in queue.lanes.values():
        for cell in lane.cells.values():
            _unlink(cell)
    queue.lanes.clear()


def waiting_cells(agent: Agent) -> Iterator[Cell]:
    """Cells with contacts waiting that the agent fits and is open for, found the shorter way."""
    opened = agent.table.open_channels(agent)
    lanes = [
        (lane, member.bit)
        for queue, member in agent.queues
        for lane in queue.lanes.values()
        if lane.waiting and lane.channel in opened
    ]
    if sum(len(lane.waiting) for lane, _ in lanes) <= len(agent.cells):
        return (cell for lane, bit in lanes for cell in lane.waiting if cell.fits & bit)
    return (cell for cell in agent.cells if cell.head is not NO_HEAD and cell.lane.channel in opened)


def _make_lane(queue: Queue, channel: str) -> Lane:
    """Members who are in the pool already come into the new lane's pools too."""
    lane = queue.lanes[channel] = Lane(queue, channel)
    for member in queue.members.values():
        agent = member.agent
        if agent.in_pool and channel in agent.table.open_channels(agent):
            entry = queue.strategy.entry(agent, member)
            pool = lane.pools.get(member.tier) or _make_pool(lane, member.tier)
            pool.add(entry)
            agent.pooled.append((pool, entry))
            lane.ready |= member.bit
    return lane


def _make_pool(lane: Lane, tier: int) -> Ordered[Agent]:
    pool = lane.pools.get(tier)
    if pool is None:
        pool = lane.pools[tier] = Ordered()
        lane.tiers = tuple(sorted(lane.pools))
    return pool


def _along_pools(lane: Lane, contact: Contact) -> Iterator[Agent]:
    strategy = lane.queue.strategy
    for tier in lane.tiers:
        pool = lane.pools[tier]
        if pool:
            yield from strategy.candidates(pool, lane, tier, contact)


def _cell_for(lane: Lane, contact: Contact) -> Cell:
    queue = contact.queue
    own = contact.own_agent
    if own is not None:
        return _find_or_make(lane, ((), inf, own.agent_id))
    stage = contact.stage
    asked = (stage, contact.skills)
    cell = lane.by_ask.get(asked)
    if cell is None:
        requirement = combine(queue.config.required_skills, contact.skills)
        reach = inf
        if queue.stages:
            now = queue.stages[stage]
            requirement = relax(requirement, now.level_down, now.drop)
            reach = now.reach
        cell = _find_or_make(lane, (requirement, reach, None))
        if len(lane.by_ask) >= 4 * SPARE_CELLS:
            lane.by_ask.clear()
        lane.by_ask[asked] = cell
    return cell


def _find_or_make(lane: Lane, key: CellKey) -> Cell:
    cell = lane.cells.get(key)
    if cell is None:
        cell = lane.cells[key] = Cell(lane, key, _label(key))
        if lane.queue.strategy.by_cell:
            cell.order = Ordered()
        for member in lane.queue.members.values():
            if _fits(member, cell):
                _link(member, cell)
                if lane.ready & member.bit and cell.order is not None:
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
    for member in members_of(cell.lane.queue, cell.fits):
        del member.agent.cells[cell]
    if cell.order is not None:
        for agent in cell.order:
            agent.pooled = [(pool, entry) for pool, entry in agent.pooled if pool is not cell.order]


def _link(member: Member, cell: Cell) -> None:
    cell.fits |= member.bit
    member.agent.cells[cell] = None


def _fits(member: Member, cell: Cell) -> bool:
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
    if first is None:
        if cell.head is not NO_HEAD:
            cell.head = NO_HEAD
            del cell.lane.waiting[cell]
    elif cell.head[-1] is not first:
        cell.head = standing_head(first)
        cell.lane.waiting[cell] = None


def _label(key: CellKey) -> str:
    requirement, reach, only = key
    if only is not None:
        return " as preferred agent"
    words = describe(requirement)
    tiers = f" in tiers up to {reach:.0f}" if reach < inf else ""
    return f"{tiers} with {words}" if words else tiers
