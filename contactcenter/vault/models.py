"""The table of data keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime


class DataKeyRow(Base):
    """A data key wrapped by the master key with the id `master`.

    `active_for` repeats `purpose` in the one key that purpose is sealed with, and is None in all others: two active
    keys cannot be. `retired_at`: nothing is sealed with it any more; it is kept for backups.
    """

    __tablename__ = "data_keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    master: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    active_for: Mapped[str | None] = mapped_column(String(16), unique=True)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
