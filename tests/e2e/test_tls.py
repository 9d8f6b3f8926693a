"""Pages and live feed over TLS in a browser, under a policy that allows nothing inline: nothing else is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, Page, expect

from contactcenter.app import App
from contactcenter.bus import Bus
from contactcenter.config import Config
from contactcenter.identity.service import Identity
from contactcenter.permissions import Role
from contactcenter.storage.database import Database
from tests.e2e.loop import fixture
from tests.e2e.pages import WAIT_MS
from tests.fakes.center import PASSWORD, populate, running, settings
from tests.fakes.certificates import Authority


@fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    authority = Authority(tmp_path)
    authority.issue()
    http = {"host": "127.0.0.1", "port": 0}
    tls = {"tls_certificate": str(authority.certificate), "tls_key": str(authority.key)}
    config = settings(tmp_path, http=http | tls)
    await populate(config)
    await _add_administrator(config)
    async with running(config) as app:
        yield app


async def _add_administrator(config: Config) -> None:
    database, bus = Database(config.database.url), Bus()
    await Identity(database, bus).create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
    await bus.close()
    await database.stop()


async def test_every_page_works_and_nothing_of_it_is_refused(center: App, browser: Browser) -> None:
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    context = await browser.new_context(ignore_https_errors=True, base_url=center.page_url, reduced_motion="reduce")
    page = await context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.on("console", listen)
    await _sign_in(page)
    # The wallboard's rows come over the socket.
    await page.goto("/live")
    await expect(page.get_by_text("Sales").first).to_be_visible()
    for path in ("/workspace", "/interactions", "/admin", "/admin/queues", "/whatif"):
        await page.goto(path)
        await expect(page.get_by_role("heading").first).to_be_visible()
        assert await _styles_are_in_force(page)
    assert await page.evaluate("isSecureContext")
    assert await _inline_is_refused(page)
    await page.goto("/api/docs")
    assert await page.evaluate("getComputedStyle(document.querySelector('.frame')).display") == "grid"
    await context.close()
    # The two refusals that were provoked on purpose.
    refused = [text for text in complaints if "Content Security Policy" in text]
    assert len(refused) == 2, complaints


async def _sign_in(page: Page) -> None:
    # The session asked for before anybody has signed in is answered 401, which the console shows.
    await page.goto("/")
    await page.get_by_label("E-mail").fill("ada@example.com")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("button", name="Sign in")).to_have_count(0)


async def _styles_are_in_force(page: Page) -> bool:
    """Mantine's variables come from a style element that it makes itself."""
    script = "getComputedStyle(document.documentElement).getPropertyValue('--mantine-color-body').trim() !== ''"
    return bool(await page.evaluate(script))


async def _inline_is_refused(page: Page) -> bool:
    """A style and a script such as somebody would smuggle in do nothing."""
    script = """() => {
        const style = document.createElement("style");
        style.textContent = "body { outline-width: 7px; outline-style: solid }";
        document.head.append(style);
        const script = document.createElement("script");
        script.textContent = "window.smuggled = true";
        document.head.append(script);
        return getComputedStyle(document.body).outlineWidth !== "7px" && window.smuggled === undefined;
    }"""
    return bool(await page.evaluate(script))
