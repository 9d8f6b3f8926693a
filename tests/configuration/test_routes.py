from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from contactcenter.agents import configuration as of_agents
from contactcenter.api.http import build_app
from contactcenter.api.routes import Router
from contactcenter.configuration.permissions import CONFIGURATION_MANAGE
from contactcenter.configuration.plan import ordered
from contactcenter.configuration.routes import routes
from contactcenter.permissions import Catalogue, Holding, Principal
from contactcenter.queues import configuration as of_queues
from tests.fakes.office import Office, open_office
from tests.fakes.people import SignedIn, cookie, person


class Asked:
    def __init__(self, office: Office, client: TestClient[Any, Any]) -> None:
        self.office = office
        self.client = client

    async def ask(self, method: str, path: str, body: Any = None, *, role: str = "administrator") -> tuple[int, Any]:
        address = f"/api/v1/configuration{path}"
        async with self.client.request(method, address, headers=cookie(role), json=body) as response:
            return response.status, await response.json()


def administrator() -> Principal:
    catalogue = Catalogue(CONFIGURATION_MANAGE)
    grants = catalogue.grants([Holding("administrator", catalogue.of_role("administrator"))])
    return replace(person("administrator"), grants=grants)


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    async with open_office(tmp_path) as office:
        sections = ordered([*of_queues.sections(office.set_up), *of_agents.sections(office.set_up)])
        router = Router()
        router.add(*routes(office.database, lambda: sections))
        people = SignedIn(administrator(), person("supervisor"))
        async with TestClient(TestServer(build_app(router, authenticate=people))) as client:
            yield Asked(office, client)


async def test_a_running_engine_is_told(asked: Asked) -> None:
    status, answer = await asked.ask("GET", "")
    assert status == 200
    files = answer["files"]
    status, planned = await asked.ask("POST", "/plan", {"files": files, "prune": True})
    assert (status, planned["changes"], planned["kept"]) == (200, [], 0)
    files = {"queues.yaml": files["queues.yaml"].replace("ring_timeout_s: 20.0", "ring_timeout_s: 12.0")}
    status, planned = await asked.ask("POST", "/plan", {"files": files})
    assert [(each["what"], each["id"], each["fields"]) for each in planned["changes"]] == [
        ("change", "help", ["ring_timeout_s"]),
        ("change", "sales", ["ring_timeout_s"]),
    ]
    assert await asked.ask("POST", "", {"files": files}) == (200, planned)
    assert asked.office.queue_config("sales").ring_timeout_s == 12.0
    assert (await asked.ask("POST", "", {"files": files}))[1]["changes"] == []


async def test_mistakes_are_told(asked: Asked) -> None:
    status, answer = await asked.ask("POST", "", {"files": {"queues.yaml": "sales:\n  name: 3\n"}})
    assert (status, answer["field"]) == (422, "files")
    assert answer["errors"][0]["field"] == "queues.yaml:2"


async def test_only_administrators(asked: Asked) -> None:
    for method, path, body in (("GET", "", None), ("POST", "/plan", {"files": {}}), ("POST", "", {"files": {}})):
        assert (await asked.ask(method, path, body, role="supervisor"))[0] == 403
