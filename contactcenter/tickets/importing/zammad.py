"""Exports of Zammad: tickets, articles, users, organizations, groups, states, priorities and tags as its REST API gives
them (docs.zammad.org: API, Ticket, Articles, User; looked up in 2026), with or without expand=true."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from contactcenter.tickets.importing.html_text import words_of
from contactcenter.tickets.importing.incoming import File, Incoming, Person, Said, clean, moment_of
from contactcenter.tickets.importing.stage import Record, Stage
from contactcenter.tickets.model import Author, MessageKind

NAME: Final = "zammad"
FIXED: Final = {
    "id": "external_id",
    "title": "subject",
    "created_at": "made_at",
    "updated_at": "changed_at",
    "close_at": "resolved_at",
    "organization": "organisation",
}
PROPOSED: Final = {
    "state": "state",
    "priority": "priority",
    "type": "type",
    "tags": "tags",
    "owner": "assignee",
    "group": "team",
    "channel": "channel",
}
_LISTS: Final = {
    "users": "person",
    "user": "person",
    "organizations": "organisation",
    "organization": "organisation",
    "groups": "group",
    "group": "group",
    "ticket_states": "state",
    "ticketstate": "state",
    "ticket_priorities": "priority",
    "ticketpriority": "priority",
}
STATES: Final = {
    1: "new",
    2: "open",
    3: "pending reminder",
    4: "closed",
    5: "merged",
    6: "removed",
    7: "pending close",
}
"""Ids of a fresh installation, for exports without the list of states."""
PRIORITIES: Final = {1: "1 low", 2: "2 normal", 3: "3 high"}
SENDERS: Final = {1: "Agent", 2: "Customer", 3: "System"}
TYPES: Final = {1: "email", 2: "sms", 3: "chat", 4: "fax", 5: "phone", 6: "twitter status", 10: "note", 11: "web"}
_OWN: Final = frozenset({
    "id", "group_id", "priority_id", "state_id", "organization_id", "number", "title", "owner_id",
    "customer_id", "note", "first_response_at", "first_response_escalation_at", "first_response_in_min",
    "first_response_diff_in_min", "close_at", "close_escalation_at", "close_in_min", "close_diff_in_min",
    "update_escalation_at", "update_in_min", "update_diff_in_min", "last_close_at", "last_contact_at",
    "last_contact_agent_at", "last_contact_customer_at", "last_owner_update_at", "create_article_type_id",
    "create_article_sender_id", "article_count", "escalation_at", "pending_time", "type", "time_unit",
    "preferences", "updated_by_id", "created_by_id", "created_at", "updated_at", "checklist_id",
    "referencing_checklist_ids", "article_ids", "ticket_time_accounting_ids", "ticket_time_accounting", "group",
    "priority", "state", "organization", "owner", "customer", "created_by", "updated_by", "create_article_type",
    "create_article_sender", "tags", "articles", "mentions", "mention_ids", "checklist",
})  # fmt: skip
"""Attributes that every installation has."""


def is_ticket(record: Mapping[str, Any]) -> bool:
    state = "state_id" in record or "state" in record
    return "id" in record and "title" in record and state and ("customer_id" in record or "customer" in record)


def sorted_in(entry: str, key: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """What a record is; nothing for what is not of use."""
    named = (key or entry.rpartition("/")[2].partition(".")[0]).rstrip("-_0123456789").lower()
    if is_ticket(record):
        yield "ticket", str(record["id"]), record
    elif "ticket_id" in record and "body" in record:
        yield "article", str(record["ticket_id"]), record
    elif "tags" in record and "title" not in record and (ticket := record.get("o_id") or _number_in(entry)):
        yield "tags", str(ticket), record
    elif named in _LISTS and "id" in record:
        yield _LISTS[named], str(record["id"]), record
    elif "id" in record and ("login" in record or "firstname" in record):
        yield "person", str(record["id"]), record


def _number_in(entry: str) -> str:
    found = re.findall(r"\d+", entry)
    return found[-1] if found else ""


def incoming(document: Mapping[str, Any], place: str, stage: Stage) -> Incoming:
    requester = _person(stage, document.get("customer_id"), document.get("customer"), staff=False)
    owner = _person(stage, document.get("owner_id"), document.get("owner"), staff=True)
    articles = sorted(
        [*stage.parts("article", document["id"]), *(document.get("articles") or ())],
        key=lambda each: (clean(each.get("created_at")), each.get("id") or 0),
    )
    values: dict[str, Any] = {
        "id": str(document["id"]),
        "title": document.get("title"),
        "state": document.get("state") or _name(stage, "state", document.get("state_id"), STATES),
        "priority": document.get("priority") or _name(stage, "priority", document.get("priority_id"), PRIORITIES),
        "type": document.get("type"),
        "tags": _tags(document, stage),
        # The first user is nobody: "-".
        "owner": "" if owner is None or owner.key == "1" or owner.name == "-" else owner.email or owner.called,
        "group": document.get("group") or _name(stage, "group", document.get("group_id"), {}),
        "channel": document.get("create_article_type") or (_type(articles[0]) if articles else ""),
        "created_at": document.get("created_at"),
        "updated_at": document.get("updated_at"),
        "close_at": document.get("close_at"),
        "organization": _organisation(document, stage),
    }  # fmt: skip
    # Own attributes stand beside the others, under their own name.
    own = {name: value for name, value in document.items() if name not in _OWN and not name.endswith(("_id", "_ids"))}
    return Incoming(
        place=place,
        values={name: value for name, value in (values | own).items() if _tellable(value)},
        requester=requester,
        messages=tuple(_said(each, document["id"], stage) for each in articles),
    )


def _organisation(document: Mapping[str, Any], stage: Stage) -> str:
    return clean(document.get("organization")) or _name(stage, "organisation", document.get("organization_id"), {})


def _tellable(value: Any) -> bool:
    return value not in (None, "", []) and not isinstance(value, dict)


def _tags(document: Mapping[str, Any], stage: Stage) -> list[str]:
    found = document.get("tags") or (stage.part("tags", document["id"]) or {}).get("tags") or []
    return [clean(tag) for tag in (found.split(",") if isinstance(found, str) else found)]


def _said(article: Mapping[str, Any], ticket: Any, stage: Stage) -> Said:
    sender = article.get("sender") or _name(stage, "sender", article.get("sender_id"), SENDERS)
    by = {"Agent": Author.AGENT, "Customer": Author.CUSTOMER}.get(clean(sender), Author.SYSTEM)
    origin, login = article.get("origin_by_id") or article.get("created_by_id"), article.get("created_by")
    author = _person(stage, origin, login, staff=by is Author.AGENT)
    if by is Author.CUSTOMER and (author is None or not author.email):
        author = _sender(clean(article.get("from"))) or author
    body = clean(article.get("body"))
    return Said(
        kind=MessageKind.NOTE if article.get("internal") else MessageKind.PUBLIC,
        text=words_of(body) if article.get("content_type") == "text/html" else body,
        at=moment_of(article.get("created_at")),
        author=author,
        by=by,
        channel=_type(article),
        key=str(article.get("id") or ""),
        files=tuple(_file(each, article, ticket) for each in article.get("attachments") or ()),
    )  # fmt: skip


def _type(article: Mapping[str, Any]) -> str:
    return clean(article.get("type") or TYPES.get(article.get("type_id") or 0))


def _sender(written: str) -> Person | None:
    """As in a mail: "Nicole Braun" <nicole.braun@zammad.org>."""
    found = re.fullmatch(r'"?(?P<name>[^"<]*?)"?\s*<(?P<email>[^<>\s]+@[^<>\s]+)>', written)
    if found is not None:
        return Person(name=found["name"], email=found["email"])
    return Person(name=written) if written else None


def _file(attachment: Mapping[str, Any], article: Mapping[str, Any], ticket: Any) -> File:
    """Laid beside as the API has it in its address: ticket_attachment/<ticket>/<article>/<id>."""
    entry = f"ticket_attachment/{ticket}/{article.get('id')}/{attachment.get('id')}"
    name = clean(attachment.get("filename")) or "file"
    return File(name=name, entry=entry, data=clean(attachment.get("data")))


def _person(stage: Stage, key: Any, login: Any, *, staff: bool) -> Person | None:
    found = stage.part("person", key)
    if found is None:
        word = clean(login)
        if not word and key is None:
            return None
        return Person(key=clean(key), name="" if "@" in word else word, email=word if "@" in word else "", staff=staff)
    name = " ".join(clean(found.get(part)) for part in ("firstname", "lastname")).strip()
    return Person(
        key=clean(found.get("id") or key),
        name=name or clean(found.get("login")),
        email=clean(found.get("email")),
        phone=clean(found.get("phone") or found.get("mobile")),
        staff=staff,
        organisation=_organisation(found, stage),
    )


def _name(stage: Stage, kind: str, key: Any, known: Mapping[int, str]) -> str:
    found = stage.part(kind, key) if key is not None else None
    return clean(found.get("name") if found else known.get(key if isinstance(key, int) else 0))
