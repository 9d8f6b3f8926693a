"""Sessions of staff: users, their roles, and what these give."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.actor import Actor
from contactcenter.audit.acts import Subject
from contactcenter.identity import rights
from contactcenter.identity.models import Session, SessionRow, User
from contactcenter.identity.session_acts import themselves
from contactcenter.permissions import Catalogue, Principal


class StaffSessions:
    """Without permissions in the `catalogue` nobody may anything."""

    rows = Session

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def id_of(self, owner: User) -> str:
        return owner.id

    async def one(self, session: AsyncSession, owner_id: str) -> User | None:
        user = await session.get(User, owner_id)
        return user if user is not None and user.disabled_at is None else None

    async def principal(self, session: AsyncSession, owner: User, row: SessionRow) -> Principal:
        return await rights.of_user(session, self._catalogue, owner, row.id, row.authenticated_at.timestamp())

    def subject(self, owner_id: str, name: str = "") -> Subject:
        return Subject("user", owner_id, name)

    def actor(self, principal: Principal) -> Actor:
        return themselves(principal.user_id, principal.name, principal.session_id)
