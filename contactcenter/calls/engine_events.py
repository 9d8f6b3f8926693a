"""Engine events find their call. They are handled at once, in order; what must wait becomes a step of the call."""

from datetime import UTC, datetime
from typing import Any

from acd import events as acd
from contactcenter import actor as actors
from contactcenter.bus import Bus
from contactcenter.calls.phases import Phase
from contactcenter.calls.service import Calls
from contactcenter.calls.services import CallServices

OfferOver = acd.OfferRejected | acd.OfferExpired | acd.OfferWithdrawn


class EngineEvents:
    def __init__(self, calls: Calls, services: CallServices, bus: Bus) -> None:
        self._calls = calls
        self._services = services
        self._rows = services.rows
        bus.subscribe(acd.ContactQueued, self._queued)
        bus.subscribe(acd.ContactOffered, self._offered)
        bus.subscribe(acd.OfferAccepted, self._accepted)
        bus.subscribe(acd.OfferRejected, lambda event: self._offer_over(event, "offer.rejected"))
        bus.subscribe(acd.OfferExpired, lambda event: self._offer_over(event, "offer.expired"))
        bus.subscribe(acd.OfferWithdrawn, self._withdrawn)
        bus.subscribe(acd.ContactOverflowed, self._overflowed)
        bus.subscribe(acd.ContactLeftQueue, self._left_queue)
        bus.subscribe(acd.ContactRelaxed, self._relaxed)
        bus.subscribe(acd.ContactPrioritized, self._prioritized)
        bus.subscribe(acd.ContactEnded, self._ended)
        bus.subscribe(acd.WrapUpStarted, self._wrap_up_started)
        bus.subscribe(acd.WrapUpExtended, self._wrap_up_extended)
        bus.subscribe(acd.WrapUpEnded, self._wrap_up_ended)

    def _queued(self, event: acd.ContactQueued) -> None:
        if conversation := self._calls.get(event.contact_id):
            first = conversation.story.queued_at is None
            before = conversation.story.queue_id if conversation.phase is Phase.QUEUED else None
            conversation.queued(event)
            queue = self._rows.queue(event.queue_id)
            if before in (None, event.queue_id):
                conversation.record("queue.entered", {"queue": queue, "again": not first})
            else:
                conversation.record("contact.moved", {"from": self._rows.queue(before), "queue": queue, "by": _by()})
            values: dict[str, Any] = {"queue_id": event.queue_id}
            if first:
                self._services.tasks.spawn(conversation.learn_history())
                values["queued_at"] = _moment(event.at)
            self._services.interactions.update(conversation.id, **values)

    def _offered(self, event: acd.ContactOffered) -> None:
        if conversation := self._calls.get(event.contact_id):
            self._rows.show_offer(conversation, conversation.offered(event))
            data = {
                "agent": self._rows.agent(event.agent_id),
                "rule": event.rule,
                "eligible": event.eligible,
                "ready": event.ready,
            }
            conversation.record("offer.made", data)

    def _accepted(self, event: acd.OfferAccepted) -> None:
        if conversation := self._calls.get(event.contact_id):
            if offer := conversation.offers.pop(event.agent_id, None):
                offer.accepted()
            self._rows.hide_offer(conversation, event.agent_id)
            conversation.record("offer.accepted", {"agent": self._rows.agent(event.agent_id)})
            values: dict[str, Any] = {"agent_id": event.agent_id, "queue_id": event.queue_id}
            if conversation.story.answered_at is None:
                conversation.story.waited_s = event.waited_s
                values |= {"answered_at": _moment(event.at), "wait_s": round(event.waited_s, 3)}
            self._services.interactions.update(conversation.id, **values)

    def _withdrawn(self, event: acd.OfferWithdrawn) -> None:
        self._offer_over(event, "offer.withdrawn", event.reason)

    def _offer_over(self, event: OfferOver, event_type: str, reason: str | None = None) -> None:
        conversation = self._calls.get(event.contact_id)
        if conversation is None:
            return
        offer = conversation.offer_over(event.agent_id)
        if offer is not None:
            self._rows.hide_offer(conversation, offer.agent_id)
            data = {"agent": self._rows.agent(offer.agent_id)}
            conversation.record(event_type, data | {"reason": reason} if reason else data)

    def _overflowed(self, event: acd.ContactOverflowed) -> None:
        if conversation := self._calls.get(event.contact_id):
            conversation.story.queue_id = event.to_queue
            data = {
                "from": self._rows.queue(event.from_queue),
                "queue": self._rows.queue(event.to_queue),
                "reason": event.reason,
            }
            conversation.record("queue.overflowed", data)
            self._services.interactions.update(conversation.id, queue_id=event.to_queue)

    def _relaxed(self, event: acd.ContactRelaxed) -> None:
        if conversation := self._calls.get(event.contact_id):
            data = {"queue": self._rows.queue(event.queue_id), "step": event.step, "asks": event.asks}
            conversation.record("contact.relaxed", data)

    def _prioritized(self, event: acd.ContactPrioritized) -> None:
        if conversation := self._calls.get(event.contact_id):
            conversation.record("contact.prioritized", {"priority": event.priority, "by": _by()})

    def _left_queue(self, event: acd.ContactLeftQueue) -> None:
        if conversation := self._calls.get(event.contact_id):
            if not conversation.leaving:
                to = {"kind": event.to.kind.value, "value": event.to.value}
                data = {"queue": self._rows.queue(event.queue_id), "reason": event.reason, "to": to}
                conversation.record("queue.left", data)
            conversation.left_queue(event)

    def _ended(self, event: acd.ContactEnded) -> None:
        """A wrap-up takes the same row; without one the row goes."""
        conversation = self._calls.get(event.contact_id)
        view = self._services.driver.engine.agent_view(event.agent_id, event.at)
        wraps_up = any(wrap_up.contact_id == event.contact_id for wrap_up in view.wrap_ups)
        if conversation is not None and not wraps_up:
            self._rows.hide_work(conversation, event.agent_id)

    def _wrap_up_started(self, event: acd.WrapUpStarted) -> None:
        if conversation := self._calls.get(event.contact_id):
            conversation.wrap_up_started(event)
            conversation.record("wrapup.started", {"agent": self._rows.agent(event.agent_id)})
            self._rows.show_work(conversation)

    def _wrap_up_extended(self, event: acd.WrapUpExtended) -> None:
        conversation = self._calls.get(event.contact_id)
        if conversation is not None and conversation.wrap_up is not None:
            conversation.extend_wrap_up(event.deadline)
            self._rows.show_work(conversation)

    def _wrap_up_ended(self, event: acd.WrapUpEnded) -> None:
        if conversation := self._calls.get(event.contact_id):
            if event.reason == "expired":
                conversation.record("wrapup.expired", {"agent": self._rows.agent(event.agent_id)})
            conversation.wrap_up = None
            self._rows.hide_work(conversation, event.agent_id)
            if conversation.concluded:
                self._calls.forget(conversation)


def _by() -> dict[str, str] | None:
    """The person in whose name this happens; None when it is the system itself."""
    actor = actors.current()
    return {"id": actor.id, "name": actor.name} if actor.kind == "user" else None


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
