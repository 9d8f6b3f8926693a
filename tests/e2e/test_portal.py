"""A customer's first day in the portal on a telephone: a real mail, a real browser, axe on every page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page, expect
from sqlalchemy import select

from contactcenter.app import App
from contactcenter.customers.models import Customer, CustomerConsent
from contactcenter.portal.settings import PortalSettingsBody
from tests.e2e.looks import NARROW, TELEPHONE, fine
from tests.e2e.loop import fixture
from tests.e2e.pages import Enter
from tests.e2e.post import Post
from tests.fakes.center import populate, running, settings

NORA = "nora@example.com"
PASSWORD = "seven green bicycles"
CONSENT = {"kind": "news", "title": "News", "text": "We write to you once a month.", "version": "1"}


async def link(post: Post) -> str:
    """Of the next mail to Nora."""
    found = re.search(r"https?://\S+/portal(/link#\S+)", await post.text(NORA))
    assert found
    return f"/portal{found[1]}"


@fixture
async def center(tmp_path: Path, post: Post) -> AsyncIterator[App]:
    config = settings(tmp_path, mail=post.settings)
    await populate(config)
    async with running(config) as app:
        await app.portal.set_up.set(PortalSettingsBody.model_validate({"enabled": True, "consents": [CONSENT]}))
        yield app


@fixture
async def page(enter: Enter) -> Page:
    return await enter(None, NARROW)


async def test_from_registering_to_a_consent(center: App, post: Post, page: Page) -> None:
    await page.goto("/portal")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await fine(page, looks=TELEPHONE)
    await page.get_by_role("link", name="Register").click()
    await page.get_by_role("button", name="Register").click()
    await expect(page.get_by_text("Enter your name.")).to_be_visible()
    await page.get_by_label("Name").fill("Nora Keller")
    await page.get_by_label("Email").fill(NORA)
    await fine(page, looks=TELEPHONE)
    await page.get_by_role("button", name="Register").click()
    await expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    await fine(page, looks=TELEPHONE)

    await page.goto(await link(post))
    await page.get_by_label("Password (optional)").fill("password123")
    await page.get_by_role("button", name="Open my account").click()
    await expect(page.get_by_text("This password is easily guessed.")).to_be_visible()
    await fine(page, looks=TELEPHONE)
    await page.get_by_label("Password (optional)").fill(PASSWORD)
    await page.get_by_role("button", name="Open my account").click()
    await expect(page.get_by_role("heading", name="Hello Nora Keller")).to_be_visible()
    await fine(page, looks=TELEPHONE)

    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("main").get_by_role("link", name="Sign in").click()
    await page.get_by_label("Email", exact=True).fill(NORA)
    await page.get_by_label("Password", exact=True).fill("wrong")
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_text("do not belong together")).to_be_visible()
    await fine(page, looks=TELEPHONE)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()

    await page.get_by_role("link", name="My details").click()
    await page.get_by_label("How shall we call you?").fill("Nora")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await page.get_by_label("Add a number").fill("030 23125001")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_text("Not confirmed yet")).to_be_visible()
    await fine(page, looks=TELEPHONE)
    await page.get_by_label("Name", exact=True).fill("Nora Keller-Wolf")
    await page.get_by_role("link", name="Home").click()
    await expect(page.get_by_role("dialog")).to_contain_text("has not been saved")
    await fine(page, looks=TELEPHONE)
    await page.get_by_role("button", name="Save and go on").click()

    await page.get_by_role("link", name="Consents").click()
    await page.get_by_role("button", name="I agree: News").click()
    await expect(page.get_by_text("You have agreed")).to_be_visible()
    await fine(page, looks=TELEPHONE)
    for path, shown in (("security", "This browser"), ("data", "Delete my data"), ("history", "no contacts to show")):
        await page.goto(f"/portal/{path}")
        await expect(page.get_by_text(shown).first).to_be_visible()
        await fine(page, looks=TELEPHONE)

    assert await center.customers.callers.of_address("+493023125001") == (), "an unconfirmed number is nobody's"
    async with center.database.session() as session:
        consent = (await session.scalars(select(CustomerConsent))).one()
        customer = (await session.scalars(select(Customer))).one()
    assert (consent.kind, consent.given, consent.channel, consent.text_version) == ("news", True, "portal", "1")
    assert (customer.name, customer.called) == ("Nora Keller-Wolf", "Nora")
    await page.get_by_label("Language").select_option("de")
    await expect(page.get_by_role("heading", name="Meine Kontakte")).to_be_visible()
    await fine(page, looks=TELEPHONE)


async def test_what_staff_cannot_open_and_customers_neither(page: Page) -> None:
    await page.goto("/portal/profile")
    await expect(page).to_have_url(re.compile("/portal/signin"))
    await page.goto("/customers")
    await expect(page).to_have_url(re.compile("/signin"))
