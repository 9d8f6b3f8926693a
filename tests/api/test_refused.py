"""Access that was refused is told to the log: who, what, and which permission was missing."""

from __future__ import annotations

from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from contactcenter.api.http import build_app
from contactcenter.api.problems import forbidden
from contactcenter.api.routes import PUBLIC, SIGNED_IN, Call, Route, Router
from contactcenter.identity.permissions import USERS_MANAGE
from tests.fakes.people import SignedIn, cookie, person


async def test_who_was_not_let_do_what() -> None:
    async def refuse(call: Call) -> None:
        raise forbidden(USERS_MANAGE)

    router = Router()
    router.add(
        Route("GET", "/api/v1/things/{id}", refuse, USERS_MANAGE, "Things"),
        Route("GET", "/api/v1/some/{id}", refuse, SIGNED_IN, "Some of them"),
        Route("GET", "/api/v1/open", refuse, PUBLIC, "Open"),
    )
    server = TestServer(build_app(router, authenticate=SignedIn(person("agent"))))
    async with TestClient(server) as client:
        with capture_logs() as told:
            for path in ("things/secret", "some/secret", "open"):
                assert (await client.get(f"/api/v1/{path}", headers=cookie("agent"))).status == 403
            assert (await client.get("/api/v1/things/secret")).status == 401
    refused = [entry for entry in told if entry["event"] == "access_refused"]
    assert [(entry["caller"], entry["route"], entry["permission"]) for entry in refused] == [
        ("agent", "/api/v1/things/{id}", "users.manage"),
        ("agent", "/api/v1/some/{id}", "users.manage"),
    ]
    assert "secret" not in str(refused)
