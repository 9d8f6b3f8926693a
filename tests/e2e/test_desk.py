"""What an agent does with a call in the browser, and what happens when the agent does nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from playwright.async_api import Browser, expect

from tests.e2e.desk_page import DeskPage
from tests.e2e.loop import fixture
from tests.e2e.people import Telephones, until_asked
from tests.e2e.server import Client, Server
from tests.e2e.tones import AGENT_HZ, CALLER_HZ, channels, seconds_of
from tests.fakes.waiting import until

TO_SUPPORT = "2 4711#"
TO_BILLING = "3 4711#"


@fixture
async def desk(server: Server, browser: Browser) -> AsyncIterator[DeskPage]:
    desk = await DeskPage.open(browser, server, "agent")
    await desk.become_available()
    yield desk
    await desk.choose("Off")
    await expect(desk.state).to_contain_text("Off")
    await desk.close()


async def test_hold_mute_and_a_reload_in_mid_call(desk: DeskPage, phones: Telephones, supervisor: Client) -> None:
    caller = await phones.call(TO_SUPPORT)
    await desk.accept()
    await caller.speak()
    await until(lambda: seconds_of(caller.heard(), AGENT_HZ) > 0.5)

    await desk.press("Hold")
    await expect(desk.call).to_contain_text("On hold")
    # What is under way still arrives, and the browser conceals the first gap with more of the same.
    await asyncio.sleep(1)
    heard = len(caller.heard())
    assert not await desk.hears(CALLER_HZ, 1.5)
    assert seconds_of(caller.heard()[heard:], AGENT_HZ) == 0
    await desk.press("Resume")
    await expect(desk.call).to_contain_text("Talking")
    assert await desk.hears(CALLER_HZ, 3)

    await desk.press("Mute")
    await asyncio.sleep(1.5)
    heard = len(caller.heard())
    await asyncio.sleep(1.5)
    assert seconds_of(caller.heard()[heard:], AGENT_HZ) == 0
    await desk.press("Unmute")
    await until(lambda: seconds_of(caller.heard()[heard:], AGENT_HZ) > 0.3)

    await desk.page.reload()
    await expect(desk.call).to_contain_text("Talking")
    heard = len(caller.heard())
    await until(lambda: seconds_of(caller.heard()[heard:], AGENT_HZ) > 0.5)
    assert await desk.hears(CALLER_HZ, 3)
    assert not caller.ended.is_set()

    await caller.hang_up()
    await desk.complete("Wrong number", "")
    detail = supervisor.get(f"/interactions/{supervisor.get('/interactions?limit=1')['items'][0]['id']}")
    types = [event["type"] for event in detail["events"]]
    assert {"call.held", "call.resumed", "agent.reconnected"} <= set(types), types
    left, right = channels(supervisor.get_bytes(f"/interactions/{detail['id']}/recording"))
    assert seconds_of(left, CALLER_HZ) > 3
    assert seconds_of(right, AGENT_HZ) > 2


async def test_who_does_not_answer_is_set_to_not_responding_and_the_next_agent_gets_the_call(
    desk: DeskPage, phones: Telephones, supervisor: Client
) -> None:
    second = await phones.agent("robot1")
    await second.present("available")
    caller = await phones.call(TO_BILLING)
    await expect(desk.offer).to_be_visible()
    await expect(desk.state).to_contain_text("Not responding")
    await expect(desk.offer).to_have_count(0)
    await second.pick_up()
    await caller.hang_up()
    interaction_id = await second.complete()
    detail = await _told(supervisor, interaction_id, "wrapup.completed")
    offers = [
        (event["type"], event["data"]["agent"]["name"]) for event in detail["events"] if "offer." in event["type"]
    ]
    assert offers[:2] == [("offer.made", "Alex Moreno"), ("offer.expired", "Alex Moreno")]
    assert offers[-1] == ("offer.accepted", "Robin (synthetic)")


async def test_a_declined_call_goes_to_the_next_agent(desk: DeskPage, phones: Telephones, supervisor: Client) -> None:
    second = await phones.agent("robot1")
    await second.present("available")
    caller = await phones.call(TO_SUPPORT)
    await expect(desk.offer).to_be_visible()
    await desk.offer.get_by_role("button", name="Decline").click()
    await second.pick_up()
    await expect(desk.state).to_contain_text("Available")
    await second.hang_up()
    await until(caller.ended.is_set)
    await caller.hang_up()
    interaction_id = await second.complete()
    detail = await _told(supervisor, interaction_id, "wrapup.completed")
    assert "offer.rejected" in [event["type"] for event in detail["events"]]
    assert detail["outcome"] == "handled"


async def test_a_caller_who_hangs_up_while_it_rings_takes_the_offer_away(
    desk: DeskPage, phones: Telephones, supervisor: Client
) -> None:
    caller = await phones.call(TO_SUPPORT)
    await expect(desk.offer).to_be_visible()
    await caller.hang_up()
    await expect(desk.offer).to_have_count(0)
    await expect(desk.state).to_contain_text("Available")
    await until_asked(lambda: supervisor.get("/interactions?limit=1")["items"][0]["outcome"] == "abandoned")


async def _told(supervisor: Client, interaction_id: str, event_type: str) -> dict[str, Any]:
    """The interaction once this event is written."""
    found: dict[str, Any] = {}

    def is_told() -> bool:
        found.update(supervisor.get(f"/interactions/{interaction_id}"))
        return event_type in [event["type"] for event in found["events"]]

    await until_asked(is_told)
    return found
