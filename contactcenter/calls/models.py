"""The table of what customers are owed: a call back, or that their message is heard."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime


class OwedContact(Base):
    """`id` is the interaction's, which has the number: nothing personal stands here. Written through the journal.

    channel: "callback" or "voicemail". since: since when the customer has been waiting. state: "queued" in the routing
    engine or with an agent, "scheduled" until `due_at`, "closed". tried, tries: calls made, and to be made at most.
    recorded: whether a talk that comes of it may be recorded.
    """

    __tablename__ = "owed_contacts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    queue_id: Mapped[str] = mapped_column(String(64))
    priority: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16), index=True)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    tried: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    retry_after_s: Mapped[float] = mapped_column(default=0.0)
    ring_s: Mapped[float] = mapped_column(default=40.0)
    recorded: Mapped[bool] = mapped_column(default=True)
