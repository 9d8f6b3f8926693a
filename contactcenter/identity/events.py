"""What has become true about users and sessions; published after commit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UserCreated:
    user_id: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    user_id: str
    session_id: str


@dataclass(frozen=True, slots=True)
class SessionRevoked:
    """Signed out, expired, or the password was changed: connections of this session must end."""

    user_id: str
    session_id: str


@dataclass(frozen=True, slots=True)
class AccessChanged:
    """These users were changed, disabled or removed, or what they may do or see was; None: anybody."""

    user_ids: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """By the person, by a link or at the command line."""

    user_id: str
