"""What figures are, for the database: each the same on SQLite and PostgreSQL.

Whatever groups are made by is computed in an inner query and grouped outside: PostgreSQL takes two expressions with
parameters for different ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Float,
    FunctionElement,
    Select,
    Subquery,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles

from contactcenter.tickets.figures.settings import NOTHING
from contactcenter.tickets.figures.spans import Stretch
from contactcenter.tickets.model import Priority
from contactcenter.tickets.models import Ticket, TicketEntry, TicketTag
from contactcenter.tickets.past import REOPENED, RESOLVED, Condition, between, moves
from contactcenter.tickets.sla import ClockKind
from contactcenter.tickets.values import CUSTOM

Key = ColumnElement[Any]
COLUMNS: Final[dict[str, Any]] = {
    "type": Ticket.type_id,
    "category": Ticket.category_id,
    "priority": Ticket.priority,
    "queue": Ticket.queue_id,
    "team": Ticket.team_id,
    "channel": Ticket.channel,
    "assignee": Ticket.assignee_id,
    "organisation": Ticket.organisation_id,
    "tags": TicketTag.tag,
}
EVERYTHING: Final[Key] = literal(NOTHING)


class seconds_between(FunctionElement[float]):  # noqa: N801 - read as a function of SQL
    """From the first moment to the second, to the millisecond."""

    inherit_cache = True
    type = Float()


@compiles(seconds_between, "sqlite")
def _of_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(each, **options) for each in element.clauses)
    return f"round((julianday({later}) - julianday({earlier})) * 86400.0, 3)"


@compiles(seconds_between, "postgresql")
def _of_postgres(element: Any, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(each, **options) for each in element.clauses)
    return f"CAST(round(extract(epoch FROM {later} - {earlier}), 3) AS double precision)"


def within(column: Any, span: Stretch) -> Condition:
    return between(column, span.start, span.end)


def key_of(by: str | None) -> Key:
    if by is None:
        return EVERYTHING
    found: Key = Ticket.fields[by.removeprefix(CUSTOM)].as_string() if by.startswith(CUSTOM) else COLUMNS[by]
    return found


def word_of(by: str | None, key: Any) -> str:
    """A key as it is spoken of outside."""
    return Priority(key).word if by == "priority" else str(key)


def period_of(column: Any, parts: Sequence[Stretch]) -> Key:
    """The number of the period a moment lies in; one more than there are for what came after them."""
    return case(*((column < part.end, number) for number, part in enumerate(parts)), else_=len(parts))


def of_tickets(key: Key, conditions: Sequence[Any], **columns: Any) -> Subquery:
    """`key` is column "key". By tags, a ticket is there once for each of its tags."""
    query = select(key.label("key"), *(column.label(name) for name, column in columns.items())).select_from(Ticket)
    if key is COLUMNS["tags"]:
        query = query.outerjoin(TicketTag, TicketTag.ticket_id == Ticket.id)
    return query.where(*conditions).subquery()


def of_moves(key: Key, conditions: Sequence[Any], since: datetime, until: datetime | None = None) -> Subquery:
    """Columns "key", "resolved" and "reopened"."""
    query = select(key.label("key"), RESOLVED.label("resolved"), REOPENED.label("reopened")).select_from(Ticket)
    query = query.join(TicketEntry, TicketEntry.ticket_id == Ticket.id)
    if key is COLUMNS["tags"]:
        query = query.outerjoin(TicketTag, TicketTag.ticket_id == Ticket.id)
    return query.where(*moves(since, until), *conditions).subquery()


FIRST_RESPONSE: Final = seconds_between(Ticket.made_at, Ticket.answered_at)
RESOLUTION: Final = seconds_between(Ticket.made_at, Ticket.resolved_at)


def counted(kind: ClockKind) -> Any:
    """Open time as its clock has counted it; nothing where nothing was promised."""
    return Ticket.sla[kind.value, "counted_s"].as_float()


def ranks(values: Subquery) -> Select[Any]:
    """Of columns "key" and "value": for each key how many there are, the median and the 90th percentile by nearest
    rank."""
    place = func.row_number().over(partition_by=values.c.key, order_by=values.c.value)
    count = func.count().over(partition_by=values.c.key)
    ranked = select(values.c.key, values.c.value, place.label("place"), count.label("count"))
    inner = ranked.where(values.c.value.is_not(None)).subquery()
    middle, ninth = (inner.c.count + 1) // 2, (inner.c.count * 9 + 9) // 10
    return select(
        inner.c.key,
        func.max(inner.c.count).label("count"),
        func.max(case((inner.c.place == middle, inner.c.value))).label("median_s"),
        func.max(case((inner.c.place == ninth, inner.c.value))).label("p90_s"),
    ).group_by(inner.c.key)


def one_if(condition: Condition) -> Any:
    return case((condition, 1), else_=0)


ENDED: Final = or_(Ticket.done.is_(True), Ticket.reopened > 0)
CAME_BACK: Final = Ticket.reopened > 0
