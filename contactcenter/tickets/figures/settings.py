"""Figures over HTTP: what is asked for and what is shown. All times are in seconds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, StringConstraints

from contactcenter.api.fields import Settings
from contactcenter.tickets.exporting.settings import Zone
from contactcenter.tickets.listing import TicketPage
from contactcenter.tickets.settings import Conditions

Per = Literal["day", "week", "month"]
Figure = Literal[
    "made",
    "resolved",
    "reopened",
    "backlog",
    "open",
    "answered",
    "done",
    "came_back",
    "missed_first_response",
    "missed_next_response",
    "missed_resolution",
]
By = Annotated[
    str,
    StringConstraints(
        pattern=r"^(type|category|priority|queue|team|channel|assignee|organisation|tags|fields\.[a-z][a-z0-9_-]*)$",
        max_length=80,
    ),
]
NOTHING: Final = ""
"""The group of tickets that have nothing in the field."""
MOST_PERIODS: Final = 400
MOST_GROUPS: Final = 200


class FiguresBody(Settings):
    """Of the days from `first` to `last`, both whole, in the reader's `zone`; tickets that meet the conditions as they
    are today. `by`: a field, or "fields.<id>" of a custom choice; None: no groups."""

    first: date
    last: date
    zone: Zone = "UTC"
    per: Per = "day"
    conditions: Conditions = Conditions()
    by: By | None = None


class BehindBody(FiguresBody):
    """The tickets behind one number. `period`: the beginning of one of the periods; None: the whole span. `group`: of
    `by`, "" for nothing in it; None: all."""

    figure: Figure
    period: date | None = None
    group: Annotated[str, Field(max_length=200)] | None = None
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class BehindPage(TicketPage):
    """`conditions`: a list of tickets asked for with them has the same; None: no list can be."""

    conditions: Conditions | None


class Times(BaseModel):
    """The time that half of `count` tickets, and nine tenths of them, needed at most (nearest rank)."""

    count: int = 0
    median_s: float | None = None
    p90_s: float | None = None


class Kept(BaseModel):
    """Of `decided` tickets whose promise was kept or broken, `met` were in time."""

    decided: int = 0
    met: int = 0


class Volumes(BaseModel):
    """`made` tickets; how often one was `resolved`, and `reopened`, which is each time and not each ticket."""

    made: int = 0
    resolved: int = 0
    reopened: int = 0


class Period(Volumes):
    """From one day to another, both whole. `backlog`: open at its end, or now; None: it has not begun. First response
    of tickets made, resolution of tickets resolved in it, in plain time."""

    first: date
    last: date
    backlog: int | None = None
    first_response: Times = Times()
    resolution: Times = Times()


class Group(Volumes):
    """Tickets with one value of the field. Of those made in the span: first response, `ended` that were resolved at
    least once, `came_back` of these that were reopened, and the promises. Of those resolved in it that are done still:
    resolution. `open`: now. Times by the clock on the wall, and `_open` as the clocks of service levels count."""

    key: str = NOTHING
    name: str = ""
    open: int = 0
    first_response: Times = Times()
    first_response_open: Times = Times()
    resolution: Times = Times()
    resolution_open: Times = Times()
    ended: int = 0
    came_back: int = 0
    met_first_response: Kept = Kept()
    met_next_response: Kept = Kept()
    met_resolution: Kept = Kept()


class FiguresOut(BaseModel):
    """`at`: when they were counted. `own`: only tickets that are assigned to the reader. `more`: so many groups with
    fewer tickets are left out."""

    at: datetime
    own: bool
    periods: list[Period]
    total: Group
    groups: list[Group]
    more: int = 0
