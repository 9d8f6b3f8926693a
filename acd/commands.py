"""What may be asked of the engine. Each class says when the engine refuses it, with the code of CommandRefused."""

from __future__ import annotations

from msgspec import Struct

from acd.model import AgentConfig, Expression, Order, PauseReason, Presence, QueueConfig


class Command(Struct, frozen=True, tag=True):
    """Anything the engine can be asked."""


class ConfigureQueue(Command, frozen=True):
    """Make or change a queue. Offers whose agent no longer fits are withdrawn; waiting contacts are matched anew.

    Refused: "bad-queue" (naming the field), "unknown-strategy", "overflow-cycle".
    """

    config: QueueConfig


class RemoveQueue(Command, frozen=True):
    """Refused: "unknown-queue"; "queue-not-empty" while a contact waits or rings. Contacts with an agent go on."""

    queue_id: str


class ConfigureAgent(Command, frozen=True):
    """Make (presence OFF) or change an agent. An offer it no longer fits is withdrawn; work under way goes on.

    Refused: "bad-agent", naming the field.
    """

    config: AgentConfig


class RemoveAgent(Command, frozen=True):
    """A ringing offer is withdrawn. Refused: "unknown-agent"; "agent-busy" during a contact or wrap-up."""

    agent_id: str


class ConfigurePauseReasons(Command, frozen=True):
    """All reasons there are; a pause for any other one is unpaid and not in occupancy."""

    reasons: tuple[PauseReason, ...]


class ConfigureOrder(Command, frozen=True):
    """Which queue's contact an agent gets first; see order.py."""

    order: Order


class SetPresence(Command, frozen=True):
    """At once when idle; an offer is withdrawn unless AVAILABLE; during a contact or wrap-up it is pending until idle,
    and no further contact is offered meanwhile.

    Asking for the present presence while another is pending takes the pending one back. Refused: "unknown-agent".
    """

    agent_id: str
    presence: Presence
    reason: str | None = None


class EnqueueContact(Command, frozen=True):
    """`skills` and `preferred` add to the queue's; the higher level counts. Higher `priority` goes first.

    max_wait_s: the contact's own limit in seconds, over all queues; at its end it leaves (ContactLeftQueue), wherever
    its queue would have overflowed to later. None: only the queue's limit.
    agent_id, agent_wait_s: the preferred agent gets it alone, if it is logged in and serves the queue, for so many
    seconds; then the queue's strategy decides. It is released at once when that agent logs off.
    seed: what the random strategies draw from; None: made from the contact's id.
    since: unix time since when the customer has been waiting, in another shape (a call that became a callback); its
      place in line and its waited time count from then. None, or a time to come: from now.
    due: unix time, also one to come: its place in line is that of a contact that comes then, and from then on it ages.
    Refused: "unknown-queue", "contact-exists", "bad-contact" (naming the field).
    """

    contact_id: str
    queue_id: str
    channel: str = "voice"
    priority: int = 0
    skills: tuple[Expression, ...] = ()
    preferred: tuple[Expression, ...] = ()
    max_wait_s: float | None = None
    agent_id: str | None = None
    agent_wait_s: float = 0.0
    seed: int | None = None
    since: float | None = None
    due: float | None = None


class LeaveQueue(Command, frozen=True):
    """The customer chose another way while waiting or ringing, such as to be called back: ContactLeftQueue with the
    reason CHOSEN. Refused: "unknown-contact", "contact-assigned".
    """

    contact_id: str


class AbandonContact(Command, frozen=True):
    """The customer left before an answer. Refused: "unknown-contact"; "contact-assigned" (use EndContact)."""

    contact_id: str


class AcceptOffer(Command, frozen=True):
    """Where it rings besides, the offer is withdrawn. Refused: "offer-gone" unless this contact rings there now."""

    contact_id: str
    agent_id: str


class RejectOffer(Command, frozen=True):
    """The contact goes to the next agent. Refused: "offer-gone"."""

    contact_id: str
    agent_id: str


class EndContact(Command, frozen=True):
    """The conversation is over. Refused: "unknown-contact"; "contact-not-assigned" (use AbandonContact)."""

    contact_id: str


class CompleteWrapUp(Command, frozen=True):
    """Refused: "no-wrap-up" unless the agent wraps up this contact."""

    agent_id: str
    contact_id: str


class ExtendWrapUp(Command, frozen=True):
    """Move the deadline by `seconds` > 0. Refused: "no-wrap-up", "no-deadline", "bad-extension"."""

    agent_id: str
    contact_id: str
    seconds: float


class RequeueContact(Command, frozen=True):
    """Put a contact in line again, from waiting, ringing or assigned; an agent that had it is free without wrap-up,
    and gets it again only when no other ready agent fits.

    keep_clock: it keeps the place its first arrival gives it, and what is left of its own limit: with nothing left, an
      agent ready now is its last chance. Otherwise clock and limit start anew. None: as the queue is configured.
    priority None: unchanged. Earlier refusals of the contact are forgotten, and so is a preferred agent.
    Refused: "unknown-contact", "unknown-queue".
    """

    contact_id: str
    queue_id: str
    keep_clock: bool | None = None
    priority: int | None = None


class PrioritizeContact(Command, frozen=True):
    """Change the priority of a contact in line, and with `due` (unix time; None: unchanged) its place as EnqueueContact
    says. Refused: "unknown-contact", "contact-assigned", "bad-contact".
    """

    contact_id: str
    priority: int
    due: float | None = None


class ResetStatistics(Command, frozen=True):
    """Counters, per-agent figures and occupancy start anew, as at midnight; whatever is under way goes on."""
