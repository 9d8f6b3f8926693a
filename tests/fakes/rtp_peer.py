"""A telephone's media side on real loopback sockets: sends tones and digits, keeps what it hears."""

from __future__ import annotations

import asyncio
import random

import numpy as np

from media import rtp, sdp
from media.codecs import g711
from media.codecs.g711 import Pcm
from media.dtmf import DigitDecoder, DigitSender
from media.rtp import RtpPacket
from media.tones import level_of, tone


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self, peer: RtpPeer) -> None:
        self._peer = peer

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._peer.take(data, addr)


class RtpPeer:
    """`offer()` for the plane, `accept()` its answer (or `answer()` its offer), then talk."""

    def __init__(self, codec: str = "PCMU", event_type: int | None = 101) -> None:
        self.codec = codec
        self.event_type = event_type
        self.packets: list[RtpPacket] = []
        self.digits: list[str] = []
        self.remote: tuple[str, int] | None = None
        self.port = 0
        self.ssrc = random.getrandbits(32)
        self.sequence = random.getrandbits(16)
        self.timestamp = random.getrandbits(32)
        self._decoder = DigitDecoder()
        self._transport: asyncio.DatagramTransport | None = None
        self._talking: asyncio.Task[None] | None = None
        self._version = 0

    async def open(self) -> RtpPeer:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: _Protocol(self), local_addr=("127.0.0.1", self.port)
        )
        self.port = self._transport.get_extra_info("sockname")[1]
        return self

    async def close(self) -> None:
        await self.hush()
        if self._transport is not None:
            self._transport.close()
            await asyncio.sleep(0)

    def offer(self, direction: str = "sendrecv", port: int | None = None) -> str:
        self._version += 1
        text = sdp.offer_rtp(
            host="127.0.0.1", port=port or self.port, codecs=(self.codec,), version=self._version, session_id="1"
        )
        if self.event_type is None:
            text = "".join(line for line in text.splitlines(keepends=True) if "telephone" not in line)
            text = text.replace("a=fmtp:101 0-15\r\n", "").replace(" 101\r\n", "\r\n")
        elif self.event_type != 101:
            text = text.replace(" 101\r\n", f" {self.event_type}\r\n").replace(":101 ", f":{self.event_type} ")
        return text.replace("a=sendrecv", f"a={direction}")

    def accept(self, answer: str) -> None:
        media = sdp.parse(answer)
        self.remote = ("127.0.0.1", int(media.media[0].port))

    def answer(self, offer: str) -> str:
        text, negotiated = sdp.answer_rtp(offer, host="127.0.0.1", port=self.port, codecs=(self.codec,), version=1)
        self.remote = (negotiated.remote_host, negotiated.remote_port)
        return text

    def take(self, data: bytes, source: tuple[str, int]) -> None:
        packet = rtp.parse(data)
        assert packet is not None, "the plane sent no RTP"
        self.packets.append(packet)
        if packet.payload_type == self.event_type:
            now = asyncio.get_running_loop().time()
            self.digits += [d.digit for d in self._decoder.feed(packet.timestamp, packet.payload, now)]

    def send_raw(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.sendto(data, self.remote)

    def send_frame(self, payload: bytes, *, marker: bool = False) -> None:
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.timestamp = (self.timestamp + 160) & 0xFFFFFFFF
        self._send(RtpPacket(self._audio_type, self.sequence, self.timestamp, self.ssrc, payload, marker))

    def talk(self, frequency: float) -> None:
        """Send a steady tone from now on."""
        self._talking = asyncio.get_running_loop().create_task(self._talk(frequency))

    async def hush(self) -> None:
        if self._talking is not None:
            self._talking.cancel()
            await asyncio.gather(self._talking, return_exceptions=True)
            self._talking = None

    async def press(self, digits: str) -> None:
        """Send keys as telephone-events at the pace of a telephone."""
        assert self.event_type is not None
        await self.hush()
        sender = DigitSender(160)
        sender.queue(digits)
        start = 0
        while not sender.done:
            self.sequence = (self.sequence + 1) & 0xFFFF
            self.timestamp = (self.timestamp + 160) & 0xFFFFFFFF
            frame = sender.next_frame()
            if frame is not None:
                start = self.timestamp if frame.step == 0 else start
                self._send(RtpPacket(self.event_type, self.sequence, start, self.ssrc, frame.payload, frame.step == 0))
            else:
                self.sequence -= 1
            await asyncio.sleep(0.02)

    def audio(self, since: int = 0) -> list[RtpPacket]:
        return [packet for packet in self.packets[since:] if packet.payload_type == self._audio_type]

    def heard(self, since: int = 0) -> Pcm:
        payloads = b"".join(packet.payload for packet in self.audio(since))
        return g711.decode(self.codec, payloads)

    def hears(self, frequency: float, last: float = 0.2) -> bool:
        """Whether the last moments are mostly this tone."""
        pcm = self.heard()[-round(last * 8000) :]
        return len(pcm) >= round(last * 8000) and level_of(pcm, frequency) > 0.9

    @property
    def _audio_type(self) -> int:
        return {"PCMU": 0, "PCMA": 8}[self.codec]

    async def _talk(self, frequency: float) -> None:
        # a whole number of periods in a second loops without a click
        payload = g711.encode(self.codec, tone((frequency,), 10.0))
        loop = asyncio.get_running_loop()
        due, position = loop.time(), 0
        while True:
            self.send_frame(payload[position : position + 160], marker=position == 0)
            position = (position + 160) % len(payload)
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _send(self, packet: RtpPacket) -> None:
        self.send_raw(rtp.build(packet))


def power(pcm: Pcm) -> float:
    return float(np.mean(pcm.astype(np.float64) ** 2)) if len(pcm) else 0.0
