"""A contact's life: queued, abandoned, ended, queued again."""

from __future__ import annotations

from math import inf

from acd.agents import end_work
from acd.cells import remove_waiting
from acd.commands import AbandonContact, EndContact, EnqueueContact, RequeueContact
from acd.eligibility import check_levels
from acd.events import ContactAbandoned, ContactEnded, ContactQueued
from acd.line import enter_line, forget_contact, leave_line
from acd.matching import place_agent, place_contact, withdraw_offer
from acd.model import Phase, Refused
from acd.refusals import forget_refusals
from acd.state import Agent, Contact, Floor
from acd.wrap_up import start_wrap_up


def enqueue_contact(floor: Floor, command: EnqueueContact) -> None:
    queue = floor.queue(command.queue_id)
    if command.contact_id in floor.contacts:
        raise Refused("contact-exists", f"Contact {command.contact_id!r} is in a queue or with an agent already.")
    if command.skills:
        check_levels("bad-contact", "skills", ((required.skill, required.level) for required in command.skills))
    if command.max_wait_s is not None and not 0 < command.max_wait_s < inf:
        raise Refused("bad-contact", f"max_wait_s must be a number above 0, not {command.max_wait_s!r}.")
    contact = Contact(command, floor.now, floor.next_sequence())
    floor.contacts[contact.contact_id] = contact
    enter_line(floor, contact, queue)
    floor.out.append(ContactQueued(contact.contact_id, queue.queue_id, at=floor.now))
    place_contact(floor, contact)


def abandon_contact(floor: Floor, command: AbandonContact) -> None:
    contact = floor.contact(command.contact_id)
    if contact.phase is Phase.ASSIGNED:
        raise Refused("contact-assigned", f"Contact {command.contact_id!r} is with an agent; end it instead.")
    queue = contact.queue
    agent = _leave(floor, contact, "abandoned")
    forget_contact(floor, contact)
    queue.counters.count_abandon(contact.waited_s, queue.config.service_level_target_s)
    floor.out.append(ContactAbandoned(contact.contact_id, queue.queue_id, contact.waited_s, at=floor.now))
    if agent is not None:
        place_agent(floor, agent)


def end_contact(floor: Floor, command: EndContact) -> None:
    contact = floor.contact(command.contact_id)
    agent = contact.agent
    if contact.phase is not Phase.ASSIGNED or agent is None:
        raise Refused("contact-not-assigned", f"Contact {command.contact_id!r} is still in line; abandon it instead.")
    forget_contact(floor, contact)
    talk_s = floor.now - contact.answered_at
    floor.out.append(ContactEnded(contact.contact_id, agent.agent_id, talk_s, at=floor.now))
    start_wrap_up(floor, agent, contact)


def requeue_contact(floor: Floor, command: RequeueContact) -> None:
    contact = floor.contact(command.contact_id)
    queue = floor.queue(command.queue_id)
    if contact.phase is Phase.ASSIGNED:
        agent = contact.agent
        assert agent is not None
        contact.agent = None
        end_work(floor, agent)
    else:
        contact.queue.counters.moved += 1
        agent = _leave(floor, contact, "requeued")
    forget_refusals(floor, contact)
    if command.priority is not None:
        contact.priority = command.priority
    if not command.keep_clock:
        contact.clock = floor.now
        contact.seq = floor.next_sequence()
        contact.waited_s = 0.0
    enter_line(floor, contact, queue)
    floor.out.append(ContactQueued(contact.contact_id, queue.queue_id, at=floor.now))
    place_contact(floor, contact)
    if agent is not None:
        place_agent(floor, agent)


def _leave(floor: Floor, contact: Contact, reason: str) -> Agent | None:
    """Out of the line, from waiting or ringing. Returns the agent it rang at, to be placed."""
    agent = None
    if contact.phase is Phase.OFFERED:
        agent = withdraw_offer(floor, contact, reason)
    else:
        remove_waiting(contact)
    leave_line(floor, contact)
    return agent
