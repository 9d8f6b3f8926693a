"""The table of mail that waits to be sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime
from contactcenter.vault.columns import SealedColumn
from contactcenter.vault.keyring import Sealed


class OutgoingMail(Base):
    """A row goes when its mail is sent or given up. `content` is sealed JSON (recipient, subject, text, HTML): links
    in it open accounts."""

    __tablename__ = "outgoing_mail"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    content: Mapped[Sealed] = mapped_column(SealedColumn)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int]
