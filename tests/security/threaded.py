"""A whole contact center in a thread of its own, for clients that block: one account of every ready-made role."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import uuid4

from contactcenter.app import App
from contactcenter.config import Config
from contactcenter.customers.settings import CustomerBody
from contactcenter.permissions import Role
from contactcenter.portal.models import PortalAccount
from contactcenter.portal.settings import PortalSettingsBody
from tests.fakes.center import PASSWORD, populate, running

T = TypeVar("T")
NOBODY = "nobody"
CUSTOMER = "in the portal"
"""Whose session is the portal's, in the cookie cc_portal."""


class Threaded:
    """`app` may be used from the outside only through `run`."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="contact-center")
        self._ready = threading.Event()
        self._over = asyncio.Event()
        self._failed: BaseException | None = None
        self.app: App

    def __enter__(self) -> Threaded:
        self._thread.start()
        self._ready.wait(60)
        if self._failed is not None:
            self._thread.join()
            raise self._failed
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(60)
        if self._failed is not None:
            raise self._failed

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.app.http_port}"

    def run(self, coroutine: Coroutine[Any, Any, T], timeout_s: float = 30.0) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout_s)

    def session_of(self, role: str) -> str:
        """The token of a new session, as after a sign-in a moment ago; "" for nobody."""
        return "" if role == NOBODY else self.run(self._open_portal() if role == CUSTOMER else self._open(role))

    async def _open_portal(self) -> str:
        app, at = self.app, self.app.customers.moment()
        customer = await app.customers.make(CustomerBody(name="Nora"))
        key = uuid4().hex
        account = PortalAccount(
            id=key, email=f"{key}@example.com", customer_id=customer.id, made_at=at, confirmed_at=at
        )
        async with app.database.transaction() as session:
            session.add(account)
        token, _ = await app.portal.accounts.sessions.open(account, method="password")
        return token

    async def _open(self, role: str) -> str:
        user = await self.app.identity.user(f"as-{role}")
        assert user is not None, role
        token, _ = await self.app.identity.sessions.open(user, method="password")
        return token

    def _serve(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._live())
        except BaseException as error:
            self._failed = error
        finally:
            self._ready.set()

    async def _live(self) -> None:
        await populate(self._config)
        async with running(self._config) as app:
            for role in Role:
                await app.identity.create_user(f"{role}@example.com", "", role, PASSWORD, user_id=f"as-{role}")
            await app.portal.set_up.set(PortalSettingsBody(enabled=True))
            self.app = app
            self._ready.set()
            await self._over.wait()
