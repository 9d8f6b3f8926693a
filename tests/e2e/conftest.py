from __future__ import annotations

import contextlib
import inspect
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from contactcenter.app import App
from tests.e2e.baresip import Baresip
from tests.e2e.desk_page import launch
from tests.e2e.loop import IN_IT, fixture
from tests.e2e.pages import WAIT_MS, Enter, Pages
from tests.e2e.people import Telephones, until_asked
from tests.e2e.post import Post, post_office
from tests.e2e.server import Client, Server
from tests.e2e.tones import AGENT_HZ, CALLER_HZ, write_tone
from tests.fakes.center import populate, running, settings

MICROPHONE_S = 90.0
expect.set_options(timeout=WAIT_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
                item.add_marker(IN_IT, append=False)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo data: hashing the passwords takes a while."""
    server = Server(tmp_path_factory.mktemp("seeded"))
    server.set_up()
    return server.database


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory, seeded: Path) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server") / "run")
    server.set_up(seeded)
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log(), server.log()


@fixture
async def server(shared_server: Server) -> AsyncIterator[Server]:
    """A running server that the test leaves as idle as it found it."""
    yield shared_server
    with contextlib.suppress(TimeoutError):
        await until_asked(lambda: not shared_server.left_behind())
    assert shared_server.left_behind() == {}


@pytest.fixture
def own_server(tmp_path: Path, seeded: Path) -> Iterator[Server]:
    """Set up, not yet started: for tests that break something."""
    server = Server(tmp_path / "run")
    server.set_up(seeded)
    yield server
    server.stop()


@pytest.fixture
def supervisor(server: Server) -> Client:
    return Client(server, "supervisor")


@fixture
async def phones(server: Server, tmp_path: Path) -> AsyncIterator[Telephones]:
    phones = Telephones(server, tmp_path)
    await phones.start()
    yield phones
    await phones.stop()


@fixture
async def baresip(tmp_path: Path) -> AsyncIterator[Baresip]:
    """A caller who says the caller's tone."""
    microphone = write_tone(tmp_path / "baresip.wav", CALLER_HZ, MICROPHONE_S)
    baresip = Baresip(tmp_path / "baresip", microphone, "+493023125777")
    await baresip.start()
    yield baresip
    await baresip.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """Its microphone says the agent's tone."""
    microphone = write_tone(tmp_path_factory.mktemp("browser") / "microphone.wav", AGENT_HZ, 30.0)
    async with async_playwright() as playwright:
        browser = await launch(playwright, microphone)
        yield browser
        await browser.close()


@fixture
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """One for all tests; nothing of what one of them has opened is there in the next."""
    yield chromium
    for context in chromium.contexts:
        await context.close()


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as post:
        yield post


@fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    """A whole center in this process; many tests have one with more in it."""
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        yield app


@fixture
async def enter(center: App, browser: Browser) -> AsyncIterator[Enter]:
    """Opens pages of `center`, none of which may end with a fault."""
    pages = Pages(browser, f"http://127.0.0.1:{center.http_port}")
    yield pages.enter
    await pages.close()
    assert pages.faults == []
