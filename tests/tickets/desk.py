"""A helpdesk without a server: tickets on a real database, with an invented clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contactcenter.bus import Bus
from contactcenter.customers.models import Customer
from contactcenter.identity.models import Team, User, UserRole
from contactcenter.permissions import EVERYWHERE, Catalogue, Holding, Principal, Role, Scope
from contactcenter.queues.calendars import Calendars
from contactcenter.queues.models import Queue
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from contactcenter.tickets import permissions
from contactcenter.tickets.acting import By, customer, staff
from contactcenter.tickets.documents import NewMessage, NewTicket, TicketOut, TicketPatch
from contactcenter.tickets.events import TicketEvent
from contactcenter.tickets.helpdesk import Helpdesk
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.setup import SetUp

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC).timestamp()
"""A Monday morning."""
CARA = "c" * 32


@dataclass(slots=True)
class Desk:
    """`now` is turned by hand; `told` is what was announced."""

    database: Database
    bus: Bus
    calendars: Calendars
    helpdesk: Helpdesk
    clock: list[float]
    told: list[TicketEvent] = field(default_factory=list)

    @property
    def set_up(self) -> SetUp:
        return self.helpdesk.set_up

    @property
    def tickets(self) -> Tickets:
        return self.helpdesk.tickets

    @property
    def now(self) -> float:
        return self.clock[0]

    def pass_hours(self, hours: float) -> None:
        self.clock[0] += hours * 3600

    async def make(self, by: By | None = None, **values: Any) -> TicketOut:
        body = NewTicket.model_validate({"subject": "Printer broken", "description": "It burns.", **values})
        return (await self.tickets.make(body, by or ANNA)).ticket

    async def change(self, ticket: TicketOut, by: By | None = None, **values: Any) -> TicketOut:
        return await self.tickets.change(ticket.id, TicketPatch.model_validate(values), by or ANNA)

    async def say(self, ticket: TicketOut, text: str, by: By | None = None, **values: Any) -> TicketOut:
        await self.tickets.say(ticket.id, NewMessage.model_validate({"text": text, **values}), by or ANNA)
        return await self.look(ticket)

    async def look(self, ticket: TicketOut) -> TicketOut:
        return await self.tickets.get(ticket.id, everywhere())


def principal(user_id: str, role: Role = Role.AGENT, scope: Scope = EVERYWHERE) -> Principal:
    catalogue = Catalogue(*permissions.ALL)
    grants = catalogue.grants([Holding(role, catalogue.of_role(role), scope)])
    return Principal(
        user_id=user_id,
        email=f"{user_id}@example.com",
        name=user_id.title(),
        roles=(role,),
        session_id="",
        grants=grants,
    )


def everywhere(user_id: str = "anna") -> Principal:
    return principal(user_id, Role.ADMINISTRATOR)


ANNA = staff(principal("anna"))
BERT = staff(principal("bert"))
CUSTOMER = customer(CARA, "Cara")


@asynccontextmanager
async def desk(folder: Path, url: str | None = None) -> AsyncIterator[Desk]:
    url = url or f"sqlite+aiosqlite:///{folder}/tickets.db"
    await upgrade(url)
    database = Database(url)
    clock = [BEGIN]
    bus = Bus()
    calendars = Calendars(database, lambda: clock[0])
    helpdesk = Helpdesk(database, bus, calendars, number="T-{serial:06d}", now=lambda: clock[0])
    made = Desk(database, bus, calendars, helpdesk, clock)
    bus.subscribe(TicketEvent, made.told.append)
    try:
        await _people(database)
        await calendars.reload()
        await helpdesk.prepare()
        yield made
    finally:
        await helpdesk.stop()
        await bus.close()
        await database.stop()


async def _people(database: Database) -> None:
    at = datetime.fromtimestamp(BEGIN, UTC)
    async with database.transaction() as session:
        if await session.get(User, "anna") is not None:
            return
        for name in ("anna", "bert", "plan"):
            session.add(User(id=name, email=f"{name}@example.com", name=name.title(), created_at=at))
        await session.flush()
        roles = {"anna": "agent", "bert": "agent", "plan": "planner"}
        session.add_all(UserRole(user_id=name, role=role) for name, role in roles.items())
        session.add_all([Team(id="north", name="North"), Queue(id="support", name="Support")])
        session.add(
            Customer(id=CARA, root_id=CARA, kind="person", name="Cara", sort_name="cara", created_at=at, changed_at=at)
        )
