from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from contactcenter.api.http import build_app
from contactcenter.api.routes import Router
from contactcenter.config import HttpSettings
from contactcenter.identity import account_routes, routes
from contactcenter.identity.doors import Doors
from tests.fakes.house import House

Client = TestClient[web.Request, web.Application]
SESSION = "/api/v1/session"
ANN = {"email": "ann@example.com", "password": "correct horse"}


@pytest.fixture
async def doors(house: House, tmp_path: Path) -> Doors:
    return await house.doors(tmp_path)


@pytest.fixture
async def client(house: House, doors: Doors) -> AsyncIterator[Client]:
    await house.identity.create_user(ANN["email"], "Ann", "agent", ANN["password"])
    router = Router()
    router.add(*routes.routes(doors), *account_routes.routes(doors))
    app = build_app(
        router,
        authenticate=house.identity.sessions.principal,
        by_key=doors.keys.principal,
        translate=routes.problem_of,
        now=house.clock,
    )
    async with TestClient(TestServer(app), cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        yield client


async def test_sign_in_who_am_i_sign_out(client: Client) -> None:
    async with client.post(SESSION, json=ANN) as response:
        assert response.status == 200
        me = await response.json()
        cookie = response.headers["Set-Cookie"]
    assert (me["email"], me["name"], me["roles"]) == ("ann@example.com", "Ann", ["agent"])
    assert me["permissions"] == [
        "directory.view",
        "interactions.view_own",
        "recordings.listen",
        "recordings.pause",
        "work.take",
    ]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    async with client.get(SESSION) as response:
        assert await response.json() == me
    async with client.delete(SESSION) as response:
        assert response.status == 204
    async with client.get(SESSION) as response:
        assert response.status == 401


async def test_signing_in_again_ends_the_session_before(client: Client, house: House) -> None:
    await client.post(SESSION, json=ANN)
    first = client.session.cookie_jar.filter_cookies(client.make_url("/"))["cc_session"].value
    await client.post(SESSION, json=ANN)
    assert await house.identity.sessions.principal(first) is None
    async with client.get(SESSION) as response:
        assert response.status == 200


async def test_the_cookie_is_secure_behind_https(house: House, doors: Doors) -> None:
    await house.identity.create_user(ANN["email"], "Ann", "agent", ANN["password"])
    router = Router()
    router.add(*routes.routes(doors))
    settings = HttpSettings(public_url="https://cc.example.com")
    server = TestServer(build_app(router, authenticate=house.identity.sessions.principal, settings=settings))
    async with TestClient(server) as client, client.post(SESSION, json=ANN) as response:
        assert "Secure" in response.headers["Set-Cookie"]
        assert response.headers["Set-Cookie"].startswith("__Host-cc_session=")


async def test_refusals(client: Client) -> None:
    async with client.post(SESSION, json={**ANN, "password": "wrong"}) as response:
        assert response.status == 401
        assert (await response.json())["type"] == "/problems/sign-in-refused"
        assert "Set-Cookie" not in response.headers
    async with client.post(SESSION, json={"email": "ann@example.com"}) as response:
        assert (await response.json())["errors"] == [{"field": "password", "message": "Field required"}]
    async with client.post(SESSION, json={**ANN, "role": "administrator"}) as response:
        assert response.status == 422
    async with client.post(SESSION, json=ANN, headers={"Origin": "https://evil.example"}) as response:
        assert response.status == 403


async def test_throttled_sign_in_says_when_to_come_back(client: Client) -> None:
    for _ in range(5):
        async with client.post(SESSION, json={**ANN, "password": "wrong"}) as response:
            assert response.status == 401
    async with client.post(SESSION, json=ANN) as response:
        body = await response.json()
        assert (response.status, response.headers["Retry-After"], body["retry_after_s"]) == (429, "1", 1)
        assert body["detail"] == "Too many failed sign-ins. Try again in 1 second."
