"""A server process under load, killed with SIGKILL: nothing carried out is lost, and who can wait, waits on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from acd.commands import EnqueueContact
from acd.model import Phase
from contactcenter.routing.replay import commands_between, recover

ROOT = Path(__file__).parents[2]


def command(folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "tests.fakes.routing_server", str(folder), *more]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def run_until_killed(folder: Path, lines: int, seconds: float) -> list[str]:
    """What it had said by then, as far as the last line is whole."""
    with subprocess.Popen(command(folder), stdout=subprocess.PIPE, env=environment(), cwd=ROOT) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(lines)]
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            said.append(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
        assert process.wait(10) == -signal.SIGKILL
    return spoken(b"".join(said).decode())


def spoken(output: str) -> list[str]:
    """Its own lines, between those of its log; one cut off by the kill is none."""
    return [line[2:].strip() for line in output.splitlines(keepends=True) if line[:2] == "> " and line[-1] == "\n"]


def test_kill_minus_nine_loses_nothing(tmp_path: Path) -> None:
    said = run_until_killed(tmp_path, lines=200, seconds=4.0)
    carried_out = int(said[-1].split()[0])
    recovery = recover(tmp_path)
    assert recovery.notices == []
    assert recovery.number >= 2, "no snapshot was taken under load"
    told = list(commands_between(tmp_path, 0.0, time.time() + 1))
    enqueued = [what.contact_id for _, what in told if isinstance(what, EnqueueContact)]
    promised = [name for line in said if (name := line.split()[1]) != "-"]
    assert enqueued[: len(promised)] == promised
    assert recovery.count >= carried_out
    assert recovery.count == len(told)
    assert recovery.engine.contact_view("patient").phase is Phase.WAITING
    queued_at = next(at for at, what in told if isinstance(what, EnqueueContact) and what.contact_id == "patient")

    looked = subprocess.run(
        command(tmp_path, "look"), capture_output=True, text=True, env=environment(), cwd=ROOT, check=True, timeout=60
    )
    found = json.loads(spoken(looked.stdout)[0])
    assert found["patient"] == [queued_at, 1]
    assert found["channels"] == ["chat"]
    assert found["agents"]["resting"] == ["paused", "lunch"]
    assert found["agents"]["agent0"][0] == "available"
    assert found["wrap_ups"] == ["letter"]
