"""What has become true. `at` is the time of the command or tick (unix seconds); an event is true when emitted."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from acd.model import Activity, AgentConfig, Order, Presence, QueueConfig, Target


class Event(Struct, frozen=True, kw_only=True, gc=False, tag=True):
    """Anything that has become true."""

    at: float


class QueueConfigured(Event, frozen=True, gc=False):
    config: QueueConfig


class QueueRemoved(Event, frozen=True, gc=False):
    queue_id: str


class AgentConfigured(Event, frozen=True, gc=False):
    config: AgentConfig


class AgentRemoved(Event, frozen=True, gc=False):
    agent_id: str


class AgentPresenceChanged(Event, frozen=True, gc=False):
    """`pending` takes effect when the work under way ends."""

    agent_id: str
    presence: Presence
    reason: str | None
    pending: Presence | None
    pending_reason: str | None


class AgentActivityChanged(Event, frozen=True, gc=False):
    """contact_id: the contact offered, talked to or wrapped up; None when idle."""

    agent_id: str
    activity: Activity
    contact_id: str | None


class ContactQueued(Event, frozen=True, gc=False):
    """In line, by EnqueueContact or RequeueContact. (An overflow says ContactOverflowed instead.)"""

    contact_id: str
    queue_id: str


class ContactOffered(Event, frozen=True, gc=False):
    """Ringing. rule: why this agent, for a person. eligible: members who meet what it asks, ready: those of them who
    could have had it."""

    contact_id: str
    agent_id: str
    queue_id: str
    expires_at: float
    rule: str
    eligible: int = 0
    ready: int = 0


class OfferAccepted(Event, frozen=True, gc=False):
    """waited_s: seconds in line over all queues, conversations in between not counted."""

    contact_id: str
    agent_id: str
    queue_id: str
    waited_s: float


class OfferRejected(Event, frozen=True, gc=False):
    contact_id: str
    agent_id: str


class OfferExpired(Event, frozen=True, gc=False):
    contact_id: str
    agent_id: str


class RefusalLapsed(Event, frozen=True, gc=False):
    """A rejected or expired offer stands no longer between the two, by time; the contact may ring there again."""

    contact_id: str
    agent_id: str


class OfferWithdrawn(Event, frozen=True, gc=False):
    """reason: "abandoned", "presence", "not-eligible" (skills or queues changed), "requeued", "agent-removed",
    "answered-elsewhere", "prioritized"."""

    contact_id: str
    agent_id: str
    reason: str


class ContactAbandoned(Event, frozen=True, gc=False):
    contact_id: str
    queue_id: str
    waited_s: float


class ContactOverflowed(Event, frozen=True, gc=False):
    """Now in line in to_queue, with its clock kept. reason: an OverflowCause."""

    contact_id: str
    from_queue: str
    to_queue: str
    reason: str


class ContactLeftQueue(Event, frozen=True, gc=False):
    """Handed back to who queued it; the engine has forgotten it. reason: an OverflowCause, or model.CHOSEN. to: where
    its queue wishes it to go, never a queue."""

    contact_id: str
    queue_id: str
    reason: str
    to: Target


class ContactEnded(Event, frozen=True, gc=False):
    """talk_s: none of lasting work (model.LASTING)."""

    contact_id: str
    agent_id: str
    talk_s: float


class WrapUpStarted(Event, frozen=True, gc=False):
    """deadline: unix time. Not forced: it ends by itself then. Forced: the planned end, or None."""

    agent_id: str
    contact_id: str
    deadline: float | None
    forced: bool


class WrapUpExtended(Event, frozen=True, gc=False):
    agent_id: str
    contact_id: str
    deadline: float


class WrapUpEnded(Event, frozen=True, gc=False):
    agent_id: str
    contact_id: str
    reason: Literal["completed", "expired"]


class CommandRefused(Event, frozen=True, gc=False):
    """A command did not fit the state, which is as before. command: its class name. code, sentence: see commands.py;
    contact_id, agent_id: those the command named."""

    command: str
    code: str
    sentence: str
    contact_id: str | None = None
    agent_id: str | None = None


class PauseReasonsConfigured(Event, frozen=True, gc=False):
    reason_ids: tuple[str, ...]


class OrderConfigured(Event, frozen=True, gc=False):
    order: Order


class ContactRelaxed(Event, frozen=True, gc=False):
    """From now on less is asked for, or more tiers are reached. asks: what is asked for now, in words."""

    contact_id: str
    queue_id: str
    step: int
    asks: str


class ContactPrioritized(Event, frozen=True, gc=False):
    contact_id: str
    priority: int


class WorkInterrupted(Event, frozen=True, gc=False):
    """by: the contact that came in between."""

    agent_id: str
    contact_id: str
    by: str


class WorkResumed(Event, frozen=True, gc=False):
    agent_id: str
    contact_id: str


class StatisticsReset(Event, frozen=True, gc=False):
    pass
