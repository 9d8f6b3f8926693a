"""Tickets that have to do with each other: linked, made one and taken apart again, split off."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.recorder import record
from contactcenter.permissions import Principal
from contactcenter.tickets import acts, writer
from contactcenter.tickets.acting import By
from contactcenter.tickets.checks import refused
from contactcenter.tickets.documents import LinkBody, NewTicket, SplitBody, TicketOut
from contactcenter.tickets.events import TicketChanged
from contactcenter.tickets.model import EntryKind, LinkKind, StateClass
from contactcenter.tickets.models import Ticket, TicketEntry, TicketLink, TicketMessage
from contactcenter.tickets.permissions import TICKETS_MERGE
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.side_parting import take_along
from contactcenter.tickets.writer import Held

DEEPEST: Final = 100
"""So many generations of parents are looked at."""


class Linking:
    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def link(self, ticket_id: str, body: LinkBody, by: By, principal: Principal) -> TicketOut:
        """Raises Problem 403, 404, 409 for what is linked already, 422."""
        async with self._tickets.database.writing() as session:
            one, other = await self._both(session, ticket_id, body.ticket, "ticket", principal)
            if await _linked(session, one.row.id, other.row.id):
                raise Problem(409, "linked", "Linked already", f"They are linked; unlink {other.row.number} first.")
            # Only parents are told from children; the rest is said from here.
            first, second = (other, one) if body.kind == "child" else (one, other)
            kind = LinkKind.PARENT if body.kind == "child" else LinkKind(body.kind)
            if kind is LinkKind.PARENT:
                await _refuse_circle(session, first.row, second.row)
            session.add(TicketLink(ticket_id=first.row.id, other_id=second.row.id, kind=kind.value))
            for held, to in ((first, second), (second, first)):
                _told(held, EntryKind.LINKED, by, {"kind": kind.value, "from": first.row.number, "to": to.row.number})
            await _record(one, {"link": body.kind, "to": other.row.number})
        return await self._done(principal, one, other)

    async def unlink(self, ticket_id: str, other_id: str, by: By, principal: Principal) -> TicketOut:
        """Raises Problem 403, 404."""
        async with self._tickets.database.writing() as session:
            one, other = await self._both(session, ticket_id, other_id, "ticket", principal)
            pair = _pair(one.row.id, other.row.id)
            if (await session.execute(delete(TicketLink).where(pair))).rowcount == 0:  # type: ignore[attr-defined]
                raise not_found("link")
            for held, to in ((one, other), (other, one)):
                _told(held, EntryKind.UNLINKED, by, {"to": to.row.number})
            await _record(one, {"unlinked": other.row.number})
        return await self._done(principal, one, other)

    async def merge(self, ticket_id: str, into: str, by: By, principal: Principal) -> TicketOut:
        """The first becomes part of the second: closed, its thread shown there. Raises Problem 403, 404, 409, 422."""
        async with self._tickets.database.writing() as session:
            gone, kept = await self._both(session, ticket_id, into, "into", principal)
            before = gone.document["state"]
            inner = list(await session.scalars(select(Ticket.id).where(Ticket.merged_into == gone.row.id)))
            closed = _closed_state(gone)
            if closed is not None and closed != before:
                await writer.settle(gone, gone.document | {"state": closed}, by)
            gone.row.merged_into = kept.row.id
            await _set_merged(session, inner, kept.row.id)
            data = {"into": kept.row.number, "from": gone.row.number}
            _told(gone, EntryKind.MERGED, by, data | {"state": before, "inner": inner})
            _told(kept, EntryKind.MERGED, by, data)
            await writer.reckon(gone)
            await _record(gone, {"merged_into": kept.row.number})
        return await self._done(principal, kept, gone)

    async def unmerge(self, ticket_id: str, by: By, principal: Principal) -> TicketOut:
        """Taken apart again: it is what it was before. Raises Problem 403, 404, 409 when it is part of nothing."""
        async with self._tickets.database.writing() as session:
            row = await self._tickets.row(session, ticket_id, principal)
            if row.merged_into is None:
                raise Problem(409, "not-merged", "Not merged", "This ticket is part of no other.")
            kept = await self._held(session, row.merged_into, principal)
            merged = (TicketEntry.ticket_id == row.id, TicketEntry.kind == EntryKind.MERGED)
            newest = select(TicketEntry).where(*merged).order_by(TicketEntry.sequence.desc())
            last = (await session.scalars(newest)).first()
            row.merged_into = None
            await session.flush()
            gone = await self._held(session, row.id, principal)
            data: dict[str, Any] = {} if last is None else last.data
            inner = data.get("inner", ())
            await _set_merged(session, inner, row.id)
            await take_along(session, {row.id, *inner}, kept.row)
            state = data.get("state", gone.document["state"])
            await writer.settle(gone, gone.document | {"state": state}, by)
            for held in (gone, kept):
                _told(held, EntryKind.UNMERGED, by, {"into": kept.row.number, "from": gone.row.number})
            await writer.reckon(gone)
            await _record(gone, {"unmerged_from": kept.row.number})
        return await self._done(principal, gone, kept)

    async def split(self, ticket_id: str, body: SplitBody, by: By, principal: Principal) -> TicketOut:
        """A new ticket that begins with one message of this one, related to it. Raises Problem 403, 404, 422."""
        async with self._tickets.database.session() as session:
            row = await self._tickets.row(session, ticket_id, principal)
            message = await session.get(TicketMessage, body.message)
            if message is None or message.ticket_id != row.id:
                raise refused("message", "is not in this ticket.", body.message)
        new = NewTicket(
            type=body.type or row.type_id,
            subject=body.subject or row.subject,
            description=message.text,
            # What a partner or a team was told is not for the customer.
            description_kind="public" if message.kind == "public" else "note",
            requester=row.requester_id,
            organisation=row.organisation_id,
            queue=row.queue_id,
            team=row.team_id,
            language=row.language,
        )
        made = (await self._tickets.make(new, by, principal=principal)).ticket
        await self.link(made.id, LinkBody(ticket=row.id, kind="related"), by, principal)
        async with self._tickets.database.writing() as session:
            held = await self._held(session, row.id, principal)
            _told(held, EntryKind.SPLIT, by, {"to": made.number, "message": message.id})
        self._tickets.announce(held)
        return await self._tickets.get(made.id, principal)

    async def _both(
        self, session: AsyncSession, ticket_id: str, other_id: str, field: str, principal: Principal
    ) -> tuple[Held, Held]:
        """Locked in the order of their ids, so that two at once do not wait for each other."""
        rows = [await self._tickets.row(session, each, principal) for each in (ticket_id, other_id)]
        if rows[0].id == rows[1].id:
            raise refused(field, "is this ticket itself.", other_id)
        held = {each: await self._held(session, each, principal) for each in sorted(row.id for row in rows)}
        return held[rows[0].id], held[rows[1].id]

    async def _held(self, session: AsyncSession, ticket_id: str, principal: Principal) -> Held:
        return await self._tickets.hold(session, ticket_id, principal, TICKETS_MERGE)

    async def _done(self, principal: Principal, shown: Held, *others: Held) -> TicketOut:
        for held in (shown, *others):
            self._tickets.announce(held)
        return await self._tickets.get(shown.row.id, principal)


def _pair(one: str, other: str) -> Any:
    there = (TicketLink.ticket_id == one) & (TicketLink.other_id == other)
    return or_(there, (TicketLink.ticket_id == other) & (TicketLink.other_id == one))


async def _linked(session: AsyncSession, one: str, other: str) -> bool:
    return (await session.scalars(select(TicketLink.kind).where(_pair(one, other)))).first() is not None


async def _refuse_circle(session: AsyncSession, parent: Ticket, child: Ticket) -> None:
    fresh: Collection[str] = {parent.id}
    for _ in range(DEEPEST):
        above = select(TicketLink.ticket_id).where(TicketLink.other_id.in_(fresh), TicketLink.kind == LinkKind.PARENT)
        fresh = set(await session.scalars(above))
        if child.id in fresh:
            raise refused("ticket", f"{child.number} stands above {parent.number} already.", child.number)
        if not fresh:
            return


def _closed_state(held: Held) -> str | None:
    closed = (key for key, row in held.catalog.states.items() if row.state_class == StateClass.CLOSED)
    return next(closed, None)


async def _set_merged(session: AsyncSession, ids: Collection[str], into: str) -> None:
    if ids:
        await session.execute(update(Ticket).where(Ticket.id.in_(ids)).values(merged_into=into))


def _told(held: Held, kind: EntryKind, by: By, data: dict[str, Any]) -> None:
    writer.enter(held, kind, by, data)
    held.row.changed_at = held.at
    held.events.append(TicketChanged(**held.told(by), changes={"links": (None, None)}))


async def _record(held: Held, after: dict[str, Any]) -> None:
    await record(held.session, acts.ticket_act(acts.TICKET_LINKED, held.row.id, held.row.number, None, after))
