"""The portal over HTTP: what is taken and what is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from contactcenter.api.fields import Name, Named, Settings, Text
from contactcenter.customers.settings import Label, Language, Short, Zone

Secret = Annotated[str, Field(min_length=1, max_length=1024)]
Token = Annotated[str, Field(min_length=1, max_length=128)]
Email = Annotated[str, Field(min_length=1, max_length=320)]
Kind = Annotated[Label, Field(min_length=1)]
RequestKind = Literal["export", "erase"]


class ConsentText(Settings):
    """What customers are asked to agree to. `kind` as consents of customers name it; `version` changes with the words,
    so that each consent says which of them were agreed to."""

    kind: Kind
    title: Name
    text: Annotated[Text, Field(min_length=1)]
    version: Kind


class PortalSettingsBody(Settings):
    """`registration`: whoever wants, or only who was invited. `data_requests`: whether somebody of the house decides
    what customers ask about their data, or it is answered at once where that concerns nobody else."""

    enabled: bool = False
    registration: Literal["open", "invited"] = "open"
    data_requests: Literal["review", "automatic"] = "review"
    consents: Annotated[list[ConsentText], Field(max_length=20)] = Field(default=[])


class PortalSettingsOut(PortalSettingsBody):
    """`mail`: whether a mail server is set; nobody can register without. `url` is the portal's address."""

    mail: bool
    url: str


class Doorway(BaseModel):
    """What the portal's first page offers. `registration` closed: there is no mail server."""

    enabled: bool
    registration: Literal["open", "invited", "closed"]
    links: bool
    password_min_length: int


class Registration(Settings):
    email: Email
    name: Name
    language: Language = ""


class Credentials(Settings):
    email: Email
    password: Secret


class LinkAsked(Settings):
    """`purpose`: to come in, or to choose a new password."""

    email: Email
    purpose: Literal["sign-in", "reset"] = "sign-in"


class Link(Settings):
    token: Token


class LinkOut(BaseModel):
    """`purpose` is confirm, invitation, sign-in, reset or email."""

    purpose: str
    email: str
    name: str


class LinkUse(Settings):
    """`password` with reset, and if wanted with confirm and invitation; `name` with these two."""

    token: Token
    password: Secret | None = None
    name: Name | None = None


class Proof(Settings):
    password: Secret


class PasswordChange(Settings):
    """`current` when there is one; `password` null: from now on one signs in by link alone."""

    current: Secret | None = None
    password: Secret | None


class CustomerMe(BaseModel):
    """Who is signed in. `language` is empty when it is not known."""

    id: str
    email: str
    name: str
    language: str
    has_password: bool


class ProfileBody(Settings):
    """`called`: how one wants to be called; `timezone` by IANA."""

    name: Name
    called: Short = ""
    language: Language = ""
    timezone: Zone = ""


class NumberOut(BaseModel):
    """`state`: confirmed; waiting (until somebody of the house confirms it); recorded (the house knows it, nobody has
    confirmed it)."""

    id: str
    number: str
    label: str
    state: Literal["confirmed", "waiting", "recorded"]


class ProfileOut(ProfileBody):
    email: str
    numbers: list[NumberOut]
    has_password: bool


class NumberBody(Settings):
    number: Annotated[str, Field(min_length=1, max_length=64)]
    label: Label = ""


class EmailBody(Settings):
    email: Email


class PortalSessionOut(BaseModel):
    id: str
    device: str
    address: str
    method: str
    created_at: datetime
    last_seen_at: datetime
    current: bool


class PortalSessionList(BaseModel):
    items: list[PortalSessionOut]


class ConsentBody(Settings):
    """`version` of the words that were shown, when it is given."""

    given: bool
    version: Label = ""


class ConsentOut(BaseModel):
    """`given` null: never asked. `text` is empty for one that is only on record. `outdated`: given to other words."""

    kind: str
    title: str
    text: str
    version: str
    given: bool | None
    at: datetime | None
    outdated: bool


class ConsentList(BaseModel):
    items: list[ConsentOut]


class DataRequestBody(Settings):
    kind: RequestKind


class DataRequestOut(BaseModel):
    """`state`: asked, working, done, expired, refused, withdrawn or failed. `answer`: what the house says to it."""

    id: str
    kind: RequestKind
    state: str
    asked_at: datetime
    decided_at: datetime | None
    answer: str
    download: bool


class DataRequestList(BaseModel):
    items: list[DataRequestOut]


class HistoryQuery(BaseModel):
    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class HistoryItem(BaseModel):
    """`outcome` null: it goes on."""

    id: str
    at: datetime
    channel: str
    direction: str
    queue: str
    outcome: str | None


class HistoryPage(BaseModel):
    items: list[HistoryItem]
    next_cursor: str | None


class InviteBody(Settings):
    """One of the customer's emails."""

    email: Email


class LockBody(Settings):
    locked: bool


class AccountOut(BaseModel):
    """`state`: invited, unconfirmed, active or locked; `sessions`: how many browsers are signed in."""

    id: str
    email: str
    state: Literal["invited", "unconfirmed", "active", "locked"]
    made_at: datetime
    signed_in_at: datetime | None
    sessions: int
    numbers: list[NumberOut]


class AccountsOut(BaseModel):
    """Of one customer. `emails`: those that can be invited. `mail`: whether anything can be sent."""

    enabled: bool
    mail: bool
    accounts: list[AccountOut]
    emails: list[str]


class DecisionBody(Settings):
    """`answer` is told to the customer; it must say why when refused."""

    answer: Text = ""


class StaffRequestOut(BaseModel):
    """`state`: asked, approved, refused or withdrawn; `by`: who decided."""

    id: str
    kind: RequestKind
    state: str
    customer: Named
    email: str
    asked_at: datetime
    decided_at: datetime | None
    by: str
    answer: str


class StaffRequestList(BaseModel):
    items: list[StaffRequestOut]
