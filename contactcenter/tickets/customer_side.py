"""What customers have of the helpdesk, and the files that both sides send: built, started and stopped together."""

from __future__ import annotations

from contactcenter.tickets.customer_requests import CustomerRequests
from contactcenter.tickets.files import TicketContents
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.helpdesk import Helpdesk
from contactcenter.tickets.scanning import Scanner


class CustomerSide:
    def __init__(self, helpdesk: Helpdesk, contents: TicketContents, scanner: Scanner, *, file_mb: int) -> None:
        self.files = TicketFiles(helpdesk.tickets, contents, scanner, most_bytes=file_mb * 2**20)
        self.requests = CustomerRequests(self.files)

    def start(self) -> None:
        self.files.start()

    async def stop(self) -> None:
        await self.files.stop()
