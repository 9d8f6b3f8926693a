"""Queues and agents made, changed and removed, with contacts in any state around them."""

from __future__ import annotations

from math import isfinite

from acd.cells import (
    add_waiting,
    attach,
    detach,
    drop_cells,
    fits,
    join_cell,
    join_pool,
    leave_cell,
    leave_pool,
    remove_waiting,
)
from acd.commands import ConfigureAgent, ConfigureQueue, RemoveAgent, RemoveQueue
from acd.eligibility import check_levels
from acd.events import AgentConfigured, AgentRemoved, QueueConfigured, QueueRemoved
from acd.line import watch_max_wait
from acd.matching import place_agent, withdraw_offer
from acd.model import Activity, AgentConfig, Phase, QueueConfig, Refused
from acd.overflow import overflow_chain, wait_on
from acd.refusals import forgive
from acd.state import Agent, Floor, Queue
from acd.strategies import STRATEGIES, in_order


def configure_queue(floor: Floor, command: ConfigureQueue) -> None:
    config = command.config
    _check_queue(floor, config)
    floor.out.append(QueueConfigured(config, at=floor.now))
    queue = floor.queues.get(config.queue_id)
    if queue is not None:
        _reconfigure(floor, queue, config)
        return
    queue = Queue(config, floor.members.setdefault(config.queue_id, {}))
    floor.queues[config.queue_id] = queue
    pooled = _leave_pool_of(queue)
    for agent in queue.members:
        attach(agent, queue)
    for agent in pooled:
        join_pool(agent)


def remove_queue(floor: Floor, command: RemoveQueue) -> None:
    queue = floor.queue(command.queue_id)
    if queue.line:
        raise Refused(
            "queue-not-empty", f"{len(queue.line)} contacts are in line in queue {command.queue_id!r}; move them first."
        )
    pooled = _leave_pool_of(queue)
    for agent in queue.members:
        detach(agent, queue)
    del floor.queues[command.queue_id]
    if not queue.members:
        del floor.members[command.queue_id]
    for agent in pooled:
        join_pool(agent)
    floor.out.append(QueueRemoved(command.queue_id, at=floor.now))


def configure_agent(floor: Floor, command: ConfigureAgent) -> None:
    config = command.config
    _check_agent(config)
    floor.out.append(AgentConfigured(config, at=floor.now))
    agent = floor.agents.get(config.agent_id)
    if agent is None:
        agent = floor.agents[config.agent_id] = Agent(config, floor.now)
        _join_queues(floor, agent, frozenset())
        return
    leave_pool(agent)
    joined = agent.config.queues
    _leave_queues(floor, agent, joined - config.queues)
    agent.config = config
    agent.skills = dict(config.skills)
    _join_queues(floor, agent, joined)
    contact = agent.contact
    if agent.activity is Activity.OFFERED and contact is not None and not fits(agent, contact):
        withdraw_offer(floor, contact, "not-eligible")
        wait_on(floor, contact)
    place_agent(floor, agent)


def remove_agent(floor: Floor, command: RemoveAgent) -> None:
    agent = floor.agent(command.agent_id)
    if agent.activity in (Activity.BUSY, Activity.WRAP_UP):
        raise Refused("agent-busy", f"Agent {command.agent_id!r} is at work on a contact; it must end first.")
    contact = agent.contact
    if contact is not None:
        withdraw_offer(floor, contact, "agent-removed")
    leave_pool(agent)
    _leave_queues(floor, agent, agent.config.queues)
    forgive(floor, agent)
    del floor.agents[command.agent_id]
    floor.out.append(AgentRemoved(command.agent_id, at=floor.now))
    if contact is not None:
        wait_on(floor, contact)


def _reconfigure(floor: Floor, queue: Queue, config: QueueConfig) -> None:
    """The whole index of the queue is built anew: its keys depend on strategy and required skills."""
    pooled = _leave_pool_of(queue)
    line = list(queue.line)
    for contact in line:
        if contact.phase is Phase.WAITING:
            remove_waiting(contact)
        leave_cell(contact)
    drop_cells(queue)
    queue.config = config
    freed: list[Agent] = []
    for contact in line:
        join_cell(contact)
        watch_max_wait(floor, contact)
        if contact.agent is not None and not fits(contact.agent, contact):
            freed.append(withdraw_offer(floor, contact, "not-eligible"))
    for contact in line:
        if contact.phase is Phase.WAITING:
            add_waiting(contact)
    for agent in in_order(pooled + freed, queue):
        place_agent(floor, agent, "next ready agent after the queue was changed")


def _leave_pool_of(queue: Queue) -> list[Agent]:
    pooled = [agent for agent in queue.members if agent.in_pool]
    for agent in pooled:
        leave_pool(agent)
    return pooled


def _leave_queues(floor: Floor, agent: Agent, queue_ids: frozenset[str]) -> None:
    for queue_id in queue_ids:
        queue = floor.queues.get(queue_id)
        members = floor.members[queue_id]
        if queue is not None:
            detach(agent, queue)
        del members[agent]
        if not members and queue is None:
            del floor.members[queue_id]


def _join_queues(floor: Floor, agent: Agent, joined: frozenset[str]) -> None:
    """Attach to all its queues, those in `joined` anew since the skills may have changed. Sorted, because the order
    in which a set of strings is walked differs between processes and a replay must not."""
    for queue_id in sorted(agent.config.queues):
        queue = floor.queues.get(queue_id)
        if queue_id not in joined:
            floor.members.setdefault(queue_id, {})[agent] = floor.next_sequence()
        elif queue is not None:
            detach(agent, queue)
        if queue is not None:
            attach(agent, queue)


def _check_queue(floor: Floor, config: QueueConfig) -> None:
    if config.strategy not in STRATEGIES:
        known = ", ".join(STRATEGIES)
        raise Refused("unknown-strategy", f"strategy: {config.strategy!r} is not one of {known}.")
    check_levels("bad-queue", "required_skills", ((needed.skill, needed.level) for needed in config.required_skills))
    above_zero = {
        "ring_timeout_s": config.ring_timeout_s,
        "max_wait_s": config.max_wait_s,
        "refusal_lapse_s": config.refusal_lapse_s,
    }
    for field, seconds in above_zero.items():
        if seconds is not None and not (isfinite(seconds) and seconds > 0):
            raise Refused("bad-queue", f"{field}: must be a number of seconds above 0, not {seconds}.")
    not_negative = {"wrap_up_s": config.wrap_up_s, "service_level_target_s": config.service_level_target_s}
    for field, seconds in not_negative.items():
        if not (isfinite(seconds) and seconds >= 0):
            raise Refused("bad-queue", f"{field}: must be a number of seconds from 0, not {seconds}.")
    chain = overflow_chain(config, floor.queues)
    if len(chain) != len(set(chain)):
        raise Refused("overflow-cycle", f"overflow: contacts would go in a circle: {' → '.join(chain)}.")


def _check_agent(config: AgentConfig) -> None:
    check_levels("bad-agent", "skills", config.skills.items())
    if config.misses_before_not_responding < 1:
        raise Refused(
            "bad-agent", f"misses_before_not_responding: must be 1 or more, not {config.misses_before_not_responding}."
        )
