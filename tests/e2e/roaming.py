"""Run by test_network.py in a network of its own: the agent's laptop changes its network in the middle of a call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, Error, async_playwright, expect

from tests.e2e.baresip import Baresip
from tests.e2e.desk_page import DeskPage, launch
from tests.e2e.loop import fixture
from tests.e2e.networks import CABLE, SERVER, WIRELESS, Laptop
from tests.e2e.people import until_asked
from tests.e2e.server import Client, Server
from tests.e2e.tones import AGENT_HZ, CALLER_HZ, channels, seconds_of, write_tone
from tests.fakes.waiting import until
from tests.fixtures.chromium import WHOLE_CHROMIUM

BETWEEN_S = 1.5
"""Without any network, as when a laptop is taken off its dock and joins the wireless network."""
BACK_S = 18.0
"""Audio is back by then; a browser that is left alone takes more than twenty seconds."""


@fixture
async def laptop(tmp_path: Path) -> AsyncIterator[Laptop]:
    laptop = Laptop(tmp_path)
    await laptop.start()
    yield laptop
    await laptop.stop()


@fixture
async def office(laptop: Laptop, tmp_path: Path, seeded: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path / "run", SERVER)
    server.set_up(seeded)
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)
    assert "Traceback" not in server.log(), server.log()


@fixture
async def browser(laptop: Laptop, office: Server, tmp_path: Path) -> AsyncIterator[Browser]:
    """Chromium on the laptop. It does not come over https, so it is told that this page may use the microphone."""
    microphone = write_tone(tmp_path / "microphone.wav", AGENT_HZ, 30.0)
    trusted = f"--unsafely-treat-insecure-origin-as-secure={office.url}"
    async with async_playwright() as playwright:
        browser = await launch(playwright, microphone, laptop.wrap(WHOLE_CHROMIUM), [trusted])
        yield browser
        await browser.close()


async def test_the_call_goes_on(laptop: Laptop, office: Server, browser: Browser, baresip: Baresip) -> None:
    await laptop.plug_in(CABLE)
    await _until_pages_come(browser, office)
    desk = await DeskPage.open(browser, office, "agent")
    await desk.become_available()
    await baresip.dial(f"sip:1000@{office.sip}")
    await asyncio.sleep(1)
    await baresip.press("2")
    await asyncio.sleep(1)
    await baresip.press("471123#")
    await desk.accept()
    assert await desk.hears(CALLER_HZ, 3)
    await until(lambda: seconds_of(baresip.heard(), AGENT_HZ) > 1)

    # Off the dock: no network for a moment, which the browser notices.
    await laptop.unplug(CABLE)
    await asyncio.sleep(BETWEEN_S)
    await laptop.plug_in(WIRELESS)
    await _until_both_are_heard_again(desk, baresip)
    # Back on it: one network after the other goes away unnoticed, since there is always one.
    await laptop.plug_in(CABLE)
    await asyncio.sleep(1)
    await laptop.unplug(WIRELESS)
    await _until_both_are_heard_again(desk, baresip)

    await desk.press("Hang up")
    await baresip.until("CALL_CLOSED")
    await desk.complete("Wrong number", "")
    await _check_what_is_stored(Client(office, "supervisor"))
    await until_asked(lambda: not office.left_behind())
    await desk.close()


async def _until_pages_come(browser: Browser, office: Server) -> None:
    """What a browser is loading at the moment when it hears of a new network it drops, parts of a page too; it may
    hear of it seconds later."""
    page = await browser.new_page()
    came = 0
    async with asyncio.timeout(60):
        while came < 4:
            try:
                await page.goto(office.url)
                await page.get_by_label("E-mail").wait_for(timeout=4000)
            except Error:
                came = 0
            else:
                came += 1
                await asyncio.sleep(0.5)
    await page.close()


async def _until_both_are_heard_again(desk: DeskPage, baresip: Baresip) -> None:
    # What was on its way when the network went is heard first.
    await asyncio.sleep(0.5)
    heard = len(baresip.heard())
    async with asyncio.timeout(BACK_S):
        while seconds_of(baresip.heard()[heard:], AGENT_HZ) < 1 or not await desk.hears(CALLER_HZ, 1):
            await asyncio.sleep(0.1)
    await expect(desk.call).to_contain_text("Talking")
    await expect(desk.call).to_contain_text("Connection: good")


async def _check_what_is_stored(supervisor: Client) -> None:
    """One interaction, never handed on, with one recording that begins and ends with both voices."""
    listed = (await asyncio.to_thread(supervisor.get, "/interactions"))["items"]
    path = f"/interactions/{listed[0]['id']}"
    await until_asked(lambda: supervisor.get(path)["recording"] is not None)
    detail = await asyncio.to_thread(supervisor.get, path)
    assert (len(listed), detail["outcome"]) == (1, "handled")
    events = detail["events"]
    types = [event["type"] for event in events]
    assert (types.count("call.connected"), types.count("recording.started")) == (1, 1)
    assert [each for each in events if each["type"] in ("agent.reconnecting", "agent.lost", "recording.failed")] == []
    left, right = channels(await asyncio.to_thread(supervisor.get_bytes, f"{path}/recording"))
    assert len(left) == len(right)
    assert abs(len(left) / 8000 - detail["talk_s"]) < 1
    for pcm, frequency in ((left, CALLER_HZ), (right, AGENT_HZ)):
        assert seconds_of(pcm[: len(pcm) // 4], frequency) > 0.3
        assert seconds_of(pcm[-len(pcm) // 4 :], frequency) > 0.3
