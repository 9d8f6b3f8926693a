"""The composition root: what Parts has built is started and stopped here, in one readable order."""

import structlog

from contactcenter import compiled_engine
from contactcenter.addresses import StartError, port_of
from contactcenter.api import health
from contactcenter.api.routes import Router
from contactcenter.calls.restored import restore_owed, restore_wrap_ups
from contactcenter.calls.spoken import recover_spoken
from contactcenter.config import Config
from contactcenter.interactions.recovery import close_interrupted
from contactcenter.parts import Parts
from contactcenter.plugins import plugins_of
from contactcenter.routing.reconcile import no_longer_configured
from contactcenter.routing.records import JournalError
from contactcenter.routing.replay import Recovery
from contactcenter.storage.migrations import upgrade
from contactcenter.supervision.restore import restore_today

log = structlog.get_logger(__name__)


class App(Parts):
    """One contact center in this process (and its media worker). `start`, then `stop`; build a new one to run again."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.plugins = plugins_of(self)
        for plugin in self.plugins:
            self.permissions.add(*plugin.permissions)
            self.templates.add(*plugin.templates)
        self._ready = False

    async def start(self) -> None:
        """Raises ConfigError, FlowError, VaultError, StorageUnavailable or OSError (a port taken), each a sentence."""
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def _start(self) -> None:
        await upgrade(self.config.database.url)
        await self.database.start()
        await self.vault.start()
        await self.trail.start()
        await self.journal.start()
        await self.journal.flush()
        recovery = await self._bring_back_engine()
        await recover_spoken(self.database, self.call_services.messages_dir, self.driver.now)
        await close_interrupted(self.database, self.config.media.recordings_dir, self.driver.now)
        await self.branding.reload()
        await self.templates.reload()
        await self.calendars.reload()
        await self.queues.reload()
        await self.tickets.prepare()
        await self.call_flows.prepare()
        self.flows.load_all()
        self.flows.flow(self.config.flows.entry)
        await self.agents.reload()
        await self.reach.reload()
        await self.telephones.reload()
        await self.trunks.reload()
        await self.privacy.prepare()
        await self.portal.prepare()
        await self._go_on_where_it_stopped(recovery)
        await restore_today(self.database, self.day, self.queues, self.agents, self.wallboard, self.driver.now)
        self.wallboard.refresh()
        await self.prompts.prepare()
        await self.sealer.start()
        self.keys.start()
        self.outbox.start()
        await self.plane.start()
        with port_of("http", self.config.http.port):
            await self.web.start(self._routes())
        if self.sip_certificate is not None:
            await self.sip_certificate.start()
        with port_of("sip", self.config.sip.port):
            await self.user_agent.start()
        self.trunks.start()
        self.privacy.start()
        self.tickets.start()
        self.notifications.start()
        self.watch.start()
        self.backups.start()
        self.loop_lag.start()
        await self.trail.serving(self.version)
        self._ready = True
        log.info("server.ready", version=self.version, engine=compiled_engine.kind())

    async def _bring_back_engine(self) -> Recovery:
        try:
            return await self.keeper.start()
        except JournalError as error:
            raise StartError(str(error)) from error
        except OSError as error:
            folder, reason = self.config.routing.journal_dir, error.strerror or error
            raise StartError(
                f"The routing journal in {folder} cannot be written: {reason}. Mend that, or set [routing] journal_dir."
            ) from error

    async def _go_on_where_it_stopped(self, recovery: Recovery) -> None:
        agents, queues = {agent.id for agent in self.agents.all()}, self.queues.ids()
        for command in no_longer_configured(self.driver.engine, agents=agents, queues=queues):
            self.driver.submit(command)
        await restore_owed(self.database, self.calls, self.call_services)
        await restore_wrap_ups(self.database, self.calls, self.call_services)
        self.agents.expect_pages()
        self.midnight.start(recovery.last_at)

    async def stop(self) -> None:
        """End calls, write what is pending, close everything. Safe after a start that failed half-way."""
        self._ready = False
        await self.simulations.stop()
        self.explainer.close()
        await self.calls.stop()
        self.telephone_board.stop()
        await self.trunks.stop()
        await self.user_agent.stop()
        if self.sip_certificate is not None:
            await self.sip_certificate.stop()
        await self.watch.stop()
        await self.privacy.stop()
        await self.tickets.stop()
        await self.notifications.stop()
        await self.backups.stop()
        await self.plane.stop()
        await self.sealer.stop()
        await self.keys.stop()
        await self.web.stop()
        await self.outbox.stop()
        await self.sso.stop()
        self.agents.stop()
        self.wallboard.stop()
        self.midnight.stop()
        self.driver.stop()
        await self.keeper.stop()
        await self.loop_lag.stop()
        await self.tasks.cancel()
        await self.bus.close()
        await self.journal.stop()
        await self.trail.stop()
        await self.database.stop()

    def _routes(self) -> Router:
        router = Router()
        for plugin in self.plugins:
            router.add(*plugin.routes)
        router.add(*health.routes(self.not_ready, self.metrics, metrics_public=self.config.http.metrics_public))
        return router

    def reload(self) -> None:
        """Read the TLS certificates anew, as at SIGHUP."""
        self.tasks.spawn(self.web.reload_certificate())
        if self.sip_certificate is not None:
            self.tasks.spawn(self.sip_certificate.reload())

    def not_ready(self) -> list[str]:
        """Why calls cannot be taken."""
        reasons = []
        if not self._ready:
            reasons.append("The server is starting or stopping.")
        return reasons
