"""The server is gone and comes back: what a call was, what its agent still has to do, and who is there."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from acd.model import Presence
from contactcenter.addresses import StartError
from contactcenter.agents.service import OFF_AFTER_S
from contactcenter.app import App
from contactcenter.interactions.models import InteractionEvent
from tests.fakes.call_world import CallWorld
from tests.fakes.center import Page, Telephone, populate, running, settings
from tests.fakes.virtual_time import VirtualLoop
from tests.fakes.waiting import until
from tests.fakes.webrtc_peer import WebRtcPeer


async def what_a_kill_leaves(app: App, folder: Path) -> None:
    """The files as they are while the server runs."""
    await app.journal.flush()
    folder.mkdir()
    for name in ("routing", "ivr_flows", "recordings", "speech"):
        await asyncio.to_thread(shutil.copytree, app.config.flows.dir.parent / name, folder / name)
    for path in app.config.flows.dir.parent.glob("test.db*"):
        shutil.copy(path, folder / path.name)
    for path in app.config.flows.dir.parent.glob("*.key"):
        shutil.copy(path, folder / path.name)


async def test_agents_keep_their_state_and_wrap_up_the_call_that_was_cut_off(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    config = settings(tmp_path / "before")
    await populate(config)
    browser = WebRtcPeer()
    async with running(config) as app, Telephone(32800) as caller, Page(app, "anna") as anna, Page(app, "ben") as ben:
        await ben.act("presence.set", presence="paused", reason="break")
        await anna.become_available()
        await caller.dial(app)
        interaction = await anna.offer()
        answer = await anna.act("offer.accept", interaction_id=interaction, sdp=await browser.offer())
        await browser.connect(answer["sdp"])
        await until(lambda: anna.collection("work")[interaction]["phase"] == "talking", "talking")
        await what_a_kill_leaves(app, tmp_path / "after")
        await caller.hang_up()
    await browser.close()

    async with running(settings(tmp_path / "after")) as app, Page(app, "anna") as anna, Page(app, "ben") as ben:
        await anna.subscribe("agent:anna")
        await ben.subscribe("agent:ben")
        assert ben.collection("state")["me"]["presence"] == "paused"
        assert ben.collection("state")["me"]["reason"] == "break"
        assert anna.collection("state")["me"]["presence"] == "available"
        work = anna.collection("work")[interaction]
        assert work["phase"] == "wrap_up"
        assert work["queue"] == {"id": "sales", "name": "Sales"}
        assert work["caller"]["address"] == "+4930123456"
        await anna.act("wrapup.extend", interaction_id=interaction, seconds=60)
        await anna.act("wrapup.complete", interaction_id=interaction, disposition_id="sold", note="Cut off.")
        await until(lambda: anna.collection("work") == {}, "the work is done")
        detail = await anna.get(f"/api/v1/interactions/{interaction}")
        assert (detail["outcome"], detail["note"]) == ("failed", "Cut off.")
        kinds = [event["type"] for event in detail["events"]]
        assert kinds[-3:] == ["interaction.interrupted", "interaction.ended", "wrapup.completed"]
        assert len(app.calls) == 0
        async with app.database.session() as session:
            query = select(InteractionEvent.sequence).where(InteractionEvent.interaction_id == interaction)
            sequences = (await session.scalars(query.order_by(InteractionEvent.sequence))).all()
        assert list(sequences) == list(range(len(sequences)))


async def test_an_orderly_restart_keeps_who_is_there(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app, Page(app, "anna") as anna:
        await anna.act("presence.set", presence="paused", reason="break")
    async with running(config) as app:
        view = app.driver.engine.agent_view("anna")
        assert (view.presence, view.reason) == (Presence.PAUSED, "break")
        assert app.keeper.notices == []


async def test_a_wrap_up_of_which_nothing_is_written_is_over(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    async with running(config) as app, Telephone(32850) as caller, Page(app, "anna") as anna:
        browser = WebRtcPeer()
        await anna.become_available()
        await caller.dial(app)
        interaction = await anna.offer()
        answer = await anna.act("offer.accept", interaction_id=interaction, sdp=await browser.offer())
        await browser.connect(answer["sdp"])
        await anna.act("call.hangup", interaction_id=interaction)
        await until(lambda: app.driver.engine.agent_view("anna").wrap_ups, "wrap-up")
        await caller.over.wait()
        await browser.close()
    for path in tmp_path.glob("test.db*"):
        path.unlink()
    await populate(config)
    async with running(config) as app:
        assert app.driver.engine.agent_view("anna").wrap_ups == ()


async def test_a_journal_that_cannot_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config)
    (tmp_path / "routing").write_text("in the way")
    with pytest.raises(StartError, match=r"set \[routing\] journal_dir"):
        await App(config).start()
    (tmp_path / "routing").unlink()
    async with running(config):
        with pytest.raises(StartError, match="Another server uses"):
            await App(settings(tmp_path)).start()


def test_who_does_not_come_back_to_the_page_goes_off() -> None:
    async def scene() -> None:
        world = CallWorld()
        await world.start()
        for agent in ("anna", "ben"):
            world.agents.set_presence(agent, Presence.AVAILABLE)
        world.agents.expect_pages()
        await asyncio.sleep(OFF_AFTER_S - 1)
        await world.open_page("ben")
        await asyncio.sleep(2)
        engine = world.driver.engine
        assert engine.agent_view("anna").presence is Presence.OFF
        assert engine.agent_view("ben").presence is Presence.AVAILABLE
        await world.close_pages("ben")
        await world.stop()

    loop = VirtualLoop()
    try:
        loop.run_until_complete(scene())
    finally:
        loop.close()
