"""What the engine is told about queues and agents, and what it shows of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MIN_LEVEL = 1
MAX_LEVEL = 5


class Refused(ValueError):  # noqa: N818  (the public name the drivers use)
    """A command that does not fit the state. The state is as it was before the command.

    `code` is stable and for machines ("unknown-contact"), `sentence` is for a person.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class Presence(StrEnum):
    """What an agent says of itself. NOT_RESPONDING is set by the engine after missed offers."""

    OFF = "off"
    AVAILABLE = "available"
    PAUSED = "paused"
    NOT_RESPONDING = "not_responding"


class Activity(StrEnum):
    """What an agent is doing, whatever its presence."""

    IDLE = "idle"
    OFFERED = "offered"
    BUSY = "busy"
    WRAP_UP = "wrap_up"


class Phase(StrEnum):
    """Where a contact is: in line, ringing at an agent, or with an agent."""

    WAITING = "waiting"
    OFFERED = "offered"
    ASSIGNED = "assigned"


@dataclass(frozen=True, slots=True)
class SkillRequirement:
    """The agent must have `skill` at `level` (1 to 5) or better."""

    skill: str
    level: int = MIN_LEVEL


@dataclass(frozen=True, slots=True)
class Overflow:
    """Where a contact goes after `max_wait_s`: to a queue, or (None) out, handed back to who queued it.

    A target queue that is not configured when the wait is over counts as None.
    """

    queue_id: str | None


@dataclass(frozen=True, slots=True)
class QueueConfig:
    """One queue. Times in seconds.

    ring_timeout_s: an offer not accepted by then expires.
    wrap_up_s, wrap_up_forced: timed wrap-up (not forced) ends by itself after `wrap_up_s`. Forced wrap-up ends only by
      CompleteWrapUp; `wrap_up_s` is then the planned length that the agent is shown. 0 and not forced: no wrap-up.
    refusal_lapse_s: an offer rejected or missed keeps the contact from that agent for so long; None: until the agent
      is ready anew. See refusals.py. A changed value counts from the next refusal on.
    max_wait_s: counted from entering this queue; a ringing offer is not cut off by it.
    service_level_target_s: see service_level.py for the definition.
    weight: between queues competing for one agent the larger weight goes first, after contact priority.
    """

    queue_id: str
    strategy: str = "longest-idle"
    required_skills: tuple[SkillRequirement, ...] = ()
    ring_timeout_s: float = 20.0
    wrap_up_s: float = 60.0
    wrap_up_forced: bool = True
    max_wait_s: float | None = None
    overflow: Overflow | None = None
    service_level_target_s: float = 20.0
    weight: int = 0
    refusal_lapse_s: float | None = 30.0


@dataclass(frozen=True, slots=True)
class AgentConfig:
    """One agent: skill levels 1 to 5, and its queues, which need not be configured yet.

    misses_before_not_responding: so many expired offers in a row set it to NOT_RESPONDING.
    """

    agent_id: str
    skills: Mapping[str, int]
    queues: frozenset[str]
    misses_before_not_responding: int = 1


@dataclass(frozen=True, slots=True)
class QueueView:
    """One queue now. Counters run since the queue was configured; the balance always holds:
    offered == answered + abandoned + overflowed + left + moved + waiting.

    waiting: contacts not answered yet, ringing ones included. longest_wait_since: unix time of the oldest clock.
    offered: entries into the queue (queued, overflowed into, re-queued). moved: re-queued away before an answer.
    agents_busy: offered + talking + wrap-up, so that ready, busy, paused, not responding and off add up to the members.
    """

    queue_id: str
    waiting: int
    longest_wait_s: float
    longest_wait_since: float | None
    offered: int
    answered: int
    answered_in_target: int
    abandoned: int
    abandoned_in_target: int
    overflowed: int
    left: int
    moved: int
    service_level: float | None
    agents_ready: int
    agents_busy: int
    agents_offered: int
    agents_talking: int
    agents_wrap_up: int
    agents_paused: int
    agents_not_responding: int
    agents_off: int


@dataclass(frozen=True, slots=True)
class WrapUpView:
    """Wrap-up under way. deadline: unix time; forced wrap-up outlives it."""

    contact_id: str
    queue_id: str
    started_at: float
    deadline: float | None
    forced: bool


@dataclass(frozen=True, slots=True)
class AgentView:
    """One agent now. contact_id: offered, talked to, or being wrapped up. Since-values are unix times."""

    agent_id: str
    presence: Presence
    reason: str | None
    pending: Presence | None
    pending_reason: str | None
    presence_since: float
    activity: Activity
    activity_since: float
    contact_id: str | None
    queue_id: str | None
    wrap_up: WrapUpView | None
    misses: int
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactView:
    """One contact now. queued_at: its clock, which orders it; entered_at: when it came into this queue (unix times).

    position: 1-based place in its queue, None once assigned.
    """

    contact_id: str
    queue_id: str
    channel: str
    priority: int
    phase: Phase
    queued_at: float
    entered_at: float
    position: int | None
    offered_to: str | None
    expires_at: float | None
    agent_id: str | None
