"""Tables of the customers' portal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.identity.models import SessionRow
from contactcenter.storage.base import Base, UtcDateTime


class PortalAccount(Base):
    """A way in for one customer. Until `confirmed_at`, when the link sent to `email` was used, it opens nothing.

    `customer_id` is set by whoever invited, else when the email is confirmed. `name` and `language` are what was given
    at registration; from then on the customer's count. Without `password_hash` one signs in by link.
    """

    __tablename__ = "portal_accounts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(35), default="")
    customer_id: Mapped[str | None] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), default=None, index=True
    )
    password_hash: Mapped[str | None] = mapped_column(String(200), default=None)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class PortalSession(SessionRow):
    """Of a customer; `user_id` is the account's."""

    __tablename__ = "portal_sessions"

    user_id: Mapped[str] = mapped_column("account_id", ForeignKey("portal_accounts.id", ondelete="CASCADE"), index=True)


class PortalLink(Base):
    """A link sent by mail, used once. `purpose` is confirm, invitation, sign-in, reset or email; `email` is the new
    address of the last."""

    __tablename__ = "portal_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("portal_accounts.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    email: Mapped[str | None] = mapped_column(String(320), default=None)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PortalNumber(Base):
    """A telephone number that an account says is its own. It becomes the customer's once `confirmed_at` is set.

    `value` is E.164, `shown` as it was typed.
    """

    __tablename__ = "portal_numbers"
    __table_args__ = (UniqueConstraint("account_id", "value"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("portal_accounts.id", ondelete="CASCADE"))
    value: Mapped[str] = mapped_column(String(32))
    shown: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(64), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    confirmed_by: Mapped[str | None] = mapped_column(String(64), default=None)


class PortalRequest(Base):
    """What a customer asks about his data. `kind` is export or erase; `state` asked, approved, refused or withdrawn;
    `decided_by` is a user's id; `request_id` is that of privacy_requests once approved; `answer` is told to the
    customer."""

    __tablename__ = "portal_requests"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("portal_accounts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    request_id: Mapped[str | None] = mapped_column(String(32), default=None)


class PortalSettings(Base):
    """One row: `document` is settings.PortalSettingsBody as JSON."""

    __tablename__ = "portal_settings"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    document: Mapped[Any] = mapped_column(JSON)
