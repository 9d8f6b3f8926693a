"""Tickets brought in and taken out in a real browser: a table of elsewhere, its report, a file."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, async_playwright, expect

from contactcenter.app import App
from contactcenter.permissions import Role
from tests.e2e.crawler import AXE, POLL_MS, RUN_AXE, SETTLED, WATCH_POLICY, WCAG
from tests.e2e.desk_page import CHROMIUM
from tests.fakes.center import PASSWORD, populate, running, settings

TABLE = """Nr;Betreff;Beschreibung;Status;Priorität;Kunde;E-Mail;Bearbeiter;Erstellt
17;Drucker brennt;Seit heute früh.;In Bearbeitung;hoch;Jörg Maß;joerg@example.com;anna@example.com;03.01.2026 10:00
18;=SUM(A1);Formel im Betreff;Warten auf Bauteil;normal;Ute Ohm;ute@example.com;Niemand;04.01.2026 11:30
19;Kaputt;;offen;niedrig;Jörg Maß;joerg@example.com;;vorgestern
""".encode("cp1252")
PICTURES = os.environ.get("CC_PICTURES", "")
"""A folder to keep pictures of every page in, for whoever wants to look at them."""


@pytest.fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
        yield app


@pytest.fixture
async def page(center: App) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        base = f"http://127.0.0.1:{center.http_port}"
        context = await browser.new_context(base_url=base, locale="en-GB", reduced_motion="reduce")
        await context.add_init_script(WATCH_POLICY)
        await context.add_init_script(path=AXE)
        answer = await context.request.post("/api/v1/session", data={"email": "ada@example.com", "password": PASSWORD})
        assert answer.ok
        page = await context.new_page()
        page.set_default_timeout(20_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "policy violated" in said.text else None)
        yield page
        await browser.close()
        assert not faults


PAINTED = """
async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const ending = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < Infinity);
  await Promise.allSettled(ending.map((each) => each.finished));
}
"""


async def fine(page: Page, name: str) -> None:
    """Nothing for axe to find and nothing to be scrolled sideways: dark on a desk, light on a telephone."""
    for width, scheme in ((1440, "dark"), (390, "light")):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.evaluate("(name) => document.documentElement.dataset.mantineColorScheme = name", scheme)
        await page.evaluate(PAINTED)
        await page.wait_for_function(SETTLED, arg=scheme, polling=POLL_MS)
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png", full_page=True)
        assert await page.evaluate(RUN_AXE, WCAG) == [], (name, width, scheme)
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), (name, width)
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png", full_page=True)
    await page.set_viewport_size({"width": 1440, "height": 900})


async def test_in_and_out(page: Page) -> None:
    await page.goto("/tickets?view=open")
    await page.get_by_role("link", name="Import").click()
    await expect(page.get_by_text("Nothing has been brought in yet")).to_be_visible()
    await fine(page, "imports-none")
    table: FilePayload = {"name": "alt.csv", "mimeType": "text/csv", "buffer": TABLE}
    await page.locator("input[type=file]").set_input_files([table])
    await expect(page.get_by_role("heading", name="alt.csv")).to_be_visible()
    await expect(page.get_by_text("3 tickets found")).to_be_visible()
    await expect(page.get_by_role("combobox", name="Take Bearbeiter as")).to_have_value("Assignee")
    await page.get_by_role("combobox", name="Take Nr as").click()
    await page.get_by_role("option", name="Id there").click()
    await page.get_by_role("combobox", name="Warten auf Bauteil becomes").click()
    await (
        page.get_by_role("option", name="Waiting", exact=False)
        .or_(page.get_by_role("option", name="Pending"))
        .first.click()
    )
    await expect(page.get_by_text("Your choices are kept")).to_be_visible()
    await page.get_by_role("button", name="Preview").click()
    await expect(page.get_by_role("cell", name="Drucker brennt")).to_be_visible()
    await expect(page.get_by_text("1 of them cannot be taken.")).to_be_visible()
    await fine(page, "import-ready")
    await page.get_by_role("button", name="Take 3 tickets").click()
    await expect(page.get_by_text("2 tickets taken · 1 not taken")).to_be_visible()
    await expect(page.get_by_role("cell", name="vorgestern")).to_be_visible()
    await fine(page, "import-done")
    async with page.expect_download() as saved:
        await page.get_by_role("button", name="Save as CSV").click()
    report = Path(await (await saved.value).path()).read_text()
    assert "line 4,,no,made_at,vorgestern," in report
    await page.get_by_role("link", name="All imports").click()
    await expect(page.get_by_role("cell", name="2 tickets taken · 1 not taken")).to_be_visible()
    await fine(page, "imports")

    await page.get_by_role("link", name="Tickets", exact=True).first.click()
    await page.goto("/tickets?view=open")
    await expect(page.get_by_role("link", name="Drucker brennt").first).to_be_visible()
    await page.get_by_role("button", name="Export").click()
    await page.get_by_role("menuitem", name="Table as CSV").click()
    await expect(page.get_by_text("is ready")).to_be_visible()
    await fine(page, "export-ready")
    async with page.expect_download() as saved:
        await page.get_by_role("button", name="Save the file").click()
    rows = list(csv.DictReader(io.StringIO(Path(await (await saved.value).path()).read_text("utf-8-sig"))))
    assert sorted(row["Subject"] for row in rows) == ["'=SUM(A1)", "Drucker brennt"]
