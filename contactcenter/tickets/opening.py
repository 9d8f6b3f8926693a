"""New tickets: everything each begins with is decided first; those that come together are written with one statement
for each table."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.audit import recorder
from contactcenter.storage.base import table_of
from contactcenter.storage.ids import time_ordered
from contactcenter.tickets import acts, checks, search, writer
from contactcenter.tickets.acting import By
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.documents import NewTicket
from contactcenter.tickets.model import Author, EntryKind, MessageKind
from contactcenter.tickets.models import Ticket, TicketEntry, TicketInteraction, TicketTag
from contactcenter.tickets.set_up_rows import word_of
from contactcenter.tickets.values import CUSTOM, Document
from contactcenter.tickets.values import write as write_row

NAMED: Final = ("category", "requester", "organisation", "queue", "team", "assignee", "language", "channel")
_COLUMNS: Final = tuple(column.key for column in Ticket.__mapper__.columns)
_OF_ENTRY: Final = tuple(column.key for column in TicketEntry.__mapper__.columns if column.key != "id")


def document_for(body: NewTicket, by: By, catalog: Catalog) -> Document:
    """What the ticket is to be, with what its type says where the request says nothing. Raises Problem 422."""
    named = {"type": body.type, "category": body.category, "state": body.state}
    checks.check_named({}, named, catalog)
    kind = catalog.types[body.type]
    document: Document = {name: getattr(body, name) for name in NAMED}
    document |= {
        "type": kind.id,
        "subject": body.subject,
        "state": kind.initial_state,
        "priority": body.priority or word_of(kind.priority),
        "queue": body.queue or kind.queue_id,
        "team": body.team or kind.team_id,
        "tags": sorted(set(body.tags)),
        **{CUSTOM + name: value for name, value in body.fields.items() if value is not None},
    }
    checks.check_fields({}, document, catalog, by_customer=by.author is Author.CUSTOMER)
    if body.state is not None and body.state != kind.initial_state:
        wanted = document | {"state": body.state}
        if checks.check_move(document, wanted, by.mover(body.assignee), catalog):
            document = wanted
    document["state_class"] = catalog.class_of(document["state"]).value
    document["sla_policy"] = catalog.policy_for(document)
    return document


def row_for(document: Document, serial: int, number: str, at: datetime, key: str | None) -> Ticket:
    row = Ticket(
        id=time_ordered(at.timestamp()),
        serial=serial,
        number=number,
        made_at=at,
        changed_at=at,
        sequence=1,
        reopened=0,
        link_epoch=0,
        request_key=key,
    )
    write_row(row, document)
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A ticket that is all but written. `words`: what it begins with; None: nothing was said. `audit`: its row of the
    trail, which names who asked for it."""

    row: Ticket
    document: Document
    entry: TicketEntry
    words: writer.Words | None
    interactions: tuple[str, ...]
    by: By
    audit: dict[str, Any] | None


def opened(row: Ticket, document: Document, body: NewTicket, by: By, catalog: Catalog) -> Opening:
    """What the customer wants are his words, whoever wrote them down; a ticket that an agent opens on his own account
    begins with the agent's."""
    public = body.description_kind == "public"
    speaker = Author.CUSTOMER if public and body.requester is not None else None
    data: dict[str, Any] = {"values": document, "public": public and bool(body.description)}
    if speaker is not None:
        data["speaker"] = speaker.value
    entry = TicketEntry(
        ticket_id=row.id,
        sequence=1,
        at=row.made_at,
        kind=EntryKind.MADE.value,
        author=by.author.value,
        author_id=by.id,
        author_name=by.name[:200],
        data=data,
    )
    writer.set_clocks(row, [entry], catalog, row.made_at)
    words = writer.Words(
        kind=MessageKind(body.description_kind),
        text=body.description,
        channel=body.channel,
        attachments=tuple(body.attachments),
        speaker=speaker,
    )
    after = {name: value for name, value in document.items() if value not in (None, "", [])}
    act = acts.ticket_act(acts.TICKET_MADE, row.id, row.number, None, after)
    return Opening(
        row=row,
        document=document,
        entry=entry,
        words=words if body.description or body.attachments else None,
        interactions=tuple(dict.fromkeys(body.interaction_ids)),
        by=by,
        audit=recorder.entry_of(act, actor.current(), time.time()),
    )


async def write(session: AsyncSession, openings: Sequence[Opening]) -> None:
    """Into the transaction of `session`. Raises Problem 422 for files that are not there."""
    await _insert(session, Ticket, [columns_of(each.row) for each in openings])
    said = [(each, each.words) for each in openings if each.words is not None]
    if said:
        values = [writer.message_values(each.row.id, each.row.made_at, words, each.by) for each, words in said]
        ids = await writer.add_messages(session, values)
        for (each, words), message_id in zip(said, ids, strict=True):
            each.entry.data["message"] = message_id
            await writer.attach(session, each.row.id, message_id, words.attachments, each.by)
    await _insert(session, TicketEntry, [{name: getattr(each.entry, name) for name in _OF_ENTRY} for each in openings])
    tags = [{"tag": tag, "ticket_id": each.row.id} for each in openings for tag in each.document["tags"]]
    await _insert(session, TicketTag, tags)
    pairs = [{"ticket_id": each.row.id, "interaction_id": one} for each in openings for one in each.interactions]
    await _insert(session, TicketInteraction, pairs)
    await search.index(session, {each.row: "" if each.words is None else each.words.text for each in openings})
    await recorder.write(session, [each.audit for each in openings if each.audit is not None])


def columns_of(row: Ticket) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _COLUMNS}


async def _insert(session: AsyncSession, model: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        await session.execute(insert(table_of(model)), rows)
