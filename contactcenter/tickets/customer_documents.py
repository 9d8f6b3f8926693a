"""Tickets as customers take and give them: nothing here names a queue, a priority, a promise or a note."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from contactcenter.api.fields import Named, Ref, Settings
from contactcenter.tickets.documents import Attachments, Fields, Said, Subject
from contactcenter.tickets.settings import FieldType

Step = Literal["received", "working", "answered", "solved"]
"""How far a request has come; `answered`: the house has had the last word."""
Told = Annotated[Said, StringConstraints(max_length=20_000)]


class RequestQuery(BaseModel):
    """`q`: words of the subject, or of the number."""

    state: Literal["all", "open", "done"] = "all"
    q: Annotated[str, Field(max_length=200)] = ""
    cursor: Annotated[str, Field(max_length=40)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class NewRequest(Settings):
    type: Ref
    subject: Subject
    text: Told
    fields: Fields = Field(default={})
    attachments: Attachments = Field(default=[])


class CustomerWords(Settings):
    text: Told
    attachments: Attachments = Field(default=[])


class RequestRow(BaseModel):
    """`state` in the words for customers; `waits`: the house waits for the customer's answer. `last_at`: of the last
    word of either side."""

    id: str
    number: str
    subject: str
    type: str
    state: str
    step: Step
    waits: bool
    made_at: datetime
    last_at: datetime


class RequestPage(BaseModel):
    """Newest first."""

    items: list[RequestRow]
    next_cursor: str | None


class CustomerFile(BaseModel):
    """`ready`: it can be downloaded; else it waits for the virus scanner or did not pass it."""

    id: str
    name: str
    media_type: str
    size: int
    ready: bool


class CustomerMessage(BaseModel):
    """`name` of who wrote for the house, where it was a person."""

    id: int
    by: Literal["customer", "house"]
    name: str
    text: str
    files: list[CustomerFile]
    at: datetime


class FieldShown(BaseModel):
    name: str
    type: FieldType
    value: Any


class RequestOut(RequestRow):
    """`can_…`: what the customer may do now. `joined`: the own request that it has become part of; `joined_other`: it
    has become part of one that somebody else asks. `includes`: numbers of own requests that have become part of it."""

    fields: list[FieldShown]
    messages: list[CustomerMessage]
    can_reply: bool
    can_confirm: bool
    can_reopen: bool
    joined: Named | None
    joined_other: bool
    includes: list[str]


class FormFieldOut(BaseModel):
    id: str
    name: str
    help: str
    type: FieldType
    choices: list[str]
    required: bool


class RequestForm(BaseModel):
    """What a customer may ask for, and what he is asked then."""

    id: str
    name: str
    description: str
    fields: list[FormFieldOut]


class RequestForms(BaseModel):
    """`most_bytes` of one attached file."""

    items: list[RequestForm]
    most_bytes: int
