"""A customer asks, adds a file, reads the answer and says whether it is solved: a real browser on a telephone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import FilePayload, Page, expect
from sqlalchemy import select

from contactcenter.app import App
from contactcenter.portal.settings import PortalSettingsBody
from contactcenter.tickets.acting import By
from contactcenter.tickets.documents import NewMessage, TicketPatch
from contactcenter.tickets.model import Author, MessageKind
from contactcenter.tickets.models import Ticket
from contactcenter.tickets.settings import FieldBody, FormField, TypeBody
from tests.app.test_permissions import customer_token
from tests.e2e.looks import NARROW, fine
from tests.e2e.loop import fixture
from tests.e2e.pages import Enter
from tests.fakes.center import populate, running, settings

AGENT = By(author=Author.AGENT, id="agent-1", name="Anna")


@fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.portal.set_up.set(PortalSettingsBody(enabled=True))
        set_up = app.tickets.helpdesk.set_up
        await set_up.put("fields", None, FieldBody(name="Meter", help="On the front, 8 digits.", type="text"), "meter")
        kind = set_up.catalog.types["incident"]
        names = ("name", "initial_state", "transitions", "position")
        form = [FormField(field="meter", customer="required")]
        await set_up.put(
            "types",
            "incident",
            TypeBody.model_validate({name: getattr(kind, name) for name in names} | {"form": form}),
        )
        yield app


@fixture
async def page(center: App, enter: Enter) -> Page:
    """A customer's, signed in."""
    page = await enter(None, NARROW)
    url = f"http://127.0.0.1:{center.http_port}"
    await page.context.add_cookies([{"name": "cc_portal", "value": await customer_token(center), "url": url}])
    return page


async def test_from_the_question_to_its_end(center: App, page: Page) -> None:
    await page.goto("/portal/tickets")
    await expect(page.get_by_text("You have not asked for anything yet.")).to_be_visible()
    await fine(page, "none")
    await page.get_by_role("link", name="New request").click()
    await expect(page.get_by_role("heading", name="What is it about?")).to_be_visible()
    await fine(page, "kinds")
    await page.get_by_role("button", name="Incident").click()
    await page.get_by_role("button", name="Send request").click()
    await expect(page.get_by_text("This is needed.")).to_be_visible()
    await fine(page, "missing")
    await page.get_by_label("In one line").fill("No power")
    await page.get_by_label("What has happened").fill("Since this morning.\nThe neighbours have it.")
    await page.get_by_label("Meter").fill("12345678")
    meter: FilePayload = {"name": "meter.txt", "mimeType": "text/plain", "buffer": b"8 digits"}
    await page.locator("input[type=file]").set_input_files([meter])
    await expect(page.get_by_role("button", name="Remove meter.txt")).to_be_visible()
    await fine(page, "new")
    await page.get_by_role("button", name="Send request").click()
    await expect(page.get_by_role("heading", name="No power", level=1)).to_be_visible()
    await fine(page, "received")
    async with page.expect_download() as saved:
        await page.get_by_role("button", name="meter.txt").click()
    assert Path(await (await saved.value).path()).read_bytes() == b"8 digits"

    number = page.url.rpartition("/")[2]
    tickets = center.tickets.helpdesk.tickets
    await tickets.say(number, NewMessage(kind=MessageKind.NOTE, text="A hush word"), AGENT)
    await tickets.say(number, NewMessage(text="Is the main switch up?"), AGENT)
    await tickets.change(number, TicketPatch(state="pending"), AGENT)
    await page.reload()
    await expect(page.get_by_text("We need your answer to go on.")).to_be_visible()
    await expect(page.get_by_text("hush")).to_have_count(0)
    await fine(page, "answered")
    await page.get_by_label("Your answer").fill("No, it was not.")
    await page.get_by_role("main").get_by_role("link", name="My requests").click()
    await expect(page.get_by_role("dialog")).to_contain_text("has not been sent")
    await fine(page, "leaving")
    await page.get_by_role("dialog").get_by_role("button", name="Stay here").click()
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_label("Your answer")).to_have_value("")
    await expect(page.get_by_text("No, it was not.")).to_be_visible()
    async with center.database.session() as session:
        assert await session.scalar(select(Ticket.state).where(Ticket.number == number)) == "in_progress"

    await tickets.change(number, TicketPatch(state="resolved"), AGENT)
    await page.reload()
    await expect(page.get_by_text("Is this solved for you?")).to_be_visible()
    await fine(page, "solved")
    await page.get_by_role("button", name="No, not yet").click()
    await expect(page.get_by_text("Is this solved for you?")).to_have_count(0)
    await tickets.change(number, TicketPatch(state="resolved"), AGENT)
    await page.reload()
    await page.get_by_role("button", name="Yes, it is solved").click()
    await expect(page.get_by_text("This request is closed.")).to_be_visible()
    await fine(page, "closed")
    await page.get_by_role("main").get_by_role("link", name="My requests").click()
    await expect(page.get_by_role("link", name="No power")).to_be_visible()
    await fine(page, "list")
    await page.goto("/portal/tickets/T-999")
    await expect(page.get_by_role("heading", name="There is no such request")).to_be_visible()
    await fine(page, "missing-one")
