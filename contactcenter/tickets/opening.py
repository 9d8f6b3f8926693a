"""A new ticket: everything it begins with, decided first and then written with one statement for each table."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.audit.recorder import record
from contactcenter.tickets import acts, checks, search, writer
from contactcenter.tickets.acting import By
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.documents import NewTicket
from contactcenter.tickets.model import Author, EntryKind, MessageKind
from contactcenter.tickets.models import Ticket, TicketEntry, TicketInteraction, TicketMessage, TicketTag
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
        id=uuid.uuid4().hex,
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


async def write(
    session: AsyncSession, row: Ticket, document: Document, body: NewTicket, by: By, catalog: Catalog
) -> None:
    """Into the transaction of `session`. What the customer wants are his words, whoever wrote them down; a ticket that
    an agent opens on his own account begins with the agent's. Raises Problem 422 for files that are not there."""
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
    await session.execute(insert(Ticket), {name: getattr(row, name) for name in _COLUMNS})
    if body.description or body.attachments:
        words = writer.Words(
            kind=MessageKind(body.description_kind),
            text=body.description,
            channel=body.channel,
            attachments=tuple(body.attachments),
            speaker=speaker,
        )
        message = insert(TicketMessage).values(writer.message_values(row.id, row.made_at, words, by))
        data["message"] = (await session.execute(message)).inserted_primary_key[0]  # type: ignore[attr-defined]
        await writer.attach(session, row.id, data["message"], words.attachments, by)
    await session.execute(insert(TicketEntry), {name: getattr(entry, name) for name in _OF_ENTRY})
    await _write_parts(session, row.id, document, body)
    await search.index(session, row, body.description)
    after = {name: value for name, value in document.items() if value not in (None, "", [])}
    await record(session, acts.ticket_act(acts.TICKET_MADE, row.id, row.number, None, after))


async def _write_parts(session: AsyncSession, ticket_id: str, document: Document, body: NewTicket) -> None:
    if document["tags"]:
        await session.execute(insert(TicketTag), [{"tag": tag, "ticket_id": ticket_id} for tag in document["tags"]])
    if body.interaction_ids:
        pairs = [{"ticket_id": ticket_id, "interaction_id": each} for each in dict.fromkeys(body.interaction_ids)]
        await session.execute(insert(TicketInteraction), pairs)
