"""`contactcenter config apply` killed on the way: nothing is half set up, and the same command finishes the work."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from contactcenter.cli import app
from contactcenter.storage import migrations
from tests.cli.test_commands import CONFIG, FLOW

Command = Callable[..., Result]
DIES_AFTER = """
import os, signal
from contactcenter.cli import app
from contactcenter.configuration import plan

put, left = plan._put_one, {documents}

async def put_or_die(*args):
    global left
    await put(*args)
    left -= 1
    if left == 0:
        print("half of it is written", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

plan._put_one = put_or_die
app()
"""
SKILLS = "".join(f"skill-{number}: {{name: Skill {number}}}\n" for number in range(6))
QUEUES = "".join(
    f"queue-{number}: {{name: Queue {number}, required_skills: [{{type: skill, skill: skill-{number}, level: 1}}]}}\n"
    for number in range(6)
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    (tmp_path / "config.toml").write_text(CONFIG)
    (tmp_path / "ivr_flows").mkdir()
    (tmp_path / "ivr_flows" / "main.yaml").write_text(FLOW)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    asyncio.run(migrations.upgrade("sqlite+aiosqlite:///var/contactcenter.db"))
    runner = CliRunner()
    yield lambda *args: runner.invoke(app, ["config", *args])
    structlog.reset_defaults()


def written(folder: Path) -> list[int]:
    """How much there is of what the files tell, and of acts recorded of it."""
    with closing(sqlite3.connect(folder / "var" / "contactcenter.db")) as database:
        tables = ("skills", "queues", "audit_entries")
        return [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


def test_killed_with_half_of_it_written_it_leaves_nothing_and_begins_anew(run: Command, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "skills.yaml").write_text(SKILLS)
    (files / "queues.yaml").write_text(QUEUES)
    before = written(tmp_path)
    died = subprocess.run(
        [sys.executable, "-c", DIES_AFTER.format(documents=9), "config", "apply", "--yes", str(files)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert "half of it is written" in died.stdout
    assert written(tmp_path) == before == [0, 0, 0]
    again = run("apply", "--yes", str(files))
    assert again.exit_code == 0, (again.output, again.exception)
    assert "12 changes are applied" in again.stdout
    clean = run("diff", str(files))
    assert (clean.exit_code, clean.stdout.strip()) == (0, "Nothing would change.")
