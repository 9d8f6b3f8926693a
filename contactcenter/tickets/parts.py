"""Everything tickets consist of, built on one another, started and stopped together, with what each plugs in."""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.agents.service import Agents
from contactcenter.api.live import Live
from contactcenter.bus import Bus
from contactcenter.config import TicketSettings
from contactcenter.customers.service import Customers
from contactcenter.notifications.parts import NoticeParts
from contactcenter.plugin import Plugin
from contactcenter.queues.calendars import Calendars
from contactcenter.queues.events import RoutingChanged
from contactcenter.queues.service import Queues
from contactcenter.routing.driver import RoutingDriver
from contactcenter.storage.database import Database
from contactcenter.tickets import customer_plugin, plugin, side_routes
from contactcenter.tickets.automation import hooks_plugin
from contactcenter.tickets.automation.book import TicketRuleStopped
from contactcenter.tickets.automation.hooks_plugin import TicketHooks
from contactcenter.tickets.bulk import Rights
from contactcenter.tickets.customer_side import CustomerSide
from contactcenter.tickets.exchange import TicketExchange
from contactcenter.tickets.feed import TicketFeed
from contactcenter.tickets.figures import routes as figures_routes
from contactcenter.tickets.figures.figures import TicketFigures
from contactcenter.tickets.files import TicketContents
from contactcenter.tickets.helpdesk import Helpdesk
from contactcenter.tickets.notices_customer import CustomerMails
from contactcenter.tickets.notices_herald import Herald
from contactcenter.tickets.outside import Outside
from contactcenter.tickets.planned import routes as planned_routes
from contactcenter.tickets.planned.planner import Planner
from contactcenter.tickets.push_board import PushBoard
from contactcenter.tickets.scanning import Scanner
from contactcenter.tickets.side_links import SideLinks
from contactcenter.tickets.side_mail import SideMail
from contactcenter.tickets.sides import Sides
from contactcenter.tickets.skill_uses import skill_uses
from contactcenter.tickets.suggesting import routes as suggesting_routes
from contactcenter.tickets.suggesting.suggester import Suggester
from contactcenter.vault.service import Vault


class TicketParts:
    """`contents` holds the files; `portal_url` gives the customers' address; `rights` what somebody may at present;
    `tell` puts a warning (id, text; None takes it back) before the supervisors."""

    def __init__(
        self,
        config: TicketSettings,
        database: Database,
        bus: Bus,
        calendars: Calendars,
        vault: Vault,
        live: Live,
        contents: TicketContents,
        customers: Customers,
        notices: NoticeParts,
        driver: RoutingDriver,
        agents: Agents,
        queues: Queues,
        *,
        portal_url: Callable[[], str],
        now: Callable[[], float],
        rights: Rights,
        tell: Callable[[str, str | None], None],
    ) -> None:
        self.helpdesk = Helpdesk(database, bus, calendars, number=config.number, now=now)
        tickets = self.helpdesk.tickets
        self.figures = TicketFigures(tickets, self.helpdesk.views)
        scanner = Scanner(config.clamd)
        self.customer_side = CustomerSide(
            self.helpdesk, contents, scanner, vault, file_mb=config.file_mb, portal_url=portal_url
        )
        files, folder = self.customer_side.files, contents.folder.parent / "ticket_exchange"
        self.exchange = TicketExchange(self.helpdesk, customers, files, bus, folder, import_mb=config.import_mb)
        mails = CustomerMails(notices.service.outbox, notices.templates, self.customer_side.tracking)
        self.herald = Herald(tickets, bus, notices.service, mails)
        self.planner = Planner(tickets, notices.service)
        side_links = SideLinks(vault, portal_url)
        self.sides = Sides(tickets, SideMail(notices.service.outbox, notices.templates, side_links))
        self.outside = Outside(files, side_links)
        self.feed = TicketFeed(tickets, live, bus, now=now)
        self.push = PushBoard(tickets, driver, agents, queues, live, bus)
        self.hooks = TicketHooks(tickets, vault)
        self.suggester = Suggester(tickets, vault)
        queues.skill_uses.append(skill_uses)
        self._tell = tell
        self._rights = rights
        bus.subscribe(RoutingChanged, self._follow_calendars)
        bus.subscribe(TicketRuleStopped, self._tell_of_rule)

    def plugins(self) -> tuple[Plugin, ...]:
        return (
            # Forgetting goes from the last to the first: this one after the tickets it has learned from.
            suggesting_routes.load(self.suggester),
            plugin.load(self.helpdesk),
            hooks_plugin.load(self.hooks),
            customer_plugin.load(self.customer_side),
            side_routes.load(self.sides, self.outside),
            self.exchange.plugin(),
            planned_routes.load(self.planner),
            figures_routes.load(self.figures),
        )

    async def prepare(self) -> None:
        """Before anything is asked of it. Raises StorageUnavailable."""
        await self.helpdesk.prepare()

    def start(self) -> None:
        self.helpdesk.start(self._rights)
        self.customer_side.start()
        self.hooks.start()
        self.feed.start()
        self.push.start()
        self.herald.start()
        self.planner.start()
        self.exchange.start()
        self.suggester.trainer.start()

    async def stop(self) -> None:
        await self.suggester.trainer.stop()
        await self.exchange.stop()
        await self.planner.stop()
        await self.herald.stop()
        await self.push.stop()
        await self.feed.stop()
        await self.hooks.stop()
        await self.customer_side.stop()
        await self.helpdesk.stop()

    async def _follow_calendars(self, event: RoutingChanged) -> None:
        if event.what == "calendar":
            await self.helpdesk.set_up.follow_calendars()

    def _tell_of_rule(self, event: TicketRuleStopped) -> None:
        self._tell(f"ticket-rule:{event.rule_id}", event.why or None)
