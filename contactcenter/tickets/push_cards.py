"""What people see of a ticket that waits in the routing engine or is in an agent's hands."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


class Cards(Mapping[str, Card]):
    """Those of the tickets that the engine has, by id; which of a queue is due first takes no look at all of them."""

    def __init__(self, cards: Iterable[Card] = ()) -> None:
        self._cards: dict[str, Card] = {}
        self._dues: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self.put(cards)

    def __getitem__(self, ticket_id: str) -> Card:
        return self._cards[ticket_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cards)

    def __len__(self) -> int:
        return len(self._cards)

    def put(self, cards: Iterable[Card]) -> None:
        for card in cards:
            self.drop(card.id)
            self._cards[card.id] = card
            if (place := _place(card)) is not None:
                insort(self._dues[card.queue_id or ""], place)

    def drop(self, ticket_id: str) -> None:
        """Does nothing where there is none."""
        card = self._cards.pop(ticket_id, None)
        if card is not None and (place := _place(card)) is not None:
            dues = self._dues[card.queue_id or ""]
            del dues[bisect_left(dues, place)]

    def first_due(self, queue_id: str, waits: Callable[[str], bool]) -> str | None:
        """The moment of the first clock that breaks, or has broken, among those of the queue that wait; tickets in
        somebody's hands are asked for and passed over."""
        return next((due for due, ticket_id in self._dues[queue_id] if waits(ticket_id)), None)


def _place(card: Card) -> tuple[str, str] | None:
    return None if card.due is None or card.due["due_at"] is None else (card.due["due_at"], card.id)


async def cards_of(session: AsyncSession, rows: Sequence[Ticket], catalog: Catalog) -> list[Card]:
    near = await shown.names_around(session, rows)
    return [_card(shown.line(row, near, catalog)) for row in rows]


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
