"""The three ends of an offer that rings: accepted, rejected, expired."""

from __future__ import annotations

from acd.agents import apply_presence
from acd.commands import AcceptOffer, RejectOffer
from acd.events import OfferAccepted, OfferExpired, OfferRejected
from acd.line import leave_line
from acd.matching import end_offer, place_agent
from acd.model import Activity, Phase, Presence, Refused
from acd.overflow import wait_on
from acd.refusals import forget_refusals, refuse
from acd.state import Agent, Contact, Floor, set_activity, start_idling


def accept_offer(floor: Floor, command: AcceptOffer) -> None:
    contact, agent = _live_offer(floor, command.contact_id, command.agent_id)
    queue = contact.queue
    if contact.ring is not None:
        floor.timers.cancel(contact.ring)
        contact.ring = None
    leave_line(floor, contact)
    forget_refusals(floor, contact)
    contact.phase = Phase.ASSIGNED
    contact.expires_at = None
    contact.answered_at = floor.now
    agent.misses = 0
    queue.counters.count_answer(contact.waited_s, queue.config.service_level_target_s)
    floor.out.append(OfferAccepted(contact.contact_id, agent.agent_id, queue.queue_id, contact.waited_s, at=floor.now))
    set_activity(floor, agent, Activity.BUSY, contact.contact_id)


def reject_offer(floor: Floor, command: RejectOffer) -> None:
    contact, agent = _live_offer(floor, command.contact_id, command.agent_id)
    floor.out.append(OfferRejected(contact.contact_id, agent.agent_id, at=floor.now))
    end_offer(floor, contact)
    agent.misses = 0
    _pass_on(floor, contact, agent)


def offer_expired(floor: Floor, contact: Contact) -> None:
    agent = contact.agent
    assert agent is not None
    floor.out.append(OfferExpired(contact.contact_id, agent.agent_id, at=floor.now))
    end_offer(floor, contact)
    agent.misses += 1
    if agent.misses >= agent.config.misses_before_not_responding:
        apply_presence(floor, agent, Presence.NOT_RESPONDING, None)
    _pass_on(floor, contact, agent)


def _pass_on(floor: Floor, contact: Contact, agent: Agent) -> None:
    refuse(floor, agent, contact)
    start_idling(floor, agent)
    wait_on(floor, contact)
    place_agent(floor, agent)


def _live_offer(floor: Floor, contact_id: str, agent_id: str) -> tuple[Contact, Agent]:
    contact = floor.contacts.get(contact_id)
    agent = contact.agent if contact is not None and contact.phase is Phase.OFFERED else None
    if contact is None or agent is None or agent.agent_id != agent_id:
        raise Refused("offer-gone", f"Contact {contact_id!r} is not being offered to agent {agent_id!r} any more.")
    return contact, agent
