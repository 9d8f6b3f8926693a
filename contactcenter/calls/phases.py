"""The words shared by the parts of a call."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from contactcenter.customers.callers import Known


class Phase(StrEnum):
    """OPEN: an agent has it, and no line is up. DIALING: the customer is being called. SCHEDULED: to be called later.
    TRANSFERRED: with somebody outside."""

    FLOW = "flow"
    QUEUED = "queued"
    CONNECTING = "connecting"
    TALKING = "talking"
    HELD = "held"
    RECONNECTING = "reconnecting"
    OPEN = "open"
    DIALING = "dialing"
    TRANSFERRED = "transferred"
    SCHEDULED = "scheduled"
    ENDED = "ended"


WITH_AGENT = frozenset({Phase.CONNECTING, Phase.TALKING, Phase.HELD, Phase.RECONNECTING, Phase.OPEN, Phase.DIALING})


class NotPossibleError(Exception):
    """What was asked does not fit the call as it stands: a sentence for the agent."""


@dataclass(frozen=True, slots=True)
class Caller:
    """`address` is the number or SIP user the call came from."""

    address: str
    name: str | None


@dataclass(slots=True)
class Story:
    """What has been learned about the call so far. Times are Unix seconds.

    left: what the caller was given instead of an agent: "voicemail", "callback", "message", "ticket", "transferred".
    """

    facts: list[dict[str, str]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    customers: tuple[Known, ...] = ()
    customer_id: str | None = None
    left: str | None = None
    queue_id: str | None = None
    queued_at: float | None = None
    waited_s: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None

    @property
    def customer(self) -> Known | None:
        """Who it is, once that is clear: `customers` are all who have this number, or the one an agent chose."""
        return next((each for each in self.customers if each.id == self.customer_id), None)

    def learn(self, label: str, value: str) -> None:
        """A later answer under the same label replaces the earlier one."""
        self.facts = [fact for fact in self.facts if fact["label"] != label]
        self.facts.append({"label": label, "value": value})


@dataclass(frozen=True, slots=True)
class WrapUp:
    """`deadline` None: it lasts until the agent saves."""

    agent_id: str
    device: str
    started_at: float
    deadline: float | None
    forced: bool
