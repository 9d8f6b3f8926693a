"""What tickets name and do not own: whether it is there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import literal, select, union_all
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
        await self.check_new(session, [fresh])

    async def check_new(self, session: AsyncSession, wanted: Sequence[Document]) -> None:
        """The same of many for which all is new."""
        there: dict[str, set[str]] = {}
        for name, column in _NAMED.items():
            if ids := _given(wanted, name):
                there[name] = set(await session.scalars(select(column).where(column.in_(ids))))
        users: dict[str, User] = {}
        if ids := _given(wanted, "assignee"):
            users = {user.id: user for user in await session.scalars(select(User).where(User.id.in_(ids)))}
        workers = await holders(session, TICKETS_WORK) if users else frozenset()
        for each in wanted:
            for name in _NAMED:
                if (value := each.get(name)) is not None and value not in there[name]:
                    raise refused(name, f"there is no {name} {value!r}.", value)
            if (value := each.get("assignee")) is not None:
                user = users.get(value)
                if user is None or user.disabled_at is not None:
                    raise refused("assignee", f"there is no agent {value!r}.", value)
                if user.id not in workers:
                    raise refused("assignee", f"{user.name} may not work on tickets.", user.id)

    async def check_people(self, session: AsyncSession, ids: Collection[str]) -> None:
        if not ids:
            return
        found = set(await session.scalars(select(User.id).where(User.id.in_(ids))))
        for place, each in enumerate(ids):
            if each not in found:
                raise refused(f"mentions.{place}", f"there is no user {each!r}.", each)


_NAMED: Final[dict[str, Any]] = {
    "queue": Queue.id,
    "team": Team.id,
    "requester": Customer.id,
    "organisation": Customer.id,
}


def _given(wanted: Sequence[Document], name: str) -> set[str]:
    return {each[name] for each in wanted if each.get(name) is not None}


_REFERRED: Final[dict[str, Any]] = {
    "roles": OwnRole.id,
    "users": User.id,
    "teams": Team.id,
    "queues": Queue.id,
    "calendars": Calendar.id,
    "skills": Skill.id,
}


async def references(session: AsyncSession) -> References:
    found: dict[str, set[str]] = {of: set() for of in _REFERRED}
    found["roles"] = {role.value for role in Role if role is not Role.CUSTOMER}
    parts = [select(literal(of).label("of"), column.label("id")) for of, column in _REFERRED.items()]
    for of, each in await session.execute(union_all(*parts)):
        found[of].add(each)
    return References(**found)
