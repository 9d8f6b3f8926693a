"""The parts of the helpdesk, built on one another; whoever starts and stops them has them in his hand here."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.bus import Bus
from contactcenter.queues.calendars import Calendars
from contactcenter.storage.database import Database
from contactcenter.tickets.automation.automation import Automation
from contactcenter.tickets.bulk import Bulk, Rights
from contactcenter.tickets.due import Due
from contactcenter.tickets.involving import Involving
from contactcenter.tickets.linking import Linking
from contactcenter.tickets.numbers import Numbers
from contactcenter.tickets.privacy import TicketPrivacy
from contactcenter.tickets.service import Tickets
from contactcenter.tickets.setup import SetUp
from contactcenter.tickets.surroundings import Surroundings, references
from contactcenter.tickets.uses import uses
from contactcenter.tickets.views import Views


class Helpdesk:
    """`number`: the pattern of ticket numbers; `now` gives unix seconds."""

    def __init__(
        self, database: Database, bus: Bus, calendars: Calendars, *, number: str, now: Callable[[], float]
    ) -> None:
        self.set_up = SetUp(database, bus, calendars, references, now, uses)
        self.tickets = Tickets(database, bus, self.set_up, Numbers(database, number), Surroundings(), now=now)
        self.involving = Involving(self.tickets)
        self.linking = Linking(self.tickets)
        self.views = Views(self.tickets)
        self.bulk = Bulk(self.tickets, self.views)
        self.due = Due(self.tickets)
        self.automation = Automation(self.tickets, bus)
        self.privacy = TicketPrivacy(self.tickets)

    async def prepare(self) -> None:
        """Before anything is asked of it. Raises StorageUnavailable."""
        await self.set_up.reload()
        await self.automation.prepare()

    def start(self, rights: Rights) -> None:
        self.due.start()
        self.bulk.start(rights)
        self.automation.start()

    async def stop(self) -> None:
        await self.due.stop()
        await self.bulk.stop()
        await self.automation.stop()
        await self.tickets.stop()
