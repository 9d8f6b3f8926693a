"""The main job: a caller's telephone and an agent's browser, from the first ring to the wrap-up."""

from __future__ import annotations

import asyncio

from playwright.async_api import Browser, expect

from tests.e2e.baresip import Baresip
from tests.e2e.desk_page import DeskPage, sign_in
from tests.e2e.people import Feed, until_asked
from tests.e2e.server import Client, Server
from tests.e2e.tones import AGENT_HZ, CALLER_HZ, channels, seconds_of
from tests.fakes.waiting import until

TALK_S = 5.0


async def test_a_call_from_the_menu_to_the_wrap_up(
    server: Server, supervisor: Client, baresip: Baresip, browser: Browser
) -> None:
    async with Feed(server, "supervisor", "wallboard") as wallboard:
        before = dict(wallboard.rows("queues")["support"])
        handled = wallboard.rows("agents")[server.ids["agent"]]["handled_today"]
        desk = await DeskPage.open(browser, server, "agent")
        await desk.become_available()

        await baresip.dial(f"sip:1000@{server.sip}")
        await asyncio.sleep(1)
        await baresip.press("2")
        await asyncio.sleep(1)
        await baresip.press("471123#")

        await expect(desk.offer).to_contain_text("+493023125777")
        await expect(desk.offer).to_contain_text("Support")
        await expect(desk.offer).to_contain_text("471123")
        await until(lambda: wallboard.rows("queues")["support"]["waiting"] == 1)
        await desk.accept()

        assert await desk.hears(CALLER_HZ, TALK_S), "the caller's tone does not reach the page"
        assert not await desk.hears(AGENT_HZ, 1)
        await until(lambda: seconds_of(baresip.heard(), AGENT_HZ) > 1.5)
        await until(lambda: wallboard.rows("agents")[server.ids["agent"]]["activity"] == "busy")

        await desk.press("Hang up")
        await baresip.until("CALL_CLOSED")
        await desk.complete("Passed to another team", "Meter shows error 17.")

        interaction_id = supervisor.get("/interactions?limit=1")["items"][0]["id"]
        await until_asked(lambda: supervisor.get(f"/interactions/{interaction_id}")["recording"] is not None)
        _check_what_is_stored(supervisor, interaction_id)
        await until(lambda: wallboard.rows("queues")["support"]["answered"] == before["answered"] + 1)
        after = wallboard.rows("queues")["support"]
        assert after["offered"] == before["offered"] + 1
        assert (after["abandoned"], after["waiting"]) == (before["abandoned"], 0)
        await until(lambda: wallboard.rows("agents")[server.ids["agent"]]["handled_today"] == handled + 1)

        await _check_the_pages(browser, server, interaction_id)
        await desk.choose("Off")
        await desk.close()


def _check_what_is_stored(supervisor: Client, interaction_id: str) -> None:
    detail = supervisor.get(f"/interactions/{interaction_id}")
    assert detail["caller"]["address"] == "+493023125777"
    assert (detail["state"], detail["outcome"]) == ("ended", "handled")
    assert detail["queue"] == {"id": "support", "name": "Support"}
    assert detail["agent"]["name"] == "Alex Moreno"
    assert detail["disposition"] == {"id": "follow-up-ticket", "label": "Passed to another team"}
    assert detail["note"] == "Meter shows error 17."
    assert {"label": "Reason", "value": "Support"} in detail["data"]
    assert {"label": "Customer number", "value": "471123"} in detail["data"]
    assert detail["talk_s"] > TALK_S
    types = [event["type"] for event in detail["events"]]
    told = ["call.received", "flow.step", "flow.input", "queue.entered", "offer.made", "offer.accepted"]
    told += ["call.connected", "call.ended", "wrapup.started", "wrapup.completed"]
    places = [types.index(name) for name in told]
    assert places == sorted(places), types
    assert {segment["channel"] for segment in detail["recording"]["segments"]} == {0, 1}

    caller, agent = channels(supervisor.get_bytes(f"/interactions/{interaction_id}/recording"))
    assert seconds_of(caller, CALLER_HZ) > TALK_S / 3
    assert seconds_of(caller, AGENT_HZ) == 0
    assert seconds_of(agent, AGENT_HZ) > TALK_S / 4
    assert seconds_of(agent, CALLER_HZ) == 0


async def _check_the_pages(browser: Browser, server: Server, interaction_id: str) -> None:
    """What a supervisor sees of it without having been there."""
    context = await browser.new_context(locale="en-GB", reduced_motion="reduce")
    page = await sign_in(context, server, "supervisor", f"/interactions/{interaction_id}")
    await expect(page.get_by_text("Passed to another team").first).to_be_visible()
    await expect(page.get_by_text("Meter shows error 17.").first).to_be_visible()
    await expect(page.get_by_text("Accepted by Alex Moreno").first).to_be_visible()
    await page.get_by_label("Recording player").get_by_role("button", name="Play").click()
    await expect(page.get_by_label("Recording player").get_by_role("button", name="Pause")).to_be_visible()
    await page.goto(f"{server.url}/live")
    await expect(page.get_by_role("heading", name="Support")).to_be_visible()
    await context.close()
