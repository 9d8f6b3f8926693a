"""A small contact center in virtual time for tests of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from acd.commands import (
    AcceptOffer,
    Command,
    CompleteWrapUp,
    ConfigureAgent,
    ConfigureQueue,
    EndContact,
    EnqueueContact,
    SetPresence,
)
from acd.engine import Engine
from acd.events import CommandRefused, ContactOffered, Event
from acd.model import (
    DEFAULT_CAPACITY,
    AgentConfig,
    Capacity,
    Membership,
    OverflowCause,
    OverflowRule,
    Presence,
    QueueConfig,
    Refused,
    SkillRequirement,
    Target,
    TargetKind,
)

E = TypeVar("E", bound=Event)


def need(skill: str, level: int = 1) -> SkillRequirement:
    return SkillRequirement(skill, level)


def to(queue_id: str) -> Target:
    return Target(TargetKind.QUEUE, queue_id)


def max_wait(seconds: float | None, target: Target | None = None) -> tuple[OverflowRule, ...]:
    """The rules of a queue with a longest wait, or without."""
    if seconds is None:
        return ()
    return (OverflowRule(cause=OverflowCause.MAX_WAIT, limit=seconds, to=target or Target()),)


class Room:
    def __init__(self) -> None:
        self.engine = Engine()
        self.now = 1000.0
        self.log: list[Event] = []

    def do(self, command: Command) -> list[Event]:
        """Raises Refused where the engine says CommandRefused."""
        events = self.engine.handle(command, self.now)
        self.log += events
        first = events[0] if events else None
        if isinstance(first, CommandRefused):
            raise Refused(first.code, first.sentence)
        return events

    def wait(self, seconds: float) -> list[Event]:
        """Turn the clock on, ticking at each deadline on the way like a driver."""
        until = self.now + seconds
        events: list[Event] = []
        while (deadline := self.engine.next_deadline()) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            events += self.engine.tick(self.now)
        self.now = until
        self.log += events
        return events

    def queue(self, queue_id: str = "sales", **settings: Any) -> list[Event]:
        return self.do(ConfigureQueue(QueueConfig(queue_id, **settings)))

    def agent(
        self,
        agent_id: str,
        *queues: str,
        skills: Mapping[str, int] | None = None,
        misses: int = 1,
        presence: Presence = Presence.AVAILABLE,
        capacity: Capacity = DEFAULT_CAPACITY,
        **membership: Any,
    ) -> None:
        """A new agent, with this membership in each of its queues; each becomes idle a second after the one before."""
        joined = dict.fromkeys(queues or ("sales",), Membership(**membership))
        self.do(ConfigureAgent(AgentConfig(agent_id, skills or {}, joined, misses, capacity)))
        self.presence(agent_id, presence)
        self.wait(1)

    def presence(self, agent_id: str, presence: Presence, reason: str | None = None) -> list[Event]:
        return self.do(SetPresence(agent_id, presence, reason))

    def call(self, contact_id: str, queue_id: str = "sales", **wishes: Any) -> list[Event]:
        return self.do(EnqueueContact(contact_id, queue_id, **wishes))

    def accept(self, contact_id: str) -> list[Event]:
        return self.do(AcceptOffer(contact_id, self.ringing(contact_id).split(", ")[0]))

    def finish(self, contact_id: str) -> list[Event]:
        """End the conversation and complete the wrap-up."""
        agent_id = self.engine.contact_view(contact_id).agent_id
        assert agent_id is not None
        events = self.do(EndContact(contact_id))
        if self.engine.agent_view(agent_id).wrap_up is not None:
            events += self.do(CompleteWrapUp(agent_id, contact_id))
        return events

    def do_end(self, contact_id: str, *, then: Presence | None = None) -> list[Event]:
        """End the conversation; `then` is asked for just before."""
        agent_id = self.engine.contact_view(contact_id).agent_id
        assert agent_id is not None
        events = self.presence(agent_id, then) if then is not None else []
        events += self.do(EndContact(contact_id))
        if then is not None and self.engine.agent_view(agent_id).wrap_up is not None:
            events += self.do(CompleteWrapUp(agent_id, contact_id))
        return events

    def ringing(self, contact_id: str) -> str:
        """Who is being offered the contact, "" for nobody."""
        return ", ".join(self.engine.contact_view(contact_id).offered_to)

    def offers(self) -> list[tuple[str, str]]:
        return [(event.contact_id, event.agent_id) for event in self.log if isinstance(event, ContactOffered)]


def only(events: list[Event], kind: type[E]) -> E:
    found = [event for event in events if isinstance(event, kind)]
    assert len(found) == 1, events
    return found[0]


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]
