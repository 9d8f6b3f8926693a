"""What may be asked of the engine. Each class says when the engine refuses it."""

from __future__ import annotations

from dataclasses import dataclass

from acd.model import AgentConfig, Presence, QueueConfig, SkillRequirement


@dataclass(frozen=True, slots=True)
class Command:
    """Anything the engine can be asked."""


@dataclass(frozen=True, slots=True)
class ConfigureQueue(Command):
    """Make or change a queue. Offers whose agent no longer fits are withdrawn; waiting contacts are matched anew.

    Refused: "bad-queue" (naming the field), "unknown-strategy", "overflow-cycle".
    """

    config: QueueConfig


@dataclass(frozen=True, slots=True)
class RemoveQueue(Command):
    """Refused: "unknown-queue"; "queue-not-empty" while a contact waits or rings. Contacts with an agent go on."""

    queue_id: str


@dataclass(frozen=True, slots=True)
class ConfigureAgent(Command):
    """Make (presence OFF) or change an agent. An offer it no longer fits is withdrawn; work under way goes on.

    Refused: "bad-agent", naming the field.
    """

    config: AgentConfig


@dataclass(frozen=True, slots=True)
class RemoveAgent(Command):
    """A ringing offer is withdrawn. Refused: "unknown-agent"; "agent-busy" during a contact or wrap-up."""

    agent_id: str


@dataclass(frozen=True, slots=True)
class SetPresence(Command):
    """At once when idle; an offer is withdrawn unless AVAILABLE; during a contact or wrap-up it is pending until idle.

    Asking for the present presence while another is pending takes the pending one back. Refused: "unknown-agent".
    """

    agent_id: str
    presence: Presence
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EnqueueContact(Command):
    """`skills` add to the queue's; the higher level counts. Higher `priority` goes first.

    max_wait_s: the contact's own limit in seconds, over all queues; at its end it leaves (ContactLeftQueue), wherever
    its queue would have overflowed to later. None: only the queue's limit.
    Refused: "unknown-queue", "contact-exists", "bad-contact" (a skill level outside 1 to 5, a limit not above 0).
    """

    contact_id: str
    queue_id: str
    channel: str = "voice"
    priority: int = 0
    skills: tuple[SkillRequirement, ...] = ()
    max_wait_s: float | None = None


@dataclass(frozen=True, slots=True)
class AbandonContact(Command):
    """The customer left before an answer. Refused: "unknown-contact"; "contact-assigned" (use EndContact)."""

    contact_id: str


@dataclass(frozen=True, slots=True)
class AcceptOffer(Command):
    """Refused: "offer-gone" unless this contact rings at this agent now."""

    contact_id: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class RejectOffer(Command):
    """The contact goes to the next agent. Refused: "offer-gone"."""

    contact_id: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class EndContact(Command):
    """The conversation is over. Refused: "unknown-contact"; "contact-not-assigned" (use AbandonContact)."""

    contact_id: str


@dataclass(frozen=True, slots=True)
class CompleteWrapUp(Command):
    """Refused: "no-wrap-up" unless the agent wraps up this contact."""

    agent_id: str
    contact_id: str


@dataclass(frozen=True, slots=True)
class ExtendWrapUp(Command):
    """Move the deadline by `seconds` > 0. Refused: "no-wrap-up", "no-deadline", "bad-extension"."""

    agent_id: str
    contact_id: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RequeueContact(Command):
    """Put a contact in line again, from waiting, ringing or assigned; an agent that had it is idle without wrap-up,
    and gets it again only when no other ready agent fits.

    keep_clock: it keeps the place its first arrival gives it, and what is left of its own limit: with nothing left, an
      agent ready now is its last chance. Otherwise clock and limit start anew.
    priority None: unchanged. Earlier refusals of the contact are forgotten.
    Refused: "unknown-contact", "unknown-queue".
    """

    contact_id: str
    queue_id: str
    keep_clock: bool = True
    priority: int | None = None
