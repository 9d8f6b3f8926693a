"""Rules, macros and ready answers over HTTP: what is taken and what is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from contactcenter.api.fields import Id, Name, Ref, Settings, Text, Whole
from contactcenter.tickets.documents import FieldValue, Tags, Words
from contactcenter.tickets.model import MessageKind
from contactcenter.tickets.settings import Conditions, FieldName, Scalar
from contactcenter.tickets.sla import ClockKind

Event = Literal[
    "made", "changed", "customer_replied", "agent_replied", "partner_replied", "noted", "warned", "breached"
]
Since = Literal["made", "acted", "customer_waits", "we_wait", "state"]
Told = Annotated[Words, StringConstraints(min_length=1, max_length=20_000)]
MOST_ACTIONS = 50


class SetField(Settings):
    do: Literal["set"]
    field: FieldName
    value: FieldValue


class ChangeTags(Settings):
    do: Literal["tags"]
    add: Tags = Field(default=[])
    remove: Tags = Field(default=[])


class Assign(Settings):
    """`turn`: the next of the team, one after the other; `least_open`: who of it has the fewest open tickets. `team`
    None: the team that the ticket has then."""

    do: Literal["assign"]
    how: Literal["user", "nobody", "turn", "least_open"]
    user: Ref | None = None
    team: Ref | None = None


class Shift(Settings):
    """One step up or down, where there is one."""

    do: Literal["priority"]
    way: Literal["raise", "lower"]


class Say(Settings):
    """`text` with variables, as "{requester.name}". `public` reaches the customer."""

    do: Literal["say"]
    kind: Literal[MessageKind.PUBLIC, MessageKind.NOTE] = MessageKind.NOTE
    text: Told


class Watch(Settings):
    """`users`: ids, or assignee, or team."""

    do: Literal["watch"]
    users: Annotated[list[Ref], Field(min_length=1, max_length=50)]


class CallHook(Settings):
    """Word of the ticket is sent there: what it is now, no texts."""

    do: Literal["webhook"]
    webhook: Ref


class Notify(Settings):
    """`users`: ids, or assignee, team, leader, watchers. `text` with variables, as "{requester.name}"."""

    do: Literal["notify"]
    users: Annotated[list[Ref], Field(min_length=1, max_length=50)]
    text: Annotated[Words, StringConstraints(min_length=1, max_length=500)]


class Stop(Settings):
    """No rule after this one is asked about what has happened."""

    do: Literal["stop"]


Action = Annotated[
    SetField | ChangeTags | Assign | Shift | Say | Watch | Notify | CallHook | Stop, Field(discriminator="do")
]
Actions = Annotated[list[Action], Field(min_length=1, max_length=MOST_ACTIONS)]


class Became(Settings):
    """The field was changed by what has happened; `before` and `after` None: whatever it was, or is now."""

    field: FieldName
    before: Scalar = None
    after: Scalar = None


class Timer(Settings):
    """`since`: when it was made; when a person last did something to it; when the customer's first unanswered word
    came; when we last answered and he has said nothing since; when it came into one of `states`."""

    since: Since
    hours: Annotated[float, Field(gt=0, le=24 * 366)]
    states: Annotated[list[Ref], Field(max_length=100)] = Field(default=[])


class RuleBody(Settings):
    """Either `events`, one of which has happened, or a `timer` that has run out. With `became` every one of these
    changes must be part of what has happened; `clock`: of warnings and breaches only those of this one."""

    name: Name
    description: Text = ""
    enabled: bool = True
    position: Whole = 0
    events: Annotated[list[Event], Field(max_length=7)] = Field(default=[])
    became: Annotated[list[Became], Field(max_length=20)] = Field(default=[])
    clock: ClockKind | None = None
    timer: Timer | None = None
    conditions: Conditions = Conditions()
    actions: Actions


class NewRule(RuleBody):
    id: Id | None = None


class RuleOut(RuleBody):
    """`stopped`: why the product has turned it off. `broken`: what it names that is not there any more, or not in use,
    in a sentence."""

    id: str
    stopped: str
    broken: str = ""


class Order(Settings):
    """Every rule's id, in the order in which they are asked."""

    ids: Annotated[list[Ref], Field(max_length=1000)]


class RuleList(BaseModel):
    items: list[RuleOut]


Outcome = Literal["done", "nothing", "failed", "loop"]


class RunOut(BaseModel):
    """`changes`: names of fields; `said`: how many messages. `chain`: rules that led here, the last one first."""

    id: int
    rule_id: str
    rule: str
    ticket_id: str
    number: str
    at: datetime
    event: str
    outcome: Outcome
    changes: list[str]
    said: int
    problem: str
    chain: list[str]


class RunList(BaseModel):
    items: list[RunOut]
    next_cursor: str | None


class RunFilter(BaseModel):
    rule: Ref | None = None
    ticket: Ref | None = None
    outcome: Outcome | None = None
    cursor: Annotated[str, Field(max_length=40)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


class MacroBody(Settings):
    """`shared`: everybody's, otherwise one's own."""

    name: Name
    description: Text = ""
    shared: bool = False
    position: Whole = 0
    actions: Actions


class MacroOut(MacroBody):
    """`mine`: this reader may change it."""

    id: str
    mine: bool


class MacroList(BaseModel):
    items: list[MacroOut]


class ReplyBody(Settings):
    """A text to begin an answer with. `language` "": of any."""

    name: Name
    text: Told
    language: Annotated[str, StringConstraints(pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4})?$")] = ""
    shared: bool = False
    position: Whole = 0


class ReplyOut(ReplyBody):
    id: str
    mine: bool


class ReplyList(BaseModel):
    items: list[ReplyOut]


class VariableOut(BaseModel):
    name: str
    summary: str
    example: str


class VariableList(BaseModel):
    items: list[VariableOut]


class FilledOut(BaseModel):
    text: str


class ApplyQuery(Settings):
    """`children`: what becomes of open tickets below one that the macro is to resolve; left out, they keep it from that
    (409)."""

    children: Literal["leave", "resolve"] | None = None


class PreviewOut(BaseModel):
    """What a macro would do: {field: [before, after]}, its messages with everything filled in, ids of who will watch,
    names of the webhooks it calls, and what people are told by notices."""

    changes: dict[str, list[Any]]
    messages: list[dict[str, str]]
    watchers: list[str]
    webhooks: list[str]
    notices: list[str]


class WebhookBody(Settings):
    """`private`: also to addresses that are not on the public internet, and without encryption."""

    name: Name
    url: Annotated[str, StringConstraints(min_length=8, max_length=2000, pattern=r"^https?://[^\s]+$")]
    private: bool = False
    enabled: bool = True


class WebhookOut(WebhookBody):
    """`stopped`: why the product has turned it off."""

    id: str
    stopped: str


class WebhookMade(WebhookOut):
    """`secret` is shown this once; the receiver verifies signatures with it (Standard Webhooks)."""

    secret: str


class WebhookList(BaseModel):
    items: list[WebhookOut]


class DeliveryOut(BaseModel):
    id: str
    ticket_id: str | None
    made_at: datetime
    next_at: datetime | None
    tries: int
    state: Literal["waiting", "done", "failed"]
    status: int | None
    problem: str


class DeliveryList(BaseModel):
    items: list[DeliveryOut]


class DryRunBody(Settings):
    """`rule` as it might become, in the place of the one with this `id`: what that did is left out. `days`: the last
    ones of the tickets' history."""

    id: Ref | None = None
    rule: RuleBody
    days: Annotated[int, Field(ge=1, le=366)] = 30


class TouchOut(BaseModel):
    ticket_id: str
    number: str
    subject: str
    at: datetime
    event: str


class DryRunOut(BaseModel):
    """`touched` counts tickets, `times` how often; `items` shows the first touch of the first of them."""

    id: str
    state: Literal["running", "done", "cancelled", "failed"]
    total: int
    done: int
    touched: int
    times: int
    items: list[TouchOut]
