"""What becomes of other tickets in a real browser: below one that a macro resolves, and the rest of many."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from contactcenter.app import App
from contactcenter.tickets.automation.settings import MacroBody
from contactcenter.tickets.values import Document
from contactcenter.tickets.writer import Held
from tests.e2e.looks import fine
from tests.e2e.pages import Enter
from tests.e2e.test_tickets import below, center, made
from tests.tickets.desk import everywhere

__all__ = ["center"]
SOLVE = {"name": "Solve it", "shared": True, "actions": [{"do": "set", "field": "state", "value": "resolved"}]}


async def test_a_macro_asks_what_becomes_of_those_below(center: App, enter: Enter) -> None:
    await center.tickets.helpdesk.automation.macros.put(None, MacroBody.model_validate(SOLVE), everywhere())
    above, under = await made(center, "Nobody has a line"), await made(center, "I have no line")
    await below(center, above, under)
    page = await enter("anna")
    await page.goto(f"/tickets/{above.number}")
    await page.get_by_role("button", name="Macros").click()
    await page.keyboard.type("solve")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("region", name="What “Solve it” will do")).to_contain_text("State: Open → Resolved")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Others below it are open")
    await expect(dialog).to_contain_text(under.number)
    await fine(page, "macro-below")
    await dialog.get_by_role("button", name="Resolve them too").click()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("button", name="State: Resolved", exact=True)).to_be_visible()
    assert (await center.tickets.helpdesk.tickets.get(under.id, everywhere())).state.id == "resolved"


async def test_what_could_not_be_changed_of_many_is_named_and_tried_again(
    center: App, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = [await made(center, f"Number {number}") for number in range(3)]
    tickets = center.tickets.helpdesk.tickets
    check = tickets.check

    async def stumble(held: Held, wanted: Document) -> None:
        if held.row.id == some[1].id:
            raise ZeroDivisionError
        await check(held, wanted)

    page = await enter("anna")
    await page.goto("/tickets?view=open")
    await page.get_by_label("Select all that are shown").check()
    bar = page.get_by_role("region", name="Change the selected tickets")
    await bar.get_by_role("combobox", name="Priority").click()
    await page.get_by_role("option", name="High").click()
    with monkeypatch.context() as patched:
        patched.setattr(tickets, "check", stumble)
        await bar.get_by_role("button", name="Change").click()
        await expect(bar.get_by_text("2 tickets are changed. 1 is left.")).to_be_visible()
    await expect(bar.get_by_role("link", name=some[1].number)).to_be_visible()
    await fine(page, "many-failed")
    await bar.get_by_role("button", name="Try that one again").click()
    await expect(bar.get_by_text("3 tickets changed.")).to_be_visible()
    await expect(page.get_by_role("table").get_by_text("High")).to_have_count(3)
