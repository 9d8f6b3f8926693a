"""Who comes, when, how long they talk and how long they wait: a scenario's customers, in the order of their arrival."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from math import inf

from acd.draws import Draw, drawer, poisson_moments, source
from acd.model import Expression
from acd.scenario import Scenario, Stream, Traits

_NO_TRAITS = Traits()


class Customer:
    """One contact. waiting: not answered, abandoned or handed back yet. ends_at: when the conversation ends, -1 while
    it rests because another contact interrupts it, and then `rest_s` is left of it."""

    __slots__ = (
        "agent_id",
        "at",
        "channel",
        "counts",
        "ends_at",
        "handling_s",
        "id",
        "patience_s",
        "priority",
        "queue_id",
        "rest_s",
        "skills",
        "waiting",
    )

    def __init__(
        self, contact_id: str, at: float, queue_id: str, channel: str, priority: int, skills: tuple[Expression, ...]
    ) -> None:
        self.id = contact_id
        self.at = at
        self.queue_id = queue_id
        self.channel = channel
        self.priority = priority
        self.skills = skills
        self.handling_s = 0.0
        self.patience_s = inf
        self.agent_id = ""
        self.counts = True
        self.waiting = True
        self.ends_at = self.rest_s = -1.0


def customers(scenario: Scenario) -> Iterator[Customer]:
    """Everybody who comes before the end, by time; made one after the other, so that a long run needs no memory."""
    sources = [_generated(scenario, stream, str(index)) for index, stream in enumerate(scenario.streams)]
    return merge(*sources, _recorded(scenario), key=lambda customer: customer.at)


def _generated(scenario: Scenario, stream: Stream, name: str) -> Iterator[Customer]:
    traits = scenario.traits.get(stream.queue_id, _NO_TRAITS)
    handling = drawer(stream.handling or traits.handling, source(scenario.seed, f"handling of stream {name}"))
    patience = drawer(stream.patience or traits.patience, source(scenario.seed, f"patience of stream {name}"))
    arrivals = source(scenario.seed, f"arrivals of stream {name}")
    moments = poisson_moments(stream.per_hour, stream.interval_s, scenario.duration_s, arrivals)
    queue_id, channel, priority, skills = stream.queue_id, stream.channel, stream.priority, stream.skills
    for number, at in enumerate(moments):
        customer = Customer(f"{name}-{number}", at, queue_id, channel, priority, skills)
        customer.handling_s = handling()
        customer.patience_s = patience()
        yield customer


def _recorded(scenario: Scenario) -> Iterator[Customer]:
    draws = {queue.queue_id: _draws(scenario, queue.queue_id) for queue in scenario.queues}
    for number, arrival in enumerate(sorted(scenario.arrivals, key=lambda arrival: arrival.at)):
        if arrival.at >= scenario.duration_s:
            return
        customer = Customer(
            f"r-{number}", arrival.at, arrival.queue_id, arrival.channel, arrival.priority, arrival.skills
        )
        # Both are drawn for each, used or not: then no contact's luck hangs on what is known of those before it.
        handling_s, patience_s = (draw() for draw in draws[arrival.queue_id])
        customer.handling_s = handling_s if arrival.handling_s is None else arrival.handling_s
        customer.patience_s = patience_s + (arrival.waited_s or 0.0)
        if arrival.patience_s is not None:
            customer.patience_s = arrival.patience_s
        yield customer


def _draws(scenario: Scenario, queue_id: str) -> tuple[Draw, Draw]:
    traits = scenario.traits.get(queue_id, _NO_TRAITS)
    handling = drawer(traits.handling, source(scenario.seed, f"handling in {queue_id}"))
    return handling, drawer(traits.patience, source(scenario.seed, f"patience in {queue_id}"))
