"""What the engine is told: queues, agents, skills, capacities and rules. All of it immutable and free of I/O.

Collections in here are tuples and dicts, never sets: what is walked or written must be the same in every process.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

MIN_LEVEL = 1
MAX_LEVEL = 5


class Refused(ValueError):  # noqa: N818  (a refusal, not a failure)
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
    """What an agent is doing, whatever its presence. With several contacts the first of BUSY, WRAP_UP, OFFERED."""

    IDLE = "idle"
    OFFERED = "offered"
    BUSY = "busy"
    WRAP_UP = "wrap_up"


class Phase(StrEnum):
    """Where a contact is: in line, ringing at one agent or several, or with an agent."""

    WAITING = "waiting"
    OFFERED = "offered"
    ASSIGNED = "assigned"


class SkillRequirement(Struct, frozen=True, tag="skill"):
    """The agent must have `skill` at `level` (1 to 5) or better."""

    skill: str
    level: int = MIN_LEVEL


class AllOf(Struct, frozen=True, tag="all"):
    of: tuple[Expression, ...]


class AnyOf(Struct, frozen=True, tag="any"):
    of: tuple[Expression, ...]


class Not(Struct, frozen=True, tag="not"):
    of: Expression


Expression = SkillRequirement | AllOf | AnyOf | Not


class RelaxStep(Struct, frozen=True, kw_only=True):
    """From `after_s` seconds in this queue on: what is asked for from then on. Steps add up.

    level_down: every level asked for is lower by so many, down to 1.
    drop: skills not asked about any more, wherever they stand in the expression.
    reach: members up to this tier may be offered the contact; None: as before.
    """

    after_s: float
    level_down: int = 0
    drop: tuple[str, ...] = ()
    reach: int | None = None


class TargetKind(StrEnum):
    """Where a contact may go that leaves a queue. The engine itself carries out QUEUE; the others it hands back with
    ContactLeftQueue to who queued the contact. LEAVE: back without a wish."""

    QUEUE = "queue"
    NUMBER = "number"
    VOICEMAIL = "voicemail"
    CALLBACK = "callback"
    TICKET = "ticket"
    MESSAGE = "message"
    LEAVE = "leave"


class Target(Struct, frozen=True):
    """`value` is the queue's id, the number, the message; None where the kind needs none."""

    kind: TargetKind = TargetKind.LEAVE
    value: str | None = None


class OverflowCause(StrEnum):
    """FULL, JOIN_EMPTY and EXPECTED_WAIT are asked when a contact enters, MAX_WAIT and LEAVE_EMPTY while it waits."""

    FULL = "full"
    JOIN_EMPTY = "join-empty"
    EXPECTED_WAIT = "expected-wait"
    MAX_WAIT = "max-wait"
    LEAVE_EMPTY = "leave-empty"


PATIENT = frozenset({"callback", "voicemail", "ticket"})
"""Channels in which nobody holds a line: their contacts wait for their turn, and no rule of overflow is for them."""

LASTING = frozenset({"ticket"})
"""Channels of work that outlasts a sitting. In hand it takes capacity and nothing else: its agent is idle beside it,
pauses and goes off at once and wraps nothing up, and how long it waits and takes tells nothing of how long callers will
wait."""

CHOSEN = "chosen"
"""Why a contact left that took another way by itself (LeaveQueue); no rule of its queue did it."""


class Absence(StrEnum):
    """What may make a member count as not there, after Asterisk's joinempty and leavewhenempty (its names behind).

    OFF: not logged in (unavailable). NOT_RESPONDING: (invalid, unknown). PAUSED: (paused). WRAP_UP: (wrapup).
    BUSY: with a contact (inuse). RINGING: (ringing). TIER: beyond the contact's reach (penalty).
    UNSKILLED: does not meet what the contact asks for.
    """

    OFF = "off"
    NOT_RESPONDING = "not-responding"
    PAUSED = "paused"
    WRAP_UP = "wrap-up"
    BUSY = "busy"
    RINGING = "ringing"
    TIER = "tier"
    UNSKILLED = "unskilled"


class OverflowRule(Struct, frozen=True, kw_only=True):
    """When a contact does not join, or leaves, a queue, and where it goes then. The first rule that holds counts.

    limit: seconds for MAX_WAIT and EXPECTED_WAIT (the estimate's median is above it), contacts already in line for
      FULL. FULL and EXPECTED_WAIT do not hold for a contact that a ready agent can take at once. A ringing offer is
      not cut off by MAX_WAIT, and each queue counts the wait from entering it anew.
    absent: for JOIN_EMPTY and LEAVE_EMPTY, what makes a member count as not there; the rule holds when nobody is.
    A target queue that is not configured when the rule holds counts as LEAVE.
    """

    cause: OverflowCause
    to: Target = Target()
    limit: float | None = None
    absent: tuple[Absence, ...] = ()


class QueueConfig(Struct, frozen=True):
    """One queue. Times in seconds.

    strategy: see strategies.py for names and exact rules.
    required_skills: all of them are asked for, with those of the contact. preferred_skills: if a ready agent meets
      these too, the strategy chooses among such; they keep nobody waiting.
    relax: what is asked for less and less, by time in this queue. tier_delay_s: each so many seconds the reach grows
      by one tier, from tier 1; None: all tiers at once. Lower tiers always come first.
    ring_timeout_s: an offer not accepted by then expires. ring_next_s: for ring-progressively, when one more rings.
    wrap_up_s, wrap_up_forced: timed wrap-up (not forced) ends by itself after `wrap_up_s`. Forced wrap-up ends only by
      CompleteWrapUp; `wrap_up_s` is then the planned length that the agent is shown. 0 and not forced: no wrap-up.
    refusal_lapse_s: an offer rejected or missed keeps the contact from that agent for so long; None: until the agent
      is ready anew. See refusals.py. A changed value counts from the next refusal on.
    fair_window_s: for fair-distribution, how far back contacts are counted.
    service_level_target_s: see service_level.py for the four definitions.
    weight, ageing_s, cost, target_wait_s: see order.py. target_wait_s None: the service level's target.
    keeps_clock: whether a contact re-queued into this queue keeps its clock, unless the command says.
    """

    queue_id: str
    strategy: str = "longest-idle"
    required_skills: tuple[Expression, ...] = ()
    preferred_skills: tuple[Expression, ...] = ()
    relax: tuple[RelaxStep, ...] = ()
    tier_delay_s: float | None = None
    ring_timeout_s: float = 20.0
    ring_next_s: float = 10.0
    wrap_up_s: float = 60.0
    wrap_up_forced: bool = True
    refusal_lapse_s: float | None = 30.0
    fair_window_s: float = 3600.0
    overflow: tuple[OverflowRule, ...] = ()
    service_level_target_s: float = 20.0
    weight: int = 0
    ageing_s: float | None = None
    cost: float = 1.0
    target_wait_s: float | None = None
    keeps_clock: bool = True


class Order(StrEnum):
    """Which queue's first contact an agent gets; see order.py."""

    PRIORITY = "priority"
    C_MU = "c-mu"


class ChannelCapacity(Struct, frozen=True, kw_only=True):
    """What contacts of one channel mean for an agent.

    max: so many at a time. units: what each takes of the agent's units.
    blocks: while one is in hand, none of these channels is offered ("*": none at all).
    interrupted_by: contacts of these channels may interrupt it: then it neither takes units nor blocks, and rests
      until the other is over.
    """

    max: int = 1
    units: int = 1
    blocks: tuple[str, ...] = ()
    interrupted_by: tuple[str, ...] = ()


class Capacity(Struct, frozen=True):
    """A routing profile: units across all channels, and each channel the agent takes at all."""

    units: int
    channels: Mapping[str, ChannelCapacity]


_ASIDE = ("voice", "video", "chat", "message")

DEFAULT_CAPACITY = Capacity(
    6,
    {
        "voice": ChannelCapacity(max=1, units=6, blocks=("*",)),
        "video": ChannelCapacity(max=1, units=6, blocks=("*",)),
        "callback": ChannelCapacity(max=1, units=6, blocks=("*",)),
        "voicemail": ChannelCapacity(max=1, units=6, blocks=("*",)),
        "chat": ChannelCapacity(max=3, units=2),
        "message": ChannelCapacity(max=3, units=2),
        "email": ChannelCapacity(max=2, units=3, interrupted_by=_ASIDE),
        "ticket": ChannelCapacity(max=2, units=3, interrupted_by=_ASIDE),
    },
)
"""One call, callback or voicemail, or three chats, or two e-mails at a time, which calls and chats may interrupt."""


class Membership(Struct, frozen=True):
    """An agent's place in a queue. tier: from 1, lower first. position: for the ordered strategies, lower first.
    weight: for weighted-random, above 0."""

    tier: int = 1
    position: int = 0
    weight: float = 1.0


class AgentConfig(Struct, frozen=True):
    """One agent: skill levels 1 to 5, and its queues by id, which need not be configured yet.

    misses_before_not_responding: so many expired offers in a row set it to NOT_RESPONDING.
    """

    agent_id: str
    skills: Mapping[str, int]
    queues: Mapping[str, Membership]
    misses_before_not_responding: int = 1
    capacity: Capacity = DEFAULT_CAPACITY


class PauseReason(Struct, frozen=True):
    """paid: for the time sheet. occupancy: whether time paused for it counts as staffed time in occupancy."""

    reason_id: str
    paid: bool = True
    occupancy: bool = False


def members(*queue_ids: str) -> dict[str, Membership]:
    """Plain memberships in these queues."""
    return dict.fromkeys(queue_ids, Membership())
