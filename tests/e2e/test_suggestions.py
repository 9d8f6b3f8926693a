"""Suggestions in a real browser: learned on their page, taken in a new ticket, put away beside one."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page, expect

from contactcenter.app import App
from contactcenter.permissions import Role
from contactcenter.tickets.acting import SYSTEM
from contactcenter.tickets.documents import NewTicket
from contactcenter.tickets.settings import CategoryBody
from tests.e2e.looks import fine
from tests.e2e.loop import fixture
from tests.e2e.pages import Enter
from tests.fakes.center import PASSWORD, populate, running, settings
from tests.tickets.suggesting.house import INVOICE, Learner, stock
from tests.tickets.suggesting.samples import TOPICS


@fixture
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


@fixture
async def page(enter: Enter) -> Page:
    return await enter("ada")


async def test_learned_shown_taken_and_put_away(center: App, page: Page) -> None:
    await page.goto("/admin/tickets/suggestions")
    await expect(page.get_by_text("There are 160 tickets that are done; suggestions begin at 500.")).to_be_visible()
    await page.get_by_role("textbox", name="Tickets to learn from").fill("20")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("Must be from 50 to 20000.")).to_be_visible()
    await page.get_by_role("textbox", name="Tickets to learn from").fill("100")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Learn now").click()
    await expect(page.get_by_text("From 160 tickets", exact=False)).to_be_visible()
    await expect(page.get_by_text("right on newer tickets")).to_have_count(2)
    await fine(page)

    await page.goto("/tickets/new")
    await page.get_by_role("textbox", name="Subject").fill(INVOICE[0])
    await page.get_by_role("textbox", name="What the requester wants").fill(INVOICE[1])
    await fine(page)
    await page.get_by_role("button", name=re.compile("^Category Invoices .* take")).click()
    await expect(page.get_by_role("combobox", name="Category")).to_have_value("Invoices")
    await expect(page.get_by_role("button", name=re.compile("^Category .* take"))).to_have_count(0)
    await page.get_by_role("button", name="Open the ticket").click()
    await expect(page.get_by_role("heading", level=1, name=INVOICE[0])).to_be_visible()

    body = NewTicket(subject=INVOICE[0], description=INVOICE[1])
    other = (await center.tickets.helpdesk.tickets.make(body, SYSTEM)).ticket
    await page.goto(f"/tickets/{other.number}")
    await page.get_by_role("button", name=re.compile("^Priority Urgent .* take")).click()
    await expect(page.get_by_role("button", name="Priority: Urgent", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Put away the suggestion Category: Invoices").click()
    await expect(page.get_by_text("Suggested from your tickets")).to_have_count(0)

    await page.goto("/admin/tickets/suggestions")
    await expect(page.get_by_text("1 of 2", exact=True)).to_be_visible()
    await expect(page.get_by_text("1 of 1", exact=True)).to_be_visible()
