"""Queues and agents made, changed and removed, with contacts in any state around them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from acd.bonds import Offer
from acd.capacity import CapacityTable
from acd.cells import (
    add_waiting,
    clear_lanes,
    fits,
    is_ready,
    join_cell,
    join_pool,
    leave_cell,
    leave_pool,
    remove_waiting,
    seat,
    set_entry,
    unseat,
)
from acd.checks import check_agent, check_queue
from acd.commands import (
    ConfigureAgent,
    ConfigureOrder,
    ConfigurePauseReasons,
    ConfigureQueue,
    RemoveAgent,
    RemoveQueue,
    ResetStatistics,
)
from acd.events import (
    AgentConfigured,
    AgentRemoved,
    OrderConfigured,
    PauseReasonsConfigured,
    QueueConfigured,
    QueueRemoved,
    StatisticsReset,
)
from acd.floor import Floor
from acd.line import watch_max_wait
from acd.matching import match_anew, place_agent, withdraw_offer
from acd.model import Capacity, OverflowCause, Phase, QueueConfig, Refused
from acd.order import settle_order
from acd.overflow import wait_on
from acd.presence import restatus
from acd.refusals import forgive
from acd.service_level import Counters
from acd.state import Agent, Contact, Member, Queue, Status
from acd.strategies import STRATEGIES
from acd.widening import release, stages_of, watch_widening

AT_ENTRY = frozenset({OverflowCause.FULL, OverflowCause.JOIN_EMPTY, OverflowCause.EXPECTED_WAIT})


def configure_queue(floor: Floor, command: ConfigureQueue) -> None:
    config = command.config
    check_queue(floor, config)
    floor.out.append(QueueConfigured(config, at=floor.now))
    queue = floor.queues.get(config.queue_id)
    if queue is not None:
        _reconfigure(floor, queue, config)
        return
    queue = Queue(config.queue_id, floor.members.setdefault(config.queue_id, {}))
    floor.queues[config.queue_id] = queue
    apply_config(queue, config)
    pooled = _leave_pool_of(queue)
    for member in queue.members.values():
        seat(queue, member)
    settle_members(queue)
    settle_order(floor)
    for agent in pooled:
        join_pool(agent)


def remove_queue(floor: Floor, command: RemoveQueue) -> None:
    queue = floor.queue(command.queue_id)
    if queue.line:
        raise Refused(
            "queue-not-empty", f"{len(queue.line)} contacts are in line in queue {command.queue_id!r}; move them first."
        )
    pooled = _leave_pool_of(queue)
    for member in queue.members.values():
        unseat(queue, member)
    del floor.queues[command.queue_id]
    if not queue.members:
        del floor.members[command.queue_id]
    settle_order(floor)
    for agent in pooled:
        join_pool(agent)
    floor.out.append(QueueRemoved(command.queue_id, at=floor.now))


def configure_agent(floor: Floor, command: ConfigureAgent) -> None:
    config = command.config
    check_agent(config)
    floor.out.append(AgentConfigured(config, at=floor.now))
    table = table_for(floor, config.capacity)
    agent = floor.agents.get(config.agent_id)
    if agent is None:
        agent = floor.agents[config.agent_id] = Agent(config, table, floor.now)
        _join_queues(floor, agent)
        return
    leave_pool(agent)
    left = [member for queue_id, member in agent.members.items() if queue_id not in config.queues]
    if left:
        release(floor, agent)
    for member in list(agent.members.values()):
        queue = floor.queues.get(member.queue_id)
        if queue is not None:
            unseat(queue, member)
    for member in left:
        _forget_member(floor, member)
    agent.config = config
    agent.table = table
    agent.skills = dict(config.skills)
    _join_queues(floor, agent)
    made = agent.offer
    if made is not None and not fits(agent, made.contact):
        _take_back(floor, made)
    place_agent(floor, agent)


def remove_agent(floor: Floor, command: RemoveAgent) -> None:
    agent = floor.agent(command.agent_id)
    if agent.work or agent.wrap_ups:
        raise Refused("agent-busy", f"Agent {command.agent_id!r} is at work on a contact; it must end first.")
    made = agent.offer
    if made is not None:
        withdraw_offer(floor, made, "agent-removed")
    leave_pool(agent)
    release(floor, agent)
    for member in list(agent.members.values()):
        queue = floor.queues.get(member.queue_id)
        if queue is not None:
            unseat(queue, member)
        _forget_member(floor, member)
    forgive(floor, agent)
    del floor.agents[command.agent_id]
    floor.out.append(AgentRemoved(command.agent_id, at=floor.now))
    if made is not None and not made.contact.offers:
        wait_on(floor, made.contact)


def configure_pause_reasons(floor: Floor, command: ConfigurePauseReasons) -> None:
    for agent in floor.agents.values():
        restatus(floor, agent)
    floor.reasons = tuple(reason.reason_id for reason in command.reasons)
    floor.counted_reasons = frozenset(reason.reason_id for reason in command.reasons if reason.occupancy)
    floor.out.append(PauseReasonsConfigured(floor.reasons, at=floor.now))


def configure_order(floor: Floor, command: ConfigureOrder) -> None:
    floor.order = command.order
    settle_order(floor)
    floor.out.append(OrderConfigured(command.order, at=floor.now))


def reset_statistics(floor: Floor, command: ResetStatistics) -> None:
    """The pool is ordered by some of the figures, so everybody leaves it for a moment."""
    for queue in floor.queues.values():
        queue.counters = Counters()
    pooled = [agent for agent in floor.agents.values() if agent.in_pool]
    for agent in pooled:
        leave_pool(agent)
    for agent in floor.agents.values():
        restatus(floor, agent)
        agent.times = [0.0] * len(Status)
        agent.counted_pause_s = 0.0
        agent.handled = 0
        for member in agent.members.values():
            member.calls = 0
            member.talk_s = 0.0
    for agent in pooled:
        join_pool(agent)
    floor.out.append(StatisticsReset(at=floor.now))


def apply_config(queue: Queue, config: QueueConfig) -> None:
    """What follows from the configuration alone."""
    queue.config = config
    queue.strategy = STRATEGIES[config.strategy]
    queue.ageing = 1.0 / config.ageing_s if config.ageing_s else 0.0
    queue.target_wait_s = config.target_wait_s or config.service_level_target_s or 1.0
    queue.at_entry = tuple(rule for rule in config.overflow if rule.cause in AT_ENTRY)
    queue.max_wait = next((rule for rule in config.overflow if rule.cause is OverflowCause.MAX_WAIT), None)
    queue.leave_empty = next((rule for rule in config.overflow if rule.cause is OverflowCause.LEAVE_EMPTY), None)


def settle_members(queue: Queue) -> None:
    """What follows from the members besides: how far tiers go, and who weighs most."""
    members = queue.members.values()
    queue.largest_weight = max((member.weight for member in members), default=1.0)
    queue.stages = stages_of(queue.config, max((member.tier for member in members), default=1))
    for lane in queue.lanes.values():
        lane.by_ask.clear()


def table_for(floor: Floor, capacity: Capacity) -> CapacityTable:
    """Agents with the same capacity share the table."""
    key = msgspec.json.encode(capacity, order="deterministic")
    table = floor.tables.get(key)
    if table is None:
        table = floor.tables[key] = CapacityTable(capacity)
    return table


def apply_membership(member: Member, agent: Agent) -> None:
    membership = agent.config.queues[member.queue_id]
    member.tier = membership.tier
    member.weight = membership.weight
    member.place = membership.position * (1 << 40) + member.ring


def _reconfigure(floor: Floor, queue: Queue, config: QueueConfig) -> None:
    """The whole index of the queue is built anew: its keys depend on strategy and required skills."""
    pooled = _leave_pool_of(queue)
    _rebuild(floor, queue, lambda: apply_config(queue, config))
    settle_order(floor)
    freed: list[Agent] = []
    for contact in list(queue.line):
        watch_max_wait(floor, contact)
        for made in list(contact.offers.values()):
            if not fits(made.agent, contact):
                withdraw_offer(floor, made, "not-eligible")
                freed.append(made.agent)
    orphans = [contact for contact in queue.line if contact.phase is Phase.WAITING and not contact.indexed]
    for contact in orphans:
        add_waiting(contact)
    for agent in (*pooled, *freed):
        if is_ready(agent):
            join_pool(agent)
    match_anew(floor, dict.fromkeys([queue, *(other for agent in freed for other, _ in agent.queues)]))


def _rebuild(floor: Floor, queue: Queue, change: Callable[[], None]) -> None:
    """Take every contact out of the index, change, and put them back in. Nobody of the queue is in the pool."""
    line = list(queue.line)
    indexed = [contact for contact in line if contact.indexed]
    for contact in line:
        remove_waiting(contact)
        queue.line.remove(contact.entry)
        leave_cell(contact)
    clear_lanes(queue)
    change()
    settle_members(queue)
    for contact in line:
        contact.stage = min(contact.stage, max(0, len(queue.stages) - 1))
        set_entry(contact)
        queue.line.add(contact.entry)
        join_cell(contact)
        watch_widening(floor, contact)
    for contact in indexed:
        add_waiting(contact)


def _leave_pool_of(queue: Queue) -> list[Agent]:
    pooled = [agent for agent in queue.members if agent.in_pool]
    for agent in pooled:
        leave_pool(agent)
    return pooled


def _take_back(floor: Floor, made: Offer) -> None:
    contact: Contact = made.contact
    withdraw_offer(floor, made, "not-eligible")
    if not contact.offers:
        wait_on(floor, contact)


def _forget_member(floor: Floor, member: Member) -> None:
    members = floor.members[member.queue_id]
    del members[member.agent]
    del member.agent.members[member.queue_id]
    queue = floor.queues.get(member.queue_id)
    if queue is not None:
        settle_members(queue)
    elif not members:
        del floor.members[member.queue_id]


def _join_queues(floor: Floor, agent: Agent) -> None:
    """Take a seat in all its queues. Sorted, so that the order of the configuration's mapping does not matter."""
    for queue_id in sorted(agent.config.queues):
        member = agent.members.get(queue_id)
        if member is None:
            member = agent.members[queue_id] = Member(agent, queue_id, floor.next_sequence())
            floor.members.setdefault(queue_id, {})[agent] = member
        apply_membership(member, agent)
        queue = floor.queues.get(queue_id)
        if queue is not None:
            seat(queue, member)
            queue.largest_weight = max(queue.largest_weight, member.weight)
            if queue.config.tier_delay_s is not None or queue.config.relax:
                settle_members(queue)
