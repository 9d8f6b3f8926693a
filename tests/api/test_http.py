"""The HTTP core against a real server on a free port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from contactcenter.api.http import build_app
from contactcenter.api.problems import Problem
from contactcenter.api.routes import PUBLIC, SIGNED_IN, Call, Route, Router
from contactcenter.api.security import same_origin
from contactcenter.config import HttpSettings
from contactcenter.identity.permissions import USERS_MANAGE
from contactcenter.metrics import Metrics
from contactcenter.storage.errors import StorageUnavailable
from tests.fakes.people import SignedIn, cookie, person

Client = TestClient[web.Request, web.Application]


class Note(BaseModel):
    text: str = Field(min_length=1, max_length=10)
    at: datetime | None = None


class Wanted(BaseModel):
    limit: int = Field(10, ge=1, le=100)
    since: str | None = Field(None, alias="from")


class OutOfStockError(Exception):
    pass


async def echo(call: Call) -> Note:
    return call.body(Note)


async def wanted(call: Call) -> dict[str, Any]:
    query = call.query(Wanted)
    return {"limit": query.limit, "since": query.since}


async def whoami(call: Call) -> dict[str, Any]:
    return {"id": call.principal.user_id, "address": call.address}


async def nothing(call: Call) -> None:
    return None


async def named(call: Call) -> str:
    return call.path("name")


ERRORS: dict[str, Callable[[], Exception]] = {
    "problem": lambda: Problem(409, "busy", "Busy", "The line is busy.", line=3),
    "storage": lambda: StorageUnavailable("The database is locked."),
    "unexpected": lambda: RuntimeError("secret detail"),
    "domain": OutOfStockError,
    "gone": web.HTTPGone,
}


async def fail(call: Call) -> None:
    raise ERRORS[call.path("kind")]()


def routes() -> Router:
    router = Router()
    router.add(
        Route("POST", "/notes", echo, PUBLIC, "Echo", body=Note, response=Note),
        Route("GET", "/wanted", wanted, PUBLIC, "Query", query=Wanted, response=dict[str, Any]),
        Route("GET", "/me", whoami, SIGNED_IN, "Who", response=dict[str, Any]),
        Route("GET", "/users", whoami, USERS_MANAGE, "Users", response=dict[str, Any]),
        Route("DELETE", "/notes", nothing, PUBLIC, "Clear", status=204),
        Route("GET", "/named/{name}", named, PUBLIC, "Name", response=str),
        Route("GET", "/fail/{kind}", fail, PUBLIC, "Fail"),
    )
    return router


def translate(error: Exception) -> Problem | None:
    return Problem(410, "out-of-stock", "Out of stock", "None left.") if isinstance(error, OutOfStockError) else None


@pytest.fixture
async def start() -> AsyncIterator[Callable[..., Awaitable[Client]]]:
    clients: list[Client] = []

    async def begin(metrics: Metrics | None = None, **settings: Any) -> Client:
        people = SignedIn(person("agent"), person("administrator"))
        app = build_app(
            routes(),
            authenticate=people,
            settings=HttpSettings(max_body_kb=1, **settings),
            metrics=metrics,
            translate=translate,
        )
        client: Client = TestClient(TestServer(app))
        clients.append(client)
        await client.start_server()
        return client

    yield begin
    for client in clients:
        await client.close()


@pytest.fixture
async def client(start: Callable[..., Awaitable[Client]]) -> Client:
    return await start()


async def problem(response: Any, status: int, slug: str) -> dict[str, Any]:
    assert response.status == status
    assert response.content_type == "application/problem+json"
    body: dict[str, Any] = await response.json()
    assert (body["status"], body["type"]) == (status, f"/problems/{slug}")
    assert body["request_id"] == response.headers["X-Request-Id"]
    assert body["title"]
    assert body["detail"].endswith(".")
    return body


async def test_body_is_validated_and_answered(client: Client) -> None:
    moment = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    async with client.post("/notes", json={"text": "hi", "at": moment.isoformat()}) as response:
        assert response.status == 200
        assert await response.json() == {"text": "hi", "at": "2026-05-04T03:02:01Z"}
        assert response.headers["Cache-Control"] == "no-store"


async def test_bad_bodies(client: Client) -> None:
    json = {"Content-Type": "application/json"}
    await problem(await client.post("/notes", data=b"{", headers=json), 400, "malformed-json")
    await problem(await client.post("/notes", data=b"\xff", headers=json), 400, "malformed-json")
    await problem(await client.post("/notes", data=b"[" * 900, headers=json), 400, "malformed-json")
    await problem(await client.post("/notes", data={"text": "form"}), 415, "unsupported-media-type")
    await problem(await client.post("/notes"), 415, "unsupported-media-type")
    await problem(await client.post("/notes", json={"text": "x" * 2000}), 413, "too-large")
    body = await problem(await client.post("/notes", json={"text": "a secret longer than ten"}), 422, "invalid")
    assert body["errors"] == [{"field": "text", "message": "String should have at most 10 characters"}]
    assert "secret" not in str(body)
    await problem(await client.post("/notes", json=[1]), 422, "invalid")


async def test_query(client: Client) -> None:
    async with client.get("/wanted?limit=5&from=2026") as response:
        assert await response.json() == {"limit": 5, "since": "2026"}
    body = await problem(await client.get("/wanted?limit=many"), 422, "invalid")
    assert body["errors"][0]["field"] == "limit"
    await problem(await client.get("/wanted?limit=1&limit=2"), 422, "invalid")
    await problem(await client.get("/wanted?from=%00"), 422, "invalid")
    await problem(await client.get("/named/a%00b"), 404, "not-found")


async def test_unknown_addresses_and_methods(client: Client) -> None:
    await problem(await client.get("/nowhere"), 404, "not-found")
    response = await client.put("/notes")
    await problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == "DELETE,POST"
    async with client.head("/wanted") as head:
        assert head.status == 200


async def test_errors_of_handlers(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    assert (await problem(await client.get("/fail/problem"), 409, "busy"))["line"] == 3
    unavailable = await client.get("/fail/storage")
    assert (await problem(unavailable, 503, "storage-unavailable"))["detail"] == "The database is locked."
    assert unavailable.headers["Retry-After"] == "5"
    await problem(await client.get("/fail/domain"), 410, "out-of-stock")
    await problem(await client.get("/fail/gone"), 410, "http-410")
    assert "secret detail" not in str(await problem(await client.get("/fail/unexpected"), 500, "internal"))


async def test_permission_is_checked(client: Client) -> None:
    await problem(await client.get("/me"), 401, "not-signed-in")
    await problem(await client.get("/me", headers={"Cookie": "cc_session=wrong"}), 401, "not-signed-in")
    await problem(await client.get("/me", headers={"Cookie": "cc_session=" + "x" * 4000}), 401, "not-signed-in")
    async with client.get("/me", headers=cookie("agent")) as response:
        assert (await response.json())["id"] == "agent"
    body = await problem(await client.get("/users", headers=cookie("agent")), 403, "forbidden")
    assert body["permission"] == "users.manage"
    async with client.get("/users", headers=cookie("administrator")) as response:
        assert response.status == 200


async def test_a_handler_that_is_no_route_is_denied() -> None:
    app = build_app(Router(), authenticate=SignedIn())

    async def stray(_request: web.Request) -> web.Response:
        raise AssertionError("must not be reached")

    app.router.add_get("/stray", stray)
    async with TestClient(TestServer(app)) as client:
        await problem(await client.get("/stray"), 403, "forbidden")


def test_a_route_without_permission_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="permission"):
        Route("GET", "/x", nothing, None, "x")  # type: ignore[arg-type]  # what a forgotten permission would be
    with pytest.raises(ValueError, match="unknown method"):
        Route("FETCH", "/x", nothing, PUBLIC, "x")
    with pytest.raises(ValueError, match="takes no body"):
        Route("GET", "/x", nothing, PUBLIC, "x", body=Note)
    with pytest.raises(ValueError, match="twice"):
        routes().add(Route("GET", "/me", whoami, SIGNED_IN, "Again"))


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Origin": "OWN"}, True),
        ({"Origin": "OWN", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "OWN", "Sec-Fetch-Site": "cross-site"}, False),
    ],
)
async def test_changes_from_other_sites_are_refused(client: Client, headers: dict[str, str], allowed: bool) -> None:
    own = str(client.make_url("/")).rstrip("/")
    sent = {name: value.replace("OWN", own) for name, value in headers.items()}
    response = await client.delete("/notes", headers=sent)
    if allowed:
        assert response.status == 204
    else:
        await problem(response, 403, "cross-site")
    async with client.get("/wanted", headers=sent) as read:
        assert read.status == 200


async def test_public_url_counts_as_own_origin(start: Callable[..., Awaitable[Client]]) -> None:
    client = await start(public_url="https://cc.example.com")
    async with client.delete("/notes", headers={"Origin": "https://cc.example.com"}) as response:
        assert response.status == 204
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_security_headers_on_every_answer(client: Client) -> None:
    for path in ("/wanted", "/nowhere", "/fail/unexpected", "/me"):
        async with client.get(path) as response:
            assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["X-Frame-Options"] == "DENY"
            assert response.headers["Server"] == "contactcenter"
            assert "Strict-Transport-Security" not in response.headers


async def test_forwarded_address_counts_only_behind_a_proxy(start: Callable[..., Awaitable[Client]]) -> None:
    headers = {**cookie("agent"), "X-Forwarded-For": "6.6.6.6, 10.1.2.3"}
    direct, proxied = await start(), await start(behind_proxy=True)
    async with direct.get("/me", headers=headers) as response:
        assert (await response.json())["address"] == "127.0.0.1"
    async with proxied.get("/me", headers=headers) as response:
        assert (await response.json())["address"] == "10.1.2.3"
    async with proxied.get("/me", headers={**headers, "X-Forwarded-For": "junk"}) as response:
        assert (await response.json())["address"] == "127.0.0.1"


async def test_requests_are_counted_by_template(start: Callable[..., Awaitable[Client]]) -> None:
    metrics = Metrics()
    client = await start(metrics)
    await client.get("/named/ann")
    await client.get("/named/bob")
    await client.get("/no/such/place")
    page = metrics.render().decode()
    assert 'contactcenter_http_requests_total{method="GET",route="/named/{name}",status="200"} 2.0' in page
    assert 'route="unmatched",status="404"} 1.0' in page
    assert "ann" not in page


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://a.example", "a.example", True),
        ("https://a.example", "a.example", True),
        ("https://a.example:443", "a.example", True),
        ("http://a.example:8080", "a.example:8080", True),
        ("http://A.example", "a.EXAMPLE", True),
        ("http://[::1]:8080", "[::1]:8080", True),
        ("http://a.example:8080", "a.example", False),
        ("http://a.example.evil", "a.example", False),
        ("http://evil@a.example:x", "a.example", False),
        ("file://a.example", "a.example", False),
        ("null", "a.example", False),
    ],
)
def test_same_origin(origin: str, host: str, same: bool) -> None:
    assert same_origin(origin, host) is same


@given(st.text(), st.text())
def test_any_origin_is_judged_without_an_error(origin: str, host: str) -> None:
    assert same_origin(origin, host) in {True, False}
