"""Imports over HTTP: what is taken and what is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from contactcenter.api.fields import Named, Settings

State = Literal["reading", "ready", "running", "done", "cancelled", "failed"]
Source = Literal["", "csv", "zendesk", "zammad", "contactcenter"]
Word = Annotated[str, StringConstraints(max_length=300)]
Target = Annotated[str, StringConstraints(max_length=80)]


class MappingBody(Settings):
    """`origin` names where the tickets come from; with it and its id there, none is taken twice. `fields`: what each
    field of the file becomes, "" for nothing. `values`: by target, the id here that a value of the file becomes, ""
    for nothing; for those that are not named the proposal holds."""

    origin: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=40)]
    fields: Annotated[dict[Word, Target], Field(max_length=500)] = Field(default={})
    values: Annotated[dict[Target, dict[Word, Word]], Field(max_length=300)] = Field(default={})


class FoundField(BaseModel):
    """A field of the file: in how many tickets it has a value, and some of them. `fixed`: what it is, is known."""

    name: str
    filled: int
    examples: list[str]
    fixed: bool


class ValueOut(BaseModel):
    """`becomes`: an id here, "" nothing. `sure`: by its name, or because somebody has said so."""

    value: str
    label: str
    count: int
    becomes: str
    sure: bool


class ValuesOut(BaseModel):
    """The values of a target. `more`: there are others beside them, for which the proposal holds."""

    target: str
    choices: list[Named]
    values: list[ValueOut]
    more: bool


class ImportRow(BaseModel):
    """`position` of `total` tickets are dealt with: taken, known from before, or refused. `remarks`: how many things
    were not taken, the refused among them. `read`: how much of the file, 0 to 1, while it is being read."""

    id: str
    source: Source
    name: str
    size: int
    state: State
    problem: str
    made_at: datetime
    made_by: str
    started_at: datetime | None
    ended_at: datetime | None
    total: int
    position: int
    taken: int
    known: int
    refused: int
    remarks: int
    read: float | None


class ImportOut(ImportRow):
    mapping: MappingBody | None
    fields: list[FoundField]
    values: list[ValuesOut]
    targets: list[str]


class ImportList(BaseModel):
    items: list[ImportRow]


class RemarkOut(BaseModel):
    """`place`: line or record of the file, `record`: the id there. `refused`: the whole record was not taken."""

    id: int
    place: str
    record: str
    refused: bool
    field: str
    value: str
    reason: str


class RemarkList(BaseModel):
    items: list[RemarkOut]
    next_cursor: str | None


class Sample(BaseModel):
    """A ticket as it would be."""

    place: str
    external_id: str
    subject: str
    type: str
    state: str
    priority: str
    requester: str
    assignee: str
    tags: list[str]
    messages: int
    files: int
    made_at: datetime
    known: bool


class PreviewOut(BaseModel):
    """What would become of the first `looked` tickets: `known` are here already, `refused` cannot be taken."""

    looked: int
    known: int
    refused: int
    samples: list[Sample]
    remarks: list[RemarkOut]


class RemarkQuery(BaseModel):
    cursor: Annotated[str, Field(max_length=40)] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
