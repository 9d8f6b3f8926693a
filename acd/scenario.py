"""What a simulation runs on: queues, agents with their shifts, arrivals, how long people talk and how long they wait.

Times are seconds; moments count from the start of the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from msgspec import Struct

from acd.model import AgentConfig, Expression, Order, QueueConfig


class BadScenario(ValueError):  # noqa: N818  (a refusal, not a failure)
    """A scenario that cannot run. `field` is where ("agents.3.shifts.0"), `sentence` what to do, for a person."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{field}: {sentence}")
        self.field = field
        self.sentence = sentence


class Exponential(Struct, frozen=True, tag="exponential"):
    mean_s: float


class Lognormal(Struct, frozen=True, tag="lognormal"):
    """scv: squared coefficient of variation, variance / mean². Handling times measured in call centers are close to
    lognormal (Brown et al., Journal of the American Statistical Association 100, 2005)."""

    mean_s: float
    scv: float = 1.0


class Constant(Struct, frozen=True, tag="constant"):
    seconds: float


class Empirical(Struct, frozen=True, tag="empirical"):
    """One of the values, each as likely as any other."""

    values: tuple[float, ...]


Distribution = Exponential | Lognormal | Constant | Empirical


class Traits(Struct, frozen=True, kw_only=True):
    """Of a queue's contacts. handling: the conversation without wrap-up. patience: from arrival until the customer
    leaves, None: for ever. wrap_up: as it is really done; forced wrap-up takes so long, timed wrap-up at most its
    limit. None: as configured."""

    handling: Distribution = Exponential(180.0)
    patience: Distribution | None = None
    wrap_up: Distribution | None = None


class Stream(Struct, frozen=True, kw_only=True):
    """Poisson arrivals. per_hour: contacts an hour, one rate for the whole run or one for each `interval_s` of it.

    handling, patience: instead of the queue's traits.
    """

    queue_id: str
    per_hour: tuple[float, ...]
    interval_s: float = 900.0
    channel: str = "voice"
    priority: int = 0
    skills: tuple[Expression, ...] = ()
    handling: Distribution | None = None
    patience: Distribution | None = None


class Arrival(Struct, frozen=True, kw_only=True):
    """One contact that really came. handling_s None: drawn from the queue's traits.

    patience_s: it left after so long, had nobody answered. waited_s: it was answered after so long, so it is at least
    so patient, and what is beyond is drawn; with an exponential patience that is the truth, others are close to it.
    """

    at: float
    queue_id: str
    channel: str = "voice"
    priority: int = 0
    skills: tuple[Expression, ...] = ()
    handling_s: float | None = None
    patience_s: float | None = None
    waited_s: float | None = None


class Pause(Struct, frozen=True, kw_only=True):
    from_s: float
    to_s: float
    reason: str | None = None


class Shift(Struct, frozen=True, kw_only=True):
    """to_s None: until the end of the run and beyond."""

    from_s: float = 0.0
    to_s: float | None = None
    pauses: tuple[Pause, ...] = ()


class Staff(Struct, frozen=True):
    """One agent and when it works; shifts in order."""

    config: AgentConfig
    shifts: tuple[Shift, ...] = (Shift(),)


class Answering(Struct, frozen=True, kw_only=True):
    """delay: from the offer to the answer. miss: the probability that an offer rings unanswered. returns_s: how long
    one set to Not Responding stays so."""

    delay: Distribution = Constant(0.0)
    miss: float = 0.0
    returns_s: float = 60.0


class Scenario(Struct, frozen=True, kw_only=True):
    """start: the time of day at which the run begins, in seconds after midnight, for labels.

    Contacts that arrive before `warm_up_s` count in no figure. One seed gives one run, and contact for contact the
    same customers when only queues or agents are changed.
    """

    duration_s: float
    queues: tuple[QueueConfig, ...]
    agents: tuple[Staff, ...]
    streams: tuple[Stream, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    traits: Mapping[str, Traits] = {}
    answering: Answering = Answering()
    order: Order = Order.PRIORITY
    warm_up_s: float = 0.0
    start: float = 0.0
    seed: int = 1


def check(scenario: Scenario) -> None:
    """Raises BadScenario for the first thing that cannot run. What the engine refuses itself is left to it."""
    if not (isfinite(scenario.duration_s) and 0 < scenario.duration_s <= 31 * 86400):
        raise BadScenario("duration_s", "The run must last more than 0 seconds and at most 31 days.")
    if not 0 <= scenario.warm_up_s < scenario.duration_s:
        raise BadScenario("warm_up_s", "The warm-up must be shorter than the run.")
    if not scenario.queues:
        raise BadScenario("queues", "There must be a queue.")
    known = [queue.queue_id for queue in scenario.queues]
    for index, queue_id in enumerate(known):
        if queue_id in known[:index]:
            raise BadScenario(f"queues.{index}", f"The queue {queue_id} is there twice.")
    if not scenario.streams and not scenario.arrivals:
        raise BadScenario("streams", "Nobody arrives: give a queue arrivals.")
    for queue_id, traits in scenario.traits.items():
        _check_traits(f"traits.{queue_id}", traits)
    _check_arrivals(scenario, known)
    _check_agents(scenario.agents)
    _check_distribution("answering.delay", scenario.answering.delay)
    if not 0 <= scenario.answering.miss < 1:
        raise BadScenario("answering.miss", "The share of missed offers must be at least 0 and below 1.")
    _positive("answering.returns_s", scenario.answering.returns_s)


def _check_traits(field: str, traits: Traits) -> None:
    _check_distribution(f"{field}.handling", traits.handling)
    for name, distribution in (("patience", traits.patience), ("wrap_up", traits.wrap_up)):
        if distribution is not None:
            _check_distribution(f"{field}.{name}", distribution)


def _check_arrivals(scenario: Scenario, known: list[str]) -> None:
    for index, stream in enumerate(scenario.streams):
        field = f"streams.{index}"
        _check_queue(field, stream.queue_id, known)
        _positive(f"{field}.interval_s", stream.interval_s)
        if not stream.per_hour or not all(isfinite(rate) and 0 <= rate <= 1e6 for rate in stream.per_hour):
            raise BadScenario(f"{field}.per_hour", "Give one rate or several, each from 0 to 1,000,000 an hour.")
        if len(stream.per_hour) > 1 and len(stream.per_hour) * stream.interval_s < scenario.duration_s:
            needed = -(-scenario.duration_s // stream.interval_s)
            given = f"{len(stream.per_hour)} rates of {stream.interval_s:g} s do not cover the run"
            raise BadScenario(f"{field}.per_hour", f"{given}: give {needed:g}, or one.")
        for name, distribution in (("handling", stream.handling), ("patience", stream.patience)):
            if distribution is not None:
                _check_distribution(f"{field}.{name}", distribution)
    for index, arrival in enumerate(scenario.arrivals):
        _check_queue(f"arrivals.{index}", arrival.queue_id, known)
        for name in ("at", "handling_s", "patience_s", "waited_s"):
            value = getattr(arrival, name)
            if value is not None and not (isfinite(value) and value >= 0):
                raise BadScenario(f"arrivals.{index}.{name}", "It must be 0 or more seconds.")


def _check_queue(field: str, queue_id: str, known: list[str]) -> None:
    if queue_id not in known:
        raise BadScenario(f"{field}.queue_id", f"There is no queue {queue_id}; known are {', '.join(known)}.")


def _check_agents(agents: tuple[Staff, ...]) -> None:
    seen: set[str] = set()
    for index, staff in enumerate(agents):
        if staff.config.agent_id in seen:
            raise BadScenario(f"agents.{index}", f"The agent {staff.config.agent_id} is there twice.")
        seen.add(staff.config.agent_id)
        last = 0.0
        for number, shift in enumerate(staff.shifts):
            field = f"agents.{index}.shifts.{number}"
            last = _in_order(field, last, shift.from_s, shift.to_s)
            inside = shift.from_s
            for pause in shift.pauses:
                inside = _in_order(f"{field}.pauses", inside, pause.from_s, pause.to_s)
            if inside > last:
                raise BadScenario(f"{field}.pauses", "A pause must lie within its shift.")


def _in_order(field: str, after: float, from_s: float, to_s: float | None) -> float:
    end = float("inf") if to_s is None else to_s
    if not after <= from_s < end:
        raise BadScenario(field, "It must end after it begins, and begin after the one before has ended.")
    return end


def _positive(field: str, value: float) -> None:
    if not (isfinite(value) and value > 0):
        raise BadScenario(field, "It must be above 0 seconds.")


def _check_distribution(field: str, distribution: Distribution) -> None:
    for name, value in _parameters(distribution):
        if not (isfinite(value) and value >= 0):
            raise BadScenario(f"{field}.{name}", f"{value:g} cannot be: it must be 0 or more.")
    if isinstance(distribution, Exponential | Lognormal) and distribution.mean_s <= 0:
        raise BadScenario(f"{field}.mean_s", "A mean must be above 0 seconds.")
    if isinstance(distribution, Empirical) and not distribution.values:
        raise BadScenario(f"{field}.values", "There must be a value to draw.")


def _parameters(distribution: Distribution) -> list[tuple[str, float]]:
    if isinstance(distribution, Empirical):
        return [("values", value) for value in distribution.values]
    return [(name, getattr(distribution, name)) for name in distribution.__struct_fields__]
