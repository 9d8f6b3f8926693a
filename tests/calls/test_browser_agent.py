"""A caller on a telephone, an agent on a page: the call from ringing to wrap-up."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.app import App
from media.tones import tone, write_wav
from tests.fakes.center import Page, Telephone, populate, running, settings
from tests.fakes.waiting import until
from tests.fakes.webrtc_peer import WebRtcPeer


async def leaves_nothing(app: App) -> None:
    """No call, leg, SIP dialog or waiting contact is left anywhere."""
    await until(lambda: len(app.calls) == 0, "calls are forgotten")
    await until(lambda: app.user_agent.active_calls == 0, "SIP calls are over")
    stats = await app.plane.stats()
    assert stats["legs"] == 0
    assert app.driver.engine.waiting("sales") == []


async def test_a_call_reaches_the_agent_and_is_wrapped_up(center: App, tmp_path: Path) -> None:
    browser = WebRtcPeer()
    async with Telephone(32000) as caller, Page(center, "anna") as anna, Page(center, "sue") as sue:
        await sue.subscribe("wallboard")
        await anna.become_available()
        await caller.dial(center)
        await caller.answered.wait()
        await caller.plane.send_digits("line", "42")
        interaction = await anna.offer()
        offer = anna.collection("offers")[interaction]
        assert offer["caller"] == {"address": "+4930123456", "name": "Cara"}
        assert offer["queue"] == {"id": "sales", "name": "Sales"}
        assert offer["data"] == [{"label": "Customer number", "value": "42"}]

        answer = await anna.act("offer.accept", interaction_id=interaction, sdp=await browser.offer())
        await browser.connect(answer["sdp"])
        await until(lambda: anna.collection("work")[interaction]["phase"] == "talking", "talking")
        assert anna.collection("offers") == {}
        sound = tmp_path / "tone.wav"
        write_wav(str(sound), tone([440.0], 2.0))
        before = len(browser.heard)
        await caller.plane.play("line", "tone", [str(sound)])
        await until(lambda: len(browser.heard) > before + 50, "the caller's audio in the browser")

        await caller.hang_up()
        await until(lambda: anna.collection("work")[interaction]["phase"] == "wrap_up", "wrap-up")
        refused = await anna.command("wrapup.complete", interaction_id=interaction, disposition_id="no such")
        assert refused["problem"]["status"] == 422
        refused = await anna.command("wrapup.complete", interaction_id=interaction, disposition_id="lost", note=" ")
        assert refused["problem"]["field"] == "note"
        await anna.act("wrapup.complete", interaction_id=interaction, disposition_id="sold", note="Two of them.")
        await until(lambda: anna.collection("work") == {}, "the work is done")
        await until(lambda: sue.collection("queues")["sales"]["answered"] == 1, "the wallboard counted it")
        await until(lambda: sue.collection("agents")["anna"]["handled_today"] == 1, "and the agent's call")

        detail = await anna.get(f"/api/v1/interactions/{interaction}")
        assert detail["outcome"] == "handled"
        assert detail["disposition"] == {"id": "sold", "label": "Sold"}
        assert detail["note"] == "Two of them."
        kinds = [event["type"] for event in detail["events"]]
        for kind in ("call.received", "flow.input", "queue.entered", "offer.accepted", "call.connected", "call.ended"):
            assert kind in kinds
        assert detail["explanation"]
        assert detail["recording"]["segments"]
        status, audio = await anna.fetch(f"{detail['recording']['url']}", headers={"Range": "bytes=0-3"})
        assert (status, audio) == (206, b"RIFF")
        peaks = await anna.get(f"{detail['recording']['peaks_url']}?buckets=50")
        assert max(peaks["channels"][0]) > 0.05
        assert len(peaks["channels"][1]) == 50
        await leaves_nothing(center)
    await browser.close()


async def test_hold_mute_and_hang_up_by_the_agent(center: App) -> None:
    browser = WebRtcPeer()
    async with Telephone(32100) as caller, Page(center, "anna") as anna:
        await anna.become_available()
        await caller.dial(center)
        interaction = await anna.offer()
        answer = await anna.act("offer.accept", interaction_id=interaction, sdp=await browser.offer())
        await browser.connect(answer["sdp"])
        await anna.act("call.hold", interaction_id=interaction)
        await until(lambda: anna.collection("work")[interaction]["phase"] == "held", "held")
        again = await anna.command("call.hold", interaction_id=interaction)
        assert again["problem"]["status"] == 409
        await anna.act("call.resume", interaction_id=interaction)
        await anna.act("call.mute", interaction_id=interaction, muted=True)
        await until(lambda: anna.collection("work")[interaction]["muted"], "muted")
        await anna.act("call.digits", interaction_id=interaction, digits="5")
        await until(lambda: any(getattr(e, "digit", "") == "5" for e in caller.media_events), "the digit at the caller")
        await anna.act("call.hangup", interaction_id=interaction)
        await caller.over.wait()
        await anna.act("wrapup.complete", interaction_id=interaction, disposition_id="sold")
        await leaves_nothing(center)
    await browser.close()


@pytest.mark.parametrize("phase", ["flow", "queued", "offered", "talking"])
async def test_a_caller_who_hangs_up_leaves_nothing_behind(center: App, phase: str) -> None:
    browser = WebRtcPeer()
    async with Telephone(32200) as caller, Page(center, "anna") as anna:
        await anna.subscribe("agent:anna")
        if phase in ("offered", "talking"):
            await anna.act("presence.set", presence="available")
        await caller.dial(center)
        await caller.answered.wait()
        if phase == "queued":
            await until(lambda: center.driver.engine.waiting("sales"), "the caller waits")
        if phase in ("offered", "talking"):
            interaction = await anna.offer()
        if phase == "talking":
            answer = await anna.act("offer.accept", interaction_id=interaction, sdp=await browser.offer())
            await browser.connect(answer["sdp"])
        await caller.hang_up()
        if phase == "talking":
            await until(lambda: anna.collection("work")[interaction]["phase"] == "wrap_up", "wrap-up")
            await anna.act("wrapup.complete", interaction_id=interaction, disposition_id="sold")
        await leaves_nothing(center)
        await until(lambda: not anna.collection("offers") and not anna.collection("work"), "the page is empty")
        await until(lambda: anna.collection("state")["me"]["activity"] == "idle", "the agent is free")
        page = await anna.get("/api/v1/interactions")
        outcome = {"flow": "self_served", "queued": "abandoned", "offered": "abandoned", "talking": "handled"}[phase]
        assert [row["outcome"] for row in page["items"]] == ([outcome] if phase == "talking" else [])
    if browser.ice is not None:
        await browser.close()


async def test_no_answer_goes_to_the_next_agent(tmp_path: Path) -> None:
    config = settings(tmp_path)
    await populate(config, ring_timeout_s=0.3)
    async with (
        running(config) as app,
        Telephone(32300) as caller,
        Page(app, "anna") as anna,
        Page(app, "ben") as ben,
    ):
        await anna.become_available()
        await caller.dial(app)
        first = await anna.offer()
        await ben.become_available()
        assert await ben.offer() == first
        await until(lambda: anna.collection("state")["me"]["presence"] == "not_responding", "the first is told")
        gone = await anna.command("offer.accept", interaction_id=first, sdp="v=0")
        assert gone["problem"]["status"] == 409
        await ben.act("offer.reject", interaction_id=first)
        await until(lambda: ben.collection("offers") == {}, "the rejected offer is gone")
        assert ben.collection("state")["me"]["presence"] == "available"


async def test_a_reloaded_page_takes_its_call_back(center: App) -> None:
    browser, reloaded = WebRtcPeer(), WebRtcPeer()
    async with Telephone(32400) as caller:
        async with Page(center, "anna") as anna:
            await anna.become_available()
            await caller.dial(center)
            interaction = await anna.offer()
            answer = await anna.act("offer.accept", interaction_id=interaction, sdp=await browser.offer())
            await browser.connect(answer["sdp"])
            await browser.close()
        async with Page(center, "anna") as anna:
            await anna.subscribe("agent:anna")
            await until(lambda: anna.collection("work")[interaction]["phase"] == "reconnecting", "the loss is seen")
            answer = await anna.act("call.media", interaction_id=interaction, sdp=await reloaded.offer())
            await reloaded.connect(answer["sdp"])
            await until(lambda: anna.collection("work")[interaction]["phase"] == "talking", "talking again")
            await anna.act("call.hangup", interaction_id=interaction)
            await anna.act("wrapup.complete", interaction_id=interaction, disposition_id="sold")
            await leaves_nothing(center)
    await reloaded.close()


async def test_nobody_else_may_touch_the_call(center: App) -> None:
    browser = WebRtcPeer()
    async with Telephone(32500) as caller, Page(center, "anna") as anna, Page(center, "ben") as ben:
        await anna.become_available()
        await caller.dial(center)
        interaction = await anna.offer()
        stolen = await ben.command("offer.accept", interaction_id=interaction, sdp="v=0")
        assert stolen["problem"]["status"] == 409
        answer = await anna.act("offer.accept", interaction_id=interaction, sdp=await browser.offer())
        await browser.connect(answer["sdp"])
        for command in ("call.hold", "call.hangup"):
            refused = await ben.command(command, interaction_id=interaction)
            assert refused["problem"]["detail"] == "You are not on this call."
        assert (await ben.fetch(f"/api/v1/interactions/{interaction}"))[0] == 404
        await caller.hang_up()
        await until(lambda: anna.collection("work")[interaction]["phase"] == "wrap_up", "wrap-up")
        await anna.act("wrapup.complete", interaction_id=interaction, disposition_id="sold")
    await browser.close()
