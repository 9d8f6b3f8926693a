"""Messages and callbacks over real SIP, RTP and SQLite: what was said is heard, and a restart keeps the place."""

from __future__ import annotations

import asyncio
import io
import wave
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from contactcenter.app import App
from contactcenter.interactions.recovery import duration_of
from contactcenter.tickets.models import Ticket
from media.tones import level_of, tone, write_wav
from tests.calls.test_restart import what_a_kill_leaves
from tests.fakes.center import Page, Telephone, populate, running, settings
from tests.fakes.waiting import until
from tests.fakes.webrtc_peer import WebRtcPeer

HERTZ = 620
VOICEMAIL = """
flow: main
start: box
steps:
  box: {voicemail: {greeting: Speak., queue: sales, silence_s: 2, min_s: 1}, next: bye, on_failure: bye}
  bye: {hangup: self_served}
"""
CALLBACK = """
flow: main
start: begin
steps:
  begin: {callback: {queue: sales, number: dora-phone, ring_s: 20, confirm: Press 1.}, next: bye, on_failure: bye}
  bye: {hangup: self_served}
"""


async def test_a_message_is_recorded_after_the_tone_sealed_and_heard_by_its_agent(tmp_path: Path) -> None:
    config = settings(tmp_path)
    (config.flows.dir / "main.yaml").write_text(VOICEMAIL)
    await populate(config)
    spoken = tmp_path / "spoken.wav"
    write_wav(str(spoken), tone((HERTZ,), 3.0))
    async with running(config) as app, Telephone(33000) as caller, Page(app, "anna") as anna:
        await anna.become_available()
        await caller.dial(app)
        await caller.answered.wait()
        await until(lambda: app.call_services.takes.takes, "the tone was played")
        await caller.plane.play("line", "spoken", [str(spoken)])
        await until(caller.over.is_set, "the pause ends the message", 15)
        message = await anna.offer()
        row = anna.collection("offers")[message]
        assert (row["channel"], row["caller"]["address"]) == ("voicemail", "+4930123456")
        assert row["owed"]["speech_s"] == pytest.approx(3.0, abs=0.5)
        await anna.act("offer.accept", interaction_id=message)
        await until(lambda: anna.collection("work").get(message, {}).get("phase") == "open", "it is in hand")
        await until(lambda: list(tmp_path.glob("recordings/*.sealed")), "it is sealed")
        status, body = await anna.fetch(f"/api/v1/interactions/{message}/recording")
        assert status == 200
        with wave.open(io.BytesIO(body)) as file:
            frames = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
        loud = np.flatnonzero(np.abs(frames[:, 0]) > 1000)
        heard = frames[loud[0] : loud[-1], 0].astype(np.int16)
        assert level_of(heard, HERTZ) > 0.9
        assert not frames[:, 1].any(), "nobody else was recorded"
        await anna.act("work.done", interaction_id=message)
        await anna.act("wrapup.complete", interaction_id=message, disposition_id="sold", note="")
        detail = await anna.get(f"/api/v1/interactions/{message}")
        assert (detail["channel"], detail["outcome"], detail["has_recording"]) == ("voicemail", "handled", True)


async def test_what_was_spoken_when_the_server_was_killed_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    config = settings(tmp_path / "before")
    (config.flows.dir / "main.yaml").write_text(VOICEMAIL)
    await populate(config)
    spoken = tmp_path / "spoken.wav"
    write_wav(str(spoken), tone((HERTZ,), 5.0))
    async with running(config) as app, Telephone(33000) as caller:
        await caller.dial(app)
        await caller.answered.wait()
        await until(lambda: app.call_services.takes.takes, "the tone was played")
        (message,) = app.call_services.takes.takes
        await caller.plane.play("line", "spoken", [str(spoken)])
        await until(lambda: (duration_of(config.media.recordings_dir / f"{message}.wav") or 0) > 1.5, "it is written")
        await what_a_kill_leaves(app, tmp_path / "after")
        await caller.hang_up()

    async with running(settings(tmp_path / "after")) as app, Page(app, "anna") as anna, Page(app, "sue") as sue:
        await anna.become_available()
        assert await anna.offer() == message
        row = anna.collection("offers")[message]
        assert (row["caller"]["address"], row["owed"]["speech_s"] > 1.5) == ("+4930123456", True)
        status, body = await sue.fetch(f"/api/v1/interactions/{message}/recording")
        assert (status, body[:4]) == (200, b"RIFF")
        items = {item["channel"]: item for item in (await sue.get("/api/v1/interactions"))["items"]}
        assert items["voice"]["outcome"] == "voicemail"
        detail = await sue.get(f"/api/v1/interactions/{items['voice']['id']}")
        assert [event["type"] for event in detail["events"]][-3:] == [
            "interaction.interrupted",
            "voicemail.left_behind",
            "interaction.ended",
        ]


async def promised(app: App, caller: Telephone) -> str:
    """A caller who has been promised a call; the callback's id."""
    await caller.dial(app)
    await caller.answered.wait()
    await asyncio.sleep(0.3)
    await caller.plane.send_digits("line", "1")
    await until(caller.over.is_set, "the call is over")
    (callback,) = app.driver.engine.contact_ids()
    return callback


async def test_a_callback_outlives_the_server_and_rings_the_customers_telephone(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    config = settings(tmp_path / "before")
    (config.flows.dir / "main.yaml").write_text(CALLBACK)
    await populate(config)
    async with running(config) as app, Telephone(33100) as caller, Telephone(33200) as phone:
        await phone.register(app, "dora-phone")
        callback = await promised(app, caller)
        began = app.calls.get(callback).story.queued_at  # type: ignore[union-attr]  # it is there
        await what_a_kill_leaves(app, tmp_path / "after")

    browser = WebRtcPeer()
    async with (
        running(settings(tmp_path / "after")) as app,
        Telephone(33300) as phone,
        Page(app, "anna") as anna,
        Page(app, "sue") as sue,
    ):
        assert app.driver.engine.contact_ids() == [callback]
        await phone.register(app, "dora-phone")
        await anna.become_available()
        assert await anna.offer() == callback
        row = anna.collection("offers")[callback]
        assert row["owed"]["since"] == row["queued_at"]
        assert app.calls.get(callback).story.queued_at == pytest.approx(began, abs=0.01)  # type: ignore[union-attr]
        answer = await anna.act("offer.accept", interaction_id=callback, sdp=await browser.offer())
        await browser.connect(answer["sdp"])
        await until(phone.ringing.is_set, "the customer's telephone rings")
        await until(lambda: anna.collection("work")[callback]["phase"] == "dialing", "it is being dialled")
        await phone.pick_up()
        await until(lambda: anna.collection("work")[callback]["phase"] == "talking", "they talk")
        await anna.act("recording.pause", interaction_id=callback, seconds=60)
        await until(lambda: anna.collection("work")[callback]["recording_paused"], "the recording is paused")
        await phone.hang_up()
        await until(lambda: anna.collection("work")[callback]["phase"] == "wrap_up", "it is over")
        await anna.act("wrapup.complete", interaction_id=callback, disposition_id="sold", note="")
        detail = await sue.get(f"/api/v1/interactions/{callback}")
        assert (detail["channel"], detail["direction"], detail["outcome"]) == ("callback", "out", "handled")
        kinds = [event["type"] for event in detail["events"]]
        assert kinds.index("callback.made") < kinds.index("customer.dialed") < kinds.index("call.connected")
        assert kinds.index("recording.started") < kinds.index("recording.paused")
        await browser.close()


TICKET = """
flow: main
start: report
steps:
  report: {ticket: {subject: "Outage of {caller}"}, next: bye, on_failure: bad}
  bye: {hangup: {say: "{ticket}"}}
  bad: {hangup: failed}
"""


async def test_a_ticket_is_opened_from_a_call(tmp_path: Path) -> None:
    config = settings(tmp_path)
    (config.flows.dir / "main.yaml").write_text(TICKET)
    await populate(config)
    async with running(config) as app, Telephone(33400) as caller, Page(app, "sue") as sue:
        await caller.dial(app)
        await until(caller.over.is_set, "the call is over", 20)
        (call,) = (await sue.get("/api/v1/interactions"))["items"]
        assert call["outcome"] == "ticket"
        async with app.database.session() as session:
            (ticket,) = await session.scalars(select(Ticket))
        assert ticket.subject == "Outage of +4930123456"
        detail = await sue.get(f"/api/v1/interactions/{call['id']}")
        assert {"number": ticket.number} in [event["data"] for event in detail["events"]]
