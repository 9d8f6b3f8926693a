"""Tickets as people, programs and rules use them: each act changes, records, commits and then announces."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem, forbidden, not_found
from contactcenter.audit.recorder import record
from contactcenter.bus import Bus
from contactcenter.permissions import Permission, Principal
from contactcenter.storage.database import Database
from contactcenter.storage.grouped import Grouped
from contactcenter.tickets import acts, checks, children, opening, search, shown, writer
from contactcenter.tickets.acting import By, staff
from contactcenter.tickets.documents import NewMessage, NewTicket, TicketOut, TicketPatch
from contactcenter.tickets.events import TicketMade, TicketRemoved
from contactcenter.tickets.model import EntryKind
from contactcenter.tickets.models import Ticket, TicketEntry, TicketMessage
from contactcenter.tickets.numbers import Numbers
from contactcenter.tickets.opening import Opening
from contactcenter.tickets.permissions import TICKETS_REMOVE, TICKETS_VIEW, TICKETS_WORK
from contactcenter.tickets.setup import SetUp
from contactcenter.tickets.sight import may_on, seen_by
from contactcenter.tickets.surroundings import Surroundings
from contactcenter.tickets.values import CUSTOM, Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A ticket that is there now. `again`: it was made by an earlier request with the same key."""

    ticket: TicketOut
    again: bool = False


class Tickets:
    """`now` gives unix seconds."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        set_up: SetUp,
        numbers: Numbers,
        surroundings: Surroundings,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.database = database
        self.set_up = set_up
        self._bus = bus
        self._numbers = numbers
        self._surroundings = surroundings
        self._now = now
        # SQLite has one writer.
        at_once = 1 if database.url.get_backend_name() == "sqlite" else 2
        self._openings = Grouped(database, self._write_openings, at_once=at_once)

    async def stop(self) -> None:
        """Once what is being made is written."""
        await self._openings.settled()

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

    async def number(self, at: datetime) -> tuple[int, str]:
        """The next serial, and what its ticket is called. Raises StorageUnavailable."""
        serial = await self._numbers.take()
        return serial, self._numbers.written(serial, at)

    async def get(self, ticket_id: str, principal: Principal) -> TicketOut:
        """By id or number. Raises Problem 404, also for what he must not know of."""
        async with self.database.session() as session:
            row = await self.row(session, ticket_id, principal)
            by = staff(principal) if may_on(principal, TICKETS_WORK, row) else None
            return await shown.whole(session, row, self.set_up.catalog, by)

    async def row(self, session: AsyncSession, ticket_id: str, principal: Principal) -> Ticket:
        query = select(Ticket).where((Ticket.id == ticket_id) | (Ticket.number == ticket_id), seen_by(principal))
        if (row := await session.scalar(query)) is None:
            raise not_found("ticket")
        return row

    async def make(
        self, body: NewTicket, by: By, *, principal: Principal | None = None, key: str | None = None
    ) -> Opened:
        """`principal`: whose rights are asked for, None for the product itself. `key`: asked twice with the same one,
        it is made once. Raises Problem 403, 409, 422."""
        at, catalog = self.moment(), self.set_up.catalog
        serial, number = await self.number(at)
        document = opening.document_for(body, by, catalog)
        row = opening.row_for(document, serial, number, at, key)
        if principal is not None:
            self._allow(principal, TICKETS_WORK, row)
        try:
            made = await self._openings.put(opening.opened(row, document, body, by, catalog))
        except IntegrityError:
            if key is None or (ticket := await self._made_before(key)) is None:
                raise
            return Opened(ticket=ticket, again=True)
        told: dict[str, Any] = {"sequence": row.sequence, "author": by.author, "author_id": by.id, "cause": by.cause}
        self._bus.publish(TicketMade(ticket_id=row.id, channel=row.channel, **told))
        return Opened(ticket=made)

    async def check_new(self, body: NewTicket, by: By) -> None:
        """Whether such a ticket could be made now. Raises Problem 422."""
        document = opening.document_for(body, by, self.set_up.catalog)
        async with self.database.session() as session:
            await self._surroundings.check(session, {}, document)

    async def _write_openings(self, session: AsyncSession, openings: Sequence[Opening]) -> list[TicketOut]:
        await self._surroundings.check_new(session, [each.document for each in openings])
        await opening.write(session, openings)
        near = await shown.names_around(session, [each.row for each in openings])
        catalog = self.set_up.catalog
        return [
            await shown.fresh(session, each.row, each.document["tags"], list(each.interactions), catalog, each.by, near)
            for each in openings
        ]

    async def _made_before(self, key: str) -> TicketOut | None:
        async with self.database.session() as session:
            row = await session.scalar(select(Ticket).where(Ticket.request_key == key))
            return None if row is None else await shown.whole(session, row, self.set_up.catalog, None)

    async def change(self, ticket_id: str, body: TicketPatch, by: By, principal: Principal | None = None) -> TicketOut:
        """Raises Problem 403, 404, 409 (with what somebody else has changed meanwhile), 422."""
        async with self.database.writing() as session:
            held = await self.hold(session, ticket_id, principal, TICKETS_WORK)
            await self._patch(held, body, by, principal)
            if principal is not None:
                self._allow(principal, TICKETS_VIEW, held.row)
            await writer.reckon(held)
            changed = await shown.whole(session, held.row, held.catalog, by)
        self.announce(held)
        return changed

    async def say(
        self,
        ticket_id: str,
        body: NewMessage,
        by: By,
        *,
        principal: Principal | None = None,
        key: str | None = None,
        channel: str = "agent",
    ) -> int:
        """The id of the message; with a key, of the one that an earlier request with it has written. Raises Problem
        403, 404, 409, 422."""
        async with self.database.writing() as session:
            earlier = select(TicketMessage.id).where(TicketMessage.request_key == key)
            if key is not None and (found := await session.scalar(earlier)) is not None:
                return found
            held = await self.hold(session, ticket_id, principal, TICKETS_WORK)
            await self.check_people(session, body.mentions)
            words = writer.Words(
                kind=body.kind,
                text=body.text,
                channel=channel,
                mentions=tuple(body.mentions),
                attachments=tuple(body.attachments),
                request_key=key,
            )
            message = await writer.say(held, words, by)
            if body.change is not None:
                await self._patch(held, body.change, by, principal)
            await writer.reckon(held)
        self.announce(held)
        return message.id

    async def remove(self, ticket_id: str, by: By, principal: Principal) -> None:
        """With thread, history and links; its files go when nothing names them. Raises Problem 403, 404, 409 while
        others are part of it."""
        async with self.database.writing() as session:
            row = await self.row(session, ticket_id, principal)
            self._allow(principal, TICKETS_REMOVE, row)
            if await session.scalar(select(Ticket.id).where(Ticket.merged_into == row.id).limit(1)):
                raise Problem(409, "in-use", "In use", "Other tickets are part of this one; take them apart first.")
            told: dict[str, Any] = {"sequence": row.sequence, "author": by.author, "author_id": by.id}
            gone = {"type": row.type_id, "state": row.state}
            await record(session, acts.ticket_act(acts.TICKET_REMOVED, row.id, row.number, gone, None))
            await search.INDEX.remove(session, row.serial)
            await session.execute(delete(Ticket).where(Ticket.id == row.id))
        self._bus.publish(TicketRemoved(ticket_id=row.id, **told))

    async def hold(
        self, session: AsyncSession, ticket_id: str, principal: Principal | None, permission: Permission | None
    ) -> writer.Held:
        """Locked for a change by whom that is allowed (None: the product itself). Raises Problem 403, 404, 409."""
        held = await writer.hold(session, ticket_id, self.set_up.catalog, self.moment())
        if principal is not None:
            await self.row(session, ticket_id, principal)
            if permission is not None:
                self._allow(principal, permission, held.row)
        return held

    async def check(self, held: writer.Held, wanted: Document) -> None:
        """Raises Problem 422 for what is named and is not there."""
        await self._surroundings.check(held.session, held.document, wanted)

    async def check_people(self, session: AsyncSession, ids: Sequence[str]) -> None:
        """Raises Problem 422 for a user who is not there."""
        await self._surroundings.check_people(session, ids)

    async def _patch(self, held: writer.Held, body: TicketPatch, by: By, principal: Principal | None) -> None:
        wanted = patch_of(body, held.document)
        await self.check(held, wanted)
        if body.seen is not None:
            await refuse_stale(held, body.seen, wanted)
        await writer.change(held, wanted, by, children=body.children)
        if body.children == "resolve":
            await children.resolve(self, held, by, principal)

    @staticmethod
    def _allow(principal: Principal, permission: Permission, row: Ticket) -> None:
        if not may_on(principal, permission, row):
            raise forbidden(permission)

    def announce(self, held: writer.Held) -> None:
        """After the commit."""
        for each in (*held.below, held):
            for event in each.events:
                self._bus.publish(event)


def patch_of(body: TicketPatch, document: Document) -> Document:
    """What a patch names, in the words of the document. Fields that a ticket must have are not emptied by null."""
    given = body.model_dump(include=body.model_fields_set - {"seen", "fields", "children"})
    wanted: Document = {}
    for name, value in given.items():
        if value is None and name in ("type", "subject", "priority", "state", "tags", "language"):
            raise checks.refused(name, "cannot be empty.", None)
        wanted[name] = sorted(set(value)) if name == "tags" else value
    for name, value in (body.fields or {}).items():
        wanted[CUSTOM + name] = value
    return {name: value for name, value in wanted.items() if value != document.get(name)}


async def refuse_stale(held: writer.Held, seen: int, wanted: Document) -> None:
    """409 when somebody has changed one of these fields since `seen`."""
    query = select(TicketEntry).where(TicketEntry.ticket_id == held.row.id, TicketEntry.sequence > seen)
    later = await held.session.scalars(
        query.where(TicketEntry.kind == EntryKind.CHANGED).order_by(TicketEntry.sequence)
    )
    found: dict[str, Any] = {}
    for entry in later:
        for name in wanted.keys() & entry.data["changes"].keys():
            at = entry.at.isoformat().replace("+00:00", "Z")
            found[name] = {"now": held.document.get(name), "yours": wanted[name], "by": entry.author_name, "at": at}
    if found:
        who = next(iter(found.values()))["by"] or "Somebody"
        names = ", ".join(sorted(found))
        raise Problem(409, "stale", "Changed meanwhile", f"{who} has changed {names} since.", changed=found)
