"""Conditions as the database asks them: the same answer as conditions.holds, for every ticket at once.

A test of a column that holds nothing is unknown, which finds nothing; only where it is turned round is that said. So
whatever is asked for as it stands can be looked up in an index.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true

from contactcenter.tickets import past
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.conditions import BARE, ORDERED, PAST
from contactcenter.tickets.model import DONE, Priority, StateClass
from contactcenter.tickets.models import Ticket, TicketTag
from contactcenter.tickets.sla import ClockKind
from contactcenter.tickets.values import COLUMNS, CUSTOM

Condition = ColumnElement[bool]
MOMENTS: Final = {
    "made_at": Ticket.made_at,
    "changed_at": Ticket.changed_at,
    "answered_at": Ticket.answered_at,
    "resolved_at": Ticket.resolved_at,
    "due_at": Ticket.due_at,
}
ME: Final = "me"
"""In a view: whoever looks at it."""


def where(document: Mapping[str, Any], catalog: Catalog, me: str) -> Condition:
    every, some = document.get("all") or (), document.get("any") or ()
    tests = [_test(each, catalog, me) for each in every]
    if some:
        tests.append(or_(*(_test(each, catalog, me) for each in some)))
    return and_(true(), *tests)


def _test(test: Mapping[str, Any], catalog: Catalog, me: str) -> Condition:
    name, op, value = test["field"], test["op"], test.get("value")
    if name in ("assignee", "requester"):
        value = (
            [me if each == ME else each for each in value] if isinstance(value, list) else me if value == ME else value
        )
    if name == "tags":
        return _of_tags(op, value)
    if name == "priority":
        return _of_priority(op, value)
    if name in PAST:
        return _of_past(name, op, value)
    if name in MOMENTS:
        return _of_moment(MOMENTS[name], op, value)
    if name.startswith(CUSTOM):
        return _of_custom(name.removeprefix(CUSTOM), op, value, catalog)
    column = Ticket.number if name == "number" else getattr(Ticket, COLUMNS[name])
    found = _of_text(column, op, value)
    return and_(found, *_done_or_not(op, value)) if name == "state_class" else found


def _done_or_not(op: str, value: Any) -> list[Condition]:
    """What a test of the class says of `done` besides, by which the indexes of lists are sorted."""
    if op not in ("is", "in", "is_not", "not_in"):
        return []
    named = {each for each in StateClass if each in _many(value)}
    left = named if op in ("is", "in") else set(StateClass) - named
    return [] if left & DONE and left - DONE else [Ticket.done.is_(bool(left & DONE))]


def _of_text(column: Any, op: str, value: Any) -> Condition:
    if op in BARE:
        empty = or_(column.is_(None), column == "")
        return empty if op == "empty" else not_(empty)
    if op in ("contains", "not_contains"):
        found = func.coalesce(func.lower(column), "").contains(str(value).lower(), autoescape=True)
        return _signed(found, op)
    return _signed(_one_of(column, _many(value)), op)


def _one_of(column: Any, values: list[Any]) -> Condition:
    """Also true for nothing, where nothing is asked for."""
    given = [each for each in values if each is not None]
    found: list[Condition] = [column.in_(given)] if given else []
    if None in values:
        found.append(column.is_(None))
    return or_(false(), *found)


def _of_tags(op: str, value: Any) -> Condition:
    mine = select(TicketTag.tag).where(TicketTag.ticket_id == Ticket.id)
    if op in BARE:
        return exists(mine) if op == "filled" else not_(exists(mine))
    if op in ("contains", "not_contains"):
        like = func.lower(TicketTag.tag).contains(str(value).lower(), autoescape=True)
        return _signed(exists(mine.where(like)), op)
    return _signed(exists(mine.where(TicketTag.tag.in_(_many(value)))), op)


def _of_priority(op: str, value: Any) -> Condition:
    if op in BARE:
        return true() if op == "filled" else false()
    if op in ORDERED:
        number = Priority.of(value).value
        return Ticket.priority >= number if op == "at_least" else Ticket.priority <= number
    if op in ("contains", "not_contains"):
        like = [each.value for each in Priority if str(value).lower() in each.word]
        return _signed(Ticket.priority.in_(like), op)
    return _signed(Ticket.priority.in_([Priority.of(each).value for each in _many(value)]), op)


def _of_moment(column: Any, op: str, value: Any) -> Condition:
    if op in BARE:
        empty: Condition = column.is_(None)
        return empty if op == "empty" else not_(empty)
    if op == "within":
        return past.between(column, *_span(value))
    moment = _moment(value)
    if op in ORDERED:
        return _bounded(column, op, moment)
    return _signed(column == moment, op)


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone()


def _span(value: Any) -> tuple[datetime | None, datetime | None]:
    since, until = (None if each is None else _moment(each) for each in value)
    return since, until


def _of_past(name: str, op: str, value: Any) -> Condition:
    if name == "was_open":
        return past.open_at(_moment(value))
    if name == "reopened":
        times = int(value)
        return _bounded(Ticket.reopened, op, times) if op in ORDERED else Ticket.reopened == times
    if name == "missed":
        kinds = list(ClockKind) if op in BARE else [ClockKind(each) for each in _many(value)]
        found = or_(false(), *(past.missed(kind) for kind in kinds))
        return not_(found) if op in ("empty", "is_not", "not_in") else found
    which = past.RESOLVED if name == "was_resolved" else past.REOPENED
    return Ticket.id.in_(past.moved(which, *_span(value)))


def _of_custom(key: str, op: str, value: Any, catalog: Catalog) -> Condition:
    kind = catalog.fields[key].type if key in catalog.fields else "text"
    text = Ticket.fields[key].as_string()
    if kind == "choices":
        return _of_choices(text, op, value)
    if op in BARE or op in ("contains", "not_contains"):
        return _of_text(text, op, value)
    if kind == "number":
        return _of_number(Ticket.fields[key].as_float(), op, value)
    if kind == "yes-no":
        return _signed(_one_of(Ticket.fields[key].as_boolean(), _many(value)), op)
    if op in ORDERED:
        return _bounded(text, op, value)
    return _signed(_one_of(text, _many(value)), op)


def _of_number(column: Any, op: str, value: Any) -> Condition:
    if op in ORDERED:
        return _bounded(column, op, value)
    return _signed(_one_of(column, _many(value)), op)


def _of_choices(text: Any, op: str, value: Any) -> Condition:
    """A list in JSON: what is asked for stands in it between quotes."""
    if op in BARE:
        return _of_text(text, op, value)
    held = func.coalesce(text, "")
    sign = "" if op in ("contains", "not_contains") else '"'
    return _signed(or_(*(held.contains(f"{sign}{each}{sign}", autoescape=True) for each in _many(value))), op)


def _bounded(column: Any, op: str, value: Any) -> Condition:
    found: Condition = column >= value if op == "at_least" else column <= value
    return found


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _signed(found: Condition, op: str) -> Condition:
    return not_(func.coalesce(found, False)) if op in ("is_not", "not_in", "not_contains") else found
