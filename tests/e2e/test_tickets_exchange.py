"""Tickets brought in and taken out in a real browser: a table of elsewhere, its report, a file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from playwright.async_api import FilePayload, Page, expect

from contactcenter.app import App
from contactcenter.permissions import Role
from tests.e2e.looks import fine
from tests.e2e.loop import fixture
from tests.e2e.pages import Enter
from tests.fakes.center import PASSWORD

TABLE = """Nr;Betreff;Beschreibung;Status;Priorität;Kunde;E-Mail;Bearbeiter;Erstellt
17;Drucker brennt;Seit heute früh.;In Bearbeitung;hoch;Jörg Maß;joerg@example.com;anna@example.com;03.01.2026 10:00
18;=SUM(A1);Formel im Betreff;Warten auf Bauteil;normal;Ute Ohm;ute@example.com;Niemand;04.01.2026 11:30
19;Kaputt;;offen;niedrig;Jörg Maß;joerg@example.com;;vorgestern
""".encode("cp1252")


@fixture
async def page(center: App, enter: Enter) -> Page:
    await center.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
    return await enter("ada")


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
