"""Tickets over HTTP."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from pydantic import BaseModel, Field
from sqlalchemy import or_, select

from contactcenter import actor
from contactcenter.api.problems import Problem, bad_cursor
from contactcenter.api.routes import Call, Route
from contactcenter.tickets import acts, children, permissions, shown
from contactcenter.tickets.acting import staff
from contactcenter.tickets.documents import (
    ChildrenMessage,
    ChildrenTold,
    Decision,
    EntryList,
    EntryOut,
    LinkBody,
    MergeBody,
    MessageList,
    MessageOut,
    NewMessage,
    NewTicket,
    SplitBody,
    TicketOut,
    TicketPatch,
    WatchBody,
)
from contactcenter.tickets.involving import Involving
from contactcenter.tickets.linking import Linking
from contactcenter.tickets.listing import TicketFilter, TicketPage, page
from contactcenter.tickets.models import Ticket, TicketEntry, TicketMessage
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.sight import seen_by

PATH, ONE = "/api/v1/tickets", "/api/v1/tickets/{id}"
KEY_HEADER = "Idempotency-Key"
LONGEST_KEY = 200


class Paging(BaseModel):
    cursor: Annotated[str, Field(max_length=40)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


def request_key(call: Call) -> str | None:
    """What the Idempotency-Key header makes of a request: the same for the same person and key. Raises Problem 422."""
    given = call.request.headers.get(KEY_HEADER)
    if given is None:
        return None
    if not 1 <= len(given) <= LONGEST_KEY:
        sentence = f"{KEY_HEADER} has 1 to {LONGEST_KEY} characters."
        raise Problem(422, "bad-header", "The header cannot be used", sentence, field=KEY_HEADER)
    return hashlib.sha256(f"{actor.current().id}\x00{given}".encode()).hexdigest()


def after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdecimal() or len(cursor) > 18:
        raise bad_cursor()
    return int(cursor)


def routes(tickets: Tickets, involving: Involving, linking: Linking) -> list[Route]:
    return [*_tickets(tickets), *_thread(tickets), *_below(tickets), *_involved(involving), *_linked(linking)]


def _tickets(tickets: Tickets) -> list[Route]:
    async def every(call: Call) -> TicketPage:
        asked, who = call.query(TicketFilter), call.principal
        async with tickets.database.session() as session:
            return await page(session, asked, seen_by(who), tickets.set_up.catalog, who, tickets.moment())

    async def make(call: Call) -> TicketOut:
        body, key = call.body(NewTicket), request_key(call)
        opened = await tickets.make(body, staff(call.principal), principal=call.principal, key=key)
        call.headers["Location"] = f"{PATH}/{opened.ticket.id}"
        return opened.ticket

    async def get(call: Call) -> TicketOut:
        return await tickets.get(call.path("id"), call.principal)

    async def change(call: Call) -> TicketOut:
        who = call.principal
        return await tickets.change(call.path("id"), call.body(TicketPatch), staff(who), who)

    async def remove(call: Call) -> None:
        await tickets.remove(call.path("id"), staff(call.principal), call.principal)

    view, work = permissions.TICKETS_VIEW, permissions.TICKETS_WORK
    gone: dict[str, Any] = {"audited": (acts.TICKET_REMOVED,), "errors": (404, 409)}
    changed: dict[str, Any] = {"audited": (acts.TICKET_CHANGED, acts.TICKET_DECIDED)}
    return [
        Route("GET", PATH, every, view, "Tickets", query=TicketFilter, response=TicketPage),
        Route(
            "POST",
            PATH,
            make,
            work,
            "Open a ticket",
            body=NewTicket,
            response=TicketOut,
            status=201,
            audited=(acts.TICKET_MADE,),
            description="With an Idempotency-Key, asking again makes no second one.",
        ),
        Route("GET", ONE, get, view, "One ticket, by id or number", response=TicketOut, errors=(404,)),
        Route("DELETE", ONE, remove, permissions.TICKETS_REMOVE, "Remove a ticket for good", **gone),
        Route(
            "PATCH",
            ONE,
            change,
            work,
            "Change a ticket",
            body=TicketPatch,
            response=TicketOut,
            errors=(404, 409),
            **changed,
        ),
    ]


def _thread(tickets: Tickets) -> list[Route]:
    async def messages(call: Call) -> MessageList:
        asked = call.query(Paging)
        async with tickets.database.session() as session:
            row = await tickets.row(session, call.path("id"), call.principal)
            merged = select(Ticket.id).where(Ticket.merged_into == row.id)
            within = or_(TicketMessage.ticket_id == row.id, TicketMessage.ticket_id.in_(merged))
            query = select(TicketMessage).where(within, TicketMessage.id > after(asked.cursor))
            found = list(await session.scalars(query.order_by(TicketMessage.id).limit(asked.limit + 1)))
            some = found[: asked.limit]
            cursor = str(some[-1].id) if len(found) > asked.limit else None
            return MessageList(items=await shown.messages(session, some), next_cursor=cursor)

    async def say(call: Call) -> MessageOut:
        who, body = call.principal, call.body(NewMessage)
        said = await tickets.say(call.path("id"), body, staff(who), principal=who, key=request_key(call))
        async with tickets.database.session() as session:
            row = await session.get_one(TicketMessage, said)
            return (await shown.messages(session, [row]))[0]

    async def history(call: Call) -> EntryList:
        asked = call.query(Paging)
        async with tickets.database.session() as session:
            row = await tickets.row(session, call.path("id"), call.principal)
            beyond = TicketEntry.sequence > after(asked.cursor)
            query = select(TicketEntry).where(TicketEntry.ticket_id == row.id, beyond)
            found = list(await session.scalars(query.order_by(TicketEntry.sequence).limit(asked.limit + 1)))
            some = found[: asked.limit]
            cursor = str(some[-1].sequence) if len(found) > asked.limit else None
            return EntryList(
                items=[EntryOut.model_validate(each, from_attributes=True) for each in some], next_cursor=cursor
            )

    view, work = permissions.TICKETS_VIEW, permissions.TICKETS_WORK
    thread = f"{ONE}/messages"
    return [
        Route("GET", thread, messages, view, "The thread, oldest first", query=Paging, response=MessageList),
        Route(
            "POST",
            thread,
            say,
            work,
            "Reply, or write a note",
            body=NewMessage,
            response=MessageOut,
            status=201,
            audited=(acts.TICKET_SAID, acts.TICKET_CHANGED, acts.TICKET_DECIDED),
            description="With an Idempotency-Key, asking again writes no second one.",
            errors=(404, 409),
        ),
        Route("GET", f"{ONE}/history", history, view, "Every change, oldest first", query=Paging, response=EntryList),
    ]


def _below(tickets: Tickets) -> list[Route]:
    async def tell(call: Call) -> ChildrenTold:
        who, body, key = call.principal, call.body(ChildrenMessage), request_key(call)
        return await children.say(tickets, call.path("id"), body, staff(who), who, key)

    said: dict[str, Any] = {"audited": (acts.TICKET_SAID,), "errors": (404,), "response": ChildrenTold}
    words = "The same words in every open ticket below it"
    path, may = f"{ONE}/children/messages", permissions.TICKETS_WORK
    return [Route("POST", path, tell, may, words, body=ChildrenMessage, **said)]


def _involved(involving: Involving) -> list[Route]:
    async def watch(call: Call) -> TicketOut:
        who = call.principal
        return await involving.watch(call.path("id"), call.body(WatchBody), staff(who), who)

    async def decide(call: Call) -> TicketOut:
        who, body = call.principal, call.body(Decision)
        return await involving.decide(call.path("id"), call.path("approval"), body, staff(who), who)

    view = permissions.TICKETS_VIEW
    out: dict[str, Any] = {"response": TicketOut, "errors": (404, 409)}
    decided = (acts.TICKET_DECIDED, acts.TICKET_CHANGED)
    watched, decision = (acts.TICKET_CHANGED,), f"{ONE}/approvals/{{approval}}"
    return [
        Route("PUT", f"{ONE}/watching", watch, view, "Watch or no longer", body=WatchBody, audited=watched, **out),
        Route("PUT", decision, decide, view, "Agree or not", body=Decision, audited=decided, **out),
    ]


def _linked(linking: Linking) -> list[Route]:
    async def link(call: Call) -> TicketOut:
        return await linking.link(call.path("id"), call.body(LinkBody), staff(call.principal), call.principal)

    async def unlink(call: Call) -> TicketOut:
        return await linking.unlink(call.path("id"), call.path("other"), staff(call.principal), call.principal)

    async def merge(call: Call) -> TicketOut:
        into = call.body(MergeBody).into
        return await linking.merge(call.path("id"), into, staff(call.principal), call.principal)

    async def unmerge(call: Call) -> TicketOut:
        return await linking.unmerge(call.path("id"), staff(call.principal), call.principal)

    async def split(call: Call) -> TicketOut:
        return await linking.split(call.path("id"), call.body(SplitBody), staff(call.principal), call.principal)

    may = permissions.TICKETS_MERGE
    linked: dict[str, Any] = {"audited": (acts.TICKET_LINKED,), "response": TicketOut, "errors": (404, 409)}
    merged = linked | {"audited": (acts.TICKET_LINKED, acts.TICKET_CHANGED)}
    halved = linked | {"audited": (acts.TICKET_LINKED, acts.TICKET_MADE), "status": 201}
    return [
        Route("POST", f"{ONE}/links", link, may, "Link to another ticket", body=LinkBody, **linked),
        Route("DELETE", f"{ONE}/links/{{other}}", unlink, may, "Unlink", **linked),
        Route("POST", f"{ONE}/merge", merge, may, "Make it part of another", body=MergeBody, **merged),
        Route("DELETE", f"{ONE}/merge", unmerge, may, "Take it apart again", **merged),
        Route("POST", f"{ONE}/split", split, may, "A new ticket from a message", body=SplitBody, **halved),
    ]
