"""A customer's one ticket by its link. Nobody has signed in: the token in the path is all there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from aiohttp import web

from contactcenter.actor import acting, current
from contactcenter.api.routes import PUBLIC, Call, Route
from contactcenter.api.uploads import received
from contactcenter.tickets import acts
from contactcenter.tickets.customer_documents import CustomerWords, RequestOut
from contactcenter.tickets.customer_requests import Asker
from contactcenter.tickets.customer_routes import SAID
from contactcenter.tickets.documents import AttachmentOut
from contactcenter.tickets.files_routes import UPLOADED, download, thumbnail
from contactcenter.tickets.permissions import TICKETS_WORK
from contactcenter.tickets.routes import request_key
from contactcenter.tickets.tracking import Tracking

BASE = "/api/v1/portal/t/{token}"
ATTACHMENT = f"{BASE}/attachments/{{attachment}}"
LINK = "/api/v1/tickets/{id}/tracking-link"


@contextmanager
def _by_link(ticket_id: str) -> Iterator[None]:
    """In the audit trail a customer acts, without an account."""
    with acting(replace(current(), kind="customer", id=f"link:{ticket_id}")):
        yield


class TrackingRoutes:
    def __init__(self, tracking: Tracking) -> None:
        self._tracking = tracking
        self._requests = tracking.requests

    async def _asker(self, call: Call, *, doing: bool = False) -> tuple[Asker, str]:
        asker = await self._tracking.asker(call.path("token"), call.address, doing=doing)
        assert asker.only is not None
        return asker, asker.only

    async def get(self, call: Call) -> RequestOut:
        return await self._requests.get(*await self._asker(call))

    async def say(self, call: Call) -> RequestOut:
        asker, ticket = await self._asker(call, doing=True)
        with _by_link(ticket):
            return await self._requests.say(asker, ticket, call.body(CustomerWords), key=request_key(call))

    async def confirm(self, call: Call) -> RequestOut:
        asker, ticket = await self._asker(call, doing=True)
        with _by_link(ticket):
            return await self._requests.confirm(asker, ticket)

    async def reopen(self, call: Call) -> RequestOut:
        asker, ticket = await self._asker(call, doing=True)
        with _by_link(ticket):
            return await self._requests.reopen(asker, ticket)

    async def take(self, call: Call) -> AttachmentOut:
        asker, _ = await self._asker(call, doing=True)
        form = await received(call, self._requests.files.upload)
        return await self._requests.files.take(form.files[0], asker.by)

    async def drop(self, call: Call) -> None:
        asker, _ = await self._asker(call)
        await self._requests.files.drop(call.path("id"), asker.by)

    async def give(self, call: Call) -> web.StreamResponse:
        row = await self._requests.file(*await self._asker(call), call.path("attachment"))
        return await download(self._requests.files, row, call)

    async def small(self, call: Call) -> web.StreamResponse:
        row = await self._requests.file(*await self._asker(call), call.path("attachment"))
        return await thumbnail(self._requests.files, row)

    async def withdraw(self, call: Call) -> None:
        await self._tracking.withdraw(call.path("id"), call.principal)


def routes(tracking: Tracking) -> list[Route]:
    do = TrackingRoutes(tracking)
    out: dict[str, Any] = {"response": RequestOut, "tag": "Portal"}
    moved = out | {"errors": (404, 409, 429), "audited": (acts.TICKET_CHANGED,)}
    file: dict[str, Any] = {"errors": (403, 404, 429), "tag": "Portal"}
    return [
        Route("GET", BASE, do.get, PUBLIC, "One request by its link", errors=(404, 429), **out),
        Route("POST", f"{BASE}/messages", do.say, PUBLIC, "Write in it", body=CustomerWords, status=201,
              errors=(404, 409, 429), audited=SAID, **out),
        Route("POST", f"{BASE}/confirmation", do.confirm, PUBLIC, "It is solved", **moved),
        Route("POST", f"{BASE}/reopening", do.reopen, PUBLIC, "It is not solved", **moved),
        Route("POST", f"{BASE}/files", do.take, PUBLIC, "Upload a file for the next message in it",
              response=AttachmentOut, status=201, upload=tracking.requests.files.upload, audited=UPLOADED,
              errors=(404, 413, 429), tag="Portal"),
        Route("DELETE", f"{BASE}/files/{{id}}", do.drop, PUBLIC, "Remove such a file that was not sent",
              errors=(404, 429), audited=UPLOADED, tag="Portal"),
        Route("GET", ATTACHMENT, do.give, PUBLIC, "A file of it", media_type="application/octet-stream", **file),
        Route("GET", f"{ATTACHMENT}/thumbnail", do.small, PUBLIC, "A small picture of such an image",
              media_type="image/webp", **file),
        Route("DELETE", LINK, do.withdraw, TICKETS_WORK, "Withdraw the links that its customer was sent",
              description="Mails that are sent later have a new one.", errors=(404, 409),
              audited=(acts.TICKET_CHANGED,)),
    ]  # fmt: skip
