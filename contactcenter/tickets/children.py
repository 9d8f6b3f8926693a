"""Tickets below a ticket: done together with it, and written to all at once, as in an incident with many callers."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Named
from contactcenter.api.problems import Problem
from contactcenter.permissions import Principal
from contactcenter.tickets import writer
from contactcenter.tickets.acting import By
from contactcenter.tickets.documents import ChildrenMessage, ChildrenTold, LeftOut, NewMessage
from contactcenter.tickets.model import LinkKind, MessageKind, StateClass
from contactcenter.tickets.models import Ticket, TicketLink
from contactcenter.tickets.permissions import TICKETS_VIEW, TICKETS_WORK
from contactcenter.tickets.sight import may_on
from contactcenter.tickets.writer import OPEN, Held

if TYPE_CHECKING:
    from contactcenter.tickets.service import Tickets

MOST: Final = 1000
KINDS: Final[dict[str, Literal[MessageKind.PUBLIC, MessageKind.NOTE]]] = {
    "public": MessageKind.PUBLIC,
    "note": MessageKind.NOTE,
}


async def below(session: AsyncSession, ticket_id: str) -> list[Ticket]:
    """Open ones of all generations, those nearest first; below one that is done or merged nothing is looked for. Raises
    Problem 422 for more than can be changed in one step."""
    found: dict[str, Ticket] = {}
    fresh: Collection[str] = {ticket_id}
    while fresh:
        query = select(Ticket).join(TicketLink, TicketLink.other_id == Ticket.id).order_by(Ticket.serial)
        query = query.where(TicketLink.ticket_id.in_(fresh), TicketLink.kind == LinkKind.PARENT, *OPEN)
        rows = [row for row in await session.scalars(query) if row.id not in found]
        found |= {row.id: row for row in rows}
        fresh = {row.id for row in rows}
        if len(found) > MOST:
            raise Problem(422, "too-many", "Too many", f"More than {MOST} tickets stand below it.", field="children")
    return list(found.values())


async def resolve(tickets: Tickets, held: Held, by: By, principal: Principal | None) -> None:
    """Those below `held`, which is done by now, in its transaction: all of them or nothing. Raises Problem 403, 404,
    409, 422 that names the one."""
    if not StateClass(held.document["state_class"]).done:
        return
    for row in reversed(await below(held.session, held.row.id)):
        try:
            if principal is not None and not may_on(principal, TICKETS_VIEW, row):
                raise Problem(403, "forbidden", "Not allowed", "somebody else has to do it.")
            one = await tickets.hold(held.session, row.id, principal, TICKETS_WORK)
            await writer.change(one, {"state": _end(one, held, by)}, by)
            await writer.reckon(one)
        except Problem as problem:
            sentence = f"{row.number}: {problem.detail}"
            raise Problem(problem.status, problem.type_slug, problem.title, sentence, field="children") from problem
        held.below.append(one)


def _end(one: Held, above: Held, by: By) -> str:
    """The state of the one above where its own workflow leads there, else the first that is resolved."""
    workflow, mover = one.catalog.workflows[one.row.type_id], by.mover(one.row.assignee_id)
    target: str = above.document["state"]
    if target in workflow.reachable(one.row.state, mover):
        return target
    return workflow.first_of(StateClass.RESOLVED, one.row.state, mover) or target


async def say(
    tickets: Tickets, ticket_id: str, body: ChildrenMessage, by: By, principal: Principal, key: str | None
) -> ChildrenTold:
    """In every open ticket below that he sees, one after the other; asked again with the same key, in none twice.
    Raises Problem 404, 422."""
    async with tickets.database.session() as session:
        row = await tickets.row(session, ticket_id, principal)
        rows = [each for each in await below(session, row.id) if may_on(principal, TICKETS_VIEW, each)]
    told, left_out = [], []
    for each in rows:
        name = Named(id=each.id, name=each.number)
        own = None if key is None else hashlib.sha256(f"{key}\x00{each.id}".encode()).hexdigest()
        try:
            message = NewMessage(kind=KINDS[body.kind], text=body.text)
            await tickets.say(each.id, message, by, principal=principal, key=own)
            told.append(name)
        except Problem as problem:
            left_out.append(LeftOut(ticket=name, why=problem.detail))
    return ChildrenTold(told=told, left_out=left_out)
