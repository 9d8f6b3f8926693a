"""A ticket offered in an agent's workspace, whose card comes with the first one: a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from contactcenter.app import App
from contactcenter.permissions import Role
from tests.e2e.looks import violations
from tests.e2e.pages import Enter
from tests.fakes.center import PASSWORD, Page
from tests.tickets.test_push_in_the_house import push_incidents

INCIDENT = {"type": "incident", "subject": "Router dead", "priority": "urgent"}


@pytest.mark.parametrize("there", [True, False])
async def test_its_card_comes_or_says_that_it_cannot(center: App, enter: Enter, there: bool) -> None:
    await center.identity.create_user("ada@example.com", "Ada", Role.ADMINISTRATOR, PASSWORD)
    async with Page(center, "ada") as ada, Page(center, "anna") as anna:
        await push_incidents(ada)
        page = await enter("anna")
        await page.goto("/workspace")
        await expect(page.get_by_role("heading", name="Nothing in progress")).to_be_visible()
        if not there:
            # As after an update of the server, while this page is still the old one.
            await page.route("**/assets/Tickets-*.js", lambda route: route.fulfill(status=404))
        await anna.become_available()
        ticket = await ada.ask("POST", "/tickets", INCIDENT, 201)
        if not there:
            await expect(page.get_by_text("This part of the page could not be loaded.")).to_be_visible()
            await expect(page.get_by_role("heading", name="Nothing in progress")).to_be_visible()
            return
        card = page.get_by_role("region", name="Ticket for you")
        await expect(card).to_contain_text("Router dead")
        assert not await violations(page)
        await card.get_by_role("button", name="Accept").click()
        await page.wait_for_url(f"**/tickets/{ticket['number']}")
        await page.goto("/workspace")
        await expect(page.get_by_role("region", name="Tickets in hand")).to_contain_text("Router dead")
