"""A customer's one ticket by its link. Nobody has signed in: the token in the path is all there is."""

from __future__ import annotations

from typing import Any

from contactcenter.api.routes import PUBLIC, Call, Route
from contactcenter.tickets import acts, link_files
from contactcenter.tickets.acting import By
from contactcenter.tickets.by_link import by_link
from contactcenter.tickets.customer_documents import CustomerWords, RequestOut
from contactcenter.tickets.customer_requests import Asker
from contactcenter.tickets.customer_routes import SAID
from contactcenter.tickets.models import TicketAttachment
from contactcenter.tickets.permissions import TICKETS_WORK
from contactcenter.tickets.routes import request_key
from contactcenter.tickets.tracking import Tracking

BASE = "/api/v1/portal/t/{token}"
LINK = "/api/v1/tickets/{id}/tracking-link"


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
        with by_link("customer", ticket):
            return await self._requests.say(asker, ticket, call.body(CustomerWords), key=request_key(call))

    async def confirm(self, call: Call) -> RequestOut:
        asker, ticket = await self._asker(call, doing=True)
        with by_link("customer", ticket):
            return await self._requests.confirm(asker, ticket)

    async def reopen(self, call: Call) -> RequestOut:
        asker, ticket = await self._asker(call, doing=True)
        with by_link("customer", ticket):
            return await self._requests.reopen(asker, ticket)

    async def by(self, call: Call, doing: bool) -> By:
        return (await self._asker(call, doing=doing))[0].by

    async def found(self, call: Call) -> TicketAttachment:
        return await self._requests.file(*await self._asker(call), call.path("attachment"))

    async def withdraw(self, call: Call) -> None:
        await self._tracking.withdraw(call.path("id"), call.principal)


def routes(tracking: Tracking) -> list[Route]:
    do = TrackingRoutes(tracking)
    out: dict[str, Any] = {"response": RequestOut, "tag": "Portal"}
    moved = out | {"errors": (404, 409, 429), "audited": (acts.TICKET_CHANGED,)}
    return [
        Route("GET", BASE, do.get, PUBLIC, "One request by its link", errors=(404, 429), **out),
        Route("POST", f"{BASE}/messages", do.say, PUBLIC, "Write in it", body=CustomerWords, status=201,
              errors=(404, 409, 429), audited=SAID, **out),
        Route("POST", f"{BASE}/confirmation", do.confirm, PUBLIC, "It is solved", **moved),
        Route("POST", f"{BASE}/reopening", do.reopen, PUBLIC, "It is not solved", **moved),
        *link_files.routes(BASE, tracking.requests.files, do.by, do.found),
        Route("DELETE", LINK, do.withdraw, TICKETS_WORK, "Withdraw the links that its customer was sent",
              description="Mails that are sent later have a new one.", errors=(404, 409),
              audited=(acts.TICKET_CHANGED,)),
    ]  # fmt: skip
