"""Figures of tickets in a real browser: numbers, the tickets behind them, lists of the same, another span, a file."""

from __future__ import annotations

import csv

from playwright.async_api import Page, expect

from contactcenter.app import App
from contactcenter.identity.models import UserRole
from contactcenter.tickets.acting import SYSTEM
from contactcenter.tickets.documents import TicketPatch
from tests.e2e.looks import fine
from tests.e2e.pages import Enter
from tests.e2e.test_tickets import center, made

__all__ = ["center"]


async def _worked(center: App) -> None:
    """Three tickets, two of Anna's; one of hers was resolved and came back."""
    async with center.database.transaction() as session:
        session.add(UserRole(user_id="anna", role="supervisor"))
    tickets = center.tickets.helpdesk.tickets
    first = await made(center, "The printer burns", assignee="anna")
    await made(center, "The router blinks", assignee="anna", priority="urgent")
    await made(center, "The bill is wrong")
    for state in ("resolved", "reopened"):
        await tickets.change(first.id, TicketPatch(state=state), SYSTEM)


async def _listed(page: Page, number: str, figure: str, subjects: set[str], *chips: str) -> None:
    """The tickets behind a number, and the list of the same; then back."""
    behind = page.get_by_role("region", name=figure)
    await expect(behind.get_by_role("listitem")).to_have_count(len(subjects))
    for subject in subjects:
        await expect(behind).to_contain_text(subject)
    await behind.get_by_role("link", name="Open as a list").click()
    await expect(page.get_by_role("heading", level=1, name="All tickets")).to_be_visible()
    for chip in chips:
        await expect(page.get_by_role("button", name=chip, exact=True)).to_be_visible()
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(len(subjects))
    for subject in subjects:
        await expect(rows.filter(has_text=subject)).to_have_count(1)
    assert number == str(len(subjects))
    await page.go_back()
    await expect(page.get_by_role("heading", level=1, name="Figures of tickets")).to_be_visible()


async def test_numbers_lead_to_their_tickets_and_become_a_file(center: App, enter: Enter) -> None:
    await _worked(center)
    page = await enter("anna")
    await page.goto("/tickets/figures")
    tiles = page.get_by_role("region", name="Of the whole span")
    for name, value in (
        ("Made", "3"),
        ("Resolved", "1"),
        ("Reopened", "1"),
        ("Open now", "3"),
        ("Reopen rate", "100%"),
    ):
        tile = tiles.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name, exact=True))
        await expect(tile.get_by_role("button")).to_have_text(value)
    await fine(page)

    await tiles.get_by_role("button", name="Resolved: 1").click()
    await _listed(page, "1", "Resolved", {"The printer burns"})
    groups = page.get_by_role("group", name="By Assignee")
    hers = groups.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Anna"))
    await hers.get_by_role("button").first.click()
    await _listed(page, "2", "Made: Anna", {"The printer burns", "The router blinks"}, "Assignee: Anna")
    await page.locator("label", has_text="Table").click()
    days = page.get_by_role("group", name="Over time").get_by_role("row")
    await days.nth(1).get_by_role("button", name="3").last.click()
    everything = {"The printer burns", "The router blinks", "The bill is wrong"}
    await _listed(page, "3", "Open at the end", everything)

    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="Table as CSV").click()
    text = (await (await downloading.value).path()).read_text(encoding="utf-8-sig")
    rows = {row[0]: row[1:] for row in csv.reader(text.splitlines())}
    assert rows["Assignee"][:4] == ["Made", "Resolved", "Reopened", "Open now"]
    assert (rows["Anna"][:4], rows["All"][:4]) == (["2", "1", "1", "2"], ["3", "1", "1", "3"])

    await page.get_by_role("combobox", name="Span").click()
    await page.get_by_role("option", name="Last month").click()
    made_tile = tiles.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Made", exact=True))
    await expect(made_tile.get_by_text("0", exact=True)).to_be_visible()
    await expect(made_tile.get_by_role("button")).to_have_count(0)
