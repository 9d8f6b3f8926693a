"""Forgetting a person: every step may be cut off by a kill and is done again without harm."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.identity.users import FORMER
from contactcenter.interactions.models import Interaction
from contactcenter.interactions.privacy import InteractionPrivacy, about
from contactcenter.plugin import Person
from contactcenter.privacy import sweep
from contactcenter.privacy.exporting import remove_file
from contactcenter.privacy.ground import Ground
from contactcenter.privacy.models import ErasedIdentity, LegalHold, PrivacyRequest
from contactcenter.privacy.subjects import Subject

BATCH = 200
PAUSE_S = 0.01
"""Between batches, in which others come to the database."""

log = structlog.get_logger(__name__)
Progress = Callable[[dict[str, int]], Awaitable[None]]


class NotYet(Exception):  # noqa: N818 - a state of the world
    """It has to wait; the text is a sentence."""


class Erasure:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def run(self, subject: Subject, until: datetime, told: Progress, *, request_id: str = "") -> dict[str, int]:
        """Forget what began until then, and leave nothing of it in free pages; how many of each kind went.

        Raises NotYet, CannotErase, StorageUnavailable, OSError.
        """
        done = await self.rows(subject, until, told, request_id=request_id)
        await sweep.compact(self._ground.database)
        return done

    async def rows(
        self, subject: Subject, until: datetime, told: Progress, *, request_id: str = "", remember: bool = True
    ) -> dict[str, int]:
        """As `run`, but free pages of the database stay as they are. Not `remember`: the caller does, afterwards."""
        ground = self._ground
        await ground.journal.flush()
        person = subject.person(ground.country, until)
        await self._check_over(person)
        if remember:
            await self.remember(subject, until)
        await sweep.refused_rows(ground.data, person, frozenset(await InteractionPrivacy(ground.database).ids(person)))
        await self._forget_requests(subject, request_id)
        done: dict[str, int] = {}
        # From the top of the house down: recordings know their interactions, interactions their customers.
        for data in reversed(ground.personal()):
            while count := await data.erase(person, BATCH):
                done[data.kind] = done.get(data.kind, 0) + count
                await told(done)
                await asyncio.sleep(PAUSE_S)
        await sweep.spoken(ground.speech)
        return done

    async def remember(self, subject: Subject, until: datetime) -> None:
        """Before anything goes, so that a backup of half of it is known for what it is."""
        memory = self._ground.memory
        macs = [memory.mac(mark) for mark in subject.marks()]
        await asyncio.to_thread(memory.remember, macs, until.timestamp())
        async with self._ground.database.transaction() as session:
            await write_macs(session, macs, until)

    async def _check_over(self, person: Person) -> None:
        async with self._ground.database.session() as session:
            rows = (await session.execute(select(Interaction.id, Interaction.state).where(about(person)))).all()
        if any(state != "ended" or self._ground.is_live(interaction_id) for interaction_id, state in rows):
            raise NotYet("An interaction with this person goes on, or its wrap-up; it is erased after its end.")

    async def _forget_requests(self, subject: Subject, request_id: str) -> None:
        """Exports of the same person, and whom older requests and released holds were about."""
        ground = self._ground
        async with ground.database.transaction() as session:
            for row in await session.scalars(select(PrivacyRequest).where(PrivacyRequest.subject.is_not(None))):
                if row.id == request_id:
                    row.reason = ""
                    continue
                held = await ground.opened(row.subject, PrivacyRequest.subject, row.id)
                if held is None or not held.overlaps(subject):
                    continue
                if row.kind == "export":
                    await asyncio.to_thread(remove_file, ground.folder, row.id)
                    row.state = "expired"
                    row.subject = None
                    row.reason = ""
            released = select(LegalHold).where(LegalHold.subject.is_not(None), LegalHold.released_at.is_not(None))
            for hold in await session.scalars(released):
                held = await ground.opened(hold.subject, LegalHold.subject, hold.id)
                if held is not None and held.overlaps(subject):
                    hold.subject, hold.reason = None, ""
            if subject.users:
                for table in (PrivacyRequest, LegalHold):
                    await session.execute(update(table).where(table.by_id.in_(subject.users)).values(by_name=FORMER))
                by_them = LegalHold.released_by_id.in_(subject.users)
                await session.execute(update(LegalHold).where(by_them).values(released_by=FORMER))


async def write_macs(session: AsyncSession, macs: Iterable[str], until: datetime) -> None:
    """Later moments win."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    for mac in macs:
        statement = insert(ErasedIdentity).values(mac=mac, until=until)
        later = {"until": statement.excluded.until}
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["mac"], set_=later, where=ErasedIdentity.until < statement.excluded.until
            )
        )


def moment_of(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
