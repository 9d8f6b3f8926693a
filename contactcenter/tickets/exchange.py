"""Tickets from and to elsewhere: built, started, stopped and plugged in together."""

from __future__ import annotations

from pathlib import Path

from contactcenter.bus import Bus
from contactcenter.customers.service import Customers
from contactcenter.plugin import Plugin
from contactcenter.tickets.exporting import routes as export_routes
from contactcenter.tickets.exporting.exports import TicketExports
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.helpdesk import Helpdesk
from contactcenter.tickets.importing import routes as import_routes
from contactcenter.tickets.importing.imports import TicketImports
from contactcenter.tickets.importing.privacy import personal


class TicketExchange:
    """`folder` holds what is on its way in or out; `import_mb` is the largest upload."""

    def __init__(
        self, helpdesk: Helpdesk, customers: Customers, files: TicketFiles, bus: Bus, folder: Path, *, import_mb: int
    ) -> None:
        self._database = helpdesk.tickets.database
        self.imports = TicketImports(helpdesk.tickets, customers, files, bus, folder, most_mb=import_mb)
        self.exports = TicketExports(helpdesk.tickets, helpdesk.views, files, folder)

    def plugin(self) -> Plugin:
        routes = (*import_routes.routes(self.imports), *export_routes.routes(self.exports))
        return Plugin(name="ticket-exchange", routes=routes, personal=(personal(self._database),))

    def start(self) -> None:
        self.imports.start()

    async def stop(self) -> None:
        await self.imports.stop()
        await self.exports.stop()
