"""`contactcenter demo`: a living contact center from an empty folder, and nothing of it is left afterwards."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.people import until_asked
from tests.e2e.server import PASSWORD, REPOSITORY, Client, Server

STARTED_AGAIN_S = 5.0
"""Of computing, all processes together: other tests run meanwhile."""
USUAL_S = 0.12
"""Of computing, for `slowness`, on the machines that this was measured on."""


@pytest.fixture
def folder(tmp_path: Path) -> Server:
    """A folder with a configuration and flows, without any data."""
    server = Server(tmp_path / "demo")
    server.folder.mkdir()
    shutil.copytree(REPOSITORY / "ivr_flows", server.folder / "ivr_flows")
    return server


def start(server: Server, *options: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    # Whoever starts a second time has the bytecode of the first.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with server.log_path.open("ab") as log:
        server.process = subprocess.Popen(
            [sys.executable, "-m", "contactcenter", "demo", *options],
            cwd=server.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    return server.process


def slowness() -> float:
    """How much slower than usual this machine computes just now, at least 1: some do at times by half."""
    began = time.process_time()
    sum(place * place for place in range(1_500_000))
    return max(1.0, (time.process_time() - began) / USUAL_S)


def computed_s(pid: int) -> float:
    """Seconds of processor time that this process and those below it have taken."""
    fields = [Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in (pid, *children_of(pid))]
    return sum(int(user) + int(system) for user, system in (each[11:13] for each in fields)) / os.sysconf("SC_CLK_TCK")


def children_of(pid: int) -> list[int]:
    """Processes below this one."""
    below: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            below += [int(child), *children_of(int(child))]
    return below


async def test_callers_ring_in_agents_take_them_and_everything_ends_with_ctrl_c(folder: Server) -> None:
    folder.write_config(f'[demo]\npassword = "{PASSWORD}"\n')
    process = start(folder, "--callers", "60", "--agents", "2")
    try:
        await asyncio.to_thread(folder.wait_until_ready)
        await until_asked(lambda: folder.metric('agents{activity="busy"}') > 0, 60)
        supervisor = Client(folder, "supervisor")
        calls = supervisor.get("/interactions?limit=50")["items"]
        assert len(calls) > 5
        assert all(call["caller"]["address"].startswith(("+49", "+44")) for call in calls)
        answered = [call for call in calls if call["agent"]]
        assert answered[0]["agent"]["name"].endswith("(synthetic)")
        below = children_of(process.pid)
        assert len(below) == 2, "the media worker and the load generator"
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(20)
    assert code == 0, folder.log()
    assert not [pid for pid in below if Path(f"/proc/{pid}").exists()]
    assert "Traceback" not in folder.log(), folder.log()

    process = start(folder, "--callers", "0", "--agents", "0")
    try:
        await asyncio.to_thread(folder.wait_until_ready)
        spent, slower = computed_s(process.pid), slowness()
        assert spent < STARTED_AGAIN_S * slower, slower
        await until_asked(lambda: len(children_of(process.pid)) == 2)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
