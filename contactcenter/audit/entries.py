"""What the trail tells of certain things, for those who show it beside them; searching all of it is inspection's."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from contactcenter.audit.acts import ActKind
from contactcenter.audit.models import AuditEntry
from contactcenter.storage.database import Database


async def entries_about(
    database: Database, kind: str, ids: Collection[str], acts: Collection[ActKind]
) -> list[AuditEntry]:
    """Of these things of one kind, the oldest first. Raises StorageUnavailable."""
    query = select(AuditEntry).where(
        AuditEntry.subject_kind == kind,
        AuditEntry.subject_id.in_(ids),
        AuditEntry.act.in_([act.name for act in acts]),
    )
    async with database.session() as session:
        return list(await session.scalars(query.order_by(AuditEntry.id)))
