"""Changes to people, roles and teams, one at a time: checked, committed, announced. Nobody gives what he has not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem
from contactcenter.bus import Bus
from contactcenter.identity.access import holdings, may_enter, parents_of, resolved, scope_of
from contactcenter.identity.events import AccessChanged
from contactcenter.identity.models import User, UserRole
from contactcenter.permissions import EVERYWHERE, Catalogue, Principal, Role, Scope
from contactcenter.storage.database import Database


class SetUp:
    """What every change needs. `known_queues` gives the ids there are; `invite` is called with who was added, within
    the transaction; `now` unix seconds; `lock` is held from the
    first check to the announcement. Whoever asks is a Principal; None is an operator at the command line, who may all.
    """

    def __init__(
        self,
        database: Database,
        bus: Bus,
        catalogue: Catalogue,
        *,
        known_queues: Callable[[], Collection[str]] = frozenset,
        invite: Callable[[AsyncSession, User], Awaitable[object]] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.database = database
        self.catalogue = catalogue
        self.known_queues = known_queues
        self.invite = invite
        self.lock = asyncio.Lock()
        self._bus = bus
        self._now = now

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)

    def settle(self, user_ids: Iterable[str] | None = None) -> None:
        """After the commit: what these users may is asked anew at once; None: what anybody may."""
        self._bus.publish(AccessChanged(None if user_ids is None else frozenset(user_ids)))

    async def check_may_give(self, session: AsyncSession, by: Principal | None, row: UserRole, field: str) -> None:
        """Raises Problem 403, naming `field`, for a role that gives more than `by` has, or gives it elsewhere."""
        if by is None:
            return
        lacking = beyond(by, self.catalogue.grants(await resolved(session, [row], self.catalogue)))
        if lacking is not None:
            raise too_much(field, lacking)

    async def check_may_touch(self, session: AsyncSession, by: Principal | None, user_id: str) -> None:
        """Raises Problem 403 when this user may more than `by`: who could change him could become him."""
        if by is None or by.user_id == user_id:
            return
        lacking = beyond(by, self.catalogue.grants(await holdings(session, user_id, self.catalogue)))
        if lacking is not None:
            sentence = f"This person may do what you may not ({lacking}); only somebody who may can change that."
            raise Problem(403, "beyond-own-rights", "Not allowed", sentence, permission=lacking)

    async def check_may_fill(self, session: AsyncSession, by: Principal | None, teams: Collection[str]) -> None:
        """Raises Problem 403 for a team on which the rights of `by` depend: he would widen them himself."""
        if by is None or not teams:
            return
        own = {team for scope in by.grants.values() for team in scope.teams or ()}
        if own & set(teams):
            sentence = "Your own rights depend on this team; somebody else must change who belongs to it."
            raise Problem(403, "beyond-own-rights", "Not allowed", sentence, field="teams")

    async def check_administrators(self, session: AsyncSession) -> None:
        """Call within the change, after it was flushed. Raises Problem 409 when no administrator could sign in."""
        held = select(UserRole).where(UserRole.role == Role.ADMINISTRATOR)
        everywhere = {row.user_id for row in await session.scalars(held) if scope_of(row) == EVERYWHERE}
        if not everywhere & {user.id for user in await session.scalars(may_enter())}:
            sentence = "This is the last administrator who can sign in. Make somebody else an administrator first."
            raise Problem(409, "last-administrator", "The last administrator", sentence, field="roles")

    async def is_circle(self, session: AsyncSession, team_id: str, parent_id: str) -> bool:
        """Whether the team would stand above itself."""
        parents = await parents_of(session)
        step: str | None = parent_id
        for _ in parents:
            if step in (None, team_id):
                break
            step = parents.get(step)
        return step == team_id


def beyond(by: Principal, grants: Mapping[str, Scope]) -> str | None:
    """The name of a permission in `grants` that `by` lacks, or lacks there; None when he has all."""
    for name in sorted(grants):
        held = by.grants.get(name)
        if held is None or not held.covers(grants[name]):
            return name
    return None


def too_much(field: str, permission: str) -> Problem:
    sentence = f"{field}: nobody can give what he may not do himself ({permission})."
    return Problem(403, "beyond-own-rights", "Not allowed", sentence, field=field, permission=permission)
