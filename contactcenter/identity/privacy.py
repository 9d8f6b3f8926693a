"""What is known of a user as a person: taken out, and forgotten like a user who is removed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import and_, func, select

from contactcenter.api.problems import Problem
from contactcenter.identity.models import Session, TeamMember, User, UserRole
from contactcenter.identity.set_up import SetUp
from contactcenter.identity.users import UserSetUp
from contactcenter.plugin import CannotErase, Exported, Person, PersonalData


class UserPrivacy:
    def __init__(self, set_up: SetUp) -> None:
        self._set_up = set_up
        self._database = set_up.database

    @property
    def personal(self) -> PersonalData:
        return PersonalData(kind="users", words="Users", count=self.count, export=self.export, erase=self.erase)

    def _present(self, person: Person) -> Any:
        return and_(User.id.in_(sorted(person.users)), User.removed_at.is_(None))

    async def count(self, person: Person) -> int:
        async with self._database.session() as session:
            query = select(func.count()).select_from(User).where(self._present(person))
            return await session.scalar(query) or 0

    async def export(self, person: Person) -> AsyncIterator[Exported]:
        async with self._database.session() as session:
            for user in await session.scalars(select(User).where(self._present(person))):
                roles = await session.scalars(select(UserRole.role).where(UserRole.user_id == user.id))
                teams = await session.scalars(select(TeamMember.team_id).where(TeamMember.user_id == user.id))
                signed_in = await session.scalars(select(Session.last_seen_at).where(Session.user_id == user.id))
                document = {
                    "id": user.id,
                    "name": user.name,
                    "email": user.email,
                    "created_at": user.created_at.isoformat(),
                    "roles": sorted(roles),
                    "teams": sorted(teams),
                    "signed_in": [moment.isoformat() for moment in signed_in],
                }
                yield Exported(document=document)

    async def erase(self, person: Person, limit: int) -> int:
        """Raises CannotErase for the last administrator."""
        async with self._database.session() as session:
            ids = (await session.scalars(select(User.id).where(self._present(person)).limit(limit))).all()
        for user_id in ids:
            try:
                await UserSetUp(self._set_up).remove(user_id, by=None)
            except Problem as problem:
                raise CannotErase(problem.detail) from problem
        return len(ids)
