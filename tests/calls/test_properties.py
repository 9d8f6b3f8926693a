"""Calls under everything that can happen to them, in any order: nothing may be left, nobody may be stuck."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from structlog.testing import LogCapture

from media.errors import MediaErrorCode
from media.events import LostReason
from tests.fakes.call_world import AGENTS, CallWorld
from tests.fakes.virtual_time import VirtualLoop

agents = st.sampled_from(sorted(AGENTS))
browsers = st.sampled_from(["anna", "ben"])
codes: st.SearchStrategy[MediaErrorCode] = st.sampled_from(["worker-lost", "unknown-leg", "no-ports", "not-acceptable"])
reasons: st.SearchStrategy[LostReason] = st.sampled_from(["ice", "dtls", "rtp-timeout"])
moments = st.sampled_from([0.01, 0.05, 0.3, 1.0, 2.5, 5.5, 10.5, 31.0, 61.0])
FAULTS = {"call.step_failed", "task.failed", "event_handler_failed", "call.close_failed", "call.end_refused"}


class AnyCalls(RuleBasedStateMachine):
    """Up to three callers, two agents with browsers and one with a desk phone, on a clock that jumps."""

    strategy = "longest-idle"

    def __init__(self) -> None:
        super().__init__()
        self.log = LogCapture()
        structlog.configure(processors=[self.log], cache_logger_on_first_use=False)
        self.loop = VirtualLoop()
        self.world = self._run(self._build())

    async def _build(self) -> CallWorld:
        world = CallWorld(self.strategy)
        await world.start()
        return world

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def _do(self, act: Callable[[], Any]) -> None:
        async def soon() -> None:
            act()
            await asyncio.sleep(0)

        self._run(soon())

    def _work(self, agent: str) -> str:
        rows = self.world.rows(agent, "work")
        return next(iter(rows), "no such call")

    @initialize(ready=st.sets(agents))
    def people_arrive(self, ready: set[str]) -> None:
        for agent in sorted(ready):
            self._run(self.world.ready(agent))

    @precondition(lambda self: len(self.world.incoming) < 3)
    @rule(gone=st.booleans())
    def dial(self, gone: bool) -> None:
        def act() -> None:
            call = self.world.dial()
            if gone:
                call.far_hangs_up()

        self._do(act)

    @rule(seconds=moments)
    def time_passes(self, seconds: float) -> None:
        self._run(asyncio.sleep(seconds))

    @rule(latency=st.sampled_from([0.0, 0.02, 0.4, 3.0]))
    def plane_takes(self, latency: float) -> None:
        self.world.plane.latency_s = latency

    @rule(codes=st.lists(st.none() | codes, min_size=1, max_size=3))
    def plane_will_fail(self, codes: list[MediaErrorCode | None]) -> None:
        self.world.plane.failures.extend(codes)

    @rule()
    def worker_restarts(self) -> None:
        self._do(self.world.plane.restart_worker)

    @rule(data=st.data(), reason=reasons)
    def leg_is_lost(self, data: st.DataObject, reason: LostReason) -> None:
        if legs := sorted(self.world.plane.legs):
            leg = data.draw(st.sampled_from(range(len(legs))))
            self._do(lambda: self.world.plane.lose(legs[leg], reason))

    @rule(number=st.integers(0, 2))
    def caller_hangs_up(self, number: int) -> None:
        if number < len(self.world.incoming):
            self._do(self.world.incoming[number].far_hangs_up)

    @rule(number=st.integers(0, 2))
    def caller_reoffers(self, number: int) -> None:
        if number < len(self.world.incoming):
            self._do(self.world.incoming[number].far_reoffers)

    @rule(number=st.integers(0, 2), keys=st.sampled_from(["4", "42"]))
    def caller_presses(self, number: int, keys: str) -> None:
        conversations = [leg for leg in self.world.plane.legs if leg.endswith(":caller")]
        if number < len(conversations):
            conversation = self.world.calls.get(conversations[number].partition(":")[0])
            assert conversation is not None
            for key in keys:
                on_digit = conversation.line.on_digit
                self._do(lambda key=key, on_digit=on_digit: on_digit(key))  # type: ignore[misc]

    @rule(agent=agents, presence=st.sampled_from(["available", "paused", "off"]))
    def presence(self, agent: str, presence: str) -> None:
        reason = "break" if presence == "paused" else None
        if not self.world.pages[agent]:
            self._run(self.world.open_page(agent))
        self._do(lambda: self.world.act(agent, "presence.set", presence=presence, reason=reason))

    @rule(agent=agents)
    def page_opens(self, agent: str) -> None:
        self._do(lambda: self.world.under_way(self.world.open_page(agent)))

    @rule(agent=agents)
    def pages_close(self, agent: str) -> None:
        self._do(lambda: self.world.under_way(self.world.close_pages(agent)))

    @rule(agent=browsers)
    def accept(self, agent: str) -> None:
        interaction = next(iter(self.world.rows(agent, "offers")), "no such call")
        self._do(lambda: self.world.act(agent, "offer.accept", interaction_id=interaction, sdp="offer"))

    @rule(agent=agents)
    def reject(self, agent: str) -> None:
        interaction = next(iter(self.world.rows(agent, "offers")), "no such call")
        self._do(lambda: self.world.act(agent, "offer.reject", interaction_id=interaction))

    @rule(agent=agents, name=st.sampled_from(["call.hold", "call.resume", "call.hangup"]))
    def on_call(self, agent: str, name: str) -> None:
        self._do(lambda: self.world.act(agent, name, interaction_id=self._work(agent)))

    @rule(agent=agents, muted=st.booleans())
    def mute(self, agent: str, muted: bool) -> None:
        self._do(lambda: self.world.act(agent, "call.mute", interaction_id=self._work(agent), muted=muted))

    @rule(agent=agents)
    def send_digits(self, agent: str) -> None:
        self._do(lambda: self.world.act(agent, "call.digits", interaction_id=self._work(agent), digits="12#"))

    @rule(agent=browsers, name=st.sampled_from(["call.media", "call.restart_ice"]))
    def media(self, agent: str, name: str) -> None:
        self._do(lambda: self.world.act(agent, name, interaction_id=self._work(agent), sdp="again"))

    @rule(answers=st.booleans(), number=st.integers(0, 3))
    def phone(self, answers: bool, number: int) -> None:
        ringing = [call for call in self.world.user_agent.outgoing if not call.ended]
        if number < len(ringing):
            self._do(ringing[number].far_answers if answers else ringing[number].far_hangs_up)

    @rule(registered=st.booleans(), bad=st.booleans())
    def phone_registers(self, registered: bool, bad: bool) -> None:
        self.world.user_agent.registered = {"dora-phone"} if registered else set()
        self.world.user_agent.bad_address = bad

    @rule(agent=agents, name=st.sampled_from(["wrapup.complete", "wrapup.extend", "work.draft"]))
    def wrap_up(self, agent: str, name: str) -> None:
        args: dict[str, dict[str, Any]] = {
            "wrapup.complete": {"disposition_id": "sold", "note": "done"},
            "wrapup.extend": {"seconds": 20},
            "work.draft": {"note": "draft"},
        }
        self._do(lambda: self.world.act(agent, name, interaction_id=self._work(agent), **args[name]))

    @rule()
    def it_gets_quiet(self) -> None:
        self._run(self.world.quiet())
        self.world.check()

    @invariant()
    def nothing_broke(self) -> None:
        broken = [entry for entry in self.log.entries if entry["event"] in FAULTS]
        assert not broken, broken
        assert not self.world.faults

    def teardown(self) -> None:
        try:
            self.world.plane.latency_s = 0.0
            self._run(self.world.finish())
            self.nothing_broke()
        finally:
            self._run(self.world.stop())
            self.loop.close()
            structlog.reset_defaults()


class AnyCallsForAll(AnyCalls):
    """Each call rings everywhere at once."""

    strategy = "ring-all"


TestAnyCalls = AnyCalls.TestCase
TestAnyCalls.settings = settings(max_examples=150, stateful_step_count=40)
TestAnyCallsForAll = AnyCallsForAll.TestCase
TestAnyCallsForAll.settings = settings(max_examples=100, stateful_step_count=40)
