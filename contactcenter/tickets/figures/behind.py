"""Which tickets a figure is made of, as the conditions that a list asks for: figure and list cannot differ. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from contactcenter.permissions import Principal
from contactcenter.tickets.conditions import PRIORITIES
from contactcenter.tickets.figures.settings import NOTHING, Figure
from contactcenter.tickets.figures.spans import Stretch
from contactcenter.tickets.permissions import TICKETS_FIGURES
from contactcenter.tickets.sql_conditions import ME

Test = dict[str, Any]
_DONE: Final = ["resolved", "closed"]
_OWN: Final[Test] = {"field": "assignee", "op": "is", "value": ME}


def tests_of(figure: Figure, span: Stretch) -> list[Test]:
    made = _within("made_at", span)
    match figure:
        case "made":
            return [made]
        case "resolved":
            return [_within("was_resolved", span)]
        case "reopened":
            return [_within("was_reopened", span)]
        case "backlog":
            return [{"field": "was_open", "op": "is", "value": _told(span.end)}]
        case "open":
            return [{"field": "state_class", "op": "not_in", "value": _DONE}]
        case "answered":
            return [made, {"field": "answered_at", "op": "filled", "value": None}]
        case "done":
            return [_within("resolved_at", span)]
        case "came_back":
            return [made, {"field": "reopened", "op": "at_least", "value": 1}]
        case _:
            return [made, {"field": "missed", "op": "is", "value": figure.removeprefix("missed_")}]


def group_of(by: str, group: str) -> Test:
    """Tickets of one group. A priority that there is not is nobody's."""
    if group == NOTHING or (by == "priority" and group not in PRIORITIES):
        return {"field": by, "op": "empty", "value": None}
    return {"field": by, "op": "is", "value": group}


def sight_of(who: Principal) -> list[Test]:
    """Of whose figures he sees: at least one of these; none: of all."""
    scope = who.scope(TICKETS_FIGURES)
    if scope is not None and scope.everywhere:
        return []
    held = {} if scope is None else {"queue": scope.queues, "team": scope.teams}
    places = [{"field": name, "op": "in", "value": sorted(ids)} for name, ids in held.items() if ids]
    return [*places, _OWN]


def _within(field: str, span: Stretch) -> Test:
    return {"field": field, "op": "within", "value": [_told(span.start), _told(span.end)]}


def _told(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
