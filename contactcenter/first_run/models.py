"""Tables of the first start."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime


class FirstLink(Base):
    """The one link that makes the first administrator; only the SHA-256 of its token is kept."""

    __tablename__ = "first_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Guide(Base):
    """How far the guided set-up is: one row, or none before it began. `steps`: what became of each, by name."""

    __tablename__ = "first_run"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    steps: Mapped[dict[str, str]] = mapped_column(JSON)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
