"""Suggestions in a real browser: learned on their page, taken in a new ticket, put away beside one."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from contactcenter.app import App
from contactcenter.permissions import Role
from contactcenter.tickets.acting import SYSTEM
from contactcenter.tickets.documents import NewTicket
from contactcenter.tickets.settings import CategoryBody
from tests.e2e.crawler import AXE, NEXT_FRAMES, RUN_AXE, SETTLED, WATCH_POLICY, WCAG
from tests.e2e.desk_page import CHROMIUM
from tests.fakes.center import PASSWORD, populate, running, settings
from tests.tickets.suggesting.house import INVOICE, Learner, stock
from tests.tickets.suggesting.samples import TOPICS

WAIT_MS = 20_000


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
        for category in TOPICS:
            await app.tickets.helpdesk.set_up.put("categories", None, CategoryBody(name=category.title()), category)
        await stock(app.database, 160, random.Random(3))
        app.tickets.suggester.trainer.learn = Learner(app.database)
        yield app


@pytest.fixture
async def page(center: App) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = await browser.new_context(
            base_url=f"http://127.0.0.1:{center.http_port}", locale="en-GB", reduced_motion="reduce"
        )
        await context.add_init_script(WATCH_POLICY)
        await context.add_init_script(path=AXE)
        answer = await context.request.post("/api/v1/session", data={"email": "ada@example.com", "password": PASSWORD})
        assert answer.ok
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "policy violated" in said.text else None)
        yield page
        await browser.close()
        assert not faults


async def fine(page: Page) -> None:
    """Nothing for axe to find, in both schemes, and nothing that must be scrolled sideways, at both widths."""
    for width, scheme in ((390, "dark"), (1440, "light")):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.evaluate("(name) => document.documentElement.dataset.mantineColorScheme = name", scheme)
        await page.evaluate(NEXT_FRAMES)
        await page.wait_for_function(SETTLED, arg=scheme)
        assert await page.evaluate(RUN_AXE, WCAG) == [], (page.url, width, scheme)
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), (page.url, width)


async def test_learned_shown_taken_and_put_away(center: App, page: Page) -> None:
    await page.goto("/admin/tickets/suggestions")
    await expect(page.get_by_text("There are 160 tickets that are done; suggestions begin at 500.")).to_be_visible(
        timeout=WAIT_MS
    )
    await page.get_by_role("textbox", name="Tickets to learn from").fill("20")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("Must be from 50 to 20000.")).to_be_visible(timeout=WAIT_MS)
    await page.get_by_role("textbox", name="Tickets to learn from").fill("100")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible(timeout=WAIT_MS)
    await page.get_by_role("button", name="Learn now").click()
    await expect(page.get_by_text("From 160 tickets", exact=False)).to_be_visible(timeout=WAIT_MS)
    await expect(page.get_by_text("right on newer tickets")).to_have_count(2, timeout=WAIT_MS)
    await fine(page)

    await page.goto("/tickets/new")
    await page.get_by_role("textbox", name="Subject").fill(INVOICE[0])
    await page.get_by_role("textbox", name="What the requester wants").fill(INVOICE[1])
    await fine(page)
    await page.get_by_role("button", name=re.compile("^Category Invoices .* take")).click()
    await expect(page.get_by_role("combobox", name="Category")).to_have_value("Invoices", timeout=WAIT_MS)
    await expect(page.get_by_role("button", name=re.compile("^Category .* take"))).to_have_count(0, timeout=WAIT_MS)
    await page.get_by_role("button", name="Open the ticket").click()
    await expect(page.get_by_role("heading", level=1, name=INVOICE[0])).to_be_visible(timeout=WAIT_MS)

    body = NewTicket(subject=INVOICE[0], description=INVOICE[1])
    other = (await center.tickets.helpdesk.tickets.make(body, SYSTEM)).ticket
    await page.goto(f"/tickets/{other.number}")
    await page.get_by_role("button", name=re.compile("^Priority Urgent .* take")).click()
    await expect(page.get_by_role("button", name="Priority: Urgent", exact=True)).to_be_visible(timeout=WAIT_MS)
    await page.get_by_role("button", name="Put away the suggestion Category: Invoices").click()
    await expect(page.get_by_text("Suggested from your tickets")).to_have_count(0, timeout=WAIT_MS)

    await page.goto("/admin/tickets/suggestions")
    await expect(page.get_by_text("1 of 2", exact=True)).to_be_visible(timeout=WAIT_MS)
    await expect(page.get_by_text("1 of 1", exact=True)).to_be_visible(timeout=WAIT_MS)
