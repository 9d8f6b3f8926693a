"""The form in which a snapshot is written: everything the engine remembers, as plain records. See snapshot.py.

Times are Unix seconds, durations seconds. Agents and contacts are named by id, queues by their place in `Memory.queues`
where a removed one may be meant.
"""

from __future__ import annotations

from msgspec import Struct

from acd.forecast import EstimatorState, Forecast
from acd.model import Activity, AgentConfig, Expression, Order, Phase, Presence, QueueConfig
from acd.service_level import Counters

VERSION = 2
"""To be raised, with a step in forward.py, with every change of these records or of what the engine makes of them."""

Number = int | float


class TimerState(Struct, frozen=True, array_like=True, gc=False):
    """number: among all there have been, which decides between equal times. live: not fired yet."""

    at: float
    number: int
    live: bool


class PoolState(Struct, frozen=True, array_like=True, gc=False):
    """Ready agents of a tier with their places, as they stood when they became ready: (major, minor, tie, agent)."""

    tier: int
    entries: tuple[tuple[Number, Number, int, str], ...]


class LaneState(Struct, frozen=True, array_like=True, gc=False):
    channel: str
    turns: tuple[tuple[int, Number], ...]
    pools: tuple[PoolState, ...]


class QueueState(Struct, frozen=True, kw_only=True, gc=False):
    """configured: False for one that was removed while contacts of its go on."""

    config: QueueConfig
    configured: bool
    seats: tuple[str | None, ...]
    vacant: tuple[int, ...]
    counters: Counters
    estimator: EstimatorState
    largest_weight: float
    lanes: tuple[LaneState, ...]


class MemberState(Struct, frozen=True, kw_only=True, gc=False):
    agent_id: str
    ring: int
    calls: int
    talk_s: float
    last_ended: float
    recent: int


class WrapUpState(Struct, frozen=True, kw_only=True, gc=False):
    contact_id: str
    queue: int
    started_at: float
    work_started_at: float
    deadline: float | None
    forced: bool
    timer: TimerState | None


class AgentState(Struct, frozen=True, kw_only=True, gc=False):
    """members, queues: ids, in the order in which the agent joined and in which they came to be configured."""

    config: AgentConfig
    presence: Presence
    reason: str | None
    pending: Presence | None
    pending_reason: str | None
    presence_since: float
    activity: Activity
    activity_since: float
    contact_id: str | None
    status: int
    status_since: float
    times: tuple[float, ...]
    counted_pause_s: float
    handled: int
    misses: int
    idle_since: float
    ready_seq: int
    in_pool: bool
    members: tuple[str, ...]
    queues: tuple[str, ...]
    work: tuple[str, ...]
    wrap_ups: tuple[WrapUpState, ...]


class CellState(Struct, frozen=True, array_like=True, gc=False):
    """What a contact asks for at present; only: the id of the agent it is kept to."""

    requirement: tuple[Expression, ...]
    reach: float
    only: str | None


class OfferState(Struct, frozen=True, array_like=True, gc=False):
    agent_id: str
    expires_at: float
    timer: TimerState | None


class RefusalState(Struct, frozen=True, array_like=True, gc=False):
    agent_id: str
    since: float
    lapse: TimerState | None


class ContactState(Struct, frozen=True, kw_only=True, gc=False):
    contact_id: str
    channel: str
    priority: int
    skills: tuple[Expression, ...]
    preferred: tuple[Expression, ...]
    own_max_wait_s: float | None
    own_agent: str | None
    own_until: float
    seed: int | None
    draws: int
    clock: float
    seq: int
    queue: int
    cell: CellState
    phase: Phase
    entered_at: float
    waited_s: float
    stage: int
    tried: Number
    indexed: bool
    agent: str | None
    resting: str | None
    answered_at: float | None
    forecast: Forecast | None
    max_wait: TimerState | None
    widen: TimerState | None
    ring_next: TimerState | None
    offers: tuple[OfferState, ...]
    refusals: tuple[RefusalState, ...]


class FairState(Struct, frozen=True, array_like=True, gc=False):
    """The end of an answered contact's time in the fair window. agent_id None: the agent is gone; queue_id None: it
    has left the queue."""

    at: float
    number: int
    agent_id: str | None
    queue_id: str | None


class Memory(Struct, frozen=True, kw_only=True, gc=False):
    version: int
    now: float
    sequence: int
    timers_started: int
    order: Order
    reasons: tuple[str, ...]
    counted_reasons: tuple[str, ...]
    queues: tuple[QueueState, ...]
    agents: tuple[AgentState, ...]
    members: tuple[tuple[str, tuple[MemberState, ...]], ...]
    contacts: tuple[ContactState, ...]
    fair: tuple[FairState, ...]
