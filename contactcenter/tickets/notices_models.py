"""Tables of what has been told about tickets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime
from contactcenter.tickets.models import SERIAL


class TicketTelling(Base):
    """That people or the customer were told of this entry of the history. Kept until it can no longer be met again."""

    __tablename__ = "ticket_tellings"

    ticket_id: Mapped[str] = mapped_column(String(32), ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class TicketNoticeMark(Base):
    """One row: how far the history has been told. What came later is looked at once more after a start."""

    __tablename__ = "ticket_notice_marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(SERIAL)
