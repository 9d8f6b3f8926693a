"""A ticket as conditions, history and forms speak of it: a flat document, its differences, and the clock's facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, cast

from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.model import Author, EntryKind, Priority, StateClass
from contactcenter.tickets.models import Ticket, TicketEntry
from contactcenter.tickets.sla import Fact

COLUMNS: Final = {
    "type": "type_id",
    "category": "category_id",
    "subject": "subject",
    "state": "state",
    "state_class": "state_class",
    "channel": "channel",
    "language": "language",
    "requester": "requester_id",
    "organisation": "organisation_id",
    "queue": "queue_id",
    "team": "team_id",
    "assignee": "assignee_id",
    "sla_policy": "sla_policy",
}
"""Fields of the document by the column that holds them; `priority`, `tags` and "fields.<id>" have their own form."""

Document = dict[str, Any]
Changes = dict[str, tuple[Any, Any]]
CUSTOM: Final = "fields."
IMPORTED: Final = "imported"
"""In the data of an entry: it happened elsewhere, so no rule answers it."""


def document_of(row: Ticket, tags: Iterable[str]) -> Document:
    found: Document = {name: getattr(row, column) for name, column in COLUMNS.items()}
    found["priority"] = Priority(row.priority).word
    found["tags"] = sorted(tags)
    found.update({CUSTOM + key: value for key, value in (row.fields or {}).items()})
    return found


def write(row: Ticket, document: Mapping[str, Any]) -> None:
    """Everything but the tags, which have a table of their own."""
    for name, column in COLUMNS.items():
        setattr(row, column, document.get(name))
    row.priority = Priority.of(document["priority"])
    row.done = StateClass(document["state_class"]).done
    custom = {name.removeprefix(CUSTOM): value for name, value in document.items() if name.startswith(CUSTOM)}
    row.fields = {name: value for name, value in custom.items() if value not in (None, "", [])}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """What is not the same; nothing, "" and an empty list are the same nothing."""
    names = dict.fromkeys([*before, *after])
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if (pair[0] or None) != (pair[1] or None) or _is_no(*pair)}


def _is_no(before: Any, after: Any) -> bool:
    """A "no" and a nought are something."""
    return before != after and any(value is False or value == 0 for value in (before, after) if value is not None)


def facts_of(entries: Iterable[TicketEntry], catalog: Catalog) -> list[Fact]:
    """How the ticket stood from each of its entries on, in their order."""
    facts: list[Fact] = []
    standing: Document = {}
    for entry in entries:
        kind = EntryKind(entry.kind)
        if kind is EntryKind.MADE:
            standing = dict(entry.data["values"])
        elif kind is EntryKind.CHANGED:
            standing |= {name: pair[1] for name, pair in entry.data["changes"].items()}
        spoke = _spoke(entry, kind)
        if kind in (EntryKind.MADE, EntryKind.CHANGED) or spoke:
            facts.append(_fact(entry.at, standing, catalog, spoke))
    return facts


def _spoke(entry: TicketEntry, kind: EntryKind) -> Literal["agent", "customer"] | None:
    public = kind is EntryKind.REPLIED or (kind is EntryKind.MADE and entry.data.get("public"))
    if not public or entry.author not in (Author.AGENT, Author.CUSTOMER):
        return None
    return cast(Literal["agent", "customer"], entry.data.get("speaker", entry.author))


def _fact(at: datetime, standing: Document, catalog: Catalog, spoke: Literal["agent", "customer"] | None) -> Fact:
    return Fact(
        at=at.timestamp(),
        state=standing["state"],
        state_class=StateClass(standing.get("state_class") or catalog.class_of(standing["state"])),
        priority=Priority.of(standing["priority"]),
        policy=standing.get("sla_policy"),
        spoke=spoke,
    )
