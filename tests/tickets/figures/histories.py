"""Tickets with any history, written past the service as it would have written them."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.tickets import writer
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.importing.history import Entry, moments
from contactcenter.tickets.model import Author, EntryKind, Priority
from contactcenter.tickets.models import Ticket, TicketEntry, TicketTag
from contactcenter.tickets.values import write

STATES = ("open", "in_progress", "pending", "resolved", "closed", "reopened")
CHOICES: dict[str, tuple[Any, ...]] = {
    "type": ("question", "incident", "request"),
    "priority": ("low", "medium", "urgent"),
    "assignee": ("anna", "bert", None),
    "queue": ("support", None),
    "team": ("north", None),
    "channel": ("portal", "email"),
    "category": (None, "devices"),
    "fields.colour": ("red", "blue", None),
}
CHANGED = ("priority", "assignee", "queue")


def history(rng: random.Random, begin: datetime, now: datetime, catalog: Catalog) -> list[TicketEntry]:
    """From its making, within ten days after `begin`, to its last entry before `now`."""
    at = begin + timedelta(seconds=rng.randrange(10 * 86400), milliseconds=rng.choice((0, 250)))
    standing = {name: rng.choice(values) for name, values in CHOICES.items()}
    # Some come from elsewhere and were done when they arrived.
    state = "closed" if rng.random() < 0.05 else "open"
    standing |= {"state": state, "state_class": state, "tags": rng.sample(("a", "b", "c"), rng.randrange(3))}
    standing |= {"subject": "Printer", "language": "", "requester": None, "organisation": None}
    standing["sla_policy"] = catalog.policy_for(standing)
    ticket_id = uuid.UUID(int=rng.getrandbits(128)).hex
    found: list[TicketEntry] = []
    author, kind, data = Author.CUSTOMER, EntryKind.MADE, {"values": dict(standing), "public": True}
    while at <= now:
        entry = TicketEntry(ticket_id=ticket_id, sequence=len(found) + 1, at=at, kind=kind.value, data=data)
        entry.author, entry.author_id, entry.author_name = author.value, "", ""
        found.append(entry)
        if rng.random() < 0.15:
            break
        at += timedelta(seconds=rng.choice((0, 600, rng.randrange(3 * 86400))))
        author, kind, data = _next(rng, standing, catalog)
    return found


def _next(rng: random.Random, standing: dict[str, Any], catalog: Catalog) -> tuple[Author, EntryKind, dict[str, Any]]:
    author = rng.choice((Author.AGENT, Author.CUSTOMER))
    what = rng.random()
    if what < 0.4:
        return author, rng.choice((EntryKind.REPLIED, EntryKind.REPLIED, EntryKind.NOTED)), {"message": 1}
    after = dict(standing)
    if what < 0.85:
        after["state"] = after["state_class"] = rng.choice(STATES)
    else:
        name = rng.choice(CHANGED)
        after[name] = rng.choice(CHOICES[name])
    after["sla_policy"] = catalog.policy_for(after)
    changes = {name: [standing[name], after[name]] for name in after if standing[name] != after[name]}
    standing.update(after)
    return author, EntryKind.CHANGED, {"changes": changes}


def add(session: AsyncSession, entries: list[TicketEntry], serial: int, catalog: Catalog, now: datetime) -> Ticket:
    values: dict[str, Any] = {}
    for entry in entries:
        values |= entry.data.get("values", {})
        values |= {name: pair[1] for name, pair in entry.data.get("changes", {}).items()}
    who = [(Author(entry.author), "", "") for entry in entries]
    told = moments(
        [Entry(kind=EntryKind(e.kind), at=e.at, who=w, data=e.data) for e, w in zip(entries, who, strict=True)]
    )
    row = Ticket(id=entries[0].ticket_id, serial=serial, number=f"T-{serial:06d}", made_at=entries[0].at)
    write(row, values)
    row.priority = Priority.of(values["priority"])
    row.changed_at, row.sequence, row.link_epoch, row.sla = entries[-1].at, len(entries), 0, {}
    row.answered_at, row.resolved_at, row.closed_at = told.answered_at, told.resolved_at, told.closed_at
    row.reopened = told.reopened
    writer.set_clocks(row, entries, catalog, now)
    session.add(row)
    session.add_all(TicketTag(tag=tag, ticket_id=row.id) for tag in values["tags"])
    session.add_all(entries)
    return row


def utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
