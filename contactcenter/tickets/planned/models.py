"""Tables of what is planned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime
from contactcenter.tickets.models import ID, REF, SERIAL


class TicketReminder(Base):
    """`user_id` wants to hear of the ticket again; `told_at` None: not yet."""

    __tablename__ = "ticket_reminders"

    id: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[str] = mapped_column(ID, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    note: Mapped[str] = mapped_column(String(300), default="")
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class TicketRecurrence(Base):
    """`ticket` is what is made (a NewTicket), `schedule` when. `next_at` None: off, or it has ended. `problem`: why
    the last one could not be made."""

    __tablename__ = "ticket_recurrences"

    id: Mapped[str] = mapped_column(REF, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    enabled: Mapped[bool] = mapped_column(default=True)
    ticket: Mapped[Any] = mapped_column(JSON)
    schedule: Mapped[Any] = mapped_column(JSON)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    last_ticket: Mapped[str] = mapped_column(REF, default="")
    problem: Mapped[str] = mapped_column(Text, default="")
