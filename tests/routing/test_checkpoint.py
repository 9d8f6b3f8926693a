"""Snapshots made from the files by another process: the running engine's bytes, or nothing and all files as before."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acd.commands import EnqueueContact
from acd.engine import Engine
from contactcenter.routing import checkpointer as running
from contactcenter.routing.checkpoint import checkpoint
from contactcenter.routing.checkpointer import Checkpointer, CheckpointError
from contactcenter.routing.journal import CommandJournal, retire, write_snapshot
from contactcenter.routing.records import SNAPSHOT, JournalError, Tick, numbers, segment_path, snapshot_path
from contactcenter.routing.replay import recover
from tests.fakes.any_day import Act, Day, acts

CALLS: list[Act] = [("enqueue", 1), ("wait", 5), ("accept", 2), ("wait", 7), ("end", 3), ("presence", 4)] * 10


class Recorded:
    """A day journaled as it happens. `twins` are the files that the running engine would have written, by segment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.day = Day()
        self.twins: dict[int, bytes] = {}
        self.journal = CommandJournal(folder)
        self.journal.open()
        self.rotate(keep=True)
        for at, command in self.day.told:
            self.journal.append(at, command or Tick())
        self.day.listen = lambda at, command, events: self.journal.append(at, command or Tick())

    def rotate(self, *, keep: bool) -> int:
        """The next segment; its snapshot stays only when it is to be kept."""
        first, before = self.journal.count, self.journal.rotate(self.day.now)
        if before is not None:
            retire(before)
        # What the day begins with is in the first segment.
        number, engine = self.journal.number, self.day.engine if self.twins else Engine()
        write_snapshot(self.folder, number=number, first=first, taken_at=self.day.now, engine=engine.snapshot())
        path = snapshot_path(self.folder, number)
        self.twins[number] = path.read_bytes()
        if not keep:
            path.unlink()
        return number

    def act(self, steps: Iterable[Act]) -> None:
        for kind, seed in steps:
            self.day.act(kind, seed)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(parts=st.lists(st.tuples(st.lists(acts, max_size=40), st.booleans()), min_size=1, max_size=4))
def test_the_bytes_are_the_running_engines(
    parts: list[tuple[list[Act], bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    recorded = Recorded(tmp_path_factory.mktemp("day"))
    for steps, keep in parts:
        recorded.act(steps)
        recorded.rotate(keep=keep)
    recorded.act([("enqueue", 3)])
    for number, twin in recorded.twins.items():
        if number > 1:
            snapshot_path(recorded.folder, number).unlink(missing_ok=True)
            checkpoint(recorded.folder, number)
            assert snapshot_path(recorded.folder, number).read_bytes() == twin
    recorded.journal.close()
    assert recover(recorded.folder).engine.snapshot() == recorded.day.engine.snapshot()


@pytest.fixture
def recorded(tmp_path: Path) -> Iterable[Recorded]:
    """Three closed segments, of which only the first has its snapshot, and one that is written."""
    recorded = Recorded(tmp_path / "routing")
    for _ in range(3):
        recorded.act(CALLS)
        recorded.rotate(keep=False)
    recorded.act(CALLS)
    yield recorded
    recorded.journal.close()


async def test_another_process_makes_it(recorded: Recorded) -> None:
    answer = await Checkpointer(recorded.folder).make(4)
    assert snapshot_path(recorded.folder, 4).read_bytes() == recorded.twins[4]
    assert answer.replayed == recover(recorded.folder, before=4).count
    assert answer.memory_kib > 1000
    assert answer.seconds > 0


async def test_a_damaged_snapshot_means_the_one_before(recorded: Recorded) -> None:
    snapshot_path(recorded.folder, 3).write_bytes(b"damaged")
    await Checkpointer(recorded.folder).make(4)
    assert snapshot_path(recorded.folder, 4).read_bytes() == recorded.twins[4]


def cut_one_record(recorded: Recorded) -> None:
    path = segment_path(recorded.folder, 3)
    path.write_bytes(path.read_bytes()[:-1])


def lose_a_segment(recorded: Recorded) -> None:
    segment_path(recorded.folder, 2).unlink()


def damage_a_segment(recorded: Recorded) -> None:
    segment_path(recorded.folder, 2).write_bytes(b"damaged")


def lose_the_first_snapshot(recorded: Recorded) -> None:
    snapshot_path(recorded.folder, 1).unlink()


def lose_the_header(recorded: Recorded) -> None:
    segment_path(recorded.folder, 4).write_bytes(b"")


@pytest.mark.parametrize(
    "breaks", [cut_one_record, lose_a_segment, damage_a_segment, lose_the_first_snapshot, lose_the_header]
)
async def test_what_is_not_complete_gives_no_snapshot(recorded: Recorded, breaks: object) -> None:
    assert callable(breaks)
    breaks(recorded)
    before = contents(recorded.folder)
    with pytest.raises(JournalError):
        await Checkpointer(recorded.folder).make(4)
    assert contents(recorded.folder) == before


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.is_symlink()}


async def test_a_full_disk_gives_no_snapshot(recorded: Recorded) -> None:
    snapshot_path(recorded.folder, 4).with_suffix(".new").symlink_to("/dev/full")
    before = contents(recorded.folder)
    with pytest.raises(CheckpointError, match="No space left"):
        await Checkpointer(recorded.folder).make(4)
    assert contents(recorded.folder) == before


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("import os; os.kill(os.getpid(), 9)", "killed by signal 9"),
        ("raise SystemExit(3)", "ended with code 3"),
        ("print('nonsense')", "did not say"),
        ("", "did not say"),
        ("import time; time.sleep(60)", "did not end within"),
    ],
)
async def test_a_process_that_breaks(tmp_path: Path, script: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LIMIT_S", 2.0)
    with pytest.raises(CheckpointError, match=reason):
        await Checkpointer(tmp_path, (sys.executable, "-c", script)).make(1)


async def test_a_process_that_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="No such file"):
        await Checkpointer(tmp_path, (str(tmp_path / "nothing"),)).make(1)


async def test_cancelled_the_process_is_gone(tmp_path: Path) -> None:
    script = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1], 'pid').write_text(f'{os.getpid()}.')"
    script += "; time.sleep(60)"
    making = asyncio.ensure_future(Checkpointer(tmp_path, (sys.executable, "-c", script)).make(1))
    pid = tmp_path / "pid"
    async with asyncio.timeout(40):
        while not (pid.exists() and pid.read_text().endswith(".")):
            await asyncio.sleep(0.01)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text().removesuffix(".")), 0)


def test_it_says_nothing_of_whom_it_reads(recorded: Recorded) -> None:
    recorded.journal.append(recorded.day.now, EnqueueContact("c1", "unknown queue"))
    recorded.rotate(keep=False)
    command = (sys.executable, "-m", "contactcenter.routing.checkpoint", str(recorded.folder), "5")
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert b"unknown-queue" in done.stderr
    assert b"c1" not in done.stderr
    assert numbers(recorded.folder, SNAPSHOT) == [1, 5]
