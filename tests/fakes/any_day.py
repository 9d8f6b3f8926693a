"""Days in a contact center that never was: any commands in any order, with all that queues and agents can be."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import strategies as st

from acd import commands as ask
from acd.engine import Engine
from acd.events import CommandRefused, Event
from acd.model import (
    DEFAULT_CAPACITY,
    Absence,
    AgentConfig,
    AllOf,
    AnyOf,
    Capacity,
    ChannelCapacity,
    Expression,
    Membership,
    Not,
    Order,
    OverflowCause,
    OverflowRule,
    PauseReason,
    Phase,
    Presence,
    QueueConfig,
    RelaxStep,
    SkillRequirement,
    Target,
    TargetKind,
)
from acd.strategies import STRATEGIES

QUEUES = ("q1", "q2", "q3")
AGENTS = ("a1", "a2", "a3", "a4", "a5")
CHANNELS = ("voice", "chat", "email")
SKILLS = ("x", "y", "z")
STEPS = (0.0, 0.0, 0.5, 1.0, 3.0, 7.0, 20.0, 90.0)
CAPACITIES = (
    DEFAULT_CAPACITY,
    Capacity(4, {"voice": ChannelCapacity(units=3), "chat": ChannelCapacity(max=3, interrupted_by=("voice",))}),
    Capacity(2, {"email": ChannelCapacity(max=2, blocks=("voice",)), "voice": ChannelCapacity(units=2)}),
)

Act = tuple[str, int]
"""What is done, and a number that decides the rest."""

Told = tuple[float, ask.Command | None]
"""What the engine was told, and when; None is a tick."""


class Day:
    """An engine whose `act` does something by a number, mostly something that fits. `told` is all it was given."""

    def __init__(self, strategy: str | None = None) -> None:
        """All queues have this strategy, or each one of its own."""
        self._strategies = list(STRATEGIES) if strategy is None else [strategy]
        self.engine = Engine()
        self.now = 1_750_000_000.25
        self.told: list[Told] = []
        self.events: list[list[Event]] = []
        self._contacts = 0
        self.listen: Callable[[float, ask.Command | None, list[Event]], None] = lambda at, command, events: None
        for seed in range(len(QUEUES)):
            self.tell(ask.ConfigureQueue(_queue(Random(seed), QUEUES[seed], self._strategies)))
        for seed, agent_id in enumerate(AGENTS):
            self.tell(ask.ConfigureAgent(_agent(Random(seed), agent_id)))
            self.tell(ask.SetPresence(agent_id, Presence.AVAILABLE))

    def tell(self, command: ask.Command | None) -> list[Event]:
        """What is refused counts as not told."""
        events = self.engine.tick(self.now) if command is None else self.engine.handle(command, self.now)
        if not (events and isinstance(events[0], CommandRefused)):
            self.told.append((self.now, command))
            self.events.append(events)
            self.listen(self.now, command, events)
        return events

    def act(self, kind: str, seed: int) -> None:
        random = Random(seed)
        if kind == "wait":
            self.wait(random.choice(STEPS))
            return
        command = getattr(self, f"_{kind}")(random)
        if command is not None:
            self.tell(command)

    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        while (due := self.engine.next_deadline()) is not None and due <= until:
            self.now = max(self.now, due)
            self.tell(None)
        self.now = until

    def _enqueue(self, random: Random) -> ask.Command:
        self._contacts += 1
        own = random.random() < 0.25
        return ask.EnqueueContact(
            f"c{self._contacts}",
            random.choice(QUEUES),
            channel=random.choice(CHANNELS),
            priority=random.choice((0, 0, 0, 1, 3)),
            skills=_needs(random),
            preferred=_needs(random),
            max_wait_s=random.choice((None, None, 4.0, 30.0)),
            agent_id=random.choice(AGENTS) if own else None,
            agent_wait_s=random.choice((2.0, 15.0)) if own else 0.0,
            seed=random.choice((None, random.getrandbits(63))),
            since=random.choice((None, None, None, self.now - 25.0)),
        )

    def _some(self, random: Random, *phases: Phase) -> str | None:
        found = [each for each in self.engine.contact_ids() if self.engine.contact_view(each).phase in phases]
        return random.choice(found) if found else None

    def _offer(self, random: Random, kind: type[Any]) -> ask.Command | None:
        contact_id = self._some(random, Phase.OFFERED)
        if contact_id is None:
            return None
        command: ask.Command = kind(contact_id, random.choice(self.engine.contact_view(contact_id).offered_to))
        return command

    def _accept(self, random: Random) -> ask.Command | None:
        return self._offer(random, ask.AcceptOffer)

    def _reject(self, random: Random) -> ask.Command | None:
        return self._offer(random, ask.RejectOffer)

    def _abandon(self, random: Random) -> ask.Command | None:
        contact_id = self._some(random, Phase.WAITING, Phase.OFFERED)
        if contact_id is None:
            return None
        return ask.LeaveQueue(contact_id) if random.random() < 0.4 else ask.AbandonContact(contact_id)

    def _end(self, random: Random) -> ask.Command | None:
        contact_id = self._some(random, Phase.ASSIGNED)
        return None if contact_id is None else ask.EndContact(contact_id)

    def _wrap_up(self, random: Random) -> ask.Command | None:
        views = [self.engine.agent_view(agent_id) for agent_id in self.engine.agent_ids()]
        found = [(view.agent_id, each.contact_id) for view in views for each in view.wrap_ups]
        if not found:
            return None
        agent_id, contact_id = random.choice(found)
        if random.random() < 0.3:
            return ask.ExtendWrapUp(agent_id, contact_id, 9.0)
        return ask.CompleteWrapUp(agent_id, contact_id)

    def _presence(self, random: Random) -> ask.Command:
        presence = random.choice((*[Presence.AVAILABLE] * 4, Presence.PAUSED, Presence.OFF))
        reason = random.choice(("lunch", "training")) if presence is Presence.PAUSED else None
        return ask.SetPresence(random.choice(AGENTS), presence, reason)

    def _requeue(self, random: Random) -> ask.Command | None:
        contact_id = self._some(random, *Phase)
        if contact_id is None:
            return None
        keep, priority = random.choice((None, True, False)), random.choice((None, None, 2))
        return ask.RequeueContact(contact_id, random.choice(QUEUES), keep, priority)

    def _prioritize(self, random: Random) -> ask.Command | None:
        contact_id = self._some(random, Phase.WAITING, Phase.OFFERED)
        return None if contact_id is None else ask.PrioritizeContact(contact_id, random.choice((-1, 0, 2, 5)))

    def _configure_queue(self, random: Random) -> ask.Command:
        return ask.ConfigureQueue(_queue(random, random.choice(QUEUES), self._strategies))

    def _configure_agent(self, random: Random) -> ask.Command:
        return ask.ConfigureAgent(_agent(random, random.choice(AGENTS)))

    def _remove(self, random: Random) -> ask.Command:
        if random.random() < 0.5:
            return ask.RemoveQueue(random.choice(QUEUES))
        return ask.RemoveAgent(random.choice(AGENTS))

    def _general(self, random: Random) -> ask.Command:
        reasons = (PauseReason("lunch", True, random.random() < 0.5), PauseReason("training", False, True))
        return random.choice(
            (ask.ResetStatistics(), ask.ConfigureOrder(random.choice(list(Order))), ask.ConfigurePauseReasons(reasons))
        )


WEIGHTS = {
    "enqueue": 8,
    "accept": 7,
    "end": 5,
    "wrap_up": 3,
    "wait": 6,
    "reject": 2,
    "abandon": 1,
    "presence": 3,
    "requeue": 2,
    "prioritize": 1,
    "configure_queue": 2,
    "configure_agent": 2,
    "remove": 1,
    "general": 1,
}
acts = st.tuples(
    st.sampled_from([kind for kind, weight in WEIGHTS.items() for _ in range(weight)]), st.integers(0, 1 << 20)
)


def _needs(random: Random) -> tuple[Expression, ...]:
    if random.random() < 0.6:
        return ()
    first = SkillRequirement(random.choice(SKILLS), random.randint(1, 4))
    second = SkillRequirement(random.choice(SKILLS), random.randint(1, 2))
    return (random.choice((first, AnyOf((first, second)), AllOf((first, Not(second))))),)


def _queue(random: Random, queue_id: str, strategies: list[str]) -> QueueConfig:
    """One that the engine takes, unless it closes a circle of overflows."""
    steps = (RelaxStep(after_s=3.0, level_down=1, reach=random.choice((None, 2))), RelaxStep(after_s=9.0, drop=("x",)))
    return QueueConfig(
        queue_id,
        strategy=random.choice(strategies),
        required_skills=_needs(random),
        preferred_skills=_needs(random),
        relax=steps if random.random() < 0.4 else (),
        tier_delay_s=random.choice((None, None, 5.0)),
        ring_timeout_s=random.choice((5.0, 12.0)),
        ring_next_s=2.0,
        wrap_up_s=random.choice((0.0, 6.0)),
        wrap_up_forced=random.random() < 0.3,
        refusal_lapse_s=random.choice((None, 4.0, 30.0)),
        fair_window_s=25.0,
        overflow=tuple(_rule(random, cause) for cause in OverflowCause if random.random() < 0.25),
        weight=random.choice((0, 0, 2)),
        ageing_s=random.choice((None, None, 10.0)),
        cost=random.choice((1.0, 4.0)),
        keeps_clock=random.random() < 0.7,
    )


def _rule(random: Random, cause: OverflowCause) -> OverflowRule:
    to = random.choice((Target(), Target(TargetKind.VOICEMAIL), Target(TargetKind.QUEUE, random.choice(QUEUES))))
    if cause in (OverflowCause.JOIN_EMPTY, OverflowCause.LEAVE_EMPTY):
        return OverflowRule(cause=cause, to=to, absent=tuple(random.sample(list(Absence), 3)))
    limit = {OverflowCause.FULL: 4.0, OverflowCause.MAX_WAIT: 15.0, OverflowCause.EXPECTED_WAIT: 40.0}[cause]
    return OverflowRule(cause=cause, to=to, limit=limit)


def _agent(random: Random, agent_id: str) -> AgentConfig:
    queues = random.sample(QUEUES, random.randint(1, len(QUEUES)))
    return AgentConfig(
        agent_id,
        skills={skill: random.randint(1, 5) for skill in random.sample(SKILLS, random.randint(0, len(SKILLS)))},
        queues={
            each: Membership(random.choice((1, 1, 2, 3)), random.randint(0, 3), random.choice((0.5, 1.0, 4.0)))
            for each in queues
        },
        misses_before_not_responding=random.randint(1, 3),
        capacity=random.choice(CAPACITIES),
    )
