"""Conditions on a ticket, stored as data: which SLA policy holds, which tickets a rule or a view is about. Pure.

A document is {"all": [test, …], "any": [test, …]}: every test of the first list holds and, where the second is not
empty, at least one of it. A test is {"field", "op", "value"}. Fields are those of `FIELDS` and "fields.<id>" for custom
ones; what a ticket has not got is None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

Values = Mapping[str, Any]
"""A ticket by field names; `tags` and choices are lists, moments ISO 8601 text in UTC, custom ones "fields.<id>"."""

REFERENCES: Final = {
    "type": "types",
    "category": "categories",
    "state": "states",
    "queue": "queues",
    "team": "teams",
    "assignee": "users",
}
"""Fields whose values are ids of things that are set up."""
WORDS: Final = frozenset({*REFERENCES, "state_class", "priority", "channel", "language", "requester", "organisation"})
LISTS: Final = frozenset({"tags"})
TEXTS: Final = frozenset({"subject", "number"})
MOMENTS: Final = frozenset({"made_at", "changed_at", "answered_at", "resolved_at", "due_at"})
PAST: Final[Mapping[str, frozenset[str]]] = {
    "was_resolved": frozenset({"within"}),
    "was_reopened": frozenset({"within"}),
    "was_open": frozenset({"is"}),
    "reopened": frozenset({"is", "at_least", "at_most"}),
    "missed": frozenset({"is", "is_not", "in", "not_in", "empty", "filled"}),
}
"""What only the history says, with the operators that can ask it; lists ask it of the database, rules and service
levels do not. `was_resolved`, `was_reopened`: at any time within; `was_open`: at a moment; `reopened`: how often;
`missed`: kinds of clocks that have missed a promise."""
FIELDS: Final = WORDS | LISTS | TEXTS | MOMENTS
LISTED: Final = frozenset({"in", "not_in", "within"})
BARE: Final = frozenset({"empty", "filled"})
ORDERED: Final = frozenset({"at_least", "at_most"})
PRIORITIES: Final = ("low", "medium", "high", "urgent")
ORDER: Final = {word: place for place, word in enumerate(PRIORITIES)}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _folded(value: Any) -> str:
    return str(value).casefold()


def _is(held: Any, value: Any) -> bool:
    return value in held if isinstance(held, list) else held == value


def _in(held: Any, value: Any) -> bool:
    return any(_is(held, each) for each in _listed(value))


def _contains(held: Any, value: Any) -> bool:
    return any(_folded(value) in _folded(each) for each in _listed(held))


def _empty(held: Any) -> bool:
    return held in (None, "", [])


def _ordered(held: Any, value: Any) -> tuple[Any, Any] | None:
    if held in ORDER and value in ORDER:
        return ORDER[held], ORDER[value]
    if isinstance(held, bool) or isinstance(value, bool):
        return None
    if isinstance(held, int | float) and isinstance(value, int | float):
        return held, value
    moments = _moment(held), _moment(value)
    if moments[0] is not None and moments[1] is not None:
        return moments
    return None


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value).astimezone() if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def is_moment(value: Any) -> bool:
    return _moment(value) is not None


def _at_least(held: Any, value: Any) -> bool:
    pair = _ordered(held, value)
    return pair is not None and pair[0] >= pair[1]


def _at_most(held: Any, value: Any) -> bool:
    pair = _ordered(held, value)
    return pair is not None and pair[0] <= pair[1]


def _within(held: Any, value: Any) -> bool:
    """From the first moment to the second, which is not in it; None: open on that side."""
    since, until = (_moment(each) for each in value)
    at = _moment(held)
    return at is not None and (since is None or since <= at) and (until is None or at < until)


OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "is": _is,
    "is_not": lambda held, value: not _is(held, value),
    "in": _in,
    "not_in": lambda held, value: not _in(held, value),
    "contains": _contains,
    "not_contains": lambda held, value: not _contains(held, value),
    "at_least": _at_least,
    "at_most": _at_most,
    "within": _within,
    "empty": lambda held, value: _empty(held),
    "filled": lambda held, value: not _empty(held),
}


def holds(document: Mapping[str, Any], values: Values) -> bool:
    """Whether a ticket with these values meets the conditions; an empty document is met by all."""
    every, some = document.get("all") or (), document.get("any") or ()
    return all(_test(each, values) for each in every) and (not some or any(_test(each, values) for each in some))


def _test(test: Mapping[str, Any], values: Values) -> bool:
    return OPERATORS[test["op"]](values.get(test["field"]), test.get("value"))
