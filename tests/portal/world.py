"""The portal over HTTP on a real database: mail is caught, time is turned by hand, hashes are cheap."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from contactcenter.api.http import build_app
from contactcenter.api.routes import Router
from contactcenter.audit.accesses import Accesses
from contactcenter.bus import Bus
from contactcenter.config import Config
from contactcenter.customers import permissions as customers
from contactcenter.customers.settings import CustomerBody
from contactcenter.identity.passwords import Passwords
from contactcenter.identity.routes import problem_of
from contactcenter.identity.service import Identity
from contactcenter.interactions.names import Names
from contactcenter.interactions.queries import InteractionQueries
from contactcenter.mail.outbox import Mail, Outbox
from contactcenter.permissions import Catalogue, Holding, Principal
from contactcenter.plugin import PersonalData
from contactcenter.portal import mails, permissions, plugin
from contactcenter.portal.service import Portal
from contactcenter.portal.settings import PortalSettingsBody
from contactcenter.privacy import permissions as privacy
from contactcenter.tasks import Tasks
from contactcenter.templates.service import Templates
from tests.fakes.people import SignedIn
from tests.privacy.house import House, house

NORA = "nora@example.com"
PASSWORD = "seven green bicycles"
BASE = "/api/v1"
OPEN = PortalSettingsBody(
    enabled=True,
    consents=[{"kind": "news", "title": "News", "text": "May we write to you?", "version": "1"}],  # type: ignore[list-item]  # as JSON
)
Client = TestClient[web.Request, web.Application]


class World:
    """`browser` keeps cookies as one person's does; `another` opens a second one."""

    def __init__(self, house: House, portal: Portal, client: Client, tasks: Tasks, outbox: Outbox) -> None:
        self.house = house
        self.portal = portal
        self.client = client
        self.sent: list[Mail] = []
        self._tasks = tasks
        self._outbox = outbox

    async def take(self, mail: Mail) -> None:
        self.sent.append(mail)

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and what was answered, after everything it set off is done."""
        data = None if body is None else json.dumps(body)
        given = {"Content-Type": "application/json", **headers}
        async with self.client.request(method, f"{BASE}{path}", data=data, headers=given) as response:
            text = await response.text()
            answer = response.status, json.loads(text) if text else None
        await self.settle()
        return answer

    async def good(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        status, answer = await self.ask(method, path, body, **headers)
        assert status < 300, answer
        return answer

    async def staff(self, method: str, path: str, body: Any = None, role: str = "administrator") -> tuple[int, Any]:
        return await self.ask(method, path, body, Cookie=f"cc_session=token-{role}")

    async def settle(self) -> None:
        while len(self._tasks):
            await asyncio.sleep(0)
        await self._outbox.deliver_due()

    def forget_browser(self) -> None:
        """As a browser that has not been here before."""
        self.client.session.cookie_jar.clear()

    def pass_s(self, seconds: float) -> None:
        self.house.clock[0] += seconds

    def link(self) -> str:
        """The token in the last mail."""
        found = re.search(r"/portal/link#(\S+)", self.sent[-1].text)
        assert found, self.sent[-1].text
        return found[1]

    async def registered(self, email: str = NORA, password: str | None = PASSWORD, name: str = "Nora Keller") -> Any:
        """Signed in with a confirmed account."""
        body = {"email": email, "name": name, "language": "en"}
        assert (await self.ask("POST", "/portal/registrations", body))[0] == 204
        use = {"token": self.link()} | ({} if password is None else {"password": password})
        return await self.good("POST", "/portal/links/use", use)

    async def customer(self, name: str, *identities: tuple[str, str], **more: Any) -> str:
        given = [{"kind": kind, "value": value} for kind, value in identities]
        body = CustomerBody.model_validate({"name": name, "identities": given, **more})
        return (await self.house.customers.make(body)).id


def _staff(catalogue: Catalogue) -> SignedIn:
    people = []
    for role in ("administrator", "supervisor", "agent"):
        grants = catalogue.grants([Holding(role, catalogue.of_role(role))])
        people.append(Principal(role, f"{role}@example.com", role.title(), (role,), f"session-{role}", grants))
    return SignedIn(*people)


@asynccontextmanager
async def open_world(
    folder: Path, settings: PortalSettingsBody = OPEN, *, mail: bool = True, url: str = ""
) -> AsyncIterator[World]:
    """`url`: an empty database to use; else SQLite in `folder`."""
    more: list[PersonalData] = []
    catalogue = Catalogue(*permissions.ALL, *customers.ALL, *privacy.ALL)
    async with house(folder, more=more, url=url) as home:
        bus, tasks = Bus(), Tasks()
        cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        clock = lambda: home.clock[0]  # noqa: E731
        identity = Identity(home.database, bus, catalogue=catalogue, passwords=cheap, now=clock)
        templates = Templates(home.database, now=clock)
        templates.add(*mails.ALL)
        caught: list[World] = []

        async def send(mail: Mail) -> None:
            await caught[0].take(mail)

        outbox = Outbox(home.database, home.vault, send if mail else None, now=clock)
        portal = Portal(
            Config(),
            identity=identity,
            customers=home.customers,
            privacy=home.privacy,
            queries=InteractionQueries(home.database, home.journal),
            names=Names(str.title, str.title, str.title),
            accesses=Accesses(home.database),
            outbox=outbox,
            templates=templates,
            tasks=tasks,
            page_url=lambda: "https://cc.example.com/",
        )
        more.append(portal.personal)
        await portal.prepare()
        await portal.set_up.set(settings)
        router = Router()
        router.add(*plugin.load(portal).routes)
        app = build_app(
            router, authenticate=_staff(catalogue), customer=portal.authenticate, translate=problem_of, now=clock
        )
        jar = aiohttp.CookieJar(unsafe=True)
        async with TestClient(TestServer(app), cookie_jar=jar) as client:
            world = World(home, portal, client, tasks, outbox)
            caught.append(world)
            yield world
        await tasks.cancel()
        await bus.close()
