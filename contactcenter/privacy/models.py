"""Tables of requests, holds, rules of retention, and of who has been forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime
from contactcenter.vault.columns import SealedColumn
from contactcenter.vault.keyring import Sealed


class PrivacyRequest(Base):
    """`kind` is export or erase; `state` waiting, running, blocked (by a hold), done, failed or expired (the file of an
    export is gone). `subject` is the sealed JSON of subjects.Subject, gone when the person is forgotten.
    `counts`: how many there were by kind of data; `done`: how many are exported or erased; `problem`: a sentence."""

    __tablename__ = "privacy_requests"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), index=True)
    subject: Mapped[Sealed | None] = mapped_column(SealedColumn, default=None)
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[str] = mapped_column(String(64), default="")
    by_name: Mapped[str] = mapped_column(String(200), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    counts: Mapped[Any] = mapped_column(JSON, default=dict)
    done: Mapped[Any] = mapped_column(JSON, default=dict)
    problem: Mapped[str | None] = mapped_column(Text, default=None)


class LegalHold(Base):
    """Of a person (`subject`, sealed) or of interactions (`filter`: interaction, queue, agent, since, until), until
    released."""

    __tablename__ = "legal_holds"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    subject: Mapped[Sealed | None] = mapped_column(SealedColumn, default=None)
    filter: Mapped[Any] = mapped_column(JSON, default=dict)
    by_id: Mapped[str] = mapped_column(String(64), default="")
    by_name: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    released_by: Mapped[str] = mapped_column(String(200), default="")
    released_by_id: Mapped[str] = mapped_column(String(64), default="")


class RetentionRule(Base):
    """`queue_id` "" is every queue without a rule of its own; `days` None: kept."""

    __tablename__ = "retention_rules"

    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    queue_id: Mapped[str] = mapped_column(String(64), primary_key=True, default="")
    days: Mapped[int | None] = mapped_column(default=None)


class ErasedIdentity(Base):
    """`mac` is that of memory.Memory: who has it and no key learns nothing. What began after `until` is not meant."""

    __tablename__ = "erased_identities"

    mac: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
