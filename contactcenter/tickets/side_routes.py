"""Side conversations over HTTP, and how they plug in."""

from __future__ import annotations

from typing import Any

from contactcenter.api.routes import Call, Route
from contactcenter.plugin import Plugin
from contactcenter.tickets import acts, outside_routes, shown
from contactcenter.tickets.documents import MessageOut
from contactcenter.tickets.models import TicketMessage
from contactcenter.tickets.outside import Outside
from contactcenter.tickets.permissions import TICKETS_VIEW, TICKETS_WORK
from contactcenter.tickets.routes import ONE, request_key
from contactcenter.tickets.side_mail import SIDE
from contactcenter.tickets.side_privacy import SidePrivacy
from contactcenter.tickets.sides import NewSide, SideList, SideOut, Sides, SideWords

PATH, MESSAGES, END = f"{ONE}/sides", f"{ONE}/sides/{{side}}/messages", f"{ONE}/sides/{{side}}/end"
SAID: dict[str, Any] = {"audited": (acts.TICKET_SAID, acts.TICKET_CHANGED), "status": 201, "errors": (404, 409)}


def load(sides: Sides, outside: Outside) -> Plugin:
    privacy = SidePrivacy(sides.tickets.database, outside.files)
    return Plugin(
        name="ticket-sides",
        routes=(*routes(sides), *outside_routes.routes(outside)),
        templates=(SIDE,),
        personal=(privacy.personal,),
    )


def routes(sides: Sides) -> list[Route]:
    async def every(call: Call) -> SideList:
        return await sides.every(call.path("id"), call.principal)

    async def begin(call: Call) -> SideOut:
        return await sides.begin(call.path("id"), call.body(NewSide), call.principal, key=request_key(call))

    async def say(call: Call) -> MessageOut:
        body, key = call.body(SideWords), request_key(call)
        said = await sides.say(call.path("id"), call.path("side"), body, call.principal, key=key)
        async with sides.tickets.database.session() as session:
            row = await session.get_one(TicketMessage, said)
            return (await shown.messages(session, [row]))[0]

    async def end(call: Call) -> SideOut:
        return await sides.end(call.path("id"), call.path("side"), call.principal)

    begins, goes_on = "Ask somebody outside or a team", "Go on in a side conversation"
    return [
        Route("GET", PATH, every, TICKETS_VIEW, "Side conversations", response=SideList, errors=(404,)),
        Route("POST", PATH, begin, TICKETS_WORK, begins, body=NewSide, response=SideOut, **SAID),
        Route("POST", MESSAGES, say, TICKETS_WORK, goes_on, body=SideWords, response=MessageOut, **SAID),
        Route("POST", END, end, TICKETS_WORK, "End one with somebody outside: its link opens nothing", response=SideOut,
              errors=(404, 409), audited=(acts.TICKET_CHANGED,),
              description="Whoever of the house writes in it again takes it up again, with another link."),
    ]  # fmt: skip
