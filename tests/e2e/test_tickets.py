"""An agent's day with tickets in a real browser: by mouse, by keyboard alone, and with a colleague beside."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import FilePayload, Locator, Page, Route, expect

from contactcenter.app import App
from contactcenter.customers.models import Customer
from contactcenter.identity.models import Team, UserRole
from contactcenter.tickets.acting import SYSTEM
from contactcenter.tickets.documents import LinkBody, NewTicket, TicketOut
from tests.e2e.looks import fine
from tests.e2e.loop import fixture
from tests.e2e.pages import Enter
from tests.fakes.center import populate, running, settings
from tests.tickets.desk import everywhere

NORA = "n" * 32


@fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        at = app.tickets.helpdesk.tickets.moment()
        async with app.database.transaction() as session:
            who = {"id": NORA, "root_id": NORA, "kind": "person", "name": "Nora Keller", "sort_name": "keller nora"}
            session.add(Customer(**who, created_at=at, changed_at=at))
        yield app


async def made(center: App, subject: str, **values: Any) -> TicketOut:
    body = {"subject": subject, "description": f"{subject}, says Nora.", "requester": NORA, **values}
    return (await center.tickets.helpdesk.tickets.make(NewTicket.model_validate(body), SYSTEM)).ticket


async def below(center: App, parent: TicketOut, child: TicketOut) -> None:
    link = LinkBody(ticket=child.id, kind="parent")
    await center.tickets.helpdesk.linking.link(parent.id, link, SYSTEM, everywhere())


def said(page: Page, text: str) -> Locator:
    return page.get_by_role("region", name="Thread").get_by_role("listitem").filter(has_text=text)


async def test_a_ticket_is_made_answered_noted_changed_and_resolved(center: App, enter: Enter) -> None:
    page = await enter("anna")
    await page.goto("/tickets")
    await expect(page.get_by_role("heading", name="No tickets here")).to_be_visible()
    await fine(page)
    await page.keyboard.press("n")
    await page.get_by_role("button", name="Open the ticket").click()
    await expect(page.get_by_text("Say in a few words what it is about.")).to_be_visible()
    await page.get_by_role("textbox", name="Subject").fill("The printer burns")
    await page.get_by_role("combobox", name="Requester").fill("nora")
    await page.get_by_role("option", name="Nora Keller").click()
    await page.get_by_role("textbox", name="What the requester wants").fill("It smells.")
    await fine(page)
    await page.get_by_role("textbox", name="Subject").press("Control+Enter")
    await expect(page.get_by_role("heading", level=1, name="The printer burns")).to_be_visible()
    await expect(said(page, "It smells.")).to_contain_text("From the customer")

    await page.keyboard.press("r")
    await page.get_by_role("textbox", name="Public reply").fill("Pull the plug.")
    await page.get_by_role("textbox", name="Public reply").press("Control+Enter")
    await expect(said(page, "Pull the plug.")).to_contain_text("Public reply")

    await page.get_by_role("heading", level=1).click()
    await page.keyboard.press("m")
    box = page.get_by_role("combobox", name="Internal note")
    await box.press_sequentially("Look at this, @be")
    await page.get_by_role("option", name="Ben").click()
    await expect(page.get_by_text("Will be told: Ben")).to_be_visible()
    await page.get_by_role("button", name="Save the note").click()
    note = said(page, "Look at this, @Ben")
    await expect(note).to_contain_text("Internal note")

    await page.get_by_role("button", name=re.compile("^Priority")).click()
    await page.get_by_role("menuitem", name="Urgent").click()
    await expect(page.get_by_role("button", name="Priority: Urgent")).to_be_visible()
    await page.get_by_role("button", name="Assign to me").click()
    await expect(page.get_by_role("combobox", name="Assignee")).to_have_value("Anna")
    await fine(page)

    number = page.url.rpartition("/")[2]
    child = await made(center, "It smells next door")
    await below(center, await center.tickets.helpdesk.tickets.get(number, everywhere()), child)
    await page.get_by_role("heading", level=1).click()
    await page.keyboard.press("r")
    await page.get_by_role("textbox", name="Public reply").fill("All good again?")
    await page.get_by_role("button", name="Send and change the state").click()
    await page.get_by_role("menuitem", name="Send and set to Resolved").click()
    asked = page.get_by_role("dialog", name="Others below it are open")
    await expect(asked).to_contain_text(child.number)
    await fine(page)
    await asked.get_by_role("button", name="Leave them open").click()
    await expect(said(page, "All good again?")).to_have_count(1)
    await expect(page.get_by_role("button", name="State: Resolved")).to_be_visible()
    await expect(page.get_by_role("region", name="Below this ticket")).to_contain_text("0 of 1 done")

    await page.get_by_text("History", exact=True).click()
    history = page.get_by_role("list", name="History")
    await expect(history).to_contain_text("State: Open → Resolved")
    await expect(history).to_contain_text("Priority: Medium → Urgent")
    await fine(page)
    await page.get_by_text("Why due then", exact=True).click()
    await expect(page.get_by_role("region", name="First reply")).to_contain_text("Promised: 8 h")
    await fine(page)


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (600, 400), "orange").save(drawn, "PNG")
    return drawn.getvalue()


async def test_with_files_a_ready_answer_a_macro_and_a_rule_that_is_tried(center: App, enter: Enter) -> None:
    async with center.database.transaction() as session:
        session.add_all([UserRole(user_id="anna", role="administrator"), Team(id="vans", name="Vans")])
    ticket = await made(center, "The van burns")
    page = await enter("anna")
    await page.goto("/tickets/replies/new")
    await page.get_by_role("textbox", name="Name").fill("Greeting")
    await page.get_by_role("textbox", name="Text", exact=True).fill("Dear {requester.name},")
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("heading", level=1, name="Greeting")).to_be_visible()
    await page.goto("/tickets/macros/new")
    await page.get_by_role("textbox", name="Name").fill("Solve it")
    await page.get_by_role("button", name="Add an act").click()
    await page.get_by_role("combobox", name="Value").click()
    await page.get_by_role("option", name="Resolved").click()
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("heading", level=1, name="Solve it")).to_be_visible()

    await page.goto(f"/tickets/{ticket.number}")
    box = page.get_by_role("textbox", name="Public reply")
    await box.press_sequentially("/gree")
    await expect(page.get_by_role("option", name="Greeting")).to_be_visible()
    await box.press("Enter")
    await expect(box).to_have_value("Dear Nora Keller,")
    flames = FilePayload(name="flames.png", mimeType="image/png", buffer=picture())
    await page.get_by_label("Attach files").set_input_files(flames)
    await expect(page.get_by_role("button", name="Remove flames.png")).to_be_visible()
    await fine(page)
    await page.reload()
    await expect(box).to_have_value("Dear Nora Keller,")
    await page.get_by_role("button", name="Send", exact=True).click()
    sent = said(page, "Dear Nora Keller,")
    await expect(sent.get_by_role("img", name="Small picture of flames.png")).to_be_visible()
    async with page.expect_download() as downloading:
        await sent.get_by_role("link", name="flames.png").click()
    assert (await (await downloading.value).path()).read_bytes() == picture()

    await page.locator("label", has_text="Ask others").click()
    await page.get_by_role("textbox", name="Subject").fill("When do you come?")
    await page.get_by_role("region", name="Write").get_by_role("combobox", name="Team").click()
    await page.get_by_role("option", name="Vans").click()
    await page.get_by_role("textbox", name="Side conversation").fill("Can you say?")
    await page.get_by_role("textbox", name="Side conversation").press("Control+Enter")
    await expect(said(page, "Side conversation: When do you come?").first).to_contain_text("with Vans · 1 message")
    await page.get_by_role("button", name="Macros").click()
    await page.keyboard.type("solve")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("region", name="What “Solve it” will do")).to_contain_text("State: Open → Resolved")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="State: Resolved")).to_be_visible()

    await page.goto("/admin/tickets/rules/new")
    await page.get_by_role("textbox", name="Name").fill("Vans first")
    await page.get_by_role("button", name="Add an act").click()
    await page.get_by_role("combobox", name="What is done").click()
    await page.get_by_role("option", name="Raise or lower the priority").click()
    await page.get_by_role("button", name="Try it").click()
    await expect(page.get_by_text("It would have met 1 ticket")).to_be_visible()
    await fine(page)
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("heading", level=1, name="Vans first")).to_be_visible()
    assert [rule.enabled for rule in center.tickets.helpdesk.automation.book.shown()] == [False]

    await page.goto("/tickets?view=done")
    await page.get_by_role("button", name="Add a filter").click()
    await page.get_by_role("combobox", name="Filter").click()
    await page.get_by_role("option", name="Subject").click()
    await page.get_by_role("textbox", name="Subject contains").fill("van")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Subject: “van”", exact=True)).to_be_visible()
    await expect(page.get_by_role("table").get_by_text(ticket.number)).to_be_visible()


async def test_what_is_typed_stays_and_a_colleague_is_seen(center: App, enter: Enter) -> None:
    ticket = await made(center, "The router blinks")
    anna, ben = await enter("anna"), await enter("ben")
    await anna.goto(f"/tickets/{ticket.number}")
    await ben.goto(f"/tickets/{ticket.number}")
    await expect(ben.get_by_text("Anna is looking at this ticket too.")).to_be_visible()
    await anna.get_by_role("textbox", name="Public reply").press_sequentially("Turn it off")
    await expect(ben.get_by_text("Anna is typing here.")).to_be_visible()
    await anna.reload()
    await expect(anna.get_by_role("textbox", name="Public reply")).to_have_value("Turn it off")
    await anna.get_by_role("button", name="Send", exact=True).click()
    await expect(said(ben, "Turn it off")).to_be_visible()
    await anna.goto("/tickets")
    await expect(ben.get_by_text("Anna is looking")).to_have_count(0)


async def test_who_was_slower_is_shown_what_has_changed_and_chooses(center: App, enter: Enter) -> None:
    ticket = await made(center, "The bill is wrong")
    page = await enter("anna")
    await page.goto(f"/tickets/{ticket.number}")
    await expect(page.get_by_role("button", name="Priority: Medium")).to_be_visible()
    # As if the news of Ben's change were still on its way.
    await page.route(re.compile(rf"/api/v1/tickets/{ticket.number}$|/api/v1/tickets/{ticket.id}$"), _stale_read)
    ben = await enter("ben")
    answer = await ben.context.request.patch(f"/api/v1/tickets/{ticket.id}", data={"priority": "low"})
    assert answer.ok
    await page.get_by_role("button", name="Priority: Medium").click()
    await page.get_by_role("menuitem", name="Urgent").click()
    await expect(page.get_by_text("Ben has changed this since you opened it:")).to_be_visible()
    await expect(page.get_by_text("Priority: is Low now, you want Urgent")).to_be_visible()
    await fine(page)
    await page.get_by_role("button", name="Set mine").click()
    await expect(page.get_by_role("button", name="Priority: Urgent")).to_be_visible()


async def _stale_read(route: Any) -> None:
    if route.request.method == "GET":
        await route.abort()
    else:
        await route.continue_()


async def test_two_become_one_and_two_again(center: App, enter: Enter) -> None:
    kept, gone = await made(center, "No light"), await made(center, "It is dark")
    page = await enter("anna")
    await page.goto(f"/tickets/{gone.number}")
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="Merge into another ticket").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_placeholder("Number or words").fill("light")
    await dialog.get_by_role("option", name=re.compile(kept.number)).click()
    await dialog.get_by_role("button", name=f"Merge into {kept.number}").click()
    await expect(page.get_by_text(f"{gone.number} is part of {kept.number} now.")).to_be_visible()
    await expect(said(page, "It is dark, says Nora.")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("heading", level=1, name="It is dark")).to_be_visible()
    await expect(page.get_by_role("button", name="State: Open")).to_be_visible()
    await page.get_by_role("button", name="New ticket from this").click()
    await page.get_by_label("Subject of the new ticket").fill("And cold")
    await page.get_by_role("button", name="Make the ticket").click()
    await expect(page.get_by_role("heading", level=1, name="And cold")).to_be_visible()
    await expect(page.get_by_role("region", name="Linked tickets")).to_contain_text(gone.number)


async def test_the_board_moves_by_mouse_and_by_keyboard_and_says_what_it_refuses(center: App, enter: Enter) -> None:
    first, second, under = [await made(center, each) for each in ("Drag me", "Send me", "Below it")]
    await below(center, second, under)
    page = await enter("anna")
    await page.goto("/tickets?view=open&layout=state")
    column = page.locator("[data-column=pending]")
    await page.locator(f"[data-row='{first.id}']").drag_to(column)
    await expect(page.get_by_text(f"{first.number} is in Pending now.")).to_be_visible()
    await expect(column.get_by_text("Drag me")).to_be_visible()
    await fine(page)
    await page.get_by_role("button", name=f"Move {second.number}").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name="Move to In progress").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-column=in_progress]").get_by_text("Send me")).to_be_visible()
    await expect(page.get_by_text(f"{second.number} is in In progress now.")).to_be_visible()
    done = page.locator("[data-column=resolved]")
    for way in ("dragged", "by keys"):
        if way == "dragged":
            await page.locator(f"[data-row='{second.id}']").drag_to(done)
            await page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
            # It gives the focus back when it is gone.
            await expect(page.get_by_role("dialog")).to_have_count(0)
        else:
            await page.get_by_role("button", name=f"Move {second.number}").focus()
            await page.keyboard.press("Enter")
            await page.get_by_role("menuitem", name="Move to Resolved").focus()
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("dialog")).to_contain_text(under.number)
            await expect(page.get_by_role("button", name="Resolve them too")).to_be_focused()
            await page.keyboard.press("Enter")
    await expect(page.get_by_text(f"{second.number} is in Resolved now.")).to_be_visible()
    looked = await center.tickets.helpdesk.tickets.get(under.id, everywhere())
    assert looked.state.id == "resolved"
    refusal = {"status": 422, "type": "/problems/bad-ticket", "title": "This cannot be", "detail": "state: not today."}

    async def refuse(route: Any) -> None:
        if route.request.method == "PATCH":
            await route.fulfill(status=422, json=refusal)
        else:
            await route.continue_()

    await page.route(f"**/api/v1/tickets/{first.id}", refuse)
    await page.get_by_role("button", name=f"Move {first.number}").click()
    await page.get_by_role("menuitem", name="Move to Resolved").click()
    await expect(page.get_by_text(f"{first.number} stays where it was. state: not today.")).to_be_visible()
    await expect(column.get_by_text("Drag me")).to_be_visible()


async def test_a_card_moves_on_before_the_board_has_been_read_anew(center: App, enter: Enter) -> None:
    ticket = await made(center, "In a hurry")
    page = await enter("anna")
    await page.goto("/tickets?view=open&layout=state")
    await expect(page.locator("[data-column=open]").get_by_text("In a hurry")).to_be_visible()
    read = asyncio.Event()

    async def late(route: Route) -> None:
        await read.wait()
        await route.continue_()

    await page.route("**/api/v1/tickets/query", late)
    for state, name in (("in_progress", "In progress"), ("pending", "Pending")):
        await page.get_by_role("button", name=f"Move {ticket.number}").click()
        await page.get_by_role("menuitem", name=f"Move to {name}").click()
        await expect(page.get_by_text(f"{ticket.number} is in {name} now.")).to_be_visible()
        await expect(page.locator(f"[data-column={state}]").get_by_text("In a hurry")).to_be_visible()
    read.set()


async def test_the_board_stays_as_it_is_under_the_hand_of_who_drags(center: App, enter: Enter) -> None:
    ticket = await made(center, "In the hand")
    page, beside = await enter("anna"), await enter("ben")
    for each in (page, beside):
        await each.goto("/tickets?view=open&layout=state")
        await expect(each.get_by_text("In the hand")).to_be_visible()
    await page.locator(f"[data-row='{ticket.id}']").hover()
    await page.mouse.down()
    column = page.locator("[data-column=pending]")
    await column.hover()
    await expect(column).to_have_attribute("data-drop", re.compile("yes|over"))
    await made(center, "Came meanwhile")
    await expect(beside.get_by_text("Came meanwhile")).to_be_visible()
    await expect(page.get_by_text("Came meanwhile")).to_have_count(0)
    await column.hover(position={"x": 20, "y": 20})
    await page.mouse.up()
    await expect(page.get_by_text(f"{ticket.number} is in Pending now.")).to_be_visible()
    await expect(page.get_by_text("Came meanwhile")).to_be_visible()


async def test_many_are_changed_and_taken_back(center: App, enter: Enter) -> None:
    some = [await made(center, f"Number {number}") for number in range(3)]
    under = await made(center, "Below", priority="low")
    await below(center, some[0], under)
    page = await enter("anna")
    await page.goto("/tickets?view=open&f=priority:in:medium,high")
    await page.get_by_label("Select all that are shown").check()
    bar = page.get_by_role("region", name="Change the selected tickets")
    await expect(bar.get_by_text("3 selected")).to_be_visible()
    await fine(page)
    await bar.get_by_role("combobox", name="Priority").click()
    await page.get_by_role("option", name="High").click()
    await bar.get_by_role("button", name="Change").click()
    await expect(page.get_by_text("3 tickets changed.")).to_be_visible()
    await expect(page.get_by_role("table").get_by_text("High")).to_have_count(3)
    await bar.get_by_role("button", name=re.compile("^Undo")).click()
    await expect(page.get_by_text("Taken back.")).to_be_visible()
    await expect(page.get_by_role("table").get_by_text("Medium")).to_have_count(3)

    await bar.get_by_role("button", name="Close").click()
    await page.get_by_label("Select all that are shown").check()
    await bar.get_by_role("combobox", name="State").click()
    await page.get_by_role("option", name="Resolved").click()
    await bar.get_by_role("button", name="Change").click()
    dialog = page.get_by_role("dialog", name="Others below it are open")
    await expect(dialog).to_contain_text(under.number)
    await dialog.get_by_role("button", name="Resolve them too").click()
    await expect(page.get_by_text("3 tickets changed. With them 1 below.")).to_be_visible()
    await bar.get_by_role("button", name=re.compile("^Undo")).click()
    await expect(page.get_by_text("Taken back.")).to_be_visible()
    looked = await center.tickets.helpdesk.tickets.get(under.id, everywhere())
    assert looked.state.id == "open"


async def test_by_keyboard_alone_and_without_jumping(center: App, enter: Enter) -> None:
    older, newer = await made(center, "Older"), await made(center, "Newer")
    page = await enter("anna")
    await page.goto("/tickets?view=unassigned")
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(2)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys on this page")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(page.get_by_text("1 selected")).to_be_visible()
    await page.keyboard.press("k")
    await page.keyboard.press("a")
    await expect(rows.filter(has_text="Anna")).to_have_count(1)
    await expect(rows).to_have_count(2)

    await made(center, "The newest")
    await expect(page.get_by_role("button", name="1 new: show")).to_be_visible()
    await expect(rows).to_have_count(2)
    await page.get_by_role("button", name="1 new: show").click()
    await expect(rows.filter(has_text="The newest")).to_have_count(1)

    await page.keyboard.press("/")
    await page.keyboard.type("old")
    await expect(page.locator("mark", has_text="Old")).to_have_count(2)
    await expect(page.get_by_text("1 ticket found")).to_be_visible()
    await fine(page)
    await page.keyboard.press("Escape")
    await expect(rows).to_have_count(2)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/tickets/T-"))
    assert {older.number, newer.number}
