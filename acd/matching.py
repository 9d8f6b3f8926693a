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
from typing import Final

from acd.bonds import Offer
from acd.cells import (
    add_waiting,
    count_ready,
    first_of_all,
    fits,
    is_ready,
    join_pool,
    leave_pool,
    open_channels,
    preferred_cell,
    ready_agents,
    remove_waiting,
)
from acd.deadline import Due
from acd.events import ContactOffered, OfferWithdrawn
from acd.floor import Floor
from acd.model import LASTING, Activity, Phase
from acd.order import head_at
from acd.presence import at_work_on, do, show_activity
from acd.state import NO_HEAD, Agent, Cell, Contact, Head, Lane, Member, Queue
from acd.told import forecast_of

OFFERED: Final = Phase.OFFERED
OFFER_EXPIRES: Final = Due.OFFER_EXPIRES
RINGS: Final = Activity.OFFERED


def place_contact(floor: Floor, contact: Contact) -> None:
    """Offer a contact in line that rings nowhere to a ready agent, to all of them, or let it wait."""
    cell = contact.cell
    able = cell.fits & cell.lane.ready
    if able:
        chosen = _choose(contact, able)
        if chosen is not None:
            if contact.queue.strategy.rings_all and contact.own_agent is None:
                _ring_all(floor, contact)
            else:
                _offer_by_rule(floor, contact, chosen, able)
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
    cell = contact.cell
    offer(floor, contact, agent, why + cell.label, (cell.fits & cell.lane.ready).bit_count() + 1)


def match_anew(floor: Floor, queues: Iterable[Queue]) -> None:
    """Several agents came into the pool at once, without being placed: each contact of the queues, first come first,
    chooses among them."""
    waiting = [contact for queue in queues for contact in queue.line if contact.indexed]
    for contact in sorted(waiting, key=lambda each: head_at(floor, each)[:4]):
        strategy = contact.queue.strategy
        if not contact.cell.fits & contact.cell.lane.ready:
            continue
        if contact.phase is Phase.WAITING:
            remove_waiting(contact)
            place_contact(floor, contact)
        elif strategy.rings_all:
            _ring_all(floor, contact)
        elif strategy.rings_more:
            ring_next(floor, contact)
        else:
            remove_waiting(contact)


def offer(floor: Floor, contact: Contact, agent: Agent, rule: str, ready: int) -> None:
    """Let the contact ring at this agent, beside those it rings at already. ready: how many could have had it."""
    if agent.in_pool:
        leave_pool(agent)
    queue = contact.queue
    cell = contact.cell
    now = floor.now
    expires_at = now + queue.config.ring_timeout_s
    made = agent.offer = contact.offers[agent] = Offer(agent, contact, expires_at)
    made.timer = floor.timers.start(expires_at, OFFER_EXPIRES, made)
    contact.phase = OFFERED
    queue.ringing[contact] = None
    strategy = queue.strategy
    if strategy.remembers:
        strategy.chosen(agent.members[queue.queue_id], cell.lane, contact)
    if strategy.rings_more:
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
            at=now,
        )
    )
    if not agent.work or at_work_on(agent) is None:
        do(floor, agent, RINGS, contact.contact_id)


def offer_again(floor: Floor, contact: Contact, agent: Agent, rule: str) -> None:
    """After its refusal is over: if the agent is still ready and fits, and the contact still waits."""
    if agent.in_pool and contact.indexed and fits(agent, contact) and contact.channel in open_channels(agent):
        if not contact.queue.strategy.rings_all:
            remove_waiting(contact)
        offer(floor, contact, agent, rule, count_ready(contact.cell))


def ring_next(floor: Floor, contact: Contact) -> None:
    """ring-progressively: one more agent, or the first one to become ready."""
    contact.ring_next = None
    able = contact.cell.fits & contact.cell.lane.ready
    chosen = _choose(contact, able)
    if chosen is not None:
        _offer_by_rule(floor, contact, chosen, able)
    elif not contact.indexed:
        add_waiting(contact)


def end_offer(floor: Floor, made: Offer) -> None:
    """The contact rings no longer at this agent. Neither is placed again yet."""
    contact, agent = made.contact, made.agent
    assert made.timer is not None
    floor.timers.cancel(made.timer)
    del contact.offers[agent]
    agent.offer = None
    if not contact.offers:
        contact.phase = Phase.WAITING
        del contact.queue.ringing[contact]
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
    if contact.forecast is None and contact.channel not in LASTING:
        contact.forecast = forecast_of(contact, floor.now)
    if not contact.indexed:
        add_waiting(contact)


def stop_ringing_more(floor: Floor, contact: Contact) -> None:
    if contact.ring_next is not None:
        floor.timers.cancel(contact.ring_next)
        contact.ring_next = None


def _choose(contact: Contact, able: int) -> Agent | None:
    """The first by the strategy of those who meet what is preferred, else of the `able`: who meet what is asked."""
    wish = preferred_cell(contact)
    refused_by = contact.refused_by
    if wish is None and not refused_by:
        first = first_of_all(contact, able)
        if first is not None:
            return first
    for cell in (contact.cell,) if wish is None else (wish, contact.cell):
        for agent in ready_agents(cell, contact):
            if agent not in refused_by:
                return agent
    return None


def _ring_all(floor: Floor, contact: Contact) -> None:
    """The contact stays in the index for those who become ready."""
    for agent in list(ready_agents(contact.cell, contact)):
        if agent not in contact.refused_by:
            _offer_by_rule(floor, contact, agent, contact.cell.fits & contact.cell.lane.ready)
    if not contact.indexed:
        add_waiting(contact)


def _ring_more_later(floor: Floor, contact: Contact) -> None:
    stop_ringing_more(floor, contact)
    remove_waiting(contact)
    contact.ring_next = floor.timers.start(floor.now + contact.queue.config.ring_next_s, Due.RINGS_NEXT, contact)


def _first_contact(floor: Floor, agent: Agent) -> Contact | None:
    """By order.py, over all lanes the agent is open for."""
    opened = agent.table.open_channels(agent)
    best = NO_HEAD
    if floor.dynamic or agent.refused:
        for lane, member in agent.lanes:
            if lane.channel in opened:
                best = min(best, _first_at(floor, lane, member))
        return _of(best)
    for lane, member in agent.lanes:
        heads = lane.heads
        if heads and lane.channel in opened:
            bit = member.bit
            for head in heads:
                contact: Contact = head[4]
                if contact.cell.fits & bit:
                    if head < best:
                        best = head
                    break
    return _of(best)


def _of(head: Head) -> Contact | None:
    contact: Contact | None = head[4]
    return contact


def _first_at(floor: Floor, lane: Lane, member: Member) -> Head:
    """With an order that depends on the time, or for who refused some contacts: by a look at every cell."""
    refused, bit = member.agent.refused, member.bit
    cells: list[Cell] = [head[4].cell for head in lane.heads]
    firsts = (next((each for each in cell.waiting if each not in refused), None) for cell in cells if cell.fits & bit)
    return min((head_at(floor, contact) for contact in firsts if contact is not None), default=NO_HEAD)


def _offer_by_rule(floor: Floor, contact: Contact, agent: Agent, able: int) -> None:
    """In the pool, and chosen by the queue's strategy of those `able`."""
    cell = contact.cell
    ready = able.bit_count()
    if ready == 1:
        offer(floor, contact, agent, cell.only_ready, 1)
        return
    queue = contact.queue
    reason = queue.strategy.reason(agent.members[queue.queue_id], cell, floor.now)
    rule = f"{reason} of {ready} ready agents{cell.label}"
    if contact.refused_by:
        refusers = sum(bool(able & other.members[queue.queue_id].bit) for other in contact.refused_by if other.in_pool)
        rule += f", {refusers} of whom refused it"
    offer(floor, contact, agent, rule, ready)
