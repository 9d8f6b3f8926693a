"""An agent's state as the own page shows it, on a clock that jumps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from contactcenter.agents.service import OFF_AFTER_S
from contactcenter.api.problems import Problem
from contactcenter.permissions import Role
from contactcenter.queues.models import QueueMember
from tests.fakes.call_world import CallWorld
from tests.fakes.center import PASSWORD, Page, populate, running, settings
from tests.fakes.virtual_time import VirtualLoop
from tests.fakes.waiting import until


def play(scene: Callable[[CallWorld], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        world = CallWorld()
        await world.start()
        try:
            await scene(world)
            await world.finish()
        finally:
            await world.stop()

    loop = VirtualLoop()
    try:
        loop.run_until_complete(run())
    finally:
        loop.close()


def state(world: CallWorld, agent: str = "anna") -> dict[str, Any]:
    return world.rows(agent, "state")["me"]


def test_presence_is_set_and_shown() -> None:
    async def scene(world: CallWorld) -> None:
        await world.open_page("anna")
        assert state(world)["presence"] == "off"
        assert state(world)["device"] == "browser"
        await world.command("anna", "presence.set", presence="available")
        assert state(world)["presence"] == "available"
        await world.command("anna", "presence.set", presence="paused", reason="break")
        assert (state(world)["presence"], state(world)["reason"]) == ("paused", "break")
        for reason in (None, "no such reason"):
            refused = await world.command("anna", "presence.set", presence="paused", reason=reason)
            assert isinstance(refused, Problem)
            assert refused.status == 422

    play(scene)


def test_a_pause_asked_for_during_a_call_comes_after_it() -> None:
    async def scene(world: CallWorld) -> None:
        call, interaction = await world.talking()
        await world.command("anna", "presence.set", presence="paused", reason="break")
        assert state(world)["pending"] == {"presence": "paused", "reason": "break"}
        assert state(world)["presence"] == "available"
        call.far_hangs_up()
        await world.quiet()
        assert state(world)["activity"] == "wrap_up"
        await world.command("anna", "wrapup.complete", interaction_id=interaction, disposition_id="sold")
        assert (state(world)["presence"], state(world)["pending"]) == ("paused", None)

    play(scene)


def test_an_agent_without_a_page_goes_off_in_time() -> None:
    async def scene(world: CallWorld) -> None:
        await world.ready("anna")
        await world.open_page("anna")
        await world.close_pages("anna")
        await asyncio.sleep(OFF_AFTER_S - 0.1)
        assert state(world)["presence"] == "available"
        await asyncio.sleep(0.2)
        assert state(world)["presence"] == "off"

    play(scene)


def test_a_page_that_comes_back_in_time_keeps_the_agent_available() -> None:
    async def scene(world: CallWorld) -> None:
        await world.ready("anna")
        await world.close_pages("anna")
        await asyncio.sleep(OFF_AFTER_S - 0.1)
        await world.open_page("anna")
        await asyncio.sleep(OFF_AFTER_S * 3)
        assert state(world)["presence"] == "available"

    play(scene)


def test_one_of_two_pages_is_enough() -> None:
    async def scene(world: CallWorld) -> None:
        await world.ready("anna")
        await world.open_page("anna")
        world.agents.page_closed("anna", "anna-1")
        await asyncio.sleep(OFF_AFTER_S * 3)
        assert state(world)["presence"] == "available"

    play(scene)


def test_todays_calls_are_counted_and_begin_anew_at_midnight() -> None:
    async def scene(world: CallWorld) -> None:
        call, interaction = await world.talking()
        await asyncio.sleep(12)
        call.far_hangs_up()
        await world.quiet()
        await world.command("anna", "wrapup.complete", interaction_id=interaction, disposition_id="sold")
        assert world.rows("anna", "today")["me"] == {"handled": 1, "talk_s": 12, "missed": 0}
        world.dial()
        await world.offered("anna")
        await asyncio.sleep(5.1)
        assert world.rows("anna", "today")["me"] == {"handled": 1, "talk_s": 12, "missed": 1}
        world.agents.seed_today("anna", handled=2, talk_s=8.0)
        await asyncio.sleep(24 * 3600)
        await world.command("anna", "presence.set", presence="available")
        assert world.rows("anna", "today")["me"] == {"handled": 0, "talk_s": 0, "missed": 0}

    play(scene)


async def test_somebody_hired_while_the_server_runs_can_work_after_signing_in(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app:
        await app.identity.create_user("new@example.com", "Neo", Role.AGENT, PASSWORD, user_id="new")
        async with app.database.transaction() as session:
            session.add(QueueMember(queue_id="sales", user_id="new"))
        assert app.agents.find("new") is None
        async with Page(app, "new") as page:
            await page.become_available()
            await until(lambda: page.collection("state")["me"]["presence"] == "available", "available")
            assert app.agents.name("new") == "Neo"
        async with Page(app, "sue") as lead:
            refused = await lead.command("presence.set", presence="available")
            assert refused["problem"]["status"] in (404, 409)
