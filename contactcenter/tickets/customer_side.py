"""What customers have of the helpdesk, and the files that both sides send: built, started and stopped together."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.tickets.customer_requests import CustomerRequests
from contactcenter.tickets.files import TicketContents
from contactcenter.tickets.files_kept import TicketFiles
from contactcenter.tickets.helpdesk import Helpdesk
from contactcenter.tickets.scanning import Scanner
from contactcenter.tickets.tracking import Tracking
from contactcenter.vault.service import Vault


class CustomerSide:
    """`portal_url` gives the portal's address."""

    def __init__(
        self,
        helpdesk: Helpdesk,
        contents: TicketContents,
        scanner: Scanner,
        vault: Vault,
        *,
        file_mb: int,
        portal_url: Callable[[], str],
    ) -> None:
        self.files = TicketFiles(helpdesk.tickets, contents, scanner, most_bytes=file_mb * 2**20)
        self.requests = CustomerRequests(self.files)
        self.tracking = Tracking(self.requests, vault, portal_url)

    def start(self) -> None:
        self.files.start()

    async def stop(self) -> None:
        await self.files.stop()
