"""Lists of tickets over HTTP: search, saved views, conditions, and changing many at once."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from contactcenter.api.routes import Call, Route
from contactcenter.audit.acts import NotAudited
from contactcenter.tickets import acts, permissions, search
from contactcenter.tickets.bulk import Bulk
from contactcenter.tickets.bulk_documents import BulkBody, BulkOut
from contactcenter.tickets.listing import TicketPage
from contactcenter.tickets.search import Found, SearchQuery
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.sight import seen_by
from contactcenter.tickets.views import TicketQuery, ViewBody, ViewCounts, ViewList, ViewOut, Views

PATH, VIEWS = "/api/v1/tickets", "/api/v1/ticket-views"
VIEW, WORK = permissions.TICKETS_VIEW, permissions.TICKETS_WORK
READ = NotAudited("it only reads")


class Paging(BaseModel):
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


def routes(tickets: Tickets, views: Views, bulk: Bulk) -> list[Route]:
    return [*_finding(tickets, views), *_views(views), *_bulk(bulk)]


def _finding(tickets: Tickets, views: Views) -> list[Route]:
    async def find(call: Call) -> Found:
        async with tickets.database.session() as session:
            asked, sight = call.query(SearchQuery), seen_by(call.principal)
            return await search.find(session, asked, sight, tickets.set_up.catalog)

    async def query(call: Call) -> TicketPage:
        return await views.query(call.body(TicketQuery), call.principal)

    found = {"query": SearchQuery, "response": Found}
    return [
        Route("GET", f"{PATH}/search", find, VIEW, "Tickets by words, newest first", **found),  # type: ignore[arg-type]
        Route(
            "POST",
            f"{PATH}/query",
            query,
            VIEW,
            "Tickets that meet conditions",
            body=TicketQuery,
            response=TicketPage,
            audited=READ,
        ),
    ]


def _views(views: Views) -> list[Route]:
    async def every(call: Call) -> ViewList:
        return await views.every(call.principal)

    async def counts(call: Call) -> ViewCounts:
        return await views.counts(call.principal)

    async def make(call: Call) -> ViewOut:
        return await views.put(None, call.body(ViewBody), call.principal)

    async def change(call: Call) -> ViewOut:
        return await views.put(call.path("id"), call.body(ViewBody), call.principal)

    async def remove(call: Call) -> None:
        await views.remove(call.path("id"), call.principal)

    async def page(call: Call) -> TicketPage:
        asked = call.query(Paging)
        return await views.page(call.path("id"), asked.cursor, asked.limit, call.principal)

    one, body = f"{VIEWS}/{{id}}", ViewBody
    kept: dict[str, Any] = {"audited": (acts.SET_UP,), "errors": (404,)}
    return [
        Route("GET", VIEWS, every, VIEW, "Saved lists", response=ViewList),
        Route("GET", f"{VIEWS}/counts", counts, VIEW, "How many tickets are in each list", response=ViewCounts),
        Route("POST", VIEWS, make, VIEW, "Save a list", body=body, response=ViewOut, status=201, **kept),
        Route("PUT", one, change, VIEW, "Change a saved list", body=body, response=ViewOut, **kept),
        Route("DELETE", one, remove, VIEW, "Remove a saved list", **kept),
        Route(
            "GET", f"{one}/tickets", page, VIEW, "Tickets of a list", query=Paging, response=TicketPage, errors=(404,)
        ),
    ]


def _bulk(bulk: Bulk) -> list[Route]:
    async def begin(call: Call) -> BulkOut:
        return await bulk.begin(call.body(BulkBody), call.principal)

    async def get(call: Call) -> BulkOut:
        return await bulk.get(call.path("job"), call.principal)

    async def cancel(call: Call) -> BulkOut:
        return await bulk.cancel(call.path("job"), call.principal)

    async def undo(call: Call) -> BulkOut:
        return await bulk.undo(call.path("job"), call.principal)

    async def again(call: Call) -> BulkOut:
        return await bulk.again(call.path("job"), call.principal)

    path, one = f"{PATH}/bulk", f"{PATH}/bulk/{{job}}"
    out: dict[str, Any] = {"response": BulkOut}
    changed, stopped = (acts.TICKET_CHANGED,), NotAudited("each change that was made is")
    return [
        Route(
            "POST", path, begin, WORK, "Change many", body=BulkBody, status=202, audited=changed, errors=(409,), **out
        ),
        Route("GET", one, get, WORK, "How far it is", **out),
        Route("DELETE", one, cancel, WORK, "Cancel; what is done stays", audited=stopped, **out),
        Route("POST", f"{one}/undo", undo, WORK, "Take it back", status=202, audited=changed, **out),
        Route(
            "POST",
            f"{one}/again",
            again,
            WORK,
            "Go on with what is left",
            status=202,
            audited=changed,
            errors=(404, 409),
            **out,
        ),
    ]
