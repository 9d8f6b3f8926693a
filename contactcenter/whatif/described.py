"""A scenario and its changes as people write them, in a file or over HTTP. See docs/simulation.md."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from acd.model import Order
from acd.widening import MAX_TIER
from contactcenter.queues.fields import Id, Ref, Whole
from contactcenter.queues.settings import ExpressionIs, OverflowIs, RelaxIs
from contactcenter.whatif.times import Clock, Seconds

MAX_AGENTS = 20_000
ALL = "all"
"""In place of a queue's id in `arrivals`, `handling`, …: every queue."""


class Settings(BaseModel):
    """Taken only when every field in it is known."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


def _as_mean(value: Any) -> Any:
    """A time alone is the mean of an exponential distribution."""
    return value if isinstance(value, dict) else {"mean": value}


def _as_expressions(value: Any) -> Any:
    """{selling: 2} is short for a list of requirements."""
    if not isinstance(value, dict):
        return value
    return [{"type": "skill", "skill": skill, "level": level} for skill, level in value.items()]


def _as_places(value: Any) -> Any:
    """[sales] is short for {sales: {}}."""
    if not isinstance(value, list):
        return value
    return {each if isinstance(each, str) else "": {} for each in value}


class DistributionIs(Settings):
    """A time alone, or `mean` without `scv`: exponential. With `scv` (variance / mean²): lognormal. `constant`: always
    so long. `values`: one of them."""

    mean: Seconds | None = None
    scv: Annotated[float | None, Field(gt=0, le=100)] = None
    constant: Seconds | None = None
    values: Annotated[list[Seconds] | None, Field(min_length=1, max_length=100_000)] = None

    @model_validator(mode="after")
    def _one_kind(self) -> DistributionIs:
        if sum(each is not None for each in (self.mean, self.constant, self.values)) != 1:
            raise ValueError("give one of mean, constant and values")
        if self.scv is not None and self.mean is None:
            raise ValueError("scv belongs to a mean")
        return self


Times = Annotated[DistributionIs, BeforeValidator(_as_mean)]
Expressions = Annotated[list[ExpressionIs], BeforeValidator(_as_expressions)]
Rate = Annotated[float, Field(ge=0, le=1_000_000)]
Factor = Annotated[float, Field(gt=0, le=20)]


class ArrivalsIs(Settings):
    """Contacts an hour: one rate, or one for each `interval` of the run."""

    per_hour: Annotated[list[Rate], BeforeValidator(_listed), Field(min_length=1, max_length=5000)]
    interval: Seconds = 900.0
    channel: Ref = "voice"
    priority: Whole = 0
    skills: Expressions = []
    handling: Times | None = None
    patience: Times | None = None


class Rules(Settings):
    """A queue's rules under the names of acd.model.QueueConfig; those not given are as they were."""

    strategy: str = "longest-idle"
    required_skills: Expressions = []
    preferred_skills: Expressions = []
    relax: list[RelaxIs] = []
    tier_delay_s: Seconds | None = None
    ring_timeout_s: Seconds = 20.0
    ring_next_s: Seconds = 10.0
    wrap_up_s: Seconds = 60.0
    wrap_up_forced: bool = True
    refusal_lapse_s: Seconds | None = 30.0
    fair_window_s: Seconds = 3600.0
    overflow: list[OverflowIs] = []
    service_level_target_s: Seconds = 20.0
    weight: Whole = 0
    ageing_s: Seconds | None = None
    cost: float = 1.0
    target_wait_s: Seconds | None = None
    keeps_clock: bool = True


class QueueIs(Rules):
    """`handling`: the conversation; `patience`: until the customer leaves, without it never; `wrap_up`: as really
    done, without it as configured."""

    arrivals: Annotated[list[ArrivalsIs], BeforeValidator(_listed)] = []
    handling: Times = DistributionIs(mean=180.0)
    patience: Times | None = None
    wrap_up: Times | None = None


class PlaceIs(Settings):
    tier: int = Field(1, ge=1, le=MAX_TIER)
    position: Whole = 0
    weight: float = Field(1.0, gt=0, le=1_000_000)


Places = Annotated[dict[Ref, PlaceIs], BeforeValidator(_as_places)]
Levels = dict[Ref, Annotated[int, Field(ge=1, le=5)]]


class ChannelIs(Settings):
    max: int = 1
    units: int = 1
    blocks: list[str] = []
    interrupted_by: list[str] = []


class CapacityIs(Settings):
    units: int
    channels: dict[Ref, ChannelIs]


class PauseIs(Settings):
    opens: Clock = Field(alias="from")
    closes: Clock = Field(alias="to")
    reason: str | None = None


class ShiftIs(Settings):
    """Times of day; one before the scenario's begin is on the next day."""

    opens: Clock = Field(alias="from")
    closes: Clock = Field(alias="to")
    pauses: list[PauseIs] = []


class GroupIs(Settings):
    """`count` agents alike, called id-1, id-2, … (with count 1 just id). `queues`: a list, or tier, position and
    weight by queue. Without `skills` they have just what their queues require. Without `shifts` they are always there.
    `capacity`: units and channels as in acd.model.Capacity; without it the built-in profile."""

    id: Id
    count: int = Field(1, ge=1, le=MAX_AGENTS)
    queues: Places
    skills: Levels | None = None
    shifts: list[ShiftIs] = []
    misses_before_not_responding: int = Field(1, ge=1)
    capacity: CapacityIs | None = None


class AnsweringIs(Settings):
    """`delay`: from ringing to the answer. `miss`: share of offers that ring unanswered. `returns`: how long an agent
    set to Not Responding stays so."""

    delay: Times = DistributionIs(constant=0.0)
    miss: Annotated[float, Field(ge=0, lt=1)] = 0.0
    returns: Seconds = 60.0


class Generated(Settings):
    """A day that never was. `from` and `to` are times of day; `to` 24 hours later when it is the same or earlier.
    `recorded`: a CSV file of arrivals beside the scenario file, instead of or besides generated ones."""

    scenario: Annotated[str, Field(min_length=1, max_length=200)] = "Scenario"
    opens: Clock = Field(8 * 3600.0, alias="from")
    closes: Clock = Field(18 * 3600.0, alias="to")
    warm_up: Seconds = 0.0
    seed: int = Field(1, ge=0, lt=2**31)
    order: Order = Order.PRIORITY
    queues: dict[Ref, QueueIs] = Field(min_length=1, max_length=1000)
    agents: list[GroupIs] = Field(default=[], max_length=5000)
    answering: AnsweringIs = AnsweringIs()
    recorded: str | None = None


class Addition(Settings):
    """More agents: `like` an agent or group there is, or described as in a scenario."""

    id: Id | None = None
    count: int = Field(1, ge=1, le=MAX_AGENTS)
    like: Ref | None = None
    queues: Places | None = None
    skills: Levels | None = None
    shifts: list[ShiftIs] = []

    @model_validator(mode="after")
    def _somewhere(self) -> Addition:
        if self.like is None and self.queues is None:
            raise ValueError("say like whom they work, or in which queues")
        return self


class Removal(Settings):
    """An agent by id, or the last `count` members of a queue."""

    agent: Ref | None = None
    queue: Ref | None = None
    count: int = Field(1, ge=1)

    @model_validator(mode="after")
    def _one_way(self) -> Removal:
        if (self.agent is None) == (self.queue is None):
            raise ValueError("name an agent or a queue")
        return self


class AgentChange(Settings):
    """What is given replaces what was."""

    skills: Levels | None = None
    queues: Places | None = None
    shifts: list[ShiftIs] | None = None


class AgentChanges(Settings):
    """`set`: by id of an agent, or of a group without the number."""

    add: list[Addition] = Field(default=[], max_length=1000)
    remove: list[Removal] = Field(default=[], max_length=1000)
    set: dict[Ref, AgentChange] = {}


class Changes(Settings):
    """Factors are by queue, or for every queue under "all"; both multiply."""

    changes: Annotated[str, Field(min_length=1, max_length=200)] = "Changed"
    agents: AgentChanges = AgentChanges()
    queues: dict[Ref, Rules] = {}
    order: Order | None = None
    arrivals: dict[Ref, Factor] = {}
    handling: dict[Ref, Factor] = {}
    wrap_up: dict[Ref, Factor] = {}
    patience: dict[Ref, Factor] = {}
    answering: AnsweringIs | None = None
