"""Tables of users, their sessions, roles and teams."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from contactcenter.storage.base import Base, UtcDateTime


class User(Base):
    """Without `password_hash` nobody has signed in yet. `removed_at`: the name is gone, what was done by it stays."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class OwnRole(Base):
    """A role made here, beside the ready-made ones. `permissions` are names; one that is not declared gives nothing."""

    __tablename__ = "roles"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(2000))
    permissions: Mapped[list[str]] = mapped_column(JSON)


class UserRole(Base):
    """That a user has a role, and where: `teams` and `queues` are lists of ids, both None means everywhere."""

    __tablename__ = "user_roles"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of a ready-made role its name, otherwise an id of `roles`."""
    teams: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), default=None)
    queues: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), default=None)


class Team(Base):
    """Who has a role in a team has it in the teams below too."""

    __tablename__ = "teams"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"), default=None)
    leader_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), default=None)


class TeamMember(Base):
    __tablename__ = "team_members"

    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)


class SessionRow(Base):
    """One signed-in browser, of staff or of a customer: `user_id` is in a table that each kind names.

    Only the SHA-256 of its token is kept: who reads the table cannot sign in with it.
    """

    __abstract__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(String(32), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    authenticated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the person last proved who it is; asked again before dangerous acts."""
    method: Mapped[str] = mapped_column(String(32))
    """How: password, password+totp, password+recovery, password+device, password+passkey, passkey, or a provider."""
    device: Mapped[str] = mapped_column(String(100))
    """Browser and system in words."""
    address: Mapped[str] = mapped_column(String(64))


class Session(SessionRow):
    """Of staff."""

    __tablename__ = "sessions"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
