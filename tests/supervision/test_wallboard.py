"""What supervisors see, from the first caller on. On a clock that jumps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC
from typing import Any, cast

import pytest

from acd.commands import (
    AcceptOffer,
    CompleteWrapUp,
    ConfigureQueue,
    EndContact,
    EnqueueContact,
    SetPresence,
)
from acd.model import (
    OverflowCause,
    OverflowRule,
    Presence,
    QueueConfig,
    Target,
    TargetKind,
)
from contactcenter.api.live import Live
from contactcenter.api.problems import Problem
from contactcenter.queues.models import Queue
from contactcenter.queues.reach import Reach
from contactcenter.storage.database import Database
from contactcenter.supervision.day import Day
from contactcenter.supervision.wallboard import FLUSH_S, Wallboard
from tests.fakes.call_world import CallWorld
from tests.fakes.virtual_time import VirtualLoop


class Floor(CallWorld):
    """A call world with a wallboard in UTC."""

    def __init__(self) -> None:
        super().__init__()
        self.day = Day(UTC)
        live = cast(Live, self.live)
        reach = Reach(cast(Database, None))
        self.wallboard = Wallboard(
            self.driver, self.queues, self.agents, self.calls, live, self.bus, self.day, reach=reach
        )

    async def start(self) -> None:
        await super().start()
        self.wallboard.refresh()

    async def stop(self) -> None:
        await super().stop()
        self.wallboard.stop()

    def board(self, collection: str) -> dict[str, dict[str, Any]]:
        return self.live.topic("wallboard").snapshot().get(collection, {})

    async def waiting_caller(self) -> Any:
        before = len(self.driver.engine.contact_ids())
        call = self.dial()
        while len(self.driver.engine.contact_ids()) == before:
            await asyncio.sleep(0.1)
        return call


def play(scene: Callable[[Floor], Coroutine[Any, Any, None]]) -> Floor:
    async def run() -> Floor:
        floor = Floor()
        await floor.start()
        try:
            await scene(floor)
            await floor.finish()
        finally:
            await floor.stop()
        return floor

    loop = VirtualLoop()
    try:
        return loop.run_until_complete(run())
    finally:
        loop.close()


def counts(row: dict[str, Any]) -> tuple[int, int, int]:
    return row["offered"], row["answered"], row["abandoned"]


def test_callers_in_line_with_their_places() -> None:
    async def scene(floor: Floor) -> None:
        assert floor.board("queues")["sales"]["waiting"] == 0
        first = await floor.waiting_caller()
        await floor.waiting_caller()
        await asyncio.sleep(FLUSH_S)
        line = sorted(floor.board("contacts").values(), key=lambda row: int(row["position"]))
        assert [row["position"] for row in line] == [1, 2]
        assert line[0]["queued_at"] < line[1]["queued_at"]
        assert line[0]["caller"] == {"address": "+4930123456", "name": "Cara"}
        tile = floor.board("queues")["sales"]
        assert (tile["waiting"], tile["longest_wait_since"]) == (2, line[0]["queued_at"])
        first.far_hangs_up()
        await asyncio.sleep(FLUSH_S)
        (left,) = floor.board("contacts").values()
        assert (left["id"], left["position"]) == (line[1]["id"], 1)
        assert counts(floor.board("queues")["sales"]) == (2, 0, 1)
        await floor.ready("anna")
        await asyncio.sleep(FLUSH_S)
        assert floor.board("contacts")[left["id"]]["offered_to"] == "Anna"

    floor = play(scene)
    assert floor.board("contacts") == {}
    assert floor.board("queues")["sales"]["waiting"] == 0


def test_an_agents_row_follows_the_agent() -> None:
    async def scene(floor: Floor) -> None:
        call, interaction = await floor.talking()
        await asyncio.sleep(FLUSH_S)
        row = floor.board("agents")["anna"]
        assert (row["presence"], row["activity"], row["queue"]) == ("available", "busy", "Sales")
        assert row["interaction_id"] == interaction
        assert floor.board("queues")["sales"]["agents_busy"] == 1
        call.far_hangs_up()
        await floor.quiet()
        await floor.command("anna", "wrapup.complete", interaction_id=interaction, disposition_id="sold")
        await asyncio.sleep(FLUSH_S)
        row = floor.board("agents")["anna"]
        assert (row["activity"], row["queue"], row["interaction_id"], row["handled_today"]) == ("idle", None, None, 1)
        assert floor.board("queues")["sales"]["agents_ready"] == 1

    play(scene)


def test_the_four_service_levels_speed_of_answer_and_abandonment() -> None:
    async def scene(floor: Floor) -> None:
        row = floor.board("queues")["sales"]
        assert row["service_levels"] == dict.fromkeys(
            ("of_offered", "of_answered", "abandons_ignored", "abandons_credited")
        )
        assert (row["average_speed_of_answer_s"], row["abandonment"]) == (None, None)
        (await floor.waiting_caller()).far_hangs_up()
        late = await floor.waiting_caller()
        await asyncio.sleep(30)
        late.far_hangs_up()
        await floor.quiet()
        started = floor.driver.now
        await floor.waiting_caller()
        queued_after = floor.driver.now - started
        await asyncio.sleep(4 - queued_after)
        await floor.ready("anna")
        interaction = await floor.offered("anna")
        await floor.command("anna", "offer.accept", interaction_id=interaction, sdp="offer")
        await asyncio.sleep(FLUSH_S)
        for row in (floor.board("queues")["sales"], floor.board("totals")["today"]):
            # One answered in time, one who gave up at once, one who gave up after the target of 20 seconds.
            assert row["service_levels"] == {
                "of_offered": pytest.approx(1 / 3),
                "of_answered": 1.0,
                "abandons_ignored": 0.5,
                "abandons_credited": pytest.approx(2 / 3),
            }
            assert row["service_level"] == 0.5
            assert row["abandonment"] == pytest.approx(2 / 3)
            answered_in = floor.day.total.waited_s
            assert 0 < answered_in < 6
            assert row["average_speed_of_answer_s"] == round(answered_in, 1)

    play(scene)


def test_occupancy_grows_while_a_call_goes_on() -> None:
    async def scene(floor: Floor) -> None:
        assert floor.board("agents")["anna"]["occupancy"] is None
        await floor.ready("anna")
        await asyncio.sleep(30)
        assert floor.board("agents")["anna"]["occupancy"] == 0.0
        await floor.talking("anna")
        await asyncio.sleep(300)
        first = floor.board("agents")["anna"]["occupancy"]
        assert 0.8 < first < 0.95
        await asyncio.sleep(600)
        assert first < floor.board("agents")["anna"]["occupancy"] < 1
        assert floor.board("agents")["ben"]["occupancy"] is None

    play(scene)


def test_every_contact_in_hand_is_shown() -> None:
    async def scene(floor: Floor) -> None:
        floor.driver.submit(SetPresence("ben", Presence.AVAILABLE))
        for contact in ("chat-1", "chat-2"):
            floor.driver.submit(EnqueueContact(contact, "sales", channel="chat"))
            floor.driver.submit(AcceptOffer(contact, "ben"))
        await asyncio.sleep(FLUSH_S)
        row = floor.board("agents")["ben"]
        assert [(each["interaction_id"], each["channel"], each["state"]) for each in row["work"]] == [
            ("chat-1", "chat", "busy"),
            ("chat-2", "chat", "busy"),
        ]
        assert {each["queue"] for each in row["work"]} == {"Sales"}
        floor.driver.submit(EndContact("chat-1"))
        await asyncio.sleep(FLUSH_S)
        work = floor.board("agents")["ben"]["work"]
        assert [(each["interaction_id"], each["state"]) for each in work] == [("chat-2", "busy"), ("chat-1", "wrap_up")]
        floor.driver.submit(EndContact("chat-2"))
        for contact in ("chat-1", "chat-2"):
            floor.driver.submit(CompleteWrapUp("ben", contact))
        floor.driver.submit(SetPresence("ben", Presence.OFF))
        await asyncio.sleep(FLUSH_S)
        assert floor.board("agents")["ben"]["work"] == []

    play(scene)


def test_the_first_call_after_midnight_may_come_before_the_timer() -> None:
    async def scene(floor: Floor) -> None:
        (await floor.waiting_caller()).far_hangs_up()
        await asyncio.sleep(FLUSH_S)
        floor.wallboard.stop()
        await asyncio.sleep(floor.day.end_of(floor.driver.now) - floor.driver.now + 1)
        (await floor.waiting_caller()).far_hangs_up()
        await asyncio.sleep(FLUSH_S)
        assert counts(floor.board("queues")["sales"]) == (1, 0, 1)
        assert len(floor.board("intervals")) == 1

    play(scene)


def test_changes_are_written_together_not_one_by_one() -> None:
    async def scene(floor: Floor) -> None:
        topic = floor.live.topic("wallboard")
        before = topic.seq
        for presence in ("available", "off") * 20:
            await floor.open_page("anna")
            await floor.command("anna", "presence.set", presence=presence)
        assert topic.seq == before
        await asyncio.sleep(FLUSH_S)
        assert topic.seq - before < 5

    play(scene)


def test_a_caller_who_goes_to_a_second_agent_is_one_call() -> None:
    async def scene(floor: Floor) -> None:
        _, interaction = await floor.talking("anna")
        await floor.ready("ben")
        floor.plane.lose(f"{interaction}:agent:1", "ice")
        await asyncio.sleep(10.1)
        await floor.command("ben", "offer.accept", interaction_id=interaction, sdp="offer")
        await asyncio.sleep(FLUSH_S)
        assert floor.board("agents")["ben"]["activity"] == "busy"
        assert counts(floor.board("queues")["sales"]) == (1, 1, 0)

    play(scene)


async def accept_in_vain(floor: Floor) -> str:
    """The two cannot be connected; the caller waits again and rings at the same agent."""
    await floor.ready("anna")
    floor.dial()
    interaction = await floor.offered("anna")
    floor.plane.failures.extend([None, "worker-lost"])
    answer = await floor.command("anna", "offer.accept", interaction_id=interaction, sdp="offer")
    assert isinstance(answer, Problem)
    await asyncio.sleep(FLUSH_S)
    return interaction


def test_an_accept_that_could_not_be_connected_is_no_answer() -> None:
    async def scene(floor: Floor) -> None:
        interaction = await accept_in_vain(floor)
        assert counts(floor.board("queues")["sales"]) == (1, 0, 0)
        await floor.command("anna", "offer.accept", interaction_id=interaction, sdp="offer")
        await asyncio.sleep(FLUSH_S)
        assert counts(floor.board("queues")["sales"]) == (1, 1, 0)
        assert counts(floor.board("totals")["today"]) == (1, 1, 0)

    play(scene)


def test_an_overflowed_call_counts_where_it_went() -> None:
    async def scene(floor: Floor) -> None:
        await add_second_queue(floor)
        await floor.waiting_caller()
        await asyncio.sleep(6)
        tiles = floor.board("queues")
        assert (tiles["sales"]["waiting"], tiles["help"]["waiting"]) == (0, 1)
        assert (tiles["sales"]["offered"], tiles["help"]["offered"]) == (0, 1)
        assert floor.board("totals")["today"]["offered"] == 1
        (row,) = floor.board("contacts").values()
        assert row["queue_id"] == "help"

    play(scene)


async def add_second_queue(floor: Floor) -> None:
    help_queue = Queue(id="help", name="Help", service_level_target_s=20.0, service_level_goal=0.8)
    floor.queues._queues["help"] = help_queue
    floor.driver.submit(ConfigureQueue(QueueConfig("help")))
    rule = OverflowRule(cause=OverflowCause.MAX_WAIT, to=Target(TargetKind.QUEUE, "help"), limit=5.0)
    config = QueueConfig("sales", ring_timeout_s=5.0, wrap_up_s=30.0, overflow=(rule,))
    floor.driver.submit(ConfigureQueue(config))


def test_at_midnight_everything_begins_anew() -> None:
    async def scene(floor: Floor) -> None:
        call = await floor.waiting_caller()
        call.far_hangs_up()
        await asyncio.sleep(FLUSH_S)
        assert len(floor.board("intervals")) == 1
        midnight = floor.day.end_of(floor.driver.now)
        await asyncio.sleep(midnight - floor.driver.now + 1)
        assert floor.board("intervals") == {}
        assert counts(floor.board("totals")["today"]) == (0, 0, 0)
        call = await floor.waiting_caller()
        call.far_hangs_up()
        await asyncio.sleep(FLUSH_S)
        (start,) = floor.board("intervals")
        assert start.endswith("T00:00:00Z")
        assert counts(floor.board("totals")["today"]) == (1, 0, 1)
        assert counts(floor.board("queues")["sales"]) == (1, 0, 1)

    play(scene)
