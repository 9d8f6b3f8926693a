"""Tickets as examples to learn from: those that are done, with what a person stands for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.storage.database import Database
from contactcenter.tickets.model import Author, EntryKind, MessageKind, Priority
from contactcenter.tickets.models import Ticket, TicketEntry, TicketMessage
from contactcenter.tickets.suggesting.words import LONGEST_TEXT, text_of
from contactcenter.tickets.values import IMPORTED

MOST: Final = 20_000
"""The newest; older ones say less about how things are done today."""
BATCH: Final = 500
LEARNABLE: Final = (Ticket.done.is_(True), Ticket.merged_into.is_(None), Ticket.subject != "")
"""Those of people who were forgotten have no subject any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """`customer` None: of nobody known. `labels`: by field, the values that a person stands for."""

    text: str
    customer: str | None
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """One entry of the history: `changed` fields, by `author`."""

    sequence: int
    author: str
    changed: frozenset[str]
    imported: bool = False


def stood_for(values: Mapping[str, str | None], history: Sequence[Done], last_by_person: int) -> dict[str, str]:
    """The values that an agent has set, or left as they were when he did something after they were set: in the entry
    `last_by_person`, 0 for never. What came from elsewhere was somebody's there."""
    since: dict[str, int] = {}
    for entry in history:
        if entry.author in (Author.RULE, Author.SYSTEM) and not entry.imported:
            since |= dict.fromkeys(entry.changed, entry.sequence)
    seen = last_by_person or (1 if any(entry.imported for entry in history) else 0)
    return {
        name: value for name, value in values.items() if value is not None and seen > 0 and seen >= since.get(name, 0)
    }


async def examples(
    database: Database, chosen: Mapping[str, Collection[str]], told: Callable[[float], None] = lambda share: None
) -> list[Example]:
    """The newest MOST, oldest first. `chosen`: the values of each field that are in use; others are not learned.
    Raises StorageUnavailable."""
    async with database.session() as session:
        newest = select(Ticket.id).where(*LEARNABLE).order_by(Ticket.serial.desc()).limit(MOST)
        ids = list(await session.scalars(newest))[::-1]
    found: list[Example] = []
    for at in range(0, len(ids), BATCH):
        async with database.session() as session:
            found += await _some(session, ids[at : at + BATCH], chosen)
        told(min(1.0, (at + BATCH) / len(ids)))
    return found


async def _some(session: AsyncSession, ids: Sequence[str], chosen: Mapping[str, Collection[str]]) -> list[Example]:
    columns = (Ticket.id, Ticket.subject, Ticket.requester_id, Ticket.type_id, Ticket.category_id, Ticket.priority)
    rows = list(await session.execute(select(*columns).where(Ticket.id.in_(ids)).order_by(Ticket.serial)))
    messages, history, acted = await _messages(session, ids), await _history(session, ids), await _acted(session, ids)
    found = []
    for row in rows:
        labels = stood_for(_values(row), history.get(row.id, []), acted.get(row.id, 0))
        found.append(
            Example(
                text=text_of(row.subject, messages.get(row.id, "")),
                customer=row.requester_id,
                labels={name: value for name, value in labels.items() if value in chosen.get(name, ())},
            )
        )
    return found


def _values(row: Any) -> dict[str, str | None]:
    return {"type": row.type_id, "category": row.category_id, "priority": Priority(row.priority).word}


async def first_message(session: AsyncSession, ticket_id: str) -> str:
    """What it begins with, as far as it is looked at."""
    return (await _messages(session, [ticket_id])).get(ticket_id, "")


async def _messages(session: AsyncSession, ids: Sequence[str]) -> dict[str, str]:
    first = select(func.min(TicketMessage.id)).where(
        TicketMessage.ticket_id.in_(ids), TicketMessage.kind != MessageKind.SIDE.value
    )
    text = func.substr(TicketMessage.text, 1, LONGEST_TEXT).label("text")
    query = select(TicketMessage.ticket_id, text).where(TicketMessage.id.in_(first.group_by(TicketMessage.ticket_id)))
    return {row.ticket_id: row.text for row in await session.execute(query)}


async def _history(session: AsyncSession, ids: Sequence[str]) -> dict[str, list[Done]]:
    query = select(TicketEntry.ticket_id, TicketEntry.sequence, TicketEntry.author, TicketEntry.data)
    kinds = (EntryKind.MADE.value, EntryKind.CHANGED.value)
    query = query.where(TicketEntry.ticket_id.in_(ids), TicketEntry.kind.in_(kinds)).order_by(TicketEntry.sequence)
    found: dict[str, list[Done]] = {}
    for row in await session.execute(query):
        changed = frozenset(row.data.get("changes", ()))
        done = Done(row.sequence, row.author, changed, bool(row.data.get(IMPORTED)))
        found.setdefault(row.ticket_id, []).append(done)
    return found


async def _acted(session: AsyncSession, ids: Sequence[str]) -> dict[str, int]:
    """The last entry of an agent."""
    query = select(TicketEntry.ticket_id, func.max(TicketEntry.sequence).label("last"))
    query = query.where(TicketEntry.ticket_id.in_(ids), TicketEntry.author == Author.AGENT.value)
    return {row.ticket_id: row.last for row in await session.execute(query.group_by(TicketEntry.ticket_id))}


async def chosen_by_people(session: AsyncSession, row: Ticket, usual_priority: int) -> set[str]:
    """Fields of a ticket that an agent has decided himself: they are not doubted."""
    query = select(TicketEntry.sequence, TicketEntry.kind, TicketEntry.data)
    by_agent = (TicketEntry.ticket_id == row.id, TicketEntry.author == Author.AGENT.value)
    found: set[str] = set()
    for entry in await session.execute(query.where(*by_agent)):
        if entry.kind == EntryKind.CHANGED:
            found |= set(entry.data.get("changes", ()))
        elif entry.kind == EntryKind.MADE:
            values = entry.data.get("values", {})
            found.add("type")
            if values.get("category") is not None:
                found.add("category")
            if values.get("priority") != Priority(usual_priority).word:
                found.add("priority")
    return found
