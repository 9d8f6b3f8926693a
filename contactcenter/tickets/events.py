"""What has become true of tickets, announced on the bus after it is committed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contactcenter.tickets.model import Author, MessageKind
from contactcenter.tickets.sla import ClockKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEvent:
    """`sequence` is that of the newest entry; `author` who did it, `cause` the rule that did (to stop loops)."""

    ticket_id: str
    sequence: int
    author: Author
    author_id: str
    cause: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMade(TicketEvent):
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChanged(TicketEvent):
    """`changes`: {field: (before, after)}."""

    changes: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSaid(TicketEvent):
    kind: MessageKind
    message_id: int
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDue(TicketEvent):
    """A clock has used up `percent` of what was promised; 100 is the breach."""

    clock: ClockKind
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNotified(TicketEvent):
    """A rule or macro has told people of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRemoved(TicketEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketsImported:
    """Tickets of elsewhere are here with their history; nothing answers what has happened in it.
    `ticket_ids`: those that are new, or have just been linked with others."""

    import_id: str
    ticket_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TicketSetUpChanged:
    """Types, states, categories, fields or policies are others now."""
