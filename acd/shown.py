"""What the engine shows of itself."""

from __future__ import annotations

from msgspec import Struct

from acd.model import Activity, Expression, Phase, Presence


class Estimate(Struct, frozen=True):
    """How long a contact still waits, in seconds from now: median and an 80 % interval."""

    median_s: float
    low_s: float
    high_s: float


class ServiceLevels(Struct, frozen=True):
    """The four usual definitions, each between 0 and 1, None before the first contact that counts. `answered` and
    `abandoned` within the target are marked *; see service_level.py.

    of_offered: answered* / (answered + abandoned). of_answered: answered* / answered.
    abandons_ignored: answered* / (answered + abandoned - abandoned*).
    abandons_credited: (answered* + abandoned*) / (answered + abandoned).
    """

    of_offered: float | None
    of_answered: float | None
    abandons_ignored: float | None
    abandons_credited: float | None


class QueueView(Struct, frozen=True):
    """One queue now. Counters run since ResetStatistics, or since the queue was configured; the balance holds:
    offered == answered + abandoned + overflowed + left + moved + waiting - waiting at the reset.

    waiting: contacts not answered yet, ringing ones included; lasting: those of them that are lasting work.
    longest_wait_since: unix time of the oldest clock of the others. None while all lie ahead.
    offered: entries into the queue (queued, overflowed into, re-queued). moved: re-queued away before an answer.
    refused entry (full, empty, expected wait) counts as offered and as overflowed or left.
    agents_busy: offered + talking + wrap-up, so that ready, busy, paused, not responding and off add up to the members.
    average_speed_of_answer_s: mean wait of those answered. abandonment: abandoned / (answered + abandoned).
    """

    queue_id: str
    waiting: int
    lasting: int
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
    service_levels: ServiceLevels
    average_speed_of_answer_s: float | None
    abandonment: float | None
    handling_s: float | None
    agents_ready: int
    agents_busy: int
    agents_offered: int
    agents_talking: int
    agents_wrap_up: int
    agents_paused: int
    agents_not_responding: int
    agents_off: int


class WrapUpView(Struct, frozen=True):
    """Wrap-up under way. deadline: unix time; forced wrap-up outlives it."""

    contact_id: str
    queue_id: str
    started_at: float
    deadline: float | None
    forced: bool


class WorkView(Struct, frozen=True):
    """One contact in an agent's hands. interrupted: it rests while another one that may interrupt it is in hand."""

    contact_id: str
    queue_id: str
    channel: str
    answered_at: float
    interrupted: bool


class AgentView(Struct, frozen=True):
    """One agent now. contact_id: of the contact that `activity` is about. Since-values are unix times.

    offered: contact ringing there. work: contacts in hand. wrap_ups: those being wrapped up.
    open_channels: of which a contact could be offered this moment.
    occupancy: share of its staffed time (handling, or available) spent handling, since ResetStatistics; offers that
      ring count as available. None before any staffed time.
    """

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
    offered: str | None
    work: tuple[WorkView, ...]
    wrap_up: WrapUpView | None
    wrap_ups: tuple[WrapUpView, ...]
    misses: int
    queues: tuple[str, ...]
    open_channels: tuple[str, ...]
    handled: int
    occupancy: float | None


class ContactView(Struct, frozen=True):
    """One contact now. queued_at: its clock, which orders it and for one with a due time is that; entered_at: when it
    came into this queue (unix times).

    position: 1-based place in its queue, None once assigned. offered_to: agents it rings at, mostly one.
    skills: those of its own. asks: what an agent must bring at present, in words.
    """

    contact_id: str
    queue_id: str
    channel: str
    priority: int
    skills: tuple[Expression, ...]
    phase: Phase
    queued_at: float
    entered_at: float
    position: int | None
    offered_to: tuple[str, ...]
    expires_at: float | None
    agent_id: str | None
    asks: str
