"""The command on a server that runs, with an API key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from contactcenter.agents import configuration as of_agents
from contactcenter.api.http import build_app
from contactcenter.api.routes import Router
from contactcenter.configuration.files import Mistakes
from contactcenter.configuration.plan import ordered
from contactcenter.configuration.remote import RemoteError, remote
from contactcenter.configuration.routes import routes
from contactcenter.permissions import Principal
from contactcenter.queues import configuration as of_queues
from tests.configuration.test_routes import administrator
from tests.fakes.office import Office, open_office

KEY = "cck_key"


async def by_key(token: str) -> Principal | None:
    return administrator() if token == KEY else None


async def nobody(token: str) -> Principal | None:
    return None


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as office:
        yield office


@pytest.fixture
async def server(office: Office) -> AsyncIterator[str]:
    sections = ordered([*of_queues.sections(office.set_up), *of_agents.sections(office.set_up)])
    router = Router()
    router.add(*routes(office.database, lambda: sections))
    async with TestServer(build_app(router, authenticate=nobody, by_key=by_key)) as server:
        yield str(server.make_url("/"))


async def test_exported_planned_and_applied_on_a_running_server(office: Office, server: str) -> None:
    async with remote(server, KEY) as there:
        texts = await there.export()
        assert (await there.plan(texts, prune=True)).changes == []
        texts = {"queues.yaml": texts["queues.yaml"].replace("ring_timeout_s: 20.0", "ring_timeout_s: 12.0")}
        planned = await there.plan(texts, prune=False)
        assert [(each.id, each.fields) for each in planned.changes] == [
            ("help", ["ring_timeout_s"]),
            ("sales", ["ring_timeout_s"]),
        ]
        assert (await there.apply(texts, prune=False)).changes == planned.changes
        assert office.queue_config("sales").ring_timeout_s == 12.0
        with pytest.raises(Mistakes) as caught:
            await there.plan({"queues.yaml": "sales:\n  name: 3\n"}, prune=False)
        assert str(caught.value.found[0]).startswith("queues.yaml:2: sales: name: ")


async def test_refusals_are_sentences(server: str) -> None:
    async with remote(server, "cck_other") as there:
        with pytest.raises(RemoteError, match="does not know this key"):
            await there.export()
    async with remote("http://127.0.0.1:9", KEY) as there:
        with pytest.raises(RemoteError, match="cannot be reached"):
            await there.export()
    for address, told in (("http://contact.example.com", "not sent over http"), ("contact.example.com", "like https")):
        with pytest.raises(RemoteError, match=told):
            async with remote(address, KEY):
                pass
