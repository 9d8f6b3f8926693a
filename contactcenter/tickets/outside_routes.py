"""A side conversation by its link. Nobody has signed in: the token in the path is all there is."""

from __future__ import annotations

from typing import Any, Final

from contactcenter.api.routes import PUBLIC, Call, Route
from contactcenter.tickets import acts, link_files
from contactcenter.tickets.acting import By
from contactcenter.tickets.by_link import by_link
from contactcenter.tickets.customer_documents import CustomerWords
from contactcenter.tickets.models import TicketAttachment
from contactcenter.tickets.outside import Outside, Outsider
from contactcenter.tickets.outside_documents import OutsideOut
from contactcenter.tickets.routes import request_key

BASE: Final = "/api/v1/portal/s/{token}"


def routes(outside: Outside) -> list[Route]:
    async def outsider(call: Call, *, doing: bool = False) -> Outsider:
        return await outside.who(call.path("token"), call.address, doing=doing)

    async def get(call: Call) -> OutsideOut:
        return await outside.get(await outsider(call))

    async def say(call: Call) -> OutsideOut:
        who = await outsider(call, doing=True)
        with by_link("partner", who.side_id):
            return await outside.say(who, call.body(CustomerWords), key=request_key(call))

    async def by(call: Call, doing: bool) -> By:
        return (await outsider(call, doing=doing)).by

    async def found(call: Call) -> TicketAttachment:
        return await outside.file(await outsider(call), call.path("attachment"))

    out: dict[str, Any] = {"response": OutsideOut, "tag": "Portal", "errors": (404, 410, 429)}
    return [
        Route("GET", BASE, get, PUBLIC, "A side conversation by its link", **out),
        Route("POST", f"{BASE}/messages", say, PUBLIC, "Answer in it", body=CustomerWords, status=201,
              audited=(acts.TICKET_SAID,), **out),
        *link_files.routes(BASE, outside.files, by, found, 410),
    ]  # fmt: skip
