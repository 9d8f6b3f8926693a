"""The engine's own memory: queues, agents, contacts and the figures that follow every change of theirs."""

from __future__ import annotations

from enum import IntEnum
from math import inf
from typing import TYPE_CHECKING

from acd.commands import EnqueueContact
from acd.estimates import HandlingMean
from acd.events import AgentActivityChanged, AgentPresenceChanged, Event
from acd.model import Activity, AgentConfig, Phase, Presence, QueueConfig, Refused
from acd.ordered import Entry, Ordered
from acd.service_level import Counters
from acd.timers import Timer, Timers

if TYPE_CHECKING:
    from acd.eligibility import Requirement


class Status(IntEnum):
    """An agent's activity, or when idle its presence: the one word that queue figures count by."""

    READY = 0
    OFFERED = 1
    BUSY = 2
    WRAP_UP = 3
    PAUSED = 4
    NOT_RESPONDING = 5
    OFF = 6


IDLE_STATUS = {
    Presence.AVAILABLE: Status.READY,
    Presence.PAUSED: Status.PAUSED,
    Presence.NOT_RESPONDING: Status.NOT_RESPONDING,
    Presence.OFF: Status.OFF,
}
WORK_STATUS = {
    Activity.OFFERED: Status.OFFERED,
    Activity.BUSY: Status.BUSY,
    Activity.WRAP_UP: Status.WRAP_UP,
}


Head = tuple[float, float, float, int, "Contact | None"]
"""A contact as an agent compares it with those of other cells: see matching.py for the order."""

NO_HEAD: Head = (inf, 0.0, 0.0, 0, None)


class Cell:
    """One requirement within one queue: its waiting contacts and the agents who meet it.

    `agents` are all of them, `ready` counts those in the pool. `waiting` holds contacts not ringing anywhere and `head`
    is the first of them; `contacts` counts those not answered yet, ringing ones included.
    """

    __slots__ = ("agents", "contacts", "head", "label", "queue", "ready", "requirement", "waiting")

    def __init__(self, queue: Queue, requirement: Requirement, label: str) -> None:
        self.queue = queue
        self.requirement = requirement
        self.label = label
        self.agents: dict[Agent, None] = {}
        self.ready = 0
        self.waiting: Ordered[Contact] = Ordered()
        self.head = NO_HEAD
        self.contacts = 0


class Queue:
    """`members` is shared with the floor and maps each agent to its place in the ring of round-robin. `ready` holds
    those in the pool as the strategy orders them."""

    __slots__ = (
        "cells",
        "config",
        "counters",
        "handling",
        "line",
        "members",
        "queue_id",
        "ready",
        "spare",
        "statuses",
        "turn",
    )

    def __init__(self, config: QueueConfig, members: dict[Agent, int]) -> None:
        self.queue_id = config.queue_id
        self.config = config
        self.members = members
        self.cells: dict[Requirement, Cell] = {}
        self.spare: dict[Cell, None] = {}
        self.line: Ordered[Contact] = Ordered()
        self.ready: Ordered[Agent] = Ordered()
        self.statuses = [0] * len(Status)
        self.counters = Counters()
        self.handling = HandlingMean()
        self.turn = 0


class WrapUp:
    __slots__ = ("contact_id", "deadline", "forced", "queue", "started_at", "timer", "work_started_at")

    def __init__(self, contact: Contact, started_at: float, deadline: float | None) -> None:
        self.contact_id = contact.contact_id
        self.queue = contact.queue
        self.started_at = started_at
        self.work_started_at = contact.answered_at
        self.deadline = deadline
        self.forced = contact.queue.config.wrap_up_forced
        self.timer: Timer | None = None


class Refusal:
    """The agent is not offered the contact again while this holds; `lapse` ends it by itself."""

    __slots__ = ("agent", "contact", "lapse", "since")

    def __init__(self, agent: Agent, contact: Contact, since: float) -> None:
        self.agent = agent
        self.contact = contact
        self.since = since
        self.lapse: Timer | None = None


class Agent:
    """`contact` is the one offered or talked to."""

    __slots__ = (
        "activity",
        "activity_since",
        "agent_id",
        "cells",
        "config",
        "contact",
        "idle_since",
        "in_pool",
        "misses",
        "pending",
        "pending_reason",
        "presence",
        "presence_since",
        "queues",
        "ready_seq",
        "reason",
        "refused",
        "skills",
        "status",
        "wrap_up",
    )

    def __init__(self, config: AgentConfig, now: float) -> None:
        self.agent_id = config.agent_id
        self.config = config
        self.skills: dict[str, int] = dict(config.skills)
        self.queues: list[Queue] = []
        self.cells: dict[Cell, None] = {}
        self.presence = Presence.OFF
        self.reason: str | None = None
        self.pending: Presence | None = None
        self.pending_reason: str | None = None
        self.presence_since = now
        self.activity = Activity.IDLE
        self.activity_since = now
        self.status = Status.OFF
        self.contact: Contact | None = None
        self.wrap_up: WrapUp | None = None
        self.misses = 0
        self.idle_since = now
        self.ready_seq = 0
        self.in_pool = False
        self.refused: dict[Contact, Refusal] = {}


class Contact:
    """`clock` orders it and survives overflow and re-queueing; `waited_s` is what it waited before `entered_at`.
    `max_wait` stays when it has fired during an offer."""

    __slots__ = (
        "agent",
        "answered_at",
        "cell",
        "channel",
        "clock",
        "contact_id",
        "entered_at",
        "expires_at",
        "max_wait",
        "own_max_wait_s",
        "phase",
        "priority",
        "queue",
        "refused_by",
        "ring",
        "seq",
        "skills",
        "waited_s",
    )

    def __init__(self, command: EnqueueContact, clock: float, seq: int) -> None:
        self.contact_id = command.contact_id
        self.channel = command.channel
        self.priority = command.priority
        self.skills = command.skills
        self.own_max_wait_s = command.max_wait_s
        self.clock = clock
        self.seq = seq
        self.queue: Queue
        self.cell: Cell
        self.phase = Phase.WAITING
        self.entered_at = clock
        self.waited_s = 0.0
        self.agent: Agent | None = None
        self.expires_at: float | None = None
        self.answered_at = clock
        self.ring: Timer | None = None
        self.max_wait: Timer | None = None
        self.refused_by: dict[Agent, Refusal] = {}

    def entry(self) -> Entry[Contact]:
        """Its place in any line: higher priority first, then the older clock, then the earlier command."""
        return (-self.priority, self.clock, self.seq, self)

    def head(self) -> Head:
        """Its place among the first of all cells: as in line, but after priority the larger queue weight."""
        return (-self.priority, -self.queue.config.weight, self.clock, self.seq, self)


class Floor:
    """Everything the engine knows, and the events of the command under way."""

    __slots__ = ("agents", "contacts", "members", "now", "out", "queues", "sequence", "timers")

    def __init__(self) -> None:
        self.now = 0.0
        self.out: list[Event] = []
        self.queues: dict[str, Queue] = {}
        self.agents: dict[str, Agent] = {}
        self.contacts: dict[str, Contact] = {}
        self.members: dict[str, dict[Agent, int]] = {}
        self.timers = Timers()
        self.sequence = 0

    def next_sequence(self) -> int:
        self.sequence += 1
        return self.sequence

    def queue(self, queue_id: str) -> Queue:
        queue = self.queues.get(queue_id)
        if queue is None:
            raise Refused("unknown-queue", f"There is no queue {queue_id!r}.")
        return queue

    def agent(self, agent_id: str) -> Agent:
        agent = self.agents.get(agent_id)
        if agent is None:
            raise Refused("unknown-agent", f"There is no agent {agent_id!r}.")
        return agent

    def contact(self, contact_id: str) -> Contact:
        contact = self.contacts.get(contact_id)
        if contact is None:
            raise Refused("unknown-contact", f"There is no contact {contact_id!r}; it may have ended.")
        return contact


def set_activity(floor: Floor, agent: Agent, activity: Activity, contact_id: str | None) -> None:
    agent.activity = activity
    agent.activity_since = floor.now
    restatus(agent)
    floor.out.append(AgentActivityChanged(agent.agent_id, activity, contact_id, at=floor.now))


def announce_presence(floor: Floor, agent: Agent) -> None:
    floor.out.append(
        AgentPresenceChanged(
            agent.agent_id, agent.presence, agent.reason, agent.pending, agent.pending_reason, at=floor.now
        )
    )


def restatus(agent: Agent) -> None:
    """Move the agent between the counts of its queues."""
    old = agent.status
    idle = agent.activity is Activity.IDLE
    new = IDLE_STATUS[agent.presence] if idle else WORK_STATUS[agent.activity]
    if new is not old:
        agent.status = new
        for queue in agent.queues:
            queue.statuses[old] -= 1
            queue.statuses[new] += 1


def start_idling(floor: Floor, agent: Agent) -> None:
    """The agent's idle time begins now, so it stands last among the idle."""
    agent.idle_since = floor.now
    agent.ready_seq = floor.next_sequence()
