"""The customer's own tickets, in the portal."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from contactcenter.api.routes import Call, Route
from contactcenter.api.uploads import received
from contactcenter.tickets import acts
from contactcenter.tickets.customer_documents import (
    CustomerWords,
    NewRequest,
    RequestForms,
    RequestOut,
    RequestPage,
    RequestQuery,
)
from contactcenter.tickets.customer_requests import Asker, CustomerRequests
from contactcenter.tickets.documents import AttachmentOut
from contactcenter.tickets.files_routes import UPLOADED, download, thumbnail
from contactcenter.tickets.permissions import TICKETS_OWN
from contactcenter.tickets.routes import request_key

BASE = "/api/v1/portal/tickets"
ONE, FILES = f"{BASE}/{{id}}", "/api/v1/portal/ticket-files"
ATTACHMENT = f"{ONE}/attachments/{{attachment}}"
SAID = (acts.TICKET_SAID, acts.TICKET_CHANGED)


def asker_of(call: Call) -> Asker:
    return Asker(customer_id=call.principal.customer_id, name=call.principal.name)


class CustomerRoutes:
    def __init__(self, requests: CustomerRequests) -> None:
        self._requests = requests
        self._files = requests.files

    async def forms(self, call: Call) -> RequestForms:
        return self._requests.forms()

    async def page(self, call: Call) -> RequestPage:
        return await self._requests.page(asker_of(call), call.query(RequestQuery))

    async def make(self, call: Call) -> RequestOut:
        body, key = call.body(NewRequest), request_key(call)
        made = await self._requests.make(asker_of(call), body, key=key, address=call.address)
        call.headers["Location"] = f"{BASE}/{made.id}"
        return made

    async def get(self, call: Call) -> RequestOut:
        return await self._requests.get(asker_of(call), call.path("id"))

    async def say(self, call: Call) -> RequestOut:
        body = call.body(CustomerWords)
        return await self._requests.say(asker_of(call), call.path("id"), body, key=request_key(call))

    async def confirm(self, call: Call) -> RequestOut:
        return await self._requests.confirm(asker_of(call), call.path("id"))

    async def reopen(self, call: Call) -> RequestOut:
        return await self._requests.reopen(asker_of(call), call.path("id"))

    async def take(self, call: Call) -> AttachmentOut:
        form = await received(call, self._files.upload)
        return await self._files.take(form.files[0], asker_of(call).by)

    async def drop(self, call: Call) -> None:
        await self._files.drop(call.path("id"), asker_of(call).by)

    async def give(self, call: Call) -> web.StreamResponse:
        row = await self._requests.file(asker_of(call), call.path("id"), call.path("attachment"))
        return await download(self._files, row, call)

    async def small(self, call: Call) -> web.StreamResponse:
        row = await self._requests.file(asker_of(call), call.path("id"), call.path("attachment"))
        return await thumbnail(self._files, row)


def routes(requests: CustomerRequests) -> list[Route]:
    do, own = CustomerRoutes(requests), TICKETS_OWN
    out: dict[str, Any] = {"response": RequestOut, "tag": "Portal"}
    moved = out | {"errors": (404, 409), "audited": (acts.TICKET_CHANGED,)}
    file: dict[str, Any] = {"errors": (403, 404), "tag": "Portal"}
    return [
        Route("GET", "/api/v1/portal/ticket-forms", do.forms, own, "What can be asked for", response=RequestForms,
              tag="Portal"),
        Route("GET", BASE, do.page, own, "The own requests, newest first", query=RequestQuery, response=RequestPage,
              tag="Portal"),
        Route("POST", BASE, do.make, own, "Ask for something", body=NewRequest, status=201, errors=(429,),
              audited=(acts.TICKET_MADE,), description="With an Idempotency-Key, asking again makes no second one.",
              **out),
        Route("GET", ONE, do.get, own, "An own request with what was said", errors=(404,), **out),
        Route("POST", f"{ONE}/messages", do.say, own, "Write in an own request", body=CustomerWords, status=201,
              errors=(404, 409), audited=SAID, **out),
        Route("POST", f"{ONE}/confirmation", do.confirm, own, "It is solved", **moved),
        Route("POST", f"{ONE}/reopening", do.reopen, own, "It is not solved", **moved),
        Route("POST", FILES, do.take, own, "Upload a file for the next message", response=AttachmentOut, status=201,
              upload=requests.files.upload, audited=UPLOADED, errors=(413, 429), tag="Portal"),
        Route("DELETE", f"{FILES}/{{id}}", do.drop, own, "Remove an own file that was not sent", errors=(404,),
              audited=UPLOADED, tag="Portal"),
        Route("GET", ATTACHMENT, do.give, own, "A file of an own request", media_type="application/octet-stream",
              **file),
        Route("GET", f"{ATTACHMENT}/thumbnail", do.small, own, "A small picture of such an image",
              media_type="image/webp", **file),
    ]  # fmt: skip
