"""Who may do what, as one table (`permitted/`): every route and live command of the running server stands in it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
import socketio
from yarl import URL

from contactcenter.app import App
from contactcenter.customers.settings import CustomerBody
from contactcenter.permissions import Role
from contactcenter.portal.models import PortalAccount
from contactcenter.portal.settings import PortalSettingsBody
from tests.app.permitted import ROUTES
from tests.app.permitted.live import COMMANDS, TOPICS
from tests.app.permitted.who import CUSTOMERS, EVERYONE, SIGNED_IN
from tests.fakes.center import PASSWORD, populate, running, settings

SIGN_OUTS = (("DELETE", "/api/v1/session"), ("DELETE", "/api/v1/portal/session"))
OPEN_TO_LIVE_FEED = "/socket.io/"


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        for role in Role:
            await app.identity.create_user(f"{role}@example.com", "", role, PASSWORD, user_id=str(role))
        await app.portal.set_up.set(PortalSettingsBody(enabled=True))
        yield app


def served(app: App) -> set[tuple[str, str]]:
    """What the web server really answers, HEAD aside."""
    assert app.web._runner is not None
    found = set()
    for route in app.web._runner.app.router.routes():
        assert route.resource is not None
        if route.resource.canonical != OPEN_TO_LIVE_FEED and route.method != "HEAD":
            found.add((route.method, route.resource.canonical))
    return found


async def customer_token(app: App) -> str:
    """Of a session in the portal."""
    customer = await app.customers.make(CustomerBody(name="Nora Keller"))
    account = PortalAccount(
        id=uuid4().hex,
        email="nora@example.com",
        customer_id=customer.id,
        made_at=app.customers.moment(),
        confirmed_at=app.customers.moment(),
    )
    async with app.database.transaction() as session:
        session.add(account)
    token, _ = await app.portal.accounts.sessions.open(account, method="password")
    return token


async def client_of(app: App, role: str) -> aiohttp.ClientSession:
    client = aiohttp.ClientSession(f"http://127.0.0.1:{app.http_port}", cookie_jar=aiohttp.CookieJar(unsafe=True))
    if role in CUSTOMERS:
        client.cookie_jar.update_cookies({"cc_portal": await customer_token(app)}, URL(str(client._base_url)))
    elif role != "nobody":
        credentials = {"email": f"{role}@example.com", "password": PASSWORD}
        async with client.post("/api/v1/session", json=credentials) as response:
            assert response.status == 200
    return client


async def test_every_route_is_in_the_table_and_keeps_to_it(center: App) -> None:
    assert served(center) == set(ROUTES)
    wrong = []
    for role in sorted(EVERYONE):
        async with await client_of(center, role) as client:
            for method, path in sorted(ROUTES, key=lambda route: route in SIGN_OUTS):
                async with client.request(method, re.sub(r"{\w+}", "x", path)) as response:
                    allowed = response.status not in (401, 403)
                    if allowed is not (role in ROUTES[method, path]):
                        wrong.append((role, method, path, response.status))
                    assert response.status < 500 or response.status == 503
    assert not wrong


async def test_every_command_and_topic_is_in_the_table_and_keeps_to_it(center: App) -> None:
    assert set(center.live._commands) == set(COMMANDS)
    url = f"http://127.0.0.1:{center.http_port}"
    for role in sorted(SIGNED_IN):
        async with await client_of(center, role) as client:
            cookies = client.cookie_jar.filter_cookies(URL(url))
            headers = {"Cookie": f"cc_session={cookies['cc_session'].value}"}
            socket = socketio.AsyncClient(reconnection=False)
            await socket.connect(url, headers=headers, namespaces=["/live"], transports=["websocket"], wait_timeout=30)
            for command, roles in COMMANDS.items():
                message = {"name": command, "args": {"no such field": 1}}
                answer = await socket.call("command", message, namespace="/live")
                assert (answer["problem"]["status"] == 422) is (role in roles), (role, command, answer)
            for topic, roles in TOPICS.items():
                answer = await socket.call("subscribe", {"topic": topic}, namespace="/live")
                assert answer["ok"] is (role in roles), (role, topic, answer)
            await socket.disconnect()
            await socket.shutdown()


async def test_nobody_cannot_open_the_live_feed(center: App) -> None:
    socket = socketio.AsyncClient(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await socket.connect(
            f"http://127.0.0.1:{center.http_port}", namespaces=["/live"], transports=["websocket"], wait_timeout=30
        )
    await socket.shutdown()


async def test_changes_asked_for_by_another_site_are_refused(center: App) -> None:
    own = f"http://127.0.0.1:{center.http_port}"
    async with await client_of(center, "agent") as client:
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            for method in ("DELETE", "POST"):
                async with client.request(method, "/api/v1/session", headers=headers, json={}) as response:
                    assert response.status == 403, (method, headers)
            async with client.get("/api/v1/session") as response:
                assert response.status == 200
        async with client.delete("/api/v1/session", headers={"Origin": own}) as response:
            assert response.status == 204
        async with client.get("/api/v1/session") as response:
            assert response.status == 401


async def test_the_live_feed_is_closed_to_pages_of_another_site(center: App) -> None:
    async with (
        await client_of(center, "agent") as client,
        client.get("/socket.io/?EIO=4&transport=polling", headers={"Origin": "https://evil.example"}) as response,
    ):
        assert response.status == 400
