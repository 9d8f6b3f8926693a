"""Tables of imports: the jobs, what of them was not taken, and where tickets came from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime
from contactcenter.tickets.models import ID, SERIAL


class TicketImport(Base):
    """One file. `state`: reading, ready, running, done, cancelled, failed. `found`: what it holds (settings.Found),
    `mapping` what of it becomes what. `position`: so many of its `total` tickets are dealt with."""

    __tablename__ = "ticket_imports"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    source: Mapped[str] = mapped_column(String(16), default="")
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(12), index=True)
    problem: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(200))
    made_by_id: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    found: Mapped[Any] = mapped_column(JSON, default=dict)
    mapping: Mapped[Any] = mapped_column(JSON, default=dict)
    total: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    remarks: Mapped[int] = mapped_column(default=0)


class TicketImportRemark(Base):
    """What was not taken and why: a whole record (`refused`) or one field of it."""

    __tablename__ = "ticket_import_remarks"
    __table_args__ = (Index("ix_ticket_import_remarks_import_id_id", "import_id", "id"),)

    id: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    import_id: Mapped[str] = mapped_column(ID, ForeignKey("ticket_imports.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(300))
    record: Mapped[str] = mapped_column(String(120), default="")
    refused: Mapped[bool] = mapped_column(default=False)
    field: Mapped[str] = mapped_column(String(80), default="")
    value: Mapped[str] = mapped_column(String(300), default="")
    reason: Mapped[str] = mapped_column(String(500))


class TicketOrigin(Base):
    """Where a ticket came from, and what it is called there: so it is taken once."""

    __tablename__ = "ticket_origins"

    origin: Mapped[str] = mapped_column(String(40), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ID, ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    import_id: Mapped[str] = mapped_column(ID, index=True)
