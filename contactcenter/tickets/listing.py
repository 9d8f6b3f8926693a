"""Lists of tickets: filtered, in an order, one page after the other."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import bad_cursor
from contactcenter.permissions import Principal
from contactcenter.storage.database import plan_for_few
from contactcenter.tickets import shown
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.documents import TicketRow
from contactcenter.tickets.model import Priority, StateClass
from contactcenter.tickets.models import Ticket, TicketApproval, TicketInteraction, TicketTag, TicketWatcher
from contactcenter.tickets.settings import PriorityWord
from contactcenter.tickets.sight import Sight

Order = Literal["changed", "made", "due", "priority"]
EQUAL: Final = {
    "type": Ticket.type_id,
    "category": Ticket.category_id,
    "state": Ticket.state,
    "channel": Ticket.channel,
    "requester": Ticket.requester_id,
    "organisation": Ticket.organisation_id,
    "queue": Ticket.queue_id,
    "team": Ticket.team_id,
}
NOBODY: Final = "none"
ME: Final = "me"
IDS_AT_ONCE: Final = 1000


class TicketFilter(BaseModel):
    """`assignee` and `watcher` take a user's id or "me", `assignee` also "none". `open` true: whatever is not done.
    `asks_me` true: whatever waits for this reader to agree to a change of its state."""

    type: str | None = None
    category: str | None = None
    state: str | None = None
    state_class: StateClass | None = None
    open: bool | None = None
    priority: PriorityWord | None = None
    channel: str | None = None
    requester: str | None = None
    organisation: str | None = None
    queue: str | None = None
    team: str | None = None
    assignee: str | None = None
    watcher: str | None = None
    tag: str | None = None
    interaction: str | None = None
    late: bool | None = None
    asks_me: bool | None = None
    order: Order = "changed"
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class TicketPage(BaseModel):
    """`next_cursor` None: that is all of them."""

    items: list[TicketRow]
    next_cursor: str | None


async def page(
    session: AsyncSession, asked: TicketFilter, sight: Sight, catalog: Catalog, who: Principal, now: datetime
) -> TicketPage:
    """Raises Problem 422 for a cursor of elsewhere."""
    conditions = [sight, Ticket.merged_into.is_(None), *_conditions(asked, who.user_id, now)]
    if asked.asks_me is not None:
        asks = Ticket.id.in_(_asking(who))
        conditions.append(asks if asked.asks_me else ~asks)
    return await ordered(session, conditions, asked.order, asked.cursor, asked.limit, catalog)


async def ordered(
    session: AsyncSession, conditions: Sequence[Any], order: Order, cursor: str | None, limit: int, catalog: Catalog
) -> TicketPage:
    """The next ones of those that meet the conditions. Ordered by what is due, those without a clock are not there."""
    await plan_for_few(session)
    key, descending = _ORDERS[order]
    query = select(Ticket).where(*conditions)
    if order == "due":
        query = query.where(Ticket.due_at.is_not(None))
    if cursor is not None:
        query = query.where(_after(key, descending, cursor))
    by = (key.desc(), Ticket.serial.desc()) if descending else (key, Ticket.serial)
    rows = list(await session.scalars(query.order_by(*by).limit(limit + 1)))
    more, rows = len(rows) > limit, rows[:limit]
    near = await shown.around(session, rows)
    following = _cursor(getattr(rows[-1], key.key), rows[-1].serial) if more else None
    return TicketPage(items=[shown.line(row, near, catalog) for row in rows], next_cursor=following)


async def every(session: AsyncSession, query: Select[str]) -> list[str]:
    """All ids that a query gives, read in parts: of many thousands at once the event loop would wait."""
    found: list[str] = []
    async for some in (await session.stream_scalars(query)).partitions(IDS_AT_ONCE):
        found += some
        await asyncio.sleep(0)
    return found


def by(order: Order) -> tuple[Any, ...]:
    """What to order all of them by, also those without a clock."""
    key, descending = _ORDERS[order]
    return (key.desc(), Ticket.serial.desc()) if descending else (key.is_(None), key, Ticket.serial)


_ORDERS: Final[dict[str, tuple[Any, bool]]] = {
    "changed": (Ticket.changed_at, True),
    "made": (Ticket.made_at, True),
    "due": (Ticket.due_at, False),
    "priority": (Ticket.priority, True),
}


def _asking(who: Principal) -> Select[str]:
    """Tickets that wait for somebody with one of his roles, asked for by somebody else."""
    undecided = select(TicketApproval.ticket_id).where(TicketApproval.agreed.is_(None))
    return undecided.where(TicketApproval.approver.in_(who.roles), TicketApproval.asked_by_id != who.user_id)


def _conditions(asked: TicketFilter, me: str, now: datetime) -> list[ColumnElement[bool]]:
    found = [column == getattr(asked, name) for name, column in EQUAL.items() if getattr(asked, name) is not None]
    if asked.state_class is not None:
        found.append(Ticket.state_class == asked.state_class.value)
    if asked.open is not None:
        found.append(Ticket.done.is_(not asked.open))
    if asked.priority is not None:
        found.append(Ticket.priority == Priority.of(asked.priority).value)
    if asked.assignee is not None:
        who = me if asked.assignee == ME else asked.assignee
        found.append(Ticket.assignee_id.is_(None) if who == NOBODY else Ticket.assignee_id == who)
    if asked.watcher is not None:
        who = me if asked.watcher == ME else asked.watcher
        found.append(Ticket.id.in_(select(TicketWatcher.ticket_id).where(TicketWatcher.user_id == who)))
    if asked.tag is not None:
        found.append(Ticket.id.in_(select(TicketTag.ticket_id).where(TicketTag.tag == asked.tag)))
    if asked.interaction is not None:
        linked = select(TicketInteraction.ticket_id).where(TicketInteraction.interaction_id == asked.interaction)
        found.append(Ticket.id.in_(linked))
    if asked.late is not None:
        is_late = Ticket.due_at.is_not(None) & (Ticket.due_at <= now)
        found.append(is_late if asked.late else ~is_late)
    return found


def _after(key: Any, descending: bool, cursor: str) -> ColumnElement[bool]:
    value, serial = _read_cursor(cursor, key)
    beyond = key < value if descending else key > value
    tie = Ticket.serial < serial if descending else Ticket.serial > serial
    return or_(beyond, and_(key == value, tie))


def _cursor(value: datetime | int, serial: int) -> str:
    told = value.isoformat() if isinstance(value, datetime) else str(value)
    return base64.urlsafe_b64encode(f"{told}|{serial}".encode()).decode()


def _read_cursor(cursor: str, key: Any) -> tuple[Any, int]:
    try:
        told, _, serial = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        return (int(told) if key is Ticket.priority else datetime.fromisoformat(told)), int(serial)
    except (ValueError, binascii.Error) as error:
        raise bad_cursor() from error
