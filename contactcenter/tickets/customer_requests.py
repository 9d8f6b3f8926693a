"""What customers do with their tickets. Whatever is not theirs is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Named
from contactcenter.api.problems import Problem, bad_cursor, not_found
from contactcenter.customers.models import Customer
from contactcenter.customers.store import group_of
from contactcenter.identity.throttle import Throttle, ThrottleRule
from contactcenter.tickets import checks, customer_shown, writer
from contactcenter.tickets.acting import By, customer
from contactcenter.tickets.customer_documents import (
    CustomerWords,
    NewRequest,
    RequestForms,
    RequestOut,
    RequestPage,
    RequestQuery,
)
from contactcenter.tickets.documents import NewTicket
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.model import MessageKind, StateClass
from contactcenter.tickets.models import Ticket, TicketAttachment, TicketMessage
from contactcenter.tickets.service import Tickets

_MADE: Final = ThrottleRule(free=10, first_s=60.0, longest_s=3600.0)
_MADE_FROM: Final = ThrottleRule(free=40, first_s=60.0, longest_s=3600.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: a customer by what he is now part of. `only`: the one ticket that he may see, by its link."""

    customer_id: str
    name: str = ""
    only: str | None = None

    @property
    def by(self) -> By:
        return customer(self.customer_id, self.name)


class CustomerRequests:
    def __init__(self, files: TicketFiles) -> None:
        self.files = files
        self.tickets: Final[Tickets] = files.tickets
        self._made = Throttle(_MADE, _MADE_FROM)

    def forms(self) -> RequestForms:
        items = customer_shown.forms(self.tickets.set_up.catalog)
        return RequestForms(items=items, most_bytes=self.files.upload.most_bytes)

    async def page(self, asker: Asker, asked: RequestQuery) -> RequestPage:
        async with self.tickets.database.session() as session:
            query = select(Ticket).where(await _theirs(session, asker))
            if asked.state != "all":
                query = query.where(Ticket.done.is_(asked.state == "done"))
            if words := asked.q.strip():
                query = query.where(or_(Ticket.subject.icontains(words, autoescape=True), Ticket.number == words))
            if asked.cursor is not None:
                if not asked.cursor.isdecimal() or len(asked.cursor) > 18:
                    raise bad_cursor()
                query = query.where(Ticket.serial < int(asked.cursor))
            rows = list(await session.scalars(query.order_by(Ticket.serial.desc()).limit(asked.limit + 1)))
            some, catalog = rows[: asked.limit], self.tickets.set_up.catalog
            last = await customer_shown.last_words(session, [row.id for row in some])
            items = [customer_shown.line(row, last.get(row.id), catalog) for row in some]
        return RequestPage(items=items, next_cursor=str(some[-1].serial) if len(rows) > asked.limit else None)

    async def get(self, asker: Asker, ticket_id: str) -> RequestOut:
        """By id or number. Raises Problem 404."""
        async with self.tickets.database.session() as session:
            return await self._shown(session, asker, await self._row(session, asker, ticket_id))

    async def file(self, asker: Asker, ticket_id: str, attachment_id: str) -> TicketAttachment:
        """Of a public message. Raises Problem 404."""
        async with self.tickets.database.session() as session:
            row = await self._row(session, asker, ticket_id)
            parts = [part.id for part in await _parts(session, asker, row)]
            query = select(TicketAttachment).join(TicketMessage, TicketMessage.id == TicketAttachment.message_id)
            public = TicketMessage.ticket_id.in_(parts), TicketMessage.kind == MessageKind.PUBLIC
            found = await session.scalar(query.where(TicketAttachment.id == attachment_id, *public))
        if found is None:
            raise not_found("file")
        return found

    async def make(self, asker: Asker, body: NewRequest, *, key: str | None, address: str) -> RequestOut:
        """Raises Problem 422 that names the field, 429."""
        self._admit(asker, address)
        self._check(body)
        async with self.tickets.database.session() as session:
            who = await session.get(Customer, asker.customer_id)
        new = NewTicket(
            type=body.type,
            subject=body.subject,
            description=body.text,
            fields=body.fields,
            attachments=body.attachments,
            requester=asker.customer_id,
            organisation=None if who is None else who.organisation_id,
            language="" if who is None else who.language,
            channel="portal",
        )
        opened = await self.tickets.make(new, asker.by, key=key)
        return await self.get(asker, opened.ticket.id)

    def _admit(self, asker: Asker, address: str) -> None:
        now = self.tickets.moment().timestamp()
        if (wait := self._made.wait(asker.customer_id, address, now)) > 0:
            headers = {"Retry-After": str(int(wait) + 1)}
            raise Problem(
                429, "too-often", "Too often", "You have asked for much just now; wait a while.", headers=headers
            )
        self._made.failed(asker.customer_id, address, now)

    def _check(self, body: NewRequest) -> None:
        catalog = self.tickets.set_up.catalog
        kinds = {form.id for form in customer_shown.forms(catalog)}
        if body.type not in kinds:
            raise checks.refused("type", "this cannot be asked for here.", body.type, sorted(kinds))
        asked = customer_shown.open_fields(catalog.types[body.type])
        for name in body.fields:
            if name not in asked:
                raise checks.refused(f"fields.{name}", "is not asked for here.", None)

    async def say(self, asker: Asker, ticket_id: str, body: CustomerWords, *, key: str | None) -> RequestOut:
        """What was done is taken up again by it. Raises Problem 404, 409 when it is closed for good, 422."""
        said: writer.Held | None = None
        async with self.tickets.database.writing() as session:
            earlier = select(TicketMessage.id).where(TicketMessage.request_key == key)
            if key is None or await session.scalar(earlier) is None:
                held = await self._hold(session, asker, ticket_id)
                if not customer_shown.possible(held.row, held.catalog)["can_reply"]:
                    raise _closed()
                words = writer.Words(
                    kind=MessageKind.PUBLIC,
                    text=body.text,
                    channel="portal",
                    attachments=tuple(body.attachments),
                    request_key=key,
                )
                await writer.say(held, words, asker.by)
                await writer.reckon(held)
                said = held
        if said is not None:
            self.tickets.announce(said)
        return await self.get(asker, ticket_id)

    async def confirm(self, asker: Asker, ticket_id: str) -> RequestOut:
        """It is solved. Raises Problem 404, 409."""
        return await self._move(asker, ticket_id, StateClass.CLOSED)

    async def reopen(self, asker: Asker, ticket_id: str) -> RequestOut:
        """It is not. Raises Problem 404, 409."""
        return await self._move(asker, ticket_id, StateClass.REOPENED)

    async def _move(self, asker: Asker, ticket_id: str, wanted: StateClass) -> RequestOut:
        async with self.tickets.database.writing() as session:
            held = await self._hold(session, asker, ticket_id)
            can = customer_shown.possible(held.row, held.catalog)
            confirms = wanted is StateClass.CLOSED
            if not can["can_confirm" if confirms else "can_reopen"]:
                raise _closed()
            ahead = customer_shown.target(held.row, held.catalog, wanted)
            state = ahead if confirms else customer_shown.back_to(held.row, held.catalog)
            await writer.change(held, {"state": state}, asker.by)
            await writer.reckon(held)
        self.tickets.announce(held)
        return await self.get(asker, ticket_id)

    async def _row(self, session: AsyncSession, asker: Asker, ticket_id: str) -> Ticket:
        named = or_(Ticket.id == ticket_id, Ticket.number == ticket_id)
        row = await session.scalar(select(Ticket).where(named, await _theirs(session, asker)))
        if row is None:
            raise not_found("request")
        return row

    async def _hold(self, session: AsyncSession, asker: Asker, ticket_id: str) -> writer.Held:
        row = await self._row(session, asker, ticket_id)
        try:
            return await self.tickets.hold(session, row.id, None, None)
        except Problem as problem:
            if problem.type_slug == "merged":
                # Of what it has become part, only its own customer may know.
                raise _closed() from None
            raise

    async def _shown(self, session: AsyncSession, asker: Asker, row: Ticket) -> RequestOut:
        joined = None
        if row.merged_into is not None:
            into = select(Ticket).where(Ticket.id == row.merged_into, await _theirs(session, asker))
            other = await session.scalar(into)
            joined = None if other is None else Named(id=other.id, name=other.number)
        parts = await _parts(session, asker, row)
        catalog, scanned = self.tickets.set_up.catalog, self.files.scanned
        return await customer_shown.whole(session, row, parts, joined, catalog, scanned=scanned)


def _closed() -> Problem:
    return Problem(409, "closed", "Closed", "This request is closed; ask anew.")


async def _theirs(session: AsyncSession, asker: Asker) -> ColumnElement[bool]:
    group = await group_of(session, asker.customer_id)
    mine = Ticket.requester_id.in_(group)
    return mine if asker.only is None else mine & (Ticket.id == asker.only)


async def _parts(session: AsyncSession, asker: Asker, row: Ticket) -> Sequence[Named]:
    """A ticket and what has become part of it, as far as the same customer has asked for it."""
    group = await group_of(session, asker.customer_id)
    merged = select(Ticket).where(Ticket.merged_into == row.id, Ticket.requester_id.in_(group)).order_by(Ticket.serial)
    return [Named(id=each.id, name=each.number) for each in (row, *await session.scalars(merged))]
