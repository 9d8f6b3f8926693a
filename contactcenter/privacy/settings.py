"""Privacy over HTTP: what is taken and what is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from contactcenter.api.fields import Ref, Settings, Text
from contactcenter.customers.identities import IdentityKind
from contactcenter.customers.settings import Channel

Reason = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1)]
FOREVER_DAYS = 36_500


class IdentityBody(Settings):
    """`value` as a person writes it: a number, an email, a handle with its `channel`."""

    kind: IdentityKind
    value: Annotated[str, StringConstraints(min_length=1, max_length=320)]
    channel: Channel = ""


class SubjectBody(Settings):
    """Whom it is about: by what was typed, and customers and users by their ids. At least one of them."""

    identities: list[IdentityBody] = Field(default_factory=list, max_length=50)
    customers: list[Ref] = Field(default_factory=list, max_length=50)
    users: list[Ref] = Field(default_factory=list, max_length=1)


class RequestBody(Settings):
    subject: SubjectBody
    reason: Text = ""


class CountOut(BaseModel):
    """`count` of one kind of data, `held` of them under legal hold."""

    kind: str
    words: str
    count: int
    held: int = 0


class SubjectOut(BaseModel):
    """`identities` in the form in which they are compared; `names` of the customers and users found."""

    identities: list[str]
    names: list[str]
    customers: int
    users: int


class PreviewOut(BaseModel):
    """`blocked`: why it cannot be erased now, in a sentence."""

    subject: SubjectOut
    counts: list[CountOut]
    blocked: str | None


class RequestOut(BaseModel):
    """`kind` is export or erase, `state` waiting, running, blocked, done, failed or expired; `subject` null once
    forgotten; `counts`, `done` by kind of data; `progress` from 0 to 1."""

    id: str
    kind: str
    state: str
    subject: SubjectOut | None
    reason: str
    by: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    expires_at: datetime | None
    counts: dict[str, int]
    done: dict[str, int]
    progress: float
    problem: str | None


class RequestList(BaseModel):
    items: list[RequestOut]


class InteractionsHeld(Settings):
    """Interactions with all of these properties; at least one."""

    interaction: Ref | None = None
    queue: Ref | None = None
    agent: Ref | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class HoldBody(Settings):
    """Of a person or of interactions: one of them."""

    reason: Reason
    subject: SubjectBody | None = None
    interactions: InteractionsHeld | None = None


class HoldOut(BaseModel):
    id: str
    reason: str
    subject: SubjectOut | None
    interactions: InteractionsHeld | None
    by: str
    made_at: datetime
    released_at: datetime | None
    released_by: str


class HoldList(BaseModel):
    items: list[HoldOut]


class RuleBody(Settings):
    """`queue` null: every queue without a rule of its own; `days` null: kept."""

    kind: Ref
    queue: Ref | None = None
    days: Annotated[int, Field(ge=1, le=FOREVER_DAYS)] | None = None


class RulesBody(Settings):
    rules: list[RuleBody] = Field(max_length=1000)


class RetentionRow(BaseModel):
    """One rule, what it would take now and since when the oldest of that has been there."""

    kind: str
    words: str
    queue: str | None
    days: int | None
    count: int
    oldest: datetime | None


class RunOut(BaseModel):
    """The last run: `counts` by kind; `ended_at` null while it goes on."""

    started_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]
    problem: str | None


class RetentionOut(BaseModel):
    rows: list[RetentionRow]
    last_run: RunOut | None
    next_run: datetime | None
