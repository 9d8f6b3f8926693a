"""One trunk kept alive: registered, asked whether it is there, its host looked up."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog

from contactcenter.telephony import Credentials, Registration, RegistrationError, UserAgent
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.sip.uri import bracketed, escape_user
from contactcenter.trunks.health import Health
from contactcenter.trunks.limits import CallRate
from contactcenter.trunks.origins import LINE, Entrance
from contactcenter.trunks.settings import Trunk

log = structlog.get_logger(__name__)

LOOK_UP_S = 60.0
GOODBYE_S = 1.0
"""How long a registrar may take to let us go; the binding runs out by itself otherwise."""


class TrunkLine:
    """`now` gives unix seconds; `changed` is called when the state or the host's addresses are others."""

    def __init__(
        self, trunk: Trunk, user_agent: UserAgent, *, now: Callable[[], float], changed: Callable[[], None]
    ) -> None:
        settings = trunk.settings
        self.trunk = trunk
        self.token = secrets.token_hex(8) if self._registers(trunk) else ""
        self.rate = CallRate(settings.calls_per_second)
        self.resolved: frozenset[str] = frozenset()
        self.health = Health(
            enabled=settings.enabled,
            registers=self._registers(trunk),
            watched=bool(settings.host) and settings.options_s > 0,
            now=now(),
        )
        self._agent = user_agent
        self._now = now
        self._changed = changed
        self._registration = self._new_registration() if self._registers(trunk) else None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def entrance(self) -> Entrance:
        return Entrance(trunk=self.trunk, token=self.token, resolved=self.resolved)

    def start(self) -> None:
        settings = self.trunk.settings
        if not settings.enabled or not settings.host:
            return
        loop = asyncio.get_running_loop()
        work: list[Coroutine[Any, Any, None]] = [self._keep_looking_up()]
        if self._registration is not None:
            work.append(self._keep_registered(self._registration))
        if settings.options_s > 0:
            work.append(self._keep_asking())
        self._tasks = [loop.create_task(each) for each in work]

    async def close(self) -> None:
        """Unregister and rest."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if self._registration is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await self._registration.close()

    def take_over(self, trunk: Trunk) -> bool:
        """Go on with changed settings; False when they ask for a new line."""
        if _bound_to(trunk) != _bound_to(self.trunk):
            return False
        if trunk.settings.calls_per_second != self.trunk.settings.calls_per_second:
            self.rate = CallRate(trunk.settings.calls_per_second)
        self.trunk = trunk
        return True

    @staticmethod
    def _registers(trunk: Trunk) -> bool:
        return trunk.settings.kind == "registering" and trunk.settings.enabled

    def _new_registration(self) -> Registration:
        settings = self.trunk.settings
        domain = bracketed(settings.sip_domain)
        return Registration(
            self._agent,
            f"sip:{escape_user(settings.username)}@{domain}",
            f"sip:{domain}",
            Credentials(settings.username, self.trunk.password),
            settings.expires_s,
            peer=self._peer(),
            contact_params=f";{LINE}={self.token}",
        )

    def _peer(self) -> Peer:
        settings = self.trunk.settings
        return Peer(settings.transport, settings.host, settings.port)

    async def _keep_registered(self, registration: Registration) -> None:
        while True:
            before = self.health.shown
            try:
                granted = await registration.attempt()
            except RegistrationError as error:
                delay = self.health.not_registered(error.code, error.reason, self._now(), error.retry_after_s)
                if self.health.shown != before:
                    log.warning("trunk.not_registered", trunk=self.trunk.id, code=error.code)
            else:
                delay = self.health.registered(granted, self._now())
                if self.health.shown != before:
                    log.info("trunk.registered", trunk=self.trunk.id, expires_s=granted)
            self._changed()
            await asyncio.sleep(delay)

    async def _keep_asking(self) -> None:
        settings = self.trunk.settings
        domain = bracketed(settings.sip_domain)
        user = escape_user(settings.from_user or settings.username or "ping")
        while True:
            before = self.health.shown.state
            code = await self._agent.options(f"sip:{domain}", self._peer(), f"sip:{user}@{domain}")
            self.health.probed(code, self._now())
            if self.health.shown.state != before:
                log.info("trunk.state", trunk=self.trunk.id, state=self.health.shown.state, code=code)
                self._changed()
            await asyncio.sleep(settings.options_s)

    async def _keep_looking_up(self) -> None:
        """Calls come from where the name points to now; while nobody knows it, from where it pointed to before."""
        while True:
            try:
                found = frozenset(await self._agent.resolve(self.trunk.settings.host))
            except OSError:
                log.warning("trunk.host_unknown", trunk=self.trunk.id)
            else:
                if found != self.resolved:
                    self.resolved = found
                    self._changed()
            await asyncio.sleep(LOOK_UP_S)


def _bound_to(trunk: Trunk) -> tuple[object, ...]:
    """What a registration and the questions depend on."""
    one = trunk.settings
    where = (one.kind, one.enabled, one.host, one.port, one.transport, one.domain, one.certificate_name)
    return (*where, one.username, one.from_user, trunk.password, one.expires_s, one.options_s)
