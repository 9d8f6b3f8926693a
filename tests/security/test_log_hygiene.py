"""People sign in, guess, call, are imported and looked at, with every log line kept: nothing of them stands there."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog

from contactcenter import logs
from contactcenter.app import App
from contactcenter.permissions import Role
from tests.fakes.center import PASSWORD, Telephone, populate, running, settings
from tests.fakes.waiting import until

NUMBER = "+4930901820777"
WRONG = "Tr0ub4dor-wrong-guess"
CUSTOMER = {"email": "zelda.quandt@customers.example", "number": "+493015550199", "name": "Zelda Quandt"}
NEW_USER = "winifred@staff.example"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the server logs at its most talkative."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(level="debug", format="json", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


class Visitor:
    """Collects what must not be found."""

    def __init__(self, client: aiohttp.ClientSession) -> None:
        self.client = client
        self.secrets: set[str] = set()

    async def ask(self, method: str, path: str, body: Any = None, wanted: tuple[int, ...] = (200, 201, 204)) -> Any:
        async with self.client.request(method, f"/api/v1{path}", json=body) as response:
            self.secrets |= {morsel.value for morsel in response.cookies.values() if morsel.value}
            assert response.status in wanted, (path, response.status, await response.text())
            return await response.json() if response.content_type.endswith("json") else await response.text()


async def act(visitor: Visitor) -> None:
    ask = visitor.ask
    await ask("POST", "/session", {"email": "root@example.com", "password": WRONG}, (401,))
    await ask("POST", "/session", {"email": NEW_USER, "password": WRONG}, (401,))
    await ask("POST", "/password-links", {"email": NEW_USER})
    await ask("POST", "/password-links/use", {"token": "no-such-link-token-77", "password": WRONG}, (404,))
    await ask("POST", "/session", {"email": "root@example.com", "password": PASSWORD})
    key = await ask("POST", "/account/api-keys", {"name": "Export", "permissions": ["audit.view"]})
    visitor.secrets |= {value for value in key.values() if isinstance(value, str) and len(value) > 30}
    file = f"email,name\n{NEW_USER},Winifred Quandt\nbroken-{NEW_USER}@,x\n"
    await ask("POST", "/users/import", {"csv": file, "apply": True})
    identities = [
        {"kind": "email", "value": CUSTOMER["email"]},
        {"kind": "phone", "value": CUSTOMER["number"]},
    ]
    customer = {"kind": "person", "name": CUSTOMER["name"], "identities": identities}
    await ask("POST", "/customers", customer, (201, 422))
    await ask("GET", f"/customers?q={CUSTOMER['email']}")
    await ask("GET", f"/interactions?search={CUSTOMER['number'].replace('+', '%2B')}", None, (200, 422))
    await ask("POST", "/customers", {**customer, "name": ["not", CUSTOMER["name"]]}, (422,))


async def broken(_asked: object) -> None:
    raise RuntimeError(f"cannot read the row of {CUSTOMER['email']}, {CUSTOMER['number']}: password={WRONG}")


async def call(app: App) -> None:
    async with Telephone(33900) as phone:
        await phone.dial(app, caller=NUMBER)
        await until(phone.answered.is_set, "the call is answered")
        await phone.hang_up()


async def test_logs_name_nobody_and_hold_no_secret(
    tmp_path: Path, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("root@example.com", "Ruth Root", Role.ADMINISTRATOR, PASSWORD)
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{app.http_port}", cookie_jar=jar) as client:
            visitor = Visitor(client)
            await act(visitor)
            monkeypatch.setattr(app.customers, "page", broken)
            await visitor.ask("GET", "/customers", None, (500,))
        await call(app)
    text = written.getvalue()
    assert "server.ready" in text
    assert "request_failed" in text
    assert len(visitor.secrets) >= 2
    people = {*CUSTOMER.values(), NEW_USER, "root@example.com", "Ruth Root", "Winifred Quandt", NUMBER}
    for word in (
        people | visitor.secrets | {PASSWORD, WRONG, "no-such-link-token-77", CUSTOMER["number"][1:], NUMBER[1:]}
    ):
        assert word not in text, word
