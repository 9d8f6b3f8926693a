from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from contactcenter.api.http import build_app
from contactcenter.api.routes import Router
from contactcenter.identity import account_routes, passkey_routes, people_routes, routes
from contactcenter.identity.doors import Doors
from contactcenter.identity.models import Team
from contactcenter.identity.set_up import SetUp
from contactcenter.identity.sso.plugin import Sso
from contactcenter.permissions import Role
from tests.fakes.house import House
from tests.fakes.keys import open_vault
from tests.fakes.open_id import CLIENT, SECRET, FakeOpenId
from tests.fakes.people import CATALOGUE

PASSWORD = "correct horse battery"


class Place:
    """A center to sign in to, and the browser of somebody who does; `admin` is another's, who may all."""

    def __init__(self, house: House, doors: Doors, sso: Sso, people: SetUp, app: TestServer) -> None:
        self.house, self.doors, self.sso, self.people, self.app = house, doors, sso, people, app

    def browser(self) -> Browser:
        return Browser(TestClient(self.app, cookie_jar=aiohttp.CookieJar(unsafe=True)))

    async def provider(self, fake: FakeOpenId, **other: Any) -> str:
        """The provider `corp`, as its fake is."""
        body = {
            "id": "corp",
            "name": "Corp",
            "kind": "oidc",
            "oidc": {"issuer": fake.issuer, "client_id": CLIENT, **other.pop("oidc", {})},
            "client_secret": SECRET,
            **other,
        }
        async with self.browser() as admin:
            await admin.sign_in("root@example.com")
            answer = await admin.post("identity-providers", body)
            assert answer.status == 201, await answer.text()
        return "corp"


class Browser:
    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self.client = client

    async def __aenter__(self) -> Browser:
        return self

    async def __aexit__(self, *exc: object) -> None:
        # The server is the place's; only what this browser holds is closed.
        await self.client.session.close()

    async def ask(self, method: str, path: str, body: Any = None, **other: Any) -> aiohttp.ClientResponse:
        json = {} if body is None else {"json": body}
        answer = await self.client.request(method, f"/api/v1/{path}", allow_redirects=False, **json, **other)
        await answer.read()
        return answer

    async def get(self, path: str) -> Any:
        answer = await self.ask("GET", path)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def post(self, path: str, body: Any = None) -> aiohttp.ClientResponse:
        return await self.ask("POST", path, body)

    async def sign_in(self, email: str) -> None:
        answer = await self.post("session", {"email": email, "password": PASSWORD})
        assert answer.status == 200, await answer.text()

    async def to_provider(self, path: str = "session/providers/corp") -> str:
        """The address at the provider."""
        answer = await self.post(path)
        assert answer.status == 200, await answer.text()
        return str((await answer.json())["url"])

    async def at_provider(self, url: str) -> tuple[str, str]:
        """There and back: intent and ticket."""
        async with aiohttp.ClientSession() as abroad, abroad.get(url, allow_redirects=False) as sent:
            back = sent.headers["Location"]
        return await self.back(await self.client.session.get(back, allow_redirects=False))

    async def back(self, answer: aiohttp.ClientResponse) -> tuple[str, str]:
        assert answer.status == 303, await answer.text()
        page, _, told = answer.headers["Location"].partition("#")
        assert page == "/signed-in"
        intent, _, ticket = told.partition(".")
        return intent, ticket

    async def sign_in_by(self, path: str = "session/providers/corp") -> aiohttp.ClientResponse:
        intent, ticket = await self.at_provider(await self.to_provider(path))
        assert intent == "sign-in"
        return await self.post("session/providers", {"ticket": ticket})


@pytest.fixture
async def place(house: House, tmp_path: Path) -> AsyncIterator[Place]:
    await house.identity.create_user("root@example.com", "Root", Role.ADMINISTRATOR, PASSWORD, user_id="root")
    await house.identity.create_user("ann@example.com", "Ann", Role.AGENT, PASSWORD, user_id="ann")
    doors = await house.doors(tmp_path)
    people = SetUp(house.database, house.bus, CATALOGUE, known_queues=lambda: {"sales"}, now=house.clock)
    sso = Sso(doors, people, await open_vault(house.database, tmp_path), public_url="")
    router = Router()
    router.add(*routes.routes(doors), *account_routes.routes(doors), *passkey_routes.routes(doors))
    router.add(*people_routes.routes(people), *sso.plugin().routes)
    app = build_app(
        router,
        authenticate=house.identity.sessions.principal,
        by_key=doors.keys.principal,
        translate=routes.problem_of,
        now=house.clock,
    )
    async with house.database.transaction() as session:
        session.add(Team(id="berlin", name="Berlin"))
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    yield Place(house, doors, sso, people, server)
    await sso.stop()
    await server.close()


@pytest.fixture
async def fake(house: House) -> AsyncIterator[FakeOpenId]:
    async with FakeOpenId(now=house.clock) as provider:
        yield provider
