"""Exports over HTTP: what is taken and what is shown."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from contactcenter.api.fields import Name, Ref, Settings
from contactcenter.tickets.listing import Order
from contactcenter.tickets.settings import Conditions

Format = Literal["csv", "xlsx", "archive"]
State = Literal["running", "done", "cancelled", "failed"]


@cache
def _zones() -> frozenset[str]:
    """Finding them reads folders."""
    return frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("is no time zone, as Europe/Berlin")
    return name


Zone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_zone)]


class Column(Settings):
    """`name` as in a ticket's row, or "fields.<id>"; `header` is what stands above it."""

    name: Ref
    header: Name


class ExportBody(Settings):
    """Tickets that meet the conditions, in this order; or, with `q`, those found by words and narrowed as in a search,
    newest first. An `archive` has everything of them whatever the columns, files too, and can be imported again.
    Moments of a table are in `zone`."""

    format: Format
    conditions: Conditions = Conditions()
    q: Annotated[str, Field(max_length=200)] = ""
    type: Ref | None = None
    state_class: Ref | None = None
    assignee: Ref | None = None
    order: Order = "changed"
    columns: Annotated[list[Column], Field(max_length=100)] = Field(default=[])
    zone: Zone = "UTC"


class ExportOut(BaseModel):
    """`problem`: why it failed. The file of one that is done can be had for an hour."""

    id: str
    format: Format
    state: State
    problem: str
    total: int
    done: int
    size: int
    name: str


def zone_of(body: ExportBody) -> ZoneInfo:
    return ZoneInfo(body.zone)
