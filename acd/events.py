"""What has become true. `at` is the time of the command or tick (unix seconds); an event is true when emitted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from acd.model import Activity, AgentConfig, Presence, QueueConfig


@dataclass(frozen=True, slots=True)
class Event:
    """Anything that has become true."""

    at: float = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class QueueConfigured(Event):
    config: QueueConfig


@dataclass(frozen=True, slots=True)
class QueueRemoved(Event):
    queue_id: str


@dataclass(frozen=True, slots=True)
class AgentConfigured(Event):
    config: AgentConfig


@dataclass(frozen=True, slots=True)
class AgentRemoved(Event):
    agent_id: str


@dataclass(frozen=True, slots=True)
class AgentPresenceChanged(Event):
    """`pending` takes effect when the work under way ends."""

    agent_id: str
    presence: Presence
    reason: str | None
    pending: Presence | None
    pending_reason: str | None


@dataclass(frozen=True, slots=True)
class AgentActivityChanged(Event):
    """contact_id: the contact offered, talked to or wrapped up; None when idle."""

    agent_id: str
    activity: Activity
    contact_id: str | None


@dataclass(frozen=True, slots=True)
class ContactQueued(Event):
    """In line, by EnqueueContact or RequeueContact. (An overflow says ContactOverflowed instead.)"""

    contact_id: str
    queue_id: str


@dataclass(frozen=True, slots=True)
class ContactOffered(Event):
    """Ringing. rule: why this agent, for a person."""

    contact_id: str
    agent_id: str
    queue_id: str
    expires_at: float
    rule: str


@dataclass(frozen=True, slots=True)
class OfferAccepted(Event):
    """waited_s: seconds in line over all queues, conversations in between not counted."""

    contact_id: str
    agent_id: str
    queue_id: str
    waited_s: float


@dataclass(frozen=True, slots=True)
class OfferRejected(Event):
    contact_id: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class OfferExpired(Event):
    contact_id: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class RefusalLapsed(Event):
    """A rejected or expired offer stands no longer between the two, by time; the contact may ring there again."""

    contact_id: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class OfferWithdrawn(Event):
    """reason: "abandoned", "presence", "not-eligible" (skills or queues changed), "requeued", "agent-removed"."""

    contact_id: str
    agent_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContactAbandoned(Event):
    contact_id: str
    queue_id: str
    waited_s: float


@dataclass(frozen=True, slots=True)
class ContactOverflowed(Event):
    """Now in line in to_queue, with its clock kept."""

    contact_id: str
    from_queue: str
    to_queue: str


@dataclass(frozen=True, slots=True)
class ContactLeftQueue(Event):
    """Handed back to who queued it; the engine has forgotten it. reason: "max-wait"."""

    contact_id: str
    queue_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContactEnded(Event):
    contact_id: str
    agent_id: str
    talk_s: float


@dataclass(frozen=True, slots=True)
class WrapUpStarted(Event):
    """deadline: unix time. Not forced: it ends by itself then. Forced: the planned end, or None."""

    agent_id: str
    contact_id: str
    deadline: float | None
    forced: bool


@dataclass(frozen=True, slots=True)
class WrapUpExtended(Event):
    agent_id: str
    contact_id: str
    deadline: float


@dataclass(frozen=True, slots=True)
class WrapUpEnded(Event):
    agent_id: str
    contact_id: str
    reason: Literal["completed", "expired"]
