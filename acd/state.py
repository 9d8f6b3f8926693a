"""The engine's own memory: queues, agents, contacts and what is indexed between them."""

from __future__ import annotations

from enum import IntEnum
from math import inf
from typing import TYPE_CHECKING, Any, Final

from acd.bonds import Offer, Refusal, WrapUp
from acd.commands import EnqueueContact
from acd.deadline import Timer
from acd.estimates import WaitEstimator
from acd.forecast import Forecast
from acd.model import (
    Activity,
    AgentConfig,
    Expression,
    OverflowRule,
    Phase,
    Presence,
    QueueConfig,
)
from acd.ordered import Entry, Ordered
from acd.service_level import Counters

if TYPE_CHECKING:
    from acd.capacity import CapacityTable
    from acd.eligibility import Requirement
    from acd.strategies import Strategy


WAITING: Final = Phase.WAITING


class Status(IntEnum):
    """An agent's activity, or when idle its presence: the one word that queue figures and working time count by. Those
    up to WRAP_UP are staffed."""

    READY = 0
    OFFERED = 1
    BUSY = 2
    WRAP_UP = 3
    PAUSED = 4
    NOT_RESPONDING = 5
    OFF = 6


Head = tuple[Any, ...]
"""(urgency, importance, clock, number, contact): how an agent compares the contact with those of other cells, see
order.py. No two have the same number. Like ordered.Entry not spelled out."""

NO_HEAD: Final[Head] = (inf, 0.0, 0.0, 0, None)
"""Stands behind all others."""


class Cell:
    """One thing asked for within a lane: a requirement, how many tiers are reached, and maybe one agent only.

    `fits` has a bit for each member who may be offered its contacts. `waiting` holds contacts that a newly ready agent
    may take and `head` is the first of them; `contacts` counts all that are not answered yet. `order` is kept by
    strategies that rank agents differently in each cell.
    """

    __slots__ = (
        "contacts",
        "fits",
        "head",
        "key",
        "label",
        "lane",
        "only_ready",
        "order",
        "reach",
        "requirement",
        "waiting",
    )

    def __init__(self, lane: Lane, key: CellKey, label: str) -> None:
        self.lane = lane
        self.key = key
        self.requirement = key[0]
        self.reach = key[1]
        self.label = label
        self.only_ready = f"the only ready agent{label}"
        self.fits = 0
        self.waiting: Ordered[Contact] = Ordered()
        self.head = NO_HEAD
        self.contacts = 0
        self.order: Ordered[Agent] | None = None


CellKey = tuple["Requirement", float, "str | None"]
"""(requirement, reach, agent id)."""

Ask = tuple[int, tuple[Expression, ...]]
"""(stage, the contact's own skills): what a contact without a preferred agent brings."""


class Lane:
    """One channel of a queue. `members` has a bit for each member who takes the channel at all, `ready` for those of
    them who are in the pool and open for it; `pools` holds these by tier, as the strategy orders them. `heads` are
    those of the cells with contacts waiting, in order, as far as that does not depend on the time."""

    __slots__ = (
        "by_ask",
        "cells",
        "channel",
        "heads",
        "members",
        "pools",
        "queue",
        "ready",
        "spare",
        "tiers",
        "turns",
    )

    def __init__(self, queue: Queue, channel: str) -> None:
        self.queue = queue
        self.channel = channel
        self.cells: dict[CellKey, Cell] = {}
        self.by_ask: dict[Ask, Cell] = {}
        self.spare: dict[Cell, None] = {}
        self.heads: list[Head] = []
        self.members = 0
        self.ready = 0
        self.pools: dict[int, Ordered[Agent]] = {}
        self.tiers: tuple[int, ...] = ()
        self.turns: dict[int, float] = {}


class Member:
    """An agent's place in a queue and what it did there. `ring` is the order of joining. `bit` stands for it in the
    queue's bit sets, 0 until the queue is configured. `recent`: contacts answered within the fair window."""

    __slots__ = (
        "agent",
        "bit",
        "calls",
        "last_ended",
        "place",
        "queue_id",
        "recent",
        "ring",
        "talk_s",
        "tier",
        "weight",
    )

    def __init__(self, agent: Agent, queue_id: str, ring: int) -> None:
        self.agent = agent
        self.queue_id = queue_id
        self.ring = ring
        self.bit = 0
        self.tier = 1
        self.place = 0.0
        self.weight = 1.0
        self.calls = 0
        self.talk_s = 0.0
        self.last_ended = -inf
        self.recent = 0


class Stage:
    """What is asked for from `after_s` on, all steps until then added up."""

    __slots__ = ("after_s", "drop", "level_down", "reach")

    def __init__(self, after_s: float, level_down: int, drop: frozenset[str], reach: float) -> None:
        self.after_s = after_s
        self.level_down = level_down
        self.drop = drop
        self.reach = reach


class Queue:
    """`members` is shared with the floor. `seats` maps bits to members, `vacant` are the free ones; `bits` has
    those of agents by id, `by_level` of who has a skill at a level or above, `by_tier` of who stands in a tier,
    `staffed` of who is logged in and not paused. `ringing` are contacts in line that ring."""

    __slots__ = (
        "ageing",
        "at_entry",
        "bits",
        "by_level",
        "by_tier",
        "config",
        "counters",
        "estimator",
        "lanes",
        "largest_weight",
        "leave_empty",
        "line",
        "max_wait",
        "members",
        "queue_id",
        "ringing",
        "seats",
        "staffed",
        "stages",
        "strategy",
        "target_wait_s",
        "vacant",
    )

    def __init__(self, queue_id: str, members: dict[Agent, Member]) -> None:
        self.queue_id = queue_id
        self.members = members
        self.lanes: dict[str, Lane] = {}
        self.line: Ordered[Contact] = Ordered()
        self.ringing: dict[Contact, None] = {}
        self.seats: list[Member | None] = []
        self.vacant: list[int] = []
        self.bits: dict[str, int] = {}
        self.by_level: dict[tuple[str, int], int] = {}
        self.by_tier: dict[int, int] = {}
        self.staffed = 0
        self.counters = Counters()
        self.estimator = WaitEstimator()
        self.config: QueueConfig
        self.strategy: Strategy
        self.stages: tuple[Stage, ...] = ()
        self.at_entry: tuple[OverflowRule, ...] = ()
        self.max_wait: OverflowRule | None = None
        self.leave_empty: OverflowRule | None = None
        self.ageing = 0.0
        self.largest_weight = 1.0
        self.target_wait_s = 0.0

    def statuses(self) -> list[int]:
        """How many members are in each Status, by a look at all of them."""
        counts = [0] * len(Status)
        for agent in self.members:
            counts[agent.status] += 1
        return counts


class Agent:
    """`offer` rings; `work` are the contacts in hand, oldest first; `wrap_ups` those being wrapped up, by contact id.
    `lanes` are those it may be offered contacts of; while in the pool `pooled` says where.
    `times` are seconds by Status; `counted_pause_s` the part of PAUSED that counts as staffed."""

    __slots__ = (
        "activity",
        "activity_since",
        "agent_id",
        "config",
        "contact_id",
        "counted_pause_s",
        "handled",
        "idle_since",
        "in_pool",
        "lanes",
        "members",
        "misses",
        "offer",
        "pending",
        "pending_reason",
        "pooled",
        "presence",
        "presence_since",
        "queues",
        "ready_seq",
        "reason",
        "refused",
        "skills",
        "status",
        "status_since",
        "table",
        "times",
        "work",
        "wrap_ups",
    )

    def __init__(self, config: AgentConfig, table: CapacityTable, now: float) -> None:
        self.agent_id = config.agent_id
        self.config = config
        self.table = table
        self.skills: dict[str, int] = dict(config.skills)
        self.members: dict[str, Member] = {}
        self.queues: list[tuple[Queue, Member]] = []
        self.lanes: list[tuple[Lane, Member]] = []
        self.presence = Presence.OFF
        self.reason: str | None = None
        self.pending: Presence | None = None
        self.pending_reason: str | None = None
        self.presence_since = now
        self.activity = Activity.IDLE
        self.activity_since = now
        self.contact_id: str | None = None
        self.status: int = Status.OFF
        self.status_since = now
        self.times = [0.0] * len(Status)
        self.counted_pause_s = 0.0
        self.handled = 0
        self.offer: Offer | None = None
        self.work: dict[Contact, None] = {}
        self.wrap_ups: dict[str, WrapUp] = {}
        self.misses = 0
        self.idle_since = now
        self.ready_seq = 0
        self.in_pool = False
        self.pooled: list[tuple[Ordered[Agent], Entry]] = []
        self.refused: dict[Contact, Refusal] = {}


class Contact:
    """`clock` orders it and survives overflow and re-queueing; `waited_s` is what it waited before `entered_at`.
    `max_wait` stays when it has fired during an offer. `stage` counts the queue's stages passed, `own_agent` keeps it
    to one agent until `own_until`. `indexed`: in its cell's waiting. `resting`: interrupted by that one.

    What most contacts never need stands in the class: a contact is made for every arrival.
    """

    __deletable__ = ("entry",)  # for mypyc

    queue: Queue
    cell: Cell
    entry: Entry
    entered_at: float
    answered_at: float
    own_agent: Agent | None = None
    own_until = 0.0
    draws = 0
    phase = WAITING
    waited_s = 0.0
    stage = 0
    tried = -inf
    indexed = False
    agent: Agent | None = None
    resting: Contact | None = None
    max_wait: Timer | None = None
    widen: Timer | None = None
    ring_next: Timer | None = None
    forecast: Forecast | None = None

    def __init__(self, command: EnqueueContact, clock: float, seq: int) -> None:
        self.contact_id = command.contact_id
        self.channel = command.channel
        self.priority = command.priority
        self.skills = command.skills
        self.preferred = command.preferred
        self.own_max_wait_s = command.max_wait_s
        self.seed = command.seed
        self.clock = clock
        self.seq = seq
        self.offers: dict[Agent, Offer] = {}
        self.refused_by: dict[Agent, Refusal] = {}
