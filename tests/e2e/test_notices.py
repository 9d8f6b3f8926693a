"""An agent is told and chooses what of it; a customer follows a request by its link: a real browser, both widths."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect

from contactcenter.app import App
from contactcenter.customers.settings import CustomerBody
from contactcenter.tickets.acting import By, customer
from contactcenter.tickets.documents import NewMessage, NewTicket, TicketOut, TicketPatch
from contactcenter.tickets.model import Author
from contactcenter.tickets.models import Ticket
from tests.e2e.looks import NARROW, fine
from tests.e2e.pages import Enter

BEN = By(author=Author.AGENT, id="ben", name="Ben")


async def made(app: App, **values: Any) -> TicketOut:
    nora = await app.customers.make(CustomerBody(name="Nora Keller"))
    body = {"subject": "No power", "description": "Since this morning.", "requester": nora.id, **values}
    tickets = app.tickets.helpdesk.tickets
    return (await tickets.make(NewTicket.model_validate(body), customer(nora.id, nora.name))).ticket


async def test_an_agent_is_told_at_once_and_chooses_what(center: App, enter: Enter) -> None:
    page = await enter("anna")
    await page.goto("/notices")
    await expect(page.get_by_text("Nothing yet.")).to_be_visible()
    await fine(page, "notices-none")
    tickets = center.tickets.helpdesk.tickets
    first, second = await made(center, subject="Invoice is wrong"), await made(center)
    for ticket in (first, second):
        await tickets.change(ticket.id, TicketPatch.model_validate({"assignee": "anna"}), BEN)
    await tickets.say(second.id, NewMessage(text="Is anybody there?"), customer("c", "Nora Keller"))
    await expect(page.get_by_role("button", name="Notices, 2 unread")).to_be_visible()
    await expect(page.get_by_role("main").get_by_text("Nora Keller has answered")).to_be_visible()
    await fine(page, "notices")
    await page.get_by_role("button", name="Notices, 2 unread").click()
    bell = page.get_by_role("dialog", name="Notices")
    await expect(bell).to_have_css("opacity", "1")
    await expect(bell.get_by_text("Ben assigned it to you")).to_have_count(2)
    await fine(page, "bell")
    await bell.get_by_role("link", name="No power").click()
    await expect(page).to_have_url(f"/tickets/{second.number}")
    await expect(page.get_by_role("button", name="Notices, 1 unread")).to_be_visible()
    await page.goto("/account#notices")
    box = page.get_by_role("checkbox", name="A ticket is assigned to me: Here")
    await box.click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await page.get_by_role("switch", name="Quiet hours").click()
    await page.get_by_label("Until", exact=True).fill("20:00")
    await expect(page.get_by_text("Must differ from the beginning.")).to_be_visible()
    await page.get_by_label("Until", exact=True).fill("06:30")
    await page.get_by_label("Until", exact=True).blur()
    await fine(page, "preferences")
    await page.reload()
    await expect(box).not_to_be_checked()
    await expect(page.get_by_label("Until", exact=True)).to_have_value("06:30")


async def test_a_customer_follows_one_request_by_its_link(center: App, enter: Enter) -> None:
    ticket = await made(center)
    tickets, tracking = center.tickets.helpdesk.tickets, center.tickets.customer_side.tracking
    await tickets.say(ticket.id, NewMessage(text="Please look at the fuse."), BEN)
    async with center.database.session() as session:
        link = tracking.link(await session.get_one(Ticket, ticket.id)).partition("/portal/")[2]
    page = await enter(None, NARROW)
    await page.goto(f"/portal/{link}")
    await expect(page.get_by_role("heading", name="No power", level=1)).to_be_visible()
    await expect(page.get_by_text("Please look at the fuse.")).to_be_visible()
    await fine(page, "link")
    await page.get_by_label("Your answer").fill("It was the fuse.")
    fuse: Any = {"name": "fuse.txt", "mimeType": "text/plain", "buffer": b"broken"}
    await page.locator("input[type=file]").set_input_files([fuse])
    await expect(page.get_by_role("button", name="Remove fuse.txt")).to_be_visible()
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_role("button", name="Remove fuse.txt")).to_have_count(0)
    await expect(page.get_by_role("button", name="fuse.txt")).to_be_visible()
    await tickets.change(ticket.id, TicketPatch.model_validate({"state": "resolved"}), BEN)
    await page.reload()
    await page.get_by_role("button", name="Yes, it is solved").click()
    await expect(page.get_by_text("This request is closed.")).to_be_visible()
    await page.get_by_label("Language").select_option("de")
    await expect(page.get_by_text("Geben Sie ihn nicht weiter.")).to_be_visible()
    await page.goto(f"/portal/{link[:-3]}AAA")
    await expect(page.get_by_role("heading", name="Dieser Link gilt nicht mehr")).to_be_visible()
    await fine(page, "link-unknown")
