"""Synthetic agents: a desk at the live feed and a telephone at the SIP server."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import aiohttp
import structlog

from contactcenter.demo.actions import CallAction, CompleteWrapUp, DeskAction, HangUp, PickUp, Press, Say, SetPresence
from contactcenter.demo.config import AgentSignIn, LoadConfig
from contactcenter.demo.desk import Desk, DeskError
from contactcenter.demo.hearing import Sound
from contactcenter.demo.phone import Exchange, Line
from contactcenter.demo.sentences import AGENT, AGENT_GOODBYE, GREETINGS, NOTES, OTHERWISE
from contactcenter.demo.shift import Shift
from contactcenter.demo.talk import Talk, TalkPlan
from contactcenter.telephony.calls import Call
from contactcenter.telephony.registration import Registration, RegistrationError
from contactcenter.telephony.sip.auth import Credentials
from contactcenter.telephony.sip.events import CallEnded, CallEvent, CallRejected
from media.errors import MediaError

TALK_MEAN_S = 25.0
TALK_SPREAD = 0.5
"""Standard deviation of the logarithm of the talk time."""
REGISTER_AGAIN_S = 5.0

log = structlog.get_logger(__name__)


class Agent:
    """Does what the shift and, in a call, the talk say."""

    def __init__(
        self,
        who: AgentSignIn,
        voice: str,
        config: LoadConfig,
        exchange: Exchange,
        rng: random.Random,
        counts: Counter[str],
    ) -> None:
        self.account = who.sip_username
        self.desk = Desk(config.http, who.email, config.password, certificate=config.certificate)
        self._credentials = Credentials(who.sip_username, config.password)
        self._voice = voice
        self._exchange = exchange
        self._rng = rng
        self._counts = counts
        self._shift = Shift(rng)
        self._ringing: Call | None = None
        self._line: Line | None = None
        self._talk: Talk | None = None
        self._registration: Registration | None = None
        self._registering: asyncio.Task[None] | None = None
        self._wrapping: set[str] = set()
        self.desk.on_change = self._desk_changed
        self.desk.on_up = self._desk_up
        self.desk.on_down = self._shift.desk_gone

    async def run(self) -> None:
        """Work until cancelled, then unregister the telephone."""
        try:
            await self.desk.run()
        finally:
            if self._registering is not None:
                self._registering.cancel()
            if self._registration is not None:
                await self._registration.close()

    def ring(self, call: Call) -> None:
        if self._ringing is not None or self._line is not None:
            call.reject(486)
            return
        self._ringing = call
        call.on_event = self._while_ringing
        self._shift.rings(self._now)

    def tick(self, now: float) -> None:
        for wish in self._shift.tick(now):
            self._exchange.tasks.spawn(self._do(wish))
        for action in self._talk.tick(now) if self._talk is not None else []:
            self._exchange.tasks.spawn(self._act(action))

    @property
    def _now(self) -> float:
        return self._exchange.user_agent.now()

    def _desk_up(self) -> None:
        """A server that was restarted has forgotten the telephone."""
        if self._registering is not None:
            self._registering.cancel()
        self._registering = self._exchange.tasks.spawn(self._register())

    async def _register(self) -> None:
        if self._registration is not None:
            registration, self._registration = self._registration, None
            await registration.close()
        exchange = self._exchange
        aor = f"sip:{self.account}@{exchange.server.rpartition(':')[0]}"
        while True:
            try:
                self._registration = await exchange.user_agent.register(
                    aor, f"sip:{exchange.server}", self._credentials, expires_s=120
                )
                return
            except RegistrationError as error:
                log.warning("demo.not_registered", code=error.code)
                await asyncio.sleep(REGISTER_AGAIN_S)

    def _desk_changed(self) -> None:
        now, mirror = self._now, self.desk.mirror
        if (me := mirror.rows_of("state").get("me")) is not None:
            self._shift.desk_shows(str(me["presence"]), now)
        work = mirror.rows_of("work")
        wrapping = {key for key, row in work.items() if row["phase"] == "wrap_up"}
        for key in self._wrapping - wrapping:
            self._shift.wrap_up_gone(key)
        for key in wrapping:
            self._shift.wrap_up_shown(key, str((work[key]["queue"] or {}).get("id", "")), now)
        self._wrapping = wrapping

    async def _do(self, wish: DeskAction) -> None:
        try:
            match wish:
                case PickUp():
                    await self._pick_up()
                case SetPresence("paused"):
                    reasons = (await self.desk.get("/pause-reasons"))["items"]
                    reason = self._rng.choice(reasons)["id"] if reasons else None
                    await self.desk.command("presence.set", presence="paused", reason=reason)
                case SetPresence(presence):
                    await self.desk.command("presence.set", presence=presence)
                case CompleteWrapUp(interaction_id, queue_id):
                    await self._wrap_up(interaction_id, queue_id)
        except (DeskError, aiohttp.ClientError, TimeoutError) as error:
            log.info("demo.desk_refused", wish=type(wish).__name__, reason=str(error))

    async def _wrap_up(self, interaction_id: str, queue_id: str) -> None:
        items: list[dict[str, Any]] = (await self.desk.get("/dispositions", queue=queue_id))["items"]
        parents = {item["parent_id"] for item in items}
        leaf = self._rng.choice([item for item in items if item["id"] not in parents])
        await self.desk.command(
            "wrapup.complete",
            interaction_id=interaction_id,
            disposition_id=leaf["id"],
            note=self._rng.choice(NOTES),
        )
        self._counts["wrapped_up"] += 1

    def _while_ringing(self, event: CallEvent) -> None:
        if isinstance(event, CallEnded | CallRejected):
            self._ringing = None
            self._shift.rings_no_more()
            self._counts["not_answered"] += 1

    async def _pick_up(self) -> None:
        call, self._ringing = self._ringing, None
        if call is None or call.ended:
            return
        line = self._line = self._exchange.line(self._voice)
        line.on_answered = lambda: self._begin(line)
        line.on_sound = self._heard
        line.on_said = self._said
        line.on_ended = lambda reason: self._ended(line)
        try:
            await line.pick_up(call)
        except MediaError as error:
            log.warning("demo.not_picked_up", code=error.code)
            self._ended(line)

    def _begin(self, line: Line) -> None:
        self._counts["answered"] += 1
        queue = self._queue_of_call()
        lines = (self._rng.choice(GREETINGS), *AGENT.get(queue, OTHERWISE))
        talk_s = TALK_MEAN_S * self._rng.lognormvariate(-(TALK_SPREAD**2) / 2, TALK_SPREAD)
        plan = TalkPlan(lines, self._rng.choice(AGENT_GOODBYE), talk_s, reply_s=self._rng.uniform(0.2, 0.8))
        if self._line is line:
            self._talk = Talk(plan, self._now)

    def _queue_of_call(self) -> str:
        for row in (*self.desk.mirror.rows_of("work").values(), *self.desk.mirror.rows_of("offers").values()):
            if row.get("phase") != "wrap_up" and row.get("queue"):
                return str(row["queue"]["id"])
        return ""

    def _heard(self, sound: Sound) -> None:
        if self._talk is not None:
            self._talk.heard(sound, self._now)

    def _said(self) -> None:
        if self._talk is not None:
            self._talk.said(self._now)

    def _ended(self, line: Line) -> None:
        if self._line is line:
            self._line = self._talk = None
        self._exchange.tasks.spawn(line.close())

    async def _act(self, action: CallAction) -> None:
        line = self._line
        if line is None:
            return
        match action:
            case Say(text):
                await line.say(text)
            case Press(keys):
                await line.press(keys)
            case HangUp():
                self._ended(line)
