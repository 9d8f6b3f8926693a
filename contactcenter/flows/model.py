"""The flow language as data. Every field is what its author writes; times are seconds."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from acd.model import TargetKind
from contactcenter.flows.asks import Asks, Wishes
from contactcenter.flows.followups import (
    CallbackStep,
    ConsentStep,
    FinishKey,
    MessageStep,
    TicketStep,
    TransferStep,
    VoicemailStep,
)
from contactcenter.flows.hours import Hours, flaw
from contactcenter.flows.parts import DataName as DataName
from contactcenter.flows.parts import FlowModel as FlowModel
from contactcenter.flows.parts import Music, Name, ReadName, Seconds, StepName
from contactcenter.flows.parts import Prompt as Prompt
from contactcenter.flows.parts import PromptItem as PromptItem
from contactcenter.flows.parts import PromptItems as PromptItems
from contactcenter.flows.problems import did_you_mean

KINDS = (
    *("say", "menu", "collect", "branch", "set", "queue", "hangup"),
    *("voicemail", "callback", "transfer", "message", "ticket", "consent"),
)
KEYS = "0123456789*#"
# Filled in by the channel before the flow starts.
CHANNEL_DATA = frozenset({"caller", "caller_name", "called", "calls_before", "language"})
# Filled in when a contact leaves a queue without an agent: why, and the number, message or the like it is sent to.
QUEUE_LEFT, QUEUE_TARGET = "queue_left", "queue_target"
# What is known of the caller, when exactly one customer has this number; `count` says how many have.
CUSTOMER = "customer."
CUSTOMER_DATA = frozenset(
    CUSTOMER + name
    for name in ("count", "id", "kind", "name", "called", "organisation", "language", "timezone", "vip", "priority")
)
# What was answered when asked for a consent, with its kind after it.
CONSENT = "consent."
# With a custom field's id, a tag or a kind of consent after it.
OPEN_DATA = (CUSTOMER + "field.", CUSTOMER + "tag.", CONSENT)
BUILT_IN_DATA = CHANNEL_DATA | CUSTOMER_DATA | {QUEUE_LEFT, QUEUE_TARGET}
# Where a queue may wish a contact to go that the flow then takes there.
QUEUE_WAYS = ("on_max_wait", "on_closed", "on_failure")
EXITS = tuple(kind for kind in TargetKind if kind not in (TargetKind.QUEUE, TargetKind.LEAVE))
Outcome = Literal["self_served", "closed", "overflowed", "failed"]


class SayStep(FlowModel):
    say: Prompt
    barge_in: bool = True
    next: StepName


class Choice(FlowModel):
    """What one key does. `label` is what agents and reports see."""

    label: str = Field(min_length=1, max_length=80)
    set: dict[DataName, str] = Field(default_factory=dict)
    next: StepName


def _key(value: str) -> str:
    if len(value) != 1 or value not in KEYS:
        raise flaw(f"`{value}` is no key of a telephone", f"a choice is one of {' '.join(KEYS)}")
    return value


class Menu(FlowModel):
    prompt: Prompt
    label: str = Field(default="Menu", min_length=1, max_length=80)
    choices: dict[Annotated[str, AfterValidator(_key)], Choice] = Field(min_length=1)
    timeout_s: Seconds = 6.0
    attempts: int = Field(default=3, ge=1, le=20)
    no_input: Prompt | None = None
    invalid: Prompt | None = None
    barge_in: bool = True


class MenuStep(FlowModel):
    menu: Menu
    on_failure: StepName


class Collect(FlowModel):
    """Digits asked for. `timeout_s` counts to the first digit, `digit_timeout_s` between digits."""

    prompt: Prompt
    label: str = Field(min_length=1, max_length=80)
    into: DataName
    min_digits: int = Field(default=1, ge=1, le=64)
    max_digits: int = Field(default=20, ge=1, le=64)
    finish_on: FinishKey = "#"
    timeout_s: Seconds = 6.0
    digit_timeout_s: Seconds = 4.0
    attempts: int = Field(default=3, ge=1, le=20)
    no_input: Prompt | None = None
    invalid: Prompt | None = None
    confirm: bool | Prompt = False
    barge_in: bool = True

    @model_validator(mode="after")
    def _digits_in_order(self) -> Collect:
        if self.min_digits > self.max_digits:
            raise flaw(f"min_digits {self.min_digits} is more than max_digits {self.max_digits}", "swap them")
        return self


class CollectStep(FlowModel):
    collect: Collect
    next: StepName
    on_failure: StepName


def _texts(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Test(FlowModel):
    """What a piece of data must be; all that is written must hold. `greater` and `less` compare as numbers."""

    present: bool | None = None
    equals: str | None = None
    one_of: tuple[str, ...] | None = Field(default=None, alias="in", min_length=1)
    starts_with: Annotated[tuple[str, ...] | None, BeforeValidator(_texts)] = None
    greater: float | None = None
    less: float | None = None

    @model_validator(mode="after")
    def _tests_something(self) -> Test:
        if not self.model_fields_set:
            raise flaw("this tests nothing", "write `present: true`, `equals: …`, `in: […]`, `starts_with: …`")
        return self


def _test(value: Any) -> Any:
    return {"equals": value} if isinstance(value, str) else value


class Condition(FlowModel):
    """All that is written must hold."""

    open: str | None = None
    data: dict[ReadName, Annotated[Test, BeforeValidator(_test)]] | None = None
    all: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    any: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    negated: Condition | None = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _says_something(self) -> Condition:
        if all(value is None for value in (self.open, self.data, self.all, self.any, self.negated)) or self.data == {}:
            raise flaw("this condition tests nothing", "write `open: hours_name` or `data: {name: value}`")
        return self


class Way(FlowModel):
    when: Condition
    next: StepName


class BranchStep(FlowModel):
    branch: tuple[Way, ...] = Field(min_length=1)
    otherwise: StepName = Field(alias="else")


class SetStep(FlowModel):
    set: dict[DataName, str] = Field(min_length=1)
    next: StepName


class Announce(FlowModel):
    """What a waiting caller is told between the music. `prompt` is said after position and wait."""

    position: bool = True
    expected_wait: bool = True
    prompt: Prompt | None = None
    first_after_s: float = Field(default=10.0, ge=0, le=3_600, allow_inf_nan=False)
    every_s: float = Field(default=30.0, ge=5, le=3_600, allow_inf_nan=False)

    @model_validator(mode="after")
    def _says_something(self) -> Announce:
        if not (self.position or self.expected_wait or self.prompt):
            raise flaw("this announces nothing", "leave `announce` out, or set `position: true`")
        return self


class PreferredAgent(FlowModel):
    """The agent who gets the contact alone for `wait_s`; with an id that comes out empty there is none."""

    id: str = Field(min_length=1)
    wait_s: Seconds = 30.0


def _preferred_agent(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


class WaitingKey(FlowModel):
    """What a waiting caller may press. `prompt` is said with the announcements; both count once the caller has to wait
    for `wait_s`, as far as can be told, or has waited so long."""

    label: str = Field(min_length=1, max_length=80)
    prompt: Prompt | None = None
    wait_s: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] = 0.0
    next: StepName


class Queue(FlowModel):
    """`skills` and `preferred` add to the queue's own. `max_wait_s` shortens its longest wait for this contact."""

    queue: str = Field(min_length=1)
    priority: int = Field(default=0, ge=-1_000, le=1_000)
    skills: Wishes = Asks()
    preferred: Wishes = Asks()
    agent: Annotated[PreferredAgent | None, BeforeValidator(_preferred_agent)] = None
    music: Music | None = None
    announce: Announce | None = None
    keys: dict[Annotated[str, AfterValidator(_key)], WaitingKey] = Field(default_factory=dict)
    max_wait_s: Seconds | None = None


def _queue(value: Any) -> Any:
    return {"queue": value} if isinstance(value, str) else value


def _exit(value: str) -> str:
    if value not in EXITS:
        raise flaw(f"a queue sends nobody to `{value}`", did_you_mean(value, EXITS))
    return value


class QueueStep(FlowModel):
    """`on`: the steps for contacts that the queue wishes to go elsewhere, by the kind of place; `on_closed`: for when
    the queue's calendar says closed."""

    queue: Annotated[Queue, BeforeValidator(_queue)]
    on: dict[Annotated[str, AfterValidator(_exit)], StepName] = Field(default_factory=dict)
    on_max_wait: StepName | None = None
    on_closed: StepName | None = None
    on_failure: StepName | None = None


class Hangup(FlowModel):
    outcome: Outcome = "self_served"
    say: Prompt | None = None


def _hangup(value: Any) -> Any:
    if value is None:
        return {}
    return {"outcome": value} if isinstance(value, str) else value


class HangupStep(FlowModel):
    hangup: Annotated[Hangup, BeforeValidator(_hangup)]


def step_kind(value: Any) -> str | None:
    """The one step key present, as a tag no key can be mistaken for."""
    if isinstance(value, FlowModel):
        return next((f"<{kind}>" for kind in KINDS if kind in type(value).model_fields), None)
    present = [kind for kind in KINDS if isinstance(value, dict) and kind in value]
    return f"<{present[0]}>" if len(present) == 1 else None


Step = Annotated[
    Annotated[SayStep, Tag("<say>")]
    | Annotated[MenuStep, Tag("<menu>")]
    | Annotated[CollectStep, Tag("<collect>")]
    | Annotated[BranchStep, Tag("<branch>")]
    | Annotated[SetStep, Tag("<set>")]
    | Annotated[QueueStep, Tag("<queue>")]
    | Annotated[HangupStep, Tag("<hangup>")]
    | Annotated[VoicemailStep, Tag("<voicemail>")]
    | Annotated[CallbackStep, Tag("<callback>")]
    | Annotated[TransferStep, Tag("<transfer>")]
    | Annotated[MessageStep, Tag("<message>")]
    | Annotated[TicketStep, Tag("<ticket>")]
    | Annotated[ConsentStep, Tag("<consent>")],
    Discriminator(step_kind),
]


Recording = Literal["always", "never", "with-consent"]


class Flow(FlowModel):
    """`record`: whether talks with agents are recorded; with consent, once `consent.recording` is `yes`."""

    name: Name = Field(alias="flow")
    description: str = ""
    language: str = Field(default="en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    data: dict[DataName, str] = Field(default_factory=dict)
    hours: dict[Name, Hours] = Field(default_factory=dict)
    record: Recording = "always"
    start: StepName
    steps: dict[StepName, Step] = Field(min_length=1)

    @cached_property
    def asks_history(self) -> bool:
        """Whether anything in it may depend on the caller's earlier calls, which cost a look into the database."""
        return "calls_before" in self.model_dump_json()

    @cached_property
    def asks_customer(self) -> bool:
        """Whether anything in it may depend on who is calling."""
        return CUSTOMER in self.model_dump_json()
