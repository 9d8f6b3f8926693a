"""Browser legs through the plane's door: bridged, recorded, played to, renegotiated, reloaded, and lost."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
import wave
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from media import rtp
from media.codecs import codec_named, new_decoder, new_encoder
from media.codecs.g711 import Pcm
from media.config import MediaConfig
from media.dtmf import DigitDecoder, DigitSender
from media.events import DigitReceived, LegConnected, LegLost, MediaEvent, PlaybackFinished, WorkerRestarted
from media.local_plane import LocalPlane
from media.plane import MediaPlane
from media.rtp import RtpPacket
from media.tones import level_of, tone, write_wav
from media.worker_plane import WorkerPlane
from tests.fakes.rtp_peer import RtpPeer, power
from tests.fakes.waiting import until
from tests.fakes.webrtc_peer import WebRtcPeer

EVENT = 101
PAYLOAD_TYPES = {"PCMU": 0, "PCMA": 8, "opus": 111}


class Browser:
    """An agent's page: a WebRTC peer that talks in one codec and listens."""

    def __init__(self, codec: str = "PCMU") -> None:
        self.peer = WebRtcPeer()
        self.codec = codec_named(codec)
        self._type = PAYLOAD_TYPES[codec]
        self._sequence = self._timestamp = 1000
        self._talking: asyncio.Task[None] | None = None

    @property
    def formats(self) -> str:
        return f"{self._type} {EVENT}"

    def talk(self, frequency: float) -> None:
        self._talking = asyncio.get_running_loop().create_task(self._talk(frequency))

    async def hush(self) -> None:
        if self._talking is not None:
            self._talking.cancel()
            await asyncio.gather(self._talking, return_exceptions=True)
            self._talking = None

    async def press(self, digits: str) -> None:
        await self.hush()
        sender = DigitSender(self.codec.frame_ticks)
        sender.queue(digits)
        start = 0
        while not sender.done:
            self._timestamp += self.codec.frame_ticks
            if (frame := sender.next_frame()) is not None:
                start = self._timestamp if frame.step == 0 else start
                self._send(EVENT, start, frame.payload)
            await asyncio.sleep(0.02)

    @property
    def packets(self) -> list[RtpPacket]:
        return [packet for packet in map(rtp.parse, self.peer.heard) if packet is not None]

    def heard(self, since: int = 0) -> Pcm:
        decoder = new_decoder(self.codec)
        frames = [decoder.decode(p.payload) for p in self.packets[since:] if p.payload_type == self._type]
        return np.concatenate(frames) if frames else np.zeros(0, dtype=np.int16)

    def hears(self, frequency: float) -> bool:
        pcm = self.heard(-25)[-1600:]
        return len(pcm) == 1600 and level_of(pcm, frequency) > 0.9

    @property
    def digits(self) -> list[str]:
        decoder, found = DigitDecoder(), []
        for packet in self.packets:
            if packet.payload_type == EVENT:
                found += [digit.digit for digit in decoder.feed(packet.timestamp, packet.payload, 0.0)]
        return found

    async def close(self) -> None:
        await self.hush()
        await self.peer.close()

    async def _talk(self, frequency: float) -> None:
        encoder, pcm = new_encoder(self.codec), tone((frequency,), 10.0)
        loop = asyncio.get_running_loop()
        due, position = loop.time(), 0
        while True:
            self._timestamp += self.codec.frame_ticks
            self._send(self._type, self._timestamp, encoder.encode(pcm[position : position + 160]))
            position = (position + 160) % len(pcm)
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _send(self, payload_type: int, timestamp: int, payload: bytes) -> None:
        self._sequence += 1
        self.peer.send(rtp.build(RtpPacket(payload_type, self._sequence & 0xFFFF, timestamp, 77, payload)))


class Desk:
    """A started plane with its events, browsers and telephones."""

    def __init__(self, plane: MediaPlane) -> None:
        self.plane = plane
        self.events: list[MediaEvent] = []
        self.peers: list[Browser | RtpPeer] = []
        plane.subscribe(self.events.append)

    async def browse(self, leg_id: str, codec: str = "PCMU") -> Browser:
        browser = Browser(codec)
        self.peers.append(browser)
        offer = await browser.peer.offer(browser.formats)
        await browser.peer.connect(await self.plane.open_leg(leg_id, kind="webrtc", offer=offer))
        await until(lambda: LegConnected(leg_id) in self.events)
        return browser

    async def call(self, leg_id: str, **settings: Any) -> RtpPeer:
        peer = await RtpPeer(**settings).open()
        self.peers.append(peer)
        peer.accept(await self.plane.open_leg(leg_id, kind="rtp", offer=peer.offer()))
        return peer

    def of(self, kind: type[MediaEvent]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    async def close(self) -> None:
        for peer in self.peers:
            await peer.close()
        await self.plane.stop()


@pytest.fixture(params=[LocalPlane, WorkerPlane])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    make: Callable[[MediaConfig], MediaPlane] = request.param
    config = MediaConfig(
        bind_host="127.0.0.1", rtp_port_min=31000, rtp_port_max=32998, rtp_timeout_s=1.5, ice_hosts=("127.0.0.1",)
    )
    desk = Desk(make(config))
    await desk.plane.start()
    yield desk
    await desk.close()


def read_channels(path: str) -> Pcm:
    with wave.open(path) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)


async def both_hear(browser: Browser, phone: RtpPeer) -> None:
    browser.talk(440)
    phone.talk(1000)
    await until(lambda: phone.hears(440) and browser.hears(1000))


async def test_browser_and_telephone_with_one_codec_are_relayed(desk: Desk) -> None:
    browser, phone = await desk.browse("b"), await desk.call("p")
    await desk.plane.connect("b", "p")
    await both_hear(browser, phone)
    assert (await desk.plane.stats())["mixed_legs"] == 0


async def test_browser_and_telephone_with_different_laws_are_transcoded(desk: Desk) -> None:
    browser, phone = await desk.browse("b", "PCMU"), await desk.call("p", codec="PCMA")
    await desk.plane.connect("b", "p")
    await both_hear(browser, phone)
    assert (await desk.plane.stats())["mixed_legs"] == 2


async def test_opus_is_bridged_to_a_telephone_and_recorded(desk: Desk, tmp_path: Path) -> None:
    browser, phone = await desk.browse("b", "opus"), await desk.call("p")
    path = str(tmp_path / "call.wav")
    await desk.plane.connect("b", "p")
    await desk.plane.start_recording("r", path, "p", "b")
    await both_hear(browser, phone)
    await asyncio.sleep(0.5)
    await desk.plane.stop_recording("r")
    pcm = read_channels(path)[-3600:-800]
    assert level_of(pcm[:, 0], 1000) > 0.9
    assert level_of(pcm[:, 1], 440) > 0.9


@pytest.mark.parametrize("codec", ["PCMU", "opus"])
async def test_music_is_played_to_a_browser(desk: Desk, tmp_path: Path, codec: str) -> None:
    music = str(tmp_path / "music.wav")
    write_wav(music, tone((700,), 1.0))
    browser, phone = await desk.browse("b", codec), await desk.call("p")
    await desk.plane.play("b", "hold", [music], loop=True)
    await until(lambda: browser.hears(700))
    await desk.plane.connect("b", "p")
    phone.talk(1000)
    await until(lambda: browser.hears(1000))
    assert desk.of(PlaybackFinished) == [PlaybackFinished("b", "hold", False)]
    packets = browser.packets
    assert len({packet.ssrc for packet in packets}) == 1
    assert {(b.sequence - a.sequence) & 0xFFFF for a, b in itertools.pairwise(packets)} == {1}


@pytest.mark.parametrize("law", ["PCMU", "PCMA"])
async def test_keys_pass_both_ways(desk: Desk, law: str) -> None:
    browser, phone = await desk.browse("b"), await desk.call("p", codec=law, event_type=96)
    await desk.plane.connect("b", "p")
    await both_hear(browser, phone)
    await browser.press("42")
    await until(lambda: phone.digits == ["4", "2"])
    await phone.press("17")
    await until(lambda: browser.digits == ["1", "7"])
    heard = [(event.leg_id, event.digit) for event in desk.of(DigitReceived)]
    assert heard == [("b", "4"), ("b", "2"), ("p", "1"), ("p", "7")]


async def test_an_ice_restart_keeps_the_stream(desk: Desk) -> None:
    browser, phone = await desk.browse("b"), await desk.call("p")
    await desk.plane.connect("b", "p")
    await both_hear(browser, phone)
    offer = await browser.peer.offer(browser.formats)
    await browser.hush()
    await browser.peer.connect(await desk.plane.renegotiate("b", offer))
    heard, told = len(phone.packets), len(browser.peer.heard)
    browser.talk(600)
    await until(lambda: len(phone.packets) > heard + 15 and phone.hears(600))
    await until(lambda: len(browser.peer.heard) > told + 15 and browser.hears(1000))
    assert len({packet.ssrc for packet in phone.packets}) == 1
    assert not desk.of(LegLost)


async def test_a_reloaded_page_takes_over_call_and_recording(desk: Desk, tmp_path: Path) -> None:
    path = str(tmp_path / "call.wav")
    browser, phone = await desk.browse("old"), await desk.call("p")
    await desk.plane.connect("old", "p")
    await desk.plane.start_recording("r", path, "p", "old")
    await both_hear(browser, phone)
    await asyncio.sleep(0.3)
    await browser.close()
    await until(lambda: desk.of(LegLost) == [LegLost("old", "dtls")])
    fresh = await desk.browse("new", "opus")
    await desk.plane.replace_recorded_leg("r", "old", "new")
    await desk.plane.connect("new", "p")
    await desk.plane.close_leg("old")
    fresh.talk(600)
    await until(lambda: phone.hears(600) and fresh.hears(1000))
    await asyncio.sleep(0.5)
    await desk.plane.stop_recording("r")
    pcm = read_channels(path)
    assert level_of(pcm[-3600:-800, 1], 600) > 0.9
    first = np.flatnonzero(np.abs(pcm[:, 1]) > 1000)[0]
    assert level_of(pcm[first + 160 : first + 2560, 1], 440) > 0.9
    assert level_of(pcm[first + 160 : -800, 0], 1000) > 0.8


async def test_a_muted_browser_is_silent(desk: Desk) -> None:
    browser, phone = await desk.browse("b", "opus"), await desk.call("p")
    await desk.plane.connect("b", "p")
    await both_hear(browser, phone)
    await desk.plane.set_muted("b", True)
    await asyncio.sleep(0.3)
    heard = len(phone.packets)
    await until(lambda: len(phone.packets) > heard + 10)
    assert power(phone.heard(heard)) < 100


async def test_browser_legs_are_lost_with_the_worker_and_telephones_are_not(tmp_path: Path) -> None:
    music = str(tmp_path / "music.wav")
    write_wav(music, tone((700,), 1.0))
    plane = WorkerPlane(
        MediaConfig(bind_host="127.0.0.1", rtp_port_min=30000, rtp_port_max=30998, ice_hosts=("127.0.0.1",))
    )
    desk = Desk(plane)
    await plane.start()
    try:
        browser, phone = await desk.browse("b"), await desk.call("p")
        await plane.connect("b", "p")
        await both_hear(browser, phone)
        assert plane.pid is not None
        os.kill(plane.pid, signal.SIGKILL)
        await until(lambda: WorkerRestarted(("b",)) in desk.events)
        assert desk.of(LegLost) == [LegLost("b", "worker")]
        await plane.play("p", "hold", [music], loop=True)
        await until(lambda: phone.hears(700))
        again = await desk.browse("b2")
        await plane.connect("b2", "p")
        again.talk(600)
        await until(lambda: phone.hears(600) and again.hears(1000))
        await plane.close_leg("b")
        await browser.hush()
        await browser.peer.close(goodbye=False)
        desk.peers.remove(browser)
    finally:
        await desk.close()


async def test_nothing_is_left_to_import_when_the_first_browser_calls() -> None:
    code = (
        "import asyncio, sys\n"
        "from media.config import MediaConfig\n"
        "from media.local_plane import LocalPlane\n"
        "async def main():\n"
        "    assert 'aiortc' not in sys.modules\n"
        "    plane = LocalPlane(MediaConfig(bind_host='127.0.0.1'))\n"
        "    await plane.start()\n"
        "    await plane.loaded()\n"
        "    assert {'aiortc', 'media.webrtc', 'media.codecs.opus'} <= set(sys.modules)\n"
        "    await plane.stop()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    assert await process.wait() == 0
