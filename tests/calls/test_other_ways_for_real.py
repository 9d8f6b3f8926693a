"""Ways out of a flow other than a queue, over real SIP, RTP and SMTP: put through, told, asked; and a callback that
goes out through a trunk."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from media.events import DigitReceived
from tests.calls.test_owed_for_real import promised
from tests.fakes.center import Page, Telephone, populate, running, settings
from tests.fakes.waiting import until
from tests.fakes.webrtc_peer import WebRtcPeer
from tests.mail.test_smtp import Handler, served
from tests.trunks.test_whole_center import set_up

TRANSFER = """
flow: main
start: put
steps:
  put:
    transfer: {telephone: dora-phone, ring_s: 10}
    on_busy: busy
    on_failure: bad
  busy: {hangup: closed}
  bad: {hangup: failed}
"""
MESSAGE = """
flow: main
start: tell
steps:
  tell:
    message: {to: {mail: office@example.com}, subject: "Call of {caller}", text: "Please call {caller_name}."}
    next: bye
    on_failure: bad
  bye: {hangup: self_served}
  bad: {hangup: failed}
"""
CONSENT = """
flow: main
record: with-consent
start: ask
steps:
  ask: {consent: {kind: recording, prompt: May we, timeout_s: 5}, next: wait}
  wait: {queue: sales, on_max_wait: bye, on_failure: bye}
  bye: {hangup: closed}
"""
CALLBACK = """
flow: main
start: begin
steps:
  begin: {callback: {queue: sales, number: "+49891234567", ring_s: 20, confirm: One.}, next: bye, on_failure: bye}
  bye: {hangup: self_served}
"""


def digits(phone: Telephone) -> list[str]:
    return [each.digit for each in phone.media_events if isinstance(each, DigitReceived)]


async def told(page: Page) -> dict[str, Any]:
    """The only interaction, once it is over."""
    found: dict[str, Any] = {}
    async with asyncio.timeout(40):
        while found.get("state") != "ended":
            items = (await page.get("/api/v1/interactions"))["items"]
            found = items[0] if items else {}
            await asyncio.sleep(0.02)
    return found


async def test_a_caller_is_put_through_to_a_telephone_and_they_hear_each_other(tmp_path: Path) -> None:
    config = settings(tmp_path)
    (config.flows.dir / "main.yaml").write_text(TRANSFER)
    await populate(config)
    async with (
        running(config) as app,
        Telephone(33500) as caller,
        Telephone(33600) as phone,
        Page(app, "sue") as sue,
    ):
        await phone.register(app, "dora-phone")
        await caller.dial(app)
        await until(phone.ringing.is_set, "the telephone rings")
        await phone.pick_up()
        await caller.answered.wait()

        async def keep_pressing() -> None:
            while True:
                await caller.plane.send_digits("line", "5")
                await phone.plane.send_digits("line", "7")
                await asyncio.sleep(0.3)

        pressing = asyncio.ensure_future(keep_pressing())
        await until(lambda: "5" in digits(phone) and "7" in digits(caller), "keys go both ways")
        pressing.cancel()
        await phone.hang_up()
        await until(caller.over.is_set, "the caller's call ends with it")
        call = await told(sue)
        assert (call["outcome"], call["agent"]) == ("transferred", None)
        assert app.user_agent.active_calls == 0


async def test_a_busy_telephone_leads_on(tmp_path: Path) -> None:
    config = settings(tmp_path)
    (config.flows.dir / "main.yaml").write_text(TRANSFER)
    await populate(config)
    async with (
        running(config) as app,
        Telephone(33500) as caller,
        Telephone(33600) as phone,
        Page(app, "sue") as sue,
    ):
        await phone.register(app, "dora-phone")
        await caller.dial(app)
        await until(phone.ringing.is_set, "the telephone rings")
        assert phone.call is not None
        phone.call.reject(486)
        await until(caller.over.is_set, "the flow hangs up")
        assert (await told(sue))["outcome"] == "closed"


async def test_a_message_reaches_who_it_is_for(tmp_path: Path) -> None:
    box = Handler()
    async with served(box) as port:
        config = settings(tmp_path, mail={"host": "127.0.0.1", "port": port, "encryption": "none"})
        (config.flows.dir / "main.yaml").write_text(MESSAGE)
        await populate(config)
        async with running(config) as app, Telephone(33500) as caller, Page(app, "sue") as sue:
            await caller.dial(app)
            await until(caller.over.is_set, "the call is over")
            assert (await told(sue))["outcome"] == "message"
            await until(lambda: box.taken, "the mail arrives")
    (letter,) = box.taken
    assert (letter["To"], letter["Subject"]) == ("office@example.com", "Call of +4930123456")
    body = letter.get_body(("plain",))
    assert body is not None
    assert "Please call Cara." in body.get_content()


@pytest.mark.parametrize(("key", "recorded"), [("1", True), ("2", False)])
async def test_only_a_caller_who_agrees_is_recorded(tmp_path: Path, key: str, recorded: bool) -> None:
    config = settings(tmp_path)
    (config.flows.dir / "main.yaml").write_text(CONSENT)
    await populate(config)
    browser = WebRtcPeer()
    async with (
        running(config) as app,
        Telephone(33500) as caller,
        Page(app, "anna") as anna,
        Page(app, "sue") as sue,
    ):
        await anna.become_available()
        await caller.dial(app)
        await caller.answered.wait()
        await asyncio.sleep(0.3)
        await caller.plane.send_digits("line", key)
        call = await anna.offer()
        answer = await anna.act("offer.accept", interaction_id=call, sdp=await browser.offer())
        await browser.connect(answer["sdp"])
        await until(lambda: anna.collection("work")[call]["phase"] == "talking", "they talk")
        await asyncio.sleep(0.5)
        await caller.hang_up()
        await until(lambda: anna.collection("work").get(call, {}).get("phase") == "wrap_up", "it is over")
        await anna.act("wrapup.complete", interaction_id=call, disposition_id="sold", note="")
        detail = await sue.get(f"/api/v1/interactions/{(await told(sue))['id']}")
        assert detail["has_recording"] is recorded
        asked = [event["data"] for event in detail["events"] if event["type"] == "consent.asked"]
        assert [each["given"] for each in asked] == [recorded]
        await browser.close()


async def test_a_callback_goes_out_through_the_trunk(tmp_path: Path) -> None:
    browser = WebRtcPeer()
    async with Telephone(33700) as outside:
        config = (await set_up(tmp_path, port=outside.agent.port)).config
        (config.flows.dir / "main.yaml").write_text(CALLBACK)
        async with running(config) as app, Page(app, "anna") as anna, Page(app, "sue") as sue:
            callback = await promised(app, outside)
            await outside.plane.close_leg("line")
            await anna.become_available()
            assert await anna.offer() == callback
            answer = await anna.act("offer.accept", interaction_id=callback, sdp=await browser.offer())
            await browser.connect(answer["sdp"])
            await until(outside.ringing.is_set, "it rings through the trunk")
            assert outside.call is not None
            assert outside.call.request_uri_user == "0891234567", "as this trunk wants its numbers"
            assert anna.collection("work")[callback]["phase"] == "dialing"
            await outside.pick_up()
            await until(lambda: anna.collection("work")[callback]["phase"] == "talking", "they talk")
            await outside.hang_up()
            await until(lambda: anna.collection("work")[callback]["phase"] == "wrap_up", "it is over")
            await anna.act("wrapup.complete", interaction_id=callback, disposition_id="sold", note="")
            detail = await sue.get(f"/api/v1/interactions/{callback}")
            assert (detail["caller"]["address"], detail["outcome"]) == ("+49891234567", "handled")
            await until(lambda: app.user_agent.calls_on("main") == 0, "the trunk is free")
    await browser.close()
