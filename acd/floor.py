"""Everything the engine knows between two commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acd.events import Event
from acd.model import Order, Refused
from acd.state import Agent, Contact, Member, Queue
from acd.timers import Timers

if TYPE_CHECKING:
    from acd.capacity import CapacityTable


class Floor:
    """Everything the engine knows, and the events of the command under way. `emptied` are queues whose leave-empty rule
    is to be looked at before the command is over, `guarded` says that any has one. `dynamic`: heads of cells cannot be
    compared without the time."""

    __slots__ = (
        "agents",
        "contacts",
        "counted_reasons",
        "dynamic",
        "emptied",
        "guarded",
        "members",
        "now",
        "order",
        "out",
        "queues",
        "reasons",
        "sequence",
        "tables",
        "timers",
    )

    def __init__(self) -> None:
        self.now = 0.0
        self.out: list[Event] = []
        self.queues: dict[str, Queue] = {}
        self.agents: dict[str, Agent] = {}
        self.contacts: dict[str, Contact] = {}
        self.members: dict[str, dict[Agent, Member]] = {}
        self.tables: dict[bytes, CapacityTable] = {}
        self.timers = Timers()
        self.sequence = 0
        self.order = Order.PRIORITY
        self.dynamic = False
        self.emptied: dict[Queue, None] = {}
        self.guarded = False
        self.reasons: tuple[str, ...] = ()
        self.counted_reasons: frozenset[str] = frozenset()

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
