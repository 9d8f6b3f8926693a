"""Which of the ready and eligible agents gets a contact.

longest-idle: who has been idle longest. Idle time starts when work ends, when the agent becomes available and when it
  rejects or misses an offer; an offer withdrawn for another cause costs no place. Ties: who became idle first by
  order of commands.
round-robin: the members of the queue stand in a ring in the order in which they joined it; the next one after the one
  offered last by this strategy, even if that one has left. No ties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Protocol

from acd.ordered import Entry, Ordered
from acd.state import Agent, Queue


class Strategy(Protocol):
    """An order over ready agents that does not change while an agent stays ready, and a place in it to start from."""

    def entry(self, agent: Agent, queue: Queue) -> Entry[Agent]: ...

    def candidates(self, ready: Ordered[Agent], queue: Queue) -> Iterator[Agent]: ...

    def chosen(self, agent: Agent, queue: Queue) -> None:
        """Remember what the next choice needs to know."""

    def reason(self, agent: Agent, now: float) -> str:
        """Why this one of several: the words before "of 4 ready agents"."""


class LongestIdle:
    def entry(self, agent: Agent, queue: Queue) -> Entry[Agent]:
        return (agent.idle_since, 0.0, agent.ready_seq, agent)

    def candidates(self, ready: Ordered[Agent], queue: Queue) -> Iterator[Agent]:
        return iter(ready)

    def chosen(self, agent: Agent, queue: Queue) -> None:
        pass

    def reason(self, agent: Agent, now: float) -> str:
        return f"longest idle ({now - agent.idle_since:.0f} s)"


class RoundRobin:
    def entry(self, agent: Agent, queue: Queue) -> Entry[Agent]:
        return (queue.members[agent], 0.0, 0, agent)

    def candidates(self, ready: Ordered[Agent], queue: Queue) -> Iterator[Agent]:
        return chain(ready.iter_after(queue.turn), ready)

    def chosen(self, agent: Agent, queue: Queue) -> None:
        queue.turn = queue.members[agent]

    def reason(self, agent: Agent, now: float) -> str:
        return "next in turn"


STRATEGIES: dict[str, Strategy] = {"longest-idle": LongestIdle(), "round-robin": RoundRobin()}


def in_order(agents: Iterable[Agent], queue: Queue) -> list[Agent]:
    """Members of the queue as its strategy would choose them, one after the other."""
    strategy = strategy_of(queue)
    ready: Ordered[Agent] = Ordered()
    for agent in agents:
        ready.add(strategy.entry(agent, queue))
    return list(islice(strategy.candidates(ready, queue), len(ready)))


def strategy_of(queue: Queue) -> Strategy:
    return STRATEGIES[queue.config.strategy]
