"""What belongs to a team, derived in one place: its people, and for looking at the queues they work in."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import select

from contactcenter.identity.memberships import Memberships
from contactcenter.identity.models import TeamMember, User
from contactcenter.permissions import EVERYWHERE, Permission, Principal, Scope
from contactcenter.queues.models import QueueMember
from contactcenter.storage.database import Database

NOBODY: frozenset[str] = frozenset()


class Reach:
    """A queue belongs to every team of which somebody works in it, as far as looking is concerned: acting on a queue
    asks for a role held for the queue itself. `reload` at the start and when teams or members of queues have changed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._memberships = Memberships(database)
        self._teams_at: Mapping[str, frozenset[str]] = {}
        self._reading = asyncio.Lock()

    async def reload(self) -> None:
        """Raises StorageUnavailable."""
        # One at a time: what was read before a change must not replace what was read after it.
        async with self._reading:
            await self._read()

    async def _read(self) -> None:
        await self._memberships.reload()
        teams: dict[str, set[str]] = defaultdict(set)
        query = (
            select(QueueMember.queue_id, TeamMember.team_id)
            .join(TeamMember, TeamMember.user_id == QueueMember.user_id)
            .join(User, User.id == QueueMember.user_id)
            .where(User.disabled_at.is_(None))
            .distinct()
        )
        async with self._database.session() as session:
            for row in await session.execute(query):
                teams[row.queue_id].add(row.team_id)
        self._teams_at = {queue_id: frozenset(ids) for queue_id, ids in teams.items()}

    def teams_of(self, user_id: str) -> frozenset[str]:
        """The teams a user is in himself; those above are not named."""
        return self._memberships.of(user_id)

    def teams_at(self, queue_id: str) -> frozenset[str]:
        """The teams that have somebody working in this queue."""
        return self._teams_at.get(queue_id, NOBODY)

    def queue_within(self, scope: Scope | None, queue_id: str) -> bool:
        """Whether a role held there lets one look at this queue."""
        return scope is not None and scope.includes((queue_id,), self.teams_at(queue_id))

    def agent_within(self, scope: Scope | None, agent_id: str, queues: Iterable[str]) -> bool:
        """Whether it lets one look at this agent, who works in `queues`."""
        return scope is not None and scope.includes(queues, self.teams_of(agent_id))


def listed(principal: Principal, permission: Permission) -> Scope:
    """Where lists that everybody has are narrowed to: to what a role held for some teams and queues opens; they are
    whole for whoever has the permission everywhere, or not at all and so needs names alone."""
    return principal.scope(permission) or EVERYWHERE
