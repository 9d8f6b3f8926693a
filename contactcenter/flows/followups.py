"""The steps for a caller whom no agent has now: a message left, a call back, another number, a note, a ticket."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from contactcenter.flows.hours import flaw
from contactcenter.flows.parts import DataName, FlowModel, Name, Prompt, Seconds, StepName

_MAIL = re.compile(r"[^@\s{}]+@[^@\s{}]+\.[^@\s{}]+")
Minutes = Annotated[float, Field(gt=0, le=7 * 24 * 60, allow_inf_nan=False)]


def finish_key(value: Any) -> Any:
    if value in (None, "", "none"):
        return None
    if value not in ("#", "*"):
        raise flaw(f"`{value}` cannot finish an entry", 'write "#" or "*", or none')
    return value


FinishKey = Annotated[str | None, BeforeValidator(finish_key)]


class Spoken(FlowModel):
    """What the caller says after a tone. It ends with a key, a pause of `silence_s`, `max_s` or the call; less than
    `min_s` counts as nothing."""

    greeting: Prompt | None = None
    max_s: Seconds = 180.0
    min_s: Seconds = 2.0
    silence_s: Seconds = 6.0
    finish_on: FinishKey = "#"

    @model_validator(mode="after")
    def _times_in_order(self) -> Spoken:
        if self.min_s >= self.max_s:
            raise flaw(f"min_s {self.min_s:g} is not less than max_s {self.max_s:g}", "swap them")
        return self


class Voicemail(Spoken):
    """A message for a queue's agents, who get it as work. `queue` None: of the queue last waited in."""

    queue: str | None = Field(default=None, min_length=1)
    priority: int = Field(default=0, ge=-1_000, le=1_000)
    review: bool = False


def _nothing_is_empty(value: Any) -> Any:
    return {} if value is None else value


class VoicemailStep(FlowModel):
    voicemail: Annotated[Voicemail, BeforeValidator(_nothing_is_empty)]
    next: StepName
    on_failure: StepName


class Callback(FlowModel):
    """The place in the queue is kept, and the customer is called. `tries` calls, `retry_after_min` apart."""

    queue: str | None = Field(default=None, min_length=1)
    number: str = Field(default="{caller}", min_length=1)
    confirm: Prompt | None = None
    ask: Prompt | None = None
    invalid: Prompt | None = None
    attempts: int = Field(default=3, ge=1, le=20)
    timeout_s: Seconds = 6.0
    tries: int = Field(default=3, ge=1, le=10)
    retry_after_min: Minutes = 10.0
    ring_s: Annotated[float, Field(ge=5, le=180, allow_inf_nan=False)] = 40.0
    priority: int = Field(default=0, ge=-1_000, le=1_000)


class CallbackStep(FlowModel):
    callback: Annotated[Callback, BeforeValidator(_nothing_is_empty)]
    next: StepName
    on_failure: StepName


class Transfer(FlowModel):
    """To a number outside, to a registered telephone, or on in another flow."""

    number: str | None = Field(default=None, min_length=1)
    telephone: str | None = Field(default=None, min_length=1)
    flow: Name | None = None
    ring_s: Annotated[float, Field(ge=5, le=180, allow_inf_nan=False)] = 30.0

    @model_validator(mode="after")
    def _one_target(self) -> Transfer:
        if sum(each is not None for each in (self.number, self.telephone, self.flow)) != 1:
            raise flaw("a transfer leads to one place", "write one of `number`, `telephone` and `flow`")
        return self


def _number(value: Any) -> Any:
    return {"number": value} if isinstance(value, str) else value


class TransferStep(FlowModel):
    transfer: Annotated[Transfer, BeforeValidator(_number)]
    on_busy: StepName | None = None
    on_no_answer: StepName | None = None
    on_failure: StepName | None = None

    @model_validator(mode="after")
    def _a_way_out(self) -> TransferStep:
        if self.transfer.flow is None and self.on_failure is None:
            raise flaw("`on_failure` is missing here", "name the step for when nobody can be reached there")
        return self


def _mail(value: str) -> str:
    if not _MAIL.fullmatch(value):
        raise flaw(f"`{value}` is no mail address", "as in `mail: office@example.com`")
    return value


class Receiver(FlowModel):
    """A team's people, one agent, or a mail address."""

    team: str | None = Field(default=None, min_length=1)
    agent: str | None = Field(default=None, min_length=1)
    mail: Annotated[str | None, AfterValidator(lambda value: value if value is None else _mail(value))] = None

    @model_validator(mode="after")
    def _one(self) -> Receiver:
        if sum(each is not None for each in (self.team, self.agent, self.mail)) != 1:
            raise flaw("a message goes to one place", "write one of `team`, `agent` and `mail`")
        return self


class Message(Spoken):
    """For people, beside the queues. With `text` that is what they get; without, the caller speaks it."""

    to: Receiver
    subject: str = Field(default="Message from {caller}", min_length=1, max_length=200)
    text: str | None = Field(default=None, min_length=1, max_length=4_000)


class MessageStep(FlowModel):
    message: Message
    next: StepName
    on_failure: StepName


class Ticket(FlowModel):
    """`into`: the data that the ticket's number goes into."""

    subject: str = Field(min_length=1, max_length=200)
    description: str = Field(default="", max_length=10_000)
    into: DataName = "ticket"


class TicketStep(FlowModel):
    ticket: Ticket
    next: StepName
    on_failure: StepName


class Consent(FlowModel):
    """Asked for by key. What was answered is `yes`, `no`, or empty for neither, in the data `consent.KIND`."""

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)]
    prompt: Prompt
    yes: Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"] = "1"
    no: Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"] = "2"
    version: str = Field(default="", max_length=64)
    timeout_s: Seconds = 6.0
    attempts: int = Field(default=2, ge=1, le=20)

    @model_validator(mode="after")
    def _two_keys(self) -> Consent:
        if self.yes == self.no:
            raise flaw(f"`{self.yes}` means both yes and no", "give each a key of its own")
        return self


class ConsentStep(FlowModel):
    consent: Consent
    next: StepName


FollowUp = VoicemailStep | CallbackStep | TransferStep | MessageStep | TicketStep | ConsentStep
