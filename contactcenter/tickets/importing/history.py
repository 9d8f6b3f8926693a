"""The history of a ticket of elsewhere, as this product keeps it: one that was told, or one that its thread and moments
lead to. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from contactcenter.api.problems import Problem
from contactcenter.tickets import checks
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.importing.incoming import Said, moment_of
from contactcenter.tickets.importing.mapping import FIELD, VALUED, Choices, Mapping_, Wanted
from contactcenter.tickets.model import Author, EntryKind, MessageKind, StateClass
from contactcenter.tickets.values import CUSTOM, IMPORTED, Document, differences
from contactcenter.tickets.writer import SPOKEN

Who = tuple[Author, str, str]
"""Kind, id and name of an author."""


@dataclass(slots=True, kw_only=True)
class Entry:
    kind: EntryKind
    at: datetime
    who: Who
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A message that has been written, with its id here."""

    id: int
    said: Said
    at: datetime
    who: Who


@dataclass(slots=True, kw_only=True)
class Moments:
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened: int = 0


def built(want: Wanted, document: Document, messages: Sequence[Spoken], catalog: Catalog, asker: Who) -> list[Entry]:
    """Of a ticket without a history: it was made, people spoke, and it came into its state."""
    initial = catalog.types[document["type"]].initial_state
    began = document | {"state": initial, "state_class": catalog.class_of(initial).value}
    opening = messages[0] if messages else None
    data: dict[str, Any] = {"values": began, "public": False, IMPORTED: True}
    if opening is not None:
        data |= {"message": opening.id, "public": opening.said.kind is MessageKind.PUBLIC}
    entries = [Entry(kind=EntryKind.MADE, at=want.made_at, who=opening.who if opening else asker, data=data)]
    for each in messages[1:]:
        kind = SPOKEN[each.said.kind]
        entries.append(Entry(kind=kind, at=each.at, who=each.who, data={"message": each.id, IMPORTED: True}))
    if changes := differences(began, document):
        at = want.resolved_at if want.resolved_at and StateClass(document["state_class"]).done else want.changed_at
        entries.append(_changed(changes, at))
    return sorted(entries, key=lambda entry: (entry.kind is not EntryKind.MADE, entry.at))


def _changed(changes: Mapping[str, tuple[Any, Any]], at: datetime) -> Entry:
    data = {"changes": {name: list(pair) for name, pair in changes.items()}, IMPORTED: True}
    return Entry(kind=EntryKind.CHANGED, at=at, who=(Author.SYSTEM, "", ""), data=data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is needed to tell the history of another house in the words of this one. `message`: ids here by those
    there."""

    mapping: Mapping_
    choices: Choices
    catalog: Catalog
    document: Document
    message: Mapping[str, int]

    def value(self, name: str, value: Any) -> tuple[str, Any] | None:
        """None: nothing of this house."""
        if name in ("requester", "organisation"):
            return name, self.document[name] if value else None
        if name == "sla_policy":
            return None
        if name in VALUED:
            chosen = self.mapping.becomes(name, str(value), self.choices)[0] if value else ""
            fallback = self.document[name] if name in ("state", "priority", "type", "channel") else None
            return name, chosen or fallback
        if not name.startswith(CUSTOM):
            return name, value
        target = self.mapping.fields.get(name, "")
        if not target.startswith(FIELD) or (row := self.catalog.fields.get(target.removeprefix(FIELD))) is None:
            return None
        try:
            if value not in (None, "", []):
                checks.check_value(name, value, row)
        except Problem:
            return None
        return CUSTOM + row.id, value

    def values(self, values: Mapping[str, Any]) -> Document:
        found = dict(filter(None, (self.value(name, value) for name, value in values.items() if name != "state_class")))
        found["state"] = found.get("state") or self.document["state"]
        return found | {"state_class": self.catalog.class_of(found["state"]).value, "sla_policy": None}

    def changes(self, changes: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for name, pair in changes.items():
            if name == "state_class" or len(pair) != 2:
                continue
            before, after = (self.value(name, value) for value in pair)
            if before is not None and after is not None and before != after:
                found[after[0]] = [before[1], after[1]]
        if "state" in found:
            classes = [self.catalog.class_of(state).value for state in found["state"]]
            found |= {"state_class": classes} if classes[0] != classes[1] else {}
        return found


def retold(
    entries: Sequence[Mapping[str, Any]], told: Told, want: Wanted, who: Callable[[Mapping[str, Any]], Who]
) -> list[Entry]:
    """The history that another house has kept. `who`: of an entry, here."""
    found: list[Entry] = []
    for each in sorted(entries, key=lambda entry: int(entry["sequence"])):
        data = {name: value for name, value in dict(each.get("data") or {}).items() if name not in _ELSEWHERE}
        if "values" in data:
            data["values"] = told.values(data["values"])
        if "changes" in data:
            data["changes"] = told.changes(data["changes"])
            if not data["changes"]:
                continue
        if "message" in data and (message := told.message.get(str(data.pop("message")))):
            data["message"] = message
        at = moment_of(each.get("at")) or want.made_at
        found.append(Entry(kind=EntryKind(each["kind"]), at=at, who=who(each), data=data | {IMPORTED: True}))
    if not found or found[0].kind is not EntryKind.MADE:
        return []
    if rest := differences(standing(found), told.document):
        found.append(_changed(rest, want.changed_at))
    return found


_ELSEWHERE: Final = frozenset({"inner", "approval"})
"""Ids of the other house."""


def standing(entries: Sequence[Entry]) -> Document:
    """What the ticket is at the end of them."""
    found: Document = {}
    for entry in entries:
        if entry.kind is EntryKind.MADE:
            found = dict(entry.data["values"])
        elif entry.kind is EntryKind.CHANGED:
            found |= {name: pair[1] for name, pair in entry.data["changes"].items()}
    return found


def moments(entries: Sequence[Entry]) -> Moments:
    """As they would be, had it happened here."""
    found, before = Moments(), StateClass.OPEN
    for entry in entries:
        if entry.kind is EntryKind.REPLIED and entry.who[0] is Author.AGENT:
            found.answered_at = found.answered_at or entry.at
        classes = entry.data.get("changes", {}).get("state_class")
        word = entry.data["values"]["state_class"] if entry.kind is EntryKind.MADE else classes and classes[1]
        if not word:
            continue
        after = StateClass(word)
        if after.done and not before.done:
            found.resolved_at = entry.at
        if before.done and not after.done:
            found.reopened += 1
            found.resolved_at = None
        found.closed_at = (found.closed_at or entry.at) if after is StateClass.CLOSED else None
        before = after
    return found
