"""The keeper over restarts, orderly and not, on a real disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from acd import commands as ask
from acd.engine import Engine
from acd.model import AgentConfig, Presence, QueueConfig, members
from contactcenter.routing import keeper as keeping
from contactcenter.routing.driver import RoutingDriver
from contactcenter.routing.keeper import Keeper
from contactcenter.routing.records import JournalError, Tick, snapshot_path
from contactcenter.routing.replay import commands_between, recover
from tests.fakes.full_disk import fill_disk

NOW = 1_750_000_000.0


class House:
    """A driver and its keeper; `at` is the time."""

    def __init__(self, folder: Path, at: float, snapshot_every_s: float = 900.0) -> None:
        self.at = at
        self.driver = RoutingDriver(Engine(), lambda event: None, clock=lambda: self.at)
        self.keeper = Keeper(self.driver, folder, snapshot_every_s=snapshot_every_s, keep_s=86_400.0)

    def open(self) -> None:
        self.driver.submit(ask.ConfigureQueue(QueueConfig("q")))
        self.driver.submit(ask.ConfigureAgent(AgentConfig("anna", {}, members("q"))))


@asynccontextmanager
async def house(folder: Path, at: float = NOW, snapshot_every_s: float = 900.0) -> AsyncIterator[House]:
    house = House(folder, at, snapshot_every_s)
    await house.keeper.start()
    try:
        yield house
    finally:
        house.driver.stop()
        await house.keeper.stop()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_the_first_start_is_silent_and_empty(tmp_path: Path) -> None:
    async with house(tmp_path / "routing") as first:
        assert first.keeper.notices == []
        assert first.keeper.problem is None
        assert first.driver.engine.queue_ids() == []


async def test_after_an_orderly_stop_nothing_needs_to_be_replayed(tmp_path: Path) -> None:
    async with house(tmp_path) as first:
        first.open()
        first.driver.submit(ask.SetPresence("anna", Presence.PAUSED, "lunch"))
        before = first.driver.engine.snapshot()
    second = House(tmp_path, NOW + 60)
    recovery = await second.keeper.start()
    assert recovery.replayed == 0
    assert second.driver.engine.snapshot() == before
    await second.keeper.stop()


async def test_a_stop_without_a_start_does_nothing(tmp_path: Path) -> None:
    await House(tmp_path / "routing", NOW).keeper.stop()
    assert not (tmp_path / "routing").exists()


async def test_chats_wait_on_and_calls_are_gone_and_that_is_in_the_journal_too(tmp_path: Path) -> None:
    async with house(tmp_path) as first:
        first.open()
        first.driver.submit(ask.EnqueueContact("chat", "q", channel="chat"))
        first.driver.submit(ask.EnqueueContact("call", "q"))
    async with house(tmp_path, NOW + 500) as second:
        assert [view.contact_id for view in second.driver.engine.waiting("q")] == ["chat"]
        assert second.driver.engine.contact_view("chat").queued_at == NOW
        assert (NOW + 500, ask.AbandonContact("call")) in list(commands_between(tmp_path, NOW + 1, NOW + 501))


async def test_a_deadline_of_the_night_fires_after_the_restart(tmp_path: Path) -> None:
    async with house(tmp_path) as first:
        first.open()
        first.driver.submit(ask.EnqueueContact("chat", "q", channel="chat", max_wait_s=60.0))
    async with house(tmp_path, NOW + 500) as second:
        await until(lambda: not second.driver.engine.contact_ids())
        assert list(commands_between(tmp_path, NOW + 500, NOW + 501))[-1] == (NOW + 500, Tick())


async def test_snapshots_are_taken_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "SYNC_S", 0.01)
    async with house(tmp_path, snapshot_every_s=0.02) as first:
        first.open()
        await until(lambda: snapshot_path(tmp_path, 2).exists())
        first.driver.submit(ask.EnqueueContact("chat", "q", channel="chat"))
        await until(lambda: snapshot_path(tmp_path, 3).exists())
        await asyncio.sleep(0.1)
        assert not snapshot_path(tmp_path, 4).exists(), "a snapshot although nothing had happened"
        assert recover(tmp_path).engine.snapshot() == first.driver.engine.snapshot()


async def test_a_disk_that_comes_back_is_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "SYNC_S", 0.01)
    monkeypatch.setattr(keeping, "RETRY_S", 0.03)
    async with house(tmp_path) as first:
        first.open()
        fill_disk(first.keeper.journal)
        first.driver.submit(ask.EnqueueContact("unheard", "q", channel="chat"))
        assert first.keeper.problem == "The routing journal cannot be written (No space left on device)"
        first.driver.submit(ask.EnqueueContact("unheard too", "q", channel="chat"))
        await until(lambda: first.keeper.problem is None)
        first.driver.submit(ask.EnqueueContact("chat", "q", channel="chat"))
        assert recover(tmp_path).engine.snapshot() == first.driver.engine.snapshot()


async def test_two_keepers_do_not_share_a_folder(tmp_path: Path) -> None:
    async with house(tmp_path):
        second = House(tmp_path, NOW)
        with pytest.raises(JournalError):
            await second.keeper.start()
        await second.keeper.stop()


async def test_what_could_not_be_brought_back_is_said(tmp_path: Path) -> None:
    async with house(tmp_path) as first:
        first.open()
    for number in (1, 2):
        snapshot_path(tmp_path, number).write_bytes(b"damaged")
    async with house(tmp_path) as second:
        assert len(second.keeper.notices) == 3
        assert second.driver.engine.queue_ids() == []
    async with house(tmp_path) as third:
        assert third.keeper.notices == []
