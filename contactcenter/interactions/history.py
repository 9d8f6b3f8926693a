"""What happened before: a caller's last interactions, for the agent who is about to answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, func, or_, select

from contactcenter.interactions.models import Interaction
from contactcenter.interactions.names import Names
from contactcenter.storage.database import Database
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.storage.journal import Journal

log = structlog.get_logger(__name__)

ANONYMOUS = frozenset({"", "anonymous", "unknown", "unavailable"})


class History:
    def __init__(self, database: Database, journal: Journal, names: Names) -> None:
        self._database = database
        self._journal = journal
        self._names = names

    async def of_caller(self, address: str, limit: int = 5, *, customers: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Newest first: from this address, and of these customers from wherever. A call is answered with or without its
        history: a database that is away gives none."""
        ways: list[ColumnElement[bool]] = []
        if address.lower() not in ANONYMOUS:
            ways.append(Interaction.caller_address == address)
        if customers:
            ways.append(Interaction.customer_id.in_(customers))
        if not ways:
            return []
        query = (
            select(Interaction)
            .where(or_(*ways), Interaction.state == "ended")
            .order_by(Interaction.started_at.desc())
            .limit(limit)
        )
        await self._journal.catch_up()
        try:
            async with self._database.session() as session:
                rows = (await session.scalars(query)).all()
        except StorageUnavailable as error:
            log.warning("history.unavailable", reason=str(error))
            return []
        return [self._row(row) for row in rows]

    async def calls_before(self, address: str) -> int:
        """How often the caller has called before; 0 for the anonymous and while the database is away."""
        if address.lower() in ANONYMOUS:
            return 0
        query = select(func.count()).where(Interaction.caller_address == address, Interaction.state == "ended")
        try:
            async with self._database.session() as session:
                return await session.scalar(query) or 0
        except StorageUnavailable as error:
            log.warning("history.unavailable", reason=str(error))
            return 0

    def _row(self, row: Interaction) -> dict[str, Any]:
        return {
            "id": row.id,
            "started_at": utc_text(row.started_at),
            "queue": self._names.queue(row.queue_id)["name"] if row.queue_id else None,
            "agent": self._names.agent(row.agent_id)["name"] if row.agent_id else None,
            "outcome": row.outcome,
            "disposition": self._names.disposition(row.disposition_id) if row.disposition_id else None,
        }


def utc_text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
