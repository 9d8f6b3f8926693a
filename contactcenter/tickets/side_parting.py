"""A side conversation belongs to the ticket it was begun in: taken apart from another, it takes its messages along."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.tickets import search
from contactcenter.tickets.models import Ticket, TicketAttachment, TicketMessage
from contactcenter.tickets.side_models import TicketSide


async def take_along(session: AsyncSession, ticket_ids: Collection[str], kept: Ticket) -> None:
    """What was written in `kept` while these were part of it, in side conversations of theirs."""
    theirs = select(TicketMessage.id, TicketSide.ticket_id).join(TicketSide, TicketSide.id == TicketMessage.side_id)
    theirs = theirs.where(TicketMessage.ticket_id == kept.id, TicketSide.ticket_id.in_(ticket_ids))
    moved = (await session.execute(theirs)).all()
    if not moved:
        return
    for each in moved:
        message = update(TicketMessage).where(TicketMessage.id == each.id)
        await session.execute(message.values(ticket_id=each.ticket_id))
        files = update(TicketAttachment).where(TicketAttachment.message_id == each.id)
        await session.execute(files.values(ticket_id=each.ticket_id))
    touched = {kept.id, *(each.ticket_id for each in moved)}
    for row in await session.scalars(select(Ticket).where(Ticket.id.in_(touched))):
        await search.index_again(session, row)
