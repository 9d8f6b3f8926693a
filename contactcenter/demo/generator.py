"""The load generator: synthetic callers and agents against one server, in this event loop."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections import Counter
from pathlib import Path

import structlog

from contactcenter.demo.agents import Agent
from contactcenter.demo.callers import Callers
from contactcenter.demo.config import LoadConfig
from contactcenter.demo.phone import Exchange
from contactcenter.demo.voice import AGENT_VOICES, SpeechVoice, Voice, write_silence
from contactcenter.tasks import Tasks
from contactcenter.telephony.calls import Call
from media.tts.espeak import EspeakSpeech

TICK_S = 0.1
REPORT_S = 60.0

log = structlog.get_logger(__name__)


class LoadGenerator:
    """`start`, `set_rate` while it runs, `stop`. `voice` replaces the speech engine in tests."""

    def __init__(self, config: LoadConfig, *, voice: Voice | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self._config = config
        self._folder = tempfile.TemporaryDirectory(prefix="contactcenter-demo-")
        folder = Path(self._folder.name)
        voice = voice or SpeechVoice(EspeakSpeech(config.speech_dir or folder / "speech"))
        self.exchange = Exchange(config, voice, write_silence(folder))
        self.exchange.on_ring = self._ring
        self._rng = random.Random(config.seed)
        self._tasks = Tasks()
        self._callers: Callers | None = None
        self.agents = [
            Agent(
                who,
                AGENT_VOICES[number % len(AGENT_VOICES)],
                config,
                self.exchange,
                random.Random(self._rng.random()),
                self.counts,
            )
            for number, who in enumerate(config.agents)
        ]
        self._accounts = {agent.account: agent for agent in self.agents}

    async def start(self) -> None:
        """Raises OSError when no socket can be bound."""
        await self.exchange.start()
        self._callers = Callers(
            self.exchange,
            number=self._config.number,
            per_minute=self._config.callers_per_minute,
            most=self._config.max_callers,
            rng=self._rng,
            counts=self.counts,
        )
        for agent in self.agents:
            self._tasks.spawn(agent.run())
        self._tasks.spawn(self._tick())
        self._tasks.spawn(self._report())

    async def stop(self) -> None:
        """Everybody hangs up and signs off."""
        await self._tasks.cancel()
        await self.exchange.stop()
        self._folder.cleanup()
        log.info("demo.load_stopped", **self.counts)

    def set_rate(self, callers_per_minute: float) -> None:
        if self._callers is not None:
            self._callers.arrivals.set_rate(callers_per_minute, self.exchange.user_agent.now())

    @property
    def callers_on_line(self) -> int:
        return len(self._callers.on_line) if self._callers is not None else 0

    async def _tick(self) -> None:
        assert self._callers is not None
        while True:
            now = self.exchange.user_agent.now()
            self.exchange.tick(now)
            self._callers.tick(now)
            for agent in self.agents:
                agent.tick(now)
            await asyncio.sleep(TICK_S)

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_S)
            log.info("demo.load", on_line=self.callers_on_line, **self.counts)

    def _ring(self, account: str, call: Call) -> None:
        agent = self._accounts.get(account)
        if agent is None:
            call.reject(404)
        else:
            agent.ring(call)
