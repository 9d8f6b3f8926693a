"""A helpdesk into which tickets of elsewhere come, with invented time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from contactcenter.api.uploads import Stored
from contactcenter.customers.service import Customers
from contactcenter.storage.database import Database
from contactcenter.tickets.exchange import TicketExchange
from contactcenter.tickets.files import TicketContents
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.importing.settings import ImportOut, MappingBody
from contactcenter.tickets.models import Ticket, TicketEntry, TicketMessage
from contactcenter.tickets.scanning import Scanner
from tests.fakes.keys import open_vault
from tests.tickets.desk import Desk, desk, everywhere


@dataclass(slots=True)
class House:
    desk: Desk
    exchange: TicketExchange
    customers: Customers
    files: TicketFiles

    @property
    def database(self) -> Database:
        return self.desk.database

    async def upload(self, data: bytes, name: str = "tickets.json") -> ImportOut:
        """Read, and ready to be started."""
        import_id, path = self.exchange.imports.place()
        path.write_bytes(data)
        await self.exchange.imports.take(import_id, Stored(name=name, size=len(data)), everywhere())
        await self.exchange.imports.drain()
        return await self.exchange.imports.get(import_id)

    async def bring(self, data: bytes, name: str = "tickets.json", **mapping: Any) -> ImportOut:
        """All the way, with these changes to the proposed mapping."""
        found = await self.upload(data, name)
        assert found.state == "ready", found.problem
        if mapping:
            assert found.mapping is not None
            document = found.mapping.model_dump() | mapping
            await self.exchange.imports.map(found.id, MappingBody.model_validate(document))
        await self.exchange.imports.start_one(found.id)
        await self.exchange.imports.drain()
        return await self.exchange.imports.get(found.id)

    async def tickets(self) -> list[Ticket]:
        async with self.database.session() as session:
            return list(await session.scalars(select(Ticket).order_by(Ticket.made_at, Ticket.serial)))

    async def thread(self, ticket: Ticket) -> list[TicketMessage]:
        async with self.database.session() as session:
            of_it = select(TicketMessage).where(TicketMessage.ticket_id == ticket.id)
            return list(await session.scalars(of_it.order_by(TicketMessage.id)))

    async def history(self, ticket: Ticket) -> list[TicketEntry]:
        async with self.database.session() as session:
            of_it = select(TicketEntry).where(TicketEntry.ticket_id == ticket.id)
            return list(await session.scalars(of_it.order_by(TicketEntry.sequence)))


@asynccontextmanager
async def house(folder: Path, url: str | None = None, made: Desk | None = None) -> AsyncIterator[House]:
    if made is not None:
        yield await _house(made, folder)
        return
    async with desk(folder, url) as fresh:
        found = await _house(fresh, folder)
        try:
            yield found
        finally:
            await found.exchange.stop()


async def _house(made: Desk, folder: Path) -> House:
    vault = await open_vault(made.database, folder)
    customers = Customers(made.database, vault, country="DE", now=lambda: made.now)
    contents = TicketContents(vault, folder / "files")
    files = TicketFiles(made.tickets, contents, Scanner(""), most_bytes=2**20)
    exchange = TicketExchange(made.helpdesk, customers, files, made.bus, folder / "exchange", import_mb=64)
    return House(made, exchange, customers, files)


def packed(entries: Mapping[str, Any]) -> bytes:
    """A ZIP of these: bytes as they are, anything else as JSON."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content if isinstance(content, bytes) else orjson.dumps(content))
    return out.getvalue()
