"""Brings a contact and an agent together.

Between commands no idle, available agent and no waiting contact stand side by side that fit each other, except where
the agent refused the contact. So whoever comes new into line or pool is the only one to look at.

Refusals: an agent that rejects an offer or lets it expire is not offered that contact again for the time that
refusals.py names. A contact that everybody refused stays in line and goes to the first eligible agent to become ready,
anew or for the first time, or whose refusal lapses. Since every offer needs an agent without a refusal, and only time
or such a change lifts one, offers cannot go round in circles.

Who gives a contact back by RequeueContact, from ringing or from talk, comes into the pool only after the contact was
placed: it goes to any other ready agent who fits, whatever the strategy says, and back only when there is none.

Order of contacts for an agent: higher contact priority, then larger queue weight, then older clock, then the earlier
command.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from acd.cells import add_waiting, fits, join_pool, leave_pool, ready_agents, remove_waiting
from acd.events import ContactOffered, OfferWithdrawn
from acd.model import Activity, Phase, Presence
from acd.state import NO_HEAD, Agent, Cell, Contact, Floor, Head, set_activity
from acd.strategies import strategy_of
from acd.timers import Due

HEAD: Callable[[Cell], Head] = attrgetter("head")


def place_contact(floor: Floor, contact: Contact) -> None:
    """Offer a waiting contact to a ready agent, or let it wait. It is in its queue's line already."""
    cell = contact.cell
    if cell.ready:
        for agent in ready_agents(cell):
            if agent not in contact.refused_by:
                rule = _rule(contact, strategy_of(cell.queue).reason(agent, floor.now))
                leave_pool(agent)
                _offer(floor, contact, agent, rule)
                return
    add_waiting(contact)


def place_agent(floor: Floor, agent: Agent, why: str = "first agent to become ready") -> None:
    """Offer an agent out of the pool the first contact it may take, or put it into the pool, if it is ready at all."""
    if agent.activity is not Activity.IDLE or agent.presence is not Presence.AVAILABLE:
        return
    contact = _first_contact(agent)
    if contact is None:
        join_pool(agent)
        return
    remove_waiting(contact)
    _offer(floor, contact, agent, f"{why}{contact.cell.label}")


def offer_again(floor: Floor, contact: Contact, agent: Agent, rule: str) -> None:
    """After its refusal is over: if the agent is still ready and fits, and the contact still waits."""
    if agent.in_pool and contact.phase is Phase.WAITING and fits(agent, contact):
        leave_pool(agent)
        remove_waiting(contact)
        _offer(floor, contact, agent, rule)


def end_offer(floor: Floor, contact: Contact) -> Agent:
    """The contact rings no longer: it waits, its agent is idle. Neither is placed again yet."""
    agent = contact.agent
    assert agent is not None
    if contact.ring is not None:
        floor.timers.cancel(contact.ring)
    contact.ring = None
    contact.expires_at = None
    contact.agent = None
    contact.phase = Phase.WAITING
    agent.contact = None
    set_activity(floor, agent, Activity.IDLE, None)
    return agent


def withdraw_offer(floor: Floor, contact: Contact, reason: str) -> Agent:
    """End the offer for a cause that is not the agent's refusal."""
    assert contact.agent is not None
    floor.out.append(OfferWithdrawn(contact.contact_id, contact.agent.agent_id, reason, at=floor.now))
    return end_offer(floor, contact)


def _first_contact(agent: Agent) -> Contact | None:
    if not agent.refused:
        return min(map(HEAD, agent.cells), default=NO_HEAD)[-1]
    unrefused = (next((each for each in cell.waiting if each not in agent.refused), None) for cell in agent.cells)
    return min((contact.head() for contact in unrefused if contact is not None), default=NO_HEAD)[-1]


def _offer(floor: Floor, contact: Contact, agent: Agent, rule: str) -> None:
    queue = contact.queue
    expires_at = floor.now + queue.config.ring_timeout_s
    contact.phase = Phase.OFFERED
    contact.agent = agent
    contact.expires_at = expires_at
    contact.ring = floor.timers.start(expires_at, Due.OFFER_EXPIRES, contact)
    agent.contact = contact
    strategy_of(queue).chosen(agent, queue)
    floor.out.append(ContactOffered(contact.contact_id, agent.agent_id, queue.queue_id, expires_at, rule, at=floor.now))
    set_activity(floor, agent, Activity.OFFERED, contact.contact_id)


def _rule(contact: Contact, reason: str) -> str:
    cell = contact.cell
    ready = cell.ready
    if ready == 1:
        return f"the only ready agent{cell.label}"
    if not contact.refused_by:
        return f"{reason} of {ready} ready agents{cell.label}"
    refusers = sum(agent.in_pool and cell in agent.cells for agent in contact.refused_by)
    return f"{reason} of {ready} ready agents{cell.label}, {refusers} of whom refused it"
