"""The one HTTP server, plain or over TLS: the routes of all slices, the API's documents, the pages, the live feed."""

import time
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from contactcenter.api import openapi, static
from contactcenter.api.certificate import Certificate
from contactcenter.api.http import Authenticate, Translate, build_app
from contactcenter.api.live import Live
from contactcenter.api.redirect import redirect_app
from contactcenter.api.routes import Router
from contactcenter.api.served_certificate import ServedCertificate
from contactcenter.config import HttpSettings
from contactcenter.metrics import Metrics


class WebServer:
    """`start` with the routes there are, `stop` when no more is to be answered; safe to stop when not started.

    `authenticate` finds the principal of a session, `by_key` that of an API key, `customer` that of a session of the
    portal; `translate` turns errors of the domain into problems; `tell` takes a sentence about the certificate, None
    when nothing is wrong with it.
    """

    def __init__(
        self,
        settings: HttpSettings,
        *,
        live: Live,
        metrics: Metrics,
        authenticate: Authenticate,
        by_key: Authenticate | None = None,
        customer: Authenticate | None = None,
        translate: Translate,
        version: str,
        tell: Callable[[str | None], None] = lambda sentence: None,
    ) -> None:
        self._settings = settings
        self._live = live
        self._metrics = metrics
        self._authenticate = authenticate
        self._by_key = by_key
        self._customer = customer
        self._translate = translate
        self._version = version
        self._runner: web.AppRunner | None = None
        self._redirects: web.AppRunner | None = None
        self._certificate: ServedCertificate | None = None
        if settings.tls:
            files = Certificate(Path(settings.tls_certificate), Path(settings.tls_key), now=time.time)
            self._certificate = ServedCertificate(files, tell)

    async def start(self, router: Router) -> None:
        """Raises OSError when a port cannot be had, ConfigError when the certificate cannot be used."""
        settings = self._settings
        if self._certificate is not None:
            await self._certificate.start()
        self._runner = web.AppRunner(self._application(router), access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        context = self._certificate.context() if self._certificate else None
        await web.TCPSite(self._runner, settings.host, settings.port, ssl_context=context).start()
        if settings.redirect_port:
            self._redirects = web.AppRunner(redirect_app(settings.public_url, lambda: self.port), access_log=None)
            await self._redirects.setup()
            await web.TCPSite(self._redirects, settings.host, settings.redirect_port).start()

    async def stop(self) -> None:
        if self._certificate is not None:
            await self._certificate.stop()
        for runner in (self._redirects, self._runner):
            if runner is not None:
                await runner.cleanup()
        self._redirects = self._runner = None

    @property
    def port(self) -> int:
        """The port in use, also when 0 was configured."""
        assert self._runner is not None
        return int(self._runner.addresses[0][1])

    async def reload_certificate(self) -> None:
        """Serve new connections with what the files hold now; bad files change nothing and are told."""
        if self._certificate is not None:
            await self._certificate.reload()

    def _application(self, router: Router) -> web.Application:
        # The document describes every route before it; the pages answer whatever is left.
        router.add(*openapi.routes(router, version=self._version, secure=self._settings.secure))
        router.add(*static.routes())
        app = build_app(
            router,
            authenticate=self._authenticate,
            by_key=self._by_key,
            customer=self._customer,
            settings=self._settings,
            metrics=self._metrics,
            translate=self._translate,
        )
        self._live.attach(app)
        return app
