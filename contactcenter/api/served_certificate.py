"""A certificate kept as its files are while something is served with it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

import structlog

from contactcenter.api.certificate import Certificate
from contactcenter.tasks import ended

EVERY_S = 5.0

log = structlog.get_logger(__name__)


class ServedCertificate:
    """`start` before use, `stop` at the end. `tell` takes a sentence about what is wrong, None when nothing is."""

    def __init__(self, certificate: Certificate, tell: Callable[[str | None], None]) -> None:
        self._certificate = certificate
        self._tell = tell
        self._reading = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None

    def context(self) -> ssl.SSLContext:
        """What to listen with, once started."""
        return self._certificate.context

    async def start(self) -> None:
        """Raises ConfigError, a sentence."""
        await asyncio.to_thread(self._certificate.start)
        self._watch = asyncio.get_running_loop().create_task(self._keep_looking(), name="certificate")

    async def stop(self) -> None:
        await ended(self._watch)
        self._watch = None

    async def reload(self) -> None:
        """Serve new connections with what the files hold now; bad files change nothing and are told."""
        async with self._reading:
            self._tell(await asyncio.to_thread(self._certificate.reload))

    async def _keep_looking(self) -> None:
        while True:
            try:
                async with self._reading:
                    self._tell(await asyncio.to_thread(self._certificate.check))
            except Exception:
                log.exception("certificate.watch_failed")
            await asyncio.sleep(EVERY_S)
