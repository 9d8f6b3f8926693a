"""Archives that this product has written itself (exporting/whole.py): taken with their whole history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from contactcenter.tickets.importing.incoming import File, Incoming, Person, Said, Side, clean, moment_of
from contactcenter.tickets.importing.stage import Record, Stage
from contactcenter.tickets.model import Author, MessageKind

NAME: Final = "contactcenter"
FORMAT: Final = "contactcenter-tickets/1"
FIXED: Final = {
    "id": "external_id",
    "subject": "subject",
    "made_at": "made_at",
    "changed_at": "changed_at",
    "resolved_at": "resolved_at",
    "organisation": "organisation",
    "language": "language",
    "tags": "tags",
}
PROPOSED: Final = {
    "state": "state",
    "priority": "priority",
    "type": "type",
    "category": "category",
    "assignee": "assignee",
    "team": "team",
    "queue": "queue",
    "channel": "channel",
}
_KINDS: Final = {"messages": "message", "history": "entry", "customers": "customer", "users": "user"}


def sorted_in(entry: str, key: str, record: Mapping[str, Any]) -> Iterator[Record]:
    named = entry.rpartition("/")[2].partition(".")[0]
    if named == "tickets" and "id" in record and isinstance(record.get("values"), dict):
        yield "ticket", str(record["id"]), record
    elif named in ("messages", "history") and "ticket" in record:
        yield _KINDS[named], str(record["ticket"]), record
    elif named in ("customers", "users") and "id" in record:
        yield _KINDS[named], str(record["id"]), record


def incoming(document: Mapping[str, Any], place: str, stage: Stage) -> Incoming:
    inner = dict(document["values"])
    fields = {name: value for name, value in inner.items() if name.startswith("fields.")}
    organisation = stage.part("customer", inner.get("organisation")) or {}
    assignee = _user(stage, inner.get("assignee"))
    values = {
        **{name: inner.get(name) for name in (*PROPOSED, "subject", "language", "tags")},
        **fields,
        **{name: document.get(name) for name in ("id", "made_at", "changed_at", "resolved_at")},
        "assignee": "" if assignee is None else assignee.email or assignee.called,
        "organisation": clean(organisation.get("name")),
    }
    links = [(str(each["to"]), str(each["kind"])) for each in document.get("links") or ()]
    if document.get("merged_into"):
        links.append((str(document["merged_into"]), "merged"))
    return Incoming(
        place=place,
        values={name: value for name, value in values.items() if value not in (None, "", [])},
        requester=_customer(stage, inner.get("requester")),
        messages=tuple(_said(each, stage) for each in stage.parts("message", document["id"])),
        history=tuple(_entry(each, stage) for each in stage.parts("entry", document["id"])),
        links=tuple(links),
        watchers=tuple(clean(each) for each in document.get("watchers") or ()),
        sides=tuple(_side(each) for each in document.get("sides") or ()),
    )


def _side(side: Mapping[str, Any]) -> Side:
    return Side(
        key=clean(side.get("id")),
        subject=clean(side.get("subject")),
        email=clean(side.get("email")),
        team=clean(side.get("team")),
        opened_at=moment_of(side.get("opened_at")),
        opened_by=clean(side.get("opened_by")),
        ended_at=moment_of(side.get("ended_at")),
    )


def _said(message: Mapping[str, Any], stage: Stage) -> Said:
    by = Author(message["author"])
    return Said(
        kind=MessageKind(message["kind"]),
        text=clean(message.get("text")),
        html=clean(message.get("html")),
        at=moment_of(message.get("at")),
        author=_author(message, by, stage),
        by=by,
        channel=clean(message.get("channel")),
        key=str(message.get("id") or ""),
        side=clean(message.get("side_id")),
        files=tuple(
            File(name=clean(each.get("name")) or "file", entry=f"files/{clean(each.get('sha256'))}")
            for each in message.get("attachments") or ()
        ),
    )


def _entry(entry: Mapping[str, Any], stage: Stage) -> Mapping[str, Any]:
    return {**entry, "person": _author(entry, Author(entry["author"]), stage)}


def _author(record: Mapping[str, Any], by: Author, stage: Stage) -> Person | None:
    key = clean(record.get("author_id"))
    found = _user(stage, key) if by is Author.AGENT else _customer(stage, key) if by is Author.CUSTOMER else None
    return found or Person(key=key, name=clean(record.get("author_name")), staff=by is Author.AGENT)


def _user(stage: Stage, key: Any) -> Person | None:
    found = stage.part("user", key) if key else None
    if found is None:
        return None if not key else Person(key=str(key), staff=True)
    return Person(key=str(key), name=clean(found.get("name")), email=clean(found.get("email")), staff=True)


def _customer(stage: Stage, key: Any) -> Person | None:
    found = stage.part("customer", key) if key else None
    if found is None:
        return None
    return Person(
        key=str(key),
        name=clean(found.get("name")),
        email=clean(next(iter(found.get("emails") or ()), "")),
        phone=clean(next(iter(found.get("phones") or ()), "")),
        organisation=clean(found.get("organisation")),
    )
