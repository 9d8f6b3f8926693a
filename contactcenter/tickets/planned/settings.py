"""What is planned, as forms and files take it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from contactcenter.api.fields import Id, Name, Ref, Settings
from contactcenter.tickets.documents import Fields, Subject, Tags, Words
from contactcenter.tickets.planned.schedule import Schedule
from contactcenter.tickets.settings import PriorityWord

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]


class Planned(Settings):
    """The ticket that is made. What is left out is as the type sets it up."""

    type: Ref = "question"
    subject: Subject
    description: Words = ""
    description_kind: Literal["public", "note"] = "note"
    category: Ref | None = None
    priority: PriorityWord | None = None
    queue: Ref | None = None
    team: Ref | None = None
    assignee: Ref | None = None
    tags: Tags = Field(default=[])
    fields: Fields = Field(default={})


class RecurrenceBody(Settings):
    name: Name
    enabled: bool = True
    ticket: Planned
    schedule: Schedule


class NewRecurrence(RecurrenceBody):
    id: Id | None = None


class RecurrenceOut(RecurrenceBody):
    """`upcoming`: the next five, none while it is off. `problem`: why the last one could not be made."""

    id: str
    upcoming: list[datetime]
    last_at: datetime | None
    last_ticket: str
    problem: str


class RecurrenceList(BaseModel):
    items: list[RecurrenceOut]


class Moments(BaseModel):
    """`items` is empty for a schedule that has ended."""

    items: list[datetime]


class NewReminder(Settings):
    """`at` is to come, within two years."""

    at: AwareDatetime
    note: Note = ""


class ReminderOut(BaseModel):
    id: int
    ticket_id: str
    number: str
    subject: str
    at: datetime
    note: str


class ReminderList(BaseModel):
    items: list[ReminderOut]
