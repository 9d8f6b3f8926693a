"""`contactcenter audit …` in a folder of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from contactcenter.cli import app

Command = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()

    def command(*args: str, stdin: str = "") -> Result:
        return runner.invoke(app, args, input=stdin)

    yield command
    structlog.reset_defaults()


def tamper(statement: str) -> None:
    connection = sqlite3.connect("var/contactcenter.db")
    with connection:
        connection.execute(statement)
    connection.close()


def test_what_is_done_at_the_command_line_is_sealed_and_tampering_is_named(run: Command) -> None:
    assert "nothing to verify" in run("audit", "verify").stdout
    for name in ("anna", "ben", "cid"):
        added = run("user", "add", "--email", f"{name}@example.com", "--role", "agent", stdin="a long password\n")
        assert added.exit_code == 0, added.output
    verified = run("audit", "verify")
    assert (verified.exit_code, verified.stdout) == (0, "3 entries, 1 to 3, hold.\n")
    assert run("audit", "verify", "--from", "2", "--to", "2").stdout == "1 entry, 2 to 2, hold.\n"
    assert run("audit", "verify", "--from", "2020-01-01").stdout == "3 entries, 1 to 3, hold.\n"
    assert run("audit", "verify", "--from", "soon").exit_code == 2
    exported = run("audit", "export", "--out", "trail.csv", "--csv")
    assert exported.stdout == "4 entries are in trail.csv.\n"
    assert ",cli," in Path("trail.csv").read_text()
    tamper("UPDATE audit_entries SET actor_name = 'somebody else' WHERE seq = 2")
    broken = run("audit", "verify")
    assert broken.exit_code == 1
    assert broken.stdout.startswith("Entry 2 has been changed")
    tamper("DELETE FROM audit_entries WHERE seq = 2")
    assert run("audit", "verify").stdout.startswith("Entry 2 is missing")


def test_a_restored_backup_is_accepted_and_that_is_recorded(run: Command) -> None:
    run("user", "add", "--email", "anna@example.com", "--role", "agent", stdin="a long password\n")
    run("audit", "verify")
    assert "no gap" in run("audit", "accept", "--reason", "none").stdout
    heads = Path("var/audit/heads.jsonl")
    heads.write_text('{"seq": 9, "mac": "ab", "at": "2026-05-01T00:00:00Z"}\n')
    assert "cut off" in run("audit", "verify").stdout
    assert "entry 9" in run("audit", "accept", "--reason", "disk lost").stdout
    verified = run("audit", "verify")
    assert (verified.exit_code, verified.stdout) == (0, "2 entries, 1 to 2, hold.\n")
    assert "disk lost" in run("audit", "export", "--act", "audit.accepted").stdout


def test_a_key_file_that_cannot_be_used_is_said(run: Command) -> None:
    Path("var/audit").mkdir(parents=True)
    Path("var/audit/key").write_text("short\n")
    result = run("audit", "verify")
    assert result.exit_code == 1
    assert "key file of the audit trail" in result.stderr
    assert "Traceback" not in result.output
