"""Tables of identity providers, and of who may sign in without one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime
from contactcenter.vault.columns import SealedColumn
from contactcenter.vault.keyring import Sealed


class ProviderRow(Base):
    """`settings` is a settings.ProviderBody without its secret; `certificate` (PEM) and `key` are this server's own
    towards a SAML provider."""

    __tablename__ = "identity_providers"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    enabled: Mapped[bool] = mapped_column(Boolean)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    secret: Mapped[Sealed | None] = mapped_column(SealedColumn, default=None)
    key: Mapped[Sealed | None] = mapped_column(SealedColumn, default=None)
    certificate: Mapped[str | None] = mapped_column(Text, default=None)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInPolicyRow(Base):
    """One row, id 1. `emergency` are ids of users who may sign in without a provider all the same."""

    __tablename__ = "sign_in_policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    providers_only: Mapped[bool] = mapped_column(Boolean)
    emergency: Mapped[list[str]] = mapped_column(JSON)
