"""What has happened to tickets, as the database asks their history: the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from contactcenter.tickets.model import DONE
from contactcenter.tickets.models import MOVES, Ticket, TicketEntry
from contactcenter.tickets.sla import ClockKind

Condition = ColumnElement[bool]
_CLASSES: Final = sorted(each.value for each in DONE)
_BEFORE: Final = func.coalesce(TicketEntry.data["changes", "state_class", 0].as_string(), "open")
_AFTER: Final = func.coalesce(
    TicketEntry.data["changes", "state_class", 1].as_string(), TicketEntry.data["values", "state_class"].as_string()
)
_WAS_DONE: Final = _BEFORE.in_(_CLASSES)
_IS_DONE: Final = _AFTER.in_(_CLASSES)
RESOLVED: Final = case((and_(_IS_DONE, ~_WAS_DONE), 1), else_=0)
REOPENED: Final = case((and_(_WAS_DONE, ~_IS_DONE), 1), else_=0)


def between(column: Any, since: datetime | None, until: datetime | None) -> Condition:
    """From `since` on and before `until`; None: open on that side."""
    bounds = [*([] if since is None else [column >= since]), *([] if until is None else [column < until])]
    return and_(column.is_not(None), *bounds)


def moves(since: datetime | None, until: datetime | None = None) -> list[Any]:
    """Entries with which tickets were resolved or reopened."""
    return [MOVES, between(TicketEntry.at, since, until), _AFTER.is_not(None), _WAS_DONE != _IS_DONE]


def moved(which: Any, since: datetime | None, until: datetime | None) -> Select[Any]:
    """Ids of tickets that were resolved, or reopened, in between."""
    return select(TicketEntry.ticket_id).where(*moves(since, until), which == 1)


def open_at(moment: datetime) -> Condition:
    """As it stands now, with what has happened since turned back."""
    since = select(TicketEntry.ticket_id).where(*moves(moment)).group_by(TicketEntry.ticket_id)
    turned = func.sum(RESOLVED) - func.sum(REOPENED)
    resolved_since, reopened_since = since.having(turned > 0), since.having(turned < 0)
    was_open = or_(
        and_(Ticket.done.is_(True), Ticket.id.in_(resolved_since)),
        and_(Ticket.done.is_(False), Ticket.id.not_in(reopened_since)),
    )
    return and_(Ticket.made_at < moment, was_open)


def missed(kind: ClockKind) -> Condition:
    """Late now or when it was done, or with one of its answers before."""
    late = Ticket.sla[kind.value, "late"].as_boolean().is_(True)
    return or_(late, func.coalesce(Ticket.sla[kind.value, "missed_before"].as_integer(), 0) > 0)


def met(kind: ClockKind) -> Condition:
    return and_(Ticket.sla[kind.value, "state"].as_string() == "met", ~missed(kind))
