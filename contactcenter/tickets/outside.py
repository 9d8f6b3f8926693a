"""What somebody outside does by the link to a side conversation: read this one, answer, give and take its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem, not_found
from contactcenter.identity.models import User
from contactcenter.tickets import customer_shown, writer
from contactcenter.tickets.acting import By, partner
from contactcenter.tickets.customer_documents import CustomerWords
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.model import Author, MessageKind
from contactcenter.tickets.models import TicketAttachment, TicketMessage
from contactcenter.tickets.outside_documents import OutsideMessage, OutsideOut
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.side_links import SideLinks, refuse_ended
from contactcenter.tickets.side_models import TicketSide


@dataclass(frozen=True, slots=True, kw_only=True)
class Outsider:
    """Whoever has the link, with the one side conversation that it opens."""

    side_id: str
    email: str

    @property
    def by(self) -> By:
        return partner(self.side_id, self.email)


class Outside:
    def __init__(self, files: TicketFiles, links: SideLinks) -> None:
        self.files = files
        self.links = links
        self._tickets: Final[Tickets] = files.tickets

    async def who(self, token: str, address: str, *, doing: bool = False) -> Outsider:
        """`doing`: to change something. Raises Problem 404, 410, 429."""
        at = self._tickets.moment()
        async with self._tickets.database.session() as session:
            side = await self.links.opened(session, token, address, at)
        if doing:
            self.links.act(side, address, at)
        return Outsider(side_id=side.id, email=side.email)

    async def get(self, who: Outsider) -> OutsideOut:
        """The last messages of it, the oldest first. Raises Problem 404."""
        async with self._tickets.database.session() as session:
            side = await _side(session, who)
            asked_by = await session.scalar(select(User.name).where(User.id == side.opened_by_id))
            thread = await customer_shown.thread(session, _of(side), scanned=self.files.scanned)
        messages = [
            OutsideMessage(by="outside" if row.author == Author.PARTNER else "house", **told) for row, told in thread
        ]
        most = self.files.upload.most_bytes
        return OutsideOut(
            subject=side.subject, asked_by=asked_by or "", email=side.email, messages=messages, most_bytes=most
        )

    async def say(self, who: Outsider, body: CustomerWords, *, key: str | None) -> OutsideOut:
        """An answer; it changes nothing else of the ticket. Raises Problem 404, 410, 422."""
        said: writer.Held | None = None
        async with self._tickets.database.writing() as session:
            side = await _side(session, who)
            refuse_ended(side)
            earlier = select(TicketMessage.id).where(TicketMessage.request_key == key)
            if key is None or await session.scalar(earlier) is None:
                held = await self._held(session, side)
                words = writer.Words(
                    kind=MessageKind.SIDE,
                    text=body.text,
                    channel="portal",
                    attachments=tuple(body.attachments),
                    side_id=side.id,
                    request_key=key,
                )
                await writer.say(held, words, who.by)
                await writer.reckon(held)
                said = held
        if said is not None:
            self._tickets.announce(said)
        return await self.get(who)

    async def file(self, who: Outsider, attachment_id: str) -> TicketAttachment:
        """Of a message of this side conversation. Raises Problem 404."""
        async with self._tickets.database.session() as session:
            side = await _side(session, who)
            query = select(TicketAttachment).join(TicketMessage, TicketMessage.id == TicketAttachment.message_id)
            found = await session.scalar(query.where(TicketAttachment.id == attachment_id, _of(side)))
        if found is None:
            raise not_found("file")
        return found

    async def _held(self, session: AsyncSession, side: TicketSide) -> writer.Held:
        """Its ticket, or what that has become part of."""
        try:
            return await self._tickets.hold(session, side.ticket_id, None, None)
        except Problem as problem:
            if problem.type_slug != "merged":
                raise
            return await self._tickets.hold(session, problem.extra["merged_into"], None, None)


async def _side(session: AsyncSession, who: Outsider) -> TicketSide:
    side = await session.get(TicketSide, who.side_id)
    if side is None or side.email != who.email:
        raise not_found("conversation")
    return side


def _of(side: TicketSide) -> ColumnElement[bool]:
    return and_(TicketMessage.side_id == side.id, TicketMessage.kind == MessageKind.SIDE.value)
