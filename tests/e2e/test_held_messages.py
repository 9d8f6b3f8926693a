"""A message that is sent while its files upload goes out with them or not at all, and says so: real browsers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import FilePayload, Page, Route, expect
from sqlalchemy import select

from contactcenter.app import App
from contactcenter.portal.settings import PortalSettingsBody
from contactcenter.tickets import shown
from contactcenter.tickets.acting import SYSTEM
from contactcenter.tickets.documents import NewTicket, TicketPatch
from contactcenter.tickets.models import Ticket, TicketMessage
from tests.app.test_permissions import customer_token
from tests.e2e.looks import NARROW, violations
from tests.e2e.loop import fixture
from tests.e2e.pages import Enter
from tests.e2e.post import Post
from tests.e2e.test_side_answers import link
from tests.fakes.center import populate, running, settings
from tests.fakes.waiting import LONGEST_S, until

HELD = "It goes out as soon as the files are there."
FAILED = "It was not sent, because a file has not arrived."
CHANGED = "It was not sent, because you have changed it meanwhile."


@fixture
async def center(tmp_path: Path, post: Post) -> AsyncIterator[App]:
    config = settings(tmp_path, mail=post.settings)
    await populate(config)
    async with running(config) as app:
        await app.portal.set_up.set(PortalSettingsBody(enabled=True))
        yield app


class Slow:
    """Uploads of a page that arrive when the test wants them to."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[bool]] = []

    @classmethod
    async def on(cls, page: Page) -> Slow:
        slow = cls()
        await page.route("**/ticket-files", slow._take)
        return slow

    async def _take(self, route: Route) -> None:
        arrives = asyncio.get_running_loop().create_future()
        self._waiting.append(arrives)
        await (route.continue_() if await arrives else route.abort())

    async def release(self, *, arrives: bool = True) -> None:
        """All of them, once there are any; the next ones wait anew."""
        await until(lambda: self._waiting)
        for each in self._waiting:
            each.set_result(arrives)
        self._waiting.clear()


def photo(name: str = "photo.jpg") -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": name.encode()}


async def messages(center: App, number: str) -> list[tuple[str, list[str]]]:
    """Of each its text and the names of its files."""
    async with center.database.session() as session:
        ticket = Ticket.number == number
        rows = await session.scalars(select(TicketMessage).join(Ticket).where(ticket).order_by(TicketMessage.id))
        return [
            (each.text, [file.name for file in each.attachments]) for each in await shown.messages(session, list(rows))
        ]


async def test_a_customers_message_waits_for_its_files(center: App, enter: Enter) -> None:
    page = await enter(None, NARROW)
    url = f"http://127.0.0.1:{center.http_port}"
    await page.context.add_cookies([{"name": "cc_portal", "value": await customer_token(center), "url": url}])
    slow = await Slow.on(page)
    await page.goto("/portal/tickets/new")
    await page.get_by_role("button", name="Incident").click()
    await page.get_by_label("In one line").fill("No power")
    await page.get_by_label("What has happened").fill("Look at this.")
    await page.locator("input[type=file]").set_input_files([photo(), photo()])
    await expect(page.get_by_role("progressbar", name="Uploading photo.jpg")).to_have_count(2)
    await page.get_by_role("button", name="Remove photo.jpg").last.click()
    await expect(page.get_by_role("progressbar")).to_have_count(1)
    await page.get_by_role("button", name="Send request").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text(HELD)
    await expect(page.get_by_role("button", name="Send request")).to_be_focused()
    assert not await violations(page)
    await page.get_by_label("What has happened").fill("Look at this, please.")
    await expect(page.get_by_role("status")).to_contain_text(CHANGED)
    await slow.release()
    await expect(page.get_by_role("progressbar")).to_have_count(0)
    await expect(page.get_by_role("status")).to_contain_text(CHANGED)
    await page.locator("input[type=file]").set_input_files([photo("meter.jpg")])
    await page.get_by_role("button", name="Send request").click()
    await expect(page.get_by_role("status")).to_contain_text(HELD)
    # What it asks for is done and the answer is lost.
    await page.route("**/api/v1/portal/tickets", _lost, times=1)
    await slow.release()
    await expect(page.get_by_text("We cannot be reached.")).to_be_visible()
    await page.get_by_role("button", name="Send request").click()
    await expect(page.get_by_role("heading", name="No power", level=1)).to_be_visible()
    number = page.url.rpartition("/")[2]
    said = ("Look at this, please.", ["meter.jpg", "photo.jpg"])
    assert await messages(center, number) == [said]
    await page.get_by_role("main").get_by_role("link", name="My requests").click()
    await expect(page.get_by_role("link", name="No power")).to_have_count(1)
    await page.get_by_role("link", name="No power").click()

    await page.get_by_label("Your answer").fill("And this.")
    await page.locator("input[type=file]").set_input_files([photo("fuse.jpg")])
    await page.get_by_label("Your answer").press("Control+Enter")
    await expect(page.get_by_role("status").filter(has_text=HELD)).to_be_visible()
    await slow.release(arrives=False)
    await expect(page.get_by_role("alert").filter(has_text=FAILED)).to_be_visible()
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("Not uploaded.")).to_be_visible()
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("alert")).to_contain_text(FAILED)
    assert not await violations(page)
    await slow.release()
    await expect(page.get_by_role("progressbar")).to_have_count(0)
    assert await messages(center, number) == [said]
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_label("Your answer")).to_have_value("")
    await expect(page.get_by_text("It was not sent")).to_have_count(0)
    assert await messages(center, number) == [said, ("And this.", ["fuse.jpg"])]

    await page.get_by_label("Your answer").fill("Is somebody there?")
    for state in ("resolved", "closed"):
        await center.tickets.helpdesk.tickets.change(number, TicketPatch(state=state), SYSTEM)
    await page.evaluate("dispatchEvent(new Event('visibilitychange'))")
    await expect(page.get_by_text("This was not sent, because nothing can be added")).to_be_visible()
    await expect(page.get_by_label("What you have written")).to_have_value("Is somebody there?")


async def _lost(route: Route) -> None:
    await route.fetch()
    await route.abort()


async def test_an_agents_message_waits_for_its_files(center: App, enter: Enter) -> None:
    body = NewTicket.model_validate({"subject": "Parcel lost", "description": "Where is it?"})
    ticket = (await center.tickets.helpdesk.tickets.make(body, SYSTEM)).ticket
    page = await enter("anna")
    slow = await Slow.on(page)
    await page.goto(f"/tickets/{ticket.number}")
    write = page.get_by_role("region", name="Write")
    box = write.get_by_role("textbox", name="Public reply")
    await box.fill("It is here.")
    await write.get_by_label("Attach files").set_input_files([photo("van.jpg")])
    await box.press("Control+Enter")
    await expect(write.get_by_role("status").filter(has_text=HELD)).to_be_visible()
    assert not await violations(page)
    await slow.release(arrives=False)
    await expect(write.get_by_role("alert").filter(has_text=FAILED)).to_be_visible()
    await write.get_by_role("button", name="Try again").click()
    await slow.release()
    await expect(write.get_by_role("progressbar")).to_have_count(0)
    await expect(write.get_by_text(FAILED)).to_be_visible()
    await write.get_by_label("Attach files").set_input_files([photo("door.jpg")])
    await write.get_by_role("button", name="Send and change the state").click()
    await page.get_by_role("menuitem", name="Send and set to Pending").click()
    await expect(write.get_by_role("status").filter(has_text=HELD)).to_be_visible()
    asked: list[tuple[str, list[str]]] = [("Where is it?", [])]
    assert await messages(center, ticket.number) == asked
    await slow.release()
    thread = page.get_by_role("region", name="Thread")
    await expect(thread.get_by_role("listitem").filter(has_text="It is here.").first).to_contain_text("door.jpg")
    await expect(page.get_by_role("button", name="State: Pending")).to_be_visible()
    assert await messages(center, ticket.number) == [*asked, ("It is here.", ["door.jpg", "van.jpg"])]

    await page.get_by_role("heading", level=1).click()
    await page.keyboard.press("m")
    note = write.get_by_role("combobox", name="Internal note")
    await note.fill("Nobody was there.")
    await write.get_by_label("Attach files").set_input_files([photo("card.jpg")])
    await note.press("Control+Enter")
    await expect(write.get_by_role("status").filter(has_text=HELD)).to_be_visible()
    await note.press_sequentially(" Or was he?")
    await expect(write.get_by_role("status").filter(has_text=CHANGED)).to_be_visible()
    await slow.release()
    await expect(write.get_by_role("progressbar")).to_have_count(0)
    await expect(write.get_by_text(CHANGED)).to_be_visible()
    await note.press("Control+Enter")
    await expect(note).to_have_value("")
    assert (await messages(center, ticket.number))[-1] == ("Nobody was there. Or was he?", ["card.jpg"])

    await note.fill("A neighbour has it.")
    await write.get_by_label("Attach files").set_input_files([photo("neighbour.jpg")])
    await note.press("Control+Enter")
    await page.locator("label", has_text="History").click()
    await slow.release()
    taken = ("A neighbour has it.", ["neighbour.jpg"])
    async with asyncio.timeout(LONGEST_S):
        while (await messages(center, ticket.number))[-1] != taken:
            await asyncio.sleep(0.05)
    await expect(page.get_by_role("region", name="Write")).to_have_count(0)
    await page.locator("label", has_text="Thread").click()
    await expect(note).to_have_value("")


async def test_what_is_typed_outside_stays_when_the_conversation_ends(center: App, post: Post, enter: Enter) -> None:
    body = NewTicket.model_validate({"subject": "Parcel lost", "description": "Where is it?"})
    ticket = (await center.tickets.helpdesk.tickets.make(body, SYSTEM)).ticket
    api = (await enter("anna")).context.request
    sides = f"/api/v1/tickets/{ticket.id}/sides"
    asked = {"subject": "The van", "text": "Can you say?", "email": "van@example.com", "team": None}
    side = await (await api.post(sides, data=asked)).json()
    van = await enter(None, NARROW)
    await van.goto(await link(post))
    await expect(van.get_by_text("Anna", exact=True)).to_be_visible()
    await expect(van.get_by_text("Anna asks you.")).to_be_visible()
    await van.get_by_label("Your answer").fill("On Monday at nine.")
    assert (await api.post(f"{sides}/{side['id']}/end")).ok
    await van.get_by_role("button", name="Send", exact=True).click()
    await expect(van.get_by_text("This conversation has ended.")).to_be_visible()
    await van.evaluate("dispatchEvent(new Event('visibilitychange'))")
    await expect(van.get_by_role("heading", name="This conversation has ended")).to_be_visible()
    await expect(van.get_by_text("This was not sent, because the conversation was ended first.")).to_be_visible()
    kept = van.get_by_label("What you have written")
    await expect(kept).to_have_value("On Monday at nine.")
    await expect(kept).not_to_be_editable()
    assert not await violations(van)
