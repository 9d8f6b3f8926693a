"""Whom a flow may hand something to beside agents: tickets, people's notices and mail, customers' consents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """Who calls. `address` is the number or SIP user; `customer_id` None: not known."""

    address: str
    name: str | None
    customer_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """For a "team" or "agent" by id, or a "mail" address. `interaction_id`: where it is told, and heard when it was
    spoken."""

    kind: Literal["team", "agent", "mail"]
    to: str
    subject: str
    text: str
    interaction_id: str
    spoken_s: float | None


class TicketDesk(Protocol):
    async def open(self, *, subject: str, description: str, requester: Requester, interaction_id: str) -> str:
        """The new ticket's number, as people say it. Raises StorageUnavailable or Problem when it cannot be opened."""
        ...


class Messenger(Protocol):
    async def send(self, note: Note) -> bool:
        """False: nobody would get it, such as when the team is gone. Raises StorageUnavailable."""
        ...


class ConsentBook(Protocol):
    async def keep(self, *, customer_id: str, kind: str, given: bool, version: str) -> None:
        """In the customer's records, as given on the telephone. Raises StorageUnavailable or Problem."""
        ...


class NobodyToTell:
    async def send(self, note: Note) -> bool:
        return False


class NoConsents:
    async def keep(self, *, customer_id: str, kind: str, given: bool, version: str) -> None:
        """There are no customers here."""
