"""What tickets name and do not own: whether it is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.customers.models import Customer
from contactcenter.identity.access import holders
from contactcenter.identity.models import OwnRole, Team, User
from contactcenter.permissions import Role
from contactcenter.queues.models import Calendar, Queue, Skill
from contactcenter.tickets.checks import refused
from contactcenter.tickets.permissions import TICKETS_WORK
from contactcenter.tickets.set_up_checks import References
from contactcenter.tickets.values import Document


class Surroundings:
    """Asked within the transaction that is about to name it."""

    async def check(self, session: AsyncSession, before: Document, wanted: Document) -> None:
        """Raises Problem 422 for what is named anew and is not there, or may not be given work."""
        fresh = {name: value for name, value in wanted.items() if value is not None and value != before.get(name)}
        for name, table in (("queue", Queue), ("team", Team), ("requester", Customer), ("organisation", Customer)):
            if name in fresh and await session.get(table, fresh[name]) is None:
                raise refused(name, f"there is no {name} {fresh[name]!r}.", fresh[name])
        if "assignee" in fresh:
            user = await session.get(User, fresh["assignee"])
            if user is None or user.disabled_at is not None:
                raise refused("assignee", f"there is no agent {fresh['assignee']!r}.", fresh["assignee"])
            if user.id not in await holders(session, TICKETS_WORK):
                raise refused("assignee", f"{user.name} may not work on tickets.", user.id)

    async def check_people(self, session: AsyncSession, ids: Collection[str]) -> None:
        if not ids:
            return
        found = set(await session.scalars(select(User.id).where(User.id.in_(ids))))
        for place, each in enumerate(ids):
            if each not in found:
                raise refused(f"mentions.{place}", f"there is no user {each!r}.", each)


async def references(session: AsyncSession) -> References:
    async def ids(column: Any) -> set[str]:
        return set(await session.scalars(select(column)))

    own: Iterable[str] = await ids(OwnRole.id)
    return References(
        roles={*(role.value for role in Role if role is not Role.CUSTOMER), *own},
        users=await ids(User.id),
        teams=await ids(Team.id),
        queues=await ids(Queue.id),
        calendars=await ids(Calendar.id),
        skills=await ids(Skill.id),
    )
