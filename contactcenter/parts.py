"""What a contact center consists of: everything is built and joined here, in one readable order; app.py runs it."""

from functools import partial
from importlib.metadata import PackageNotFoundError, version

from acd.engine import Engine
from contactcenter.addresses import page_url, sip_address, sip_host
from contactcenter.agents import routes as agent_routes
from contactcenter.agents.service import Agents
from contactcenter.agents.telephone_set_up import TelephoneSetUp
from contactcenter.agents.telephone_state import TelephoneBoard
from contactcenter.agents.telephones import Telephones
from contactcenter.api.live import Live
from contactcenter.audit.accesses import Accesses
from contactcenter.audit.recorder import note_later
from contactcenter.audit.trail import trail_of
from contactcenter.backup.backups import Backups
from contactcenter.branding.service import Branding
from contactcenter.bus import Bus
from contactcenter.call_flows import CallFlows
from contactcenter.calls.commands import AgentCommands, problem_of
from contactcenter.calls.engine_events import EngineEvents
from contactcenter.calls.house import CustomerConsents, MailMessenger, dialable, unreachable
from contactcenter.calls.pages import Pages
from contactcenter.calls.rows import Rows
from contactcenter.calls.service import Calls
from contactcenter.calls.services import CallServices
from contactcenter.config import Config, ticket_files_dir
from contactcenter.configured import master_source, media_plane, sip_certificate, sip_settings, vault
from contactcenter.customers.service import Customers
from contactcenter.encryption.service import keys_of
from contactcenter.first_run.service import FirstRun
from contactcenter.identity.doors import Doors, identity_of, outbox_of
from contactcenter.identity.events import AccessChanged
from contactcenter.identity.routes import problem_of as sign_in_problem
from contactcenter.identity.set_up import SetUp as PeopleSetUp
from contactcenter.identity.sso.plugin import Sso
from contactcenter.interactions.explanation import Explainer
from contactcenter.interactions.history import History
from contactcenter.interactions.names import Names
from contactcenter.interactions.queries import InteractionQueries
from contactcenter.interactions.service import Interactions
from contactcenter.metrics import LoopLag, Metrics
from contactcenter.notifications.parts import NoticeParts
from contactcenter.permissions import Catalogue
from contactcenter.plugin import Plugin
from contactcenter.portal.service import Portal
from contactcenter.privacy.service import privacy_of
from contactcenter.queues.calendars import Calendars
from contactcenter.queues.events import RoutingChanged
from contactcenter.queues.reach import Reach
from contactcenter.queues.service import Queues
from contactcenter.queues.set_up import SetUp
from contactcenter.recordings.files import RecordingFiles
from contactcenter.recordings.sealer import Sealer
from contactcenter.routing.driver import RoutingDriver
from contactcenter.routing.keeper import Keeper
from contactcenter.storage.database import Database
from contactcenter.storage.journal import Journal
from contactcenter.supervision.changes import Changes
from contactcenter.supervision.day import Day
from contactcenter.supervision.figures import Figures
from contactcenter.supervision.line import act_on_lines
from contactcenter.supervision.midnight import Midnight
from contactcenter.supervision.notices import Notices
from contactcenter.supervision.wallboard import Wallboard
from contactcenter.supervision.watch import Watch
from contactcenter.tasks import Tasks
from contactcenter.telephony import UserAgent
from contactcenter.templates.service import Templates
from contactcenter.tickets.desk import CallTickets
from contactcenter.tickets.files import TicketContents
from contactcenter.tickets.parts import TicketParts
from contactcenter.trunks.numbers import NumberPlan
from contactcenter.trunks.service import Trunks
from contactcenter.web_server import WebServer
from contactcenter.whatif.service import Simulations


class Parts:
    """Built, not yet started. `plugins` is filled in by who has all of them (app.py)."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.plugins: tuple[Plugin, ...] = ()
        self.version = product_version()
        self.bus = Bus()
        self.permissions = Catalogue()
        self.metrics = Metrics()
        self.tasks = Tasks()
        self.database = Database(config.database.url)
        self.vault = vault(config, self.database)
        self.trail = trail_of(config, self.database)
        self.accesses = Accesses(self.database)
        self.journal = Journal(self.database, folder=config.media.recordings_dir.parent)
        self.driver = RoutingDriver(Engine(), self.bus.publish)
        self.keeper = Keeper(
            self.driver,
            config.routing.journal_dir,
            snapshot_every_s=config.routing.snapshot_minutes * 60,
            keep_s=config.routing.keep_days * 86_400,
        )
        self.identity = identity_of(config, self.database, self.bus, self.permissions)
        self.outbox = outbox_of(
            config, self.database, self.vault, lambda text: self.notices.tell("mail", "warning", text)
        )
        self.branding = Branding(self.database)
        self.templates = Templates(self.database, look=lambda: self.branding.look(self.page_url))
        self.doors = Doors(
            self.identity,
            self.vault,
            self.outbox,
            self.tasks,
            config,
            self.templates,
            page_url=lambda: self.page_url,
        )
        self.live = Live(
            self.identity.sessions.feed_principal,
            self.bus,
            public_url=config.http.public_url,
            redis_url=config.redis.url,
            translate=problem_of,
        )
        self.web = WebServer(
            config.http,
            live=self.live,
            metrics=self.metrics,
            authenticate=self.identity.sessions.principal,
            by_key=self.doors.keys.principal,
            customer=lambda token: self.portal.authenticate(token),  # noqa: PLW0108 - the portal is built later
            translate=lambda error: problem_of(error) or sign_in_problem(error),
            version=self.version,
            tell=lambda text: self.notices.tell("http:certificate", "warning", text),
        )
        self.notifications = NoticeParts(
            self.database,
            self.live,
            self.outbox,
            self.templates,
            self.vault,
            page_url=lambda: self.page_url,
            now=lambda: self.driver.now,
        )
        self._build_desk()
        self._build_telephony()
        self._build_calls()
        self._build_tickets()
        self._build_supervision()

    def _build_desk(self) -> None:
        """Who works here and in which queues."""
        self.queues = Queues(self.database, self.driver)
        self.calendars = Calendars(self.database, lambda: self.driver.now)
        self.agents = Agents(self.database, self.driver, self.live, self.bus)
        self.interactions = Interactions(self.journal, lambda: self.driver.now)
        self.names = Names(self.queues.name, self.agents.name, self.queues.disposition_label, self.queues.skill_name)
        self.queries = InteractionQueries(self.database, self.journal)
        self.customers = Customers(self.database, self.vault, country=self.config.house.country)
        self.people = PeopleSetUp(
            self.database, self.bus, self.permissions, known_queues=self.queues.ids, invite=self.doors.links.invite
        )
        self.sso = Sso(self.doors, self.people, self.vault, public_url=self.config.http.public_url)
        self.reach = Reach(self.database)
        self.bus.subscribe(AccessChanged, lambda event: self._sort_people())
        self.explainer = Explainer(self.config.routing.journal_dir)

    def _build_telephony(self) -> None:
        config = self.config
        self.call_flows = CallFlows(
            config,
            self.database,
            self.queues,
            self.calendars,
            house=lambda: self.branding.settings.name,
            now=lambda: self.driver.now,
        )
        self.flows, self.prompts = self.call_flows.store, self.call_flows.prompts
        self.set_up = SetUp(
            self.database,
            self.queues,
            self.calendars,
            self.flows,
            self.bus,
            reach=self.reach,
            now=lambda: self.driver.now,
            reload_agents=self.agents.reload,
            unreachable=unreachable(self._is_telephone, config.house.country),
        )
        self.plane = media_plane(config)
        self.telephones = Telephones(self.database, self.vault)
        self.numbers = NumberPlan(
            self.flows, fallback=config.flows.numbers, entry=config.flows.entry, country=config.house.country
        )
        self.trunks = Trunks(
            self.database,
            self.vault,
            self.numbers,
            country=config.house.country,
            now=lambda: self.driver.now,
            tell=lambda notice_id, text: self.notices.tell(notice_id, "warning", text),
        )
        self.sip_certificate = sip_certificate(
            config, lambda text: self.notices.tell("sip:certificate", "warning", text)
        )
        self.user_agent = UserAgent(
            sip_settings(config),
            accounts=self.telephones,
            trunks=self.trunks,
            serve_tls=self.sip_certificate.context if self.sip_certificate is not None else None,
            on_call=lambda call: self.calls.incoming(call),  # noqa: PLW0108 - the calls are built next
        )
        self.trunks.use(self.user_agent)
        self.trunks.show_on(self.live)
        self.trunks.count_on(self.metrics)
        self.telephone_board = TelephoneBoard(self.user_agent, self.live, lambda: self.driver.now)
        self.telephone_set_up = TelephoneSetUp(
            self.set_up,
            self.telephones,
            self.telephone_board,
            self.vault,
            realm=config.sip.realm,
            server=lambda: (sip_host(config), self.user_agent.port, self.user_agent.tls_port),
        )

    def _build_calls(self) -> None:
        config = self.config
        self.call_services = services = CallServices(
            plane=self.plane,
            driver=self.driver,
            user_agent=self.user_agent,
            agents=self.agents,
            queues=self.queues,
            interactions=self.interactions,
            history=History(self.database, self.journal, self.names),
            prompts=self.prompts,
            rows=Rows(self.agents, self.queues),
            tasks=self.tasks,
            recordings_dir=config.media.recordings_dir.resolve() if config.media.record_calls else None,
            calendars=self.calendars.get,
            callers=self.customers.callers,
            outside=self.trunks,
            flows=self.flows.find,
            dialable=dialable(self._is_telephone, self.trunks, config.house.country),
            messages_dir=config.media.recordings_dir.resolve(),
            seal=lambda path: self.sealer.seal(path),  # noqa: PLW0108 - the sealer is built below
            delete=lambda path: self.recordings.delete(path),  # noqa: PLW0108 - as the sealer
            journal=self.journal.append,
            tickets=CallTickets(lambda: self.tickets.helpdesk.tickets),
            messenger=MailMessenger(self.database, self.outbox, self.templates, lambda: self.page_url),
            consents=CustomerConsents(self.customers),
        )
        self.calls = Calls(services, self.numbers.flow_for)
        EngineEvents(self.calls, services, self.bus)
        AgentCommands(self.calls, services, self.live, partial(note_later, self.journal))
        Pages(self.agents, self.calls, self.live)
        agent_routes.register_commands(self.agents, self.queues, self.live)
        self.recordings = RecordingFiles(self.vault, config.media.recordings_dir.resolve())
        # After the calls: the row of a recording is written before its file is sealed.
        self.sealer = Sealer(
            self.recordings,
            self.journal,
            self.plane,
            encrypt=config.recordings.encrypt,
            open_takes=services.takes,
            tell=lambda text: self.notices.tell("recordings:sealing", "error", text),
        )
        self.ticket_contents = TicketContents(self.vault, ticket_files_dir(config).resolve())
        self.keys = keys_of(self.database, self.vault, master_source(config), self.recordings, self.ticket_contents)

    def _build_tickets(self) -> None:
        self.tickets = TicketParts(
            self.config.tickets,
            self.database,
            self.bus,
            self.calendars,
            self.vault,
            self.live,
            self.ticket_contents,
            self.customers,
            self.notifications,
            self.driver,
            self.agents,
            self.queues,
            portal_url=lambda: f"{self.page_url.rstrip('/')}/portal",
            now=lambda: self.driver.now,
            rights=self.identity.at_present,
            tell=lambda notice_id, text: self.notices.tell(notice_id, "warning", text),
        )

    def _build_supervision(self) -> None:
        config = self.config
        self.day = Day()
        self.wallboard = Wallboard(
            self.driver,
            self.queues,
            self.agents,
            self.calls,
            self.live,
            self.bus,
            self.day,
            reach=self.reach,
            cards=self.tickets.push.cards,
        )
        note = partial(note_later, self.journal)
        act_on_lines(self.driver, self.queues, self.agents, self.calls, self.wallboard, self.live, note)
        Changes(self.live, self.bus)
        self.notices = Notices(self.driver, self.live)
        self.figures = Figures(
            self.metrics,
            driver=self.driver,
            queues=self.queues,
            agents=self.agents,
            calls=self.calls,
            user_agent=self.user_agent,
            journal=self.journal,
        )
        self.bus.subscribe(RoutingChanged, lambda event: self.wallboard.refresh())
        self.midnight = Midnight(self.driver, self.day)
        self.watch = Watch(
            self.flows,
            self.journal,
            self.plane,
            self.figures,
            self.notices,
            config.media.recordings_dir,
            self.keeper,
            {"audit:chain": lambda: self.trail.wrong, "engine:faults": lambda: self.driver.problem},
            partial(note_later, self.journal),
        )
        self.loop_lag = LoopLag(self.metrics)
        self.first_run = FirstRun(self.database, self.identity, self.bus, lambda: self.driver.now)
        self.simulations = Simulations(config.media.recordings_dir.parent / "simulations", lambda: self.driver.now)
        self.privacy = privacy_of(
            config,
            self.database,
            self.vault,
            self.journal,
            plugins=lambda: self.plugins,
            is_live=lambda interaction_id: self.calls.get(interaction_id) is not None,
        )
        self.portal = Portal(
            config,
            identity=self.identity,
            customers=self.customers,
            privacy=self.privacy,
            queries=self.queries,
            names=self.names,
            accesses=self.accesses,
            outbox=self.outbox,
            templates=self.templates,
            tasks=self.tasks,
            page_url=lambda: self.page_url,
        )
        self.backups = Backups(
            config,
            self.database,
            master_source(config),
            self.metrics,
            product=self.version,
            tell=lambda text: self.notices.tell("backup:failed", "error", text),
        )

    async def _sort_people(self) -> None:
        """Somebody came, went or was put elsewhere: agents take work accordingly, and pages show what they may."""
        await self.reach.reload()
        await self.agents.reload()
        self.wallboard.refresh()

    def _is_telephone(self, username: str) -> bool:
        return self.telephones.lookup(username) is not None

    @property
    def http_port(self) -> int:
        """The port in use, also when 0 was configured."""
        return self.web.port

    @property
    def page_url(self) -> str:
        """Where people sign in."""
        return page_url(self.config, self.web.port)

    @property
    def sip_address(self) -> str:
        """What callers dial, with the first number of the entry flow."""
        return sip_address(self.config, self.number, self.user_agent.port)

    @property
    def number(self) -> str:
        """A number that reaches the entry flow."""
        numbers = self.config.flows.numbers
        return numbers[0] if numbers else "1000"


def product_version() -> str:
    try:
        return version("contactcenter")
    except PackageNotFoundError:
        return "0.0.0"
