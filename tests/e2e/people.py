"""Callers and agents at real telephones, and what the live feed shows, without a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contactcenter.demo.config import LoadConfig
from contactcenter.demo.desk import Desk
from contactcenter.demo.phone import RTP_HEADER_OCTETS, Exchange, Line
from contactcenter.demo.voice import write_silence
from contactcenter.telephony.calls import Call
from contactcenter.telephony.registration import Registration
from contactcenter.telephony.sip.auth import Credentials
from contactcenter.telephony.sip.events import CallEnded, CallEvent, CallRejected
from media.codecs.g711 import decode
from tests.e2e.server import NUMBER, PASSWORD, Server
from tests.e2e.tones import AGENT_HZ, CALLER_HZ, Pcm, write_tone
from tests.fakes.waiting import LONGEST_S, until

TONE_S = 60.0


async def until_asked(question: Callable[[], Any], seconds: float = LONGEST_S) -> None:
    """As `until`, for questions that block: they are asked in a thread."""
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(question):
            await asyncio.sleep(0.1)


class Tone:
    """Whatever is to be said, a tone is heard."""

    def __init__(self, folder: Path) -> None:
        self.caller = str(write_tone(folder / "caller.wav", CALLER_HZ, TONE_S))
        self.agent = str(write_tone(folder / "agent.wav", AGENT_HZ, TONE_S))

    async def file(self, text: str, voice: str) -> str:
        return self.agent if voice == "agent" else self.caller


class Telephones:
    """A SIP endpoint for callers and desk phones of a test."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        tones = Tone(folder)
        config = LoadConfig(sip=server.sip, rtp_port_min=server.rtp + 20000, rtp_port_max=server.rtp + 20398)
        self.exchange = Exchange(config, tones, write_silence(folder))
        self.exchange.on_ring = self._ring
        self._agents: dict[str, PhoneAgent] = {}

    async def start(self) -> None:
        await self.exchange.start()

    async def stop(self) -> None:
        for agent in list(self._agents.values()):
            await agent.leave()
        await self.exchange.stop()

    async def call(self, keys: str = "", number: str = "+493023125001") -> Caller:
        """Dial, be answered, and press these keys, one menu after the other where there is a space."""
        caller = Caller(self, self.exchange.line("caller"))
        await caller.dial(number)
        await caller.enter(keys)
        return caller

    async def agent(self, account: str) -> PhoneAgent:
        """Signed in at the desk and registered at the telephone, not yet available."""
        agent = self._agents[account] = PhoneAgent(self, account)
        await agent.arrive()
        return agent

    def _ring(self, account: str, call: Call) -> None:
        if account in self._agents:
            self._agents[account].rings(call)
        else:
            call.reject(404)


class Talker:
    """Either end of a call: speaks its tone, and what it hears from then on is kept."""

    def __init__(self, phones: Telephones, line: Line) -> None:
        self.line = line
        self.answered = asyncio.Event()
        self.ended = asyncio.Event()
        self._phones = phones
        self._law = ""
        self._heard: list[bytes] = []
        line.on_answered = self.answered.set
        line.on_ended = lambda reason: self.ended.set()

    async def speak(self) -> None:
        self._law = self._phones.exchange.plane.listen(self.line.leg_id, self._hear)
        await self.line.say("tone")

    def heard(self) -> Pcm:
        return decode(self._law, b"".join(self._heard))

    async def hang_up(self) -> None:
        await self.line.close()

    def _hear(self, _now: float, packet: memoryview) -> None:
        # The buffer is used again for the next packet.
        self._heard.append(bytes(packet[RTP_HEADER_OCTETS:]))


class Caller(Talker):
    async def dial(self, number: str) -> None:
        await self.line.dial(NUMBER, from_number=number, name="Nora Keller")
        await until(self.answered.is_set)

    async def enter(self, keys: str) -> None:
        for group in keys.split():
            await asyncio.sleep(0.4)
            await self.line.press(group)
            await asyncio.sleep(0.2 * len(group))


class PhoneAgent:
    """An agent with a desk phone."""

    def __init__(self, phones: Telephones, account: str) -> None:
        self.account = account
        self.desk = Desk(phones.server.url, f"{account}@example.com", PASSWORD)
        self.ringing: Call | None = None
        self.missed = 0
        self.talk: Talker | None = None
        self._phones = phones
        self._running: asyncio.Task[None] | None = None
        self._registration: Registration | None = None

    async def arrive(self) -> None:
        self._running = asyncio.create_task(self.desk.run())
        await until(lambda: "me" in self.desk.mirror.rows_of("state"))
        server = self._phones.exchange.server
        self._registration = await self._phones.exchange.user_agent.register(
            f"sip:{self.account}@{server.partition(':')[0]}", f"sip:{server}", Credentials(self.account, PASSWORD)
        )

    async def leave(self) -> None:
        if self.talk is not None:
            await self.hang_up()
        for interaction_id in list(self.work):
            await self.complete(interaction_id)
        await self.present("off")
        if self._registration is not None:
            await self._registration.close()
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    @property
    def state(self) -> dict[str, Any]:
        return self.desk.mirror.rows_of("state")["me"]

    @property
    def work(self) -> dict[str, dict[str, Any]]:
        return self.desk.mirror.rows_of("work")

    async def present(self, presence: str) -> None:
        await self.desk.command("presence.set", presence=presence)
        await until(lambda: self.state["presence"] == presence or self.state["pending"])

    def rings(self, call: Call) -> None:
        self.ringing = call
        call.on_event = self._while_ringing

    async def pick_up(self) -> Talker:
        await until(lambda: self.ringing is not None)
        call, self.ringing = self.ringing, None
        assert call is not None
        self.talk = Talker(self._phones, self._phones.exchange.line("agent"))
        await self.talk.line.pick_up(call)
        await self.talk.speak()
        await until(lambda: any(row["phase"] == "talking" for row in self.work.values()))
        return self.talk

    async def hang_up(self) -> None:
        if self.talk is not None:
            talk, self.talk = self.talk, None
            await talk.hang_up()
            await until(lambda: not any(row["phase"] != "wrap_up" for row in self.work.values()))

    async def complete(self, interaction_id: str = "", disposition: str = "wrong-number") -> str:
        """Wrap up the call there is; returns its id."""
        await until(lambda: any(row["phase"] == "wrap_up" for row in self.work.values()))
        interaction_id = interaction_id or next(key for key, row in self.work.items() if row["phase"] == "wrap_up")
        await self.desk.command("wrapup.complete", interaction_id=interaction_id, disposition_id=disposition, note="")
        await until(lambda: interaction_id not in self.work)
        return interaction_id

    def _while_ringing(self, event: CallEvent) -> None:
        if isinstance(event, CallEnded | CallRejected):
            self.ringing = None
            self.missed += 1


class Feed:
    """One topic of the live feed as somebody sees it."""

    def __init__(self, server: Server, name: str, topic: str) -> None:
        self._desk = Desk(server.url, f"{name}@example.com", PASSWORD, topic=topic)
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Feed:
        up = asyncio.Event()
        self._desk.on_up = up.set
        self._running = asyncio.create_task(self._desk.run())
        await until(up.is_set)
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self._running is not None
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)

    def rows(self, collection: str) -> dict[str, dict[str, Any]]:
        return self._desk.mirror.rows_of(collection)
