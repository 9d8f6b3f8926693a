"""An empty folder, a server, a browser: from the link in the terminal to the first call answered, without a command."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.desk_page import DeskPage
from tests.e2e.looks import fine
from tests.e2e.pages import Pages
from tests.e2e.people import Telephones
from tests.e2e.server import PASSWORD, REPOSITORY, Server


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Server]:
    """Settings and flows, and nothing in the database."""
    server = Server(tmp_path / "run")
    server.folder.mkdir()
    shutil.copytree(REPOSITORY / "ivr_flows", server.folder / "ivr_flows")
    server.write_config()
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log(), server.log()


async def go_on(page: Page, button: str, heading: str) -> None:
    await page.get_by_role("button", name=button, exact=True).click()
    await expect(page.get_by_role("heading", level=2, name=heading)).to_be_visible()


def link_in(log: str) -> str:
    found = re.search(r"http\S+/first-start#\S+", log)
    assert found, log
    return found[0]


@pytest.mark.timeout(180)
async def test_from_nothing_to_the_first_call(empty_server: Server, browser: Browser, tmp_path: Path) -> None:
    for _ in range(100):
        if "first-start#" in empty_server.log():
            break
        await asyncio.sleep(0.1)
    token = link_in(empty_server.log()).partition("#")[2]
    pages = Pages(browser, empty_server.url)
    page = await pages.enter(None, permissions=["microphone"])

    await page.goto(f"{empty_server.url}/first-start#{token}")
    await page.get_by_label("Your name").fill("Ann Boss")
    await page.get_by_label("Email").fill("ann@example.com")
    await page.get_by_role("textbox", name="Password").fill("short")
    await page.get_by_role("button", name="Make my account").click()
    await expect(page.get_by_text(re.compile("at least 10", re.IGNORECASE))).to_be_visible()
    await fine(page, "first-start")
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.get_by_role("button", name="Make my account").click()

    await expect(page.get_by_role("heading", name="Set up your contact center")).to_be_visible()
    await fine(page, "guide-company")
    await page.get_by_label("Name of the company").fill("Northwind Energy")
    await page.get_by_label("From").fill("00:00")
    await page.get_by_label("To", exact=True).fill("23:59")
    for day in ("Sat", "Sun"):
        await page.get_by_label(day).check()
    await go_on(page, "Save and go on", "Queue and skills")

    await page.get_by_label("Name of the queue").fill("Service")
    await page.get_by_label("Skill that is asked for").fill("English")
    await fine(page, "guide-queue")
    await go_on(page, "Save and go on", "People")
    flow = empty_server.flow_file.read_text()
    assert "Welcome to Northwind Energy." in flow
    assert 'queue: "service"' in flow

    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_role("textbox", name="Name").fill("Ben")
    await page.get_by_role("textbox", name="Email").fill("ben@example.com")
    await fine(page, "guide-people")
    await go_on(page, "Save and go on", "Phone")
    await fine(page, "guide-phone")
    await go_on(page, "Go on", "Try a call")
    await fine(page, "guide-call")

    work = await page.context.new_page()
    await work.goto(f"{empty_server.url}/workspace")
    desk = DeskPage(work)
    await desk.become_available()
    phones = Telephones(empty_server, tmp_path)
    await phones.start()
    try:
        caller = await phones.call()
        await expect(desk.offer).to_be_visible()
        await desk.offer.get_by_role("button", name="Accept").click()
        await expect(page.get_by_text("the call was answered")).to_be_visible()
        await caller.hang_up()
    finally:
        await phones.stop()
    await work.close()
    await page.get_by_role("button", name="Finish").click()
    await page.wait_for_url("**/live")
    await page.goto(f"{empty_server.url}/")
    await page.wait_for_url("**/live")
    assert pages.faults == []
    await pages.close()
