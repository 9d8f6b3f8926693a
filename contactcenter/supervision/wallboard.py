"""The live topic `wallboard`: engine events mark what changed, and a few times a second those rows are written."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from acd import events as acd
from acd.model import Activity, Phase, Presence, Refused
from acd.service_level import Counters
from acd.shown import AgentView, QueueView
from contactcenter.agents.service import Agents
from contactcenter.api.live import Live
from contactcenter.bus import Bus
from contactcenter.calls.owed import OwedCall
from contactcenter.calls.service import Calls
from contactcenter.moments import iso
from contactcenter.permissions import Scope
from contactcenter.queues.reach import Reach
from contactcenter.queues.service import Queues
from contactcenter.routing.driver import RoutingDriver
from contactcenter.supervision.day import Day, summed
from contactcenter.supervision.permissions import WALLBOARD_VIEW
from contactcenter.supervision.scoped_rows import ScopedRows
from contactcenter.tickets.push_cards import Cards

FLUSH_S = 0.25
"""Rows are written at most this often, whatever happens in between."""
OCCUPANCY_S = 15.0
"""Occupancy changes while nothing happens: the rows of agents at work are written anew this often."""
WAITING_SHOWN = 100
"""Waiting contacts shown of one queue, and as many tickets; the tile counts all of them."""


class Wallboard:
    def __init__(
        self,
        driver: RoutingDriver,
        queues: Queues,
        agents: Agents,
        calls: Calls,
        live: Live,
        bus: Bus,
        day: Day,
        *,
        reach: Reach,
        cards: Cards | None = None,
    ) -> None:
        """`cards` tell of contacts that are tickets."""
        self._cards = Cards() if cards is None else cards
        self._ticket = self._cards.get
        self._driver = driver
        self._queues = queues
        self._agents = agents
        self._calls = calls
        self._reach = reach
        self._topic = ScopedRows(live, "wallboard", WALLBOARD_VIEW, self._seen)
        self._day = day
        self._dirty_queues: set[str] = set()
        self._dirty_agents: set[str] = set()
        self._shown: dict[str, set[str]] = {}
        self._handled: dict[str, int] = {}
        self._accepted: dict[str, acd.OfferAccepted] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._midnight: asyncio.TimerHandle | None = None
        self._occupancy: asyncio.TimerHandle | None = None
        self._date = day.date
        self._listen(bus)

    def _listen(self, bus: Bus) -> None:
        bus.subscribe(acd.ContactQueued, self._offered)
        bus.subscribe(acd.OfferAccepted, self._answered)
        bus.subscribe(acd.ContactAbandoned, self._abandoned)
        bus.subscribe(acd.ContactEnded, self._ended)
        bus.subscribe(acd.ContactOverflowed, self._overflowed)
        bus.subscribe(acd.ContactOffered, lambda e: self._mark(e.queue_id))
        bus.subscribe(acd.WorkInterrupted, lambda e: self._mark_agent(e.agent_id))
        bus.subscribe(acd.WorkResumed, lambda e: self._mark_agent(e.agent_id))
        bus.subscribe(acd.ContactLeftQueue, lambda e: self._mark(e.queue_id))
        bus.subscribe(acd.ContactPrioritized, self._prioritized)
        bus.subscribe(acd.QueueRemoved, lambda e: self._mark(e.queue_id))
        bus.subscribe(acd.AgentPresenceChanged, lambda e: self._mark_agent(e.agent_id))
        bus.subscribe(acd.AgentActivityChanged, lambda e: self._mark_agent(e.agent_id))

    def _seen(self, scope: Scope, collection: str, row_id: str, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Queues, contacts and agents within the scope; figures of the house as those of its queues together."""
        if collection == "totals":
            return _service(self._within(scope, self._day.queues))
        if collection == "intervals":
            start = datetime.fromisoformat(row_id).timestamp()
            return {"start": row_id, **_figures(self._within(scope, self._day.by_queue.get(start, {})))}
        if collection == "agents":
            agent = self._agents.find(row_id)
            seen = self._reach.agent_within(scope, row_id, agent.config.queues if agent else ())
        else:
            seen = self._reach.queue_within(scope, row_id if collection == "queues" else row["queue_id"])
        return row if seen else None

    def _within(self, scope: Scope, counted: Mapping[str, Counters]) -> Counters:
        return summed(counts for queue_id, counts in counted.items() if self._reach.queue_within(scope, queue_id))

    def _target_s(self, queue_id: str) -> float:
        queue = self._queues.get(queue_id)
        return queue.service_level_target_s if queue else 0.0

    def _offered(self, event: acd.ContactQueued) -> None:
        """Who comes back was counted the first time; who was accepted but never connected is not answered."""
        accepted = self._accepted.pop(event.contact_id, None)
        if accepted is not None and not self._was_answered(event.contact_id):
            target_s = self._target_s(accepted.queue_id)
            self._day.not_answered(accepted.queue_id, accepted.at, accepted.waited_s, target_s)
            self._mark(accepted.queue_id)
        conversation = self._calls.get(event.contact_id)
        first = conversation is None or conversation.story.queued_at in (None, event.at)
        if first and self._ticket(event.contact_id) is None:
            self._day.offered(event.queue_id, event.at)
        self._mark(event.queue_id)

    def _overflowed(self, event: acd.ContactOverflowed) -> None:
        self.moved(event.contact_id, event.from_queue, event.to_queue)

    def moved(self, contact_id: str, from_queue: str, to_queue: str) -> None:
        """It waits elsewhere now. Who was answered before stays counted where that was."""
        if not self._was_answered(contact_id):
            conversation = self._calls.get(contact_id)
            offered_at = conversation.story.queued_at if conversation is not None else None
            self._day.moved(from_queue, to_queue, self._driver.now, offered_at)
        self._mark(from_queue, to_queue)

    def _prioritized(self, event: acd.ContactPrioritized) -> None:
        # Gone by the time it is told: then whatever took it out of line marks its queue.
        with suppress(Refused):
            self._mark(self._driver.engine.contact_view(event.contact_id).queue_id)

    def _answered(self, event: acd.OfferAccepted) -> None:
        if not self._was_answered(event.contact_id):
            self._day.answered(event.queue_id, event.at, event.waited_s, self._target_s(event.queue_id))
            self._accepted[event.contact_id] = event
        self._mark(event.queue_id)
        self._mark_agent(event.agent_id)

    def _abandoned(self, event: acd.ContactAbandoned) -> None:
        if not self._was_answered(event.contact_id):
            self._day.abandoned(event.queue_id, event.at, event.waited_s, self._target_s(event.queue_id))
        self._mark(event.queue_id)

    def _was_answered(self, contact_id: str) -> bool:
        """Whether an agent has talked to this caller before. Of tickets nothing is counted here: what is promised of
        them is another time."""
        if self._ticket(contact_id) is not None:
            return True
        conversation = self._calls.get(contact_id)
        return conversation is not None and conversation.story.answered_at is not None

    def _ended(self, event: acd.ContactEnded) -> None:
        self._accepted.pop(event.contact_id, None)
        self._handled[event.agent_id] = self._handled.get(event.agent_id, 0) + 1
        self._mark_agent(event.agent_id)

    def seed_handled(self, agent_id: str, handled: int) -> None:
        """What was handled today before this start."""
        self._handled[agent_id] = handled
        self._date = self._day.date

    def touch(self, queue_id: str) -> None:
        """Something of the queue has changed that the engine tells nothing of."""
        self._mark(queue_id)

    def _mark(self, *queue_ids: str) -> None:
        self._dirty_queues.update(queue_ids)
        self._flush_soon()

    def _mark_agent(self, agent_id: str) -> None:
        self._dirty_agents.add(agent_id)
        agent = self._agents.find(agent_id)
        if agent is not None:
            self._dirty_queues.update(agent.config.queues)
        self._flush_soon()

    def _flush_soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_S, self.flush)

    def refresh(self) -> None:
        """Write every row, for everybody what he sees now: at the start, when a new day begins, and when people, teams
        or queues have changed."""
        self._dirty_queues.update(queue.id for queue in self._queues.all())
        self._dirty_agents.update(agent.id for agent in self._agents.all())
        self.stop()
        self.flush()
        self._topic.sort_anew()
        now, loop = self._driver.now, asyncio.get_running_loop()
        self._midnight = loop.call_later(self._day.end_of(now) - now, self.refresh)
        self._occupancy = loop.call_later(OCCUPANCY_S, self._write_occupancies)

    def stop(self) -> None:
        self._cancel_flush()
        for timer in (self._midnight, self._occupancy):
            if timer is not None:
                timer.cancel()
        self._midnight = self._occupancy = None

    def _cancel_flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def flush(self) -> None:
        self._cancel_flush()
        self._day.turn(self._driver.now)
        if self._date != self._day.date:
            # The first call of the day may have turned it already.
            self._date = self._day.date
            self._handled.clear()
            for start in self._topic.ids("intervals"):
                self._topic.remove("intervals", start)
            self._dirty_queues.update(queue.id for queue in self._queues.all())
            self._dirty_agents.update(agent.id for agent in self._agents.all())
        queues, self._dirty_queues = self._dirty_queues, set()
        agents, self._dirty_agents = self._dirty_agents, set()
        for queue_id in queues:
            self._write_queue(queue_id)
        for agent_id in agents:
            self._write_agent(agent_id)
        if queues:
            self._write_figures()

    def _write_queue(self, queue_id: str) -> None:
        queue = self._queues.get(queue_id)
        if queue is None:
            self._topic.remove("queues", queue_id)
            return
        view = self._driver.engine.queue_view(queue_id, self._driver.now)
        row = {
            "id": queue_id,
            "name": queue.name,
            "waiting": view.waiting - view.lasting,
            "longest_wait_since": iso(view.longest_wait_since),
            "tickets": self._tickets_in(view),
            "service_level_target": queue.service_level_goal,
            "target_s": queue.service_level_target_s,
            **_service(self._day.queues[queue_id]),
            "agents_ready": view.agents_ready,
            "agents_busy": view.agents_busy,
            "agents_paused": view.agents_paused + view.agents_not_responding,
        }
        self._topic.put("queues", queue_id, row)
        self._write_contacts(queue_id)

    def _tickets_in(self, view: QueueView) -> dict[str, Any] | None:
        """How many wait, and when the first of them is due; None where there are none."""
        if not view.lasting:
            return None
        return {"waiting": view.lasting, "due_at": self._cards.first_due(view.queue_id, self._in_line)}

    def _in_line(self, contact_id: str) -> bool:
        try:
            return self._driver.engine.contact_view(contact_id).phase is not Phase.ASSIGNED
        except Refused:
            return False

    def _write_contacts(self, queue_id: str) -> None:
        shown = set()
        for contact in self._driver.engine.first_waiting(queue_id, WAITING_SHOWN):
            card = self._ticket(contact.contact_id)
            conversation = self._calls.get(contact.contact_id)
            caller = {"address": "", "name": None}
            if conversation is not None:
                caller = {"address": conversation.caller.address, "name": conversation.caller.name}
            if card is not None:
                caller["name"] = card.requester
            row = {
                "id": contact.contact_id,
                "queue_id": queue_id,
                "channel": contact.channel,
                "caller": caller,
                "ticket": None if card is None else {"number": card.number, "priority": card.priority, "due": card.due},
                "queued_at": iso(contact.queued_at) if card is None else card.made_at,
                "priority": contact.priority,
                "position": contact.position,
                "offered_to": ", ".join(map(self._agents.name, contact.offered_to)) or None,
                "due_at": None,
            }
            self._topic.put("contacts", contact.contact_id, row)
            shown.add(contact.contact_id)
        for owed in self._calls.scheduled(queue_id)[:WAITING_SHOWN]:
            self._topic.put("contacts", owed.id, _scheduled(owed))
            shown.add(owed.id)
        elsewhere = set().union(*(ids for other, ids in self._shown.items() if other != queue_id))
        for contact_id in self._shown.get(queue_id, set()) - shown - elsewhere:
            self._topic.remove("contacts", contact_id)
        self._shown[queue_id] = shown

    def _write_agent(self, agent_id: str) -> None:
        if self._agents.find(agent_id) is None:
            return
        view = self._driver.engine.agent_view(agent_id, self._driver.now)
        working = view.activity is not Activity.IDLE
        row = {
            "id": agent_id,
            "name": self._agents.name(agent_id),
            "presence": view.presence.value,
            "reason": view.reason,
            "activity": view.activity.value,
            "since": iso(view.activity_since if working else view.presence_since),
            "queue": self._queues.name(view.queue_id) if view.queue_id else None,
            "interaction_id": view.contact_id,
            "work": self._work_of(view),
            "handled_today": self._handled.get(agent_id, 0),
            "occupancy": None if view.occupancy is None else round(view.occupancy, 2),
        }
        self._topic.put("agents", agent_id, row)

    def _work_of(self, view: AgentView) -> list[dict[str, Any]]:
        """Every contact in hand, in the order in which they were taken, then those being wrapped up."""
        in_hand = [
            {
                "interaction_id": each.contact_id,
                "queue": self._queues.name(each.queue_id),
                "channel": each.channel,
                "ticket": None if (card := self._ticket(each.contact_id)) is None else card.number,
                "state": "interrupted" if each.interrupted else "busy",
            }
            for each in view.work
        ]
        wrapping_up = [
            {
                "interaction_id": each.contact_id,
                "queue": self._queues.name(each.queue_id),
                "channel": None,
                "ticket": None,
                "state": "wrap_up",
            }
            for each in view.wrap_ups
        ]
        return in_hand + wrapping_up

    def _write_occupancies(self) -> None:
        for agent in self._agents.all():
            if self._driver.engine.agent_view(agent.id).presence is not Presence.OFF:
                self._write_agent(agent.id)
        self._occupancy = asyncio.get_running_loop().call_later(OCCUPANCY_S, self._write_occupancies)

    def _write_figures(self) -> None:
        for start in self._day.take_touched():
            key = iso(start)
            self._topic.put("intervals", key, {"start": key, **_figures(self._day.intervals[start])})
        self._topic.put("totals", "today", _service(self._day.total))


def _scheduled(owed: OwedCall) -> dict[str, Any]:
    """Who is to come into the line at `due_at`: without a place in it until then."""
    return {
        "id": owed.id,
        "queue_id": owed.terms.queue_id,
        "channel": owed.channel,
        "caller": {"address": owed.caller.address, "name": owed.caller.name},
        "ticket": None,
        "queued_at": iso(owed.terms.since),
        "priority": owed.terms.priority,
        "position": None,
        "offered_to": None,
        "due_at": iso(owed.terms.due_at),
    }


def _figures(counts: Counters) -> dict[str, Any]:
    return {"offered": counts.offered, "answered": counts.answered, "abandoned": counts.abandoned}


def _service(counts: Counters) -> dict[str, Any]:
    """`service_level` is the product's default among `service_levels`; see acd.service_level. Shares are 0 to 1."""
    speed = counts.average_speed_of_answer_s()
    return {
        **_figures(counts),
        "service_level": counts.service_level(),
        "service_levels": msgspec.to_builtins(counts.service_levels()),
        "average_speed_of_answer_s": None if speed is None else round(speed, 1),
        "abandonment": counts.abandonment(),
    }
