"""An empty folder, a server, a browser: from the link in the terminal to the first call answered, without a command."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.crawler import AXE, NEXT_FRAMES, RUN_AXE, SETTLED, WATCH_POLICY, WCAG
from tests.e2e.desk_page import DeskPage
from tests.e2e.people import Telephones
from tests.e2e.server import PASSWORD, REPOSITORY, Server

LOOKS = (("light", 1440), ("dark", 1440), ("dark", 390), ("light", 390))
PICTURES = os.environ.get("CC_PICTURES")


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


class Visitor:
    """A page whose every stage is looked at; `faults` is what was wrong."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("console", lambda message: self.faults.append(message.text) if "policy" in message.text else None)

    async def look(self, name: str) -> None:
        for scheme, width in LOOKS:
            await self.page.set_viewport_size({"width": width, "height": 900})
            await self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await self.page.evaluate(NEXT_FRAMES)
            await self.page.wait_for_function(SETTLED, arg=scheme)
            if PICTURES:
                await self.page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png", full_page=True)
            self.faults += [f"{name} {width} {scheme} {each}" for each in await self.page.evaluate(RUN_AXE, WCAG)]
            wide = await self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
            if wide:
                self.faults.append(f"{name} {width} {scheme}: scrolls sideways")
        await self.page.set_viewport_size({"width": 1440, "height": 900})

    async def go_on(self, button: str, heading: str) -> None:
        await self.page.get_by_role("button", name=button, exact=True).click()
        await expect(self.page.get_by_role("heading", level=2, name=heading)).to_be_visible()


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
    context = await browser.new_context(locale="en-GB", permissions=["microphone"], reduced_motion="reduce")
    await context.add_init_script(WATCH_POLICY)
    await context.add_init_script(path=AXE)
    page = await context.new_page()
    visitor = Visitor(page)

    await page.goto(f"{empty_server.url}/first-start#{token}")
    await page.get_by_label("Your name").fill("Ann Boss")
    await page.get_by_label("Email").fill("ann@example.com")
    await page.get_by_role("textbox", name="Password").fill("short")
    await page.get_by_role("button", name="Make my account").click()
    await expect(page.get_by_text(re.compile("at least 10", re.IGNORECASE))).to_be_visible()
    await visitor.look("first-start")
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.get_by_role("button", name="Make my account").click()

    await expect(page.get_by_role("heading", name="Set up your contact center")).to_be_visible()
    await visitor.look("guide-company")
    await page.get_by_label("Name of the company").fill("Northwind Energy")
    await page.get_by_label("From").fill("00:00")
    await page.get_by_label("To", exact=True).fill("23:59")
    for day in ("Sat", "Sun"):
        await page.get_by_label(day).check()
    await visitor.go_on("Save and go on", "Queue and skills")

    await page.get_by_label("Name of the queue").fill("Service")
    await page.get_by_label("Skill that is asked for").fill("English")
    await visitor.look("guide-queue")
    await visitor.go_on("Save and go on", "People")
    flow = empty_server.flow_file.read_text()
    assert "Welcome to Northwind Energy." in flow
    assert 'queue: "service"' in flow

    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_role("textbox", name="Name").fill("Ben")
    await page.get_by_role("textbox", name="Email").fill("ben@example.com")
    await visitor.look("guide-people")
    await visitor.go_on("Save and go on", "Phone")
    await visitor.look("guide-phone")
    await visitor.go_on("Go on", "Try a call")
    await visitor.look("guide-call")

    work = await context.new_page()
    await work.goto(f"{empty_server.url}/workspace")
    desk = DeskPage(work)
    await desk.become_available()
    phones = Telephones(empty_server, tmp_path)
    await phones.start()
    try:
        caller = await phones.call()
        await expect(desk.offer).to_be_visible(timeout=20_000)
        await desk.offer.get_by_role("button", name="Accept").click()
        await expect(page.get_by_text("the call was answered")).to_be_visible(timeout=15_000)
        await caller.hang_up()
    finally:
        await phones.stop()
    await work.close()
    await page.get_by_role("button", name="Finish").click()
    await page.wait_for_url("**/live")
    await page.goto(f"{empty_server.url}/")
    await page.wait_for_url("**/live")
    assert not visitor.faults, "\n".join(visitor.faults)
    await context.close()
