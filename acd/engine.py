"""The routing engine's door: commands and ticks in, events out, views to read.

Same commands at the same times give the same events, in every process. Nothing fires by itself: the driver calls
`tick` at `next_deadline()`. A command after a deadline that was not ticked yet finds things as if it were not over,
only no contact is offered to one more agent past its limit.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, Final

from acd import commands
from acd.agents import set_presence
from acd.contacts import abandon_contact, end_contact, enqueue_contact, leave_queue, prioritize_contact, requeue_contact
from acd.deadline import Due
from acd.events import CommandRefused, Event
from acd.floor import Floor
from acd.matching import ring_next
from acd.model import Refused
from acd.offers import accept_offer, fair_window_passes, offer_expired, reject_offer
from acd.overflow import leave_emptied, max_wait_over
from acd.refusals import refusal_lapsed
from acd.setup import (
    configure_agent,
    configure_order,
    configure_pause_reasons,
    configure_queue,
    remove_agent,
    remove_queue,
    reset_statistics,
)
from acd.shown import AgentView, ContactView, Estimate, QueueView
from acd.snapshot import dump, load
from acd.views import holdings, position_of, view_agent, view_contact, view_estimate, view_heads, view_queue
from acd.widening import widens
from acd.wrap_up import complete_wrap_up, extend_wrap_up, wrap_up_expired

INF: Final = inf

# Any: each handler takes its own command class, which the key vouches for.
HANDLERS: Final[dict[type[commands.Command], Callable[[Floor, Any], None]]] = {
    commands.ConfigureQueue: configure_queue,
    commands.RemoveQueue: remove_queue,
    commands.ConfigureAgent: configure_agent,
    commands.RemoveAgent: remove_agent,
    commands.ConfigurePauseReasons: configure_pause_reasons,
    commands.ConfigureOrder: configure_order,
    commands.SetPresence: set_presence,
    commands.EnqueueContact: enqueue_contact,
    commands.AbandonContact: abandon_contact,
    commands.LeaveQueue: leave_queue,
    commands.AcceptOffer: accept_offer,
    commands.RejectOffer: reject_offer,
    commands.EndContact: end_contact,
    commands.CompleteWrapUp: complete_wrap_up,
    commands.ExtendWrapUp: extend_wrap_up,
    commands.RequeueContact: requeue_contact,
    commands.PrioritizeContact: prioritize_contact,
    commands.ResetStatistics: reset_statistics,
}

DUE: Final[dict[Due, Callable[[Floor, Any], None]]] = {
    Due.OFFER_EXPIRES: offer_expired,
    Due.MAX_WAIT: max_wait_over,
    Due.WRAP_UP_EXPIRES: wrap_up_expired,
    Due.REFUSAL_LAPSES: refusal_lapsed,
    Due.WIDENS: widens,
    Due.RINGS_NEXT: ring_next,
    Due.FAIR_WINDOW_PASSES: fair_window_passes,
}


class Engine:
    """Times are unix seconds. A `now` before an earlier one counts as that earlier one, since clocks may step back."""

    def __init__(self) -> None:
        self.floor = Floor()

    def handle(self, command: commands.Command, now: float) -> list[Event]:
        """Do it and say what became true, in order. A command that does not fit changes nothing and gives
        [CommandRefused]. Raises ValueError for a time that is none."""
        floor = self.floor
        before = floor.now
        if not -INF < now < INF:
            raise _no_time(now)
        if now > before:
            floor.now = now
        try:
            HANDLERS[type(command)](floor, command)
        except Refused as refused:
            floor.now = before
            return [_refusal(command, refused, now)]
        if floor.emptied:
            leave_emptied(floor)
        events = floor.out
        floor.out = []
        return events

    def next_deadline(self) -> float | None:
        """When to call `tick` next, None when nothing is due ever. May be past."""
        return self.floor.timers.next_at()

    def tick(self, now: float) -> list[Event]:
        """Let everything due by now happen, earliest deadline first. All its events bear `now`.

        Where a mistake of ours raises, only the deadline at which it shows is lost: the others stay due.
        """
        floor = self.floor
        if not -INF < now < INF:
            raise _no_time(now)
        if now > floor.now:
            floor.now = now
        due = iter(floor.timers.take_due(floor.now))
        try:
            for timer in due:
                if timer.subject is not None:
                    DUE[timer.due](floor, timer.subject)
                    if floor.emptied:
                        leave_emptied(floor)
        except Exception:
            floor.timers.put_back(due)
            raise
        events = floor.out
        floor.out = []
        return events

    def queue_ids(self) -> list[str]:
        return list(self.floor.queues)

    def agent_ids(self) -> list[str]:
        return list(self.floor.agents)

    def contact_ids(self, channel: str | None = None) -> list[str]:
        """Contacts in line or with an agent, of all channels or one; those only wrapped up are not among them."""
        if channel is None:
            return list(self.floor.contacts)
        return [contact_id for contact_id, contact in self.floor.contacts.items() if contact.channel == channel]

    def position(self, contact_id: str) -> int:
        """1-based place in its queue's line, ringing contacts included. Raises Refused when it is not in line."""
        position = position_of(self.floor.contact(contact_id))
        if position is None:
            raise Refused("contact-assigned", f"Contact {contact_id!r} is with an agent and has no position.")
        return position

    def expected_wait(self, contact_id: str, now: float) -> float | None:
        """The estimate's median in seconds from now; None when nothing is known. Raises Refused when unknown."""
        expected = self.estimate(contact_id, now)
        return None if expected is None else expected.median_s

    def estimate(self, contact_id: str, now: float) -> Estimate | None:
        """How long until it is answered; None when nothing is known. Raises Refused when unknown."""
        return view_estimate(self.floor.contact(contact_id))

    def queue_view(self, queue_id: str, now: float) -> QueueView:
        """Raises Refused when unknown."""
        return view_queue(self.floor.queue(queue_id), now)

    def agent_view(self, agent_id: str, now: float | None = None) -> AgentView:
        """`now` (the engine's last time by default) is for occupancy. Raises Refused when unknown."""
        return view_agent(self.floor.agent(agent_id), self.floor.now if now is None else now)

    def contact_view(self, contact_id: str) -> ContactView:
        """Raises Refused when unknown."""
        contact = self.floor.contact(contact_id)
        return view_contact(contact, position_of(contact))

    def waiting(self, queue_id: str) -> list[ContactView]:
        """The queue's line in order, ringing contacts included. Raises Refused when unknown."""
        line = self.floor.queue(queue_id).line
        return [view_contact(contact, place) for place, contact in enumerate(line, start=1)]

    def first_waiting(self, queue_id: str, most: int) -> list[ContactView]:
        """The first so many of lasting work and of the rest, in the order of the line. Raises Refused when unknown."""
        return view_heads(self.floor.queue(queue_id), most)

    def snapshot(self) -> bytes:
        """All it remembers; the same bytes for the same history in every process."""
        return dump(self.floor)

    @classmethod
    def restore(cls, snapshot: bytes) -> Engine:
        """An engine that goes on exactly like the one of the snapshot. Raises acd.snapshot.SnapshotError."""
        engine = cls()
        engine.floor = load(snapshot)
        return engine

    def holdings(self) -> dict[str, int]:
        """What is held in memory, by kind."""
        return holdings(self.floor)


def _no_time(now: float) -> ValueError:
    return ValueError(f"{now} is not a time.")


def _refusal(command: commands.Command, refused: Refused, now: float) -> CommandRefused:
    return CommandRefused(
        type(command).__name__,
        refused.code,
        refused.sentence,
        getattr(command, "contact_id", None),
        getattr(command, "agent_id", None),
        at=now,
    )
