"""Tickets on an agent's own page: those offered to him, and those he has accepted and holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from acd import events as acd
from acd.engine import Engine
from acd.model import Phase, Refused
from acd.shown import ContactView
from contactcenter.agents.service import Agents
from contactcenter.bus import Bus
from contactcenter.moments import iso
from contactcenter.queues.service import Queues
from contactcenter.routing.driver import RoutingDriver
from contactcenter.tickets.push import CHANNEL
from contactcenter.tickets.push_cards import Card

OFFERS: Final = "offers"
HELD: Final = "tickets"
"""A collection of the topic `agent:<id>`: tickets in hand."""

OfferOver = acd.OfferAccepted | acd.OfferRejected | acd.OfferExpired | acd.OfferWithdrawn


class PushDesk:
    """Writes the rows as the engine tells of it. `cards` are of the tickets it has, by id."""

    def __init__(
        self, driver: RoutingDriver, agents: Agents, queues: Queues, bus: Bus, cards: Mapping[str, Card]
    ) -> None:
        self._driver = driver
        self._agents = agents
        self._queues = queues
        self._cards = cards
        self._offered: dict[str, dict[str, acd.ContactOffered]] = {}
        self._held: dict[str, str] = {}
        bus.subscribe(acd.ContactOffered, self._ring)
        bus.subscribe(acd.OfferAccepted, self._accepted)
        bus.subscribe(acd.OfferRejected, self._offer_over)
        bus.subscribe(acd.OfferExpired, self._offer_over)
        bus.subscribe(acd.OfferWithdrawn, self._offer_over)
        bus.subscribe(acd.ContactQueued, lambda event: self._let_go(event.contact_id))
        bus.subscribe(acd.ContactEnded, lambda event: self._let_go(event.contact_id))
        bus.subscribe(acd.WorkInterrupted, lambda event: self.show(event.contact_id))
        bus.subscribe(acd.WorkResumed, lambda event: self.show(event.contact_id))

    def restore(self, ticket_id: str, view: ContactView | None) -> None:
        """Whether it was in hand before this start. To be shown next."""
        if view is not None and view.phase is Phase.ASSIGNED and view.agent_id is not None:
            self._held[ticket_id] = view.agent_id

    def show(self, ticket_id: str) -> None:
        """Where it is shown it is shown as it is now."""
        card = self._cards.get(ticket_id)
        if card is None:
            return
        for agent_id, event in self._offered.get(ticket_id, {}).items():
            self._agents.topic(agent_id).put(OFFERS, ticket_id, self._offer_row(card, event))
        if holder := self._held.get(ticket_id):
            row = {**card.told(), "queue": self._queue(card.queue_id), "interrupted": self._rests(holder, ticket_id)}
            self._agents.topic(holder).put(HELD, ticket_id, row)

    def _offer_row(self, card: Card, event: acd.ContactOffered) -> dict[str, Any]:
        return {
            "id": card.id,
            "channel": CHANNEL,
            "owed": None,
            "queue": self._queue(event.queue_id),
            "caller": {"address": "", "name": card.requester},
            "data": [],
            "history": [],
            "customer": None,
            "customers": [],
            "ticket": card.told(),
            "queued_at": card.made_at,
            "offered_at": iso(event.at),
            "expires_at": iso(event.expires_at),
            "device": "browser",
        }

    def _queue(self, queue_id: str | None) -> dict[str, str] | None:
        return None if queue_id is None else {"id": queue_id, "name": self._queues.name(queue_id)}

    def _rests(self, agent_id: str, ticket_id: str) -> bool:
        work = self._driver.engine.agent_view(agent_id).work
        return any(each.interrupted for each in work if each.contact_id == ticket_id)

    def _ring(self, event: acd.ContactOffered) -> None:
        if event.contact_id in self._cards:
            self._offered.setdefault(event.contact_id, {})[event.agent_id] = event
            self.show(event.contact_id)

    def _offer_over(self, event: OfferOver) -> None:
        rings = self._offered.get(event.contact_id, {})
        if rings.pop(event.agent_id, None) is not None:
            self._agents.topic(event.agent_id).remove(OFFERS, event.contact_id)
            if not rings:
                del self._offered[event.contact_id]

    def _accepted(self, event: acd.OfferAccepted) -> None:
        self._offer_over(event)
        if event.contact_id in self._cards:
            self._held[event.contact_id] = event.agent_id
            self.show(event.contact_id)

    def _let_go(self, ticket_id: str) -> None:
        if agent_id := self._held.pop(ticket_id, None):
            self._agents.topic(agent_id).remove(HELD, ticket_id)


def tickets_in(engine: Engine) -> list[ContactView]:
    """Views of all tickets that the engine has."""
    views = (engine.contact_view(contact_id) for contact_id in engine.contact_ids())
    return [view for view in views if view.channel == CHANNEL]


def view_of(engine: Engine, ticket_id: str) -> ContactView | None:
    """None for one that it has not."""
    try:
        return engine.contact_view(ticket_id)
    except Refused:
        return None
