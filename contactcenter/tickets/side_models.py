"""The table of side conversations; their messages are a ticket's, of kind "side"."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime
from contactcenter.tickets.models import ID, REF


class TicketSide(Base):
    """A private thread within a ticket, with somebody outside (`email`) or with a team; the other is empty.

    `link_epoch` counts how often its link was replaced; `ended_at`: nothing can be read or written by the link from
    then on, until somebody of the house writes in it again.
    """

    __tablename__ = "ticket_sides"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ID, ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(320), default="")
    team_id: Mapped[str | None] = mapped_column(REF, default=None, index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[str] = mapped_column(String(200), default="")
    opened_by_id: Mapped[str] = mapped_column(REF, default="")
    link_epoch: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
