"""The one link that makes the first administrator, and how far the guided set-up is."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.problems import Problem
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.bus import Bus
from contactcenter.first_run.acts import ADMINISTRATOR_MADE, GUIDE_MOVED
from contactcenter.first_run.models import FirstLink, Guide
from contactcenter.identity.events import UserCreated
from contactcenter.identity.models import User
from contactcenter.identity.service import Identity
from contactcenter.identity.sessions import digest
from contactcenter.permissions import Role
from contactcenter.storage.database import Database

LASTS_S: Final = 86_400.0
"""The link of a start; the next start makes another as long as there is nobody."""
STEPS: Final = ("company", "queue", "people", "phone", "call")
Step = Literal["company", "queue", "people", "phone", "call"]
StepState = Literal["done", "skipped"]
_ID: Final = "house"


class FirstRun:
    """`now` gives unix seconds."""

    def __init__(self, database: Database, identity: Identity, bus: Bus, now: Callable[[], float]) -> None:
        self._database = database
        self._identity = identity
        self._bus = bus
        self._now = now

    async def nobody(self) -> bool:
        """Whether this house has no people at all yet, not even some that left."""
        async with self._database.session() as session:
            return await _empty(session)

    async def link(self, page_url: str) -> str | None:
        """The address for the one who has started the server, in place of those of earlier starts; None when there is
        somebody already. The token stands behind #, so that it is in no server's log."""
        token, now = secrets.token_urlsafe(32), self._now()
        async with self._database.transaction() as session:
            await session.execute(delete(FirstLink))
            if not await _empty(session):
                return None
            moment, expires = datetime.fromtimestamp(now, UTC), datetime.fromtimestamp(now + LASTS_S, UTC)
            session.add(FirstLink(token_hash=digest(token), made_at=moment, expires_at=expires))
        return f"{page_url.rstrip('/')}/first-start#{token}"

    async def look(self, token: str) -> None:
        """Raises Problem 404 for a link that does not count (any more)."""
        wanted = select(FirstLink.token_hash).where(FirstLink.token_hash == digest(token), self._alive())
        async with self._database.session() as session:
            if await session.scalar(wanted) is None or not await _empty(session):
                raise _unknown()

    async def make_administrator(self, token: str, *, email: str, name: str, password: str) -> None:
        """The first one; the link is used up. Raises Problem 404, IdentityError for a field at fault, and then the link
        still counts."""
        async with self._database.together():
            async with self._database.transaction() as session:
                taken = delete(FirstLink).where(FirstLink.token_hash == digest(token), self._alive())
                used = list(await session.scalars(taken.returning(FirstLink.token_hash)))
                if not used or not await _empty(session):
                    raise _unknown()
            user = await self._identity.create_user(email, name, Role.ADMINISTRATOR, password)
            async with self._database.transaction() as session:
                await record(session, Act(kind=ADMINISTRATOR_MADE, subject=Subject("user", user.id, user.name)))
        # Told again, now that it is committed: who keeps a copy of the people reads it anew.
        self._bus.publish(UserCreated(user.id))

    async def guide(self) -> tuple[Mapping[str, str], bool]:
        """What became of each step by name, and whether the guide is closed."""
        async with self._database.session() as session:
            row = await session.get(Guide, _ID)
        return ({}, False) if row is None else (dict(row.steps), row.closed_at is not None)

    async def move(self, steps: Mapping[Step, StepState], closed: bool) -> None:
        moment = datetime.fromtimestamp(self._now(), UTC)
        async with self._database.transaction() as session:
            row = await session.get(Guide, _ID)
            if row is None:
                row = Guide(id=_ID, steps={})
                session.add(row)
            before = {"steps": dict(row.steps), "closed": row.closed_at is not None}
            row.steps = {str(step): str(state) for step, state in steps.items()}
            row.closed_at = (row.closed_at or moment) if closed else None
            after = {"steps": row.steps, "closed": closed}
            await record(session, Act(kind=GUIDE_MOVED, subject=Subject("guide", _ID), before=before, after=after))

    def _alive(self) -> ColumnElement[bool]:
        return FirstLink.expires_at > datetime.fromtimestamp(self._now(), UTC)


async def _empty(session: AsyncSession) -> bool:
    return not await session.scalar(select(func.count()).select_from(User))


def _unknown() -> Problem:
    detail = "This link was used or is too old. Start the server again: as long as there is nobody it shows a new one."
    return Problem(404, "link-unknown", "Link not valid", detail)
