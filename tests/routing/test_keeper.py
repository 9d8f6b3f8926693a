"""The keeper over restarts, orderly and not, on a real disk."""

from __future__ import annotations

import asyncio
import errno
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from acd import commands as ask
from acd.engine import Engine
from acd.model import AgentConfig, Presence, QueueConfig, members
from contactcenter.routing import keeper as keeping
from contactcenter.routing.checkpointer import Checkpointer
from contactcenter.routing.driver import RoutingDriver
from contactcenter.routing.journal import CommandJournal
from contactcenter.routing.keeper import Keeper
from contactcenter.routing.records import SEGMENT, SNAPSHOT, JournalError, Tick, numbers, snapshot_path
from contactcenter.routing.replay import commands_between, recover
from tests.fakes.full_disk import fill_disk
from tests.fakes.waiting import until

NOW = 1_750_000_000.0


class House:
    """A driver and its keeper; `at` is the time."""

    def __init__(
        self, folder: Path, at: float, snapshot_every_s: float = 900.0, checkpointer: Checkpointer | None = None
    ) -> None:
        self.at = at
        self.driver = RoutingDriver(Engine(), lambda event: None, clock=lambda: self.at)
        self.keeper = Keeper(
            self.driver, folder, snapshot_every_s=snapshot_every_s, keep_s=86_400.0, checkpointer=checkpointer
        )

    def open(self) -> None:
        self.driver.submit(ask.ConfigureQueue(QueueConfig("q")))
        self.driver.submit(ask.ConfigureAgent(AgentConfig("anna", {}, members("q"))))


@asynccontextmanager
async def house(
    folder: Path, at: float = NOW, snapshot_every_s: float = 900.0, checkpointer: Checkpointer | None = None
) -> AsyncIterator[House]:
    house = House(folder, at, snapshot_every_s, checkpointer)
    await house.keeper.start()
    try:
        yield house
    finally:
        house.driver.stop()
        await house.keeper.stop()


until_seen = partial(until, step_s=0)
"""Much of it lasts for a moment only."""


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
        await until_seen(lambda: not second.driver.engine.contact_ids())
        assert list(commands_between(tmp_path, NOW + 500, NOW + 501))[-1] == (NOW + 500, Tick())


async def test_snapshots_are_taken_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "SYNC_S", 0.01)
    async with house(tmp_path, snapshot_every_s=0.02) as first:
        first.open()
        await until_seen(lambda: snapshot_path(tmp_path, 2).exists())
        first.driver.submit(ask.EnqueueContact("chat", "q", channel="chat"))
        await until_seen(lambda: snapshot_path(tmp_path, 3).exists())
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
        await until_seen(lambda: first.keeper.problem is None)
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


def unmakeable(folder: Path) -> Checkpointer:
    return Checkpointer(folder, (sys.executable, "-c", "raise SystemExit(3)"))


def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "SYNC_S", 0.01)
    monkeypatch.setattr(keeping, "RETRY_S", 0.03)


async def test_snapshots_that_fail_again_and_again_are_told_and_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    async with house(tmp_path, snapshot_every_s=0.05, checkpointer=unmakeable(tmp_path)) as first:
        first.open()
        assert first.keeper.warning is None
        await until_seen(lambda: first.keeper.warning)
        assert "failed: it ended with code 3. Nothing is lost" in (first.keeper.warning or "")
        assert first.keeper.problem is None
        first.driver.submit(ask.EnqueueContact("chat", "q", channel="chat"))
        assert numbers(tmp_path, SNAPSHOT) == [1]
        recovery = recover(tmp_path)
        assert recovery.whole
        assert recovery.engine.snapshot() == first.driver.engine.snapshot()
    assert recover(tmp_path).replayed == 0, "the last snapshot is of the running engine"


async def test_a_snapshot_that_works_again_ends_the_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    stone = tmp_path / "stone"
    script = f"import os, sys; os.path.exists({str(stone)!r}) and sys.exit(3)"
    script += "; from contactcenter.routing.checkpoint import main; main()"
    folder = tmp_path / "routing"
    stone.touch()
    made = Checkpointer(folder, (sys.executable, "-c", script))
    async with house(folder, snapshot_every_s=0.05, checkpointer=made) as first:
        first.open()
        await until_seen(lambda: first.keeper.warning)
        stone.unlink()
        await until_seen(lambda: first.keeper.warning is None)
        assert len(numbers(folder, SNAPSHOT)) == 2


async def test_files_that_do_not_lead_there_are_mended_from_the_running_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    async with house(tmp_path, snapshot_every_s=0.05) as first:
        snapshot_path(tmp_path, 1).write_bytes(b"damaged")
        first.open()
        await until_seen(lambda: first.keeper.problem)
        assert first.keeper.problem == "The routing journal before segment 2 is not complete"
        first.driver.submit(ask.EnqueueContact("chat", "q", channel="chat"))
        await until_seen(lambda: first.keeper.problem is None)
        recovery = recover(tmp_path)
        assert recovery.whole
        assert recovery.engine.snapshot() == first.driver.engine.snapshot()


async def test_a_disk_that_stays_full_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    free = 0
    monkeypatch.setattr(keeping, "_free_bytes", lambda folder: free)
    async with house(tmp_path) as first:
        first.open()
        fill_disk(first.keeper.journal)
        first.driver.submit(ask.EnqueueContact("unheard", "q", channel="chat"))
        await asyncio.sleep(0.2)
        assert first.keeper.problem
        assert numbers(tmp_path, SNAPSHOT) == numbers(tmp_path, SEGMENT) == [1], (
            "the engine was written out for nothing"
        )
        free = 1 << 30
        await until_seen(lambda: first.keeper.problem is None)
        assert recover(tmp_path).engine.snapshot() == first.driver.engine.snapshot()


async def test_a_snapshot_that_did_not_fit_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The segment has begun, but what it goes on from is not on the disk: that is not mended."""
    quick(monkeypatch)
    async with house(tmp_path) as first:
        first.open()
        snapshot_path(tmp_path, 2).with_suffix(".new").symlink_to("/dev/full")
        fill_disk(first.keeper.journal)
        first.driver.submit(ask.EnqueueContact("unheard", "q", channel="chat"))
        await until_seen(lambda: first.keeper.journal.number == 2)
        first.driver.submit(ask.EnqueueContact("heard", "q", channel="chat"))
        assert first.keeper.problem
        await until_seen(lambda: first.keeper.problem is None)
        assert numbers(tmp_path, SNAPSHOT) == [1, 3]
        assert recover(tmp_path).engine.snapshot() == first.driver.engine.snapshot()


async def test_a_disk_that_cannot_keep_what_it_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    refusing = True

    def sync(journal: CommandJournal) -> None:
        if refusing:
            raise OSError(errno.EIO, "Input/output error")

    async with house(tmp_path) as first:
        first.open()
        monkeypatch.setattr(CommandJournal, "sync", sync)
        await until_seen(lambda: first.keeper.problem)
        assert first.keeper.problem == "The routing journal cannot be written (Input/output error)"
        refusing = False
        await until_seen(lambda: first.keeper.problem is None)
        assert recover(tmp_path).engine.snapshot() == first.driver.engine.snapshot()


async def test_a_stop_in_the_middle_ends_the_other_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    slow = Checkpointer(tmp_path, (sys.executable, "-c", "import time; time.sleep(60)"))
    async with house(tmp_path, snapshot_every_s=0.02, checkpointer=slow) as first:
        first.open()
        await until_seen(lambda: first.keeper.journal.number == 2)
    assert recover(tmp_path).engine.snapshot() == first.driver.engine.snapshot()
    assert numbers(tmp_path, SNAPSHOT) == [1, 3]


async def test_what_a_kill_cut_off_is_swept_away(tmp_path: Path) -> None:
    tmp_path.joinpath("00000007.new").write_bytes(b"half")
    async with house(tmp_path):
        assert not list(tmp_path.glob("*.new"))
