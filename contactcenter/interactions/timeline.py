"""A customer's timeline: every interaction, on whatever channel and with whomever."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy import true

from contactcenter.api.problems import bad_cursor
from contactcenter.api.routes import Call, Route
from contactcenter.customers.permissions import CUSTOMERS_VIEW
from contactcenter.interactions.models import Interaction
from contactcenter.interactions.names import Names
from contactcenter.interactions.queries import BadCursorError, InteractionFilter, InteractionQueries
from contactcenter.interactions.routes import DispositionRef, Ref
from contactcenter.interactions.sight import sight_of


class TimelineQuery(BaseModel):
    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class TimelineItem(BaseModel):
    """`may_open`: whether the one who asks may see more of it; only then is there a `note`."""

    id: str
    channel: str
    direction: str
    state: str
    outcome: str | None
    queue: Ref | None
    agent: Ref | None
    disposition: DispositionRef | None
    note: str
    started_at: datetime
    talk_s: float | None
    may_open: bool


class TimelinePage(BaseModel):
    items: list[TimelineItem]
    next_cursor: str | None


def routes(queries: InteractionQueries, names: Names) -> list[Route]:
    async def page(call: Call) -> TimelinePage:
        asked = call.query(TimelineQuery)
        wanted = InteractionFilter.model_validate({"customer": call.path("id"), **asked.model_dump()})
        try:
            rows, cursor = await queries.page(wanted, true())
        except BadCursorError as error:
            raise bad_cursor(str(error)) from error
        opens = await queries.within([row.id for row in rows], sight_of(call.principal))
        return TimelinePage(items=[_item(row, names, row.id in opens) for row in rows], next_cursor=cursor)

    return [
        Route(
            "GET",
            "/api/v1/customers/{id}/interactions",
            page,
            CUSTOMERS_VIEW,
            "A customer's interactions, newest first",
            query=TimelineQuery,
            response=TimelinePage,
            errors=(422,),
        )
    ]


def _item(row: Interaction, names: Names, may_open: bool) -> TimelineItem:
    disposition = None
    if row.disposition_id:
        disposition = DispositionRef(id=row.disposition_id, label=names.disposition(row.disposition_id))
    return TimelineItem(
        id=row.id,
        channel=row.channel,
        direction=row.direction,
        state=row.state,
        outcome=row.outcome,
        queue=Ref(**names.queue(row.queue_id)) if row.queue_id else None,
        agent=Ref(**names.agent(row.agent_id)) if row.agent_id else None,
        disposition=disposition,
        note=row.note if may_open else "",
        started_at=row.started_at,
        talk_s=row.talk_s,
        may_open=may_open,
    )
