"""What the groups of a field are called."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.customers.models import Customer
from contactcenter.identity.models import Team, User
from contactcenter.queues.models import Queue
from contactcenter.tickets.catalog import Catalog

_TABLES: Final[dict[str, Any]] = {"assignee": User, "team": Team, "queue": Queue, "organisation": Customer}


async def names_of(session: AsyncSession, by: str, keys: Collection[str], catalog: Catalog) -> dict[str, str]:
    """By key; of words that everybody reads in his own language (priorities, channels) and of what is no longer there,
    nothing."""
    if by == "type":
        return {key: catalog.types[key].name for key in keys if key in catalog.types}
    if by == "category":
        return {key: " › ".join(catalog.path(key)) for key in keys if key in catalog.categories}
    if by not in _TABLES:
        return {}
    table = _TABLES[by]
    rows = await session.execute(select(table.id, table.name).where(table.id.in_([key for key in keys if key])))
    return {row[0]: row[1] for row in rows}
