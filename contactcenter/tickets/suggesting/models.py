"""Tables of suggestions for tickets."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime
from contactcenter.vault.columns import SealedColumn
from contactcenter.vault.keyring import Sealed

ROW: Final = "tickets"


class TicketSuggester(Base):
    """One row. `settings` and `report` are documents as settings.py has them. `model`: what was learned, under the name
    `model_id`, which changes with it. `forgotten` counts how often what was learned had to go: what was begun before is
    not kept. `again`: to be learned anew for that reason."""

    __tablename__ = "ticket_suggester"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    settings: Mapped[Any] = mapped_column(JSON, default=dict)
    report: Mapped[Any | None] = mapped_column(JSON(none_as_null=True), default=None)
    model: Mapped[Sealed | None] = mapped_column(SealedColumn, default=None, deferred=True)
    model_id: Mapped[str | None] = mapped_column(String(32), default=None)
    trained_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    forgotten: Mapped[int] = mapped_column(default=0)
    again: Mapped[bool] = mapped_column(default=False)


class TicketSuggestionCount(Base):
    """How many suggestions for a field were taken on a day ("2026-03-02", UTC), and how many were not."""

    __tablename__ = "ticket_suggestion_counts"

    field: Mapped[str] = mapped_column(String(16), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    taken: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
