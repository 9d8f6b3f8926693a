"""The one HTTP server: the routes of all slices, the API's documents, the pages and the live feed."""

from aiohttp import web

from contactcenter.api import openapi, static
from contactcenter.api.http import Authenticate, Translate, build_app
from contactcenter.api.live import Live
from contactcenter.api.routes import Router
from contactcenter.config import HttpSettings
from contactcenter.metrics import Metrics


class WebServer:
    """`start` with the routes there are, `stop` when no more is to be answered; safe to stop when not started.

    `authenticate` finds the principal of a session; `translate` turns errors of the domain into problems.
    """

    def __init__(
        self,
        settings: HttpSettings,
        *,
        live: Live,
        metrics: Metrics,
        authenticate: Authenticate,
        translate: Translate,
        version: str,
    ) -> None:
        self._settings = settings
        self._live = live
        self._metrics = metrics
        self._authenticate = authenticate
        self._translate = translate
        self._version = version
        self._runner: web.AppRunner | None = None

    async def start(self, router: Router) -> None:
        """Raises OSError when the port cannot be had."""
        self._runner = web.AppRunner(self._application(router), access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._settings.host, self._settings.port).start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def port(self) -> int:
        """The port in use, also when 0 was configured."""
        assert self._runner is not None
        return int(self._runner.addresses[0][1])

    def _application(self, router: Router) -> web.Application:
        # The document describes every route before it; the pages answer whatever is left.
        router.add(*openapi.routes(router, version=self._version))
        router.add(*static.routes())
        app = build_app(
            router,
            authenticate=self._authenticate,
            settings=self._settings,
            metrics=self._metrics,
            translate=self._translate,
        )
        self._live.attach(app)
        return app
