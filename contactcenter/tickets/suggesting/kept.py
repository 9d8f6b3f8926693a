"""The one row: how suggestions are set, and what was learned."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.storage.database import Database
from contactcenter.tickets.settings import plain
from contactcenter.tickets.suggesting.model import Model, unpacked
from contactcenter.tickets.suggesting.models import ROW, TicketSuggester
from contactcenter.tickets.suggesting.settings import Report, SuggesterBody
from contactcenter.tickets.suggesting.worker import Answer
from contactcenter.vault.columns import row_context
from contactcenter.vault.service import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The row without what was learned itself, which `model_id` names."""

    settings: SuggesterBody = field(default_factory=SuggesterBody)
    report: Report | None = None
    model_id: str | None = None
    trained_at: datetime | None = None
    forgotten: int = 0
    again: bool = False


async def held(session: AsyncSession) -> Held:
    row = await session.get(TicketSuggester, ROW)
    return Held() if row is None else _held(row)


def _held(row: TicketSuggester) -> Held:
    return Held(
        settings=SuggesterBody.model_validate(row.settings),
        report=None if row.report is None else Report.model_validate(row.report),
        model_id=row.model_id,
        trained_at=row.trained_at,
        forgotten=row.forgotten,
        again=row.again,
    )


async def row(session: AsyncSession) -> TicketSuggester:
    """To be changed; made where there is none yet, by one of those who want to at once."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    new = insert(TicketSuggester).values(id=ROW, settings=plain(SuggesterBody()), forgotten=0, again=False)
    await session.execute(new.on_conflict_do_nothing())
    return await session.get_one(TicketSuggester, ROW, with_for_update=True)


async def let_go(session: AsyncSession) -> bool:
    """Forgets what was learned, and what is being learned now, to be learned anew. Whether there was something."""
    found = await session.get(TicketSuggester, ROW, with_for_update=True)
    if found is None:
        return False
    there = found.model_id is not None
    found.model = found.model_id = found.report = found.trained_at = None
    found.forgotten += 1
    found.again = found.again or there
    return there


async def begin(database: Database) -> int:
    """Whatever is let go from now on is not learned; to be handed to `keep`."""
    async with database.writing() as session:
        return (await row(session)).forgotten


async def keep(database: Database, vault: Vault, answer: Answer, at: datetime, begun: int) -> bool:
    """Not what was learned from somebody who has been forgotten meanwhile: then it has to be learned anew."""
    sealed = None
    if answer.model is not None:
        context = row_context(TicketSuggester.model, ROW)
        sealed = await asyncio.to_thread(vault.seal, answer.model, context)
    async with database.writing() as session:
        found = await row(session)
        found.again = found.forgotten != begun
        if not found.again:
            found.report, found.trained_at, found.model = answer.report, at, sealed
            found.model_id = None if sealed is None else uuid.uuid4().hex
        return not found.again


async def model(database: Database, vault: Vault, model_id: str) -> Model | None:
    """None: it is another one by now. Raises NotThisModel, VaultError."""
    async with database.session() as session:
        query = select(TicketSuggester.model).where(TicketSuggester.id == ROW, TicketSuggester.model_id == model_id)
        sealed = await session.scalar(query)
    if sealed is None:
        return None
    data = await vault.open(sealed, row_context(TicketSuggester.model, ROW))
    return await asyncio.to_thread(unpacked, data)
