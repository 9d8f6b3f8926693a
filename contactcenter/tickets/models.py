"""Tables of tickets. People, customers, queues, interactions are no foreign keys: a ticket outlives what it names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime

ID = String(32)
REF = String(64)
MOVES: ColumnElement[bool] = literal_column("kind IN ('made', 'changed')")
"""Entries with which a ticket came into another state, perhaps. Word for word, or SQLite does not use the index."""
SERIAL = BigInteger().with_variant(Integer, "sqlite")


def _ticket() -> ForeignKey:
    return ForeignKey("tickets.id", ondelete="CASCADE")


class Ticket(Base):
    """`serial` counts tickets, `number` is what people call it. `sequence` is that of its newest entry: whoever changes
    a ticket names the one he has seen. `state_class` is that of `state`, `done` that it is one of those; `fields` are
    custom fields by id.

    `sla` holds the clocks as last reckoned, `sla_policy` the version they follow ("standard@2"), `due_at` when the
    first that runs breaks or has broken, `sla_at` when there is something to do about them. `merged_into`: what it
    has become part of. `request_key`: made once, however often asked.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_done_changed_at", "done", "changed_at"),
        Index("ix_tickets_done_made_at", "done", "made_at"),
        Index("ix_tickets_done_due_at", "done", "due_at"),
        Index("ix_tickets_done_priority_changed_at", "done", "priority", "changed_at"),
        Index("ix_tickets_assignee_id_done_changed_at", "assignee_id", "done", "changed_at"),
        Index("ix_tickets_team_id_done_changed_at", "team_id", "done", "changed_at"),
        Index("ix_tickets_queue_id_done_changed_at", "queue_id", "done", "changed_at"),
        Index("ix_tickets_requester_id_changed_at", "requester_id", "changed_at"),
        Index("ix_tickets_type_id_changed_at", "type_id", "changed_at"),
        Index("ix_tickets_state_changed_at", "state", "changed_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    serial: Mapped[int] = mapped_column(SERIAL, unique=True)
    number: Mapped[str] = mapped_column(REF, unique=True)
    type_id: Mapped[str] = mapped_column(REF)
    category_id: Mapped[str | None] = mapped_column(REF, default=None, index=True)
    subject: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(REF)
    state_class: Mapped[str] = mapped_column(String(16))
    done: Mapped[bool] = mapped_column(default=False)
    priority: Mapped[int] = mapped_column()
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(35), default="")
    requester_id: Mapped[str | None] = mapped_column(ID, default=None)
    organisation_id: Mapped[str | None] = mapped_column(ID, default=None, index=True)
    queue_id: Mapped[str | None] = mapped_column(REF, default=None)
    team_id: Mapped[str | None] = mapped_column(REF, default=None)
    assignee_id: Mapped[str | None] = mapped_column(ID, default=None)
    fields: Mapped[Any] = mapped_column(JSON, default=dict)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    reopened: Mapped[int] = mapped_column(default=0)
    sequence: Mapped[int] = mapped_column(default=0)
    sla: Mapped[Any] = mapped_column(JSON, default=dict)
    sla_policy: Mapped[str | None] = mapped_column(String(80), default=None, index=True)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    sla_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)
    close_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)
    merged_into: Mapped[str | None] = mapped_column(ID, default=None, index=True)
    link_epoch: Mapped[int] = mapped_column(default=0)
    request_key: Mapped[str | None] = mapped_column(REF, default=None, unique=True)


class TicketEntry(Base):
    """One thing that happened to a ticket. `data` of what changed: {field: [before, after]}; of a message its id."""

    __tablename__ = "ticket_entries"
    __table_args__ = (
        UniqueConstraint("ticket_id", "sequence"),
        Index("ix_ticket_entries_moved_at", "at", sqlite_where=MOVES, postgresql_where=MOVES),
    )

    id: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    ticket_id: Mapped[str] = mapped_column(ID, _ticket())
    sequence: Mapped[int] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(16))
    author: Mapped[str] = mapped_column(String(16))
    author_id: Mapped[str] = mapped_column(REF, default="")
    author_name: Mapped[str] = mapped_column(String(200), default="")
    data: Mapped[Any] = mapped_column(JSON, default=dict)


class TicketMessage(Base):
    """`html` is sanitised and empty where there was only text. `side_id` names the side conversation."""

    __tablename__ = "ticket_messages"
    __table_args__ = (Index("ix_ticket_messages_ticket_id_id", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    ticket_id: Mapped[str] = mapped_column(ID, _ticket())
    kind: Mapped[str] = mapped_column(String(8))
    author: Mapped[str] = mapped_column(String(16))
    author_id: Mapped[str] = mapped_column(REF, default="")
    author_name: Mapped[str] = mapped_column(String(200), default="")
    channel: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    mentions: Mapped[Any] = mapped_column(JSON, default=list)
    side_id: Mapped[str | None] = mapped_column(ID, default=None)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_key: Mapped[str | None] = mapped_column(REF, default=None, unique=True)


class TicketAttachment(Base):
    """A file as it is called here; its content lies outside the database under its SHA-256. Without `message_id` it has
    been uploaded and not been sent yet. `scan`: clean, infected, unscanned (no scanner is set up) or failed."""

    __tablename__ = "ticket_attachments"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    ticket_id: Mapped[str | None] = mapped_column(ID, _ticket(), default=None, index=True)
    message_id: Mapped[int | None] = mapped_column(SERIAL, default=None, index=True)
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    scan: Mapped[str] = mapped_column(String(16))
    uploaded_by: Mapped[str] = mapped_column(String(80))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class TicketTag(Base):
    __tablename__ = "ticket_tags"

    tag: Mapped[str] = mapped_column(REF, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ID, _ticket(), primary_key=True, index=True)


class TicketWatcher(Base):
    __tablename__ = "ticket_watchers"

    ticket_id: Mapped[str] = mapped_column(ID, _ticket(), primary_key=True)
    user_id: Mapped[str] = mapped_column(ID, primary_key=True, index=True)


class TicketLink(Base):
    """`kind` read from `ticket_id` to `other_id`: parent of, duplicate of, related to."""

    __tablename__ = "ticket_links"

    ticket_id: Mapped[str] = mapped_column(ID, _ticket(), primary_key=True)
    other_id: Mapped[str] = mapped_column(ID, _ticket(), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(16))


class TicketInteraction(Base):
    """That a call, chat or mail belongs to a ticket."""

    __tablename__ = "ticket_interactions"

    ticket_id: Mapped[str] = mapped_column(ID, _ticket(), primary_key=True)
    interaction_id: Mapped[str] = mapped_column(ID, primary_key=True, index=True)


class TicketApproval(Base):
    """A change of state that waits for somebody with the role `approver`. `agreed` None: not decided yet. `children`:
    what becomes then of open tickets below it (leave, resolve), where whoever asked was asked about them."""

    __tablename__ = "ticket_approvals"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ID, _ticket(), index=True)
    target: Mapped[str] = mapped_column(REF)
    approver: Mapped[str] = mapped_column(REF, index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_by_id: Mapped[str] = mapped_column(REF)
    agreed: Mapped[bool | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    children: Mapped[str | None] = mapped_column(String(8), default=None)


class TicketCounter(Base):
    """One row: the first serial that is not given away yet. Blocks are taken from it, so a number may be left out."""

    __tablename__ = "ticket_counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    next_serial: Mapped[int] = mapped_column(SERIAL)


class TicketView(Base):
    """A saved list. `owner_id` None: everybody's. `conditions`, `columns` as settings take them."""

    __tablename__ = "ticket_views"

    id: Mapped[str] = mapped_column(REF, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[str | None] = mapped_column(ID, default=None, index=True)
    conditions: Mapped[Any] = mapped_column(JSON, default=dict)
    columns: Mapped[Any] = mapped_column(JSON, default=list)
    order: Mapped[str] = mapped_column(String(16))
    position: Mapped[int] = mapped_column(default=0)
