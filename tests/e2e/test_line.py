"""A supervisor acts on waiting callers from the wallboard, and takes it back."""

from __future__ import annotations

from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.desk_page import sign_in
from tests.e2e.people import Telephones, until_asked
from tests.e2e.server import Client, Server

TO_SUPPORT = "2 4711#"


def line_of(page: Page, queue: str) -> Locator:
    """The callers waiting there, in order."""
    return page.get_by_role("complementary", name=f"Waiting in {queue}").get_by_role("listitem")


async def act(page: Page, row: Locator, what: str) -> None:
    await row.get_by_role("button", name="Act on").click()
    await page.get_by_role("menuitem", name=what).click()


async def undo(page: Page) -> None:
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("Taken back.")).to_be_visible()


async def test_a_waiting_caller_is_put_first_and_moved_and_both_are_taken_back(
    server: Server, browser: Browser, phones: Telephones, supervisor: Client
) -> None:
    first = await phones.call(TO_SUPPORT, "+493023125001")
    second = await phones.call(TO_SUPPORT, "+493023125002")
    context = await browser.new_context(locale="en-GB", reduced_motion="reduce")
    page = await sign_in(context, server, "supervisor", "/live?queue=support")
    line = line_of(page, "Support")
    await expect(line).to_have_count(2)

    await act(page, line.nth(1), "Serve next")
    await expect(line.nth(0)).to_contain_text("Priority 1")
    await expect(line.nth(1)).not_to_contain_text("Priority")
    await undo(page)
    await expect(line.filter(has_text="Priority")).to_have_count(0)

    await act(page, line.nth(0), "Sales")
    await expect(line).to_have_count(1)
    # The row took the focus with it: the way back has it now, for whoever works by keyboard.
    await expect(page.get_by_role("button", name="Undo")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(line).to_have_count(2)

    await first.hang_up()
    await expect(line).to_have_count(1)
    await second.hang_up()
    await expect(line).to_have_count(0)
    await context.close()

    def story() -> list[tuple[str, str, str]]:
        calls = supervisor.get("/interactions?limit=2")["items"]
        moved = next(call for call in calls if call["caller"]["address"].endswith("5001"))
        events = supervisor.get(f"/interactions/{moved['id']}")["events"]
        found = [event["data"] for event in events if event["type"] == "contact.moved"]
        return [(data["from"]["id"], data["queue"]["id"], data["by"]["id"]) for data in found]

    me = server.ids["supervisor"]
    await until_asked(lambda: story() == [("support", "sales", me), ("sales", "support", me)])
