"""Legal hold: what is on hold is neither forgotten nor taken by the rules of retention."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter import actor
from contactcenter.api.fields import bad
from contactcenter.api.problems import Problem, not_found
from contactcenter.audit.acts import Act
from contactcenter.audit.acts import Subject as Acted
from contactcenter.audit.recorder import record
from contactcenter.interactions.models import Interaction
from contactcenter.interactions.privacy import under
from contactcenter.plugin import Held
from contactcenter.privacy.acts import HOLD_RELEASED, HOLD_SET
from contactcenter.privacy.ground import Ground, subject_out
from contactcenter.privacy.models import LegalHold
from contactcenter.privacy.settings import HoldBody, HoldList, HoldOut, InteractionsHeld
from contactcenter.privacy.subjects import Subject

_FIELDS = ("interaction", "queue", "agent", "since", "until")
MOST = 1000
PERSONAL = frozenset({"reason"})
"""It may name whom it is about, and the audit trail never forgets."""


class Holds:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def set(self, body: HoldBody) -> HoldOut:
        """Raises Problem 422."""
        if (body.subject is None) == (body.interactions is None):
            raise bad("subject", "name either a person or interactions.")
        if body.interactions is not None and not any(getattr(body.interactions, name) for name in _FIELDS):
            raise bad("interactions", "say which interactions.")
        who = actor.current()
        row = LegalHold(
            id=uuid.uuid4().hex,
            reason=body.reason,
            filter={} if body.interactions is None else body.interactions.model_dump(mode="json", exclude_none=True),
            by_id=who.id,
            by_name=who.name[:200],
            made_at=self._ground.moment(),
            released_by="",
        )
        async with self._ground.database.transaction() as session:
            if body.subject is not None:
                subject = await self._ground.subject(session, body.subject)
                row.subject = self._ground.seal(subject, LegalHold.subject, row.id)
            session.add(row)
            told = {"reason": row.reason, "of": "a person" if body.subject else row.filter}
            subject_of = Acted("legal_hold", row.id)
            await record(session, Act(kind=HOLD_SET, subject=subject_of, after=told, hidden=PERSONAL))
        return await self._out(row)

    async def release(self, hold_id: str) -> None:
        """Raises Problem 404 or 409."""
        async with self._ground.database.transaction() as session:
            row = await session.get(LegalHold, hold_id)
            if row is None:
                raise not_found("legal hold")
            if row.released_at is not None:
                raise Problem(409, "released-already", "Released already", "This hold has been released already.")
            who = actor.current()
            row.released_at, row.released_by = self._ground.moment(), who.name[:200]
            row.released_by_id = who.id[:64]
            before = {"reason": row.reason}
            subject = Acted("legal_hold", row.id)
            await record(session, Act(kind=HOLD_RELEASED, subject=subject, before=before, hidden=PERSONAL))

    async def every(self) -> HoldList:
        """Those in force first, then the newest."""
        query = select(LegalHold).order_by(LegalHold.released_at.is_not(None), LegalHold.made_at.desc()).limit(MOST)
        async with self._ground.database.session() as session:
            rows = (await session.scalars(query)).all()
        return HoldList(items=[await self._out(row) for row in rows])

    async def of_interaction(self, interaction_id: str) -> HoldList:
        """Those in force on one interaction."""
        rows = []
        async with self._ground.database.session() as session:
            for row in await _in_force(session):
                hold = await self._held(row)
                query = select(Interaction.id).where(Interaction.id == interaction_id, under([hold]))
                if await session.scalar(query) is not None:
                    rows.append(row)
        return HoldList(items=[await self._out(row) for row in rows])

    async def in_force(self, session: AsyncSession) -> tuple[Held, ...]:
        return tuple([await self._held(row) for row in await _in_force(session)])

    async def on(self, session: AsyncSession, subject: Subject) -> list[LegalHold]:
        """Those that name this person; holds of interactions are found by the kinds of data."""
        found = []
        for row in await _in_force(session):
            held = await self._ground.opened(row.subject, LegalHold.subject, row.id)
            if held is not None and held.overlaps(subject):
                found.append(row)
        return found

    async def _held(self, row: LegalHold) -> Held:
        subject = await self._ground.opened(row.subject, LegalHold.subject, row.id)
        if subject is not None:
            return Held(person=subject.person(self._ground.country))
        moments: dict[str, Any] = {
            name: datetime.fromisoformat(row.filter[name]) for name in ("since", "until") if name in row.filter
        }
        return Held(**{name: value for name, value in row.filter.items() if name not in moments}, **moments)

    async def _out(self, row: LegalHold) -> HoldOut:
        return HoldOut(
            id=row.id,
            reason=row.reason,
            subject=subject_out(await self._ground.opened(row.subject, LegalHold.subject, row.id)),
            interactions=InteractionsHeld(**row.filter) if row.filter else None,
            by=row.by_name,
            made_at=row.made_at,
            released_at=row.released_at,
            released_by=row.released_by,
        )


async def _in_force(session: AsyncSession) -> list[LegalHold]:
    return list(await session.scalars(select(LegalHold).where(LegalHold.released_at.is_(None))))
