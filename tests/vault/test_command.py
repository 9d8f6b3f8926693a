"""`contactcenter vault` on a folder with a database, and a server that finds no key."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from contactcenter.cli import app

runner = CliRunner()


@pytest.fixture(autouse=True)
def _restore_logs() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def vault(*words: str) -> str:
    done = runner.invoke(app, ["vault", *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_status_and_rotation(folder: Path) -> None:
    before = vault("status")
    assert before.count("active") == 3
    key = (folder / "var" / "master.key").read_text()
    assert "2 data keys were replaced" in vault("rotate")
    after = vault("status")
    assert (after.count("active"), after.count("replaced")) == (3, 2)
    assert "new master key" in vault("rotate", "--master")
    assert (folder / "var" / "master.key").read_text() != key
    assert key.strip() not in before + after
    with closing(sqlite3.connect(next((folder / "var").glob("*.db")))) as database:
        acts = database.execute("SELECT actor_kind, act FROM audit_entries ORDER BY id").fetchall()
    assert acts == [("cli", "data_keys.replaced"), ("cli", "master_key.replaced")]


def test_without_the_key_nothing_starts_and_a_sentence_says_so(folder: Path) -> None:
    vault("status")
    (folder / "var" / "master.key").unlink()
    done = runner.invoke(app, ["vault", "status"])
    assert done.exit_code == 1
    assert "The master key is missing" in done.output
    assert "Traceback" not in done.output
