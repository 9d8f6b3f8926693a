"""A server process under load, killed with SIGKILL: nothing carried out is lost, and who can wait, waits on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from acd.commands import EndContact, EnqueueContact
from acd.events import WrapUpEnded
from contactcenter.routing.records import SEGMENT, SNAPSHOT, numbers
from contactcenter.routing.replay import commands_between, recover
from tests.fakes.routing_server import WRAP_UP_S

ROOT = Path(__file__).parents[2]


def command(folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "tests.fakes.routing_server", str(folder), *more]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def run_until_killed(folder: Path, mode: list[str], lines: int, suffix: str) -> list[str]:
    """What it had said by then, as far as the last line is whole. Killed so many lines after the second file."""
    with subprocess.Popen(command(folder, *mode), stdout=subprocess.PIPE, env=environment(), cwd=ROOT) as process:
        assert process.stdout is not None
        said = []
        until = time.monotonic() + 60
        while len(numbers(folder, suffix)) < 2:
            assert time.monotonic() < until, f"no second {suffix} under load"
            said.append(process.stdout.readline())
        said += [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
        assert process.wait(10) == -signal.SIGKILL
    return spoken(b"".join(said).decode())


def spoken(output: str) -> list[str]:
    """Its own lines, between those of its log; one cut off by the kill is none."""
    return [line[2:].strip() for line in output.splitlines(keepends=True) if line[:2] == "> " and line[-1] == "\n"]


@pytest.mark.parametrize("mode", [[], ["stuck"]], ids=["between snapshots", "in the middle of a snapshot"])
def test_kill_minus_nine_loses_nothing(tmp_path: Path, mode: list[str]) -> None:
    said = run_until_killed(tmp_path, mode, 200, SEGMENT if mode else SNAPSHOT)
    carried_out = int(said[-1].split()[0])
    recovery = recover(tmp_path)
    assert recovery.notices == []
    assert recovery.whole
    if mode:
        assert numbers(tmp_path, SNAPSHOT) == [1]
    told = list(commands_between(tmp_path, 0.0, time.time() + 1))
    enqueued = [what.contact_id for _, what in told if isinstance(what, EnqueueContact)]
    promised = [name for line in said if (name := line.split()[1]) != "-"]
    assert enqueued[: len(promised)] == promised
    assert recovery.count >= carried_out
    assert recovery.count == len(told)

    looked = subprocess.run(
        command(tmp_path, "look"), capture_output=True, text=True, env=environment(), cwd=ROOT, check=True, timeout=60
    )
    found = json.loads(spoken(looked.stdout)[0])
    came = {what.contact_id: at for at, what in told if isinstance(what, EnqueueContact)}
    line = [("urgent", 3), ("callback", 1), ("patient", 0), ("ticket", 0)]
    assert found["line"] == [[name, came[name], place, priority] for place, (name, priority) in enumerate(line, 1)]
    assert found["channels"] == ["callback", "chat", "ticket"]
    assert found["agents"]["resting"] == ["paused", "lunch"]
    assert found["agents"]["agent0"][0] == "available"
    ended = next(at for at, what in told if isinstance(what, EndContact) and what.contact_id == "letter")
    assert found["wrap_ups"] == [["letter", ended, ended + WRAP_UP_S]]
    again = recover(tmp_path)
    assert again.replayed == 0, "an orderly stop leaves a snapshot"
    over = [event for event in again.engine.tick(ended + WRAP_UP_S) if isinstance(event, WrapUpEnded)]
    assert [(event.contact_id, event.reason) for event in over] == [("letter", "expired")]
