"""The driver on a clock that jumps: deadlines fire when due, events keep their order, a stop is a stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, cast

import pytest

from acd import events as acd
from acd.commands import (
    AbandonContact,
    AcceptOffer,
    ConfigureAgent,
    ConfigureQueue,
    EnqueueContact,
    SetPresence,
)
from acd.engine import Engine
from acd.events import Event
from acd.model import AgentConfig, Presence, QueueConfig, members
from contactcenter.routing.driver import RETRY_S, RoutingDriver, refusal
from contactcenter.routing.records import Tick
from tests.fakes.virtual_time import VirtualLoop

EPOCH = 1_750_000_000.0


class Room:
    """One queue and two agents, the first of them ready; `heard` are the published events with their loop time."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.heard: list[tuple[float, Event]] = []
        self.react: Callable[[Event], None] = lambda event: None
        self.written: list[tuple[float, object]] = []
        self.driver = RoutingDriver(Engine(), self._publish, clock=lambda: EPOCH + loop.time(), recorder=self)
        self.driver.submit(ConfigureQueue(QueueConfig("sales", ring_timeout_s=5.0, wrap_up_forced=False)))
        for agent in ("anna", "ben"):
            self.driver.submit(ConfigureAgent(AgentConfig(agent, skills={}, queues=members("sales"))))
        self.driver.submit(SetPresence("anna", Presence.AVAILABLE))
        self.heard.clear()

    def _publish(self, event: Event) -> None:
        self.heard.append((asyncio.get_running_loop().time(), event))
        self.react(event)

    def append(self, at: float, what: object) -> None:
        self.written.append((at, what))

    def names(self) -> list[str]:
        return [type(event).__name__ for _, event in self.heard]

    def when(self, kind: type[Event]) -> list[float]:
        return [at for at, event in self.heard if isinstance(event, kind)]


def play(scene: Callable[[Room], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        await scene(Room())

    loop = VirtualLoop()
    try:
        loop.run_until_complete(run())
    finally:
        loop.close()


def test_an_offer_expires_when_its_time_is_up_not_before() -> None:
    async def scene(room: Room) -> None:
        room.driver.submit(EnqueueContact("c", "sales"))
        await asyncio.sleep(4.99)
        assert room.when(acd.OfferExpired) == []
        await asyncio.sleep(0.02)
        assert room.when(acd.OfferExpired) == [pytest.approx(5.0, abs=0.001)]
        assert room.driver.engine.agent_view("anna").presence is Presence.NOT_RESPONDING

    play(scene)


def test_a_deadline_that_comes_earlier_than_the_one_waited_for_is_not_missed() -> None:
    async def scene(room: Room) -> None:
        room.driver.submit(ConfigureQueue(QueueConfig("slow", ring_timeout_s=60.0)))
        room.driver.submit(ConfigureAgent(AgentConfig("ben", skills={}, queues=members("slow"))))
        room.driver.submit(SetPresence("ben", Presence.AVAILABLE))
        room.driver.submit(EnqueueContact("first", "slow"))
        room.driver.submit(EnqueueContact("second", "sales"))
        await asyncio.sleep(61)
        assert room.when(acd.OfferExpired) == [pytest.approx(5.0, abs=0.001), pytest.approx(60.0, abs=0.001)]

    play(scene)


def test_a_deadline_that_is_no_longer_due_does_not_fire() -> None:
    async def scene(room: Room) -> None:
        room.driver.submit(EnqueueContact("c", "sales"))
        await asyncio.sleep(1)
        room.driver.submit(AcceptOffer("c", "anna"))
        await asyncio.sleep(100)
        assert room.when(acd.OfferExpired) == []

    play(scene)


def test_events_keep_their_order_when_a_listener_submits_more() -> None:
    async def scene(room: Room) -> None:
        depth = 0

        def accept_at_once(event: Event) -> None:
            nonlocal depth
            depth += 1
            assert depth == 1, "a listener was told while another one was"
            if isinstance(event, acd.ContactOffered):
                room.driver.submit(AcceptOffer(event.contact_id, event.agent_id))
                assert room.driver.engine.agent_view(event.agent_id).activity.value == "busy"
            depth -= 1

        room.react = accept_at_once
        room.driver.submit(EnqueueContact("c", "sales"))
        names = room.names()
        assert names.index("ContactQueued") < names.index("ContactOffered") < names.index("OfferAccepted")
        activities = [e.activity.value for _, e in room.heard if isinstance(e, acd.AgentActivityChanged)]
        assert activities == ["offered", "busy"]

    play(scene)


def test_a_listener_that_fails_stops_nobody() -> None:
    async def scene(room: Room) -> None:
        def fail(event: Event) -> None:
            raise ZeroDivisionError

        room.react = fail
        room.driver.submit(EnqueueContact("c", "sales"))
        assert "ContactOffered" in room.names(), "what came after the event at which it failed"
        await asyncio.sleep(6)
        assert "OfferExpired" in room.names()

    play(scene)


def test_a_refusal_is_an_event_and_not_recorded() -> None:
    async def scene(room: Room) -> None:
        room.written.clear()
        refused = refusal(room.driver.submit(EnqueueContact("c", "no such queue")))
        assert refused is not None
        assert (refused.code, refused.command, refused.contact_id) == ("unknown-queue", "EnqueueContact", "c")
        assert [event for _, event in room.heard] == [refused]
        assert room.written == []
        assert refusal(room.driver.submit(EnqueueContact("c", "sales"))) is None

    play(scene)


def test_names_that_cannot_be_written_are_refused() -> None:
    async def scene(room: Room) -> None:
        refused = refusal(room.driver.submit(EnqueueContact("\udcff", "sales")))
        assert refused is not None
        assert refused.code == "bad-text"
        assert room.driver.engine.contact_ids() == []

    play(scene)


def test_what_is_told_to_the_engine_is_recorded_before_anybody_hears_of_it() -> None:
    async def scene(room: Room) -> None:
        room.written.clear()
        room.react = lambda event: order.append(len(room.written))
        order: list[int] = []
        room.driver.submit(EnqueueContact("c", "sales"))
        await asyncio.sleep(6)
        assert [what for _, what in room.written] == [EnqueueContact("c", "sales"), Tick()]
        assert room.written[1][0] == pytest.approx(EPOCH + 5.0, abs=0.001)
        assert order[0] == 1
        assert order[-1] == 2

    play(scene)


class Faulty:
    """An engine whose next tick has an error that no engine should have."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._broken = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def tick(self, now: float) -> list[Event]:
        if self._broken:
            self._broken = False
            raise ZeroDivisionError
        return self._engine.tick(now)


def test_a_tick_that_breaks_is_recorded_and_tried_again() -> None:
    async def scene(room: Room) -> None:
        room.driver.submit(EnqueueContact("c", "sales"))
        room.driver.engine = cast(Engine, Faulty(room.driver.engine))
        room.written.clear()
        await asyncio.sleep(5 + RETRY_S + 0.1)
        assert room.when(acd.OfferExpired) == [pytest.approx(5.0 + RETRY_S, abs=0.01)]
        assert [what for _, what in room.written] == [Tick(), Tick()]

    play(scene)


def test_corrections_are_recorded_but_not_told() -> None:
    async def scene(room: Room) -> None:
        room.driver.submit(EnqueueContact("c", "sales"))
        room.heard.clear()
        room.written.clear()
        engine = Engine.restore(room.driver.engine.snapshot())
        await asyncio.sleep(1)
        room.driver.resume(engine, room, [AbandonContact("c")])
        assert room.heard == []
        assert room.written == [(EPOCH + 1, AbandonContact("c"))]
        assert room.driver.engine.contact_ids() == []

    play(scene)


def test_after_a_stop_no_deadline_fires() -> None:
    async def scene(room: Room) -> None:
        room.driver.submit(EnqueueContact("c", "sales"))
        room.driver.stop()
        room.driver.submit(SetPresence("ben", Presence.AVAILABLE))
        await asyncio.sleep(100)
        assert room.when(acd.OfferExpired) == []

    play(scene)
