"""Tickets below a ticket: done together with it, and written to all at once, as in an incident with many callers."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contactcenter.api.fields import Named
from contactcenter.api.problems import Problem
from contactcenter.permissions import Principal
from contactcenter.tickets import writer
from contactcenter.tickets.acting import By
from contactcenter.tickets.documents import ChildrenMessage, ChildrenTold, LeftOut, NewMessage
from contactcenter.tickets.model import EntryKind, LinkKind, MessageKind, StateClass
from contactcenter.tickets.models import Ticket, TicketLink
from contactcenter.tickets.permissions import TICKETS_VIEW, TICKETS_WORK
from contactcenter.tickets.sight import Sight, may_on
from contactcenter.tickets.writer import OPEN, Held

if TYPE_CHECKING:
    from contactcenter.tickets.service import Tickets

MOST: Final = 1000
SOME: Final = 1000
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
    """Those below `held`, which is done by now, in its transaction: all of them or nothing. Where somebody has to agree
    he is asked for each, and it stays as it is. Where `held` itself waits for that, it is only seen to that `principal`
    may: they follow with it. Raises Problem 403, 404, 409, 422 that names the one."""
    done, asks = StateClass(held.document["state_class"]).done, asked(held) > 0
    if not (done or asks):
        return
    for row in reversed(await below(held.session, held.row.id)):
        try:
            if principal is not None and not may_on(principal, TICKETS_VIEW, row):
                raise Problem(403, "forbidden", "Not allowed", "somebody else has to do it.")
            one = await tickets.hold(held.session, row.id, principal, TICKETS_WORK)
            if done:
                await _end(one, held, by)
        except Problem as problem:
            sentence = f"{row.number}: {problem.detail}"
            raise Problem(problem.status, problem.type_slug, problem.title, sentence, field="children") from problem
        if one.added:
            held.below.append(one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Of tickets that are to be done together: `ids` with what stands below before what it stands below, and the
    numbers of open ones below them that are not among them."""

    ids: list[str]
    left: list[str]


async def standing(session: AsyncSession, ids: Sequence[str], sight: Sight) -> Standing:
    """`ids`: ids or numbers. Of what the reader does not see nothing is told."""
    child, called, pairs = aliased(Ticket), dict[str, str](), list[tuple[str, str, str]]()
    for begin in range(0, len(ids), SOME):
        some = ids[begin : begin + SOME]
        query = select(Ticket.id, Ticket.number, child.id, child.number).select_from(Ticket)
        query = query.join(TicketLink, and_(TicketLink.ticket_id == Ticket.id, TicketLink.kind == LinkKind.PARENT))
        query = query.join(child, child.id == TicketLink.other_id).where(*OPEN, sight)
        query = query.where(child.done.is_(False), child.merged_into.is_(None)).order_by(child.serial)
        for above, number, below, its_number in await session.execute(
            query.where(or_(Ticket.id.in_(some), Ticket.number.in_(some)))
        ):
            called |= {number: above, its_number: below}
            pairs.append((above, below, its_number))
    under: dict[str, set[str]] = {called.get(each, each): set() for each in ids}
    for above, below, _ in pairs:
        if below in under:
            under[above].add(below)
    try:
        ordered = list(TopologicalSorter(under).static_order())
    except CycleError:
        # Two links made at the same moment; each ticket then says itself what keeps it.
        ordered = list(under)
    left = dict.fromkeys(number for _, below, number in pairs if below not in under)
    return Standing(ids=ordered, left=list(left))


def asked(held: Held) -> int:
    """How many changes of state somebody has been asked to agree to now, here and below."""
    here = sum(entry.kind == EntryKind.ASKED for entry in held.added)
    return here + sum(asked(each) for each in held.below)


async def _end(one: Held, above: Held, by: By) -> None:
    try:
        # Those below it that are not done have been asked for, or are its own.
        await writer.change(one, {"state": _target(one, above, by)}, by, children="leave")
    except Problem as problem:
        if problem.type_slug != "asked-already":
            raise
    await writer.reckon(one)


def _target(one: Held, above: Held, by: By) -> str:
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
