"""Tables of agents: how each works, their skills, their telephones, the profiles of what they take at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime
from contactcenter.vault.columns import SealedColumn
from contactcenter.vault.keyring import Sealed


class AgentProfile(Base):
    """`device` is "browser" or "sip"; after `misses_before_not_responding` unanswered offers no more come.

    `profile_id` None: acd.model.DEFAULT_CAPACITY.
    """

    __tablename__ = "agent_profiles"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    device: Mapped[str] = mapped_column(String(16), default="browser")
    misses_before_not_responding: Mapped[int] = mapped_column(default=1)
    profile_id: Mapped[str | None] = mapped_column(ForeignKey("routing_profiles.id", ondelete="SET NULL"), default=None)


class RoutingProfile(Base):
    """What an agent takes at a time; `channels` is in the JSON form of acd.model.ChannelCapacity by channel."""

    __tablename__ = "routing_profiles"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    units: Mapped[int]
    channels: Mapped[dict[str, Any]] = mapped_column(JSON)


class AgentSkill(Base):
    __tablename__ = "agent_skills"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    skill_id: Mapped[str] = mapped_column(ForeignKey("skills.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[int] = mapped_column(default=1)


class SipAccount(Base):
    """A telephone that may register. Only the digest hashes of its password are kept (RFC 8760), and they sealed:
    who knows them can register as this telephone (telephones.sealed_account). `disabled_at`: since when it may not."""

    __tablename__ = "sip_accounts"

    username: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), default=None, index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    realm: Mapped[str] = mapped_column(String(200))
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    ha1_md5: Mapped[Sealed] = mapped_column(SealedColumn())
    ha1_sha256: Mapped[Sealed] = mapped_column(SealedColumn())
