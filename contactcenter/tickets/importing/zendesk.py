"""Exports of Zendesk: the full JSON export, answers of the incremental export API, and of the lists of comments.

Tickets, users, organizations, comments and ticket events as developer.zendesk.com documents them (Tickets, Ticket
Comments, Users, Organizations, Incremental Exports; looked up in 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from contactcenter.tickets.importing.html_text import words_of
from contactcenter.tickets.importing.incoming import File, Incoming, Person, Said, clean, moment_of
from contactcenter.tickets.importing.stage import Record, Stage
from contactcenter.tickets.model import Author, MessageKind

NAME: Final = "zendesk"
FIXED: Final = {
    "id": "external_id",
    "subject": "subject",
    "created_at": "made_at",
    "updated_at": "changed_at",
    "solved_at": "resolved_at",
    "organization": "organisation",
}
PROPOSED: Final = {
    "status": "state",
    "priority": "priority",
    "type": "type",
    "tags": "tags",
    "assignee": "assignee",
    "group": "team",
    "via": "channel",
}
_STAFF: Final = frozenset({"agent", "admin"})
_NAMED: Final = {"groups": "group", "brands": "brand", "ticket_forms": "form", "ticket_fields": "field"}


def is_ticket(record: Mapping[str, Any]) -> bool:
    return "id" in record and "requester_id" in record and ("status" in record or "submitter_id" in record)


def sorted_in(entry: str, key: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """What a record is; nothing for what is not of use."""
    named = key or entry.rpartition("/")[2].partition(".")[0].rstrip("-_0123456789").lower()
    if is_ticket(record):
        yield "ticket", str(record["id"]), record
    elif "child_events" in record and "ticket_id" in record:
        yield from _events(record)
    elif named in _NAMED or named + "s" in _NAMED:
        yield _NAMED.get(named) or _NAMED[named + "s"], str(record.get("id")), record
    elif "author_id" in record and ("body" in record or "html_body" in record):
        ticket = record.get("ticket_id") or _number_in(entry)
        if ticket:
            yield "comment", str(ticket), record
    elif "solved_at" in record and "ticket_id" in record:
        yield "metric", str(record["ticket_id"]), {"solved_at": record["solved_at"]}
    elif "id" in record and ("role" in record or "user" in named or "email" in record):
        yield "person", str(record["id"]), record
    elif "id" in record and "organi" in named:
        yield "organisation", str(record["id"]), record


def _events(record: Mapping[str, Any]) -> Iterator[Record]:
    """Comments among the events of a ticket (incremental export with include=comment_events)."""
    for each in record["child_events"]:
        kind = isinstance(each, dict) and (each.get("event_type") or each.get("type"))
        if kind == "Comment" and ("body" in each or "html_body" in each):
            base = {"author_id": record.get("updater_id"), "created_at": record.get("created_at")}
            yield "comment", str(record["ticket_id"]), base | each


def _number_in(entry: str) -> str:
    """comments/35436.json and tickets/35436/comments.json name their ticket."""
    found = re.findall(r"\d+", entry)
    return found[-1] if found else ""


def incoming(document: Mapping[str, Any], place: str, stage: Stage) -> Incoming:
    requester = _person(stage, document.get("requester_id"), document.get("requester"))
    comments = _comments(document, stage)
    organisation = _name(stage, "organisation", document, "organization")
    values: dict[str, Any] = {
        "id": str(document["id"]),
        "subject": document.get("subject") or document.get("raw_subject"),
        "status": document.get("status"),
        "priority": document.get("priority"),
        "type": document.get("type"),
        "tags": [clean(tag) for tag in document.get("tags") or ()],
        "assignee": _called(_person(stage, document.get("assignee_id"), document.get("assignee"))),
        "group": _name(stage, "group", document, "group"),
        "brand": _name(stage, "brand", document, "brand"),
        "form": _name(stage, "form", document, "ticket_form"),
        "via": (document.get("via") or {}).get("channel"),
        "created_at": document.get("created_at"),
        "updated_at": document.get("updated_at"),
        "solved_at": document.get("solved_at") or (stage.part("metric", document["id"]) or {}).get("solved_at"),
        "organization": organisation or (requester.organisation if requester else ""),
    }
    for each in document.get("custom_fields") or document.get("fields") or ():
        if isinstance(each, dict) and each.get("value") not in (None, "", []):
            field = stage.part("field", each.get("id")) or {}
            values[clean(field.get("title")) or f"field {each.get('id')}"] = each["value"]
    problem = document.get("problem_id")
    return Incoming(
        place=place,
        values={name: value for name, value in values.items() if value not in (None, "", [])},
        requester=requester,
        messages=tuple(_said(each, requester, stage) for each in comments) or _description(document, requester),
        links=((str(problem), "child"),) if problem else (),
    )


def _comments(document: Mapping[str, Any], stage: Stage) -> list[Mapping[str, Any]]:
    told = [each for each in document.get("comments") or () if isinstance(each, dict)]
    by_id: dict[str, Mapping[str, Any]] = {}
    for number, each in enumerate([*told, *stage.parts("comment", document["id"])]):
        by_id.setdefault(str(each.get("id") or f"#{number}"), each)
    return sorted(by_id.values(), key=lambda each: clean(each.get("created_at")))


def _description(document: Mapping[str, Any], requester: Person | None) -> tuple[Said, ...]:
    text = clean(document.get("description"))
    if not text:
        return ()
    by = Author.AGENT if requester is not None and requester.staff else Author.CUSTOMER
    return (Said(kind=MessageKind.PUBLIC, text=text, at=None, author=requester, by=by),)


def _said(comment: Mapping[str, Any], requester: Person | None, stage: Stage) -> Said:
    author = _person(stage, comment.get("author_id"), comment.get("author"))
    staff = author is not None and author.staff and (requester is None or author.key != requester.key)
    text = clean(comment.get("plain_body") or comment.get("body") or comment.get("value"))
    return Said(
        kind=MessageKind.NOTE if comment.get("public") is False else MessageKind.PUBLIC,
        text=text or words_of(clean(comment.get("html_body"))),
        at=moment_of(comment.get("created_at")),
        author=author,
        by=Author.AGENT if staff else Author.SYSTEM if author is None else Author.CUSTOMER,
        channel=clean((comment.get("via") or {}).get("channel")),
        key=str(comment.get("id") or ""),
        files=tuple(_file(each) for each in comment.get("attachments") or () if isinstance(each, dict)),
    )


def _file(attachment: Mapping[str, Any]) -> File:
    """Its content is not part of an export; whoever has fetched it lays it beside as attachments/<id>/<file name>."""
    name, key = clean(attachment.get("file_name")) or "file", clean(attachment.get("id"))
    return File(name=name, entry=f"attachments/{key}/{name}")


def _person(stage: Stage, key: Any, inner: Any) -> Person | None:
    found = stage.part("person", key) or (inner if isinstance(inner, dict) else None)
    if found is None:
        return None if key is None else Person(key=str(key))
    organisation = stage.part("organisation", found.get("organization_id")) or {}
    return Person(
        key=clean(found.get("id") or key),
        name=clean(found.get("name")),
        email=clean(found.get("email")),
        phone=clean(found.get("phone")),
        staff=found.get("role") in _STAFF,
        organisation=clean(organisation.get("name")),
    )


def _called(person: Person | None) -> str:
    return "" if person is None else person.email or person.called


def _name(stage: Stage, kind: str, document: Mapping[str, Any], field: str) -> str:
    inner = document.get(field)
    found = stage.part(kind, document.get(f"{field}_id")) or (inner if isinstance(inner, dict) else {})
    return clean(found.get("name") or found.get("raw_name"))
