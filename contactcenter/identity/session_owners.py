"""Whose sessions there are: what one kind of people tells its sessions about them."""

from __future__ import annotations

from typing import Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.actor import Actor
from contactcenter.audit.acts import Subject
from contactcenter.identity.models import SessionRow
from contactcenter.permissions import Principal

P = TypeVar("P")
"""Who has sessions: a user, or a customer's account."""


class SessionOwners(Protocol[P]):
    """`rows` is the table of their sessions."""

    @property
    def rows(self) -> type[SessionRow]: ...

    def id_of(self, owner: P) -> str: ...

    async def one(self, session: AsyncSession, owner_id: str) -> P | None:
        """Who may use a session now; None when not, or no longer."""

    async def principal(self, session: AsyncSession, owner: P, row: SessionRow) -> Principal:
        """What this one may do in that session."""

    def subject(self, owner_id: str, name: str = "") -> Subject:
        """As the audit trail names them."""

    def actor(self, principal: Principal) -> Actor:
        """The person, from where the request comes: before signing in and after signing out nobody is known to it."""
