"""A contact's life: queued, abandoned, ended, queued again."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite

from acd.agents import end_work
from acd.cells import add_waiting, leave_pool, remove_waiting, set_entry
from acd.commands import AbandonContact, EndContact, EnqueueContact, LeaveQueue, PrioritizeContact, RequeueContact
from acd.eligibility import check_expressions
from acd.events import ContactAbandoned, ContactEnded, ContactLeftQueue, ContactPrioritized, WorkResumed
from acd.floor import Floor
from acd.line import forget_contact, leave_line
from acd.matching import place_agent, withdraw_offers
from acd.model import CHOSEN, LASTING, Expression, Phase, Presence, Refused, Target
from acd.overflow import announce_queued, join
from acd.refusals import forget_refusals
from acd.state import Agent, Contact, Queue
from acd.wrap_up import start_wrap_up


def enqueue_contact(floor: Floor, command: EnqueueContact) -> None:
    queue = floor.queue(command.queue_id)
    if command.contact_id in floor.contacts:
        raise Refused("contact-exists", f"Contact {command.contact_id!r} is in a queue or with an agent already.")
    _check(command)
    floor.sequence += 1
    contact = Contact(command, floor.now, floor.sequence)
    if command.since is not None and command.since < floor.now:
        contact.clock = command.since
        contact.waited_s = floor.now - command.since
    if command.due is not None:
        contact.clock = command.due
    if command.agent_id is not None:
        _keep_to_agent(floor, contact, queue, command.agent_id, command.agent_wait_s)
    floor.contacts[command.contact_id] = contact
    announce_queued(floor, contact, queue)
    join(floor, contact, queue)


def abandon_contact(floor: Floor, command: AbandonContact) -> None:
    contact = floor.contact(command.contact_id)
    if contact.phase is Phase.ASSIGNED:
        raise Refused("contact-assigned", f"Contact {command.contact_id!r} is with an agent; end it instead.")
    queue = contact.queue
    if contact.forecast is not None:
        queue.estimator.abandoned(contact.forecast, floor.now)
    agents = _leave(floor, contact, "abandoned")
    forget_contact(floor, contact)
    queue.counters.count_abandon(contact.waited_s, queue.config.service_level_target_s)
    floor.out.append(ContactAbandoned(contact.contact_id, queue.queue_id, contact.waited_s, at=floor.now))
    for agent in agents:
        place_agent(floor, agent)


def leave_queue(floor: Floor, command: LeaveQueue) -> None:
    contact = floor.contact(command.contact_id)
    if contact.phase is Phase.ASSIGNED:
        raise Refused("contact-assigned", f"Contact {command.contact_id!r} is with an agent and in no queue.")
    queue = contact.queue
    if contact.forecast is not None:
        queue.estimator.abandoned(contact.forecast, floor.now)
        contact.forecast = None
    agents = _leave(floor, contact, "left")
    forget_contact(floor, contact)
    queue.counters.left += 1
    floor.out.append(ContactLeftQueue(contact.contact_id, queue.queue_id, CHOSEN, Target(), at=floor.now))
    for agent in agents:
        place_agent(floor, agent)


def end_contact(floor: Floor, command: EndContact) -> None:
    contact = floor.contact(command.contact_id)
    agent = contact.agent
    if agent is None:
        raise Refused("contact-not-assigned", f"Contact {command.contact_id!r} is still in line; abandon it instead.")
    forget_contact(floor, contact)
    now = floor.now
    queue = contact.queue
    talk_s = 0.0 if contact.channel in LASTING else now - contact.answered_at
    if agent.in_pool:
        leave_pool(agent)
    agent.handled += 1
    if contact.channel not in LASTING:
        member = agent.members.get(queue.queue_id)
        if member is not None:
            member.talk_s += talk_s
            member.last_ended = now
        queue.counters.count_handled(talk_s)
    floor.out.append(ContactEnded(contact.contact_id, agent.agent_id, talk_s, at=now))
    _let_go(floor, agent, contact)
    start_wrap_up(floor, agent, contact)


def requeue_contact(floor: Floor, command: RequeueContact) -> None:
    contact = floor.contact(command.contact_id)
    queue = floor.queue(command.queue_id)
    if contact.phase is Phase.ASSIGNED:
        agent = contact.agent
        assert agent is not None
        contact.agent = None
        leave_pool(agent)
        _let_go(floor, agent, contact)
        end_work(floor, agent)
        agents = [agent]
    else:
        contact.queue.counters.moved += 1
        agents = _leave(floor, contact, "requeued")
    if contact.refused_by:
        forget_refusals(floor, contact)
    contact.own_agent = None
    if command.priority is not None:
        contact.priority = command.priority
    keeps_clock = queue.config.keeps_clock if command.keep_clock is None else command.keep_clock
    if not keeps_clock:
        contact.clock = floor.now
        contact.seq = floor.next_sequence()
        contact.waited_s = 0.0
    announce_queued(floor, contact, queue)
    join(floor, contact, queue)
    for agent in agents:
        place_agent(floor, agent)


def prioritize_contact(floor: Floor, command: PrioritizeContact) -> None:
    """A ringing offer goes on ringing. Nobody ready can take it now who could not before."""
    contact = floor.contact(command.contact_id)
    if contact.phase is Phase.ASSIGNED:
        raise Refused("contact-assigned", f"Contact {command.contact_id!r} is with an agent and has no priority.")
    _check_due(command.due)
    indexed = contact.indexed
    remove_waiting(contact)
    contact.queue.line.remove(contact.entry)
    contact.priority = command.priority
    if command.due is not None:
        contact.clock = command.due
    set_entry(contact)
    contact.queue.line.add(contact.entry)
    if indexed:
        add_waiting(contact)
    floor.out.append(ContactPrioritized(contact.contact_id, contact.priority, at=floor.now))


def _keep_to_agent(floor: Floor, contact: Contact, queue: Queue, agent_id: str, wait_s: float) -> None:
    agent = floor.agents.get(agent_id)
    there = agent is not None and agent.presence is not Presence.OFF and queue.queue_id in agent.config.queues
    if there and wait_s > 0 and agent is not None and contact.channel in agent.table.capacity.channels:
        contact.own_agent = agent
        contact.own_until = floor.now + wait_s


def _let_go(floor: Floor, agent: Agent, contact: Contact) -> None:
    """Out of the agent's hands; what rested for it goes on, unless another one may interrupt that."""
    del agent.work[contact]
    contact.resting = None
    for other in agent.work:
        if other.resting is contact:
            other.resting = next(
                (
                    each
                    for each in agent.work
                    if each is not other
                    and each.resting is None
                    and agent.table.interrupts(each.channel, other.channel)
                ),
                None,
            )
            if other.resting is None:
                floor.out.append(WorkResumed(agent.agent_id, other.contact_id, at=floor.now))


def _leave(floor: Floor, contact: Contact, reason: str) -> list[Agent]:
    """Out of the line, from waiting or ringing. Returns the agents it rang at, to be placed."""
    agents = withdraw_offers(floor, contact, reason)
    remove_waiting(contact)
    leave_line(floor, contact)
    return agents


@lru_cache(maxsize=1024)
def _check_expressions(field: str, expressions: tuple[Expression, ...]) -> None:
    check_expressions("bad-contact", field, expressions)


def _check(command: EnqueueContact) -> None:
    if command.skills:
        _check_expressions("skills", command.skills)
    if command.preferred:
        _check_expressions("preferred", command.preferred)
    limit = command.max_wait_s
    if limit is not None and not (isfinite(limit) and limit > 0):
        raise Refused("bad-contact", f"max_wait_s: must be a number above 0, not {limit!r}.")
    if command.agent_wait_s and not (isfinite(command.agent_wait_s) and command.agent_wait_s >= 0):
        raise Refused("bad-contact", f"agent_wait_s: must be a number from 0, not {command.agent_wait_s!r}.")
    if command.since is not None and not isfinite(command.since):
        raise Refused("bad-contact", f"since: must be a time, not {command.since!r}.")
    _check_due(command.due)
    if not command.channel:
        raise Refused("bad-contact", "channel: must be named.")


def _check_due(due: float | None) -> None:
    if due is not None and not isfinite(due):
        raise Refused("bad-contact", f"due: must be a time, not {due!r}.")
