from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from contactcenter.bus import Bus


@dataclass(frozen=True, slots=True)
class Rang:
    count: int


@dataclass(frozen=True, slots=True)
class RangLoudly(Rang):
    pass


async def test_handlers_run_in_order_and_by_type() -> None:
    bus, heard = Bus(), list[str]()
    bus.subscribe(Rang, lambda event: heard.append(f"first {event.count}"))
    bus.subscribe(Rang, lambda event: heard.append(f"second {event.count}"))
    bus.subscribe(RangLoudly, lambda event: heard.append(f"loud {event.count}"))
    bus.publish(Rang(1))
    bus.publish(RangLoudly(2))
    bus.publish("something else")
    assert heard == ["first 1", "second 1", "loud 2", "first 2", "second 2"]


async def test_unsubscribed_handlers_hear_no_more() -> None:
    bus, heard = Bus(), list[Rang]()
    stop = bus.subscribe(Rang, heard.append)
    bus.publish(Rang(1))
    stop()
    stop()
    bus.publish(Rang(2))
    assert heard == [Rang(1)]


async def test_a_failing_handler_is_logged_and_the_rest_go_on() -> None:
    bus, heard = Bus(), list[int]()

    def fail(_event: Rang) -> None:
        raise RuntimeError

    async def fail_later(_event: Rang) -> None:
        await asyncio.sleep(0)
        raise RuntimeError

    bus.subscribe(Rang, fail)
    bus.subscribe(Rang, fail_later)
    bus.subscribe(Rang, lambda event: heard.append(event.count))
    with structlog.testing.capture_logs() as logs:
        bus.publish(Rang(1))
        await bus.drain()
    assert heard == [1]
    assert [entry["event"] for entry in logs] == ["event_handler_failed"] * 2
    assert logs[0]["event_type"] == "Rang"


async def test_drain_waits_for_handlers_started_by_handlers() -> None:
    bus, heard = Bus(), list[int]()

    async def again(event: Rang) -> None:
        await asyncio.sleep(0)
        heard.append(event.count)
        if event.count < 3:
            bus.publish(Rang(event.count + 1))

    bus.subscribe(Rang, again)
    bus.publish(Rang(1))
    await bus.drain()
    assert heard == [1, 2, 3]


async def test_close_waits_then_cancels_and_takes_nothing_more() -> None:
    bus, ended = Bus(), list[str]()

    async def quick(_event: Rang) -> None:
        await asyncio.sleep(0)
        ended.append("quick")

    async def endless(_event: Rang) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("endless")

    bus.subscribe(Rang, quick)
    bus.subscribe(Rang, endless)
    bus.publish(Rang(1))
    await bus.close(timeout_s=0.01)
    assert ended == ["quick", "endless"]
    bus.publish(Rang(2))
    await bus.drain()
    assert len(ended) == 2
