"""Everything tickets consist of, built on one another, started and stopped together, with what each plugs in."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.api.live import Live
from contactcenter.bus import Bus
from contactcenter.config import TicketSettings
from contactcenter.plugin import Plugin
from contactcenter.queues.calendars import Calendars
from contactcenter.queues.events import RoutingChanged
from contactcenter.storage.database import Database
from contactcenter.tickets import customer_plugin, plugin
from contactcenter.tickets.automation import hooks_plugin
from contactcenter.tickets.automation.book import TicketRuleStopped
from contactcenter.tickets.automation.hooks_plugin import TicketHooks
from contactcenter.tickets.customer_side import CustomerSide
from contactcenter.tickets.feed import TicketFeed
from contactcenter.tickets.files import TicketContents
from contactcenter.tickets.helpdesk import Helpdesk
from contactcenter.tickets.scanning import Scanner
from contactcenter.vault.service import Vault


class TicketParts:
    """`contents` holds the files; `tell` puts a warning (id, text; None takes it back) before the supervisors."""

    def __init__(
        self,
        config: TicketSettings,
        database: Database,
        bus: Bus,
        calendars: Calendars,
        vault: Vault,
        live: Live,
        contents: TicketContents,
        *,
        now: Callable[[], float],
        tell: Callable[[str, str | None], None],
    ) -> None:
        self.helpdesk = Helpdesk(database, bus, calendars, number=config.number, now=now)
        tickets = self.helpdesk.tickets
        self.customer_side = CustomerSide(self.helpdesk, contents, Scanner(config.clamd), file_mb=config.file_mb)
        self.feed = TicketFeed(tickets, live, bus, now=now)
        self.hooks = TicketHooks(tickets, vault)
        self._tell = tell
        bus.subscribe(RoutingChanged, self._follow_calendars)
        bus.subscribe(TicketRuleStopped, self._tell_of_rule)

    def plugins(self) -> tuple[Plugin, ...]:
        return (
            plugin.load(self.helpdesk),
            hooks_plugin.load(self.hooks),
            customer_plugin.load(self.customer_side),
        )

    async def prepare(self) -> None:
        """Before anything is asked of it. Raises StorageUnavailable."""
        await self.helpdesk.prepare()

    def start(self) -> None:
        self.helpdesk.start()
        self.customer_side.start()
        self.hooks.start()
        self.feed.start()

    async def stop(self) -> None:
        await self.feed.stop()
        await self.hooks.stop()
        await self.customer_side.stop()
        await self.helpdesk.stop()

    async def _follow_calendars(self, event: RoutingChanged) -> None:
        if event.what == "calendar":
            await self.helpdesk.set_up.follow_calendars()

    def _tell_of_rule(self, event: TicketRuleStopped) -> None:
        self._tell(f"ticket-rule:{event.rule_id}", event.why or None)
