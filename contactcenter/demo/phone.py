"""The telephones of synthetic people: SIP and audio of one process, with an ear at each receiver."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import Awaitable, Callable

import numpy as np
import structlog

from contactcenter.channels.sip_line import SipLine
from contactcenter.demo.config import LoadConfig
from contactcenter.demo.hearing import Ear, Sound
from contactcenter.demo.voice import Voice
from contactcenter.tasks import Tasks
from contactcenter.telephony.calls import Call
from contactcenter.telephony.config import SipConfig
from contactcenter.telephony.user_agent import UserAgent
from media.codecs.g711 import decode_table
from media.config import MediaConfig
from media.errors import MediaError
from media.events import MediaEvent, PlaybackFinished
from media.leg import Tap
from media.local_plane import LocalPlane
from media.tts.base import SpeechError

RTP_HEADER_OCTETS = 12
HEAR_EVERY = 2
"""One frame of this many is listened to: 40 ms is fine enough for gaps of a quarter second."""

log = structlog.get_logger(__name__)


class ListeningPlane(LocalPlane):
    """The media plane with a way to listen in on what a leg receives."""

    def listen(self, leg_id: str, tap: Tap) -> str:
        """Hand every packet received from now on to `tap`; returns the codec's name."""
        leg = self._get(leg_id).leg
        leg.taps = (*leg.taps, tap)
        return leg.codec.name


class Line:
    """One call of a synthetic person. The listeners are called on the event loop."""

    def __init__(self, exchange: Exchange, leg_id: str, voice: str) -> None:
        self.on_answered: Callable[[], None] = lambda: None
        self.on_ended: Callable[[str], None] = lambda reason: None
        self.on_sound: Callable[[Sound], None] = lambda sound: None
        self.on_said: Callable[[], None] = lambda: None
        self.leg_id = leg_id
        self._exchange = exchange
        self._voice = voice
        self._sip = SipLine(exchange.plane, leg_id, exchange.tasks)
        self._sip.on_answered = self._answered
        self._sip.on_ended = self._over
        self._ear: Ear | None = None
        self._power = np.zeros(256)
        self._frames = 0
        self._says = itertools.count(1)
        self._saying = ""

    async def dial(self, number: str, *, from_number: str, name: str) -> None:
        """Place the call; raises MediaError without ports."""
        exchange = self._exchange
        offer = await self._sip.offer(exchange.host)
        call = exchange.user_agent.invite(
            f"sip:{number}@{exchange.server}",
            from_uri=f"sip:{from_number}@{exchange.host}",
            offer=offer,
            display_name=name,
        )
        self._sip.attach(call)

    async def pick_up(self, call: Call) -> None:
        """Answer a call that rings; raises MediaError after refusing it."""
        self._sip.attach(call)
        await self._sip.answer(call, self._exchange.host)
        await self._up()

    async def press(self, keys: str) -> None:
        await self._ask(self._exchange.plane.send_digits(self.leg_id, keys))

    async def say(self, text: str) -> None:
        """Speak; `on_said` follows, also when it could not be said."""
        self._saying = f"{self.leg_id}:{next(self._says)}"
        saying = self._saying
        try:
            path = await self._exchange.voice.file(text, self._voice)
        except SpeechError as error:
            log.warning("demo.not_spoken", reason=error.sentence)
            self._said(saying)
            return
        await self._ask(self._exchange.plane.play(self.leg_id, saying, [path]))

    async def close(self) -> None:
        """Hang up, if that is still to be done, and free the leg."""
        self._exchange.forget(self)
        await self._sip.close()

    def tick(self, now: float) -> None:
        if self._ear is not None and (sound := self._ear.tick(now)):
            self.on_sound(sound)

    def played(self, play_id: str) -> None:
        if play_id == self._saying:
            self._exchange.tasks.spawn(self._be_silent())
            self._said(play_id)

    def _answered(self) -> None:
        self._exchange.tasks.spawn(self._up())

    def _over(self, reason: str) -> None:
        self.on_ended(reason)

    async def _up(self) -> None:
        self._ear = Ear(self._exchange.user_agent.now())
        try:
            law = self._exchange.plane.listen(self.leg_id, self._hear)
        except MediaError:
            return  # hung up in the meantime
        self._power = decode_table(law).astype(np.float64) ** 2
        await self._be_silent()
        self.on_answered()

    async def _be_silent(self) -> None:
        plane, silence = self._exchange.plane, self._exchange.silence
        await self._ask(plane.play(self.leg_id, f"{self.leg_id}:silence", [silence], loop=True))

    async def _ask(self, request: Awaitable[None]) -> None:
        try:
            await request
        except MediaError as error:
            # The call ended between the thought and the deed.
            log.debug("demo.line_gone", leg=self.leg_id, code=error.code)

    def _hear(self, _arrival: float, packet: memoryview) -> None:
        self._frames += 1
        if self._frames % HEAR_EVERY or self._ear is None:
            return
        codes = np.frombuffer(packet, dtype=np.uint8, offset=RTP_HEADER_OCTETS)
        rms = float(np.sqrt(self._power[codes].mean())) if len(codes) else 0.0
        if sound := self._ear.hear(rms, self._exchange.user_agent.now()):
            self.on_sound(sound)

    def _said(self, play_id: str) -> None:
        if play_id == self._saying:
            self._saying = ""
            self.on_said()


class Exchange:
    """One SIP endpoint and one media plane for all synthetic people of this process.

    `on_ring` gets the account name that is called and the call.
    """

    def __init__(self, config: LoadConfig, voice: Voice, silence: str) -> None:
        self.server = config.sip
        self.host = ""
        self.voice = voice
        self.silence = silence
        self.tasks = Tasks()
        self.on_ring: Callable[[str, Call], None] = lambda account, call: call.reject(480)
        self.user_agent = UserAgent(SipConfig(host=bind_host(config.sip_host), port=0, tcp=False), on_call=self._ring)
        self.plane = ListeningPlane(
            MediaConfig(
                bind_host=bind_host(config.sip_host),
                rtp_port_min=config.rtp_port_min,
                rtp_port_max=config.rtp_port_max,
            )
        )
        self.plane.subscribe(self._media)
        self._lines: dict[str, Line] = {}
        self._numbers = itertools.count(1)

    async def start(self) -> None:
        """Raises OSError when no socket can be bound."""
        self.host = own_address(self.server)
        await self.user_agent.start()
        await self.plane.start()

    async def stop(self) -> None:
        await asyncio.gather(*(line.close() for line in list(self._lines.values())))
        await self.tasks.cancel()
        await self.user_agent.stop()
        await self.plane.stop()

    def line(self, voice: str) -> Line:
        line = Line(self, f"demo-{next(self._numbers)}", voice)
        self._lines[line.leg_id] = line
        return line

    def forget(self, line: Line) -> None:
        self._lines.pop(line.leg_id, None)

    def tick(self, now: float) -> None:
        """Let every ear notice silence; a few times a second."""
        for line in list(self._lines.values()):
            line.tick(now)

    def _ring(self, call: Call) -> None:
        call.ringing()
        self.on_ring(call.request_uri_user, call)

    def _media(self, event: MediaEvent) -> None:
        match event:
            case PlaybackFinished(leg_id, play_id, completed=True) if leg_id in self._lines:
                self._lines[leg_id].played(play_id)
            case _:
                pass


def bind_host(server_host: str) -> str:
    """A demo on one machine stays on that machine."""
    return "127.0.0.1" if server_host in ("localhost", "127.0.0.1") else "0.0.0.0"  # noqa: S104


def own_address(server: str) -> str:
    """The address from which the server at host:port is reached; no packet is sent. Raises OSError."""
    host, _, port = server.rpartition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((host, int(port)))
        return str(probe.getsockname()[0])
