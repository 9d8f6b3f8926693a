"""`contactcenter simulate` as an operator uses it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import structlog
from typer.testing import CliRunner, Result

from contactcenter.cli import app
from contactcenter.interactions.models import Interaction
from contactcenter.storage.database import Database
from contactcenter.whatif.outcome import Comparison
from tests.fakes.center import populate, settings
from tests.whatif.examples import CHANGES, SCENARIO

Command = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """`contactcenter simulate …` in a folder with a scenario and changes."""
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    (tmp_path / "changes.yaml").write_text(CHANGES)
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    yield lambda *args: runner.invoke(app, ["simulate", *args])
    structlog.reset_defaults()


def refused(result: Result) -> str:
    assert result.exit_code == 1, (result.output, result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return " ".join(result.stderr.split())


def test_a_scenario_is_compared_with_its_changes(run: Command, tmp_path: Path) -> None:
    result = run("scenario.yaml", "--with", "changes.yaml", "--seeds", "2", "--out", "found")
    assert result.exit_code == 0, (result.output, result.exception)
    assert "Service level, of offered" in result.stdout
    assert "found/report.html" in result.stdout
    comparison = msgspec.json.decode((tmp_path / "found" / "report.json").read_bytes(), type=Comparison)
    assert [outcome.title for outcome in comparison.outcomes] == ["A Monday", "Two more"]
    assert comparison.report.runs == 2
    assert "Two more" in (tmp_path / "found" / "report.html").read_text()


def test_a_recorded_day_is_run_again(run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = settings(tmp_path)
    noon = datetime(2026, 11, 20, 12).astimezone()

    async def record() -> None:
        await populate(config)
        database = Database(config.database.url)
        async with database.transaction() as session:
            session.add(
                Interaction(
                    id="call",
                    channel="voice",
                    direction="inbound",
                    state="ended",
                    outcome="handled",
                    caller_address="",
                    queue_id="sales",
                    agent_id="anna",
                    started_at=noon,
                    queued_at=noon,
                    answered_at=noon + timedelta(seconds=5),
                    ended_at=noon + timedelta(seconds=65),
                )
            )
        await database.stop()

    asyncio.run(record())
    monkeypatch.setitem(os.environ, "CC_DATABASE_URL", config.database.url)
    (tmp_path / "changes.yaml").write_text("queues: {sales: {wrap_up_s: 5}}")
    result = run("--day", "2026-11-20", "--with", "changes.yaml")
    assert result.exit_code == 0, (result.output, result.exception)
    comparison = msgspec.json.decode((tmp_path / "simulation" / "report.json").read_bytes(), type=Comparison)
    assert [outcome.title for outcome in comparison.outcomes] == ["Recorded", "2026-11-20 again", "Changed"]
    assert all(outcome.report.total.answered == 1 for outcome in comparison.outcomes)
    assert "No contact was queued on 2026-11-19" in refused(run("--day", "2026-11-19"))


def test_what_cannot_be_done_is_said(run: Command, tmp_path: Path) -> None:
    assert "--day" in refused(run())
    assert "--day" in refused(run("scenario.yaml", "--day", "2026-11-20"))
    (tmp_path / "scenario.yaml").write_text(SCENARIO.replace("patience: 5m", "patence: 5m"))
    sentence = refused(run("scenario.yaml"))
    assert "scenario.yaml:11:5" in sentence
    assert "did you mean `patience`?" in sentence
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    (tmp_path / "taken").write_text("")
    assert "cannot be written to taken" in refused(run("scenario.yaml", "--out", "taken"))
    assert run("--day", "soon").exit_code == 2
