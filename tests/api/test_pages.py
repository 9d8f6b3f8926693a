"""Web pages, health, metrics and the API's own documents."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import BaseModel, Field

from contactcenter.api import health, openapi, static
from contactcenter.api.http import build_app
from contactcenter.api.live import Live
from contactcenter.api.routes import PUBLIC, SIGNED_IN, Call, Route, Router
from contactcenter.identity.permissions import USERS_MANAGE
from contactcenter.interactions.permissions import INTERACTIONS_VIEW
from contactcenter.metrics import Metrics
from tests.fakes.people import SignedIn

Client = TestClient[web.Request, web.Application]
VIEW, SETTINGS = INTERACTIONS_VIEW, USERS_MANAGE
HTML = {"Accept": "text/html"}


class Item(BaseModel):
    """A thing."""

    id: str
    parent: Item | None = None


class Filter(BaseModel):
    limit: int = Field(10, ge=1, le=100, description="How many <b>rows</b>.")
    since: str | None = Field(None, alias="from")


class NewItem(BaseModel):
    label: str = Field(min_length=1)
    kind: str = Field("a", pattern="^[ab]$")


class ItemList(BaseModel):
    items: list[Item]


async def nothing(_call: Call) -> None:
    return None


def router(pages: Path | None, reasons: list[str] | None = None) -> Router:
    router = Router()
    router.add(
        Route(
            "GET",
            "/api/v1/items",
            nothing,
            INTERACTIONS_VIEW,
            "List <items>",
            query=Filter,
            response=ItemList,
        ),
        Route("GET", "/api/v1/items/{id}", nothing, SIGNED_IN, "One item", response=Item),
        Route("POST", "/api/v1/items", nothing, USERS_MANAGE, "Add", body=NewItem, response=Item, status=201),
        Route("GET", "/api/v1/items/{id}/sound", nothing, PUBLIC, "Listen", media_type="audio/wav"),
        Route("DELETE", "/api/v1/items/{id}", nothing, SIGNED_IN, "Remove", status=204),
    )
    metrics = Metrics()
    router.add(*health.routes(lambda: reasons or [], metrics))
    router.add(*openapi.routes(router, version="1.2.3"))
    router.add(*static.routes(pages))
    return router


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text('<!doctype html><meta nonce="CSP_NONCE"><title>Desk</title>')
    (tmp_path / "assets" / "app-1a2b.js").write_text("let plain")
    (tmp_path / "assets" / "app-1a2b.js.gz").write_bytes(gzip.compress(b"let plain"))
    (tmp_path / "icon.svg").write_text("<svg/>")
    (tmp_path.parent / "secret.txt").write_text("secret")
    return tmp_path


Start = Callable[..., Awaitable[Client]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    clients: list[Client] = []

    async def begin(pages: Path | None, reasons: list[str] | None = None) -> Client:
        people = SignedIn()
        app = build_app(router(pages, reasons), authenticate=people)
        Live(people).attach(app)
        client: Client = TestClient(TestServer(app), auto_decompress=False)
        clients.append(client)
        await client.start_server()
        return client

    yield begin
    for client in clients:
        await client.close()


async def get(client: Client, path: str, **headers: str) -> tuple[int, str, Any]:
    async with client.get(path, headers=headers) as response:
        return response.status, (await response.read()).decode(errors="replace"), response.headers


async def test_every_address_of_the_pages_gets_the_index(start: Start, pages: Path) -> None:
    client = await start(pages)
    nonces: list[str] = []
    for path in ("/", "/wallboard", "/interactions/1a2b", "/index", "/admin/flows/main.yaml"):
        status, text, headers = await get(client, path, **HTML)
        assert (status, "<title>Desk</title>" in text) == (200, True), path
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        nonces.append(text.partition('nonce="')[2].partition('"')[0])
        assert f"style-src 'self' 'nonce-{nonces[-1]}';" in policy
    assert len(set(nonces)) == len(nonces)


async def test_assets_are_kept_for_ever_and_sent_compressed(start: Start, pages: Path) -> None:
    client = await start(pages)
    status, text, headers = await get(client, "/assets/app-1a2b.js", **{"Accept-Encoding": "identity"})
    assert (status, text) == (200, "let plain")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Content-Type"].startswith("text/javascript")
    async with client.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(await response.read()) == b"let plain"
    status, _, headers = await get(client, "/icon.svg")
    assert (status, headers["Cache-Control"]) == (200, "no-cache")
    async with client.get("/icon.svg", headers={"If-None-Match": headers["ETag"]}) as response:
        assert response.status == 304


@pytest.mark.parametrize(
    "path",
    ["/assets/gone.js", "/missing.png", "/api/v1/unknown", "/api", "/assets", "/..%2fsecret.txt", "/%2e%2e/secret.txt",
     "/a%00b.js", "/socket.io"],
)  # fmt: skip
async def test_what_is_no_page_is_not_found(start: Start, pages: Path, path: str) -> None:
    client = await start(pages)
    status, text, headers = await get(client, path, **HTML)
    assert status == 404
    assert headers["Content-Type"] == "application/problem+json"
    assert "secret" not in text.replace("secret.txt", "")


async def test_unknown_api_addresses_are_not_found_for_every_method(start: Start, pages: Path) -> None:
    client = await start(pages)
    for method in ("GET", "POST", "PUT", "DELETE"):
        async with client.request(method, "/api/v1/unknown") as response:
            assert response.status == 404, method
    async with client.put("/api/v1/items") as response:
        assert (response.status, response.headers["Allow"]) == (405, "GET,HEAD,POST")


async def test_a_client_that_wants_json_gets_no_page(start: Start, pages: Path) -> None:
    status, _, _ = await get(await start(pages), "/wallboard", Accept="application/json")
    assert status == 404


async def test_missing_pages_are_explained(start: Start, tmp_path: Path) -> None:
    client = await start(tmp_path / "nothing")
    status, text, _ = await get(client, "/", **HTML)
    assert (status, "pages are not built" in text) == (503, True)
    assert (await get(client, "/api/v1/unknown", **HTML))[0] == 404


async def test_the_live_feed_is_beside_the_pages(start: Start, pages: Path) -> None:
    status, text, _ = await get(await start(pages), "/socket.io/?EIO=4&transport=polling")
    assert status == 200
    assert text.startswith("0{")


async def test_health(start: Start, pages: Path) -> None:
    client = await start(pages, ["SIP port 5060 is taken."])
    assert (await get(client, "/healthz"))[:2] == (200, '{"status":"ok"}')
    status, text, _ = await get(client, "/readyz")
    assert (status, json.loads(text)) == (503, {"ready": False, "reasons": ["SIP port 5060 is taken."]})
    assert (await get(await start(pages), "/readyz"))[0] == 200
    status, text, headers = await get(client, "/metrics")
    assert (status, "process_cpu_seconds_total" in text) == (200, True)
    assert headers["Content-Type"].startswith("text/plain")


async def test_openapi_says_what_the_routes_say(start: Start, pages: Path) -> None:
    client = await start(pages)
    document = json.loads((await get(client, "/api/v1/openapi.json"))[1])
    assert document["openapi"] == "3.1.0"
    assert document["info"]["version"] == "1.2.3"
    assert "/{path}" not in document["paths"]
    listing = document["paths"]["/api/v1/items"]["get"]
    assert [parameter["name"] for parameter in listing["parameters"]] == ["limit", "from"]
    assert listing["parameters"][0]["schema"]["maximum"] == 100
    assert listing["security"] == [{"session": []}, {"bearer": []}]
    assert listing["x-permission"] == "interactions.view"
    assert set(listing["responses"]) == {"200", "401", "403", "422"}
    adding = document["paths"]["/api/v1/items"]["post"]
    assert adding["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/NewItem"}
    assert {"201", "400", "413", "415", "422"} <= set(adding["responses"])
    one = document["paths"]["/api/v1/items/{id}"]
    assert one["get"]["parameters"][0] == {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    assert set(one["delete"]["responses"]) == {"204", "401", "403", "404"}
    sound = document["paths"]["/api/v1/items/{id}/sound"]["get"]
    assert "audio/wav" in sound["responses"]["200"]["content"]
    assert "security" not in sound


@pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/api/docs"])
async def test_the_documents_are_made_once_and_sent_once(
    start: Start, pages: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = 0
    make = openapi.document

    def counted(*args: Any, **options: Any) -> dict[str, Any]:
        nonlocal made
        made += 1
        return make(*args, **options)

    monkeypatch.setattr(openapi, "document", counted)
    client = await start(pages)
    status, text, headers = await get(client, path)
    etag = headers["ETag"]
    assert (status, made, headers["Cache-Control"]) == (200, 1, "no-cache")
    assert (await get(client, path, **{"If-None-Match": '"another"'}))[:2] == (200, text)
    for known in (etag, f"W/{etag}", f'"another", {etag}', "*"):
        status, body, headers = await get(client, path, **{"If-None-Match": known})
        assert (status, body, headers["ETag"]) == (304, "", etag)
    assert made == 1


async def test_every_reference_of_the_document_leads_somewhere(start: Start, pages: Path) -> None:
    text = (await get(await start(pages), "/api/v1/openapi.json"))[1]
    document = json.loads(text)
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert names
    assert names <= set(document["components"]["schemas"])
    ids = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


async def test_the_readable_page_needs_nothing_else(start: Start, pages: Path) -> None:
    status, text, headers = await get(await start(pages), "/api/docs", **HTML)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<script" not in text
    assert not re.search(r"(src|href)=\"?(https?:)?//", text)
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    for part in (
        "/api/v1/items/{id}",
        "interactions.view",
        "curl -X POST",
        "List &lt;items&gt;",
        "&lt;b&gt;rows",
        "NewItem",
    ):
        assert part in text
    assert "<items>" not in text
