"""Tables of interactions and what happened in them, written through the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime


class Interaction(Base):
    """One contact from arrival to end; `wait_s` and `talk_s` in seconds.

    Customer, queue, agent and disposition are no foreign keys: history outlives what it names.
    """

    __tablename__ = "interactions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    direction: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(16), index=True)
    outcome: Mapped[str | None] = mapped_column(String(32), default=None)
    caller_address: Mapped[str] = mapped_column(String(320), index=True)
    caller_name: Mapped[str | None] = mapped_column(String(200), default=None)
    customer_id: Mapped[str | None] = mapped_column(String(32), default=None, index=True)
    queue_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    agent_id: Mapped[str | None] = mapped_column(String(32), default=None, index=True)
    disposition_id: Mapped[str | None] = mapped_column(String(64), default=None)
    note: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[Any] = mapped_column(JSON, default=list)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    wait_s: Mapped[float | None] = mapped_column(default=None)
    talk_s: Mapped[float | None] = mapped_column(default=None)
    recording: Mapped[Any | None] = mapped_column(JSON(none_as_null=True), default=None)


class InteractionEvent(Base):
    """`sequence` counts up within the interaction; with it, replaying a journal cannot write an event twice."""

    __tablename__ = "interaction_events"
    __table_args__ = (UniqueConstraint("interaction_id", "sequence"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    interaction_id: Mapped[str] = mapped_column(String(32))
    sequence: Mapped[int] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    type: Mapped[str] = mapped_column(String(64))
    data: Mapped[Any] = mapped_column(JSON, default=dict)
