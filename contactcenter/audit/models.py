"""Tables of the audit trail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime

Number = BigInteger().with_variant(Integer(), "sqlite")


class AuditEntry(Base):
    """One act. `id` is the order of arrival, `seq` the place in the chain, None until the sealer has been there.

    `noted` is the own id of an act that waited in the journal, which so is never written twice.
    `before`, `after`: JSON documents as text, since the very bytes are sealed; `hidden`: a JSON list of the paths that
    changed and are not told. `previous` and `mac` are hexadecimal, see chain.py.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject", "subject_kind", "subject_id"),
        Index("ix_audit_entries_actor_id", "actor_id"),
        Index("ix_audit_entries_moment", "moment"),
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    seq: Mapped[int | None] = mapped_column(Number, unique=True, default=None)
    noted: Mapped[str | None] = mapped_column(String(32), unique=True, default=None)
    moment: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[str] = mapped_column(String(64))
    actor_name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64))
    session_id: Mapped[str] = mapped_column(String(64))
    request_id: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[str] = mapped_column(String(200))
    subject_name: Mapped[str] = mapped_column(String(200))
    before: Mapped[str | None] = mapped_column(Text, default=None)
    after: Mapped[str | None] = mapped_column(Text, default=None)
    hidden: Mapped[str | None] = mapped_column(Text, default=None)
    previous: Mapped[str | None] = mapped_column(String(64), default=None)
    mac: Mapped[str | None] = mapped_column(String(64), default=None)
    key_id: Mapped[str | None] = mapped_column(String(16), default=None)


class AuditAnchor(Base):
    """Where a cut of old entries has left the chain: the last entry that is gone, signed."""

    __tablename__ = "audit_anchors"

    seq: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    mac: Mapped[str] = mapped_column(String(64))
    cut_at: Mapped[datetime] = mapped_column(UtcDateTime)
    key_id: Mapped[str] = mapped_column(String(16))
    signature: Mapped[str] = mapped_column(String(64))
