"""Brings a contact and an agent together.

Between commands no agent in the pool and no indexed contact stand side by side that fit each other, except where the
agent refused the contact. So whoever comes new into line or pool is the only one to look at.

Refusals: an agent that rejects an offer or lets it expire is not offered that contact again for the time that
refusals.py names. A contact that everybody refused stays in line and goes to the first eligible agent to become ready,
anew or for the first time, or whose refusal lapses. Since every offer needs an agent without a refusal, and only time
or such a change lifts one, offers cannot go round in circles.

Who gives a contact back by RequeueContact, from ringing or from talk, comes into the pool only after the contact was
placed: it goes to any other ready agent who fits, whatever the strategy says, and back only when there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from acd.cells import (
    add_waiting,
    count_ready,
    fits,
    is_ready,
    join_pool,
    leave_pool,
    open_channels,
    preferred_cell,
    ready_agents,
    remove_waiting,
    waiting_cells,
)
from acd.events import ContactOffered, OfferWithdrawn
from acd.model import Phase
from acd.order import first_of, head_at
from acd.presence import show_activity
from acd.state import NO_HEAD, Agent, Cell, Contact, Floor, Offer
from acd.timers import Due


def place_contact(floor: Floor, contact: Contact) -> None:
    """Offer a contact in line that rings nowhere to a ready agent, to all of them, or let it wait."""
    strategy = contact.queue.strategy
    cell = contact.cell
    if cell.fits & cell.lane.ready:
        chosen = _choose(contact)
        if chosen is not None:
            if strategy.rings_all and contact.own_agent is None:
                _ring_all(floor, contact)
            else:
                offer(floor, contact, chosen, _rule(floor, contact, chosen))
            return
    wait_in_line(floor, contact)


def place_agent(floor: Floor, agent: Agent, why: str = "first agent to become ready") -> None:
    """Offer an agent out of the pool the first contact it may take, or put it into the pool, if it is ready at all."""
    if not is_ready(agent):
        return
    contact = _first_contact(floor, agent)
    if contact is None:
        join_pool(agent)
        return
    if not contact.queue.strategy.rings_all:
        remove_waiting(contact)
    offer(floor, contact, agent, f"{why}{contact.cell.label}")


def offer(floor: Floor, contact: Contact, agent: Agent, rule: str) -> None:
    """Let the contact ring at this agent, beside those it rings at already."""
    cell = contact.cell
    ready = count_ready(cell)
    leave_pool(agent)
    queue = contact.queue
    expires_at = floor.now + queue.config.ring_timeout_s
    made = Offer(agent, contact, expires_at)
    made.timer = floor.timers.start(expires_at, Due.OFFER_EXPIRES, made)
    contact.phase = Phase.OFFERED
    contact.offers[agent] = made
    agent.offer = made
    queue.strategy.chosen(agent.members[queue.queue_id], cell.lane, contact)
    if queue.strategy.rings_more:
        _ring_more_later(floor, contact)
    floor.out.append(
        ContactOffered(
            contact.contact_id,
            agent.agent_id,
            queue.queue_id,
            expires_at,
            rule,
            cell.fits.bit_count(),
            ready,
            at=floor.now,
        )
    )
    show_activity(floor, agent)


def offer_again(floor: Floor, contact: Contact, agent: Agent, rule: str) -> None:
    """After its refusal is over: if the agent is still ready and fits, and the contact still waits."""
    if agent.in_pool and contact.indexed and fits(agent, contact) and contact.channel in open_channels(agent):
        if not contact.queue.strategy.rings_all:
            remove_waiting(contact)
        offer(floor, contact, agent, rule)


def ring_next(floor: Floor, contact: Contact) -> None:
    """ring-progressively: one more agent, or the first one to become ready."""
    contact.ring_next = None
    chosen = _choose(contact)
    if chosen is not None:
        offer(floor, contact, chosen, _rule(floor, contact, chosen))
    elif not contact.indexed:
        add_waiting(contact)


def end_offer(floor: Floor, made: Offer) -> None:
    """The contact rings no longer at this agent. Neither is placed again yet."""
    contact, agent = made.contact, made.agent
    floor.timers.cancel(made.timer)
    del contact.offers[agent]
    agent.offer = None
    if not contact.offers:
        contact.phase = Phase.WAITING
        stop_ringing_more(floor, contact)
    show_activity(floor, agent)


def withdraw_offer(floor: Floor, made: Offer, reason: str) -> None:
    """End the offer for a cause that is not the agent's refusal."""
    floor.out.append(OfferWithdrawn(made.contact.contact_id, made.agent.agent_id, reason, at=floor.now))
    end_offer(floor, made)


def withdraw_offers(floor: Floor, contact: Contact, reason: str) -> list[Agent]:
    """From everybody it rings at. Returns them, to be placed."""
    offers = list(contact.offers.values())
    for made in offers:
        withdraw_offer(floor, made, reason)
    return [made.agent for made in offers]


def wait_in_line(floor: Floor, contact: Contact) -> None:
    """Nobody can take it now; who becomes ready will find it."""
    if contact.forecast is None:
        contact.forecast = contact.queue.estimator.forecast(
            position=contact.queue.line.rank(contact.entry) + 1,
            staffed=contact.queue.staffed(),
            ready=contact.queue.statuses[0],
            now=floor.now,
        )
    if not contact.indexed:
        add_waiting(contact)


def stop_ringing_more(floor: Floor, contact: Contact) -> None:
    if contact.ring_next is not None:
        floor.timers.cancel(contact.ring_next)
        contact.ring_next = None


def _choose(contact: Contact) -> Agent | None:
    """The first by the strategy of those who meet what is preferred, else of those who meet what is asked."""
    wish = preferred_cell(contact)
    cells: Iterable[Cell] = (contact.cell,) if wish is None else (wish, contact.cell)
    for agent in chain.from_iterable(ready_agents(cell, contact) for cell in cells):
        if agent not in contact.refused_by:
            return agent
    return None


def _ring_all(floor: Floor, contact: Contact) -> None:
    """The contact stays in the index for those who become ready."""
    for agent in list(ready_agents(contact.cell, contact)):
        if agent not in contact.refused_by:
            offer(floor, contact, agent, _rule(floor, contact, agent))
    if not contact.indexed:
        add_waiting(contact)


def _ring_more_later(floor: Floor, contact: Contact) -> None:
    stop_ringing_more(floor, contact)
    remove_waiting(contact)
    contact.ring_next = floor.timers.start(floor.now + contact.queue.config.ring_next_s, Due.RINGS_NEXT, contact)


def _first_contact(floor: Floor, agent: Agent) -> Contact | None:
    cells = waiting_cells(agent)
    if not agent.refused:
        return first_of(floor, cells)
    refused = agent.refused
    unrefused = (next((each for each in cell.waiting if each not in refused), None) for cell in cells)
    return min((head_at(floor, contact) for contact in unrefused if contact is not None), default=NO_HEAD)[-1]


def _rule(floor: Floor, contact: Contact, agent: Agent) -> str:
    cell = contact.cell
    able = cell.fits & cell.lane.ready
    ready = able.bit_count()
    if ready == 1:
        return f"the only ready agent{cell.label}"
    queue = contact.queue
    reason = queue.strategy.reason(agent.members[queue.queue_id], cell, floor.now)
    rule = f"{reason} of {ready} ready agents{cell.label}"
    if not contact.refused_by:
        return rule
    refusers = sum(bool(able & other.members[queue.queue_id].bit) for other in contact.refused_by if other.in_pool)
    return f"{rule}, {refusers} of whom refused it"
