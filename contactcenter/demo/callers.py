"""Synthetic callers on their telephones."""

from __future__ import annotations

import random
from collections import Counter

import structlog

from contactcenter.demo.actions import CallAction, HangUp, Press, Say
from contactcenter.demo.arrivals import Arrivals
from contactcenter.demo.hearing import Sound
from contactcenter.demo.people import Person, Public
from contactcenter.demo.phone import Exchange, Line
from contactcenter.demo.script import CallerScript, Phase, plan_call
from contactcenter.telephony.sip.headers import HeaderError
from contactcenter.telephony.sip.uri import UriError
from media.errors import MediaError

log = structlog.get_logger(__name__)


class Caller:
    """Does what the script says; `over` once the line is closed or about to be."""

    def __init__(
        self, person: Person, script: CallerScript, line: Line, exchange: Exchange, counts: Counter[str]
    ) -> None:
        self.over = False
        self.talked = False
        self._person = person
        self._script = script
        self._line = line
        self._exchange = exchange
        self._counts = counts
        line.on_answered = lambda: script.answered(self._now)
        line.on_sound = self._heard
        line.on_said = lambda: script.said(self._now)
        line.on_ended = self._ended

    @property
    def phase(self) -> Phase:
        return self._script.phase

    @property
    def _now(self) -> float:
        return self._exchange.user_agent.now()

    async def dial(self, number: str) -> None:
        try:
            await self._line.dial(number, from_number=self._person.number, name=self._person.name)
        except (MediaError, UriError, HeaderError) as error:
            log.warning("demo.not_dialled", reason=type(error).__name__)
            self._ended("error")

    def tick(self, now: float) -> None:
        for action in self._script.tick(now):
            self._exchange.tasks.spawn(self._do(action))
        if self._script.phase is Phase.TALKING and not self.talked:
            self.talked = True
            self._counts["talked"] += 1

    async def _do(self, action: CallAction) -> None:
        match action:
            case Press(keys):
                await self._line.press(keys)
            case Say(text):
                await self._line.say(text)
            case HangUp():
                self._counts["hung_up"] += 1
                self.over = True
                await self._line.close()

    def _heard(self, sound: Sound) -> None:
        self._script.heard(sound, self._now)

    def _ended(self, reason: str) -> None:
        self._counts["refused" if reason.startswith("rejected") else "ended"] += 1
        self._script.ended()
        self.over = True
        self._exchange.tasks.spawn(self._line.close())


class Callers:
    """Callers arrive by chance and are dropped when too many are on the line already."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        number: str,
        per_minute: float,
        most: int,
        rng: random.Random,
        counts: Counter[str],
    ) -> None:
        self.counts = counts
        # A source of their own: how often the clock is read must not change who calls.
        self.arrivals = Arrivals(per_minute, random.Random(rng.random()), exchange.user_agent.now())
        self.on_line: list[Caller] = []
        self._exchange = exchange
        self._number = number
        self._most = most
        self._rng = rng
        self._public = Public(rng)

    def tick(self, now: float) -> None:
        for _ in range(self.arrivals.due(now)):
            if len(self.on_line) < self._most:
                self._ring_in()
            else:
                self.counts["too_many"] += 1
        for caller in self.on_line:
            caller.tick(now)
        self.on_line = [caller for caller in self.on_line if not caller.over]

    def _ring_in(self) -> None:
        self.counts["calls"] += 1
        person = self._public.next()
        script = CallerScript(plan_call(person, self._rng))
        caller = Caller(person, script, self._exchange.line(person.voice), self._exchange, self.counts)
        self.on_line.append(caller)
        self._exchange.tasks.spawn(caller.dial(self._number))
