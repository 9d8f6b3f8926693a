"""Who is in which team, in memory, for what is decided many times a second."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from contactcenter.identity.models import TeamMember
from contactcenter.storage.database import Database


class Memberships:
    """`reload` at the start and whenever teams have changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._teams: dict[str, frozenset[str]] = {}

    async def reload(self) -> None:
        teams: dict[str, set[str]] = defaultdict(set)
        async with self._database.session() as session:
            for row in await session.execute(select(TeamMember.user_id, TeamMember.team_id)):
                teams[row.user_id].add(row.team_id)
        self._teams = {user_id: frozenset(ids) for user_id, ids in teams.items()}

    def of(self, user_id: str) -> frozenset[str]:
        """The teams a user is in himself; those above are not named."""
        return self._teams.get(user_id, frozenset())
