"""Who among the set-up of tickets asks for a skill."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.queues.fields import Named, UsedBy
from contactcenter.tickets.setup_models import TicketCategory, TicketType


async def skill_uses(session: AsyncSession) -> dict[str, UsedBy]:
    """By skill, in the order in which types and categories are shown; retired ones as well, for they may come back."""
    found: dict[str, UsedBy] = {}
    for row in await session.scalars(select(TicketType).order_by(TicketType.position, TicketType.id)):
        for each in row.skills or []:
            found.setdefault(each["skill"], UsedBy()).ticket_types.append(Named(id=row.id, name=row.name))
    for category in await session.scalars(select(TicketCategory).order_by(TicketCategory.position, TicketCategory.id)):
        for each in category.skills or []:
            named = Named(id=category.id, name=category.name)
            found.setdefault(each["skill"], UsedBy()).ticket_categories.append(named)
    return found
