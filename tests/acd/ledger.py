"""The engine's rules once more, by scanning: fed with events, it knows what must be true and who must be chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatchmethod

from acd import events as ev
from acd.model import Activity, AgentConfig, OverflowCause, OverflowRule, Presence, QueueConfig, SkillRequirement


def max_wait_rule(config: QueueConfig) -> OverflowRule | None:
    return next((rule for rule in config.overflow if rule.cause is OverflowCause.MAX_WAIT), None)


@dataclass(eq=False)
class Agent:
    config: AgentConfig
    ring: dict[str, int]
    presence: Presence = Presence.OFF
    activity: Activity = Activity.IDLE
    idle: tuple[float, int] = (0.0, 0)
    refused: dict[str, float | None] = field(default_factory=dict)
    wrap_up_until: float | None = None


@dataclass(eq=False)
class Contact:
    queue: str
    priority: int
    skills: tuple[SkillRequirement, ...]
    clock: tuple[float, int]
    entered_at: float
    own_max_wait_s: float | None = None
    waited_s: float = 0.0
    offered_to: str | None = None
    agent: str | None = None
    expires_at: float | None = None


@dataclass
class Counts:
    offered: int = 0
    answered: int = 0
    answered_in_target: int = 0
    abandoned: int = 0
    overflowed: int = 0
    left: int = 0
    moved: int = 0


class Ledger:
    def __init__(self) -> None:
        self.queues: dict[str, QueueConfig] = {}
        self.agents: dict[str, Agent] = {}
        self.contacts: dict[str, Contact] = {}
        self.counts: dict[str, Counts] = {}
        self.turns: dict[str, int] = {}
        self.pushed_back: tuple[str, str] | None = None
        self.requeue_keeps_clock = True
        self.new_priority: int | None = None
        self.new_skills: tuple[SkillRequirement, ...] = ()
        self.new_max_wait_s: float | None = None
        self.must_go: set[str] = set()
        self._sequence = 0

    def next(self) -> int:
        self._sequence += 1
        return self._sequence

    def take(self, events: list[ev.Event]) -> None:
        self.pushed_back = None
        for event in events:
            self.on(event)
        assert not self.must_go, "an offer failed after its contact's limit"

    def eligible(self, agent_id: str, contact_id: str) -> bool:
        agent, contact = self.agents[agent_id], self.contacts[contact_id]
        if contact.queue not in agent.config.queues:
            return False
        for need in self.queues[contact.queue].required_skills + contact.skills:
            assert isinstance(need, SkillRequirement)
            if agent.config.skills.get(need.skill, 0) < need.level:
                return False
        return True

    def may_ring(self, agent_id: str, contact_id: str) -> bool:
        return self.eligible(agent_id, contact_id) and contact_id not in self.agents[agent_id].refused

    def ready(self) -> list[str]:
        return [
            agent_id
            for agent_id, agent in self.agents.items()
            if agent.presence is Presence.AVAILABLE and agent.activity is Activity.IDLE
        ]

    def in_line(self, queue_id: str | None = None) -> list[str]:
        found = [
            contact_id
            for contact_id, contact in self.contacts.items()
            if contact.agent is None and queue_id in (None, contact.queue)
        ]
        return sorted(
            found, key=lambda contact_id: (-self.contacts[contact_id].priority, self.contacts[contact_id].clock)
        )

    def waiting(self) -> list[str]:
        return [contact_id for contact_id in self.in_line() if self.contacts[contact_id].offered_to is None]

    def rank_for_agents(self, contact_id: str) -> tuple[int, int, tuple[float, int]]:
        contact = self.contacts[contact_id]
        return (-contact.priority, -self.queues[contact.queue].weight, contact.clock)

    def rank_for_contacts(self, agent_id: str, queue_id: str) -> tuple[float, float]:
        agent = self.agents[agent_id]
        if self.queues[queue_id].strategy == "longest-idle":
            return agent.idle
        place = agent.ring[queue_id]
        return (0 if place > self.turns[queue_id] else 1, place)

    def own_limit(self, contact: Contact) -> float | None:
        if contact.own_max_wait_s is None:
            return None
        return contact.entered_at + max(contact.own_max_wait_s - contact.waited_s, 0.0)

    def limit(self, contact: Contact) -> float | None:
        """When a contact in line has to overflow or leave."""
        rule = max_wait_rule(self.queues[contact.queue])
        max_wait_s = None if rule is None else rule.limit
        limits = [self.own_limit(contact), None if max_wait_s is None else contact.entered_at + max_wait_s]
        return min((limit for limit in limits if limit is not None), default=None)

    def restart_idle(self, agent: Agent, now: float) -> None:
        agent.idle = (now, self.next())

    @singledispatchmethod
    def on(self, event: ev.Event) -> None:
        raise AssertionError(f"unexpected {event}")

    @on.register
    def _(self, event: ev.QueueConfigured) -> None:
        queue_id = event.config.queue_id
        if queue_id not in self.queues:
            self.counts[queue_id] = Counts()
            self.turns[queue_id] = 0
        self.queues[queue_id] = event.config

    @on.register
    def _(self, event: ev.QueueRemoved) -> None:
        assert not self.in_line(event.queue_id)
        del self.queues[event.queue_id]

    @on.register
    def _(self, event: ev.AgentConfigured) -> None:
        config = event.config
        agent = self.agents.setdefault(config.agent_id, Agent(config, {}))
        agent.config = config
        kept = agent.ring
        agent.ring = {queue_id: kept.get(queue_id) or self.next() for queue_id in config.queues}

    @on.register
    def _(self, event: ev.AgentRemoved) -> None:
        assert self.agents.pop(event.agent_id).activity is Activity.IDLE

    @on.register
    def _(self, event: ev.AgentPresenceChanged) -> None:
        agent = self.agents[event.agent_id]
        if event.presence is not agent.presence:
            assert agent.activity is Activity.IDLE
            if event.presence is Presence.AVAILABLE:
                agent.refused.clear()
                self.restart_idle(agent, event.at)
        agent.presence = event.presence

    @on.register
    def _(self, event: ev.AgentActivityChanged) -> None:
        agent = self.agents[event.agent_id]
        assert agent.activity is not event.activity
        if event.activity is Activity.IDLE and agent.activity in (Activity.BUSY, Activity.WRAP_UP):
            agent.refused.clear()
            self.restart_idle(agent, event.at)
        agent.activity = event.activity

    @on.register
    def _(self, event: ev.ContactQueued) -> None:
        contact = self.contacts.get(event.contact_id)
        if contact is None:
            contact = self.contacts[event.contact_id] = Contact(
                event.queue_id,
                self.new_priority or 0,
                self.new_skills,
                (event.at, self.next()),
                event.at,
                self.new_max_wait_s,
            )
        else:
            self._requeue(contact, event)
        self.counts[event.queue_id].offered += 1

    def _requeue(self, contact: Contact, event: ev.ContactQueued) -> None:
        if contact.agent is None:
            self.counts[contact.queue].moved += 1
            contact.waited_s += event.at - contact.entered_at
        else:
            self.pushed_back = (contact.agent, event.contact_id)
        if self.new_priority is not None:
            contact.priority = self.new_priority
        if not self.requeue_keeps_clock:
            contact.clock = (event.at, self.next())
            contact.waited_s = 0.0
        contact.queue, contact.entered_at, contact.agent = event.queue_id, event.at, None
        self._forget_refusals(event.contact_id)

    @on.register
    def _(self, event: ev.ContactOffered) -> None:
        contact = self.contacts[event.contact_id]
        agent = self.agents[event.agent_id]
        assert contact.queue == event.queue_id
        assert contact.offered_to is None
        assert contact.agent is None
        assert event.contact_id not in self.must_go
        assert event.agent_id in self.ready()
        assert self.may_ring(event.agent_id, event.contact_id)
        rivals = [other for other in self.waiting() if self.may_ring(event.agent_id, other)]
        assert min(rivals, key=self.rank_for_agents) == event.contact_id
        others = [other for other in self.ready() if self.may_ring(other, event.contact_id)]
        if self.pushed_back is not None and self.pushed_back[1] == event.contact_id and len(others) > 1:
            others = [other for other in others if other != self.pushed_back[0]]
        assert min(others, key=lambda other: self.rank_for_contacts(other, event.queue_id)) == event.agent_id
        assert event.expires_at == event.at + self.queues[event.queue_id].ring_timeout_s
        assert event.rule
        contact.offered_to, contact.expires_at = event.agent_id, event.expires_at
        if self.queues[event.queue_id].strategy == "round-robin":
            self.turns[event.queue_id] = agent.ring[event.queue_id]

    @on.register
    def _(self, event: ev.OfferAccepted) -> None:
        contact = self._end_offer(event.contact_id, event.agent_id)
        contact.waited_s += event.at - contact.entered_at
        assert event.waited_s == contact.waited_s
        contact.agent = event.agent_id
        counts = self.counts[event.queue_id]
        counts.answered += 1
        counts.answered_in_target += event.waited_s <= self.queues[event.queue_id].service_level_target_s
        self._forget_refusals(event.contact_id)

    @on.register
    def _(self, event: ev.OfferRejected) -> None:
        self._refuse(event.contact_id, event.agent_id, event.at)

    @on.register
    def _(self, event: ev.OfferExpired) -> None:
        assert self.contacts[event.contact_id].expires_at == event.at
        self._refuse(event.contact_id, event.agent_id, event.at)

    @on.register
    def _(self, event: ev.RefusalLapsed) -> None:
        assert self.agents[event.agent_id].refused.pop(event.contact_id) == event.at

    @on.register
    def _(self, event: ev.OfferWithdrawn) -> None:
        self._end_offer(event.contact_id, event.agent_id)
        if event.reason == "requeued":
            self.pushed_back = (event.agent_id, event.contact_id)

    @on.register
    def _(self, event: ev.ContactAbandoned) -> None:
        self.counts[event.queue_id].abandoned += 1
        self._leave(event.contact_id)

    @on.register
    def _(self, event: ev.ContactOverflowed) -> None:
        contact = self.contacts[event.contact_id]
        assert (contact.queue, contact.offered_to, contact.agent) == (event.from_queue, None, None)
        assert self._target(event.contact_id, event.at) == event.to_queue
        self.counts[event.from_queue].overflowed += 1
        self.counts[event.to_queue].offered += 1
        contact.waited_s += event.at - contact.entered_at
        contact.queue, contact.entered_at = event.to_queue, event.at

    @on.register
    def _(self, event: ev.ContactLeftQueue) -> None:
        assert self._target(event.contact_id, event.at) is None
        self.counts[event.queue_id].left += 1
        self._leave(event.contact_id)

    @on.register
    def _(self, event: ev.ContactEnded) -> None:
        assert self.contacts[event.contact_id].agent == event.agent_id
        self.contacts[event.contact_id].agent = None
        self._leave(event.contact_id)

    @on.register
    def _(self, event: ev.WrapUpStarted) -> None:
        self.agents[event.agent_id].wrap_up_until = None if event.forced else event.deadline

    @on.register
    def _(self, event: ev.WrapUpExtended) -> None:
        agent = self.agents[event.agent_id]
        if agent.wrap_up_until is not None:
            agent.wrap_up_until = event.deadline

    @on.register
    def _(self, event: ev.WrapUpEnded) -> None:
        agent = self.agents[event.agent_id]
        assert event.reason == "completed" or agent.wrap_up_until == event.at
        agent.wrap_up_until = None

    def _refuse(self, contact_id: str, agent_id: str, now: float) -> None:
        self._end_offer(contact_id, agent_id)
        contact = self.contacts[contact_id]
        lapse_s = self.queues[contact.queue].refusal_lapse_s
        self.agents[agent_id].refused[contact_id] = None if lapse_s is None else now + lapse_s
        self.restart_idle(self.agents[agent_id], now)
        limit = self.limit(contact)
        if limit is not None and limit <= now:
            self.must_go.add(contact_id)

    def _target(self, contact_id: str, now: float) -> str | None:
        """Where a contact whose wait is up goes: a queue, or out."""
        self.must_go.discard(contact_id)
        contact = self.contacts[contact_id]
        limit, own_limit = self.limit(contact), self.own_limit(contact)
        assert limit is not None
        assert limit <= now
        rule = max_wait_rule(self.queues[contact.queue])
        if rule is None or rule.to.value not in self.queues or (own_limit is not None and own_limit <= now):
            return None
        return rule.to.value

    def _end_offer(self, contact_id: str, agent_id: str) -> Contact:
        contact = self.contacts[contact_id]
        assert contact.offered_to == agent_id
        contact.offered_to = contact.expires_at = None
        return contact

    def _leave(self, contact_id: str) -> None:
        gone = self.contacts.pop(contact_id)
        assert gone.offered_to is None
        assert gone.agent is None
        self._forget_refusals(contact_id)

    def _forget_refusals(self, contact_id: str) -> None:
        for agent in self.agents.values():
            agent.refused.pop(contact_id, None)
