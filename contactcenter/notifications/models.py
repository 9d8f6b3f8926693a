"""Tables of notices, of what each person wants of them, and of browsers that take pushes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime
from contactcenter.vault.columns import SealedColumn
from contactcenter.vault.keyring import Sealed

SERIAL = BigInteger().with_variant(Integer, "sqlite")


class Notification(Base):
    """One thing that one user was told. `source` names what has happened: told once, however often it is met.
    `customer_id`: whom it is about. `shown`: it is in the list; else it went by mail or push alone. `mail_at`,
    `push_at`: when it is to be sent so; None: not, or no more."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("user_id", "source"),
        Index("ix_notifications_user_id_object_kind_object_id", "user_id", "object_kind", "object_id"),
    )

    id: Mapped[int] = mapped_column(SERIAL, primary_key=True, autoincrement=True)
    user_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(64))
    object_kind: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(400))
    link: Mapped[str] = mapped_column(String(400))
    facts: Mapped[Any] = mapped_column(JSON, default=dict)
    customer_id: Mapped[str | None] = mapped_column(String(32), default=None, index=True)
    source: Mapped[str] = mapped_column(String(160))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    shown: Mapped[bool] = mapped_column(default=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    mail_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)
    push_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)


class NotificationPreference(Base):
    """`document` as settings.PreferencesBody takes it. No row: as the kinds say, at once, by the house's clock."""

    __tablename__ = "notification_preferences"

    user_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    document: Mapped[Any] = mapped_column(JSON)


class PushSubscription(Base):
    """A browser that takes pushes, as long as the session lasts in which it was asked. `content`: its address and keys
    as JSON; `endpoint_hash` is the SHA-256 of the address."""

    __tablename__ = "push_subscriptions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[str] = mapped_column(String(32), index=True)
    endpoint_hash: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[Sealed] = mapped_column(SealedColumn)
    device: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PushKey(Base):
    """One row: the house's key (VAPID) that push services know it by, a number of 32 octets."""

    __tablename__ = "push_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    private: Mapped[Sealed] = mapped_column(SealedColumn)
