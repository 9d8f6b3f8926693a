"""Changing many tickets at once over HTTP: what is taken and what is shown."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from contactcenter.api.fields import Ref, Settings
from contactcenter.tickets.documents import Tags, TicketPatch
from contactcenter.tickets.settings import Conditions

MOST: Final = 10_000
State = Literal["running", "done", "cancelled", "failed"]


class BulkBody(Settings):
    """Either `ids` or `conditions`. `add_tags` and `remove_tags` beside what `change` sets; `children` in it is one
    choice for all of them."""

    ids: Annotated[list[Ref], Field(max_length=MOST)] = Field(default=[])
    conditions: Conditions | None = None
    change: TicketPatch = TicketPatch()
    add_tags: Tags = Field(default=[])
    remove_tags: Tags = Field(default=[])


class Failure(BaseModel):
    """`number`: None where there is no such ticket for the reader."""

    ticket: str
    number: str | None
    problem: str


class BulkOut(BaseModel):
    """`done`: so many of `total` are dealt with, `failed` of them in vain; `failures` shows the first of those.
    `problem`: why it ended before it was through (state failed). `below`: tickets below them that were changed with
    them. `asked`: how many changes of state somebody has to agree to first. `undoes`: the one this takes back."""

    id: str
    state: State
    total: int
    done: int
    failed: int
    failures: list[Failure]
    problem: str | None
    below: int
    asked: int
    undoes: str | None
