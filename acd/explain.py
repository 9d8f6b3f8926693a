"""Why a contact waited, who could have had it, and why this agent got it: the journal run once more, with open eyes.

The engine is deterministic, so nothing is written down for explanations while it works: a run over the commands of the
contact's time says afterwards how every agent stood at each decision.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from acd.commands import Command
from acd.eligibility import describe, meets
from acd.engine import Engine
from acd.events import (
    ContactAbandoned,
    ContactLeftQueue,
    ContactOffered,
    ContactOverflowed,
    ContactPrioritized,
    ContactQueued,
    ContactRelaxed,
    Event,
    OfferAccepted,
    OfferExpired,
    OfferRejected,
    OfferWithdrawn,
    RefusalLapsed,
)
from acd.floor import Floor
from acd.model import Phase, Presence
from acd.state import Agent, Contact, Member


class Standing(Struct, frozen=True):
    """How one member of the queue stood. eligible: meets what is asked, whatever it does. ready: could have it now.
    why_not: in words, "" for one who is ready."""

    agent_id: str
    eligible: bool
    ready: bool
    why_not: str


class Moment(Struct, frozen=True):
    """Something that happened to the contact, and how everybody stood right after. at: unix time. what: the event's
    class name. agent_id: whom it concerns. asks: what is asked for in words. rule: for an offer, why this agent."""

    at: float
    what: str
    queue_id: str
    agent_id: str | None
    rule: str
    asks: str
    position: int | None
    standings: tuple[Standing, ...]


class Supply(Struct, frozen=True):
    """From `at` on so many members were eligible, and so many of them could have had the contact."""

    at: float
    eligible: int
    ready: int


class Explanation(Struct, frozen=True):
    """supply: only where it changes, while the contact was in line."""

    contact_id: str
    moments: tuple[Moment, ...]
    supply: tuple[Supply, ...]


TOLD = (
    ContactQueued,
    ContactOffered,
    ContactRelaxed,
    ContactPrioritized,
    ContactOverflowed,
    ContactLeftQueue,
    ContactAbandoned,
    OfferAccepted,
    OfferRejected,
    OfferExpired,
    OfferWithdrawn,
    RefusalLapsed,
)


def explain(engine: Engine, steps: Iterable[tuple[float, Command | None]], contact_id: str) -> Explanation:
    """Run `engine`, as it was before the contact came, over the journal's steps (None: a tick) until the contact has
    left line and hands. The engine is used up."""
    moments: list[Moment] = []
    supply: list[Supply] = []
    for now, command in steps:
        events = engine.tick(now) if command is None else engine.handle(command, now)
        contact = engine.floor.contacts.get(contact_id)
        told = [event for event in events if isinstance(event, TOLD) and event.contact_id == contact_id]
        moments.extend(_moment(engine.floor, contact, event) for event in told)
        if contact is not None and contact.phase is not Phase.ASSIGNED:
            _note_supply(supply, contact, now)
        elif moments and contact is None:
            break
    return Explanation(contact_id, tuple(moments), tuple(supply))


def standings(floor: Floor, contact: Contact) -> tuple[Standing, ...]:
    """Every member of the contact's queue, in the order of joining it."""
    return tuple(_standing(floor, contact, member) for member in contact.queue.members.values())


def _moment(floor: Floor, contact: Contact | None, event: Event) -> Moment:
    in_line = contact is not None and contact.phase is not Phase.ASSIGNED
    queue_id = getattr(event, "queue_id", None) or getattr(event, "to_queue", None)
    return Moment(
        at=event.at,
        what=type(event).__name__,
        queue_id=queue_id or (contact.queue.queue_id if contact is not None else ""),
        agent_id=getattr(event, "agent_id", None),
        rule=getattr(event, "rule", "") or getattr(event, "reason", ""),
        asks=contact.cell.label.strip() if contact is not None and in_line else "",
        position=contact.queue.line.rank(contact.entry) + 1 if contact is not None and in_line else None,
        standings=standings(floor, contact) if contact is not None and in_line else (),
    )


def _note_supply(supply: list[Supply], contact: Contact, now: float) -> None:
    cell = contact.cell
    eligible, ready = cell.fits.bit_count(), (cell.fits & cell.lane.ready).bit_count()
    if not supply or (supply[-1].eligible, supply[-1].ready) != (eligible, ready):
        supply.append(Supply(now, eligible, ready))


def _standing(floor: Floor, contact: Contact, member: Member) -> Standing:
    agent = member.agent
    eligible = bool(contact.cell.fits & member.bit)
    reasons = [] if eligible else [_why_not_eligible(contact, member)]
    busy = _why_not_ready(floor, contact, agent)
    if busy:
        reasons.append(busy)
    return Standing(agent.agent_id, eligible, eligible and not busy, "; ".join(reasons))


def _why_not_eligible(contact: Contact, member: Member) -> str:
    agent, cell = member.agent, contact.cell
    if cell.key[2] is not None:
        return "the contact is kept for its preferred agent"
    if contact.channel not in agent.table.capacity.channels:
        return f"does not take {contact.channel}"
    if member.tier > cell.reach:
        return f"in tier {member.tier}, only tiers up to {cell.reach:.0f} are reached yet"
    missing = [each for each in cell.requirement if not meets(agent.skills, (each,))]
    return f"lacks {describe(tuple(missing))}"


def _why_not_ready(floor: Floor, contact: Contact, agent: Agent) -> str:
    if agent in contact.offers:
        return "it rings there"
    refusal = agent.refused.get(contact)
    if agent.presence is not Presence.AVAILABLE:
        return f"{agent.presence.value.replace('_', ' ')}{f' ({agent.reason})' if agent.reason else ''}"
    if agent.offer is not None:
        return "another contact rings there"
    if agent.wrap_ups:
        return "in wrap-up"
    if agent.pending is not None:
        return f"about to be {agent.pending.value}"
    takes = contact.channel in agent.table.capacity.channels
    if takes and contact.channel not in agent.table.open_channels(agent):
        count = len(agent.work)
        return "busy with a contact" if count == 1 else f"busy with {count} contacts"
    if refusal is not None:
        return f"refused it {floor.now - refusal.since:.0f} s before"
    return ""
