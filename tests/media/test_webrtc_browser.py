"""The browser leg against headless Chromium with its fake microphone."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from playwright.async_api import Page, Route, async_playwright

from media.codecs import g711
from media.codecs.opus import OpusDecoder, OpusEncoder
from media.config import MediaConfig
from media.webrtc import WebRtcTransport
from tests.fakes.waiting import until
from tests.fixtures.chromium import CHROMIUM

pytestmark = pytest.mark.e2e

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]

OFFER = """async (codec) => {
  const stream = await navigator.mediaDevices.getUserMedia({audio: true});
  const pc = window.pc = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
  pc.ontrack = e => { const a = document.createElement('audio'); a.autoplay = true; a.srcObject = e.streams[0];
                      document.body.appendChild(a); };
  window.sender = pc.addTrack(stream.getAudioTracks()[0], stream);
  if (codec) pc.getTransceivers()[0].setCodecPreferences(
    RTCRtpReceiver.getCapabilities('audio').codecs.filter(c => [codec, 'audio/telephone-event'].includes(c.mimeType)));
  await pc.setLocalDescription(await pc.createOffer());
  return pc.localDescription.sdp; }"""
RESTART = """async () => { pc.restartIce(); await pc.setLocalDescription(await pc.createOffer());
  return pc.localDescription.sdp; }"""
HOLD = """async () => { pc.getTransceivers()[0].direction = 'sendonly';
  await pc.setLocalDescription(await pc.createOffer()); return pc.localDescription.sdp; }"""
ANSWER = "sdp => pc.setRemoteDescription({type: 'answer', sdp})"
INBOUND = """async () => { let found = null;
  (await pc.getStats()).forEach(s => { if (s.type === 'inbound-rtp') found =
    {packets: s.packetsReceived, lost: s.packetsLost, energy: s.totalAudioEnergy}; });
  return found; }"""


@dataclass
class Call:
    """Our side: counts payload types, and plays a tone once told to."""

    heard: list[bytes] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    lost: list[str] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self.transport = WebRtcTransport(
            MediaConfig(rtp_port_min=24000, rtp_port_max=24999),
            on_packet=self.heard.append,
            on_connected=self.connected.set,
            on_lost=self.lost.append,
        )

    def of_type(self, payload_type: int | None) -> list[bytes]:
        return [packet for packet in self.heard if packet[1] & 127 == payload_type]

    async def play(self) -> None:
        """A 400 Hz square wave in whatever codec was agreed."""
        levels = np.repeat(np.array([8000, -8000] * 8, dtype=np.int16), 10)
        opus = OpusEncoder()
        while True:
            if (agreed := self.transport.negotiated) is not None:
                payload = opus.encode(levels) if agreed.codec == "opus" else g711.encode(agreed.codec, levels)
                ticks = self.sent * agreed.clock_rate // 50
                header = struct.pack("!BBHII", 0x80, agreed.payload_type, self.sent & 0xFFFF, ticks, 0xABCD)
                self.transport.send(header + payload)
                self.sent += 1
            await asyncio.sleep(0.02)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        page = await browser.new_page()

        async def blank(route: Route) -> None:
            await route.fulfill(body="<html><body></body></html>", content_type="text/html")

        # a page over https without a server: getUserMedia needs a secure context
        await page.route("**/*", blank)
        await page.goto("https://localhost/")
        yield page
        await browser.close()


@pytest.fixture
async def call() -> AsyncIterator[Call]:
    call = Call()
    playing = asyncio.create_task(call.play())
    yield call
    playing.cancel()
    await call.transport.close()


async def connect(page: Page, call: Call, codec: str | None = None) -> None:
    answer = await call.transport.answer(await page.evaluate(OFFER, codec))
    await page.evaluate(ANSWER, answer)
    await until(call.connected.is_set)


async def hears_us(page: Page, more_than: int = 0) -> dict[str, float]:
    async with asyncio.timeout(15):
        while True:
            stats: dict[str, float] | None = await page.evaluate(INBOUND)
            if stats is not None and stats["packets"] > more_than + 50 and stats["energy"] > 0:
                return stats
            await asyncio.sleep(0.1)


async def test_a_call_with_everything_an_agent_does(page: Page, call: Call) -> None:
    await connect(page, call)
    negotiated = call.transport.negotiated
    assert negotiated is not None
    assert (negotiated.codec, negotiated.direction) == ("PCMU", "sendrecv")
    await until(lambda: len(call.of_type(0)) > 50)
    assert all(packet[0] == 0x80 for packet in call.heard), "header extensions or padding were accepted"
    assert {len(packet) for packet in call.of_type(0)} == {172}
    # the fake microphone beeps: µ-law values near full scale, silence is 0xFF
    await until(lambda: any(min(packet[12:]) < 0x30 for packet in call.of_type(0)))
    await hears_us(page)

    await page.evaluate("sender.dtmf.insertDTMF('5', 100)")
    await until(lambda: any(packet[13] & 0x80 for packet in call.of_type(negotiated.telephone_event)))
    assert {packet[12] for packet in call.of_type(negotiated.telephone_event)} == {5}

    before = await hears_us(page)
    restart = await call.transport.answer(await page.evaluate(RESTART))
    await page.evaluate(ANSWER, restart)
    await until(lambda: len(call.transport._connections) == 1)
    after = await hears_us(page, more_than=int(before["packets"]))
    assert after["lost"] == 0
    numbers = [struct.unpack_from("!H", packet, 2)[0] for packet in call.heard]
    assert len(set(numbers)) == ((numbers[-1] - numbers[0]) & 0xFFFF) + 1, "packets were lost on the way to us"

    await page.evaluate(ANSWER, await call.transport.answer(await page.evaluate(HOLD)))
    assert call.transport.negotiated is not None
    assert call.transport.negotiated.direction == "recvonly"

    await page.evaluate("pc.close()")
    await until(lambda: call.lost)
    assert call.lost == ["dtls"]


async def test_opus_alone(page: Page, call: Call) -> None:
    await connect(page, call, "audio/opus")
    negotiated = call.transport.negotiated
    assert negotiated is not None
    assert (negotiated.codec, negotiated.clock_rate) == ("opus", 48000)
    await until(lambda: len(call.of_type(negotiated.payload_type)) > 80)
    decoder = OpusDecoder()
    heard = np.concatenate([decoder.decode(packet[12:]) for packet in call.of_type(negotiated.payload_type)])
    assert np.abs(heard).max() > 1000, "the fake microphone's beep is not there"
    assert (await hears_us(page))["energy"] > 0.01
    await page.evaluate("sender.dtmf.insertDTMF('#', 100)")
    await until(lambda: any(packet[13] & 0x80 for packet in call.of_type(negotiated.telephone_event)))
    assert {packet[12] for packet in call.of_type(negotiated.telephone_event)} == {11}
    assert call.lost == []


async def test_a_page_that_goes_away_is_noticed(page: Page, call: Call) -> None:
    await connect(page, call)
    await page.goto("https://localhost/again")
    await until(lambda: call.lost)
