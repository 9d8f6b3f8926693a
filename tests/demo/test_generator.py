"""The load generator against a telephone exchange of our own parts on the loopback interface: real SIP, real audio."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from contactcenter.channels.sip_line import SipLine
from contactcenter.demo.config import AgentSignIn, LoadConfig
from contactcenter.demo.generator import LoadGenerator
from contactcenter.demo.load import spawn_with
from contactcenter.tasks import Tasks
from contactcenter.telephony.calls import Call
from contactcenter.telephony.config import SipConfig
from contactcenter.telephony.user_agent import UserAgent
from media.config import MediaConfig
from media.events import DigitReceived, MediaEvent
from media.local_plane import LocalPlane
from media.tones import tone, write_wav
from tests.fakes.waiting import until

SENTENCE_S = 0.6


class Tones:
    """Speech of the shortest kind: every sentence is a beep."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "beep.wav")
        self.said: list[str] = []
        write_wav(self.path, tone((440,), SENTENCE_S))

    async def file(self, text: str, voice: str) -> str:
        self.said.append(text)
        return self.path


class Server:
    """Answers every call with a prompt and then music, and notes what it is told."""

    def __init__(self, folder: Path) -> None:
        self.keys: dict[str, str] = {}
        self.lines: list[SipLine] = []
        self.ended = 0
        self.callers: list[tuple[str, str]] = []
        self.tasks = Tasks()
        self.plane = LocalPlane(MediaConfig(bind_host="127.0.0.1", rtp_port_min=33000, rtp_port_max=33999))
        self.user_agent = UserAgent(SipConfig(host="127.0.0.1", port=0), on_call=self._take)
        self.prompt = str(folder / "prompt.wav")
        self.music = str(folder / "music.wav")
        write_wav(self.prompt, np.concatenate((tone((300,), 0.5), np.zeros(4000, dtype=np.int16))))
        write_wav(self.music, tone((500, 620), 2.0))
        self.plane.subscribe(self._media)

    async def start(self) -> None:
        await self.plane.start()
        await self.user_agent.start()

    async def stop(self) -> None:
        await self.tasks.cancel()
        await self.user_agent.stop()
        await self.plane.stop()

    async def music_on(self, line: SipLine) -> None:
        await self.plane.play(line.leg_id, "music", [self.music], loop=True)

    async def say(self, line: SipLine) -> None:
        await self.plane.play(line.leg_id, "prompt", [self.prompt])

    def _take(self, call: Call) -> None:
        self.callers.append((call.remote_number, call.remote_name))
        line = SipLine(self.plane, f"leg-{len(self.lines)}", self.tasks)
        line.on_ended = self._over
        self.lines.append(line)
        self.keys[line.leg_id] = ""
        self.tasks.spawn(self._answer(call, line))

    async def _answer(self, call: Call, line: SipLine) -> None:
        line.attach(call)
        await line.answer(call, "127.0.0.1")
        await self.say(line)

    def _over(self, reason: str) -> None:
        self.ended += 1

    def _media(self, event: MediaEvent) -> None:
        if isinstance(event, DigitReceived):
            self.keys[event.leg_id] += event.digit


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path)
    await server.start()
    yield server
    await server.stop()


def config(server: Server, **settings: object) -> LoadConfig:
    return LoadConfig.model_validate(
        {
            "http": "http://127.0.0.1:9",
            "sip": f"127.0.0.1:{server.user_agent.port}",
            "rtp_port_min": 34000,
            "rtp_port_max": 34999,
            "callers_per_minute": 0.0,
            **settings,
        }
    )


async def test_a_caller_walks_the_menu_waits_and_talks(server: Server, tmp_path: Path) -> None:
    voice = Tones(tmp_path)
    load = LoadGenerator(config(server, max_callers=1, seed=5), voice=voice)
    await load.start()
    try:
        load.set_rate(6000)
        await until(lambda: bool(server.lines))
        line = server.lines[0]
        await until(lambda: len(server.keys[line.leg_id]) == 1)
        assert server.keys[line.leg_id] in "123"
        await server.say(line)
        await until(lambda: server.keys[line.leg_id].endswith("#"))
        assert len(server.keys[line.leg_id]) == 8
        await server.music_on(line)
        await asyncio.sleep(3)
        assert load.counts["talked"] == 0
        await server.plane.stop_playing(line.leg_id)
        await until(lambda: bool(voice.said))
        assert load.counts["talked"] == 1
        number, name = server.callers[0]
        assert number.startswith("+")
        assert name
        load.set_rate(0)
        await line.close()
        await until(lambda: load.callers_on_line == 0)
    finally:
        await load.stop()


async def test_callers_beyond_the_limit_do_not_ring_in(server: Server, tmp_path: Path) -> None:
    load = LoadGenerator(config(server, max_callers=3, callers_per_minute=6000.0), voice=Tones(tmp_path))
    await load.start()
    try:
        await until(lambda: load.counts["too_many"] > 5)
        assert load.callers_on_line == 3
        await until(lambda: len(server.lines) == 3)
    finally:
        await load.stop()
    await until(lambda: server.ended == 3)
    assert server.user_agent.active_calls == 0


async def test_a_synthetic_agent_answers_the_phone_and_hangs_up_in_the_end(server: Server, tmp_path: Path) -> None:
    """Without a server to sign in at, the telephone works all the same."""
    voice = Tones(tmp_path)
    agent = AgentSignIn(email="robot@example.com", sip_username="robot1")
    load = LoadGenerator(config(server, agents=(agent,), seed=7), voice=voice)
    await load.start()
    tasks = Tasks()
    line = SipLine(server.plane, "to-agent", tasks)
    answered, ended = asyncio.Event(), asyncio.Event()
    line.on_answered = answered.set
    line.on_ended = lambda reason: ended.set()
    try:
        target = f"sip:robot1@127.0.0.1:{load.exchange.user_agent.port}"
        offer = await line.offer("127.0.0.1")
        line.attach(server.user_agent.invite(target, from_uri="sip:cc@127.0.0.1", offer=offer))
        async with asyncio.timeout(40):
            await answered.wait()
        await until(lambda: len(voice.said) >= 1)
        await line.close()
        await until(lambda: load.exchange.user_agent.active_calls == 0)
        assert not ended.is_set()
    finally:
        await line.close()
        await load.stop()
        await tasks.cancel()


async def test_somebody_who_is_no_agent_here_is_not_found(server: Server, tmp_path: Path) -> None:
    load = LoadGenerator(config(server), voice=Tones(tmp_path))
    await load.start()
    tasks = Tasks()
    line = SipLine(server.plane, "to-nobody", tasks)
    reasons: list[str] = []
    line.on_ended = reasons.append
    try:
        target = f"sip:nobody@127.0.0.1:{load.exchange.user_agent.port}"
        offer = await line.offer("127.0.0.1")
        line.attach(server.user_agent.invite(target, from_uri="sip:cc@127.0.0.1", offer=offer))
        await until(lambda: bool(reasons))
        assert reasons == ["rejected 404"]
    finally:
        await line.close()
        await load.stop()
        await tasks.cancel()


async def test_the_process_calls_changes_its_rate_and_ends_with_its_parent(server: Server) -> None:
    load = await spawn_with(config(server, max_callers=4, log_level="error"))
    try:
        await asyncio.sleep(0.5)
        assert not server.lines
        await load.set_rate(6000)
        await until(lambda: len(server.lines) >= 2)
    finally:
        await load.stop()
    assert load.process.returncode == 0
    await until(lambda: server.user_agent.active_calls == 0)


async def test_the_process_ends_on_sigterm(server: Server) -> None:
    load = await spawn_with(config(server, callers_per_minute=6000.0, max_callers=1, log_level="error"))
    try:
        await until(lambda: len(server.lines) == 1)
        load.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(40):
            assert await load.process.wait() == 0
    finally:
        await load.stop()


async def test_settings_that_cannot_be_used_are_said_without_the_password() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "contactcenter.demo.load"),
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    message = json.dumps({"password": "not-for-the-log", "rate": 3}).encode() + b"\n"
    with contextlib.suppress(ConnectionError):
        _, errors = await process.communicate(message)
    assert process.returncode == 2
    assert b"rate" in errors
    assert b"not-for-the-log" not in errors
