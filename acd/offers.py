"""The three ends of an offer that rings: accepted, rejected, expired."""

from __future__ import annotations

from typing import Final

from acd.agents import apply_presence
from acd.bonds import Offer
from acd.cells import join_pool, leave_pool, remove_waiting
from acd.commands import AcceptOffer, RejectOffer
from acd.deadline import Due
from acd.events import OfferAccepted, OfferExpired, OfferRejected, WorkInterrupted
from acd.floor import Floor
from acd.line import leave_line
from acd.matching import end_offer, place_agent, withdraw_offers
from acd.model import LASTING, Phase, Presence, Refused
from acd.overflow import wait_on
from acd.presence import BUSY, announce_presence, at_work_on, do, show_activity, start_idling
from acd.refusals import forget_refusals, refuse
from acd.state import Agent, Contact, Member

ASSIGNED: Final = Phase.ASSIGNED


def accept_offer(floor: Floor, command: AcceptOffer) -> None:
    made = _live_offer(floor, command.contact_id, command.agent_id)
    contact, agent = made.contact, made.agent
    queue = contact.queue
    now = floor.now
    assert made.timer is not None
    floor.timers.cancel(made.timer)
    del contact.offers[agent]
    agent.offer = None
    others = withdraw_offers(floor, contact, "answered-elsewhere") if contact.offers else ()
    if contact.indexed:
        remove_waiting(contact)
    if contact.forecast is not None:
        queue.estimator.answered(contact.forecast, now)
        contact.forecast = None
    leave_line(floor, contact)
    if contact.refused_by:
        forget_refusals(floor, contact)
    contact.phase = ASSIGNED
    queue.ringing.pop(contact, None)
    contact.agent = agent
    contact.own_agent = None
    contact.answered_at = now
    agent.misses = 0
    queue.counters.count_answer(contact.waited_s, queue.config.service_level_target_s)
    floor.out.append(OfferAccepted(contact.contact_id, agent.agent_id, queue.queue_id, contact.waited_s, at=now))
    _take_in_hand(floor, contact, agent)
    for other in others:
        place_agent(floor, other)


def reject_offer(floor: Floor, command: RejectOffer) -> None:
    made = _live_offer(floor, command.contact_id, command.agent_id)
    floor.out.append(OfferRejected(made.contact.contact_id, made.agent.agent_id, at=floor.now))
    end_offer(floor, made)
    made.agent.misses = 0
    _pass_on(floor, made)


def offer_expired(floor: Floor, made: Offer) -> None:
    agent = made.agent
    floor.out.append(OfferExpired(made.contact.contact_id, agent.agent_id, at=floor.now))
    end_offer(floor, made)
    agent.misses += 1
    if agent.misses >= agent.config.misses_before_not_responding:
        _set_not_responding(floor, agent)
    _pass_on(floor, made)


def fair_window_passes(floor: Floor, member: Member) -> None:
    """An answered contact counts no longer, which changes the agent's place."""
    agent = member.agent
    pooled = agent.in_pool
    leave_pool(agent)
    member.recent -= 1
    if pooled:
        join_pool(agent)


def _take_in_hand(floor: Floor, contact: Contact, agent: Agent) -> None:
    queue = contact.queue
    member = agent.members.get(queue.queue_id)
    if member is not None:
        member.calls += 1
        if queue.strategy.counts_recent:
            member.recent += 1
            floor.timers.start(floor.now + queue.config.fair_window_s, Due.FAIR_WINDOW_PASSES, member)
    for other in agent.work:
        if other.resting is None and agent.table.interrupts(contact.channel, other.channel):
            other.resting = contact
            floor.out.append(WorkInterrupted(agent.agent_id, other.contact_id, contact.contact_id, at=floor.now))
    agent.work[contact] = None
    if contact.channel in LASTING:
        show_activity(floor, agent)
    else:
        do(floor, agent, BUSY, contact.contact_id)
    if agent.table.open_channels(agent):
        place_agent(floor, agent)


def _set_not_responding(floor: Floor, agent: Agent) -> None:
    """With other contacts in hand it is pending, like any presence."""
    if agent.wrap_ups or at_work_on(agent) is not None:
        agent.pending = Presence.NOT_RESPONDING
        agent.pending_reason = None
        announce_presence(floor, agent)
    else:
        apply_presence(floor, agent, Presence.NOT_RESPONDING, None)


def _pass_on(floor: Floor, made: Offer) -> None:
    """Whose other offers still ring goes on ringing there."""
    contact, agent = made.contact, made.agent
    refuse(floor, agent, contact)
    if not agent.wrap_ups and at_work_on(agent) is None:
        start_idling(floor, agent)
    if not contact.offers:
        wait_on(floor, contact)
    place_agent(floor, agent)


def _live_offer(floor: Floor, contact_id: str, agent_id: str) -> Offer:
    agent = floor.agents.get(agent_id)
    made = agent.offer if agent is not None else None
    if made is None or made.contact.contact_id != contact_id:
        raise Refused("offer-gone", f"Contact {contact_id!r} is not being offered to agent {agent_id!r} any more.")
    return made
