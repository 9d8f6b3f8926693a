"""An agent asks somebody outside, who answers by the link in the mail on a telephone: a real mail, two windows."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import FilePayload, expect

from contactcenter.app import App
from contactcenter.tickets.acting import SYSTEM
from contactcenter.tickets.documents import NewTicket
from tests.e2e.looks import NARROW, TELEPHONE, fine
from tests.e2e.loop import fixture
from tests.e2e.pages import Enter
from tests.e2e.post import Post
from tests.fakes.center import populate, running, settings

PLAN: FilePayload = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"the third door"}
ROUTE: FilePayload = {"name": "route.txt", "mimeType": "text/plain", "buffer": b"by the tunnel"}


@fixture
async def center(tmp_path: Path, post: Post) -> AsyncIterator[App]:
    config = settings(tmp_path, mail=post.settings)
    await populate(config)
    async with running(config) as app:
        yield app


async def link(post: Post) -> str:
    """Of the next mail, as somebody outside gets it."""
    found = re.search(r"/portal/s/\S+", await post.text("van@example.com"))
    assert found
    return found[0]


async def test_an_answer_from_outside_comes_in_while_the_ticket_is_open(center: App, post: Post, enter: Enter) -> None:
    body = NewTicket.model_validate({"subject": "Parcel lost", "description": "Where is it?"})
    ticket = (await center.tickets.helpdesk.tickets.make(body, SYSTEM)).ticket
    page = await enter("anna")
    await page.goto(f"/tickets/{ticket.number}")
    await page.locator("label", has_text="Ask others").click()
    await page.get_by_role("textbox", name="Subject").fill("When comes the van?")
    await page.get_by_role("textbox", name="E-mail address").fill("van@example.com")
    await page.get_by_label("Attach files").set_input_files([PLAN])
    await expect(page.get_by_role("button", name="Remove plan.txt")).to_be_visible()
    await page.get_by_role("textbox", name="Side conversation").fill("Can you say?")
    await page.get_by_role("button", name="Ask", exact=True).click()
    thread = page.get_by_role("region", name="Thread")
    await expect(thread.get_by_text("with van@example.com · 1 message")).to_be_visible()

    van = await enter(None, NARROW)
    await van.goto(await link(post))
    await expect(van.get_by_role("heading", name="When comes the van?", level=1)).to_be_visible()
    await expect(van.get_by_text("Can you say?")).to_be_visible()
    await expect(van.get_by_text("Parcel lost")).to_have_count(0)
    async with van.expect_download() as saved:
        await van.get_by_role("button", name="plan.txt").click()
    assert (await (await saved.value).path()).read_bytes() == b"the third door"
    await fine(van, "outside", looks=TELEPHONE)
    await van.get_by_label("Your answer").fill("On Monday at nine.")
    await van.locator("input[type=file]").set_input_files([ROUTE])
    await expect(van.get_by_role("button", name="Remove route.txt")).to_be_visible()
    await van.context.set_offline(True)
    await van.get_by_role("button", name="Send", exact=True).click()
    await expect(van.get_by_text("We cannot be reached.")).to_be_visible()
    await expect(van.get_by_label("Your answer")).to_have_value("On Monday at nine.")
    await van.context.set_offline(False)
    await van.get_by_role("button", name="Send", exact=True).click()
    await expect(van.get_by_text("Your answer has arrived.")).to_be_visible()
    await fine(van, "outside-sent")

    answer = thread.get_by_role("listitem").filter(has_text="On Monday at nine.").last
    await expect(answer).to_contain_text("From outside")
    async with page.expect_download() as taken:
        await answer.get_by_role("link", name="route.txt").click()
    assert (await (await taken.value).path()).read_bytes() == b"by the tunnel"
    await fine(page, "side-answered")

    await thread.get_by_role("button", name="End").click()
    await fine(page, "side-ending")
    await page.get_by_role("button", name="End it").click()
    await expect(thread.get_by_text("Ended", exact=True)).to_be_visible()
    await fine(page, "side-ended")
    await van.reload()
    await expect(van.get_by_role("heading", name="This conversation has ended")).to_be_visible()
    await van.get_by_label("Language").select_option("de")
    await expect(van.get_by_role("heading", name="Dieses Gespräch ist beendet")).to_be_visible()
    await fine(van, "outside-ended", looks=TELEPHONE)
