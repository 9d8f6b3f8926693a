"""Tables of changes of many tickets at once: what was asked for, how far it is, and what it has changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime
from contactcenter.tickets.models import ID, REF, SERIAL


class TicketBulk(Base):
    """`state`: running, done, cancelled, failed. `body`: what was asked for (bulk.BulkBody), without which tickets.
    `undoes`: the one this takes back. `done`: so many of `total` are dealt with, `failed` of them in vain.
    `problem`: why it ended before it was through."""

    __tablename__ = "ticket_bulks"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(REF)
    state: Mapped[str] = mapped_column(String(12), index=True)
    body: Mapped[Any] = mapped_column(JSON)
    undoes: Mapped[str | None] = mapped_column(ID, ForeignKey("ticket_bulks.id", ondelete="SET NULL"), default=None)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(Text, default=None)
    below: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class TicketBulkItem(Base):
    """One of its tickets, by id or number as it was named, in the order in which they are dealt with."""

    __tablename__ = "ticket_bulk_items"

    bulk_id: Mapped[str] = mapped_column(ID, ForeignKey("ticket_bulks.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ticket: Mapped[str] = mapped_column(REF)
    problem: Mapped[str | None] = mapped_column(Text, default=None)


class TicketBulkChange(Base):
    """What a ticket was where it was changed, and what it became."""

    __tablename__ = "ticket_bulk_changes"
    __table_args__ = (UniqueConstraint("bulk_id", "ticket_id"),)

    id: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    bulk_id: Mapped[str] = mapped_column(ID, ForeignKey("ticket_bulks.id", ondelete="CASCADE"))
    ticket_id: Mapped[str] = mapped_column(ID, ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)
