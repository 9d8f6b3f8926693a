"""What people see of a ticket that waits in the routing engine or is in an agent's hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.tickets import shown
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.documents import TicketRow
from contactcenter.tickets.models import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """`due` as documents.ClockOut in JSON: the clock that breaks first."""

    id: str
    number: str
    subject: str
    type_name: str
    priority: str
    requester: str | None
    queue_id: str | None
    made_at: str
    due: dict[str, Any] | None

    def told(self) -> dict[str, Any]:
        """As the agent's page takes it."""
        return {
            "id": self.id,
            "number": self.number,
            "subject": self.subject,
            "type": self.type_name,
            "priority": self.priority,
            "requester": self.requester,
            "due": self.due,
        }


async def cards_of(session: AsyncSession, rows: Sequence[Ticket], catalog: Catalog) -> dict[str, Card]:
    near = await shown.names_around(session, rows)
    return {row.id: _card(shown.line(row, near, catalog)) for row in rows}


def _card(line: TicketRow) -> Card:
    return Card(
        id=line.id,
        number=line.number,
        subject=line.subject,
        type_name=line.type.name,
        priority=line.priority,
        requester=line.requester.name if line.requester else None,
        queue_id=line.queue.id if line.queue else None,
        made_at=line.model_dump(mode="json", include={"made_at"})["made_at"],
        due=line.due.model_dump(mode="json") if line.due else None,
    )
